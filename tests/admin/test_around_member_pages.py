"""How a member speaks, their clock, what stands in their way and who is near: told to a person, with who said so."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from outreach.engine import around_member as engine
from outreach.engine.refusals import NotAsked
from outreach.loops.around_member import Interpreter, Relation, Teller
from outreach.store.actor import OPERATOR

FACTS = {"language": "en", "spoken": "en", "interpreter": "none", "zone": "", "source": "member"}


def path(visit):
    return f"/members/{visit.member}"


def tell(world, visit, **given):
    return world.browser().post(f"{path(visit)}/facts", path(visit), **(FACTS | given))


def note(world, visit, reason="childcare", source="member"):
    return world.browser().post(f"{path(visit)}/barriers", path(visit), reason=reason, source=source)


def add(world, visit, **given):
    form = {"name": "Ana Canary", "relation": "caregiver", "may_hear": "ride", "evidence": "call 12"}
    return world.browser().post(f"{path(visit)}/proxies", path(visit), **(form | given))


def shown(world, visit):
    return world.browser().get(path(visit)).text


def test_another_language_is_written_from_now_on_and_the_page_says_who_said_so(world):
    visit = world.visit("Rosa Hernández", language="es")
    assert tell(world, visit, language="vi", spoken="vi").status_code == 303
    page = shown(world, visit)
    assert "Written to in: Vietnamese, before Spanish" in page
    assert re.search(r"The member said so, [^<]*Maya Ortiz", page)
    assert world.row("SELECT language FROM member WHERE id = :m", m=visit.member).language == "vi"


def test_a_clock_that_was_told_moves_what_is_planned(world):
    visit = world.visit()
    before = {row.id: row.due_at for row in planned(world, visit)}
    assert before
    assert tell(world, visit, zone="Pacific/Honolulu").status_code == 303
    after = {row.id: row.due_at for row in planned(world, visit)}
    assert before != after
    row = world.row("SELECT zones, zone_source FROM member WHERE id = :m", m=visit.member)
    assert ("Pacific/Honolulu" in str(row.zones), row.zone_source) == (True, "told")
    assert "as they said" in shown(world, visit)


def planned(world, visit):
    return rows(
        world, "SELECT id, due_at FROM touch WHERE loop_id = :l AND state = 'planned' ORDER BY id", l=visit.loop
    )


def rows(world, statement, **values):
    with world.deployment.read(OPERATOR) as uow:
        return uow.all(text(statement).bindparams(**values))


def test_what_is_known_already_changes_nothing_and_says_so(world):
    visit = world.visit(language="es")
    answer = tell(world, visit, language="es", spoken="es")
    assert answer.status_code == 409
    assert "It was known like this already." in answer.text
    assert world.row("SELECT count(*) AS n FROM member_change").n == 0


def test_who_talks_with_them_is_told_that_an_interpreter_is_needed_and_what_stands_in_the_way(world):
    visit = world.visit()
    tell(world, visit, spoken="so", interpreter="spoken")
    note(world, visit, "housing_instability")
    page = world.browser().get(f"/loops/{visit.loop}").text
    for words in ("Somali", "For their language", "Housing"):
        assert words in page
    staff = world.browser("program_staff").get(f"/loops/{visit.loop}").text
    assert "Somali" not in staff


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"language": "xx"}, 409),
        ({"spoken": ""}, 409),
        ({"zone": "EST"}, 409),
        ({"zone": "../etc/passwd"}, 409),
        ({"interpreter": ""}, 409),
        ({"interpreter": "robot"}, 400),
        ({"source": ""}, 409),
        ({"source": "machine"}, 400),
    ],
)
def test_what_is_no_language_clock_or_teller_is_refused_in_words(world, form, status):
    visit = world.visit()
    assert tell(world, visit, **({"language": "es"} | form)).status_code == status
    assert world.row("SELECT count(*) AS n FROM member_change").n == 0


def test_a_barrier_is_noted_once_shown_and_taken_off_again(world):
    visit = world.visit()
    assert note(world, visit).status_code == 303
    again = note(world, visit)
    assert again.status_code == 409
    assert "This is on the list already." in again.text
    page = shown(world, visit)
    end = re.search(rf'action="({path(visit)}/barriers/\d+/end)"', page)[1]
    assert world.browser().post(end, path(visit)).status_code == 303
    assert "Over since" in shown(world, visit)
    assert world.browser().post(end, path(visit)).status_code == 409
    assert note(world, visit).status_code == 303


@pytest.mark.parametrize("reason", ["member_declined", "", "none"])
def test_what_is_no_barrier_is_not_noted(world, reason):
    visit = world.visit()
    assert note(world, visit, reason).status_code in (400, 409)
    assert world.row("SELECT count(*) AS n FROM barrier").n == 0


def test_what_a_member_texted_stands_on_their_page_with_the_visit_it_was_about(world):
    visit = world.visit()
    world.hear(visit, "I don't have a ride")
    page = shown(world, visit)
    assert "No way to come" in page
    assert f"Heard for L-{visit.loop}" in page


def test_who_stands_beside_them_is_kept_sealed_and_leaves_the_list_again(world):
    visit = world.visit()
    assert add(world, visit).status_code == 303
    page = shown(world, visit)
    for words in ("Ana Canary", "Caregiver", "May be told: the ride", "evidence call 12"):
        assert words in page
    assert "Canary" not in str(world.row("SELECT name FROM proxy").name)
    assert "Canary" not in str(rows(world, "SELECT action, object, rule FROM audit"))
    end = re.search(rf'action="({path(visit)}/proxies/\d+/end)"', page)[1]
    assert world.browser().post(end, path(visit)).status_code == 303
    assert "Ana Canary" not in shown(world, visit)


@pytest.mark.parametrize(
    "form",
    [
        {"name": " "},
        {"relation": ""},
        {"evidence": ""},
        {"evidence": "+1 202 555 0142"},
        {"name": "ana canary "},
    ],
)
def test_nobody_is_added_twice_or_without_name_relation_and_evidence_for_what_they_may_hear(world, form):
    visit = world.visit()
    if "canary" in form.get("name", ""):
        assert add(world, visit).status_code == 303
    before = world.row("SELECT count(*) AS n FROM proxy").n
    assert add(world, visit, **form).status_code == 409
    assert world.row("SELECT count(*) AS n FROM proxy").n == before


def test_what_nobody_beside_a_member_is_told_can_not_be_ticked(world):
    visit = world.visit()
    add(world, visit, may_hear="words")
    assert world.row("SELECT may_hear FROM proxy").may_hear in ("[]", [])
    with pytest.raises(NotAsked):
        engine.note_proxy(
            world.deployment, OPERATOR, visit.member, engine.Near("Ana", Relation.CHILD, ("words",), "call 1")
        )


def test_somebody_elses_row_is_not_taken_off(world):
    mine, other = world.visit(), world.visit("Somebody Else")
    note(world, other)
    row = world.row("SELECT id FROM barrier").id
    assert world.browser().post(f"{path(mine)}/barriers/{row}/end", path(mine)).status_code == 409
    assert world.row("SELECT ended_at FROM barrier").ended_at is None


@pytest.mark.parametrize("act", ["facts", "barriers", "proxies"])
def test_nothing_is_noted_of_a_member_who_is_not_there_or_by_who_does_not_care_for_members(world, act):
    visit = world.visit()
    assert world.browser().post(f"/members/999999/{act}", path(visit)).status_code == 404
    assert world.browser("program_staff").post(f"{path(visit)}/{act}", "/loops").status_code == 403


def test_two_who_note_the_same_at_once_note_it_once(world):
    visit = world.visit()
    facts = engine.Facts("es", "es", Interpreter.NONE, "")
    assert engine.tell(world.deployment, OPERATOR, visit.member, facts, Teller.MEMBER)
    assert not engine.tell(world.deployment, OPERATOR, visit.member, facts, Teller.MEMBER)
