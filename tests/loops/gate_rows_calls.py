"""The gate's table, third part: calls, which have a consent, needs and holds of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gate_rows import LONG_AGO, MORNING, NIGHT, NOW, Row, a_grant, leaves, minutes
from loop_builders import a_consent, local

from outreach.loops.consent import Action, Channel
from outreach.loops.contact_rule import ContactRule
from outreach.loops.facts import OpenPrompt
from outreach.loops.hours import Hours
from outreach.loops.numbers import NumberState
from outreach.loops.verdict import HeldUntil, Refused

A_CALL: dict[str, Any] = {"channel": Channel.VOICE, "asks": False}
AGREED = a_grant(channel=Channel.VOICE)
DEAF, ENDANGERED = ContactRule(hearing_access=True), ContactRule(endangered=True)
LATER: dict[str, Any] = {"useful_until": local("2027-06-30 12:00")}
ALONE = OpenPrompt(2, NOW + minutes(60), NOW + dt.timedelta(hours=20))
AN_HOUR_ON = NOW + minutes(60)


def _agreed(**facts: Any) -> dict[str, Any]:
    return AGREED | facts


CALLS: dict[str, Row] = {
    "LAW-04 a call leaves under its own consent, until the window ends": (AGREED, A_CALL, NOW, leaves()),
    "LAW-01 no call leaves under a consent to texts": ({}, A_CALL, NOW, Refused("LAW-01")),
    "LAW-26 a consent to calls ends too": (
        a_grant(channel=Channel.VOICE, expires_at=NOW), A_CALL, NOW, Refused("LAW-26"),
    ),
    "LAW-39 a wrong number is not called": (
        _agreed(consent_events=(*AGREED["consent_events"], a_consent(Action.WRONG_NUMBER, NOW - minutes(1)))), A_CALL,
        NOW, Refused("LAW-39"),
    ),
    "TWI-34 who cannot hear a call gets none": (_agreed(contact_rule=DEAF), A_CALL, NOW, Refused("TWI-34")),
    "TWI-34 but texts": ({"contact_rule": DEAF}, {}, NOW, leaves()),
    "TWI-33 a fax is not called": (_agreed(number=NumberState.FAX), A_CALL, NOW, Refused("TWI-33")),
    "TWI-37 a landline is called before anybody has looked it up": (_agreed(line_unknown=True), A_CALL, NOW, leaves()),
    "HIP-06 who wants texts alone is not called": (
        _agreed(contact_rule=ContactRule(channels=frozenset({Channel.SMS}))), A_CALL, NOW, Refused("HIP-06"),
    ),
    "CRI-07 nobody calls a phone that a danger may pick up": (
        _agreed(contact_rule=ENDANGERED), A_CALL, NOW, Refused("CRI-07"),
    ),
    "CRI-07 unless that is safe": (
        _agreed(contact_rule=ContactRule(endangered=True, safe_to_answer=True)), A_CALL, NOW, leaves(),
    ),
    "HIP-25 no approved words to say": (_agreed(words_approved=False), A_CALL, NOW, Refused("HIP-25")),
    "HIP-05 a visit that nobody speaks of": (_agreed(silent=True), A_CALL, NOW, Refused("HIP-05")),
    "TWI-43 who may have declined is not called again before a person found out": (
        _agreed(refusal_open=True), A_CALL | LATER, NOW, HeldUntil(AN_HOUR_ON, "TWI-43"),
    ),
    "TWI-43 nor when that would be too late": (
        _agreed(refusal_open=True), A_CALL | {"useful_until": NOW + minutes(30)}, NOW, Refused("TWI-43"),
    ),
    "TWI-43 a text is judged by other rules": ({"refusal_open": True}, {}, NOW, leaves()),
    "CRI-11 nobody in a crisis is called by a machine": (
        _agreed(crisis_open=True), A_CALL, NOW, HeldUntil(AN_HOUR_ON, "CRI-11"),
    ),
    "LAW-28 a call says who calls: no text comes first": (_agreed(welcomed_at=None), A_CALL, NOW, leaves()),
    "TIM-15 a text's open question does not keep it back": (_agreed(open_prompt=ALONE), A_CALL, NOW, leaves()),
    "LAW-33 nobody is called at night": (AGREED, A_CALL, NIGHT, HeldUntil(MORNING, "LAW-33")),
    "LAW-32 a state's hours hold for calls": (
        _agreed(hours=Hours(states=("FL",)), sent_at=tuple(NOW - minutes(60 * n) for n in (1, 2, 20))), A_CALL | LATER,
        NOW, HeldUntil(NOW + minutes(4 * 60), "LAW-32"),
    ),
    "LAW-35 a call is counted with the texts": (
        _agreed(sent_at=(NOW - minutes(60), NOW - minutes(30))), A_CALL | LATER, NOW,
        HeldUntil(local("2027-03-17 00:00"), "LAW-35"),
    ),
    "LAW-03 consent of long ago holds until it is taken back": (
        {"consent_events": (a_consent(Action.GRANT, LONG_AGO, channel=Channel.VOICE),
                            a_consent(Action.REVOKE, NOW - minutes(1), channel=Channel.VOICE))},
        A_CALL, NOW, Refused("LAW-01"),
    ),
}  # fmt: skip
