"""A small audit trail with every kind of entry, and every way to tamper with it that we know."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, update

from outreach.store import chain, checkpoints, entry
from outreach.store.actor import Actor
from outreach.store.checkpoints import Checkpoint
from outreach.store.database import Database
from outreach.store.entry import GENESIS, Purpose
from outreach.store.seal import Keyring
from outreach.store.tables import audit, checkpoint
from outreach.store.unit_of_work import UnitOfWork

Row = dict[str, Any]
MAYA = Actor("person", "Maya Ortíz")
BEGAN = datetime(2026, 3, 1, 15, 0, 0, 250_000, tzinfo=UTC)
_COLUMNS = [column.name for column in audit.c]
_FREE = 900_000  # no entry has this id or number


@dataclass(frozen=True)
class Trail:
    """What is stored, in order, and what was kept outside."""

    sealed: list[Row]
    waiting: list[Row]
    stamps: list[Row]
    outside: list[Checkpoint]
    keyring: Keyring = field(repr=False)


@dataclass(frozen=True)
class Tampering:
    """One way to tamper; `seals` when the sealer comes by afterwards, `unseen` when only the outside file shows it."""

    name: str
    statements: list[Any]
    seals: bool = False
    unseen: bool = False

    def done(self, uow: UnitOfWork) -> None:
        for statement in self.statements:
            uow.execute(statement)
        if self.seals:
            chain.seal_next(uow, 100)


def build(database: Database, early: int = 5, batches: int = 4, size: int = 6, waiting: int = 3) -> Trail:
    """Store entries from before there were codes, then batches of ours, each sealed, then some that wait."""
    with database.write(MAYA) as uow:
        _sealed_before_codes(uow, early)
        uow.commit()
    outside = []
    for batch in range(batches):
        _note(database, size, batch)
        with database.write(MAYA) as uow:
            chain.seal_next(uow, 100)
            uow.commit()
        with database.read(MAYA) as uow:
            outside += [newest for newest in [checkpoints.newest(uow)] if newest]
    _note(database, waiting, batches)
    with database.read(MAYA) as uow:
        rows = [dict(row._mapping) for row in uow.all(select(audit).order_by(audit.c.seq, audit.c.id))]
        stamps = [dict(row._mapping) for row in uow.all(select(checkpoint).order_by(checkpoint.c.seq))]
    sealed = [row for row in rows if row["seq"] is not None]
    return Trail(sealed, [row for row in rows if row["seq"] is None], stamps, outside, database.keyring)


def _note(database: Database, size: int, batch: int) -> None:
    with database.write(MAYA) as uow:
        for number in range(size):
            why, rule = Purpose.PAYER_AUDIT if number % 3 == 0 else None, "HIP-14" if number % 2 else None
            uow.audit("viewed" if why else "task.claimed", f"task:{batch * 100 + number}", rule, why)
        uow.commit()


def _sealed_before_codes(uow: UnitOfWork, count: int) -> None:
    """Store entries exactly as they were sealed before there were codes and reasons."""
    prev = GENESIS
    for seq in range(1, count + 1):
        at = BEGAN + timedelta(seconds=seq)
        row = {"id": uow.next_id(), "at": at, "actor": "person:Zoë", "action": "viewed", "object": f"loop:{seq}"}
        row["rule"] = "LAW-16" if seq % 2 else None
        told = [prev, seq, row["id"], at.isoformat(), row["actor"], row["action"], row["object"], row["rule"]]
        link = sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
        uow.insert(audit, [row | {"seq": seq, "hash": link, "prev": prev}])
        prev = link
    signature = hmac.digest(uow.keyring.derive("audit-checkpoint"), f"{count}:{prev}".encode(), "sha256").hex()
    uow.insert(checkpoint, [{"seq": count, "at": BEGAN, "hash": prev, "signature": signature}])


def every(trail: Trail) -> Iterator[Tampering]:
    """Yield each way to tamper with this trail."""
    for ways in (_edits, _removals, _insertions, _swaps, _truncations, _rewrites, _stamps):
        yield from ways(trail)


def _edits(trail: Trail) -> Iterator[Tampering]:
    for row in (*trail.sealed, *trail.waiting):
        for column in _COLUMNS:
            for value in _others(column, row[column]):
                if value != row[column]:
                    name = f"{column} of {row['seq'] or row['id']} becomes {value!r}"
                    yield Tampering(name, [_set(row, {column: value})])


def _others(column: str, value: Any) -> tuple[Any, ...]:
    match column:
        case "id":
            return _FREE, value + 500_000
        case "seq":
            return (_FREE, 0, -1, None) if value else (_FREE, 0, -1)
        case "at":
            return value + timedelta(microseconds=1), value - timedelta(days=1), value.replace(year=2031)
        case "hash" | "prev":
            return (value[::-1], "", None, GENESIS) if value else ("0" * 64,)
        case "mac":
            return (value[::-1], None, "é") if value else ("0" * 64,)
        case "rule" | "reason":
            return None, "", "LAW-15", "complaint", f"{value}1:x", "-"
    return "", value + "x", value.upper(), f"{value}1:x", value[:-1]


def _removals(trail: Trail) -> Iterator[Tampering]:
    for row in trail.sealed:
        yield Tampering(f"entry {row['seq']} is deleted", [delete(audit).where(audit.c.id == row["id"])])
    for row in trail.sealed:
        closed = [_set(later, {"seq": later["seq"] - 1}) for later in trail.sealed if later["seq"] > row["seq"]]
        gone = delete(audit).where(audit.c.id == row["id"])
        yield Tampering(f"entry {row['seq']} is deleted and the gap closed", [gone, *closed])


def _insertions(trail: Trail) -> Iterator[Tampering]:
    last = trail.sealed[-1]
    for like in (*trail.sealed, *trail.waiting):
        for mac in (None, like["mac"], "0" * 64):
            forged = like | {"id": _FREE, "seq": None, "hash": None, "prev": None, "mac": mac}
            name = f"an entry like {like['seq'] or like['id']} with code {mac}"
            yield Tampering(f"{name} waits", [insert(audit).values(forged)])
            yield Tampering(f"{name} is sealed by our sealer", [insert(audit).values(forged)], seals=True)
            right = forged | {"seq": last["seq"] + 1, "prev": last["hash"]}
            right["hash"] = _link(right)
            yield Tampering(f"{name} looks sealed", [insert(audit).values(right)])
            yield Tampering(f"{name} looks sealed, and our sealer goes on", [insert(audit).values(right)], seals=True)
    for row in trail.sealed:
        room = [
            _set(later, {"seq": later["seq"] + 1}) for later in reversed(trail.sealed) if later["seq"] >= row["seq"]
        ]
        new = insert(audit).values(row | {"id": _FREE})
        yield Tampering(f"an entry is put before {row['seq']}", [*room, new])


def _swaps(trail: Trail) -> Iterator[Tampering]:
    content = [*(name for name in entry.CONTENT if name != "id"), "mac"]
    for n, one in enumerate(trail.sealed):
        for other in trail.sealed[n + 1 :]:
            between = f"of {one['seq']} and {other['seq']} change places"
            away = _set(one, {"seq": _FREE})
            yield Tampering(
                f"the numbers {between}", [away, _set(other, {"seq": one["seq"]}), _set(one, {"seq": other["seq"]})]
            )
            for what in (content, ["hash"], ["prev"], ["hash", "prev"], [*content, "hash", "prev"], ["mac"]):
                mine, theirs = ({name: row[name] for name in what} for row in (one, other))
                if mine != theirs:
                    yield Tampering(f"{what} {between}", [_set(one, theirs), _set(other, mine)])


def _truncations(trail: Trail) -> Iterator[Tampering]:
    for row in trail.sealed[1:]:
        rows = delete(audit).where(audit.c.seq >= row["seq"])
        stamps = delete(checkpoint).where(checkpoint.c.seq >= row["seq"])
        name = f"all from {row['seq']} on is cut off"
        yield Tampering(name, [rows])
        yield Tampering(f"{name}, and our sealer goes on", [rows], seals=True)
        clean = row["seq"] - 1 in {stamp["seq"] for stamp in trail.stamps}
        yield Tampering(f"{name} with its checkpoints", [rows, stamps], unseen=clean)
        yield Tampering(f"{name} with its checkpoints, and our sealer goes on", [rows, stamps], True, clean)


def _rewrites(trail: Trail) -> Iterator[Tampering]:
    for row in trail.sealed:
        for column, value in (("actor", "person:Nobody"), ("object", "loop:0"), ("reason", "incident")):
            for with_key in (False, True):
                yield _rewritten(trail, row["seq"], {column: value}, with_key)


def _rewritten(trail: Trail, start: int, change: Row, with_key: bool) -> Tampering:
    """Everything from `start` on is recomputed; only with the key are codes and signatures right."""
    statements, links, prev = [], {0: GENESIS}, GENESIS
    for row in trail.sealed:
        new = dict(row)
        if row["seq"] >= start:
            new |= (change if row["seq"] == start else {}) | {"prev": prev}
            if with_key and (row["mac"] or row["seq"] == start):
                new["mac"] = entry.code(entry.key(trail.keyring), entry.content(_content(new)))
            new["hash"] = _link(new)
            statements.append(_set(row, {name: value for name, value in new.items() if name != "id"}))
        links[row["seq"]] = prev = new["hash"]
    after = 0
    for stamp in trail.stamps:
        if stamp["seq"] >= start:
            link, signed = links[stamp["seq"]], stamp["signature"]
            if with_key:
                signed = checkpoints.signature(trail.keyring, stamp["seq"], after, stamp["at"], link)
            mine = checkpoint.c.seq == stamp["seq"]
            statements.append(update(checkpoint).where(mine).values(hash=link, signature=signed))
        after = stamp["seq"]
    # An entry from before there were codes that gets one makes the next of them stand out.
    early = with_key and trail.sealed[start - 1]["mac"] is None and start < len(trail.sealed)
    last_early = early and trail.sealed[start]["mac"] is not None
    name = f"all from {start} on is written anew with {change}, {'with' if with_key else 'without'} the key"
    return Tampering(name, statements, unseen=with_key and (not early or last_early))


def _stamps(trail: Trail) -> Iterator[Tampering]:
    """What is done to checkpoints; the first one is from before their times and forerunners were signed."""
    for stamp in trail.stamps:
        mine = checkpoint.c.seq == stamp["seq"]
        yield Tampering(f"the checkpoint at {stamp['seq']} is deleted", [delete(checkpoint).where(mine)])
        changes: list[Row] = [
            {"seq": stamp["seq"] + 1}, {"seq": _FREE}, {"seq": 0}, {"hash": GENESIS}, {"hash": stamp["hash"][::-1]},
            {"signature": ""}, {"signature": stamp["signature"][::-1]},
        ]  # fmt: skip
        if stamp is not trail.stamps[0]:
            changes.append({"at": stamp["at"] + timedelta(seconds=1)})
        for change in changes:
            yield Tampering(
                f"the checkpoint at {stamp['seq']}: {change}", [update(checkpoint).where(mine).values(change)]
            )
        for seq in (-1, _FREE, stamp["seq"] - 1):
            new = insert(checkpoint).values(stamp | {"seq": seq})
            yield Tampering(f"the checkpoint at {stamp['seq']} also stands at {seq}", [new])


def _set(row: Row, values: Row) -> Any:
    return update(audit).where(audit.c.id == row["id"]).values(values)


def _content(row: Row) -> Sequence[Any]:
    return [row[name] for name in entry.CONTENT]


def _link(row: Row) -> str:
    """The hash that who knows our code, but not the key, would compute."""
    values = _content(row)
    return entry.link(row["prev"], row["seq"], entry.content(values), row["mac"], values)
