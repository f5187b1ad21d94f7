"""The demo's world: who lives in it, what each of them leaves behind, and how the story ends."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from clock import FakeTimer
from databases import sqlite_database
from sqlalchemy import select

from conversations.meaning import Intent, Safety
from conversations.prompt import OPTIONS, Option, Prompt
from conversations.screens import screen
from conversations.understand import understand
from outreach.bootstrap import bootstrap
from outreach.channels.look.phones import PhonesLookout
from outreach.channels.phones import MemoryNetwork
from outreach.channels.send.phones import Phones
from outreach.engine import tasks
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.settings import Settings
from outreach.simulation import world
from outreach.simulation.personas import CAST, Persona, cast
from outreach.simulation.phrases import PHRASES, in_own_script, said
from outreach.simulation.play import Player
from outreach.simulation.run import simulate
from outreach.simulation.staff import STAFF
from outreach.store.actor import OPERATOR, Actor
from outreach.store.enrolment import NAME
from outreach.store.reads.summary import Summary
from outreach.store.replies import BODY
from outreach.store.seal import Keyring
from outreach.store.tables import anchor, clinic, loop, member, message_version, reply, task, task_note, trip

PROVING = "OUTREACH_PROOF" in os.environ
SEEDS, MEMBERS = ([1, 2, 3], 60) if PROVING else ([1], 14)
CLAIMED = task_note.c.what == "claimed"
MORNING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@contextmanager
def deployed(template: Path, folder: Path, keyring: Keyring) -> Iterator[Deployment]:
    timer = FakeTimer()
    with sqlite_database(template, folder, timer.now, keyring) as database:
        network = MemoryNetwork(database.now)
        made = bootstrap(
            Settings(twilio_account_sid="", mode="demo", public_url="http://127.0.0.1:8080"),
            database=database,
            timer=timer,
            carrier=Phones(network, timer.monotonic),
            lookout=PhonesLookout(network),
        )
        set_calendar(made, MORNING)
        yield made


@dataclass(frozen=True)
class Told:
    """A world after its story."""

    deployment: Deployment
    seed: int
    end: Summary

    def rows(self, *columns: Any, where: Any = True, joined: bool = True) -> list[Any]:
        query = select(*columns)
        if joined:
            query = query.join(loop, loop.c.anchor_id == anchor.c.id)
        with self.deployment.read(OPERATOR) as uow:
            return list(uow.all(query.where(where) if where is not True else query))

    def loop_of(self, who: Persona) -> Any:
        visit = next(visit for visit, part in cast(self.seed).items() if part is who)
        return self.rows(loop, where=anchor.c.external_id == visit)[0]

    def said_by(self, who: Persona) -> list[tuple[str, list[str], datetime]]:
        found = self.loop_of(who).id
        with self.deployment.read(OPERATOR) as uow:
            rows = uow.all(select(reply).where(reply.c.loop_id == found).order_by(reply.c.received_at, reply.c.id))
            return [(uow.keyring.open(BODY, row.id, row.body), row.intents, row.received_at) for row in rows]

    def intents_of(self, who: Persona) -> set[str]:
        return {intent for _, intents, _ in self.said_by(who) for intent in intents}

    def work_for(self, who: Persona) -> set[str]:
        found = self.loop_of(who).id
        return {row.kind for row in self.rows(task.c.kind, where=task.c.loop_id == found, joined=False)}


@pytest.fixture(scope="module", params=SEEDS)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, keyring: Keyring
) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("world")
    with deployed(migrated_file, folder, keyring) as deployment:
        world.build(deployment, folder / "files", request.param, MEMBERS)
        yield Told(deployment, request.param, simulate(deployment, request.param))


@pytest.fixture(scope="module", params=SEEDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, keyring: Keyring
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("built")
    with deployed(migrated_file, folder, keyring) as deployment:
        world.build(deployment, folder / "files", request.param)
        yield deployment


def test_sixty_members_speak_eight_languages_each_at_least_two_of_them(built: Deployment) -> None:
    with built.read(OPERATOR) as uow:
        spoken = Counter(row.language for row in uow.all(select(member.c.language)))
    assert sum(spoken.values()) == 60
    assert set(spoken) == set(world.LANGUAGES)
    assert min(spoken.values()) >= 2


def test_names_are_written_in_their_own_script(built: Deployment) -> None:
    with built.read(OPERATOR) as uow:
        rows = uow.all(select(member.c.id, member.c.name, member.c.language))
        names = {row.language: uow.keyring.open(NAME, row.id, row.name) for row in rows}
    assert all("\u0600" <= letter <= "\u06ff" for letter in names["ar"].replace(" ", ""))
    assert all("\u4e00" <= letter <= "\u9fff" for letter in names["zh-Hans"])
    assert names["en"].isascii()


def test_visits_are_at_three_clinics_in_three_zones_within_ten_days(built: Deployment) -> None:
    with built.read(OPERATOR) as uow:
        query = select(clinic.c.key, anchor.c.zone, anchor.c.day).join(clinic).join(loop)
        to_come = uow.all(query.where(loop.c.closed.is_(None)))
    assert {row.key for row in to_come} == {"riverside", "lakeview", "mesa"}
    assert {row.zone for row in to_come} == {"America/New_York", "America/Chicago", "America/Phoenix"}
    assert all(timedelta(0) < row.day - MORNING.date() <= timedelta(days=10) for row in to_come)


def test_eight_weeks_of_past_visits_are_closed_and_some_say_why_they_were_missed(built: Deployment) -> None:
    with built.read(OPERATOR) as uow:
        past = uow.all(select(loop, anchor.c.day).join(anchor).where(loop.c.closed == "imported"))
    assert len(past) == 120
    assert all(timedelta(0) < MORNING.date() - row.day <= timedelta(weeks=8) for row in past)
    ends = Counter(row.outcome for row in past)
    assert ends["kept"] > 60 > ends["no_show"] > 5
    assert len({row.reason for row in past if row.outcome == "no_show"}) >= 3


def test_words_nobody_reviewed_are_approved_visibly(built: Deployment) -> None:
    with built.read(OPERATOR) as uow:
        rows = uow.all(select(message_version.c.language, message_version.c.approver).distinct())
    approved = {row.language: row.approver for row in rows}
    assert approved["hmn"] == approved["ar"] == "demo: machine drafts, not reviewed"
    assert approved["en"] == "demo: the texts of a fictional program"


def test_every_character_is_in_every_world() -> None:
    for seed in range(50):
        assert sorted(cast(seed).values()) == sorted(CAST)


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_danger_stop_and_wrong_numbers_are_heard_in_every_language(language: str) -> None:
    found = {what: screen(said(what, language)).safety for what in ("worry", "stop", "wrong")}
    assert Safety.EMERGENCY in found["worry"]
    assert Safety.OPT_OUT in found["stop"]
    assert Safety.WRONG_NUMBER in found["wrong"]


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_yes_in_their_own_words_confirms(language: str) -> None:
    options = {digit: Option.parse(code) for digit, code in OPTIONS["reminder"].items()}
    for text in (said("yes", language), in_own_script("1", language)):
        assert understand(text, language, Prompt("reminder", options)).intents == {Intent.CONFIRM}


@pytest.mark.parametrize(
    ("who", "intent"),
    [
        (Persona.CONFIRMS, "confirm"),
        (Persona.NEEDS_RIDE, "need_transport"),
        (Persona.LATE, "running_late"),
        (Persona.SWITCHES, "language_switch"),
        (Persona.STOPS, "opt_out"),
        (Persona.WRONG_NUMBER, "wrong_number"),
        (Persona.MEDICINE, "medication_question"),
        (Persona.WORRIES, "emergency"),
        (Persona.MISSES, "visit_not_completed"),
    ],
)
def test_each_character_leaves_a_trace(told: Told, who: Persona, intent: str) -> None:
    assert intent in told.intents_of(who)


def test_who_asks_for_spanish_is_written_to_in_spanish(told: Told) -> None:
    found = told.loop_of(Persona.SWITCHES)
    assert told.rows(member.c.language, where=member.c.id == found.member_id, joined=False)[0].language == "es"


def test_one_thought_comes_in_two_texts_twenty_seconds_apart(told: Told) -> None:
    (first, _, at), (second, _, then) = told.said_by(Persona.TWO_TEXTS)[:2]
    assert first == "1"
    assert second == "oh wait i need a ride"
    assert then - at == timedelta(seconds=20)


def test_who_goes_silent_answers_once(told: Told) -> None:
    assert len(told.said_by(Persona.SILENT)) == 1


def test_who_says_stop_mid_way_had_answered_before(told: Told) -> None:
    said = [intents for _, intents, _ in told.said_by(Persona.STOPS)]
    assert said[0] == ["confirm"]
    assert said[1] == ["opt_out"]


def test_digits_of_another_script_are_understood(told: Told) -> None:
    text, intents, _ = told.said_by(Persona.NATIVE)[0]
    assert (text, intents) == ("١", ["confirm"])


def test_a_question_in_another_language_is_kept_as_written(told: Told) -> None:
    assert told.said_by(Persona.ASKS)[0][0] == "诊所入口在哪里？"


def test_worry_medicine_and_rides_become_work(told: Told) -> None:
    assert "crisis" in told.work_for(Persona.WORRIES)
    assert "medication_question" in told.work_for(Persona.MEDICINE)
    assert told.work_for(Persona.NEEDS_RIDE) & {"arrange_ride", "ride_urgent"}


def test_staff_finish_most_tasks_and_some_nobody_takes(told: Told) -> None:
    resolved = told.rows(task.c.resolved_by, where=task.c.state == "resolved", joined=False)
    assert {row.resolved_by for row in resolved} >= {str(person) for person in STAFF}
    assert told.end.tasks
    notes = {row.what for row in told.rows(task_note.c.what, joined=False)}
    assert {"claimed", "escalated.supervisor"} <= notes


@pytest.mark.parametrize("kind", ["answer_member", "call_member", "arrange_ride"])
def test_the_first_of_some_tasks_is_the_visitors_for_a_day(told: Told, kind: str) -> None:
    first = min(told.rows(task.c.id, task.c.opened_at, where=task.c.kind == kind, joined=False))
    claims = told.rows(task_note.c.at, where=(task_note.c.task_id == first.id) & CLAIMED, joined=False)
    assert all(claim.at - first.opened_at >= timedelta(days=1) for claim in claims)


def test_what_somebody_else_has_taken_is_left_alone(deployment: Deployment, tmp_path: Path) -> None:
    maya = Actor("person", "Maya Ortiz")
    set_calendar(deployment, MORNING)
    world.build(deployment, tmp_path / "files", 1, 3)
    player = Player(deployment, 1)
    mine: set[int] = set()
    while (instant := player.ahead()) is not None:  # she is there as soon as a task opens, before anybody else
        with deployment.read(maya) as uow:
            found = [row.id for row in uow.all(select(task.c.id).where(task.c.state == "open"))]
        for task_id in set(found) - mine:
            tasks.claim(deployment, maya, task_id)
            mine.add(task_id)
        player.turn_to(instant)
    with deployment.read(maya) as uow:
        resolved = {row.resolved_by for row in uow.all(select(task.c.resolved_by))}
    assert mine
    assert not resolved & {str(person) for person in STAFF}


def test_rides_are_booked_driven_and_told_of(told: Told) -> None:
    rides = told.rows(trip.c.leg, trip.c.status, joined=False)
    assert {("outbound", "completed"), ("return", "completed")} <= {(row.leg, row.status) for row in rides}


def test_missed_visits_are_followed_by_new_ones(told: Told) -> None:
    followed = told.rows(loop.c.id, where=loop.c.parent_id.is_not(None), joined=False)
    assert followed


def test_clinics_report_in_their_own_name(told: Told) -> None:
    kept = told.rows(loop.c.source, where=loop.c.closed == "visit_completed", joined=False)
    assert "clinic_staff" in {row.source for row in kept}


def test_at_the_end_every_loop_is_closed_or_owned_and_most_are_closed(told: Told) -> None:
    assert told.end.unheld == told.end.waiting == 0
    closed = sum(count for words, count in told.end.closed if not words.startswith("imported"))
    assert closed > 4 * told.end.owned


def test_the_same_seed_tells_the_same_story(tmp_path: Path, migrated_file: Path, keyring: Keyring) -> None:
    ends = []
    for name in ("once", "again"):
        folder = tmp_path / name
        folder.mkdir()
        with deployed(migrated_file, folder, keyring) as deployment:
            world.build(deployment, folder / "files", 4, 2)
            ends.append(simulate(deployment, 4))
    assert ends[0] == ends[1]


def test_a_player_never_turns_the_calendar_back(deployment: Deployment, tmp_path: Path) -> None:
    set_calendar(deployment, MORNING)
    world.build(deployment, tmp_path / "files", 1, 2)
    player = Player(deployment, 1)
    player.begin()
    player.turn_to(MORNING - timedelta(days=1))
    assert deployment.database.now() == MORNING
    ahead = player.ahead()
    assert ahead is not None
    assert ahead > MORNING
    assert player.ahead() == ahead
