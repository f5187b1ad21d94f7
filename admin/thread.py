"""A conversation as messages to draw: ours, theirs with what was understood and why, and the texts to come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from admin import call_words, heard_words, rule_words, text_words
from admin.language import gettext as _
from admin.words import clock, day, zone_name
from locales.languages import languages
from outreach.store.member_calls import MemberCall
from outreach.store.reads.thread import Heard, Message, Planned, Sent

_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Ours:
    """A text of ours, `by` nobody where it left by itself. `language` and `direction` are its own.

    `english` names the values it was sent with.
    """

    id: int
    day: str
    when: str
    name: str
    by: str
    badge: tuple[str, str]
    rule: str
    why: str
    body: str | None = field(repr=False)
    language: str
    direction: str
    english: str = field(repr=False)
    ours: bool = True
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Reasoned:
    """One line of the trail: the member's words, what they meant, and the rule."""

    quote: str = field(repr=False)
    words: str
    rule: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """A reply: its words, what was understood with its tone, the trail, and what was done on it."""

    id: int
    day: str
    when: str
    answers: str
    body: str = field(repr=False)
    chips: list[tuple[str, str]]
    trail: tuple[Reasoned, ...]
    did: str
    newest: bool
    corrected: str
    read: bool
    ours: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A text to come: when, by whom (nobody: by itself), what holds it until then, and a person's own words."""

    id: int
    when: str
    name: str
    by: str
    rule: str
    why: str
    body: str = field(repr=False)
    language: str
    planned: bool = True


@dataclass(frozen=True, slots=True)
class Talked:
    """A call by one of us: how it ended, who interpreted, and what they noted."""

    day: str
    when: str
    by: str
    ended: str
    interpreted: str
    note: str = field(repr=False)
    planned: bool = False
    talked: bool = True


Drawn = Ours | Theirs | Coming | Talked


def drawn(messages: Sequence[Message], zone: str) -> list[Drawn]:
    """Return the messages in the order they are read, each day named once, on the clocks of `zone`."""
    newest = next((message.id for message in reversed(messages) if isinstance(message, Heard)), None)
    found: list[Drawn] = []
    named, asked = "", dict[str, str]()  # the words of a question are asked at more than one step
    for message in messages:
        today = day(message.at, zone)
        head, named = (today if today != named else ""), today
        match message:
            case Sent():
                found.append(_ours(message, head, zone))
                asked[message.key.removesuffix("_place")] = text_words.name(message.step, message.key)
            case Heard():
                found.append(_theirs(message, head, zone, asked, message.id == newest))
            case MemberCall():
                words = call_words.ended(message.outcome), call_words.interpreted(message.interpreter)
                found.append(Talked(head, _clock(message.at, zone), message.by, *words, message.note))
            case Planned():
                found.append(_coming(message, zone))
            case _:
                assert_never(message)
    return found


def _clock(at: datetime, zone: str) -> str:
    return f"{clock(at, zone)} {zone_name(at, zone)}"


def _ours(sent: Sent, head: str, zone: str) -> Ours:
    language = languages().get(sent.language or "")
    failed = _("carrier %(code)s", code=sent.error_code) if sent.error_code else ""
    return Ours(
        id=sent.id,
        day=head,
        when=_clock(sent.at, zone),
        name=_named(text_words.name(sent.step, sent.key), sent.call),
        by=sent.author or "",
        badge=text_words.call_state(sent.state, sent.call_outcome) if sent.call else text_words.state(sent),
        rule=failed or sent.rule or "",
        why=rule_words.why(sent.rule),
        body=sent.body,
        language=sent.language or "",
        direction=language.direction if language else "auto",
        english=_VARIABLE.sub(r"[\1]", sent.english or ""),
    )


def _named(name: str, call: bool) -> str:
    return _("Call: %(name)s", name=name) if call else name


def _theirs(heard: Heard, head: str, zone: str, asked: Mapping[str, str], newest: bool) -> Theirs:
    trail = [Reasoned(quote, heard_words.meant(rule, heard), rule) for rule, quote in heard.trail]
    if heard.intents is not None and not heard.safety:
        trail.insert(0, Reasoned("", *heard_words.nothing_found()))
    return Theirs(
        id=heard.id,
        day=head,
        when=_clock(heard.at, zone),
        answers=asked.get(heard.answers, text_words.name(heard.answers)) if heard.answers else "",
        body=heard.body,
        chips=heard_words.chips(heard),
        trail=tuple(dict.fromkeys(trail)),
        did=heard_words.done(heard),
        newest=newest,
        corrected=heard_words.corrected(heard),
        read=heard.intents is not None,
    )


def _coming(planned: Planned, zone: str) -> Coming:
    return Coming(
        id=planned.id,
        when=f"{day(planned.at, zone)}, {_clock(planned.at, zone)}",
        name=_named(text_words.name(planned.step, planned.key), planned.call),
        by=planned.author or "",
        body=planned.body or "",
        language=planned.language or "",
        rule=planned.rule or "",
        why=rule_words.why(planned.rule),
    )
