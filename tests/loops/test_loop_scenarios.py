"""The appointment lane as scenarios that a nurse could read: every story, and every event in every stage."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from lane_scenarios import HAPPENINGS, REPLY, Scenario, in_words, matrix_files, read, scenarios, stages

from conversations.meaning import Intent
from conversations.prompt import OPTIONS, UNCLEAR_WORDS
from outreach.loops import events as e
from outreach.loops.advance import advance
from outreach.loops.effects import Answer
from outreach.loops.loop import Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Leg, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.task_clock import deadlines
from outreach.loops.tasks import RULES, TaskKind

STORIES = [scenario for scenario in scenarios() if not scenario.matrix]
MATRIX = [scenario for scenario in scenarios() if scenario.matrix]


def _named(scenario: Scenario) -> str:
    return f"{scenario.file}: {scenario.name}"


def _play(scenario: Scenario) -> None:
    loop, effects = scenario.loop, ()
    for happening in scenario.events:
        step = advance(loop, happening.event)
        loop, effects = step.loop, step.effects
    assert loop == scenario.after
    assert tuple(in_words(effect, happening.event.at, loop) for effect in effects) == scenario.effects
    assert all(effect.reply == REPLY for effect in effects if isinstance(effect, Answer))


@pytest.mark.parametrize("story", STORIES, ids=_named)
def test_the_lane_does_what_its_story_says(story: Scenario) -> None:
    _play(story)


@pytest.mark.parametrize("file", [path.stem for path in matrix_files()])
def test_each_event_does_in_each_stage_what_the_matrix_says(file: str) -> None:
    wrong = []
    for cell in MATRIX:
        if cell.file == file:
            try:
                _play(cell)
            except AssertionError as different:
                wrong.append(f"{cell.name}: {different}")
    assert wrong == []


@pytest.mark.parametrize("path", matrix_files(), ids=lambda path: path.stem)
def test_every_event_of_the_matrix_meets_every_stage_once(path: object) -> None:
    for row in read(path)["event"]:  # type: ignore[arg-type]
        met = [stage for words in row["then"] for stage in stages(words)]
        assert sorted(met) == sorted(Stage), row["what"]


def test_no_two_scenarios_have_one_name() -> None:
    names = [_named(scenario) for scenario in scenarios()]
    assert len(set(names)) == len(names)


def _met(events: Iterable[tuple[Stage, e.Event]], kind: type) -> list[tuple[Stage, e.Event]]:
    return [(stage, event) for stage, event in events if isinstance(event, kind)]


CELLS = [(cell.loop.stage, cell.events[0].event) for cell in MATRIX]


def test_every_kind_of_event_meets_every_stage() -> None:
    assert {(type(event), stage) for stage, event in CELLS} == {(kind, s) for kind in e.Event.__args__ for s in Stage}
    assert len(HAPPENINGS) == len(e.Event.__args__)


def test_every_meaning_of_a_reply_meets_every_stage() -> None:
    met = {(intent, stage) for stage, event in _met(CELLS, e.Heard) for intent in event.meaning.intents}
    assert met == {(intent, stage) for intent in Intent for stage in Stage}


def test_every_news_of_a_ride_meets_every_stage() -> None:
    met = {(event.leg, event.status, stage) for stage, event in _met(CELLS, e.TripReported)}
    assert met == {(leg, status, stage) for leg in Leg for status in TripStatus for stage in Stage}


def test_every_kind_of_work_and_every_standing_meets_every_stage() -> None:
    assert {(event.kind, stage) for stage, event in _met(CELLS, e.TaskResolved)} == {
        (str(kind), stage) for kind in TaskKind for stage in Stage
    }
    assert {(event.standing, stage) for stage, event in _met(CELLS, e.StandingChanged)} == {
        (standing, stage) for standing in Standing for stage in Stage
    }


def test_every_resolution_that_the_lane_acts_on_is_one_that_a_person_can_choose() -> None:
    finished = [happening.event for scenario in scenarios() for happening in scenario.events]
    for event in finished:
        if isinstance(event, e.TaskResolved):
            assert event.resolution in RULES[TaskKind(event.kind)].resolutions
    acted = {"call_member", "reschedule", "double_booked", "find_outcome", "outcome_conflict", "possible_visit_cancel",
             "arrange_ride", "ride_urgent", "ride_problem", "stranded"}  # fmt: skip
    told = {(event.kind, event.resolution) for event in finished if isinstance(event, e.TaskResolved)}
    assert told >= {(kind, word) for kind in acted for word in RULES[TaskKind(kind)].resolutions} - {
        ("outcome_conflict", "cancelled_by_clinic"),
        ("outcome_conflict", "left_without_being_seen"),  # as for find_outcome
    }


def test_every_source_and_every_outcome_is_reported_in_some_scenario() -> None:
    reports = [h.event for s in scenarios() for h in s.events if isinstance(h.event, e.OutcomeReported)]
    assert {report.source for report in reports} | {Source.MEMBER} == set(Source)
    late = {Outcome.CANCELLED_BY_PATIENT_LATE}  # what a member says late is one; nobody reports it otherwise
    assert {report.outcome for report in reports} | late == set(Outcome)


def test_every_stage_is_where_a_story_starts_and_where_one_ends() -> None:
    assert {story.loop.stage for story in STORIES} == set(Stage)
    assert {story.after.stage for story in STORIES} == set(Stage)


def test_every_kind_of_work_that_the_lane_can_open_is_opened_in_some_story() -> None:
    opened = {effect.split()[1] for story in STORIES for effect in story.effects if effect.startswith("task ")}
    # The rest is opened where no loop decides: by the screens, and by the connections to carriers and clinics.
    assert opened == set(TaskKind) - {
        TaskKind.CRISIS,
        TaskKind.SAFETY_REVIEW,
        TaskKind.POSSIBLE_VISIT_CANCEL,
        TaskKind.MISSING_OUTCOMES,
        TaskKind.CLINIC_UNREACHABLE,
        TaskKind.UNMATCHED_TEXT,
        TaskKind.SAFE_CONTACT_CHECK,
        TaskKind.UNKNOWN_BLOCK_REASON,
        TaskKind.PRIVACY_INCIDENT,
        TaskKind.RENEW_CONSENT,
        TaskKind.SENDING_PAUSED,
        TaskKind.TEXT_HELD,
        TaskKind.CALL_BACK,
        TaskKind.MISSED_CALL,
        TaskKind.VOICE_MESSAGE,
    }


def test_every_question_in_a_scenario_is_one_that_texts_ask() -> None:
    heard = [h.event for s in scenarios() for h in s.events if isinstance(h.event, e.Heard)]
    assert {event.prompt for event in heard} - {None} <= set(OPTIONS)
    asked = {effect.split()[1] for s in scenarios() for effect in s.effects if effect.startswith("answer ")}
    assert {words for words in asked if words.startswith(("why", "when", "unclear"))} <= set(OPTIONS)
    assert set(UNCLEAR_WORDS) <= set(OPTIONS)


@pytest.mark.parametrize("kind", TaskKind)
def test_care_07_a_task_of_a_scenario_runs_on_the_clock_of_the_programs_office(kind: TaskKind) -> None:
    for scenario in scenarios():
        office, at = scenario.loop.setting.office, scenario.events[-1].event.at
        if f"task {kind}" in scenario.effects:
            assert deadlines(kind, at, office).due_at > at
