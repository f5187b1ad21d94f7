"""Reports of work count what a person would count task by task: statements against plain loops, on random worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from console_world import on
from counts import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from report_rows import NOW
from sqlalchemy import select

from outreach.loops.reports.work import Kept
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads.reports import endings, promises
from outreach.store.reads.reports.promises import Gaps
from outreach.store.unit_of_work import UnitOfWork

BEGIN = NOW - timedelta(hours=10)
DAYS = (BEGIN, NOW - timedelta(hours=1))
minutes = st.integers(-40, 620)  # of the ten hours before now, and a little more
people = st.sampled_from(["person:Maya", "service:worker"])
tasks = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["crisis", "crisis", "book_interpreter", "language_gap", "reschedule"]),
        "opened": minutes, "due": minutes, "queue": st.sampled_from(["on_call", "coordinators", None]),
        "resolution": st.sampled_from([None, "done", "not_possible", "taken_back"]),
        "resolved": st.integers(0, 40), "by": people, "elsewhere": st.booleans(),
        "notes": st.lists(
            st.tuples(st.sampled_from(["claimed", "claimed", "finished", "undone", "released"]), st.integers(-1, 30)),
            max_size=5,
        ),
    }
)  # fmt: skip
worlds = st.lists(tasks, max_size=9)


def at(count: int) -> datetime:
    return BEGIN + count * timedelta(minutes=1)


def store(uow: UnitOfWork, drawn: list[dict[str, Any]]) -> int:
    """Insert the tasks, those elsewhere without a program; return the program of the others."""
    program = int(uow.all(select(t.program.c.id))[0].id)
    for each in drawn:
        new, ended = uow.next_id(), each["resolution"] is not None
        row = {
            "id": new, "program_id": None if each["elsewhere"] else program, "kind": each["kind"], "priority": "stat",
            "owner_queue": each["queue"], "opened_at": at(each["opened"]), "due_at": at(each["due"]),
            "state": "resolved" if ended else "open", "resolution": each["resolution"],
            "resolved_by": each["by"] if ended else None,
            "resolved_at": at(each["opened"] + each["resolved"]) if ended else None,
        }  # fmt: skip
        uow.insert(t.task, [row])
        each["notes"].sort(key=lambda note: note[1])
        for note_id, (what, later) in zip(sorted(uow.next_ids(len(each["notes"]))), each["notes"], strict=True):
            note = {"id": note_id, "task_id": new, "at": at(each["opened"] + later), "actor": "x", "what": what}
            uow.insert(t.task_note, [note])
    return program


def crisis(each: dict[str, Any]) -> Kept:
    names = [what for what, _ in each["notes"]] + [""]
    seen = [
        later for n, (what, later) in enumerate(each["notes"]) if what == "claimed" and names[n + 1] != "undone"
    ]  # fmt: skip
    if each["resolution"] and each["by"].startswith("person:"):
        seen.append(each["resolved"])
    if seen:
        return Kept.IN_TIME if min(seen) <= 15 else Kept.LATE
    if each["resolution"]:
        return Kept.NEVER
    return Kept.OVERDUE if at(each["opened"] + 15) < NOW else Kept.WAITING


def interpreter(each: dict[str, Any]) -> Kept | None:
    if each["resolution"] is None:
        return Kept.OVERDUE if at(each["due"]) < NOW else Kept.WAITING
    if each["resolution"] == "done":
        return Kept.IN_TIME if each["opened"] + each["resolved"] <= each["due"] else Kept.LATE
    return Kept.NEVER if each["resolution"] == "not_possible" else None


def of_kind(drawn: Iterable[dict[str, Any]], kind: str, instant: str | None = None) -> list[dict[str, Any]]:
    """Return the tasks of a kind; those of the days, by an instant of theirs."""
    inside = [each for each in drawn if instant is None or DAYS[0] <= at(each[instant]) < DAYS[1]]
    return [each for each in inside if each["kind"] == kind]


def check(uow: UnitOfWork, drawn: list[dict[str, Any]], program: int | None) -> None:
    assert promises.crises(uow, DAYS, program) == Counter(crisis(each) for each in of_kind(drawn, "crisis", "opened"))
    booked = [interpreter(each) for each in of_kind(drawn, "book_interpreter", "due")]
    assert promises.interpreters(uow, DAYS, program) == Counter(stands for stands in booked if stands is not None)
    opened = len(of_kind(drawn, "language_gap", "opened"))
    still_open = sum(each["resolution"] is None for each in of_kind(drawn, "language_gap"))
    assert promises.gaps(uow, DAYS, program) == Gaps(opened, still_open)
    again: Counter[str] = Counter()
    for each in drawn:
        notes = [(what, at(each["opened"] + later)) for what, later in each["notes"]]
        for (what, when), (then, _) in pairwise(notes):
            if what == "finished" and then == "undone" and DAYS[0] <= when < DAYS[1]:
                again[each["queue"] or ""] += 1
    assert endings.taken_back(uow, DAYS, program) == again


def test_the_statements_count_what_a_person_would_count_task_by_task(database: Database) -> None:
    world = on(database)
    world.at(NOW)

    @given(drawn=worlds)
    @settings(max_examples=examples(240), deadline=None, phases=[Phase.generate])
    def compare(drawn: list[dict[str, Any]]) -> None:
        with world.deployment.write(OPERATOR) as uow:  # nothing is committed: each world begins empty
            program = store(uow, drawn)
            check(uow, drawn, None)
            check(uow, [each for each in drawn if not each["elsewhere"]], program)

    compare()
