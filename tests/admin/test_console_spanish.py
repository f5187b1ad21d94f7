"""The console in Spanish: every sentence, with what stands in it, on every page of every role."""

from __future__ import annotations

import re
from html import unescape

import console_texts
import pytest
import role_page

from admin.roles import Right, Role, rights

_HOLES = re.compile(r"%\((\w+)\)|\{(\w+)\}|<(/?\w+)")
_TAGS = re.compile(r"<(script|style).*?</\1>|<textarea.*?</textarea>|<q [^>]*>.*?</q>|<[^>]+>", re.S)
_WORDS = re.compile(r"[A-Za-z]{2,}")
_NOT_OURS = {"/phones"}  # the demo's, on which nobody works


def pairs():
    """Yield (English, Spanish) of every form of every sentence."""
    for text, said in console_texts.translated("es").items():
        if isinstance(text, str):
            yield text, said
        else:
            yield from zip(text, said, strict=True)


def test_no_sentence_is_left_out():
    assert console_texts.missing("es") == []


def test_what_stands_in_a_sentence_stands_in_its_translation():
    holes = {text: (sorted(_HOLES.findall(text)), sorted(_HOLES.findall(said))) for text, said in pairs()}
    assert {text: found for text, found in holes.items() if found[0] != found[1]} == {}


def test_no_translation_is_kept_that_nothing_says_any_more():
    assert set(console_texts.translated("es")) - console_texts.texts() == set()


@pytest.fixture
def told(world):
    """A world in which something happened, and a task waits."""
    visit = world.visit("Canary Name", language="es")
    world.remind()
    world.hear(visit, "2 because of work")
    world.missed()
    return visit


# Words that stand in nearly every English sentence, and in no Spanish one.
_ENGLISH = re.compile(r"\b(?:the|of|is|and|to|for|with|from|was|are|it|this|that|not|by)\b")
# Not said by the console: texts of a program, what a member wrote, the name of a place.
_OF_OTHERS = re.compile(r"^(?:CareLink|\[program\]): |^May CareLink reach you|^2 because of work$|^America/|^\. Reply")


def english(page):
    """Return the lines of a page on which the console speaks English."""
    lines = (" ".join(line.split()) for line in visible(page).splitlines())
    known = {text for text, said in pairs() if said != text and len(_WORDS.findall(text)) > 2}
    return {line for line in lines if line in known or (_ENGLISH.search(line) and not _OF_OTHERS.match(line))}


def addresses(world, told):
    """Return the address of every page, with the right that opens it; what has rows in it is about the told visit."""
    find = world.row
    known = {
        "loop_id": told.loop, "member_id": told.member, "clinic_id": told.clinic, "language": "es", "key": "reminder",
        "phone_id": find("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :m", m=told.member).id,
        "task_id": find("SELECT id FROM task WHERE state = 'open' AND loop_id = :l", l=told.loop).id,
        "program_id": find("SELECT program_id AS id FROM clinic WHERE id = :c", c=told.clinic).id,
    }  # fmt: skip
    for rule in world.app.url_map.iter_rules():
        needs = getattr(world.app.view_functions[rule.endpoint], "needs", None)
        if "GET" not in rule.methods or needs is None or role_page.shape(rule.rule) in _NOT_OURS:
            continue
        if rule.arguments <= set(known):
            with world.app.test_request_context():
                named = {name: known[name] for name in rule.arguments}
                yield world.app.url_map.bind("localhost").build(rule.endpoint, named), needs


def visible(page):
    """Return what a reader sees or hears of a page, but for what people wrote."""
    heard = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', page)
    return unescape(" ".join([_TAGS.sub(" \n ", page), *heard]))


def test_every_page_of_every_role_is_in_spanish(world, told):
    seen, said = 0, {}
    for role in Role:
        browser = world.browser(role, f"Alguien {role}")
        with browser.client.session_transaction(base_url=browser.base) as kept:
            kept["speaks"] = "es"
        for path, needs in addresses(world, told):
            if needs not in rights()[role] and needs is not Right.SIGNED_IN:
                continue
            answer = browser.get(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            seen += 1
            assert '<html lang="es"' in answer.text, path
            if found := english(answer.text):
                said[path] = found
    assert said == {}
    assert seen > 60


def test_what_is_refused_and_what_is_not_there_is_said_in_spanish(world, told):
    browser = world.browser()
    headers = {"Accept-Language": "es-MX,es;q=0.9"}
    gone = browser.client.get("/loops/999999", base_url=browser.base, headers=headers)
    assert gone.status_code == 404
    assert "Aquí no hay nada." in gone.text
    with browser.client.session_transaction(base_url=browser.base) as kept:
        kept["speaks"] = "es"
    path = f"/members/{told.member}"
    refused = browser.post(f"{path}/phone", path, number="")
    assert refused.status_code == 409
    assert "Escriba el número, como 202-555-0142." in refused.text


def test_a_report_that_is_taken_away_is_the_same_file_for_every_reader(world, told):
    browser = world.browser("supervisor")
    said = browser.get("/reports/sheet.csv?tab=visits").text.splitlines()
    said = [line for line in said if not line.startswith("Counted")]
    with browser.client.session_transaction(base_url=browser.base) as kept:
        kept["speaks"] = "es"
    again = browser.get("/reports/sheet.csv?tab=visits").text.splitlines()
    assert said == [line for line in again if not line.startswith("Counted")]
    assert any("by the day of the visit" in line for line in said)


def test_days_and_clocks_are_written_the_spanish_way(world, told):
    browser = world.browser()
    assert "Mon Nov 30, 2:30 PM ET" in browser.get(f"/loops/{told.loop}").text
    with browser.client.session_transaction(base_url=browser.base) as kept:
        kept["speaks"] = "es"
    assert "lun 30 nov, 2:30 p. m. ET" in browser.get(f"/loops/{told.loop}").text
