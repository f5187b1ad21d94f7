"""To a person of a part of the organisation the rest is not there: each table, each query, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from console_world import ON_THE_DAY, World, on
from sqlalchemy import Select, func, select, text, union_all
from two_programs import add_harbor, canaries, person_of, scope

from outreach.engine import handlers, opting
from outreach.engine.forecast import forecast
from outreach.engine.opting import StopHow
from outreach.engine.staff_texts import composer
from outreach.loops.outcomes import Outcome
from outreach.store import tables as t
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database
from outreach.store.everywhere import anywhere
from outreach.store.reads import loops, metrics, tasks
from outreach.store.scope_rules import OF_ALL, scopeless
from outreach.store.scopes import CannotNarrow, opens
from outreach.store.verification import verified


@pytest.fixture
def two(database: Database) -> World:
    world = on(database)
    add_harbor(world)
    return world


def seen(world: World, actor: Actor, query: Select) -> set:
    with world.deployment.read(actor) as uow:
        return {row[0] for row in uow.all(query)}


def test_every_table_says_whose_its_rows_are():
    """A new table has a column that leads to a loop, a member, a phone, a clinic, a program; or it is in OF_ALL."""
    assert scopeless() == []
    assert set(t.metadata.tables) >= OF_ALL


def test_two_people_of_two_programs_share_no_row_of_any_table_that_has_rows(two):
    canaries(two)
    ours, theirs = person_of(two, programs=("carelink",)), person_of(two, programs=("harbor",))
    met = set()
    for table in t.metadata.sorted_tables:
        if table.name in OF_ALL or "id" not in table.c:
            continue
        whole = seen(two, OPERATOR, select(table.c.id))
        here, there = seen(two, ours, select(table.c.id)), seen(two, theirs, select(table.c.id))
        if table is not t.audit:  # an entry about a list belongs to all
            assert not here & there, table.name
            assert here | there == whole, table.name
        met |= {table.name} if here and there else set()
    assert met >= {
        "loop",
        "anchor",
        "member",
        "contact_point",
        "touch",
        "task",
        "reply",
        "loop_event",
        "audit",
        "cadence",
    }


def test_the_trail_of_another_program_is_not_told(two):
    canaries(two)
    actor = person_of(two, programs=("carelink",))
    told, others = (seen(two, each, select(t.audit.c.object).where(t.audit.c.object.like("%:%"))) for each in (
        actor, person_of(two, programs=("harbor",))
    ))  # fmt: skip
    assert {about.partition(":")[0] for about in told & others} == set()
    assert min(len(told), len(others)) > 5
    with two.deployment.read(actor) as uow:
        assert verified(uow).problem is None, "the chain is checked whole, whoever asks"


def test_somebody_of_one_clinic_sees_its_visits_and_none_of_the_other_clinic(two):
    here, there = two.visit("Here"), two.visit("There", clinic="lakeview")
    both = two.visit("Here", member=here.member, clinic="lakeview")
    actor = person_of(two, clinics=("riverside",))
    assert seen(two, actor, select(t.loop.c.id)) == {here.loop}
    assert seen(two, actor, select(t.member.c.id)) == {here.member}
    assert seen(two, actor, select(t.clinic.c.key)) == {"riverside"}
    assert seen(two, actor, select(t.program.c.key)) == {"carelink"}
    assert seen(two, person_of(two, clinics=("lakeview",)), select(t.loop.c.id)) == {there.loop, both.loop}


def test_who_has_a_clinic_reads_its_programs_words_and_not_what_was_counted_of_all_its_clinics(two):
    actor, program = person_of(two, clinics=("riverside",)), scope(two, programs=("carelink",)).programs
    assert seen(two, actor, select(t.cadence.c.program_id)) == program
    assert seen(two, actor, select(t.message_version.c.program_id)) == program
    with two.deployment.write(OPERATOR) as uow:
        counted = {"program_id": min(program), "at": uow.now, "actor": "x", "counts": {}}
        uow.insert(t.import_run, [counted | {"id": uow.next_id()}])
        uow.commit()
    assert seen(two, actor, select(t.import_run.c.id)) == set()
    assert seen(two, person_of(two, programs=("carelink",)), select(t.import_run.c.program_id)) == program


def test_a_program_and_a_clinic_of_another_are_seen_together(two):
    ours, theirs = two.visit("Ours"), two.visit("Theirs", clinic="pier")
    other = two.visit("Not this one", clinic="dock")
    actor = person_of(two, programs=("carelink",), clinics=("pier",))
    assert seen(two, actor, select(t.loop.c.id)) == {ours.loop, theirs.loop}
    assert not seen(two, actor, select(t.member.c.id)) & {other.member}


def test_a_scope_of_nothing_sees_nothing(two):
    canaries(two)
    with two.deployment.read(person_of(two)) as uow:
        for table in t.metadata.sorted_tables:
            if table.name not in OF_ALL and table is not t.audit:
                assert uow.all(select(func.count()).select_from(table))[0][0] == 0, table.name


def test_the_reads_of_pages_are_narrowed_without_knowing_it(two):
    ours, theirs = canaries(two)
    actor = person_of(two, programs=("carelink",))
    with two.deployment.read(actor) as uow:
        assert [row.id for row in loops.page(uow, loops.Wanted("all"), None, 50)] == [ours.loop]
        assert loops.one(uow, theirs.loop) is None
        work = tasks.open_tasks(uow, 50, tasks.Chosen())
        assert {row.loop_id for row in work} == {ours.loop}
        assert tasks.counts(uow, "Noor Aziz").all_open == len(work)
        assert metrics.count(uow) == metrics.Counts(unheld=0, loops=1, tasks=len(work))
        assert opens(uow, "loop", ours.loop)
        assert not opens(uow, "loop", theirs.loop)
        assert not opens(uow, "nothing_of_the_kind", ours.loop)


@pytest.mark.parametrize("kind", ["subquery", "union", "cte", "exists", "outer", "alias", "nested outer"])
def test_a_query_is_narrowed_however_it_is_built(two, kind):
    ours, _ = canaries(two)
    loop, event = t.loop, t.loop_event
    inner = select(loop.c.id, loop.c.stage).where(loop.c.closed.is_(None))
    other = loop.alias("other")
    queries = {
        "subquery": select(inner.subquery().c.id),
        "union": select(union_all(inner, inner).subquery().c.id),
        "cte": select(inner.cte("these").c.id),
        "exists": select(t.clinic.c.id).where(
            select(loop.c.id).join(t.anchor, t.anchor.c.id == loop.c.anchor_id)
            .where(t.anchor.c.clinic_id == t.clinic.c.id).exists()
        ),
        "outer": select(loop.c.id).select_from(t.program).outerjoin(loop, loop.c.program_id == t.program.c.id),
        "alias": select(other.c.id),
        "nested outer": select(loop.c.id).select_from(
            t.program.outerjoin(loop.join(event, event.c.loop_id == loop.c.id), loop.c.program_id == t.program.c.id)
        ),
    }  # fmt: skip
    found = seen(two, person_of(two, programs=("carelink",)), queries[kind])
    assert found == ({ours.clinic} if kind == "exists" else {ours.loop})
    assert seen(two, OPERATOR, queries[kind]) > found


def test_an_outer_join_keeps_the_rows_that_have_nothing_behind_it(two):
    visit = two.visit("Nothing to do")
    query = select(t.loop.c.id, t.task.c.id).outerjoin(t.task, t.task.c.loop_id == t.loop.c.id)
    with two.deployment.read(person_of(two, programs=("carelink",))) as uow:
        assert [tuple(row) for row in uow.all(query)] == [(visit.loop, None)]


def test_what_is_archived_is_narrowed_too(two):
    ours, _ = canaries(two)
    actor = person_of(two, programs=("carelink",))
    query = select(t.touch.c.id, t.touch.c.loop_id, t.attempt.c.body).join(
        t.attempt, t.attempt.c.touch_id == t.touch.c.id
    )
    with two.deployment.read(actor) as uow:
        assert {row.loop_id for row in anywhere(uow, query)} == {ours.loop}


def test_sql_written_as_text_is_refused_rather_than_answered_whole(two):
    with two.deployment.read(person_of(two, programs=("carelink",))) as uow, pytest.raises(CannotNarrow):
        uow.all(text("SELECT id FROM loop"))


def test_a_text_to_a_shared_phone_is_seen_by_its_own_program_only(two):
    ours, theirs = two.visit("Ours"), two.visit("Theirs", clinic="pier")
    two.share(ours, theirs)
    two.remind()
    for visit, key in ((ours, "carelink"), (theirs, "harbor")):
        actor = person_of(two, programs=(key,))
        assert seen(two, actor, select(t.touch.c.loop_id)) == {visit.loop}
        bodies = select(t.touch.c.loop_id).join(t.attempt, t.attempt.c.touch_id == t.touch.c.id)
        assert seen(two, actor, bodies) <= {visit.loop}
        assert {ours.member, theirs.member} & seen(two, actor, select(t.member.c.id)) == {visit.member}


def test_who_nobody_knows_belongs_to_who_has_the_whole_program_of_the_number_they_wrote_to(two):
    two.hear(replace(two.visit("Somebody"), number="+12025550199"), "Is this the clinic? I have a question")
    work = seen(two, OPERATOR, select(t.task.c.id).where(t.task.c.kind == "unmatched_text"))
    program = two.row("SELECT p.key FROM task t JOIN program p ON p.id = t.program_id WHERE t.kind = 'unmatched_text'")
    assert work
    if program is None:  # nobody knows which number it was: then it is for who has everything
        assert not seen(two, person_of(two, programs=("carelink", "harbor")), select(t.task.c.id)) & work
        return
    other = {"carelink": "harbor", "harbor": "carelink"}[program.key]
    assert work <= seen(two, person_of(two, programs=(program.key,)), select(t.task.c.id))
    assert not seen(two, person_of(two, programs=(other,)), select(t.task.c.id)) & work
    assert not seen(two, person_of(two, clinics=("riverside", "pier")), select(t.task.c.id)) & work


def test_what_is_decided_is_decided_by_everything(two):
    """A forecast counts the texts that another program sends to the same phone, and a STOP ends those too."""
    ours, theirs = two.visit("Ours"), two.visit("Theirs", clinic="pier")
    two.share(ours, theirs)
    two.settle()
    actor = person_of(two, programs=("carelink",))
    with two.deployment.read(OPERATOR) as uow:
        expected, offered = forecast(uow, [ours.loop]), composer(uow, ours.loop)
    with two.deployment.read(actor) as uow:
        assert forecast(uow, [ours.loop]) == expected
        told = composer(uow, ours.loop)
        assert told is not None
        assert offered is not None
        assert (told.verdict, told.seen) == (offered.verdict, offered.seen)
        phone = uow.all(select(t.contact_point.c.id))[0].id
    opting.stop(two.deployment, actor, phone, StopHow.STAFF_VERBAL)
    heard = select(t.loop_event.c.loop_id).where(t.loop_event.c.kind == "Suppressed")
    assert seen(two, OPERATOR, heard) == {ours.loop, theirs.loop}


def test_reports_of_a_scope_count_its_own_visits(two):
    canaries(two)
    two.at(ON_THE_DAY)
    with two.deployment.read(OPERATOR) as uow:
        every = [row.id for row in uow.all(select(t.loop.c.id))]
    for loop_id in every:
        handlers.report_outcome(two.deployment, OPERATOR, loop_id, Outcome.KEPT, None)
    kept = select(func.count()).select_from(t.loop).where(t.loop.c.outcome == "kept")
    assert seen(two, OPERATOR, kept) == {2}
    assert seen(two, person_of(two, programs=("harbor",)), kept) == {1}
    assert scope(two, clinics=("pier",)).around == scope(two, programs=("harbor",)).programs
