"""A call as a conversation: the menus as data, and the one machine that goes through them. Pure."""
