"""Every menu of a call to every leaf, by keypress through the doors: it can be stopped, and a person can be had."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from calls import QUESTIONS
from console_world import CARRIER, World, copied, on
from counts import PROOF
from healthy import unheld
from sqlalchemy import delete, func, select, update
from voice_world import BIRTHDAY, TUESDAY, Heard, Ringing, at, call, furnish, known, phone_of, rings

from conversations.calls.call import Direction
from conversations.calls.menu import menus
from conversations.calls.state import State
from locales.factory import factory_languages
from locales.languages import languages
from outreach.engine.read_aloud import hash_of, recorded_languages, to_read
from outreach.engine.rides import Booking, book_ride
from outreach.loops.numbers import NumberState
from outreach.loops.rides import Leg, Trip
from outreach.store import calls, programs
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.batches import update_rows
from outreach.store.trips import Details

SPOKEN = [code for code in languages() if code in factory_languages()]
WHOLLY = (
    SPOKEN if PROOF else ["en", "hy"]
)  # every key there, and 0, 9 and a silence at every prompt; else each menu once
_numbers = count(1)
_ON_ITS_DAY = {
    "today": datetime(2027, 3, 9, 15, tzinfo=UTC),
    "outcome": datetime(2027, 3, 9, 22, tzinfo=UTC),
}
_GROWS = (t.task, t.trip, t.reply, t.loop_event, t.consent_event, t.awaited, t.signal)


@dataclass(frozen=True)
class Place:
    """Where a call stands, to be gone on from as often as one likes."""

    ringing: Ringing
    state: State
    last: Heard
    columns: tuple[tuple[str, Any], ...]


class Walker:
    """Walks the calls of one member, and undoes what an answer did before the next."""

    def __init__(self, world: World, language: str, wholly: bool) -> None:
        self.world, self.language, self.wholly = world, language, wholly
        self.visit = known(world, language)
        self.phone = phone_of(world, self.visit)
        self.state = NumberState.ACTIVE
        self.seen: set[str] = set()
        self.keys: set[tuple[str, str]] = set()

    def walk(self, ringing: Ringing, by: str = "human", *keys: str) -> None:
        """Go from the first words, or from what follows these keys, to every place that was not seen yet."""
        self._check(ringing.answered(by), "")
        for key in keys:
            self._check(ringing.press(key), key)
        self._remember()
        waiting = deque([self._place(ringing)])
        while waiting:
            place = waiting.popleft()
            if place is None or place.state.menu in self.seen:
                continue
            self.seen.add(place.state.menu)
            for fields in self._answers(place):
                waiting.append(self._go_on(place, fields))
                self._undo()

    def _place(self, ringing: Ringing) -> Place | None:
        with self.world.deployment.read(OPERATOR) as uow:
            stored = calls.of_sid(uow, ringing.sid)
        assert stored is not None
        assert ringing.last is not None
        if stored.state is None or ringing.last.action is None:
            if stored.state is not None:
                self.seen.add(stored.state.menu)
            return None
        columns = ("touch_id", stored.touch), ("fencing", stored.attempt), ("program_id", stored.program)
        columns += ("member_id", stored.member), ("loop_id", stored.loop), ("anchor_version", stored.anchor_version)
        return Place(ringing, stored.state, ringing.last, columns)

    def _answers(self, place: Place) -> Iterator[dict[str, str]]:
        menu, waits = menus().menus[place.state.menu], place.last.waits
        if not waits and "Dial" in place.last.verbs:
            yield from ({"DialCallStatus": each} for each in ("completed", "no-answer"))
        elif not waits:
            yield from ({"RecordingUrl": "https://x", "RecordingDuration": each} for each in ("9", "0"))
        elif menu.digits > 1:
            yield from ({"Digits": keys} for keys in (BIRTHDAY, "0101", "*9", "*0"))
        else:
            more = {"hello": "7", "languages": "1"}.get(menu.name, "")
            keys = [key for key, to in menu.keys.items() if self.wholly or to not in self.seen]
            yield from ({"Digits": key} for key in (*keys, *more, *("09" if self.wholly else "")))
            if self.wholly or menu.silence not in ("", "end"):
                yield {}

    def _go_on(self, place: Place, fields: dict[str, str]) -> Place | None:
        """Answer on a copy of the call as it stood there."""
        sid = f"CB{next(_numbers):032x}"
        direction = Direction.INBOUND if "inbound" in place.ringing.door else Direction.OUTBOUND
        with self.world.deployment.write(OPERATOR) as uow:
            made = calls.begun(uow, sid, direction, self.phone, **dict(place.columns))
            state = {"state": place.state.text(), "turn": place.state.turn, "document": place.last.xml}
            calls.change(uow, made.id, state)
            uow.commit()
        ringing = replace(place.ringing, sid=sid, form=place.ringing.form | {"CallSid": sid})
        assert place.last.action is not None
        heard = ringing.ask(place.last.action, **fields)
        key = fields.get("Digits", "")
        self.keys.add((place.state.menu, key))
        self._check(heard, key)
        return self._place(ringing)

    def _check(self, heard: Heard, key: str) -> None:
        assert heard.status == 200
        assert {"Gather", "Dial", "Record", "Hangup"} & set(heard.verbs)
        if languages()[self.language].says is None:
            assert "Say" not in heard.verbs or set(heard.languages) <= _OTHERS
        if key.removeprefix("*") == "9":
            assert heard.verbs[-1] == "Hangup"
            kept = self.world.row("SELECT count(*) AS n FROM consent_event WHERE action = 'stop'")
            assert kept.n == 1
        if key.removeprefix("*") == "0":
            assert "Dial" in heard.verbs or heard.waits
            assert self.world.row("SELECT count(*) AS n FROM task").n > 0
        if self.wholly:
            # Nobody sweeps here while days go by: what is late by then is not asked, but what nothing holds.
            assert unheld(self.world.deployment, TUESDAY) == {}

    def _remember(self) -> None:
        """Note what there is before any answer."""
        with self.world.deployment.read(OPERATOR) as uow:
            self.mark = {table: uow.execute(select(func.max(table.c.id))).scalar_one() or 0 for table in _GROWS}
            theirs = (
                (t.loop, t.loop.c.id),
                (t.touch, t.touch.c.loop_id),
                (t.trip, t.trip.c.loop_id),
                (t.awaited, t.awaited.c.loop_id),
            )
            self.before = {
                table: [dict(row._mapping) for row in uow.all(select(table).where(key == self.visit.loop))]
                for table, key in theirs
            }

    def _undo(self) -> None:
        with self.world.deployment.write(OPERATOR) as uow:
            for table in _GROWS:
                uow.execute(delete(table).where(table.c.id > self.mark[table]))
            for table, rows in self.before.items():
                update_rows(uow, table, ("id",), rows)
            uow.execute(update(t.contact_point).where(t.contact_point.c.id == self.phone).values(state=self.state))
            uow.execute(update(t.member).where(t.member.c.id == self.visit.member).values(language=self.language))
            uow.commit()

    def everything(self) -> None:
        """Walk our calls of every question and kind, and theirs, while somebody is there and while nobody is."""
        self.walk(call(self.world, self.visit))
        self.walk(call(self.world, self.visit), "human", "", "")
        self.walk(call(self.world, self.visit), "human", "", "", "")
        for menu, words in (QUESTIONS | {"no_message": "optin_confirm"}).items():
            at(self.world, _ON_ITS_DAY.get(menu, TUESDAY))
            if menu == "ride":
                self._ride()
            self.walk(call(self.world, self.visit, words), "human", "1")
        at(self.world, TUESDAY)
        for by in ("unknown", "machine_end_beep", "machine_start", "fax"):
            self.walk(call(self.world, self.visit), by)
        self._number_is(NumberState.UNVERIFIED)
        self.walk(call(self.world, self.visit), "human", "1")
        self.walk(call(self.world, self.visit), "human", "1", "0101", "0102")
        self.walk(rings(self.world, self.visit.number), "")
        self._staffed(False)
        self.walk(call(self.world, self.visit), "human", "0")
        self.walk(rings(self.world, self.visit.number), "", "3")
        self._staffed(True)

    def _ride(self) -> None:
        """A ride is booked, there and back."""
        legs = (
            (Leg.OUTBOUND, datetime(2027, 3, 9, 18, tzinfo=UTC)),
            (Leg.RETURN, datetime(2027, 3, 9, 21, tzinfo=UTC)),
        )
        trips = tuple(
            Trip(leg, f"T-{leg}", pickup_from=ready, pickup_until=ready + timedelta(minutes=20), phone="800-555-0142")
            for leg, ready in legs
        )
        book_ride(self.world.deployment, OPERATOR, self.visit.loop, Booking(trips, Details("EasyRide", "ambulatory")))

    def _number_is(self, state: NumberState) -> None:
        self.state = state
        with self.world.deployment.write(OPERATOR) as uow:
            uow.execute(update(t.contact_point).where(t.contact_point.c.id == self.phone).values(state=state))
            uow.commit()

    def _staffed(self, on: bool) -> None:
        voice = {"on_call": "+12025550190"} if on else {"record": True}
        with self.world.deployment.write(OPERATOR) as uow:
            uow.execute(update(t.program).values(voice=voice))
            uow.commit()


_OTHERS = {each.says.language for each in languages().values() if each.says is not None}


def record_everything(world: World) -> None:
    """Every sentence of every language that no machine speaks, as if people had recorded and approved it."""
    with world.deployment.write(OPERATOR) as uow:
        (program,) = programs.programs(uow).values()
        uow.insert(
            t.recording,
            [
                {"id": uow.next_id(), "program_id": program.id, "language": language, "key": each.key,
                 "variant": each.variant, "version": 1, "state": "approved", "revision": 1,
                 "source_hash": hash_of(each), "sha256": "0", "millis": 900, "recorded_by": "Ani",
                 "recorded_at": uow.now, "approver": "Davit", "approved_at": uow.now, "audio": b"RIFF"}
                for language in recorded_languages(program)
                for each in to_read(program, language).values()
            ],
        )  # fmt: skip
        uow.commit()


@pytest.fixture(scope="module")
def everywhere(template, tmp_path_factory) -> Iterator[World]:
    """A deployment whose calls can be held in every language."""
    made = copied(template, tmp_path_factory.mktemp("everywhere"), **CARRIER)
    furnish(made, SPOKEN)
    record_everything(made)
    yield made
    made.close()


@pytest.mark.parametrize("language", SPOKEN)
def test_every_way_through_a_call_in_every_language(everywhere, language):
    walker = Walker(everywhere, language, language in WHOLLY)
    walker.everything()
    assert walker.seen | {"too_long"} >= menus().menus.keys()
    keys = {(menu.name, key) for menu in menus().menus.values() for key in menu.keys}
    assert keys <= walker.keys or not walker.wholly


def test_every_way_through_a_call_on_either_database(database):
    world = on(database, **CARRIER)
    furnish(world, ("en", "es", "vi"))
    walker = Walker(world, "en", wholly=False)
    walker.everything()
    assert walker.seen | {"too_long"} >= menus().menus.keys()
