"""What the rulebook says may leave, written anew: shares nothing with the product's own consent, hours and caps.

It is told what happens, and judges each text as it leaves. It may allow what the product keeps, never the reverse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from plain_hours import GUARD, STATES, Plain, may_ring

DAY, MONTH, FIVE_MINUTES = timedelta(days=1), timedelta(days=31), timedelta(minutes=5)
AFTER_A_STOP = {"stop", "start", "help", "wrong", "emergency", "safety_neutral"}  # LAW-17, LAW-25, LAW-41, CRI-04
ENOUGH = {"pec_optin", "pewc"}  # for every category (LAW-04)


@dataclass(frozen=True)
class Said:
    """One thing that was said about consent, and when it counts from."""

    what: str
    at: datetime
    member: int | None = None
    channel: str = "sms"
    category: str = "*"
    kind: str = ""
    by: str = ""
    ends: datetime | None = None


@dataclass
class ModelPhone:
    """A phone: what was said on it, what left to it, and what is known about its number."""

    said: list[Said] = field(default_factory=list)
    left: list[tuple[datetime, bool]] = field(default_factory=list)  # unasked texts: when, and whether of a ride
    known_at: datetime | None = None
    state: str = "active"
    given_up: bool = False
    unread: bool = False
    welcomed_at: datetime | None = None


@dataclass
class ModelMember:
    """A member: where they may be, how they are, and how they want to be reached."""

    program: int
    zones: tuple[str, ...]
    states: tuple[str, ...] = ()
    away: bool = False
    only: frozenset[int] = frozenset()
    own: tuple[str, str] | None = None
    early: str | None = None
    endangered: bool = False


@dataclass(frozen=True)
class ModelProgram:
    """A program: its hours on an ordinary text, its state, its caps."""

    plain: Plain
    state: str | None
    per_day: int
    per_week: int


@dataclass(frozen=True)
class Leaving:
    """A text that is leaving."""

    phone: int
    member: int | None
    program: int
    category: str
    words: str
    urgent: bool
    of_a_ride: bool
    answers_at: datetime | None
    safety: bool


@dataclass
class Model:
    """Everything that was said and done."""

    programs: dict[int, ModelProgram]
    phones: dict[int, ModelPhone] = field(default_factory=dict)
    members: dict[int, ModelMember] = field(default_factory=dict)
    frozen: bool = False
    guests: set[int] | None = None

    def leaves(self, text: Leaving, now: datetime) -> list[str]:
        """Note that a text leaves; return everything that should have kept it."""
        phone = self.phones[text.phone]
        problems = [
            *self._always(text, phone),
            *(self._unasked if text.answers_at is None else self._answer)(text, now),
        ]
        if text.answers_at is None:
            phone.left.append((now, text.of_a_ride))
        if text.words == "optin_confirm":
            phone.welcomed_at = now
        return problems

    def _always(self, text: Leaving, phone: ModelPhone) -> Iterator[str]:
        if self.frozen:
            yield "it left in a freeze"
        if self.guests is not None and text.phone not in self.guests:
            yield "it left in a trial to who is no guest"
        if phone.state not in ("active", "unverified", "reassigned_hold"):
            yield f"it left to a number that is {phone.state} (0.2)"
        if _stopped(phone, text.category) and text.words not in AFTER_A_STOP:
            yield "it left after a STOP (LAW-19)"
        member = self.members.get(text.member or 0)
        if member and member.only and text.phone not in member.only and text.words not in ("stop", "wrong"):
            yield "it left to a phone they did not name (HIP-06)"

    def _answer(self, text: Leaving, now: datetime) -> Iterator[str]:
        assert text.answers_at is not None
        late = now - text.answers_at > FIVE_MINUTES
        if late and text.words in ("stop", "wrong"):
            yield "a STOP was confirmed late (LAW-17)"
        member = self.members.get(text.member or 0)
        if member and member.endangered and text.words not in ("stop", "wrong"):
            yield "something answered who is in danger (CRI-07)"
        if late and not text.safety and member and not may_ring(self._hours(text, member), now, member.zones):
            yield "a late answer rang at night (LAW-34)"

    def _unasked(self, text: Leaving, now: datetime) -> Iterator[str]:
        if text.member is None:
            yield "it left to nobody in particular (LAW-01)"
            return
        phone, member = self.phones[text.phone], self.members[text.member]
        yield from _about_consent(phone, text, now)
        if member.away:
            yield "it left to who is away (CARE-11)"
        if phone.unread:
            yield "it overtook a reply"
        if phone.given_up or phone.known_at is None or now - phone.known_at >= MONTH:
            yield "the number may be somebody else's (LAW-37)"
        if not may_ring(self._hours(text, member), now, member.zones):
            yield "it rang at the wrong hour (LAW-31..33, TIM-11)"
        yield from _about_the_welcome(phone, text, now)
        yield from self._too_often(text, now)

    def _too_often(self, text: Leaving, now: datetime) -> Iterator[str]:
        phone, member, program = self.phones[text.phone], self.members[text.member or 0], self.programs[text.program]
        per_day, per_week = (2, 14) if text.of_a_ride else (program.per_day, program.per_week)
        alike = [at for at, ride in phone.left if ride == text.of_a_ride]
        for zone in member.zones:
            ago = [(_date(now, zone) - _date(at, zone)).days for at in alike]
            if ago.count(0) >= per_day or sum(0 <= days < 7 for days in ago) >= per_week:
                yield "it rang too often (LAW-35)"
        counted = any(STATES[state].cap for state in self._states(text, member) if state in STATES)
        if counted and sum(now - at < DAY for at, _ in phone.left) >= 3:
            yield "it rang four times in 24 hours (LAW-32)"

    def _states(self, text: Leaving, member: ModelMember) -> tuple[str, ...]:
        state = self.programs[text.program].state
        return member.states or ((state,) if state else tuple(STATES))

    def _hours(self, text: Leaving, member: ModelMember) -> Plain:
        ours = self.programs[text.program].plain
        return replace(ours, states=self._states(text, member), own=member.own, early=member.early, urgent=text.urgent)


def _about_consent(phone: ModelPhone, text: Leaving, now: datetime) -> Iterator[str]:
    theirs = [said for said in phone.said if said.member in (None, text.member)]
    wrong = [said.at for said in theirs if said.what == "wrong_number"]
    given = [said.at for said in theirs if said.what == "grant" and said.member == text.member]
    if wrong and max(wrong) >= max(given, default=max(wrong)):
        yield "it is not their number (LAW-39)"
    about = [s for s in theirs if s.member == text.member and s.channel == "sms" and s.category in ("*", text.category)]
    decisive = [said for said in about if said.what in ("grant", "revoke")]
    last = max((said.at for said in decisive), default=None)
    standing = [said for said in decisive if said.at == last]
    if not standing or any(said.what == "revoke" for said in standing):
        asked = [said.at for said in about if said.what == "request"]
        if not (text.words == "optin_ask" and asked and (last is None or max(asked) > last)):
            yield "nobody consented (LAW-01)"
        return
    weakest = [said for said in standing if said.kind not in ENOUGH and (said.kind, said.by) != PROVIDERS]
    if weakest and not (text.category == "coverage" and all(said.kind == "pec_provided" for said in weakest)):
        yield "the consent is not enough (LAW-05, LAW-08)"
    if all(said.ends is not None and said.ends <= now for said in standing):
        yield "the consent has ended (LAW-26)"


PROVIDERS = ("pec_provided", "provider")


def _about_the_welcome(phone: ModelPhone, text: Leaving, now: datetime) -> Iterator[str]:
    if text.words == "optin_ask":
        return
    if text.words == "optin_confirm":
        if phone.welcomed_at is not None:
            yield "a second opt-in confirmation (LAW-28)"
    elif phone.welcomed_at is None or now - phone.welcomed_at < GUARD:
        yield "it left before the opt-in confirmation (LAW-28)"


def _stopped(phone: ModelPhone, category: str) -> bool:
    """After the last STOP neither a START came, nor was this category kept; at one instant the STOP counts."""
    stops = [said.at for said in phone.said if said.what == "stop"]
    if not stops:
        return False
    after = [said for said in phone.said if said.at > max(stops)]
    started = any(said.what == "start" for said in after)
    return not started and not any(said.what == "keep" and said.category == category for said in after)


def _date(at: datetime, zone: str) -> object:
    return at.astimezone(ZoneInfo(zone)).date()
