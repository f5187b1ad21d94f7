"""The gate's table, second part: what only delays a touch. The rule stands first in a row's name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gate_rows import (
    EVENING,
    MIDNIGHT,
    MORNING,
    NIGHT,
    NOW,
    Row,
    a_grant,
    an_answer,
    answered,
    leaves,
    minutes,
)
from loop_builders import LOS_ANGELES, NEW_YORK, local

from outreach.loops.cadence import Queue
from outreach.loops.caps import Caps
from outreach.loops.consent import Channel
from outreach.loops.facts import Exempt, OpenPrompt
from outreach.loops.hours import Hours
from outreach.loops.numbers import NumberState
from outreach.loops.pauses import What
from outreach.loops.state_hours import every_state
from outreach.loops.verdict import HeldUntil, Refused

ALONE = OpenPrompt(2, NOW + minutes(60), NOW + dt.timedelta(hours=20))
AGED = OpenPrompt(2, NOW - minutes(1), NOW + dt.timedelta(hours=20))
TWO_TODAY = (NOW - minutes(60), NOW - minutes(30))
A_MONTH = dt.timedelta(days=31)
SECOND = dt.timedelta(seconds=1)
EIGHT_TO_NINE = (dt.time(8), dt.time(21))
LEGAL = Hours(EIGHT_TO_NINE, EIGHT_TO_NINE, EIGHT_TO_NINE, holidays=True)
MEMORIAL_DAY, THE_DAY_AFTER = "2027-05-31", "2027-06-01"  # a Monday, federal
CHAVEZ_DAY = "2027-03-31"  # a Wednesday, a holiday in California alone
HOLIDAY, CHAVEZ = local(f"{MEMORIAL_DAY} 12:00"), local(f"{CHAVEZ_DAY} 12:00")
PLENTY = Caps(99, 99)
LATER: dict[str, Any] = {"useful_until": local("2027-06-30 12:00")}
CLOSED_TODAY = Hours(closed=frozenset({dt.date(2027, 3, 16)}))
CLOSED_AND_URGENT = Hours(closed=frozenset({dt.date(2027, 3, 16)}), urgent=True)


def _until(day: str, at: str) -> Any:
    return leaves(local(f"{day} {at}"))


def _in(*states: str, **hours: Any) -> dict[str, Any]:
    """Facts of a member who may live in these states."""
    return {"hours": Hours(states=states, **hours)}


def _sent(*hours_ago: float, **facts: Any) -> dict[str, Any]:
    return {"sent_at": tuple(NOW - minutes(60 * hours) for hours in hours_ago), "caps": PLENTY} | facts


SWITCHES: dict[str, Row] = {
    "FREEZE holds everything": ({"frozen": True}, {}, NOW, HeldUntil(NOW + minutes(5), "FREEZE")),
    "FREEZE holds answers too": ({"frozen": True}, an_answer(1), NOW, HeldUntil(NOW + minutes(5), "FREEZE")),
    "PAUSED holds what the carrier would refuse": (
        {"stopped": (What.ACCOUNT,)}, {}, NOW, HeldUntil(NOW + minutes(5), "PAUSED"),
    ),
    "PAUSED holds what cannot wait too": (
        {"stopped": (What.SENDER,)}, {"queue": Queue.DAY_OF}, NOW, HeldUntil(NOW + minutes(5), "PAUSED"),
    ),
    "PAUSED holds answers too": (
        {"stopped": (What.TEMPLATE,)}, an_answer(1), NOW, HeldUntil(NOW + minutes(5), "PAUSED"),
    ),
    "BREAKER holds what can wait": (
        {"stopped": (What.BREAKER,)}, {}, NOW, HeldUntil(NOW + minutes(5), "BREAKER"),
    ),
    "BREAKER gives what cannot wait to a person": (
        {"stopped": (What.BREAKER,)}, {"queue": Queue.DAY_OF}, NOW, Refused("BREAKER"),
    ),
    "TWI-37 a number that may be a landline waits for its look-up": (
        {"line_unknown": True}, {}, NOW, HeldUntil(NOW + minutes(10), "TWI-37"),
    ),
    "CRI-11 nobody in a crisis is reminded of a visit": (
        {"crisis_open": True}, {}, NOW, HeldUntil(NOW + minutes(60), "CRI-11"),
    ),
    "CRI-11 but is answered": ({"crisis_open": True}, an_answer(1), NOW, answered()),
    "LAW-23 nor who may have meant STOP, until a person has read it": (
        {"review_open": True}, {}, NOW, HeldUntil(NOW + minutes(60), "LAW-23"),
    ),
    "LAW-23 but is answered": ({"review_open": True}, an_answer(1), NOW, answered()),
    "UNREAD-REPLY no reminder overtakes a reply nobody has read": (
        {"unread_reply": True}, {}, NOW, HeldUntil(NOW + minutes(1), "UNREAD-REPLY"),
    ),
    "UNREAD-REPLY an answer does": ({"unread_reply": True}, an_answer(1), NOW, answered()),
    "TALKING no reminder while a person talks with them": (
        {"with_person_until": NOW + minutes(7)}, {}, NOW, HeldUntil(NOW + minutes(7), "TALKING"),
    ),
    "TALKING nor an automatic answer": (
        {"with_person_until": NOW + minutes(7)}, an_answer(1), NOW, HeldUntil(NOW + minutes(7), "TALKING"),
    ),
    "TALKING the person's own text leaves": (
        {"with_person_until": NOW + minutes(7)}, an_answer(1, interrupts=True), NOW, answered(),
    ),
    "TALKING and what a crisis is owed": (
        {"with_person_until": NOW + minutes(7)}, an_answer(1, queue=Queue.SAFETY), NOW, answered(),
    ),
    "TALKING and what a STOP is owed": (
        {"with_person_until": NOW + minutes(7)}, an_answer(1, exempt=Exempt.STOP_CONFIRMATION), NOW,
        answered(rule=Exempt.STOP_CONFIRMATION),
    ),
    "TALKING until they have said what there was to say": ({"with_person_until": NOW}, {}, NOW, leaves()),
    "LAW-37 a number nobody ever heard from or looked up": (
        {"known_at": None}, {}, NOW, HeldUntil(NOW + minutes(10), "LAW-37"),
    ),
    "LAW-37 nor for a month": ({"known_at": NOW - A_MONTH}, {}, NOW, HeldUntil(NOW + minutes(10), "LAW-37")),
    "LAW-37 a second less": ({"known_at": NOW - A_MONTH + SECOND}, {}, NOW, leaves()),
    "LAW-37 who writes is there": ({"known_at": None}, an_answer(1), NOW, answered()),
}  # fmt: skip

HOURS: dict[str, Row] = {
    "LAW-33 the night waits for the morning": ({}, {"useful_until": MORNING}, NIGHT, HeldUntil(MORNING, "LAW-33")),
    "TIM-09 unless the morning is too late": ({}, {"useful_until": MORNING - minutes(1)}, NIGHT, Refused("TIM-09")),
    "TIM-10 the last ten minutes are the morning's": (
        {}, {"useful_until": MORNING}, local("2027-03-16 19:50"), HeldUntil(MORNING, "TIM-10"),
    ),
    "TIM-10 the minute before them is not": ({}, {}, local("2027-03-16 19:49"), leaves()),
    "TIM-03 open in New York, not yet in Los Angeles": (
        {"zones": (NEW_YORK, LOS_ANGELES)}, {}, local("2027-03-16 11:00"),
        HeldUntil(local("2027-03-16 12:00"), "LAW-33"),
    ),
    "TIM-03 no hour in common": (
        {"zones": (NEW_YORK, LOS_ANGELES), "hours": Hours((dt.time(9), dt.time(11)), None, None)}, {}, NOW,
        Refused("TIM-03"),
    ),
    "TIM-03 no zone at all": ({"zones": ()}, {}, NOW, Refused("TIM-03")),
    "LAW-34 an answer within five minutes at any hour": ({}, an_answer(5, NIGHT), NIGHT, answered()),
    "LAW-34 a later one obeys the hours": (
        {}, an_answer(6, NIGHT, useful_until=NIGHT + minutes(720)), NIGHT, HeldUntil(MORNING, "LAW-33"),
    ),
    "LAW-34 and is not delivered after them": ({}, an_answer(6), NOW, answered(EVENING)),
    "CRI-04 a safety reply at any hour, however late": (
        {}, an_answer(50, NIGHT, queue=Queue.SAFETY), NIGHT, answered(),
    ),
    "HIP-06 the hours they asked for": (
        {"hours": Hours(own=(dt.time(17), dt.time(19)))}, {}, NOW, HeldUntil(local("2027-03-16 17:00"), "HIP-06"),
    ),
    "HIP-06 and not a minute longer": (
        {"hours": Hours(own=(dt.time(11), dt.time(19)))}, {}, NOW, _until("2027-03-16", "19:00"),
    ),
    "LAW-33 nobody before eight": (
        {"hours": LEGAL}, {}, local("2027-03-16 07:59"), HeldUntil(local("2027-03-16 08:00"), "LAW-33"),
    ),
    "LAW-33 not even who would like to be reached from five": (
        {"hours": Hours(own=(dt.time(5), dt.time(20)))}, {}, local("2027-03-16 05:00"),
        HeldUntil(local("2027-03-16 09:00"), "LAW-33"),
    ),
    "LAW-33 but who asked for five for their dialysis": (
        {"hours": Hours(early=dt.time(5))}, {}, local("2027-03-16 05:00"), leaves(),
    ),
    "LAW-33 not a minute earlier": (
        {"hours": Hours(early=dt.time(5))}, {}, local("2027-03-16 04:59"),
        HeldUntil(local("2027-03-16 05:00"), "LAW-33"),
    ),
    "LAW-32 and whatever their state": (_in("KY", early=dt.time(5)), {}, local("2027-03-16 05:00"), leaves()),
    "LAW-32 where nobody knows the state, the strictest row": (
        _in(*every_state()), {}, local("2027-03-16 09:59"), HeldUntil(local("2027-03-16 10:00"), "LAW-32"),
    ),
    "LAW-32 which closes at six": (
        _in(*every_state()), {}, local("2027-03-16 18:00"), HeldUntil(local("2027-03-17 10:00"), "LAW-32"),
    ),
}  # fmt: skip

HOLIDAYS: dict[str, Row] = {
    "TIM-11 a federal holiday": ({}, LATER, HOLIDAY, HeldUntil(local(f"{THE_DAY_AFTER} 09:00"), "TIM-11")),
    "TIM-11 does not hold what is urgent": ({"hours": Hours(urgent=True)}, LATER, HOLIDAY,
                                            _until(MEMORIAL_DAY, "20:00")),
    "TIM-11 nor where the program works on it": ({"hours": Hours(holidays=True)}, LATER, HOLIDAY,
                                                 _until(MEMORIAL_DAY, "20:00")),
    "TIM-11 a holiday of the member's state": (
        _in("CA"), LATER, CHAVEZ, HeldUntil(local("2027-04-01 09:00"), "TIM-11"),
    ),
    "TIM-11 which is none elsewhere": (_in("NY"), LATER, CHAVEZ, _until(CHAVEZ_DAY, "20:00")),
    "TIM-11 a day the clinic is closed": ({"hours": CLOSED_TODAY}, {}, NOW, HeldUntil(MORNING, "TIM-11")),
    "TIM-11 urgent then too": ({"hours": CLOSED_AND_URGENT}, {}, NOW, leaves()),
    "LAW-32 a state that closes its holidays closes them to all": (
        _in("RI", urgent=True), LATER, HOLIDAY, HeldUntil(local(f"{THE_DAY_AFTER} 09:00"), "LAW-32"),
    ),
    "LAW-32 one that does not, does not": (_in("FL", urgent=True), LATER, HOLIDAY, _until(MEMORIAL_DAY, "20:00")),
}  # fmt: skip

FIRST: dict[str, Row] = {
    "LAW-28 nothing before the opt-in confirmation": (
        {"welcomed_at": None}, {}, NOW, HeldUntil(NOW + minutes(10), "LAW-28"),
    ),
    "LAW-28 which is sent once": ({}, {"is_welcome": True}, NOW, Refused("LAW-28")),
    "LAW-28 and first": ({"welcomed_at": None}, {"is_welcome": True}, NOW, leaves()),
    "LAW-28 an answer does not wait for it": ({"welcomed_at": None}, an_answer(1), NOW, answered()),
    "LAW-28 the question is asked once, whichever visit it was planned for": (
        {"asked_consent": True}, {"asks_consent": True}, NOW, Refused("LAW-28"),
    ),
    "TWI-10 a text may overtake one sent just before": (
        {"welcomed_at": NOW - minutes(9)}, {}, NOW, HeldUntil(NOW + minutes(1), "TWI-10"),
    ),
    "TWI-10 not one sent ten minutes before": ({"welcomed_at": NOW - minutes(10)}, {}, NOW, leaves()),
}  # fmt: skip

QUESTIONS: dict[str, Row] = {
    "TIM-15 one question at a time": ({"open_prompt": ALONE}, {}, NOW, HeldUntil(ALONE.alone_until, "TIM-15")),
    "TIM-15 a day-of text waits for the first hours as well": (
        {"open_prompt": ALONE}, {"queue": Queue.DAY_OF}, NOW, HeldUntil(ALONE.alone_until, "TIM-15"),
    ),
    "TIM-15 then it supersedes": ({"open_prompt": AGED}, {"queue": Queue.DAY_OF}, NOW, leaves()),
    "TIM-15 a reminder waits to the end": ({"open_prompt": AGED}, {}, NOW, HeldUntil(AGED.expires_at, "TIM-15")),
    "TIM-15 a question that has run out but was not swept yet is in nobody's way": (
        {"open_prompt": OpenPrompt(2, NOW - minutes(60), NOW)}, {}, NOW, leaves(),
    ),
    "TIM-15 a question that runs out early holds no longer": (
        {"open_prompt": OpenPrompt(2, NOW + minutes(60), NOW + minutes(5))}, {}, NOW,
        HeldUntil(NOW + minutes(5), "TIM-15"),
    ),
    "TIM-15 of one visit too, a question waits while the last one is fresh": (
        {"open_prompt": ALONE}, {"loop": 2}, NOW, HeldUntil(ALONE.alone_until, "TIM-15"),
    ),
    "TIM-15 then the same visit may ask again": ({"open_prompt": AGED}, {"loop": 2}, NOW, leaves()),
    "TIM-15 a question of the same visit that cannot wait does not": (
        {"open_prompt": ALONE}, {"loop": 2, "queue": Queue.DAY_OF}, NOW, leaves(),
    ),
    "TIM-15 what asks nothing is in nobody's way": ({"open_prompt": ALONE}, {"asks": False}, NOW, leaves()),
}  # fmt: skip

CAPS: dict[str, Row] = {
    "LAW-35 the third in a day waits for the next": (
        {"sent_at": TWO_TODAY}, {}, NOW, HeldUntil(MIDNIGHT, "LAW-35"),
    ),
    "LAW-35 and is refused under that rule when tomorrow is too late": (
        {"sent_at": TWO_TODAY}, {"useful_until": NOW + minutes(60)}, NOW, Refused("LAW-35"),
    ),
    "LAW-35 texts about a booked ride have a cap of their own": (
        {"sent_at": TWO_TODAY}, {"of_a_booked_ride": True}, NOW, leaves(),
    ),
    "LAW-35 of two a day": (
        {"ride_sent_at": TWO_TODAY}, {"of_a_booked_ride": True}, NOW, HeldUntil(MIDNIGHT, "LAW-35"),
    ),
    "LAW-35 and they keep back no reminder": ({"ride_sent_at": TWO_TODAY}, {}, NOW, leaves()),
    "LAW-35 answers are not counted": ({"sent_at": TWO_TODAY}, an_answer(1), NOW, answered()),
    "LAW-35 what can wait leaves room for the day-of text of the same phone": (
        {"sent_at": TWO_TODAY[:1], "pressing_at": (NOW + minutes(120),)}, {}, NOW, HeldUntil(MIDNIGHT, "LAW-35"),
    ),
    "LAW-35 which takes it": (
        {"sent_at": TWO_TODAY[:1], "pressing_at": (NOW + minutes(120),)}, {"queue": Queue.DAY_OF}, NOW, leaves(),
    ),
    "LAW-35 the opt-in confirmation need not leave room": (
        {"sent_at": TWO_TODAY[:1], "pressing_at": (NOW + minutes(120),), "welcomed_at": None}, {"is_welcome": True},
        NOW, leaves(),
    ),
    "LAW-35 nor a ride's text, which counts elsewhere": (
        {"ride_sent_at": TWO_TODAY[:1], "pressing_at": (NOW + minutes(120),)}, {"of_a_booked_ride": True}, NOW,
        leaves(),
    ),
    "LAW-35 tomorrow's day-of text takes nothing from today": (
        {"sent_at": TWO_TODAY[:1], "pressing_at": (MORNING,)}, {}, NOW, leaves(),
    ),
    "LAW-09 a landline rings once a day": (
        _sent(1, number=NumberState.LANDLINE) | a_grant(channel=Channel.VOICE), {"channel": Channel.VOICE}, NOW,
        HeldUntil(MIDNIGHT, "LAW-09"),
    ),
    "LAW-09 rides are counted with the rest": (
        {"ride_sent_at": TWO_TODAY[:1], "number": NumberState.LANDLINE} | a_grant(channel=Channel.VOICE),
        {"channel": Channel.VOICE}, NOW, HeldUntil(MIDNIGHT, "LAW-09"),
    ),
    "LAW-09 three times a week": (
        _sent(24, 48, 72, number=NumberState.LANDLINE) | a_grant(channel=Channel.VOICE), {"channel": Channel.VOICE}
        | LATER, NOW, HeldUntil(local("2027-03-20 00:00"), "LAW-09"),
    ),
    "LAW-09 the second call of a week": (
        _sent(24, number=NumberState.LANDLINE) | a_grant(channel=Channel.VOICE), {"channel": Channel.VOICE}, NOW,
        leaves(),
    ),
    "LAW-32 three in any 24 hours": (
        _sent(1, 2, 20) | _in("FL"), {}, NOW, HeldUntil(NOW + minutes(4 * 60), "LAW-32"),
    ),
    "LAW-32 rides are counted with the rest": (
        _sent(1, 2, ride_sent_at=(NOW - minutes(20 * 60),)) | _in("FL"), {"of_a_booked_ride": True}, NOW,
        HeldUntil(NOW + minutes(4 * 60), "LAW-32"),
    ),
    "LAW-32 what is 24 hours old is over": (_sent(1, 2, 24) | _in("FL"), {}, NOW, leaves()),
    "LAW-32 two are not three": (_sent(1, 2) | _in("FL"), {}, NOW, leaves()),
    "LAW-32 an answer is not counted": (_sent(1, 2, 3) | _in("FL"), an_answer(1), NOW, answered()),
    "LAW-32 where no state counts, none does": (_sent(1, 2, 3) | _in("NY"), {}, NOW, leaves()),
    "LAW-32 where nobody knows the state, it counts": (
        _sent(1, 2, 20) | _in(*every_state()), {}, NOW, HeldUntil(NOW + minutes(4 * 60), "LAW-32"),
    ),
}  # fmt: skip

HELD: dict[str, Row] = SWITCHES | HOURS | HOLIDAYS | FIRST | QUESTIONS | CAPS
