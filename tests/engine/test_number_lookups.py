"""A number that may belong to somebody else by now stays silent until a look-up, a reply or a person says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from twin import HandTimer, TwinCarrier

from outreach.channels.look.numbers import NoLookup, Question
from outreach.engine.consenting import confirm_number
from outreach.loops.numbers import FRESH, LineType, Reassigned
from outreach.store import tables as t
from outreach.store.database import Database


@dataclass
class TwinLookup:
    """Answers as it is told, for each number; nothing for one it cannot answer."""

    source: str = "twin"
    usual: Reassigned | None = Reassigned.NO
    answers_for: dict[str, Reassigned | None] = field(default_factory=dict)
    asked: list[tuple[str, date]] = field(default_factory=list)

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        for question in questions:
            self.asked.append((question.number, question.since))
            answer = self.answers_for.get(question.number, self.usual)
            if answer is not None:
                yield question, answer

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        return iter(())


@pytest.fixture
def lookup() -> TwinLookup:
    return TwinLookup()


@pytest.fixture
def scene(database: Database, timer: HandTimer, lookup: TwinLookup) -> Scene:
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier, number_lookup=lookup), carrier, timer)
    made.furnish()
    return made


def unheard(scene: Scene, number: str = ANA) -> int:
    """A member of whose number nobody knows more than the consent."""
    who = scene.member(number)
    scene.change(t.contact_point, scene.phone(number), verified_at=None)
    return who


@pytest.fixture
def loop(scene: Scene) -> int:
    return scene.visit(unheard(scene))


def reached(scene: Scene) -> set[str]:
    return {message.to for message in scene.carrier.posted}


def state(scene: Scene, number: str = ANA) -> str:
    return str(scene.row(t.contact_point, t.contact_point.c.id == scene.phone(number)).state)


@pytest.mark.parametrize("answer", [Reassigned.NO, Reassigned.NO_DATA])
def test_law_37_a_number_is_looked_up_before_it_first_rings(
    scene: Scene, lookup: TwinLookup, answer: Reassigned, loop: int
) -> None:
    lookup.usual = answer
    scene.settle()
    assert lookup.asked == [(ANA, NOW.date())]
    assert reached(scene) == {ANA}
    [check] = scene.rows(t.number_check)
    assert (check.answer, check.source, check.since, check.at) == (answer, "twin", NOW.date(), NOW)


def test_law_37_without_an_answer_nothing_is_sent_and_it_is_asked_again(
    scene: Scene, lookup: TwinLookup, loop: int
) -> None:
    lookup.usual = None
    scene.settle()
    assert reached(scene) == set()
    assert {row.rule for row in scene.rows(t.touch, t.touch.c.rule.is_not(None))} == {"LAW-37"}
    assert scene.unheld() == {}
    lookup.usual = Reassigned.NO
    scene.go_to(NOW + timedelta(minutes=10))
    assert (len(lookup.asked), reached(scene)) == (2, {ANA})


def test_law_37_a_number_that_was_given_up_never_rings_and_its_visits_belong_to_a_person(
    scene: Scene, lookup: TwinLookup
) -> None:
    lookup.answers_for = {ANA: Reassigned.YES}
    gone, other = scene.visit(unheard(scene)), scene.visit(unheard(scene, BEN))
    scene.live_to(local(VISIT_DAY, 9))
    assert reached(scene) == {BEN}
    assert state(scene) == "reassigned_hold"
    found = {(row.kind, row.loop_id) for row in scene.rows(t.task, t.task.c.state == "open")}
    assert ("verify_phone", gone) in found
    assert other not in {loop for kind, loop in found if kind == "verify_phone"}
    assert scene.unheld() == {}


def test_law_37_everybody_on_a_number_that_was_given_up_has_somebody(scene: Scene, lookup: TwinLookup) -> None:
    lookup.usual = Reassigned.YES
    loops = [scene.visit(unheard(scene)) for _ in range(2)]
    scene.settle()
    assert [row.loop_id for row in scene.rows(t.task)] == loops
    assert reached(scene) == set()


def test_law_37_a_look_is_fresh_for_31_days_and_delivered_does_not_make_it_so(
    scene: Scene, lookup: TwinLookup, loop: int
) -> None:
    scene.settle()
    [touch] = [message.touch for message in scene.carrier.posted]
    scene.call_back(touch, "delivered")
    scene.settle()
    assert scene.row(t.contact_point).verified_at is None
    later = NOW + FRESH
    scene.at(later - timedelta(hours=1))
    scene.visit(scene.rows(t.member)[0].id, day=(later + timedelta(days=4)).date())
    scene.settle()
    assert len(lookup.asked) == 1
    scene.live_to(later + timedelta(days=2))
    assert len(lookup.asked) == 2


def test_law_38_who_wrote_lately_is_not_looked_up(scene: Scene, lookup: TwinLookup) -> None:
    who = unheard(scene)
    scene.say(ANA, "hello")
    scene.visit(who)
    scene.live_to(NOW + timedelta(days=3))
    assert lookup.asked == []


def test_law_37_it_is_asked_since_the_consent_or_since_somebody_was_there(scene: Scene, lookup: TwinLookup) -> None:
    lookup.usual = None
    who = unheard(scene)
    scene.at(NOW + timedelta(days=3))
    scene.visit(who, day=VISIT_DAY + timedelta(days=60))
    scene.settle()
    assert lookup.asked[-1] == (ANA, NOW.date())
    confirm_number(scene.deployment, OPERATOR, who, scene.phone(ANA))
    scene.at(NOW + timedelta(days=40))
    scene.settle()
    assert lookup.asked[-1] == (ANA, (NOW + timedelta(days=3)).date())


def test_law_38_a_person_leads_a_number_out_of_the_hold(scene: Scene, lookup: TwinLookup) -> None:
    lookup.usual = Reassigned.YES
    who = unheard(scene)
    scene.visit(who)
    scene.settle()
    assert (state(scene), reached(scene)) == ("reassigned_hold", set())
    confirm_number(scene.deployment, OPERATOR, who, scene.phone(ANA))
    scene.settle()
    assert (state(scene), reached(scene), scene.open_tasks()) == ("active", {ANA}, [])


def test_law_34_an_answer_waits_for_no_look_up(scene: Scene, lookup: TwinLookup) -> None:
    lookup.usual = None
    unheard(scene)
    scene.say(ANA, "HELP")
    assert reached(scene) == {ANA}
    assert lookup.asked == []


def test_law_37_who_looks_nothing_up_knows_nothing_and_says_so(database: Database, timer: HandTimer) -> None:
    carrier = TwinCarrier()
    plain = Scene(compose(database, timer, carrier, number_lookup=NoLookup()), carrier, timer)
    plain.furnish()
    plain.visit(unheard(plain))
    plain.settle()
    assert [(row.answer, row.source) for row in plain.rows(t.number_check)] == [("no_data", "none")]
    assert reached(plain) == {ANA}
