"""When a member's time is over nothing personal is left, an opt-out stays, and the trail still proves itself."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any, get_args, get_type_hints

import pytest
from counts import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from retention_life import CANARY, NUMBER, counted, finish_tasks, live, opened, years_later
from scene import ANA, BEN, CLINIC, NOW, OPERATOR, PROGRAM, ZONE, Scene, local
from sqlalchemy import select

from outreach.engine import archive, audit_chain, evidence, retention
from outreach.engine.refusals import NotAsked
from outreach.engine.retention import Due, Kept, Purged
from outreach.loops.consent import Action, ConsentClass, ConsentEvent, suppressed
from outreach.loops.events import Event
from outreach.settings import Settings
from outreach.store import consents, enrolment, people
from outreach.store import tables as t
from outreach.store.entry import Purpose
from outreach.store.purge import lock_free_phones, purge_members, purge_phones
from outreach.store.reads import retention as reads
from outreach.store.retention import DECISIONS, EVENT_CODES, EVENT_WORDS, Blank, Delete, Empty, Keep
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

DOCS = Path(__file__).parents[2] / "docs" / "retention.md"
TENTH = years_later(10, days=1)
EMPTIED = {name: decision.to for name, decision in DECISIONS.items() if isinstance(decision, Empty)}


def purge(scene: Scene) -> Purged:
    return retention.purge(scene.deployment, OPERATOR)


# -- the list is closed


def test_every_column_of_every_table_has_a_decision_and_nothing_else_has() -> None:
    columns = {f"{table.name}.{column.name}" for table in t.metadata.tables.values() for column in table.columns}
    assert set(DECISIONS) == columns


def test_a_row_goes_whole_or_stays() -> None:
    for name in t.metadata.tables:
        goes = {isinstance(DECISIONS[f"{name}.{column.name}"], Delete) for column in t.metadata.tables[name].columns}
        assert len(goes) == 1, name


def test_the_page_about_retention_says_what_the_list_says() -> None:
    said: dict[str, str] = {}
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        if (row := re.match(r"\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|", line)) is None:
            continue
        for cell, what in zip(row.groups()[1:], ("Keep", "Empty", "Delete"), strict=True):
            said |= {f"{row[1]}.{column}": what for column in re.findall(r"`(\w+)`", cell)}
    assert said == {name: type(decision).__name__ for name, decision in DECISIONS.items()}


def _names(kind: Any) -> set[str]:
    found: set[str] = set()
    for part in get_args(kind):
        found |= _names(part)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for each in fields(kind):
            found |= {each.name} | _names(hints[each.name])
    return found


def test_every_name_an_event_can_hold_is_a_code_or_goes() -> None:
    within = {"callback_time", "date", "days", "part_of_day", "quote", "time"}  # they lie inside of what goes
    assert _names(Event) - within == EVENT_CODES | EVENT_WORDS
    assert not EVENT_CODES & EVENT_WORDS


# -- I27: nothing is left


@pytest.mark.parametrize("archived", [False, True], ids=["in its place", "archived"])
def test_nothing_personal_is_left_of_a_member_whose_time_is_over(scene: Scene, tmp_path: Path, archived: bool) -> None:
    life = live(scene)
    if archived:
        _deliver_and_archive(scene)
    before = list(opened(scene))
    filled = {name.removeprefix("archived_") for name, value in before if value not in (None, "", [], {}, "null")}
    # The life fills every column that is emptied.
    assert {name for name in EMPTIED if name.removeprefix("archived_") not in filled} == set()
    assert {name for name, value in before if CANARY in str(value)} <= {
        name for name, decision in DECISIONS.items() if not isinstance(decision, Keep)
    }
    secrets = [row.external_index for row in scene.rows(t.member)] + [
        value.blob
        for table in (
            t.member, t.contact_point, t.reply, t.attempt, t.ARCHIVED[t.attempt], t.trip, t.task, t.task_note
        )
        for row in scene.rows(table) for value in row if isinstance(value, Sealed)
    ]  # fmt: skip
    assert len(secrets) > 10
    scene.at(TENTH)
    assert purge(scene) == Purged(members=1, phones=1, clean=True)
    assert [name for name, value in opened(scene) if CANARY in str(value) or NUMBER in str(value)] == []
    for name, value in opened(scene):
        if name in EMPTIED and not isinstance(EMPTIED[name], Blank):
            assert value == EMPTIED[name], name
    evidence.export(scene.deployment, OPERATOR, tmp_path / "export")
    exported = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "export").iterdir())
    assert CANARY not in exported
    assert NUMBER not in exported
    assert f'"member": {life.member}' in exported
    if (file := scene.deployment.database.file) is not None:
        raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        assert [secret for secret in [CANARY.encode(), NUMBER.encode(), *secrets] if secret in raw] == []


def _deliver_and_archive(scene: Scene) -> None:
    for row in scene.rows(t.touch, t.touch.c.state == "sent"):
        scene.call_back(row.id, "delivered")
    scene.settle()
    for phone in scene.rows(t.contact_point):
        scene.change(t.contact_point, phone.id, line_asked_at=scene.deployment.database.now())
    scene.at(years_later(2))
    moved = archive.archive(scene.deployment, OPERATOR)
    assert moved
    kinds = {row.kind for row in scene.rows(t.ARCHIVED[t.loop_event])}
    assert "Heard" in kinds
    assert scene.rows(t.ARCHIVED[t.attempt])


def test_the_trail_verifies_and_counts_stay_true_behind_a_purge(scene: Scene) -> None:
    life = live(scene)
    scene.at(TENTH)
    before = counted(scene)
    purge(scene)
    while audit_chain.seal(scene.deployment):
        pass
    assert audit_chain.verify(scene.deployment).problem is None
    assert scene.unheld() == {}
    after = counted(scene)
    gone = {name for name in before if after[name] < before[name]}
    assert gone == {
        "member_contact", "name_token", "number_check", "simulated_message", "consent_event", "sharing_event", "guest",
    }  # fmt: skip
    noted = [(row.action, row.object, row.rule) for row in scene.rows(t.audit) if row.action.endswith(".purged")]
    assert noted == [
        ("member.purged", f"member:{life.member}", "LAW-30"),
        ("contact_point.purged", f"contact_point:{life.phone}", "LAW-30"),
    ]


def test_a_purge_takes_whom_a_dry_look_names_not_a_day_too_early_and_once(scene: Scene) -> None:
    live(scene)
    scene.at(years_later(10, days=-1))
    before = list(opened(scene))
    assert retention.due(scene.deployment, OPERATOR) == Due({}, 0)
    assert purge(scene) == Purged(members=0, phones=0, clean=True)
    assert list(opened(scene)) == before
    scene.at(TENTH)
    assert retention.due(scene.deployment, OPERATOR) == Due({2027: 1}, 0)
    assert [cell for cell in opened(scene) if cell[0] != "calendar.at"] == [
        cell for cell in before if cell[0] != "calendar.at"
    ]
    assert purge(scene) == Purged(members=1, phones=1, clean=True)
    after = list(opened(scene))
    assert purge(scene) == Purged(members=0, phones=0, clean=True)
    assert list(opened(scene)) == after


# -- opt-outs never expire


def test_a_stop_outlives_its_member_and_still_stops_their_number(scene: Scene) -> None:
    life = live(scene, says="STOP")
    scene.at(TENTH)
    purge(scene)
    (kept,) = scene.rows(t.consent_event)
    assert (kept.action, kept.contact_point_id, kept.member_id) == ("stop", life.phone, None)
    again = scene.member(NUMBER)
    assert scene.phone(NUMBER) == life.phone
    before, day = len(scene.carrier.posted), TENTH.date() + timedelta(days=8)
    loop = scene.visit(again, day=day)
    scene.settle()
    scene.go_to(local(day - timedelta(days=1), 17))
    assert len(scene.carrier.posted) == before
    assert "refused" in {row.state for row in scene.rows(t.touch, t.touch.c.loop_id == loop)}
    with scene.deployment.read(OPERATOR) as uow:
        assert people.phones(uow, [life.phone])[life.phone].number == NUMBER
        assert suppressed(consents.consents(uow, [life.phone])[life.phone])


def test_a_number_that_comes_back_by_file_is_known_by_its_stop(scene: Scene) -> None:
    life = live(scene, says="STOP")
    scene.at(TENTH)
    purge(scene)
    with scene.deployment.write(OPERATOR) as uow:
        assert enrolment.phones_of_numbers(uow, [NUMBER]) == {NUMBER: life.phone}
        uow.commit()
    row = scene.row(t.contact_point, t.contact_point.c.id == life.phone)
    assert row.purged_at is None
    assert scene.deployment.database.keyring.open(people.NUMBER, row.id, row.number) == NUMBER


def test_a_number_that_never_stopped_is_a_stranger_when_it_comes_back(scene: Scene) -> None:
    life = live(scene, says="thanks")
    scene.at(TENTH)
    purge(scene)
    assert scene.rows(t.consent_event) == []
    with scene.deployment.write(OPERATOR) as uow:
        assert people.phone_of_number(uow, NUMBER) != life.phone


# -- whose time is not over


def test_a_hold_stops_it_until_it_is_released_and_both_are_on_record(scene: Scene) -> None:
    life = live(scene)
    retention.hold(scene.deployment, OPERATOR, life.member, Purpose.LEGAL_REQUEST)
    scene.at(TENTH)
    assert purge(scene) == Purged(members=0, phones=0, clean=True)
    assert retention.kept(scene.deployment, OPERATOR) == Kept(held=1, undated=0)
    retention.release(scene.deployment, OPERATOR, life.member, Purpose.LEGAL_REQUEST)
    assert purge(scene) == Purged(members=1, phones=1, clean=True)
    said = [(row.action, row.reason) for row in scene.rows(t.audit, t.audit.c.object == f"member:{life.member}")]
    assert said[-3:] == [
        ("member.held", "legal_request"),
        ("member.released", "legal_request"),
        ("member.purged", None),
    ]


def test_a_hold_that_changes_nothing_is_refused(scene: Scene) -> None:
    member = scene.member(ANA)
    with pytest.raises(NotAsked, match="no record of member 999"):
        retention.hold(scene.deployment, OPERATOR, 999, Purpose.COMPLAINT)
    with pytest.raises(NotAsked, match="not on hold"):
        retention.release(scene.deployment, OPERATOR, member, Purpose.LEGAL_REQUEST)
    retention.hold(scene.deployment, OPERATOR, member, Purpose.COMPLAINT)
    with pytest.raises(NotAsked, match="on hold already"):
        retention.hold(scene.deployment, OPERATOR, member, Purpose.COMPLAINT)


def test_a_text_that_comes_while_the_purge_is_under_way_saves_its_member(scene: Scene) -> None:
    life = live(scene, says="thanks")
    scene.at(TENTH)
    limit = retention.years_before(TENTH, 10)
    scene.hear(NUMBER, "it is me again")
    assert retention._members(scene.deployment, OPERATOR, limit, [life.member]) == 0
    assert retention._phones(scene.deployment, OPERATOR, limit, [life.phone]) == 0


@pytest.mark.parametrize("said", ["thanks", "STOP"])
def test_a_text_that_comes_as_its_phone_is_purged_is_kept_with_its_number(scene: Scene, said: str) -> None:
    life = live(scene, says=said)
    scene.at(TENTH)
    assert retention._members(scene.deployment, OPERATOR, retention.years_before(TENTH, 10), [life.member]) == 1
    with ThreadPoolExecutor(1) as threads:
        with scene.deployment.write(OPERATOR) as uow:
            lock_free_phones(uow, [life.phone])
            purge_phones(uow, [life.phone])
            heard = threads.submit(scene.hear, NUMBER, "it is me again")
            sleep(0.3)
            uow.commit()
        reply = scene.row(t.reply, t.reply.c.id == heard.result().reply_id)
    with scene.deployment.read(OPERATOR) as uow:
        assert people.phones(uow, [reply.contact_point_id])[reply.contact_point_id].number == NUMBER
    assert (reply.contact_point_id == life.phone) is (said == "STOP")


def test_who_shares_a_phone_with_somebody_who_stays_leaves_it_to_them(scene: Scene) -> None:
    mother = scene.member(NUMBER)
    life = live(scene, says="STOP")
    scene.at(years_later(9))
    with scene.deployment.write(OPERATOR) as uow:
        grant = ConsentEvent(Action.GRANT, uow.now, uow.now, mother, "sms", "*", ConsentClass.PEC_OPTIN)
        consents.note(uow, life.phone, grant, "paper", "LAW-26", "form")
        uow.commit()
    scene.at(TENTH)
    assert purge(scene) == Purged(members=1, phones=0, clean=True)
    phone = scene.row(t.contact_point)
    assert scene.deployment.database.keyring.open(people.NUMBER, phone.id, phone.number) == NUMBER
    left = {(row.action, row.member_id) for row in scene.rows(t.consent_event)}
    assert {("stop", None), ("grant", mother)} <= left
    assert life.member not in {member for _, member in left}
    assert CANARY not in str(
        [value for name, value in opened(scene) if not name.startswith(("reply.", "number_check."))]
    )


def test_a_strangers_text_goes_when_its_time_is_over(scene: Scene) -> None:
    scene.say(BEN, f"who is this {CANARY}")
    assert scene.rows(t.member) == []
    finish_tasks(scene)
    scene.at(NOW + timedelta(days=365 * 9))
    assert purge(scene).phones == 0
    scene.at(NOW + timedelta(days=365 * 10 + 5))
    assert purge(scene).phones == 1
    assert [name for name, value in opened(scene) if CANARY in str(value) or BEN in str(value)] == []


# -- every single thing that concerns a member keeps them

LIMIT = datetime(2020, 6, 1, tzinfo=UTC)
OLD, YOUNG = LIMIT - timedelta(days=1), LIMIT + timedelta(days=1)


class Rows:
    """Rows about members, as few as can be, each dated."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow, self.ids = uow, count(1_000_000)

    def member(self, last: datetime, **columns: Any) -> tuple[int, int]:
        """A member with one phone and a closed loop; return member and loop."""
        member, phone, anchor, loop = (next(self.ids) for _ in range(4))
        seal, at = self.uow.keyring.seal, {"zone": ZONE, "starts_at": last}
        row = {"id": member, "program_id": PROGRAM, "external_index": b"%d" % member, "language": "en"}
        row |= {"external_id": seal("member:external_id", member, "x"), "zones": [], "zone_source": "explicit"}
        self.uow.insert(t.member, [row | columns])
        number = seal("contact_point:number", phone, "+12025550101")
        point = {"id": phone, "number_index": b"%d" % phone, "number": number, "state": "active"}
        self.uow.insert(t.contact_point, [point])
        self.uow.insert(t.member_contact, [{"member_id": member, "contact_point_id": phone}])
        visit = {"id": anchor, "kind": "appointment", "program_id": PROGRAM, "clinic_id": CLINIC, "member_id": member}
        visit |= {"external_id": f"A{anchor}", "version": 1, "day": last.date(), "cancelled": False, "sensitivity": "x"}
        self.uow.insert(t.anchor, [visit | at])
        promise = {"id": loop, "version": 1, "program_id": PROGRAM, "member_id": member, "anchor_id": anchor}
        promise |= {"lane": "appointment", "stage": "closed", "barriers": [], "closed": "done"}
        self.uow.insert(t.loop, [promise | {"opened_at": last, "closed_at": last}])
        return member, loop

    def phone(self, member: int) -> int:
        query = select(t.member_contact.c.contact_point_id).where(t.member_contact.c.member_id == member)
        return int(self.uow.execute(query).scalar_one())

    def add(self, what: str, member: int, loop: int, at: datetime) -> None:
        """Let one thing concern a member."""
        new, phone = next(self.ids), self.phone(member)
        match what.split():
            case ["visit"]:
                self.set(t.anchor, t.anchor.c.member_id == member, starts_at=at)
            case ["opened" | "closed"]:
                self.set(t.loop, t.loop.c.id == loop, **{f"{what}_at": at})
            case ["open", "loop"]:
                self.set(t.loop, t.loop.c.id == loop, closed=None)
            case ["event"]:
                self.uow.insert(
                    t.loop_event, [{"id": new, "loop_id": loop, "kind": "Opened", "at": at, "body": {}, "actor": "x"}]
                )
            case ["text" | "planned", *by]:
                self.touch(new, member, loop, phone, at, by, "planned" if "planned" in what else "sent")
            case ["reply" | "unread", *by]:
                row = {"id": new, "sid": f"SM{new}", "contact_point_id": phone, "media_count": 0, "safety": []}
                row |= {"body": self.uow.keyring.seal("reply:body", new, "x"), "received_at": at}
                row |= {"read_at": None if "unread" in what else at}
                self.uow.insert(t.reply, [row | self.by(by, member, loop)])
            case ["consent" | "phone's"]:
                row = {"id": new, "contact_point_id": phone, "member_id": member if what == "consent" else None}
                row |= {"action": "grant", "channel": "sms", "category": "*", "received_at": at, "source": "x"}
                self.uow.insert(t.consent_event, [row])
            case ["sharing"]:
                row = dict.fromkeys(
                    ("information", "recipient", "workflow", "action", "source", "collector", "rule"), "x"
                )
                self.uow.insert(t.sharing_event, [row | {"id": new, "member_id": member, "at": at}])
            case ["task" | "open_task", *by]:
                row = {"id": new, "kind": "call_member", "owner_queue": "care", "priority": "routine", "opened_at": at}
                row |= {"state": "open" if "open" in what else "resolved", "contact_point_id": phone, "due_at": at}
                self.uow.insert(t.task, [row | self.by(by, member, loop)])
            case ["ride"]:
                row = {"id": new, "loop_id": loop, "leg": "outbound", "broker": "x", "trip_id": "x", "service": "x"}
                row |= {"status": "scheduled", "will_call": False, "current": True, "recorded_by": "x"}
                self.uow.insert(t.trip, [row | {"recorded_at": at}])
            case ["told"]:
                row = {"id": new, "loop_id": loop, "clinic_id": CLINIC, "kind": "x", "version": 1, "body": {}}
                row |= {"occurred_at": at, "state": "delivered", "due_at": OLD, "attempts": 1, "give_up_at": OLD}
                self.uow.insert(t.signal, [row])
            case ["review"]:
                self.set(t.member, t.member.c.id == member, review_at=at)
            case ["held"]:
                self.set(t.member, t.member.c.id == member, legal_hold=True)
            case _:
                raise AssertionError(what)

    def touch(self, new: int, member: int, loop: int, phone: int, at: datetime, by: list[str], state: str) -> None:
        row = {"id": new, "program_id": PROGRAM, "contact_point_id": phone, "step": "x", "channel": "sms", "nth": new}
        row |= {"words": "x", "category": "appointment", "queue": "reply", "sender": "x", "planned_for": at}
        row |= {"due_at": at, "useful_until": at, "state": state, "attempts": 1, "looks": 0}
        self.uow.insert(t.touch, [row | self.by(by, member, loop)])

    @staticmethod
    def by(how: list[str], member: int, loop: int) -> dict[str, Any]:
        match how:
            case ["of", "loop"]:
                return {"loop_id": loop, "member_id": None}
            case ["of", "phone"]:
                return {"loop_id": None, "member_id": None}
        return {"loop_id": None, "member_id": member}

    def set(self, table: Any, which: Any, **values: Any) -> None:
        self.uow.execute(table.update().where(which).values(**values))


DATED = (
    "visit", "opened", "closed", "event", "text", "text of loop", "text of phone", "reply", "reply of loop",
    "reply of phone", "consent", "phone's", "sharing", "task", "task of loop", "task of phone", "ride", "told",
    "review",
)  # fmt: skip
STOPPING = (
    "held", "open loop", "open_task", "open_task of loop", "open_task of phone", "unread", "unread of loop",
    "unread of phone", "planned", "planned of loop", "planned of phone",
)  # fmt: skip


def test_each_thing_younger_than_the_limit_keeps_its_member_by_itself(scene: Scene) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        rows, expected = Rows(uow), set()
        for what in DATED:
            for at in (OLD, YOUNG):
                member, loop = rows.member(OLD)
                rows.add(what, member, loop, at)
                expected |= {member} if at == OLD else set()
        for what in STOPPING:
            member, loop = rows.member(OLD)
            rows.add(what, member, loop, OLD)
        assert set(reads.members_past(uow, LIMIT)) == expected


def test_a_phone_goes_only_when_nobody_whose_record_is_kept_ever_had_it(scene: Scene) -> None:
    about_it = [f"{what}{by}" for what in ("text", "reply", "task") for by in ("", " of loop")]
    unfinished = ("unread of phone", "open_task of phone", "planned of phone")
    with scene.deployment.write(OPERATOR) as uow:
        rows, expected = Rows(uow), set()
        for what in ("nothing", "consent", *about_it, *unfinished):
            for kept in (True, False):
                member, loop = rows.member(OLD, purged_at=None if kept else YOUNG)
                phone = rows.phone(member)
                if what != "nothing":
                    rows.add(what, member, loop, OLD)
                uow.execute(t.member_contact.delete().where(t.member_contact.c.member_id == member))
                goes = what == "nothing" or (what not in unfinished and not kept)
                expected |= {phone} if goes else set()
        for what in ("text of phone", "reply of phone", "task of phone", "phone's"):
            member, loop = rows.member(OLD, purged_at=YOUNG)
            rows.add(what, member, loop, YOUNG)
            uow.execute(t.member_contact.delete().where(t.member_contact.c.member_id == member))
        linked, _ = rows.member(OLD)
        assert set(reads.phones_past(uow, LIMIT)) == expected
        assert set(reads.phones_past(uow, LIMIT, [rows.phone(linked), *expected])) == expected


THINGS = st.tuples(st.sampled_from(DATED + STOPPING), st.booleans())
LIVES = st.lists(st.lists(THINGS, max_size=4, unique_by=lambda thing: thing[0]), max_size=6)


@settings(deadline=None, max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=LIVES)
def test_nothing_young_held_or_unfinished_is_ever_touched(scene: Scene, lives: list[list[tuple[str, bool]]]) -> None:
    with scene.deployment.write(OPERATOR) as uow:  # never committed: each example begins with nothing
        rows, over = Rows(uow), set()
        for life in lives:
            member, loop = rows.member(OLD)
            for what, young in life:
                rows.add(what, member, loop, YOUNG if young else OLD)
            over |= set() if any(young or what in STOPPING for what, young in life) else {member}
        past = reads.members_past(uow, LIMIT)
        assert set(past) == over
        before = {row.id: row for row in uow.all(select(t.member))}
        purge_members(uow, sorted(past))
        after = {row.id: row for row in uow.all(select(t.member))}
        assert {member for member in after if after[member] != before[member]} == over
        assert all(after[member].purged_at is not None for member in over)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2037, 5, 4, tzinfo=UTC), datetime(2027, 5, 4, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2018, 2, 28, tzinfo=UTC)),
    ],
)
def test_years_are_counted_by_the_calendar_and_never_too_short(now: datetime, then: datetime) -> None:
    assert retention.years_before(now, 10) == then


@pytest.mark.parametrize("years", ["5", "0", "-1"])
def test_law_30_no_deployment_keeps_less_than_six_years(years: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_RETENTION_YEARS", years)
    with pytest.raises(ValidationError, match=r"164\.316"):
        Settings()


def test_a_value_emptied_is_of_the_kind_its_column_takes() -> None:
    for name, to in EMPTIED.items():
        table, _, column = name.partition(".")
        assert t.metadata.tables[table].columns[column].nullable or to is not None, name
        assert isinstance(to, Enum | None | str | int | list | dict)
    assert json.dumps([to for to in EMPTIED.values() if not isinstance(to, Blank)])
