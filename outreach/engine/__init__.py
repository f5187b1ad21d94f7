"""The imperative shell: decide, send, hear, tell. It loads, asks the pure core, and stores what it says."""
