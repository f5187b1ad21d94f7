"""UNDERSTANDS: a reply becomes a meaning. Pure: same text, same prompt, same answer."""
