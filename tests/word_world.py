"""A program that speaks every language there is texts for, and people who have a hand in them."""

from __future__ import annotations

from typing import Any

from world import PROGRAM_FILE

from locales.languages import languages
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.one_text import send_back, take_step, withdraw, write_text
from outreach.engine.word_places import Place
from outreach.store import message_versions, programs
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import APPROVED, REVIEWED, TRANSLATED, StoredVersion
from outreach.store.programs import StoredProgram

REMINDER_ES = "{program}: Su cita es el {day} a las {time}. Responda 1 voy, 2 cambiarla, 3 no voy. STOP para terminar."
REMINDER_EN = "{program}: Your visit is {day} at {time}. Reply 1 I go, 2 change it, 3 I can't. STOP to end."
HANDS = {TRANSLATED: "Rosa Vega", REVIEWED: "Tomas Lund", APPROVED: "Ana Ruiz"}


def speaks_everything(deployment: Deployment, calls: bool = False) -> StoredProgram:
    """Configure the example program with every language of the table, and with a telephone if it `calls`; return it."""
    listed = ", ".join(f'"{code}"' for code in languages())
    text = PROGRAM_FILE.read_text(encoding="utf-8").replace('["en", "es"]', f"[{listed}]", 1)
    if calls:
        text = text.replace("[[clinic]]", '[program.voice]\non_call = "+12025550199"\n\n[[clinic]]', 1)
    configure(deployment, OPERATOR, text)
    return the_program(deployment)


def the_program(deployment: Deployment) -> StoredProgram:
    """Return the only program."""
    with deployment.read(OPERATOR) as uow:
        (found,) = programs.programs(uow).values()
    return found


def history(deployment: Deployment, place: Place) -> list[StoredVersion]:
    """Return every version of one text, oldest first."""
    with deployment.read(OPERATOR) as uow:
        stored = message_versions.versions_of(uow, place.program_id, place.key)
    return [each for each in stored if each.language == place.language]


def sent(deployment: Deployment, place: Place) -> str | None:
    """Return the words that may be sent, or None."""
    with deployment.read(OPERATOR) as uow:
        found = programs.approved_words(uow, [place.program_id]).get((place.program_id, place.key, place.language))
    return found.body if found else None


def write(deployment: Deployment, place: Place, body: str, by: str = "Nadia Pierre") -> int:
    """Write a text anew, having seen the newest version."""
    seen = history(deployment, place)
    return write_text(deployment, OPERATOR, place, body, seen[-1].version if seen else 0, by)


def sign(deployment: Deployment, version: int, *states: str, **by: Any) -> None:
    """Take a version through states, each in the name of whoever does that here, or of who is named."""
    for state in states:
        who = by.get(state, HANDS.get(state, "Ana Ruiz"))
        match state:
            case message_versions.SENT_BACK:
                send_back(deployment, OPERATOR, version, who, "Too long.")
            case message_versions.WITHDRAWN:
                withdraw(deployment, OPERATOR, version, who, "It is wrong.")
            case _:
                take_step(deployment, OPERATOR, version, state, who, "What it says." if state == REVIEWED else "")


STEPS = (TRANSLATED, REVIEWED, APPROVED)
