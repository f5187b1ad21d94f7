"""What a door hears when it asks for something that cannot be."""

from __future__ import annotations


class NotAsked(Exception):
    """This cannot be asked here: it does not exist, is already done, or is not one of the choices."""

    def __init__(self, sentence: str | None = None, /, **values: object) -> None:
        """Say what to do: a whole sentence, its %(name)s apart, so that a page can say it in another language."""
        self.sentence, self.values = sentence or (NotAsked.__doc__ or ""), values
        super().__init__(self.sentence % values if values else self.sentence)
