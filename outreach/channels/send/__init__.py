"""Posting to a carrier. Only dispatch and bootstrap may import this package."""
