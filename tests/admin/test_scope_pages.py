"""What belongs to another part of the organisation is a plain 404, the same as what never was (HIP-15, I24).

The routes are found in the application itself, so that a new one is in these tests before somebody thinks of it.
"""

from __future__ import annotations

import inspect
import re
from itertools import product
from pathlib import Path

import pytest
from console_world import on
from sqlalchemy import select, text
from two_programs import add_harbor, browser_within, canaries, person_of, scope

import admin
from admin.access import Person
from admin.roles import Right, Role
from admin.within import FIELDS
from outreach.store import tables as t
from outreach.store.actor import OPERATOR, Scope
from outreach.store.scopes import table_of

CANARIES = ("canary", "harborcare", "pier clinic", "lakeride", "dock street")
NEVER_WAS = 999_999
_ROW = re.compile(r"<row:([a-z_]+)>")
_OTHER = {"language": "es", "key": "reminder"}
_CHANGES_BY_ITSELF = {"session", "calendar", "worker", "counter"}
_ONCE = re.compile(r'(?:nonce|csrf_token" value)="[^"]*"|class="o-mono">[^<]*</bdi>')


@pytest.fixture
def two(world):
    """Two programs that know nothing of each other, in each a visit around which something happened."""
    add_harbor(world)
    world.app.config["WTF_CSRF_ENABLED"] = False
    world.ours, world.theirs = canaries(world)
    return world


def rows(world, actor, table):
    with world.deployment.read(actor) as uow:
        return {row[0] for row in uow.all(select(table.c.id))}


def routes(world):
    """Return (rule, method, role) for every page and act of the console, with each role that may use it."""
    found = []
    for rule in world.app.url_map.iter_rules():
        needs = getattr(world.app.view_functions[rule.endpoint], "needs", None)
        if needs is Right.SIGNED_IN:
            continue  # what is one's own
        roles = [role for role in Role if needs and Person("Somebody", role, Scope()).may(needs)]
        found += [(rule, method, role) for method in ("GET", "POST") if method in rule.methods for role in roles]
    return sorted(found, key=lambda each: (each[0].rule, each[1:]))


def address(rule, known):
    """Return a rule's address with its rows and its other parts filled in."""
    path = _ROW.sub(lambda name: str(known[name[1]]), rule.rule)
    path = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", path)
    return re.sub(r"<(?:[^:>]+:)?([a-z_]+)>", lambda name: _OTHER.get(name[1], "x"), path)


def of_another_program(world):
    """Return, by the name that addresses give it, a row that only people of the other program see."""
    ours, theirs = person_of(world, programs=("carelink",)), person_of(world, programs=("harbor",))
    names = {name for rule, _, _ in routes(world) for name in _ROW.findall(rule.rule)}
    found = {}
    for name in names:
        table = table_of(name.removesuffix("_id"))
        assert table is not None, f"{name}: admin/within.py cannot tell what this is"
        apart = rows(world, theirs, table) - rows(world, ours, table)
        found[name] = min(apart, default=NEVER_WAS)
    return found


def of_ours(world):
    """Return rows that people of the first program see."""
    ours = person_of(world, programs=("carelink",))
    names = {name for rule, _, _ in routes(world) for name in _ROW.findall(rule.rule)}
    return {name: min(rows(world, ours, table_of(name.removesuffix("_id"))), default=NEVER_WAS) for name in names}


def everything(world):
    """Return every row of every table but those that change by themselves."""
    with world.deployment.read(OPERATOR) as uow:
        tables = [table for table in t.metadata.sorted_tables if table.name not in _CHANGES_BY_ITSELF]
        return {table.name: sorted(map(repr, uow.all(select(table)))) for table in tables}


def asked(browser, method, path):
    return browser.client.open(path, method=method, base_url=browser.base)


def body(answer):
    return _ONCE.sub("", answer.text)


def test_every_row_that_an_address_names_is_known_to_the_door(two):
    assert all(table_of(name.removesuffix("_id")) is not None for name in of_another_program(two))


@pytest.mark.parametrize("given", [{"programs": ("carelink",)}, {"clinics": ("riverside",)}], ids=str)
def test_another_programs_object_is_the_same_plain_404_as_one_that_never_was_whatever_is_asked_of_it(two, given):
    part = scope(two, **given)
    browsers = {role: browser_within(two, role, part, f"Noor of {role}") for role in Role}
    theirs, before = of_another_program(two), everything(two)
    probed = 0
    for rule, method, role in routes(two):
        if not _ROW.search(rule.rule):
            continue
        there = asked(browsers[role], method, address(rule, theirs))
        nowhere = asked(browsers[role], method, address(rule, dict.fromkeys(theirs, NEVER_WAS)))
        assert (there.status_code, nowhere.status_code) == (404, 404), (rule.rule, method, role)
        assert body(there) == body(nowhere), (rule.rule, method, role)
        assert not [word for word in CANARIES if word in there.text.lower()], (rule.rule, method, role)
        probed += 1
    assert probed > 60
    assert everything(two) == before, "nothing was changed, and no look was noted: there was nothing to see"


def test_one_foreign_row_among_our_own_in_an_address_is_enough(two):
    part = scope(two, programs=("carelink",))
    browsers = {role: browser_within(two, role, part, f"Noor of {role}") for role in Role}
    theirs, ours, before = of_another_program(two), of_ours(two), everything(two)
    for rule, method, role in routes(two):
        names = _ROW.findall(rule.rule)
        for mixed in product((ours, theirs), repeat=len(names)) if len(names) > 1 else ():
            known = {name: rows[name] for name, rows in zip(names, mixed, strict=True)}
            if known == {name: ours[name] for name in names}:
                continue
            answer = asked(browsers[role], method, address(rule, known))
            assert answer.status_code == 404, (rule.rule, method, role, known)
    assert everything(two) == before


@pytest.mark.parametrize("given", [{"programs": ("carelink",)}, {"clinics": ("riverside",)}], ids=str)
def test_lists_counts_and_exports_carry_no_canary_of_another_part(two, given):
    part, shown = scope(two, **given), set()
    canaries = CANARIES if "programs" in given else (*CANARIES, "lakeview")
    beside = two.visit("Lakeview Canary" if "clinics" in given else "Somebody", clinic="lakeview")
    two.hear(beside, "I don't have a ride")
    for rule, method, role in routes(two):
        if _ROW.search(rule.rule) or method != "GET" or "<" in rule.rule or rule.endpoint.startswith("phones.acts"):
            continue
        answer = browser_within(two, role, part, f"Noor of {role}").get(rule.rule)
        assert not [word for word in canaries if word in answer.text.lower()], (rule.rule, role)
        whole = browser_within(two, role, None, f"Everybody of {role}").get(rule.rule)
        assert answer.status_code in (whole.status_code, 303, 403), (rule.rule, role)
        shown |= {rule.rule} if any(word in whole.text.lower() for word in CANARIES) else set()
    assert shown >= {"/loops", "/tasks", "/phones"}, "they are there to be seen, for who has everything"


@pytest.mark.parametrize("given", [{"programs": ("carelink",)}, {"clinics": ("riverside",)}], ids=str)
def test_pages_of_our_own_answer_as_before(two, given):
    part, known = scope(two, **given), of_ours(two) | {"loop_id": two.ours.loop}
    with two.deployment.read(person_of(two, programs=("carelink",))) as uow:
        known["phone_id"] = uow.all(select(t.member_contact.c.contact_point_id).where(
            t.member_contact.c.member_id == two.ours.member
        ))[0][0]  # fmt: skip
        known["task_id"] = uow.all(select(t.task.c.id).where(t.task.c.loop_id == two.ours.loop))[0][0]
    known["member_id"], opened = two.ours.member, set()
    for rule, method, role in routes(two):
        if method != "GET" or not _ROW.search(rule.rule) or NEVER_WAS in [known[n] for n in _ROW.findall(rule.rule)]:
            continue
        if "clinics" in given and "program_id" in rule.arguments:
            continue  # a program's settings are for who has it
        path = f"{address(rule, known)}?purpose=payer_audit"
        within = browser_within(two, role, part, f"Noor of {role}").get(path)
        whole = browser_within(two, role, None, f"Everybody of {role}").get(path)
        assert within.status_code == whole.status_code, (path, role)
        opened |= {rule.rule} if within.status_code == 200 else set()
    assert {"/loops/<row:loop_id>", "/tasks/<row:task_id>", "/members/<row:member_id>"} <= opened


def test_pages_are_narrowed_on_either_database(database):
    here = on(database)
    add_harbor(here)
    ours, theirs = canaries(here)
    paths = [
        "/loops",
        "/loops?show=all",
        "/tasks",
        "/accesses",
        f"/accesses?member={ours.member}",
        "/reports",
        "/huddle",
    ]
    paths += [f"/loops/{ours.loop}", f"/loops/{ours.loop}/evidence", f"/members/{ours.member}"]
    for part in (
        {"programs": ("carelink",)},
        {"clinics": ("riverside",)},
        {"programs": ("carelink",), "clinics": ("dock",)},
    ):
        browser = browser_within(here, "supervisor", scope(here, **part), f"Noor of {part}")
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, (path, part)
            assert not [word for word in ("canary", "lakeride") if word in answer.text.lower()], (path, part)
        assert browser.get(f"/loops/{theirs.loop}").status_code == 404


def test_a_guessed_row_behind_an_address_shows_nothing_of_another_program(two):
    """Whatever a page reads behind its `?` is tried with rows of every kind that are not the person's."""
    part, theirs, ours = scope(two, programs=("carelink",)), of_another_program(two), of_ours(two)
    guesses = {str(theirs[name]) for name in ("loop_id", "member_id", "program_id", "clinic_id", "task_id")}
    tried = set()
    for rule, method, role in routes(two):
        view = two.app.view_functions[rule.endpoint]
        asks = re.findall(
            r'(?:args|values)\.get\("([a-z_]+)"|_row\("([a-z_]+)"', inspect.getsource(inspect.getmodule(view))
        )
        names = {name for pair in asks for name in pair if name} & {*FIELDS, "after", "before", "with"}
        if method != "GET" or not names or rule.endpoint in tried:
            continue
        browser = browser_within(two, role, part, f"Noor of {role}")
        tried.add(rule.endpoint)
        for name, guess in product(sorted(names), sorted(guesses)):
            answer = browser.get(f"{address(rule, ours)}?{name}={guess}")
            assert answer.status_code != 500, (rule.rule, name)
            assert not [word for word in CANARIES if word in answer.text.lower()], (rule.rule, name, guess)
    assert {"loops.listed", "member_evidence.accesses", "reports.shown"} <= tried


def test_a_guessed_row_in_a_form_is_no_more_there_than_in_an_address(two):
    part, before = scope(two, programs=("carelink",)), None
    browser = browser_within(two, "supervisor", part)
    with two.deployment.read(person_of(two, programs=("carelink",))) as uow:
        task = uow.all(select(t.task.c.id).where(t.task.c.loop_id == two.ours.loop))[0][0]
    before = everything(two)
    for field, value in (("new_loop", two.theirs.loop), ("member", two.theirs.member), ("back", two.theirs.loop)):
        assert FIELDS[field] is not None
        for guessed in (value, NEVER_WAS):
            form = {"resolution": "done", field: str(guessed)}
            answer = browser.client.post(f"/tasks/{task}/resolve", data=form, base_url=browser.base)
            assert answer.status_code == 404, field
    assert everything(two) == before


def test_every_field_of_a_form_that_names_a_row_says_of_which_kind():
    """What `fields.row` reads, and whatever is called like a kind of row, stands in FIELDS."""
    sources = [path.read_text("utf-8") for path in Path(admin.__file__).parent.glob("*.py")]
    rows = {name for source in sources for name in re.findall(r'fields\.row\("([a-z_]+)"', source)}
    read = {name for source in sources for name in re.findall(r'form\.get(?:list)?\("([a-z_]+)"', source)}
    kinds = {name for name in read if table_of(name) is not None or table_of(name.removesuffix("s")) is not None}
    assert rows | (kinds - {"version", "phones"}) <= set(FIELDS)  # a count of changes; and phones of the page itself
    assert {"task", "clinic"} <= kinds


@pytest.mark.parametrize("path", ["/huddle/keep", "/huddle/rebalance"])
def test_work_and_clinics_of_another_part_are_not_moved_or_counted_by_a_form(two, path):
    browser = browser_within(two, "supervisor", scope(two, programs=("carelink",)))
    theirs = of_another_program(two)
    named = {"clinic": theirs["clinic_id"], "task": theirs["task_id"], "who": "Noor", "taker": "Noor Aziz", "note": "x"}
    before = everything(two)
    answer = browser.client.post(path, data={"giver": "", **named}, base_url=browser.base)
    assert answer.status_code == 404
    assert everything(two) == before


def test_a_snapshot_of_a_huddle_belongs_to_the_part_it_counted(two):
    browser = browser_within(two, "supervisor", scope(two, programs=("carelink",)))
    kept = browser.client.post("/huddle/keep", data={"who": "Noor, Maya"}, base_url=browser.base)
    assert kept.status_code == 303
    assert browser.get(kept.location).status_code == 200
    other = browser_within(two, "supervisor", scope(two, programs=("harbor",)), "Ravi")
    assert other.get(kept.location).status_code == 404
    several = browser_within(two, "supervisor", scope(two, programs=("harbor",), clinics=("riverside",)), "Ana")
    answer = several.client.post("/huddle/keep", data={"who": "Ana"}, base_url=several.base)
    assert answer.status_code == 409
    assert "Choose a clinic" in answer.text


def test_a_page_that_notes_a_look_in_its_own_way_narrows_what_it_reads_meanwhile():
    """A writing transaction sees everything: where a page reads in one, it says that it shall not."""
    root = Path(admin.__file__).parent
    own = {"access", "sessions", "own_account", "people", "glass"}  # who somebody is, before what they may see
    pages = [*root.glob("*.py"), *(root.parent / "outreach/simulation").glob("*.py")]
    writes = [
        (path.stem, follows.strip())
        for path in pages if path.stem not in own
        for follows in re.findall(r"deployment\(\)\.write\(.+\) as uow:\n(.+)", path.read_text("utf-8"))
    ]  # fmt: skip
    assert {"looks", "evidence", "member_evidence"} <= {name for name, _ in writes}
    reading = [each for each in writes if not each[1].startswith("uow.audit(")]
    assert {follows for _, follows in reading} == {"uow.narrow()"}, reading


def test_who_has_a_clinic_reads_its_programs_words_and_changes_none(two):
    browser = browser_within(two, "translator", scope(two, clinics=("riverside",)))
    text = two.row(
        "SELECT program_id, m.key FROM message_version m JOIN program p ON p.id = program_id"
        " WHERE p.key = 'carelink' AND language = 'es' ORDER BY m.id"
    )
    path = f"/words/{text.program_id}/es/{text.key}"
    assert browser.get(path).status_code == 200
    before = everything(two)
    answer = browser.client.post(path, data={"body": "Otra cosa", "seen": "0"}, base_url=browser.base)
    assert answer.status_code == 403
    assert everything(two) == before


def test_the_counts_around_a_page_are_of_the_readers_part(two):
    two.visit("Another", clinic="pier")
    loops = {}
    for key in ("carelink", "harbor"):
        page = browser_within(two, "supervisor", scope(two, programs=(key,)), f"Noor of {key}").get("/loops").text
        loops[key] = int(re.search(r"<span>Loops</span><span class=\"o-count\">(\d+)", page)[1])
    assert loops == {"carelink": 1, "harbor": 2}


def test_who_looked_at_a_shared_phone_leads_to_no_member_of_another_program(two):
    ours, theirs = two.visit("Ana Aquí"), two.visit("Canary Member", clinic="pier")
    two.share(ours, theirs)
    with two.deployment.write(OPERATOR) as uow:
        shared = uow.execute(
            text("SELECT contact_point_id FROM member_contact GROUP BY contact_point_id HAVING count(*) > 1")
        ).scalar_one()
        uow.audit("viewed", f"contact_point:{shared}")
        uow.commit()
    whole = two.browser("privacy_officer", "Pia Prüf").get("/accesses").text
    assert f"M-{ours.member}<" in whole
    assert f"M-{theirs.member}<" in whole
    page = browser_within(two, "supervisor", scope(two, programs=("carelink",))).get("/accesses").text
    assert f"M-{ours.member}<" in page
    assert f"M-{theirs.member}<" not in page


def test_that_somebody_else_has_the_phone_is_told_and_who_is_not(two):
    """A text to a shared phone may be read by others: that must be known to who writes it (HIP-09)."""
    two.share(two.ours, two.theirs)
    part = scope(two, programs=("carelink",))
    page = browser_within(two, "supervisor", part).get(f"/members/{two.ours.member}").text
    assert "somebody of another program or clinic" in page
    assert "Canary" not in page
    assert f"M-{two.theirs.member}" not in page
    phone = two.row("SELECT min(contact_point_id) AS id FROM member_contact WHERE member_id = :m", m=two.ours.member).id
    two.hear(two.ours, "I have a question about the visit, canary question")
    browser = browser_within(two, "supervisor", part, "Noor again")
    for task in two.row("SELECT min(id) AS low, max(id) AS high FROM task WHERE state = 'open'"):
        answer = browser.get(f"/tasks/{task}")
        assert answer.status_code in (200, 404)
        assert "Canary Member" not in answer.text
    path = f"/members/{two.ours.member}/phones/{phone}/consent"
    assert "Canary Member" not in browser.get(path).text
