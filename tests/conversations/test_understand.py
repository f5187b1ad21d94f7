"""What a reply means under the question it answers (rulebook 7.1, Appendix D)."""

from __future__ import annotations

import pytest

from conversations.meaning import Meaning, Reason
from conversations.prompt import OPTIONS, prompt_for
from conversations.understand import understand


def meant(text: str, key: str | None = "reminder", language: str = "en") -> Meaning:
    return understand(text, language, prompt_for(key) if key else None)


def table(rows: str) -> list[tuple[str, str, str]]:
    """Read `prompt | reply | intents[:reason]` lines; "-" is no open question."""
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows.strip().splitlines()]  # type: ignore[misc]


ROWS = table(
    """
    reminder | 1 | confirm
    reminder | #1 | confirm
    reminder | 1. | confirm
    reminder | (1) | confirm
    reminder | uno | confirm
    reminder | one | confirm
    reminder | १ | confirm
    reminder | ١ | confirm
    reminder | 1️⃣ | confirm
    reminder | １ | confirm
    reminder | 1 please | confirm
    reminder | option 1 | confirm
    reminder | 1 1 | confirm
    reminder | 1 yes | confirm
    reminder | 1 thank you | confirm
    reminder | 2 | reschedule_request
    reminder | 2 por favor | reschedule_request
    reminder | 3 | decline
    reminder | 1 or 2 | unclear
    reminder | 12 | unclear
    reminder | 1 2 | unclear
    reminder | 9 | unclear
    reminder | 1 no | unclear
    reminder | 2 kids are sick | unclear
    reminder | YES | confirm
    reminder | Si | confirm
    reminder | sí | confirm
    reminder | ok | confirm
    reminder | yesss | confirm
    reminder | ok thanks | confirm
    reminder | 👍 | confirm
    reminder | 👍🏿 | confirm
    reminder | yes I will be there | confirm
    reminder | sí, ahí estaré | confirm
    reminder | cómo no | confirm
    reminder | see you then! | confirm
    reminder | no problem | confirm
    reminder | no | decline
    reminder | nope | decline
    reminder | 👎 | decline
    reminder | no thank you | decline
    reminder | siempre no | decline
    reminder | I won't be able to make it | decline
    reminder | I can't, I have to work | decline:work_conflict
    reminder | no puedo ir, estoy enferma | decline:illness
    reminder | cancel my appointment | decline
    reminder | can't make it, another day please | reschedule_request
    reminder | Tengo que cambiar mi cita | reschedule_request
    reminder | otro día por favor | reschedule_request
    reminder | yes but I need a ride | confirm need_transport
    reminder | I need a ride | need_transport
    reminder | no ride | need_transport:transport_failure
    reminder | no tengo transporte | need_transport:transport_failure
    reminder | I have a ride | transport_ok
    reminder | call me | request_human
    reminder | thanks | acknowledgement
    reminder | gracias | acknowledgement
    reminder | 🙏 | acknowledgement
    reminder | yes if my ride comes | unclear
    reminder | yes I have to work | unclear:work_conflict
    reminder | yes but no ride | confirm need_transport:transport_failure
    reminder | no sorry thanks | decline
    reminder | yes no | unclear
    reminder | yes? | unclear
    reminder | maybe | unclear
    reminder | I'm not sure | unclear
    reminder | can't wait to see you | confirm
    reminder | I went | visit_completed
    reminder | I'm sick | decline:illness
    reminder | Is there a bus stop near? | question_other
    reminder | what time? | question_other
    reminder | Who is this? | help question_other
    reminder | ¿quién es? | help question_other
    reminder | hello | acknowledgement
    dayof | 1 | on_my_way
    dayof | 2 | running_late
    dayof | 3 | need_transport:transport_failure
    dayof | 4 | decline
    dayof | yes | on_my_way
    dayof | omw | on_my_way
    dayof | voy en camino | on_my_way
    dayof | running late | running_late
    dayof | yes, running late | running_late
    dayof | voy tarde | running_late
    dayof | voy tarde y necesito transporte | running_late need_transport
    dayof | I'm here | arrived
    dayof | ya llegué | arrived
    dayof | no | decline
    dayof_eve | 1 | on_my_way
    postvisit | 1 | visit_completed
    postvisit | 2 | visit_not_completed
    postvisit | 3 | request_human
    postvisit | yes | visit_completed
    postvisit | sí fui | visit_completed
    postvisit | I went | visit_completed
    postvisit | no | visit_not_completed
    postvisit | no fui | visit_not_completed
    postvisit | no I couldn't make it | visit_not_completed
    postvisit | I missed it, I forgot | visit_not_completed:forgot
    why_not | 1 | visit_not_completed:transport_failure
    why_not | 6 | visit_not_completed:other
    why_not | ride | visit_not_completed:transport_failure
    why_not | work | visit_not_completed:work_conflict
    why_not | child care | visit_not_completed:childcare
    why_not | sick | visit_not_completed:illness
    why_not | cost | visit_not_completed:cost_insurance
    why_not | other | visit_not_completed:other
    why_not | transporte | visit_not_completed:transport_failure
    why_not | trabajo | visit_not_completed:work_conflict
    why_not | enfermedad | visit_not_completed:illness
    why_not | se me olvidó | visit_not_completed:forgot
    why_not | I was in the hospital, very sick | visit_not_completed:hospitalized
    why_not | because I had to work | visit_not_completed:work_conflict
    why_not | yes | unclear
    why_not | no | unclear
    why_not | 7 | unclear
    why_not | call me | request_human
    why_cannot | 2 | decline:work_conflict
    why_cannot | my kids | decline:childcare
    - | 1 | unclear
    - | yes | unclear
    - | no | unclear
    - | ok | acknowledgement
    - | thanks | acknowledgement
    - | ok thanks | acknowledgement
    - | call me | request_human
    - | need to reschedule | reschedule_request
    - | I can't make it to my appointment | decline
    """
)


@pytest.mark.parametrize(("key", "text", "expected"), ROWS)
def test_a_reply_means_what_it_says_under_its_question(key: str, text: str, expected: str) -> None:
    intents, _, reason = expected.partition(":")
    meaning = meant(text, None if key == "-" else key)
    assert set(meaning.intents) == set(intents.split())
    assert (meaning.reason or "") == reason


@pytest.mark.parametrize("key", sorted(OPTIONS))
def test_every_digit_of_every_menu_is_read_back_as_its_option(key: str) -> None:
    prompt = prompt_for(key)
    assert prompt is not None
    for digit, option in prompt.options.items():
        meaning = understand(f" {digit}. ", "es", prompt)
        assert (meaning.intents, meaning.reason, meaning.confidence) == ({option.intent}, option.reason, 1.0)


def test_a_reason_outside_the_closed_list_does_not_exist() -> None:
    assert {reason for _, _, cell in ROWS if (reason := cell.partition(":")[2])} <= set(Reason)
