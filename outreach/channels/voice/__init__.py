"""A call in the carrier's own language: the request that starts one, and the TwiML of every turn."""
