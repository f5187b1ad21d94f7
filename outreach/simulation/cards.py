"""One simulated phone as it is drawn: whose it is, where the story stands, what was texted and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from admin import event_words, heard_words, text_words
from admin.words import clock, day, zone_name
from locales.languages import Direction, Language, languages
from outreach.loops.loop import Closed, Stage
from outreach.loops.outcomes import Outcome
from outreach.loops.tasks import TaskKind
from outreach.store.reads.phones import Phone, Story
from outreach.store.reads.thread import Heard, Message, Sent

_PAUSE = timedelta(minutes=45)  # after it, the phone says again when it is
_UNNOTICED = ("CloseTasks", "StopAwaiting")
# What the screens do at once, before any loop decides.
_SCREENED: Mapping[str, str] = MappingProxyType(
    {
        "opt_out": "No more texts to this phone, and a text that says so",
        "opt_in": "Texts begin again",
        "wrong_number": "No more texts about this member to this phone",
        "deceased_report": "No more texts, and a person looks into it",
        "emergency": "The emergency answer, and the on-call person is told",
        "abuse": "A neutral answer, and a trained person is told",
        "review": "A person reads it for safety",
    }
)
_FLAGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "opt_out": ("said STOP", "bad"),
        "wrong_number": ("is a wrong number", "warn"),
        "deceased_report": ("somebody says the member died", "bad"),
        "emergency": ("wrote something worrying", "bad"),
    }
)
_TASKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        TaskKind.CRISIS: ("wrote something worrying", "bad"),
        TaskKind.SAFETY_REVIEW: ("a person reads it for safety", "bad"),
        TaskKind.STRANDED: ("cannot get home", "bad"),
        TaskKind.RIDE_PROBLEM: ("the ride does not come", "bad"),
        TaskKind.MEDICATION_QUESTION: ("medicine question", "bad"),
        TaskKind.ARRANGE_RIDE: ("needs a ride", "warn"),
        TaskKind.RIDE_URGENT: ("needs a ride soon", "warn"),
        TaskKind.ANSWER_MEMBER: ("waits for an answer", "warn"),
        TaskKind.RESCHEDULE: ("wants another time", "warn"),
        TaskKind.GET_CONSENT: ("did not agree to texts", "warn"),
        TaskKind.VERIFY_PHONE: ("needs another phone", "warn"),
        TaskKind.LANGUAGE_GAP: ("no words in this language", "warn"),
        TaskKind.CALL_MEMBER: ("silent, a person calls", "warn"),
        TaskKind.BARRIER_INTERVIEW: ("a person asks why", "warn"),
        TaskKind.FIND_OUTCOME: ("how the visit ended is asked", "grey"),
    }
)
_STAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Stage.CONFIRMED: ("will come", "good"),
        Stage.UNREACHED: ("not reached", "warn"),
        Stage.WANTS_CHANGE: ("wants another time", "warn"),
        Stage.CANNOT_COME: ("cannot come", "warn"),
        Stage.ARRIVED: ("is there", "good"),
        Stage.GOING_HOME: ("on the way home", "accent"),
        Stage.OUTCOME_MISSING: ("the clinic has not said how it ended", "grey"),
        Stage.NOT_KEPT: ("missed the visit", "warn"),
    }
)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text as the phone shows it. `when` stands above it where time has passed; `state` where it did not arrive.

    Of a call `call` says in place of words what became of it.
    """

    body: str = field(repr=False)
    mine: bool
    language: str
    direction: str
    when: str = ""
    state: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of the last reply: chips with their tones, why as (words, meaning, rule), and what was done."""

    chips: tuple[tuple[str, str], ...]
    why: tuple[tuple[str, str, str], ...] = field(repr=False)
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One phone. `understood` belongs under the bubble number `after`."""

    id: int
    name: str = field(repr=False)
    others: str = field(repr=False)
    number: str = field(repr=False)
    language: Language
    line: tuple[str, str]
    loop: int | None
    digits: tuple[str, ...]
    bubbles: tuple[Bubble, ...]
    understood: Understood | None
    after: int


def card(phone: Phone, story: Story, messages: Sequence[Message], zone: str) -> Card:
    """Return how a phone is drawn; its times are those of its visit, with their zone where it is not the office's."""
    office, zone = zone, story.visit.zone if story.visit else zone
    seen = [message for message in messages if isinstance(message, Sent | Heard) and _on_the_phone(message)]
    heard = [place for place, message in enumerate(seen) if isinstance(message, Heard)]
    last = seen[heard[-1]] if heard else None
    name, *others = phone.names or ("The member",)
    return Card(
        id=phone.id,
        name=name,
        others=", ".join(others),
        number=phone.number[-4:],
        language=_language(phone.language),
        line=_line(story, bool(seen), bool(heard)),
        loop=story.visit.loop if story.visit else None,
        digits=story.options,
        bubbles=tuple(_bubbles(seen, zone, office)),
        understood=_understood(last) if isinstance(last, Heard) else None,
        after=heard[-1] if heard else -1,
    )


def _language(code: str) -> Language:
    return languages().get(code) or Language(code, code, code, Direction.LTR)


def _on_the_phone(message: Sent | Heard) -> bool:
    if isinstance(message, Heard):
        return True
    return (message.call or message.body is not None) and message.state in ("sent", "unknown")


def _bubbles(seen: Sequence[Sent | Heard], zone: str, office: str) -> list[Bubble]:
    found: list[Bubble] = []
    before: datetime | None = None
    for message in seen:
        when = ""
        if before is None or message.at - before > _PAUSE or day(before, zone) != day(message.at, zone):
            when = f"{day(message.at, zone)}, {clock(message.at, zone)}"
            when += f" {zone_name(message.at, zone)}" if zone != office else ""
        before = message.at
        if isinstance(message, Heard):
            found.append(Bubble(message.body, True, "", "auto", when))
        elif message.call:
            became = text_words.call_state(message.state, message.call_outcome)[0]
            found.append(Bubble("", False, "", "auto", when, call=became))
        else:
            shown, state = _language(message.language or "en"), text_words.state(message)[0]
            arrived = state in ("Sent", "Delivered")
            found.append(Bubble(message.body or "", False, shown.code, shown.direction, when, "" if arrived else state))
    return found


def _understood(heard: Heard) -> Understood:
    why = tuple((quote, heard_words.meant(rule, heard), rule) for rule, quote in heard.trail)
    did = [_SCREENED[flag] for flag in heard.safety if flag in _SCREENED] + [_did(effect) for effect in heard.effects]
    if heard.loop is None and heard.intents and not any(did):
        did = ["A person reads it and answers"]
    return Understood(tuple(heard_words.chips(heard)), why, tuple(words for words in dict.fromkeys(did) if words))


def _did(effect: str) -> str:
    """Return one effect in words, or nothing for what a member would not notice."""
    name, _, what = effect.partition(": ")[2].partition(" ")
    if name in _UNNOTICED:
        return ""
    words = f"answered: {text_words.name(what).lower()}" if name == "Answer" else event_words.effect(effect)
    return f"{words[0].upper()}{words[1:]}"


def _line(story: Story, texted: bool, heard: bool) -> tuple[str, str]:
    """Return in a few words where the story stands, with a tone: what is grave first."""
    for flag in reversed(story.flags):
        if flag == "opt_in":
            break
        if flag in _FLAGS:
            return _FLAGS[flag]
    for kind in _TASKS:
        if kind in story.tasks:
            return _TASKS[kind]
    if story.visit is None:
        return "no visit", "grey"
    if story.visit.closed:
        return _ended(story.visit.closed, story.visit.outcome)
    if story.visit.stage in _STAGES:
        return _STAGES[story.visit.stage]
    if not texted:
        return "no text yet", "grey"
    if story.options:
        return "has a question to answer", "accent"
    return ("talks with us", "grey") if heard else ("silent so far", "grey")


def _ended(closed: str, outcome: str | None) -> tuple[str, str]:
    if outcome and outcome in list(Outcome) and Outcome(outcome).completed:
        return "was at the visit", "good"
    if closed == Closed.NEW_VISIT:
        return "has a new visit", "accent"
    return ("how it ended is unknown", "grey") if outcome == Outcome.UNKNOWN else ("was not at the visit", "warn")
