"""One loop's evidence as lines for JSONL: plain values, each line with its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from outreach.store.reads.loop_evidence import LoopEvidence


def lines(evidence: LoopEvidence) -> Iterator[dict[str, Any]]:
    """Yield the evidence as plain rows for JSONL, each with its `kind`; instants in UTC."""
    yield _line("loop", evidence.loop)
    parts: tuple[tuple[str, Iterable[Any]], ...] = (
        ("consent", evidence.consents), ("text", evidence.texts), ("reply", evidence.replies),
        ("event", evidence.events), ("task", evidence.tasks), ("signal", evidence.signals), ("audit", evidence.trail),
    )  # fmt: skip
    for kind, rows in parts:
        yield from (_line(kind, row) for row in rows)
    yield _line("chain", evidence.chain)


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
