"""What a door hears when it asks for something that cannot be."""

from __future__ import annotations


class NotAsked(Exception):
    """This cannot be asked here: it does not exist, is already done, or is not one of the choices."""
