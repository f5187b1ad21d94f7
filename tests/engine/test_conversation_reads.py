"""What stands behind My work: a number's conversation, one list of tasks, and what an auditor reads about one loop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from scene import ANA, BEN, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, local
from sqlalchemy import event, update

from conversations.meaning import Reason
from outreach.engine import audit_chain, tasks
from outreach.engine.handlers import report_outcome
from outreach.engine.refusals import NotAsked
from outreach.engine.staff_texts import composer, say
from outreach.engine.tasks import Finish
from outreach.loops.events import DeadlinePassed
from outreach.loops.outcomes import Outcome, Source
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.enrolment import NAME
from outreach.store.reads.evidence_lines import lines
from outreach.store.reads.loop_evidence import LoopEvidence, loop_evidence
from outreach.store.reads.tasks import Chosen
from outreach.store.reads.thread import Heard, Message, Planned, Sent, thread
from outreach.store.reads.worklist import Group, WorkRow, counts, worklist

KEVIN = Actor("person", "Kevin Lee")
MONDAY_EVENING, AFTER_THE_VISIT = local(NOW.date(), 22), local(VISIT_DAY, 18)


def _thread(scene: Scene, number: str = ANA, limit: int = 200) -> list[Message]:
    phone = scene.phone(number)
    with scene.deployment.read(KEVIN) as uow:
        return thread(uow, phone, limit)


def _work(scene: Scene, chosen: Chosen | None = None, limit: int = 50) -> list[WorkRow]:
    with scene.deployment.read(KEVIN) as uow:
        return worklist(uow, limit, chosen or Chosen())


def _evidence(scene: Scene, loop: int) -> LoopEvidence:
    with scene.deployment.read(KEVIN) as uow:
        found = loop_evidence(uow, loop)
    assert found is not None
    return found


def _answer(scene: Scene, loop: int, key: str = "reply_call") -> int:
    with scene.deployment.read(KEVIN) as uow:
        found = composer(uow, loop)
    assert found is not None
    return say(scene.deployment, KEVIN, loop, key, found.seen)


def _name(scene: Scene, member: int, name: str) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.member).where(t.member.c.id == member).values(name=uow.keyring.seal(NAME, member, name)))
        uow.commit()


@contextmanager
def _queries(scene: Scene) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = scene.deployment.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


# -- the conversation


def test_a_conversation_reads_in_order_with_who_wrote_and_what_followed(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, language="es"))
    scene.settle()
    reply = scene.say(ANA, "puedo llevar a mi hermana?")
    answer = _answer(scene, loop, "reply_companion")
    found = _thread(scene)
    said = [message for message in found if not isinstance(message, Planned)]
    assert [message.at for message in said] == sorted(message.at for message in said)
    welcome, last = said[0], said[-1]
    assert isinstance(welcome, Sent)
    assert (welcome.key, welcome.author, welcome.state, welcome.language) == ("optin_confirm", None, "sent", "es")
    assert isinstance(last, Sent)
    assert (last.id, last.author, last.step, last.loop) == (answer, "Kevin Lee", "staff:reply_companion", loop)
    assert (last.english or "").startswith("{program}: Yes, one person may come with you")
    heard = next(message for message in said if isinstance(message, Heard))
    assert (heard.id, heard.body, heard.loop) == (reply, "puedo llevar a mi hermana?", loop)
    assert heard.intents is not None
    assert any("answer_member" in effect for effect in heard.effects)
    assert isinstance(found[-1], Planned)


def test_the_trail_of_a_reply_is_rules_and_words(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "STOP")
    heard = next(message for message in _thread(scene) if isinstance(message, Heard))
    assert heard.safety == ("opt_out",)
    assert heard.trail
    assert all(isinstance(rule, str) and isinstance(quote, str) for rule, quote in heard.trail)


def test_a_reply_nobody_read_yet_is_in_the_conversation(scene: Scene, loop: int) -> None:
    scene.hear(ANA, "hello")
    heard = next(message for message in _thread(scene) if isinstance(message, Heard))
    assert (heard.intents, heard.effects, heard.trail, heard.loop) == (None, (), (), None)


def test_an_english_text_needs_no_english_beside_it(scene: Scene, loop: int) -> None:
    scene.settle()
    assert all(message.english is None for message in _thread(scene) if isinstance(message, Sent))


def test_the_english_is_the_one_the_words_were_translated_from(scene: Scene) -> None:
    scene.visit(scene.member(ANA, language="es"))
    scene.settle()
    of_welcome = (t.message_version.c.key == "optin_confirm", t.message_version.c.language == "en")
    known = scene.row(t.message_version, *of_welcome)
    newer = dict(known._mapping) | {"id": 900_001, "version": 2, "body": "Newer words.", "source_hash": "y"}
    with scene.deployment.write(OPERATOR) as uow:
        uow.insert(t.message_version, [newer])
        uow.commit()
    assert [message.english for message in _thread(scene) if isinstance(message, Sent)] == [known.body]


def test_what_was_refused_and_what_is_held_are_shown_with_their_rule(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "can my sister come?")
    scene.at(MONDAY_EVENING)
    held = _answer(scene, loop)
    first = next(m for m in _thread(scene) if isinstance(m, Planned))
    assert (first.id, first.rule, first.author) == (held, "LAW-33", "Kevin Lee")
    scene.say(ANA, "STOP")
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    refused = next(m for m in _thread(scene) if isinstance(m, Sent) and m.id == held)
    assert (refused.state, refused.rule, refused.body, refused.author) == ("refused", "LAW-19", None, "Kevin Lee")


def test_a_shared_phone_is_one_conversation(scene: Scene) -> None:
    found = [scene.visit(scene.member(ANA)) for _ in range(2)]
    scene.visit(scene.member(BEN))
    scene.settle()
    loops = {message.loop for message in _thread(scene) if not isinstance(message, Heard)}
    assert loops == set(found)


def test_only_the_newest_messages_are_read(scene: Scene, loop: int) -> None:
    scene.settle()
    for minute in range(1, 6):
        scene.at(NOW + timedelta(minutes=minute))
        scene.hear(ANA, f"text {minute}")
    found = [message for message in _thread(scene, limit=2) if isinstance(message, Heard)]
    assert [message.body for message in found] == ["text 4", "text 5"]


def test_a_conversation_takes_the_same_queries_however_long_it_is(scene: Scene) -> None:
    member = scene.member(ANA, language="es")
    scene.visit(member)
    scene.settle()
    scene.say(ANA, "hola")
    with _queries(scene) as few:
        _thread(scene)
    scene.visit(member)
    for _ in range(6):
        scene.say(ANA, "hola, que tal")
    with _queries(scene) as many:
        _thread(scene)
    assert len(many) == len(few)


def test_nothing_of_a_conversation_is_printed(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "blue bicycle")
    assert "blue bicycle" not in repr(_thread(scene))
    assert "CareLink" not in repr(_thread(scene))


# -- one list of work


def test_a_task_that_a_text_opened_says_who_wrote_and_what(scene: Scene) -> None:
    member = scene.member(ANA)
    loop = scene.visit(member)
    _name(scene, member, "Ana Doveland")
    scene.settle()
    scene.say(ANA, "can my sister come?")
    (row,) = _work(scene)
    assert (row.name, row.language, row.said, row.sensitive) == ("Ana Doveland", "en", "can my sister come?", False)
    assert (row.task.loop_id, row.member_id, row.phone_id) == (loop, member, scene.phone(ANA))
    assert (row.waiting_since, row.group) == (NOW, Group.TODAY)
    assert "sister" not in repr(row)
    assert "Doveland" not in repr(row)


def test_words_about_danger_are_hidden_and_come_first(scene: Scene) -> None:
    scene.visit(scene.member(BEN))
    scene.settle()
    scene.say(BEN, "can my sister come?")
    scene.at(NOW + timedelta(minutes=5))
    scene.visit(scene.member(ANA))
    scene.say(ANA, "I want to kill myself")
    first, *others = _work(scene)
    assert (first.task.kind, first.group, first.said, first.sensitive) == ("crisis", Group.NOW, None, True)
    assert any(row.said == "can my sister come?" for row in others)


def test_nobody_is_named_where_several_share_the_phone(scene: Scene) -> None:
    for name in ("Ana", "Bea"):
        _name(scene, scene.member(ANA), name)
    scene.say(ANA, "blue bicycle")
    (row,) = _work(scene)
    assert (row.name, row.member_id, row.language, row.said) == (None, None, None, "blue bicycle")
    assert row.phone_id == scene.phone(ANA)


def test_what_is_late_comes_before_what_is_due_and_tomorrow_is_later(scene: Scene) -> None:
    first, second, third = (scene.visit(scene.member(number)) for number in (ANA, BEN, "+12025550177"))
    scene.settle()
    for loop in (first, second):
        scene.happens(loop, DeadlinePassed(NOW, "reply"), DeadlinePassed(NOW, "reply"))
    scene.go_to(local(NOW.date() + timedelta(days=2), 10))
    scene.change(t.task, scene.row(t.task, t.task.c.loop_id == second).id, due_at=NOW)
    scene.happens(third, DeadlinePassed(NOW, "reply"), DeadlinePassed(NOW, "reply"))
    scene.change(t.task, scene.row(t.task, t.task.c.loop_id == third).id, due_at=NOW + timedelta(days=9))
    assert [(row.task.loop_id, row.group) for row in _work(scene)] == [
        (second, Group.OVERDUE), (first, Group.TODAY), (third, Group.LATER),
    ]  # fmt: skip


def test_the_counts_are_those_of_the_lists(scene: Scene) -> None:
    loops = [scene.visit(scene.member(number)) for number in (ANA, BEN, "+12025550177", "+12025550178")]
    scene.settle()
    for loop in loops:
        scene.happens(loop, DeadlinePassed(NOW, "reply"), DeadlinePassed(NOW, "reply"))
    mine, late, put_off, _ = (row.id for row in scene.rows(t.task))
    tasks.claim(scene.deployment, KEVIN, mine)
    scene.change(t.task, late, due_at=NOW)
    tasks.snooze(scene.deployment, OPERATOR, put_off, NOW + timedelta(hours=2))
    with scene.deployment.read(KEVIN) as uow:
        counted = counts(uow, "Kevin Lee")
    assert (counted.all_open, counted.mine, counted.unclaimed, counted.overdue, counted.put_off) == (3, 1, 2, 1, 1)
    shown = {
        "all_open": Chosen(), "mine": Chosen(person="Kevin Lee"), "unclaimed": Chosen(unclaimed=True),
        "overdue": Chosen(overdue=True),
    }  # fmt: skip
    for name, chosen in shown.items():
        assert len(_work(scene, chosen)) == getattr(counted, name)


def test_the_list_takes_the_same_queries_however_long_it_is(scene: Scene) -> None:
    numbers = [f"+1202555{n:04d}" for n in range(100, 112)]
    scene.crowd(*numbers)
    scene.settle()
    scene.say(numbers[0], "can my sister come?")
    with _queries(scene) as few:
        assert len(_work(scene)) == 1
    for number in numbers[1:]:
        scene.say(number, "can my sister come?")
    with _queries(scene) as many:
        assert len(_work(scene)) == len(numbers)
    assert len(many) == len(few)


# -- evidence of one loop


def test_an_auditor_reads_everything_about_one_loop(scene: Scene, loop: int) -> None:
    scene.visit(scene.member(BEN))
    scene.settle()
    reply = scene.say(ANA, "can my sister come?")
    answer = _answer(scene, loop, "reply_companion")
    tasks.resolve(scene.deployment, KEVIN, scene.row(t.task).id, Finish("done"))
    audit_chain.seal(scene.deployment)
    found = _evidence(scene, loop)
    assert [(entry.action, entry.source, entry.phone) for entry in found.consents] == [
        ("grant", "paper", scene.phone(ANA))
    ]
    said = next(text for text in found.texts if text.id == answer)
    assert (said.author, said.state) == ("person:Kevin Lee", "sent")
    assert said.sid == scene.row(t.touch, t.touch.c.id == answer).sid
    (tried,) = said.attempts
    assert (tried.words, tried.version, tried.language, tried.outcome) == ("reply_companion", 1, "en", "accepted")
    assert tried.body in scene.carrier.bodies
    assert [(row.id, row.body) for row in found.replies] == [(reply, "can my sister come?")]
    assert "Heard" in [row.kind for row in found.events]
    assert [(row.kind, row.resolution, row.resolved_by) for row in found.tasks] == [
        ("answer_member", "done", "person:Kevin Lee")
    ]
    actions = {(entry.action, entry.object) for entry in found.trail}
    assert {("text.said", f"touch:{answer}"), ("reply.stored", f"reply:{reply}")} <= actions
    assert found.chain.problem is None
    assert all(entry.holds for entry in found.trail)
    assert str(scene.phone(BEN)) not in {entry.object.partition(":")[2] for entry in found.trail}


def test_what_is_not_sealed_yet_does_not_hold(scene: Scene, loop: int) -> None:
    audit_chain.seal(scene.deployment)
    scene.settle()
    scene.say(ANA, "can my sister come?")
    held = [entry.holds for entry in _evidence(scene, loop).trail]
    assert held[0] is True
    assert held[-1] is False


def test_an_entry_that_was_changed_breaks_the_chain_from_there_on(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "can my sister come?")
    audit_chain.seal(scene.deployment)
    changed = _evidence(scene, loop).trail[-1]
    scene.change(t.audit, changed.id, actor="person:Nobody")
    found = _evidence(scene, loop)
    assert found.chain.problem == f"Entry {changed.seq} was changed after it was sealed."
    assert {entry.seq for entry in found.trail if not entry.holds} == {
        entry.seq for entry in found.trail if (entry.seq or 0) >= (changed.seq or 0)
    }


def test_evidence_of_a_loop_is_lines_of_plain_values(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "can my sister come?")
    scene.at(AFTER_THE_VISIT)
    report_outcome(scene.deployment, KEVIN, loop, Outcome.KEPT, None)
    audit_chain.seal(scene.deployment)
    read = [json.loads(json.dumps(line)) for line in lines(_evidence(scene, loop))]
    kinds = ["loop", "consent", "text", "reply", "event", "task", "signal", "audit", "chain"]
    assert list(dict.fromkeys(line["kind"] for line in read)) == kinds
    assert {"Opened", "Heard"} <= {line["event"] for line in read if line["kind"] == "event"}


def test_there_is_no_evidence_of_a_loop_that_is_not_there(scene: Scene) -> None:
    with scene.deployment.read(KEVIN) as uow:
        assert loop_evidence(uow, 999_999) is None


# -- an outcome, and whom it is known from


@pytest.mark.parametrize("source", [Source.CLINIC_STAFF, Source.RIDE_VENDOR, Source.MEMBER])
def test_out_03_a_person_says_whom_they_know_an_outcome_from(scene: Scene, loop: int, source: Source) -> None:
    scene.at(AFTER_THE_VISIT)
    report_outcome(scene.deployment, KEVIN, loop, Outcome.NO_SHOW, Reason.ILLNESS, source)
    row = scene.row(t.loop)
    assert (row.outcome, row.source) == ("no_show", source)
    assert scene.row(t.audit, t.audit.c.action == "outcome.no_show").actor == "person:Kevin Lee"


@pytest.mark.parametrize("source", [Source.EHR, Source.CLAIM, Source.INFERRED])
def test_what_only_a_machine_knows_is_not_for_a_person_to_say(scene: Scene, loop: int, source: Source) -> None:
    with pytest.raises(NotAsked, match="Say who told you"):
        report_outcome(scene.deployment, KEVIN, loop, Outcome.KEPT, None, source)


def test_a_clinics_own_link_speaks_for_its_staff_only(scene: Scene, loop: int) -> None:
    link = Actor("clinic", "link", clinic=CLINIC)
    scene.at(AFTER_THE_VISIT)
    with pytest.raises(NotAsked):
        report_outcome(scene.deployment, link, loop, Outcome.KEPT, None, Source.MEMBER)
    report_outcome(scene.deployment, link, loop, Outcome.KEPT, None)
    assert scene.row(t.loop).source == "clinic_staff"
