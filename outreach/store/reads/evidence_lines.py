"""One loop's evidence as lines for JSONL: plain values, each line with its kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from outreach.loops.sharing import Information
from outreach.store.reads.loop_evidence import LoopEvidence
from outreach.store.reads.member_evidence import MemberEvidence

_WORDS = ("body", "trail")
_WRITTEN, _TOLD = ("text", "reply"), ("reply", "event", "task")
_TELLING = {
    Information.OUTCOME: ("outcome", "source", "effects"),
    Information.REASON: ("reason", "barriers", "preferences", "intents", "effects"),
}


def lines(evidence: LoopEvidence, limited: Collection[Information] = ()) -> Iterator[dict[str, Any]]:
    """Yield the evidence as plain rows for JSONL, each with its `kind`; instants in UTC.

    What people wrote stays behind always; what the member limits (`limited`) is left empty.
    """
    empty = {name for kind in limited for name in _TELLING.get(kind, ())}
    yield _emptied(_line("loop", evidence.loop), empty)
    parts: tuple[tuple[str, Iterable[Any]], ...] = (
        ("consent", evidence.consents), ("text", evidence.texts), ("reply", evidence.replies),
        ("event", evidence.events), ("task", evidence.tasks), ("signal", evidence.signals), ("audit", evidence.trail),
    )  # fmt: skip
    for kind, rows in parts:
        for line in (_line(kind, row) for row in rows):
            plain = _without_words(line) if kind in _WRITTEN else line
            yield _emptied(plain, empty) if kind in _TOLD else plain
    yield _line("chain", evidence.chain)


def member_lines(evidence: MemberEvidence) -> Iterator[dict[str, Any]]:
    """Yield a member's evidence likewise; what people wrote and what texts said stays behind."""
    parts: tuple[tuple[str, Iterable[Any]], ...] = (
        ("consent", evidence.consents), ("sharing", evidence.sharing), ("look_up", evidence.look_ups),
        ("promise", evidence.promises), ("text", evidence.texts), ("reply", evidence.replies), ("task", evidence.tasks),
        ("audit", evidence.trail),
    )  # fmt: skip
    yield {"kind": "member", "id": evidence.member} | _plain(asdict(evidence.period))
    for kind, rows in parts:
        yield from (_without_words(_line(kind, row)) for row in rows)
    yield _line("chain", evidence.chain)


def _without_words(value: Any) -> Any:
    """Return a line without the bodies of texts and replies, and without the words that were understood from them."""
    match value:
        case dict():
            return {name: _without_words(part) for name, part in value.items() if name not in _WORDS}
        case list():
            return [_without_words(part) for part in value]
    return value


def _emptied(value: Any, names: Collection[str]) -> Any:
    match value:
        case dict():
            return {name: None if name in names else _emptied(part, names) for name, part in value.items()}
        case list():
            return [_emptied(part, names) for part in value]
    return value


def _line(kind: str, row: Any) -> dict[str, Any]:
    found: dict[str, Any] = _plain(asdict(row))
    event = {"event": found.pop("kind")} if "kind" in found else {}
    return {"kind": kind} | event | found


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case tuple() | list():
            return [_plain(part) for part in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
    return value
