"""Appendix D of the rulebook at the screens, row by row: what each reply raises, and the rule that says so."""

from __future__ import annotations

import pytest

from conversations.meaning import Intent, Safety
from conversations.screens import screen
from conversations.understand import understand


def rows(table: str) -> list[tuple[str, str, str]]:
    """Read `reply | flags | rules` lines; "-" is nothing at all."""
    return [tuple(cell.strip() for cell in row.split("|")) for row in table.strip().splitlines()]  # type: ignore[misc]


APPENDIX_D = rows(
    """
    STOP | opt_out | LAW-14
    stop. | opt_out | LAW-14
    Stop!! | opt_out | LAW-14
    ＳＴＯＰ | opt_out | LAW-14
    Stop please | opt_out | LAW-14
    pls stop texting me | opt_out | LAW-14
    quit it | opt_out | LAW-14
    CANCEL | opt_out possible_visit_cancel | LAW-14 LAW-21
    END | opt_out possible_visit_cancel | LAW-14 LAW-21
    QUIT | opt_out possible_visit_cancel | LAW-14 LAW-21
    terminar | opt_out possible_visit_cancel | LAW-14 LAW-21
    koniec | opt_out possible_visit_cancel | LAW-14 LAW-21
    取消 | opt_out possible_visit_cancel | LAW-14 LAW-21
    cancel my appointment | - | -
    Is there a bus stop near? | - | -
    can't stop bleeding | emergency | CRI-02/C2
    STOP I want to die | emergency opt_out | CRI-02/C1 LAW-22/keyword
    no mas mensajes | opt_out | LAW-14
    No más | opt_out | LAW-14
    basta | opt_out | LAW-14
    توقف | opt_out | LAW-14
    СТОП | opt_out | LAW-14
    หยุด | opt_out | LAW-14
    leave me alone | opt_out | LAW-14
    wrong person stop | opt_out wrong_number | LAW-22 LAW-22/wrong-number
    🖕 | opt_out | LAW-22
    can we stop this for now | review | LAW-23
    HELP | help | TWI-27/help
    info | help | TWI-27/help
    Ayuda | help | TWI-27/help
    help please | emergency help | CRI-02/C7 TWI-27/help
    help me | emergency | CRI-02/C7
    911 | emergency | CRI-02/C7
    emergency | emergency | CRI-02/C7
    Who is this? | help | 7.1/identity
    ¿Quién es? | help | 7.1/identity
    кто это? | help | 7.1/identity
    你是谁？ | help | 7.1/identity
    START | opt_in | LAW-25
    UNSTOP | opt_in | LAW-25
    YES | - | -
    1 | - | -
    १ | - | -
    wrong number | wrong_number | LAW-22/wrong-number
    numero equivocado | wrong_number | LAW-22/wrong-number
    no soy Maria | wrong_number | LAW-22/other-name
    wrong number, stop texting me | wrong_number opt_out | LAW-22/wrong-number LAW-22
    My mom passed away | deceased_report | OUT-04/deceased
    Can I take 2 pills? | medication_question | 7.1/12
    I took too many pills | emergency | CRI-02/C6
    I don't want to kill myself | emergency | CRI-02/C1
    I want to kill him | emergency | CRI-02/C4
    he hit me | abuse | CRI-02/C3
    someone is hurting my child | abuse | CRI-02/C5
    this traffic is killing me | review | CRI-03/idiom
    dying to see you | review | CRI-03/idiom
    my gums are bleeding | review | CRI-03/idiom
    español | - | -
    ES | - | -
    中文 | - | -
    tiếng Việt | - | -
    ride | keep_rides | LAW-17
    """
)


@pytest.mark.parametrize(("text", "flags", "rules"), APPENDIX_D, ids=[f"D-{row[0]}" for row in APPENDIX_D])
def test_a_row_of_appendix_d(text: str, flags: str, rules: str) -> None:
    found = screen(text)
    assert found.safety == frozenset(map(Safety, flags.replace("-", "").split()))
    assert set(rules.split()) - {"-"} <= {step.rule for step in found.because}


@pytest.mark.parametrize(
    ("text", "language"),
    [("español", "es"), ("ES", "es"), ("English", "en"), ("中文", "zh-Hans"), ("tiếng Việt", "vi")],
)
def test_7_1_9_a_language_is_asked_for_and_no_screen_minds(text: str, language: str) -> None:
    meant = understand(text, "en", None)
    assert (meant.intents, meant.language, meant.safety) == ({Intent.LANGUAGE_SWITCH}, language, frozenset())


def test_7_1_4_a_letter_of_1600_characters_is_screened_to_its_end() -> None:
    letter = ("we went to the market and came home again. " * 40)[:1560]
    assert screen(letter).safety == frozenset()
    assert Safety.EMERGENCY in screen(letter + " I want to die").safety
    assert Safety.OPT_OUT in screen(letter + " so stop texting me").safety


@pytest.mark.parametrize("text", ["", " ", "\n", "🙂", "\u200b"])
def test_an_empty_body_raises_nothing(text: str) -> None:
    assert screen(text).safety == frozenset()
