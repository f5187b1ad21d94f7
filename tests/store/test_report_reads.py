"""Reports count the same on both databases and in the archive, in as many statements however much there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from console_world import World, on
from report_rows import FIRST, LANGUAGES, NOW, OUTCOMES, furnish
from sqlalchemy import delete, event, insert, literal, select, update

from outreach.engine import reports
from outreach.engine.reports import Report, Tab
from outreach.loops.reports.measures import Counted
from outreach.loops.reports.tables import OTHER
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads.reports import rides
from outreach.store.reads.reports.scope import By, Scope
from outreach.store.tables import ARCHIVED, anchor, attempt, clinic, loop, loop_event, member, prompt, task, touch, trip

COUNT = 900
WHOLE = Scope(FIRST, FIRST + timedelta(days=13 * 7 - 1))
_SEEN: dict[tuple[Tab, By], object] = {}


@pytest.fixture
def here(database: Database) -> World:
    world = on(database)
    fill(world, COUNT)
    return world


def fill(world: World, count: int) -> None:
    world.at(NOW)
    with world.deployment.write(OPERATOR) as uow:
        furnish(uow, count)
        uow.commit()


def counted(world: World, tab: Tab, scope: Scope = WHOLE, by: By = By.LANGUAGE) -> Report:
    return reports.report(world.deployment, OPERATOR, tab, scope, by)


def of(found: Report, name: str) -> Counted:
    table = found.named(name)
    assert table is not None
    assert table.total is not None
    return table.total


def test_every_page_is_the_same_on_both_databases(here: World) -> None:
    for tab in Tab:
        for by in (By.LANGUAGE, By.CLINIC, By.PROGRAM, By.TIER, By.RIDE):
            found = counted(here, tab, by=by)
            names = {str(row.id): row.key for row in _clinics(here)}
            keys = [[names.get(line.key, line.key) for line in each.lines] for each in found.groups]
            told = (keys if by is By.CLINIC else None, [each.total for each in found.groups + found.weekly])
            assert _SEEN.setdefault((tab, by), told) == told


def _clinics(world: World) -> Sequence[Any]:
    with world.deployment.read(OPERATOR) as uow:
        return uow.all(select(clinic.c.id, clinic.c.key))


def test_rates_are_those_of_the_rows(here: World) -> None:
    ends = Counter(OUTCOMES[(n * 31 + n // 97) % len(OUTCOMES)][0] for n in range(COUNT))
    final = sum(ends[name] for name in ("kept", "kept_late", "no_show", "left_without_being_seen"))
    found = counted(here, Tab.VISITS)
    assert of(found, "kept") == Counted(ends["kept"] + ends["kept_late"], final, ends[None])
    assert of(found, "no_show") == Counted(ends["no_show"], final, ends[None])
    late = ends["cancelled_by_patient_late"]
    assert of(found, "late_cancel") == Counted(late, final + late, ends[None])
    assert found.reasons is not None
    assert found.reasons.total == ends["no_show"] + ends["left_without_being_seen"]
    weekly = found.weekly[0]
    assert len(weekly.lines) == 13
    assert weekly.total == of(found, "kept")


def test_what_contact_came_to_is_what_the_rows_say(here: World) -> None:
    found = counted(here, Tab.OUTREACH)
    arrived = sum(n % 7 not in (3, 5) for n in range(COUNT))
    answered = sum(n % 7 not in (3, 5) and n % 5 in (0, 1, 3) for n in range(COUNT))
    assert of(found, "answered") == Counted(answered, arrived, 0)
    assert of(found, "confirmed") == Counted(sum(n % 4 == 1 and n % 7 not in (3, 5) for n in range(COUNT)), arrived, 0)
    heard = sum(n % 5 in (0, 1, 3) for n in range(COUNT))
    never_agreed = sum(n % 9 == 0 and n % 5 not in (0, 1, 3) for n in range(COUNT))
    assert of(found, "reached") == Counted(heard, COUNT - never_agreed, never_agreed)
    assert of(counted(here, Tab.CONSENT), "opted_out") == Counted(sum(n % 23 == 5 for n in range(COUNT)), COUNT, 0)
    assert found.waits is not None
    assert sum(wait.line.counted.part for wait in found.waits.rows if wait.line.counted) == heard
    english = next(wait for wait in found.waits.rows if wait.line.key == "en")
    assert english.half == 216  # asked seven days after the opening, and half of all within 41 hours


def test_a_clinic_or_a_language_alone_is_a_part_of_the_whole(here: World) -> None:
    spanish = counted(here, Tab.DELIVERY, Scope(WHOLE.first, WHOLE.last, language="es"))
    whole = counted(here, Tab.DELIVERY)
    line = next(line for each in whole.groups for line in each.lines if line.key == "es")
    assert of(spanish, "delivered") == line.counted
    clinics = [counted(here, Tab.DELIVERY, Scope(WHOLE.first, WHOLE.last, clinic=row.id)) for row in _clinics(here)]
    assert sum(of(each, "delivered").whole for each in clinics) == of(whole, "delivered").whole
    assert whole.costs is not None
    assert whole.costs.total is not None
    assert whole.costs.total.texts == COUNT
    assert whole.costs.total.segments >= COUNT


def test_a_text_is_in_the_members_language_when_its_last_try_was(here: World) -> None:
    """Every text here is English; the first tenth of them was tried again, in the member's own language."""
    with here.deployment.write(OPERATOR) as uow:
        rows = uow.all(select(attempt, member.c.language.label("theirs")).select_from(_TRIED).order_by(touch.c.id))
        for row in rows[: COUNT // 10]:
            again = {name: value for name, value in row._mapping.items() if name != "theirs"}
            uow.insert(attempt, [again | {"fencing": 2, "language": row.theirs}])
            uow.execute(update(touch).where(touch.c.id == row.touch_id).values(attempts=2))
        uow.commit()
    english = sum(LANGUAGES[n % len(LANGUAGES)] == "en" for n in range(COUNT))
    later = sum(LANGUAGES[n % len(LANGUAGES)] != "en" for n in range(COUNT // 10))
    found = counted(here, Tab.DELIVERY)
    assert of(found, "spoken") == Counted(english + later, COUNT)
    assert of(found, "delivered") == of(counted(here, Tab.DELIVERY, by=By.CLINIC), "delivered")


_TRIED = attempt.join(touch, touch.c.id == attempt.c.touch_id).join(member, member.c.id == touch.c.member_id)


def test_days_outside_are_not_counted(here: World) -> None:
    before = Scope(FIRST - timedelta(days=7), FIRST - timedelta(days=1))
    for tab in (Tab.VISITS, Tab.OUTREACH, Tab.CONSENT, Tab.RIDES, Tab.DELIVERY):
        for each in counted(here, tab, before).groups:
            assert each.total == Counted(0, 0)
            assert each.lines == ()


def test_what_is_archived_is_in_the_reports_of_its_days(here: World) -> None:
    before = {tab: counted(here, tab) for tab in (Tab.VISITS, Tab.OUTREACH, Tab.CONSENT, Tab.RIDES, Tab.DELIVERY)}
    with here.deployment.write(OPERATOR) as uow:
        half = [row.id for row in uow.all(select(touch.c.id).order_by(touch.c.id).limit(COUNT // 2))]
        for key in (prompt.c.touch_id, attempt.c.touch_id, touch.c.id):
            copied = select(*key.table.columns, literal("2026-10")).where(key.in_(half))
            names = [*key.table.columns.keys(), "month"]
            uow.execute(insert(ARCHIVED[key.table]).from_select(names, copied))
            assert uow.execute(delete(key.table).where(key.in_(half))).rowcount == COUNT // 2
        uow.commit()
    for tab, found in before.items():
        again = counted(here, tab)
        assert [each.total for each in again.groups + again.weekly] == [
            each.total for each in found.groups + found.weekly
        ], tab
        assert again.waits == found.waits
        assert again.costs == found.costs


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    here = on(database)
    fill(here, 40)
    few = {tab: _statements(here, tab) for tab in Tab}
    with here.deployment.write(OPERATOR) as uow:
        furnish(uow, 700, start=40)
        uow.commit()
    assert {tab: _statements(here, tab) for tab in Tab} == few
    assert max(few.values()) <= 10


def _statements(world: World, tab: Tab) -> int:
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        ran.append(statement)

    engine = world.deployment.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        counted(world, tab)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(ran)


def test_small_languages_stand_together(here: World) -> None:
    scope = Scope(FIRST, FIRST + timedelta(days=20))
    found = counted(here, Tab.DELIVERY, scope).groups[0]
    assert {line.key for line in found.lines} <= {*LANGUAGES, OTHER}
    for line in found.lines:
        assert line.counted is None or not 0 < line.counted.part < 11


def test_the_usual_time_is_thirteen_whole_weeks(here: World) -> None:
    assert reports.last_quarter(here.deployment, OPERATOR) == (date(2026, 8, 24), date(2026, 11, 22))


def test_tasks_are_counted_by_age_and_by_what_they_took(here: World) -> None:
    queues = {row.queue: row for row in counted(here, Tab.TASKS).queues}
    assert sum(row.open for row in queues.values()) == len(range(0, COUNT, 10))
    assert sum(row.finished for row in queues.values()) <= len(range(5, COUNT, 10))
    assert all(row.past_due <= row.open for row in queues.values())
    assert queues["schedulers"].half is not None


def test_a_pickup_is_in_time_when_the_car_was_there_by_the_end_of_its_window(here: World) -> None:
    """What the broker told of an earlier booking, or of the other leg, or only that it is over, says nothing."""
    told: Counter[str] = Counter()
    with here.deployment.write(OPERATOR) as uow:
        rows = uow.all(select(trip).select_from(_TRIPS).where(_COMPLETED).order_by(trip.c.id))
        for n, row in enumerate(rows):
            minutes, status, leg, became = _CARS[n % len(_CARS)]
            until = None if n % 11 == 0 else row.recorded_at + timedelta(hours=2)
            uow.execute(update(trip).where(trip.c.id == row.id).values(pickup_until=until))
            if minutes is not None:
                at = row.recorded_at + timedelta(minutes=minutes)
                body = {"at": at.isoformat(), "leg": leg, "status": status, "pickup_from": None}
                table = loop_event if n % 3 else ARCHIVED[loop_event]
                more = {} if n % 3 else {"month": "2026-10"}
                about = {"id": uow.next_id(), "loop_id": row.loop_id, "kind": "TripReported", "at": at}
                uow.execute(insert(table).values(**about, body=body, actor="broker", **more))
            told["untold" if until is None else became] += 1
        uow.commit()
    with here.deployment.read(OPERATOR) as uow:
        legs = rides.legs(uow, WHOLE, By.LANGUAGE)
    there, ended = (sum(map(Counter, each.groups.values()), Counter()) for each in (legs.picked_up, legs.ended))
    assert (there["in_time"], there["late"]) == (told["in_time"], told["late"])
    assert there["untold"] == told["untold"] + ended["unknown"]
    assert (there["undone"], there["never_booked"]) == (ended["undone"], ended["never_booked"])
    assert min(told.values()) > 0


def test_a_ride_is_waited_for_from_the_task_to_arrange_it_to_the_first_booking(here: World) -> None:
    """Every third visit asks; booked five hours later, or not; what nobody booked counts as longer than all of it."""
    with here.deployment.write(OPERATOR) as uow:
        for n, row in enumerate(uow.all(select(loop.c.id, loop.c.opened_at, loop.c.program_id).order_by(loop.c.id))):
            opened = row.opened_at + timedelta(days=6, hours=19)  # trips are on record after seven days
            about = {"id": uow.next_id(), "loop_id": row.id, "program_id": row.program_id, "owner_queue": "rides"}
            about |= {"kind": "arrange_ride", "priority": "urgent", "opened_at": opened, "state": "open"}
            uow.insert(task, [about] if n % 3 == 0 else [])
        uow.commit()
    found = counted(here, Tab.RIDES)
    assert found.waits is not None
    assert found.waits.measure.name == "booked"
    called_off = [OUTCOMES[(n * 31 + n // 97) % len(OUTCOMES)][0] == "cancelled_by_clinic" for n in range(COUNT)]
    booked = sum(n % 6 == 3 and not called_off[n] for n in range(COUNT))
    shown = [wait.line.counted for wait in found.waits.rows if wait.line.counted]
    assert sum(each.part for each in shown) == booked
    assert sum(each.whole for each in shown) == booked + sum(n % 6 == 0 and not called_off[n] for n in range(COUNT))
    spans = {wait.line.key: (wait.half, wait.most) for wait in found.waits.rows}
    assert spans == {"es": (5, 5), "en": (None, None)}  # each third Spanish visit is booked, of three English ones one


_TRIPS = trip.join(loop, loop.c.id == trip.c.loop_id).join(anchor, anchor.c.id == loop.c.anchor_id)
_COMPLETED = (trip.c.status == "completed") & anchor.c.cancelled.is_(False)
_CARS = (
    (30, "arrived", "outbound", "in_time"),
    (120, "onboard", "outbound", "in_time"),
    (121, "arrived", "outbound", "late"),
    (190, "onboard", "outbound", "late"),
    (60, "completed", "outbound", "untold"),
    (60, "arrived", "return", "untold"),
    (-5, "arrived", "outbound", "untold"),
    (None, "", "", "untold"),
)


def test_silent_visits_are_in_no_measure_of_messages(here: World) -> None:
    before = counted(here, Tab.VISITS)
    with here.deployment.write(OPERATOR) as uow:
        uow.execute(update(anchor).values(sensitivity="silent"))
        uow.commit()
    assert counted(here, Tab.VISITS).groups == before.groups
    for tab in (Tab.OUTREACH, Tab.CONSENT, Tab.DELIVERY):
        found = counted(here, tab)
        assert [each.total for each in found.groups] == [Counted(0, 0)] * len(found.groups)
        assert found.waits is None or found.waits.rows == ()
