"""Whose turn it is on a phone: what is read now, with the pieces it belongs to, and what waits for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from conversations.pieces import Piece, read_at_the_latest, run_with, whole
from outreach.engine.ear import Ear
from outreach.engine.piecing import Spoken, piece_of
from outreach.store.replies import StoredReply


def first_of(texts: Sequence[StoredReply]) -> StoredReply | None:
    """Return the oldest of a phone's unread texts that is not a piece of a later one."""
    return next((each for each in texts if each.read_with is None), None)


def spoken_now(ear: Ear, texts: Sequence[StoredReply]) -> Spoken | None:
    """Return what is read now of a phone's unread texts, oldest first; None while all of it waits for the rest.

    Once any of it is complete, what came before it is read first, by itself.
    """
    free = [each for each in texts if each.read_with is None]
    return spoken_with(ear, texts, free[0]) if any(_is_time(ear, free, each) for each in free) else None


def spoken_with(ear: Ear, texts: Sequence[StoredReply], reply: StoredReply) -> Spoken:
    """Return an unread reply with the unread ones beside it that it is a piece of, or that are pieces of it."""
    of_this = tuple(each for each in texts if each.read_with == reply.id)
    if of_this:  # together they said what neither said alone, and it has been acted on
        return Spoken((*of_this, reply))
    free = [each for each in texts if each.read_with is None]
    if free == [reply]:
        return Spoken((reply,))
    run = {piece.id for piece in run_with(_pieces(ear, free), reply.id)}
    return Spoken(tuple(each for each in free if each.id in run))


def waits_until(ear: Ear, texts: Sequence[StoredReply], reply: StoredReply) -> datetime:
    """Return when a text that is not complete is read if nothing more comes."""
    run = run_with(_pieces(ear, [each for each in texts if each.read_with is None]), reply.id)
    return read_at_the_latest([piece for piece in run if piece.id != reply.id], reply.received_at)


def _is_time(ear: Ear, free: Sequence[StoredReply], reply: StoredReply) -> bool:
    if reply.read_from is not None:  # it was looked at, and is not complete
        return reply.read_from <= ear.now
    return bool(reply.safety) or whole(ear.alone(reply)) or waits_until(ear, free, reply) <= ear.now


def _pieces(ear: Ear, free: Sequence[StoredReply]) -> list[Piece]:
    return [piece_of(each, whole(ear.alone(each))) for each in free]
