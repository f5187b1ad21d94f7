"""Asking a carrier what it already has: the way out of doubt."""
