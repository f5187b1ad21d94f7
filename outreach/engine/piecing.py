"""What a member wrote in one go, be it one text or several: the stored replies that are read as one."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.meaning import Because, Meaning, Safety, Screening
from conversations.pieces import Piece, joined
from conversations.screens import screen
from conversations.understand import understand
from outreach.engine.asked import Asked
from outreach.engine.line import Line
from outreach.store.replies import StoredPrompt, StoredReply


@dataclass(frozen=True, slots=True)
class Spoken:
    """The replies that are read together, oldest first; mostly there is one."""

    pieces: tuple[StoredReply, ...]

    @property
    def last(self) -> StoredReply:
        """The one that carries the meaning, and is answered."""
        return self.pieces[-1]

    @property
    def text(self) -> str:
        """All of it as one text."""
        return joined([piece_of(reply) for reply in self.pieces])


def only_pictures(spoken: Spoken) -> bool:
    """Whether somebody sent pictures or files and no word: nothing here opens them, so a person has to."""
    return not spoken.text.strip() and any(reply.media_count for reply in spoken.pieces)


def piece_of(reply: StoredReply, alone: bool = False) -> Piece:
    """Return a stored reply as one piece among others; what a screen found stands alone."""
    return Piece(reply.id, reply.received_at, reply.body, alone or bool(reply.safety), reply.read)


def heard_in(line: Line, prompt: StoredPrompt | None) -> str:
    """Return the language in which a reply is to be expected."""
    if prompt is not None:
        return prompt.language
    return next((member.language for member in line.members.values()), "en")


def heard_alone(line: Line, asked: Asked, reply: StoredReply) -> Meaning:
    """Return what a reply means by itself."""
    question = asked.open.question if asked.open is not None else None
    return understand(reply.body, heard_in(line, asked.open), question, screening_of(Spoken((reply,))))


def screening_of(spoken: Spoken) -> Screening:
    """Return what is found in all of it, and what was found when it was stored: the carrier's word too (TWI-29)."""
    text = spoken.text
    alone = spoken.last.screening if len(spoken.pieces) == 1 else None
    ours = screen(text) if alone is None else alone
    stored = frozenset(Safety(flag) for reply in spoken.pieces for flag in reply.safety)
    if stored <= ours.safety:
        return ours
    return Screening(ours.safety | stored, (*ours.because, Because("TWI-29", text[:80])))
