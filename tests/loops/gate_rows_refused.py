"""The gate's table, first part: what ends a touch for good. The rule stands first in a row's name."""

from __future__ import annotations

import datetime as dt

from gate_rows import (
    IN_A_DAY,
    LONG_AGO,
    NOW,
    PROVIDED,
    STOPPED,
    WRONG,
    Row,
    a_grant,
    an_answer,
    answered,
    leaves,
    ledger,
    minutes,
)
from loop_builders import a_consent

from outreach.loops.cadence import Queue
from outreach.loops.consent import Action, Category, Channel, ConsentClass, Organisation
from outreach.loops.contact_rule import ContactRule
from outreach.loops.facts import Exempt
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.loops.verdict import HeldUntil, Refused

STOP_CONFIRMATION, SAFETY_REPLY = Exempt.STOP_CONFIRMATION, Exempt.SAFETY_REPLY
REQUESTED = {"consent_events": (a_consent(Action.REQUEST, LONG_AGO),)}
BY_VOICE = {"consent_events": (a_consent(Action.GRANT, LONG_AGO, channel=Channel.VOICE),)}
KEPT_RIDES = {"consent_events": ledger((Action.STOP, {}), (Action.KEEP, {"category": Category.TRANSPORT}))}
ENDANGERED, SAFE = ContactRule(endangered=True), ContactRule(endangered=True, safe_to_answer=True)
FOUR_WEEKS = dt.timedelta(weeks=4)
THREE_ANSWERS = {"answered_at": tuple(NOW - minutes(n) for n in (1, 2, 3))}
SECOND = dt.timedelta(seconds=1)


def _exempt(which: Exempt, minutes_ago: float = 1, queue: Queue = Queue.REPLY) -> dict[str, object]:
    return an_answer(minutes_ago, exempt=which, queue=queue)


VALIDITY: dict[str, Row] = {
    "LAW-04 nothing stands in the way: it leaves under its consent, until the window ends": ({}, {}, NOW, leaves()),
    "TIM-09 allowed, but only while it is of use": ({}, {"useful_until": NOW + minutes(90)}, NOW,
                                                    leaves(NOW + minutes(90))),
    "TWI-08 less than a minute of use left": ({}, {"useful_until": NOW + minutes(0.9)}, NOW, Refused("TIM-09")),
    "TWI-08 a minute of use left": ({}, {"useful_until": NOW + minutes(1)}, NOW, leaves(NOW + minutes(1))),
    "TIM-13 the visit has changed": ({"anchor_version": 2}, {}, NOW, Refused("TIM-13")),
    "TIM-13 the loop is closed": ({"loop_open": False}, {}, NOW, Refused("TIM-13")),
    "TIM-13 an answer outlives the loop it is about": (
        {"loop_open": False, "anchor_version": 2}, an_answer(1), NOW, answered(),
    ),
    "TIM-13 but not where it says when the visit is": (
        {"anchor_version": 2}, an_answer(1, on_the_visit=True), NOW, Refused("TIM-13"),
    ),
    "TRIAL nobody but its guests": ({"is_guest": False}, {}, NOW, Refused("TRIAL")),
    "TRIAL not even an answer": ({"is_guest": False}, an_answer(1), NOW, Refused("TRIAL")),
    "TRIAL nor what may follow a STOP": ({"is_guest": False}, _exempt(SAFETY_REPLY), NOW, Refused("TRIAL")),
}  # fmt: skip

STOPS: dict[str, Row] = {
    "LAW-19 the phone is opted out": ({"consent_events": STOPPED}, {}, NOW, Refused("LAW-19")),
    "LAW-19 an answer too": ({"consent_events": STOPPED}, an_answer(1), NOW, Refused("LAW-19")),
    "LAW-19 a STOP by text ends the calls": (
        {"consent_events": (*BY_VOICE["consent_events"], *STOPPED)}, {"channel": Channel.VOICE}, NOW, Refused("LAW-19"),
    ),
    "LAW-19 for every member of the phone": (
        {"consent_events": (a_consent(Action.GRANT, LONG_AGO, member=2), *STOPPED)}, {"member": 2}, NOW,
        Refused("LAW-19"),
    ),
    "LAW-25 until they write START": (
        {"consent_events": (*STOPPED, a_consent(Action.START, NOW))}, {}, NOW, leaves(),
    ),
    "LAW-25 no new consent lifts it": (
        {"consent_events": (*STOPPED, a_consent(Action.GRANT, NOW))}, {}, NOW, Refused("LAW-19"),
    ),
    "LAW-17 the category they kept goes on": (KEPT_RIDES, {"category": Category.TRANSPORT}, NOW, leaves()),
    "LAW-17 the others stay stopped": (KEPT_RIDES, {}, NOW, Refused("LAW-19")),
    "LAW-17 one confirmation within five minutes": (
        {"consent_events": STOPPED}, _exempt(STOP_CONFIRMATION, 5), NOW, leaves(IN_A_DAY, "LAW-17"),
    ),
    "LAW-17 none after five minutes": (
        {"consent_events": STOPPED}, _exempt(STOP_CONFIRMATION, 5.1), NOW, Refused("LAW-17"),
    ),
    "LAW-17 and none to a STOP nobody said": (
        {"consent_events": STOPPED}, {"exempt": STOP_CONFIRMATION}, NOW, Refused("LAW-17"),
    ),
    "CRI-04 the safety reply may follow a STOP": (
        {"consent_events": STOPPED}, _exempt(SAFETY_REPLY, queue=Queue.SAFETY), NOW, leaves(IN_A_DAY, "CRI-04"),
    ),
    "LAW-41 HELP is answered after a STOP": (
        {"consent_events": STOPPED}, _exempt(Exempt.HELP), NOW, leaves(IN_A_DAY, "LAW-41"),
    ),
    "LAW-25 START is confirmed": (
        {"consent_events": STOPPED}, _exempt(Exempt.START_CONFIRMATION), NOW, leaves(IN_A_DAY, "LAW-25"),
    ),
    "LAW-39 not this member's phone": ({"consent_events": WRONG}, {}, NOW, Refused("LAW-39")),
    "LAW-39 but perhaps another's": (
        {"consent_events": (*WRONG, a_consent(Action.GRANT, LONG_AGO, member=2))}, {"member": 2}, NOW, leaves(),
    ),
}  # fmt: skip

CONSENT: dict[str, Row] = {
    "LAW-01 no consent": ({"consent_events": ()}, {}, NOW, Refused("LAW-01")),
    "LAW-01 consent to texts is none to calls": ({}, {"channel": Channel.VOICE}, NOW, Refused("LAW-01")),
    "LAW-03 a call leaves under a consent to calls": (BY_VOICE, {"channel": Channel.VOICE}, NOW, leaves()),
    "LAW-01 consent to calls is none to texts": (BY_VOICE, {}, NOW, Refused("LAW-01")),
    "LAW-01 taken back": ({"consent_events": ledger((Action.REVOKE, {}))}, {}, NOW, Refused("LAW-01")),
    "LAW-01 a known number of no class": (a_grant(consent_class=None), {}, NOW, Refused("LAW-01")),
    "LAW-34 an answer is asked for": ({"consent_events": ()}, an_answer(1), NOW, answered()),
    "LAW-34 a stranger's too": ({"consent_events": ()}, an_answer(1, member=None), NOW, answered()),
    "LAW-01 nothing else goes to a stranger": ({}, {"member": None}, NOW, Refused("LAW-01")),
    "LAW-04 signed consent is enough": (a_grant(consent_class=ConsentClass.PEWC), {}, NOW, leaves()),
    "LAW-05 a number given to the plan is no consent to texts about visits": (
        a_grant(**PROVIDED, organisation=Organisation.PLAN), {}, NOW, Refused("LAW-05"),
    ),
    "LAW-05 nor one that nobody says who took": (a_grant(**PROVIDED), {}, NOW, Refused("LAW-05")),
    "LAW-05 unless the provider collected it": (
        a_grant(**PROVIDED, organisation=Organisation.PROVIDER), {}, NOW, leaves(),
    ),
    "LAW-05 but it is one to texts about coverage": (
        a_grant(**PROVIDED, organisation=Organisation.PLAN), {"category": Category.COVERAGE}, NOW, leaves(),
    ),
    "LAW-08 the healthcare exemption is no fallback": (
        a_grant(consent_class=ConsentClass.EXEMPT_HEALTHCARE), {}, NOW, Refused("LAW-08"),
    ),
    "LAW-26 consent that ended at this instant": (a_grant(expires_at=NOW), {}, NOW, Refused("LAW-26")),
    "LAW-26 consent that ended before": (a_grant(expires_at=NOW - minutes(1)), {}, NOW, Refused("LAW-26")),
    "LAW-26 consent that has a second left": (a_grant(expires_at=NOW + SECOND), {}, NOW, leaves()),
    "LAW-28 the question leaves under the request": (REQUESTED, {"asks_consent": True}, NOW, leaves(rule="LAW-28")),
    "LAW-28 before any opt-in confirmation": (
        REQUESTED | {"welcomed_at": None}, {"asks_consent": True}, NOW, leaves(rule="LAW-28"),
    ),
    "LAW-28 everything else waits for the yes": (REQUESTED, {}, NOW, HeldUntil(NOW + minutes(60), "LAW-01")),
    "LAW-28 and ends where it cannot wait": (
        REQUESTED, {"useful_until": NOW + minutes(59)}, NOW, Refused("LAW-01"),
    ),
    "LAW-28 nobody asks without a request": ({"consent_events": ()}, {"asks_consent": True}, NOW, Refused("LAW-01")),
    "LAW-28 nor once the answer was no": (
        {"consent_events": (*REQUESTED["consent_events"], a_consent(Action.REVOKE, NOW))}, {"asks_consent": True}, NOW,
        Refused("LAW-01"),
    ),
}  # fmt: skip

REACH: dict[str, Row] = {
    "LAW-39 a stranger's number": ({"number": NumberState.REASSIGNED_HOLD}, {}, NOW, Refused("LAW-39")),
    "LAW-39 whom nothing is answered": ({"number": NumberState.REASSIGNED_HOLD}, an_answer(1), NOW, Refused("LAW-39")),
    "LAW-39 but one apology": (
        {"number": NumberState.REASSIGNED_HOLD}, _exempt(STOP_CONFIRMATION), NOW, leaves(IN_A_DAY, "LAW-17"),
    ),
    "TWI-33 not even that to a number out of use": (
        {"number": NumberState.BLOCKED}, _exempt(STOP_CONFIRMATION), NOW, Refused("TWI-33"),
    ),
    "CARE-10 nothing to the phones of somebody who died": (
        {"standing": Standing.DECEASED}, {}, NOW, Refused("CARE-10"),
    ),
    "CARE-10 no answer either": ({"standing": Standing.DECEASED}, an_answer(1), NOW, Refused("CARE-10")),
    "CARE-10 a STOP is confirmed whoever sent it": (
        {"standing": Standing.DECEASED}, _exempt(STOP_CONFIRMATION), NOW, leaves(IN_A_DAY, "LAW-17"),
    ),
    "CARE-11 nothing unasked to who is in hospital": (
        {"standing": Standing.HOSPITALISED}, {}, NOW, Refused("CARE-11"),
    ),
    "CARE-11 but who writes is answered": ({"standing": Standing.FACILITY}, an_answer(1), NOW, answered()),
    "HIP-05 a visit nobody may text about": ({"silent": True}, {}, NOW, Refused("HIP-05")),
    "HIP-05 a member who writes about it is answered": ({"silent": True}, an_answer(1), NOW, answered()),
    "HIP-06 not the phone they named": ({"contact_rule": ContactRule(frozenset({8}))}, {}, NOW, Refused("HIP-06")),
    "HIP-06 the phone they named": ({"contact_rule": ContactRule(frozenset({9}))}, {}, NOW, leaves()),
    "HIP-06 not the channel they named": (
        {"contact_rule": ContactRule(channels=frozenset({Channel.VOICE}))}, {}, NOW, Refused("HIP-06"),
    ),
    "HIP-06 an answer neither": (
        {"contact_rule": ContactRule(frozenset({8}))}, an_answer(1), NOW, Refused("HIP-06"),
    ),
    "HIP-06 but a STOP is confirmed where it was said": (
        {"contact_rule": ContactRule(frozenset({8}))}, _exempt(STOP_CONFIRMATION), NOW, leaves(IN_A_DAY, "LAW-17"),
    ),
    "CRI-07 nothing answers a text that somebody else may read": (
        {"contact_rule": ENDANGERED}, an_answer(1), NOW, Refused("CRI-07"),
    ),
    "CRI-07 not even the safety reply": ({"contact_rule": ENDANGERED}, _exempt(SAFETY_REPLY), NOW, Refused("CRI-07")),
    "CRI-07 unless they said that it is safe": ({"contact_rule": SAFE}, an_answer(1), NOW, answered()),
    "CRI-07 a STOP is confirmed": (
        {"contact_rule": ENDANGERED}, _exempt(STOP_CONFIRMATION), NOW, leaves(IN_A_DAY, "LAW-17"),
    ),
    "CRI-07 neutral reminders go on": ({"contact_rule": ENDANGERED}, {}, NOW, leaves()),
    "HIP-25 no approved words in this language": ({"words_approved": False}, {}, NOW, Refused("HIP-25")),
    "LAW-36 four weeks without an answer or a delivery": (
        {"unheard_since": NOW - FOUR_WEEKS}, {}, NOW, Refused("LAW-36"),
    ),
    "LAW-36 a second less": ({"unheard_since": NOW - FOUR_WEEKS + SECOND}, {}, NOW, leaves()),
    "LAW-36 who writes is answered": ({"unheard_since": NOW - FOUR_WEEKS}, an_answer(1), NOW, answered()),
    "TWI-26 the fourth answer in ten minutes": (
        {"answered_at": tuple(NOW - minutes(n) for n in (1, 2, 9))}, an_answer(0), NOW, Refused("TWI-26"),
    ),
    "TWI-26 the third is given": (
        {"answered_at": tuple(NOW - minutes(n) for n in (1, 2, 10))}, an_answer(0), NOW, answered(),
    ),
    "TWI-26 the eleventh in a day": (
        {"answered_at": tuple(NOW - minutes(60 * n) for n in range(1, 11))}, an_answer(0), NOW, Refused("TWI-26"),
    ),
    "TWI-26 never keeps back what a STOP or a crisis is owed": (
        THREE_ANSWERS, _exempt(Exempt.HELP, 0), NOW, leaves(IN_A_DAY, "LAW-41"),
    ),
    "TWI-26 a machine answers there": (
        {"quiet_until": NOW + minutes(1)}, an_answer(0), NOW, Refused("TWI-26"),
    ),
    "TWI-26 and did until now": ({"quiet_until": NOW}, an_answer(0), NOW, answered()),
    "TWI-26 a person answers all the same": (
        {"quiet_until": NOW + minutes(1)}, an_answer(0, interrupts=True), NOW, answered(),
    ),
    "TWI-26 and a reminder leaves": ({"quiet_until": NOW + minutes(1)}, {}, NOW, leaves()),
    "TWI-26 has nothing to do with reminders": (THREE_ANSWERS, {}, NOW, leaves()),
}  # fmt: skip

# The rule by which a number cannot be used, for texts and for calls (rulebook 0.2, TWI-33, TWI-37, LAW-39).
NUMBERS: dict[NumberState, tuple[str | None, str | None]] = {
    NumberState.UNVERIFIED: (None, None),
    NumberState.ACTIVE: (None, None),
    NumberState.SUSPECT: ("TWI-33", "TWI-33"),
    NumberState.INVALID: ("TWI-33", "TWI-33"),
    NumberState.LANDLINE: ("TWI-37", None),
    NumberState.BLOCKED: ("TWI-33", "TWI-33"),
    NumberState.FAX: ("TWI-33", "TWI-33"),
    NumberState.REASSIGNED_HOLD: ("LAW-39", "LAW-39"),
    NumberState.OUT_OF_REGION: ("TWI-33", "TWI-33"),
}
OF_NUMBERS: dict[str, Row] = {
    f"{rule or 'TWI-37'} {'a text' if channel == Channel.SMS else 'a call'} to a number that is {state}": (
        {"number": state} | a_grant(channel=channel), {"channel": channel}, NOW, Refused(rule) if rule else leaves(),
    )
    for state, rules in NUMBERS.items()
    for channel, rule in zip(Channel, rules, strict=True)
}  # fmt: skip

REFUSED: dict[str, Row] = VALIDITY | STOPS | CONSENT | REACH | OF_NUMBERS
