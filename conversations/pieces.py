"""Texts that come in pieces: what is read at once, what waits a moment for the rest, and what is read as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversations.meaning import Intent, Meaning, Safety, Screening
from conversations.normalise import normalise
from conversations.screens import screen

TOGETHER = timedelta(seconds=20)  # who splits a thought sends the next part of it within this
LONGEST = timedelta(seconds=60)  # who keeps on writing is answered all the same

# Who says no, asks, or is not understood often says more in the next text; a reason is worth these seconds.
_UNFINISHED = frozenset(
    {
        Intent.UNCLEAR,
        Intent.QUESTION_OTHER,
        Intent.DECLINE,
        Intent.RESCHEDULE_REQUEST,
        Intent.VISIT_NOT_COMPLETED,
    }
)
_DANGER = frozenset({Safety.EMERGENCY, Safety.ABUSE, Safety.REVIEW})
GRAVE = _DANGER | {Safety.OPT_OUT, Safety.WRONG_NUMBER, Safety.DECEASED_REPORT}


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored text: when it came, whether it can stand alone, and whether it was read before."""

    id: int
    at: datetime
    text: str = field(repr=False)
    alone: bool = False  # a complete answer, a digit, or something that a screen found
    read: bool = False


def by_digit(text: str) -> bool:
    """Return whether a text is one digit of a menu, whatever was asked: nobody writes that in pieces."""
    return normalise(text).plain.isdigit()


def whole(meaning: Meaning) -> bool:
    """Return whether a text says all there is to say: it is read at once, and never joined to another."""
    if meaning.safety or any(_chosen(because.rule) for because in meaning.because):
        return True
    return meaning.confidence == 1.0 and not meaning.intents & _UNFINISHED


def _chosen(rule: str) -> bool:
    return rule.startswith("COPY-02/") and rule != "COPY-02/says-more"


def joined(pieces: Sequence[Piece], between: str = "\n") -> str:
    """Return the pieces as one text, oldest first."""
    return between.join(piece.text for piece in pieces)


def run_with(pieces: Sequence[Piece], this: int) -> tuple[Piece, ...]:
    """Return the pieces that are read together with the one whose id is `this`, oldest first, itself among them.

    They follow one another closely and none of them stands alone.
    """
    runs: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: (each.at, each.id)):
        last = runs[-1] if runs else []
        if last and not piece.alone and not last[-1].alone and _close(last, piece.at):
            last.append(piece)
        else:
            runs.append([piece])
    return tuple(next(run for run in runs if any(piece.id == this for piece in run)))


def _close(run: Sequence[Piece], at: datetime) -> bool:
    return at - run[-1].at <= TOGETHER and at - run[0].at <= LONGEST


def just_before(pieces: Sequence[Piece], at: datetime) -> tuple[Piece, ...]:
    """Return those of the earlier pieces that a text received at `at` may go on from, oldest first."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda each: (each.at, each.id), reverse=True):
        nearest = found[-1].at if found else at
        if piece.alone or nearest - piece.at > TOGETHER or at - piece.at > LONGEST:
            break
        found.append(piece)
    return tuple(reversed(found))


def read_at_the_latest(before: Sequence[Piece], at: datetime) -> datetime:
    """Return when a text received at `at` is read, with the unread ones before it, if nothing more comes."""
    first = min((piece.at for piece in before if not piece.read), default=at)
    return min(at + TOGETHER, first + LONGEST)


def screened_with(before: Sequence[Piece], text: str, alone: Screening | None = None) -> tuple[Screening, bool]:
    """Return what the screens find in `text` and together with what came just before; whether it took both.

    `alone` is what they find in `text` by itself, where that is known. With a text that was acted on already only
    danger is looked for: "No" and then "more time" is no opt-out (CRI-01).
    """
    alone = screen(text) if alone is None else alone
    unread = tuple(piece for piece in before if not piece.read)
    found = [(GRAVE, unread)] + ([(_DANGER, tuple(before))] if len(unread) < len(before) else [])
    flags, because = set(alone.safety), list(alone.because)
    for wanted, earlier in found:
        if not earlier:
            continue
        # A line may end in the middle of a sentence, and a sentence at the end of a line: both are looked at.
        for both in (screen(f"{joined(earlier)}\n{text}"), screen(f"{joined(earlier, ' ')} {text}")):
            if more := (both.safety & wanted) - flags:
                flags |= more
                because += both.because
    return Screening(frozenset(flags), tuple(dict.fromkeys(because))), flags > alone.safety
