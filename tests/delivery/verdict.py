"""What must be true when a storm is over, from our own evidence and the carrier's ledger; empty is well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from carrier_stub import Stub
from scene import Scene
from storm import STOPS
from twiml_grammar import from_the_sdk

from outreach.store import tables as t

GRACE = timedelta(seconds=1)  # of the network (I2, from outside)
MAY_FOLLOW_A_STOP = ("stop", "stop_again", "help", "start", "emergency")
FINAL = ("sent", "refused", "cancelled", "expired")


@dataclass
class Verdict:
    """What was found wrong, by kind, and how much was looked at."""

    wrong: dict[str, list[Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, found: Iterator[Any]) -> None:
        if rows := list(found):
            self.wrong[kind] = rows[:10]
            self.counts[f"WRONG {kind}"] = len(rows)


def judge(scene: Scene, stub: Stub, evidence: Path) -> Verdict:
    """Compare what we say we did with what the carrier saw."""
    files = {path.stem: _rows(path) for path in evidence.glob("*.jsonl")}
    posted, touches = stub.messages(), {row["id"]: row for row in files["touch"]}
    verdict = Verdict()
    verdict.note("duplicate", _duplicates(posted))
    verdict.note("lost", _lost(scene, touches, posted))
    verdict.note("not once in the trail", _trail(files["audit"], posted))
    verdict.note("sent after a STOP", _after_stops(scene, stub, posted))
    verdict.note("inbound", _inbound(stub, files["inbound"]))
    verdict.note("forged", _forged(stub, files["inbound"]))
    verdict.note("answer", _answers(stub))
    verdict.note("unheld", iter(scene.unheld().items()))
    outcomes = Counter(row["outcome"] for row in files["attempt"])
    verdict.counts |= {"touches": len(touches), "posted": len(posted), "inbound": len(files["inbound"])}
    verdict.counts |= {f"attempts {outcome}": count for outcome, count in sorted(outcomes.items())}
    verdict.counts |= {"stops answered": sum(1 for _ in _stops(stub)), "callbacks": len(stub.webhooks("status"))}
    verdict.counts |= {"replayed": len(stub.webhooks("replay")), "forged": len(stub.webhooks("forged"))}
    return verdict


def _rows(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def touch_of(message: dict[str, Any]) -> int:
    """Return the touch that a posted message names."""
    return int(urlsplit(message["status_callback"]).path.rpartition("/")[2])


def _duplicates(posted: list[dict[str, Any]]) -> Iterator[Any]:
    yield from (touch for touch, times in Counter(map(touch_of, posted)).items() if times > 1)


def _lost(scene: Scene, touches: dict[int, dict[str, Any]], posted: list[dict[str, Any]]) -> Iterator[Any]:
    """What is due is over, or a person's; what we call sent the carrier has, and what it has we call sent."""
    by_sid = {message["sid"]: message for message in posted}
    owned = {row.loop_id for row in scene.rows(t.task, t.task.c.state == "open")}
    loops = {row.id: row.loop_id for row in scene.rows(t.touch, t.touch.c.step == "welcome")}
    for number, touch in touches.items():
        if number in loops and touch["state"] not in FINAL and loops[number] not in owned:
            yield number, touch["state"], touch["rule"]
        if touch["state"] == "sent" and (message := by_sid.get(touch["provider_sid"])) is None:
            yield number, "sent, and the carrier has nothing"
        elif touch["state"] == "sent" and (message["to"], touch_of(message)) != (touch["to"], number):
            yield number, "another touch's message"
    for message in posted:
        touch = touches[touch_of(message)]
        if (touch["state"], touch["provider_sid"]) != ("sent", message["sid"]):
            yield touch["id"], touch["state"], "the carrier has it"


def _trail(audit: list[dict[str, Any]], posted: list[dict[str, Any]]) -> Iterator[Any]:
    """What left is in the audit trail, once, by whichever way we learned of it; what did not is not there."""
    entries = Counter(row["object"] for row in audit if row["action"] in ("touch.sent", "touch.adopted"))
    left = Counter(f"touch:{touch_of(message)}" for message in posted)
    yield from ((touch, entries[touch], left[touch]) for touch in entries | left if entries[touch] != left[touch])


def _stops(stub: Stub) -> Iterator[tuple[str, datetime]]:
    for told in stub.webhooks("inbound"):
        if told["body"] in STOPS and 200 <= told["status"] < 300:
            yield told["from"], datetime.fromisoformat(told["ended"])


def _after_stops(scene: Scene, stub: Stub, posted: list[dict[str, Any]]) -> Iterator[Any]:
    first: dict[str, datetime] = {}
    for number, at in _stops(stub):
        first[number] = min(at, first.get(number, at))
    words = {row.id: row.words for row in scene.rows(t.touch)}
    for message in posted:
        stopped = first.get(message["to"])
        late = stopped is not None and datetime.fromisoformat(message["created_at"]) > stopped + GRACE
        if late and words[touch_of(message)] not in MAY_FOLLOW_A_STOP:
            yield touch_of(message), words[touch_of(message)]


def _inbound(stub: Stub, stored: list[dict[str, Any]]) -> Iterator[Any]:
    """Every text is stored once: what we answered, and what only the carrier's list had."""
    times = Counter(row["sid"] for row in stored)
    yield from ((row["sid"], times[row["sid"]]) for row in stub.inbound() if times[row["sid"]] != 1)
    acked = {told["sid"] for told in stub.webhooks("inbound", "replay") if told["status"] == 200 and told["body"]}
    yield from (sid for sid in acked if times[sid] != 1)


def _forged(stub: Stub, stored: list[dict[str, Any]]) -> Iterator[Any]:
    sids = {row["sid"] for row in stored}
    for told in stub.webhooks("forged"):
        if told["status"] not in (0, 403, 415) or told["sid"] in sids:
            yield told["sid"], told["status"]


def _answers(stub: Stub) -> Iterator[Any]:
    """A text is answered with TwiML, and nothing ever with a server's error other than 503."""
    for told in stub.webhooks("inbound", "status", "replay", "forged"):
        if told["status"] not in (0, 200, 204, 403, 415, 503):
            yield told["kind"], told["status"]
        if told["status"] == 200 and from_the_sdk(told["answer"].encode()) != told["answer"]:
            yield told["kind"], told["answer"]
