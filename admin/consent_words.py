"""The words on the screen for what a member agreed to on a phone, and for each entry of the ledger that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from admin.words import clock, date_of, plain, zone_name
from locales.languages import languages
from outreach.loops.consent import (
    EVERY_CATEGORY,
    Action,
    Category,
    Channel,
    ConsentClass,
    ConsentEvent,
    Organisation,
    Party,
    granted,
    requested,
    suppressed,
    wrong_number,
)
from outreach.store.reads.members import LedgerRow

CATEGORIES = {Category.APPOINTMENT: "Visits", Category.TRANSPORT: "Rides", Category.COVERAGE: "Coverage"}
CHANNELS = {Channel.SMS: "Texts", Channel.VOICE: "Automatic calls"}
ORGANISATIONS = {
    Organisation.PROGRAM: "The program",
    Organisation.PROVIDER: "The clinic",
    Organisation.PLAN: "The health plan",
}
PARTIES = {
    Party.MEMBER: "The member",
    Party.PARENT: "A parent",
    Party.GUARDIAN: "A guardian",
    Party.REPRESENTATIVE: "A representative",
    Party.CAREGIVER: "A caregiver",
}
_CLASSES = {
    ConsentClass.PEC_PROVIDED: "gave the number to be reached",
    ConsentClass.PEC_OPTIN: "agreed to these messages",
    ConsentClass.PEWC: "agreed in writing",
    ConsentClass.EXEMPT_HEALTHCARE: "without consent, as care",
}
_ACTIONS = {
    Action.GRANT: ("Given", "good"),
    Action.REQUEST: ("Asked", "accent"),
    Action.REVOKE: ("Taken back", "warn"),
    Action.STOP: ("Opted out", "bad"),
    Action.KEEP: ("Kept", "accent"),
    Action.START: ("Texts begin again", "good"),
    Action.WRONG_NUMBER: ("Not their number", "warn"),
}
_SOURCES = {
    "member_reply": "the member's text",
    "provider_sync": "the carrier's block",
    "staff_verbal": "said to staff",
    "staff_attested": "said to staff",
    "verbal_attested": "said to staff, who wrote it down",
    "verbal_recorded": "said on a recorded call",
    "web_form": "a web form",
    "clinic": "said to the clinic",
    "driver": "said to a driver",
    "mail": "a letter",
    "email": "an e-mail",
    "voice_key": "a key pressed on a call",
    "keyword": "a word texted by the member",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a member agreed to for one channel and category on one phone, as it stands now."""

    words: str
    tone: str
    more: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger as it is drawn."""

    when: str
    badge: tuple[str, str]
    about: str
    phone: int
    known_from: str
    collector: str
    evidence: str
    rule: str


def texts(events: Iterable[ConsentEvent], member: int, zone: str) -> str:
    """Return what the member agreed to be texted about, and since when; an opt-out comes before everything."""
    known = tuple(events)
    if (since := opted_out(known)) is not None:
        kept = [name.lower() for category, name in CATEGORIES.items() if not suppressed(known, category)]
        besides = f", except {' and '.join(kept)}" if kept else ""
        return f"Opted out{besides}, since {date_of(since, zone)}"
    if wrong_number(known, member):
        return "Not their number"
    cares = (Category.APPOINTMENT, Category.TRANSPORT)
    entries = {CATEGORIES[c].lower(): entry for c in cares if (entry := granted(known, member, Channel.SMS, c))}
    if entries:
        since = max(entry.effective for entry in entries.values())
        return f"{' and '.join(entries).capitalize()}, since {date_of(since, zone)}"
    asked = any(requested(known, member, Channel.SMS, category) for category in cares)
    return "Asked, no answer yet" if asked else "Not given"


def opted_out(events: Iterable[ConsentEvent]) -> datetime | None:
    """Return since when a phone is opted out, or None while it is not."""
    known = tuple(events)
    stops = [event.effective for event in known if event.action is Action.STOP]
    return max(stops) if stops and suppressed(known) else None


def silent(events: Iterable[ConsentEvent]) -> bool:
    """Whether nothing is left to opt out of: no category was kept (LAW-17)."""
    known = tuple(events)
    return all(suppressed(known, category) for category in Category)


def cell(
    events: Sequence[ConsentEvent], member: int, channel: Channel, category: Category, now: datetime, zone: str
) -> Cell:
    """Return how consent stands for one channel and category, by the folds of the ledger alone."""
    entry = granted(events, member, channel, category)
    if suppressed(events, category):
        return Cell("Opted out", "bad", ("before that given",) if entry else (), "LAW-19")
    if wrong_number(events, member):
        return Cell("Not their number", "warn", (), "LAW-39")
    if entry is None:
        asked = requested(events, member, channel, category)
        return Cell("Asked", "accent", ("waits for their yes",), "LAW-28") if asked else Cell("Not given", "grey")
    if entry.expires_at is not None and entry.expires_at <= now:
        return Cell("Ended", "warn", _told(entry, zone), "LAW-26")
    if (rule := entry.suffices_for(category)) is not None:
        return Cell("Not enough", "warn", _told(entry, zone), rule)
    return Cell("Given", "good", _told(entry, zone))


def _told(entry: ConsentEvent, zone: str) -> tuple[str, ...]:
    agreed = _CLASSES[entry.consent_class] if entry.consent_class else ""
    whose = f"to {_the(ORGANISATIONS[entry.organisation])}" if entry.organisation else ""
    until = f"until {_last_day(entry.expires_at, zone)}" if entry.expires_at else ""
    return tuple(part for part in (f"since {date_of(entry.effective, zone)}", until, agreed, whose) if part)


def _last_day(ends: datetime, zone: str) -> str:
    return date_of(ends - timedelta(seconds=1), zone)


def line(entry: LedgerRow, zone: str) -> Line:
    """Return one entry of the ledger in words, on the clocks of `zone`."""
    language = languages().get(entry.language or "")
    read = f"in {language.english_name}" if language else ""
    agreed = _CLASSES[ConsentClass(entry.consent_class)] if entry.consent_class else ""
    whose = f"to {_the(ORGANISATIONS[Organisation(entry.organisation)])}" if entry.organisation else ""
    words = f"words {entry.text_version} {read}".strip() if entry.text_version else read
    until = f"until {_last_day(entry.expires_at, zone)}" if entry.expires_at else ""
    said = ", ".join(part for part in (_source(entry.source), _spoke(entry), agreed, whose, words, until) if part)
    return Line(
        when=f"{date_of(entry.at, zone)}, {clock(entry.at, zone)} {zone_name(entry.at, zone)}",
        badge=_ACTIONS[Action(entry.action)],
        about=_about(entry),
        phone=entry.phone,
        known_from=f"{said[:1].upper()}{said[1:]}",
        collector=_who(entry.collector),
        evidence=entry.evidence or "",
        rule=entry.rule or "",
    )


def _about(entry: LedgerRow) -> str:
    if entry.member is None and entry.action != Action.KEEP:
        return "The whole phone"
    channel = CHANNELS[Channel(entry.channel)] if entry.channel in CHANNELS else "Texts and calls"
    subject = "everything" if entry.category == EVERY_CATEGORY else CATEGORIES[Category(entry.category)].lower()
    return f"{channel} about {subject}"


def _source(source: str) -> str:
    return _SOURCES.get(source, plain(source))


def _spoke(entry: LedgerRow) -> str:
    known = PARTIES.get(Party(entry.party)) if entry.party in list(Party) else entry.party
    return f"by {_the(known)}" if known else ""


def _who(collector: str | None) -> str:
    kind, _, name = (collector or "").partition(":")
    return name if kind == "person" else plain(kind).capitalize()


def _the(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


def can_be_taken_back(events: Sequence[ConsentEvent], member: int) -> list[tuple[str, str]]:
    """Return what a member agreed to, or was asked for, as a form offers it: ("sms:appointment", words)."""
    found = []
    for channel in CHANNELS:
        about = [
            category
            for category in CATEGORIES
            if granted(events, member, channel, category) or requested(events, member, channel, category)
        ]
        found += [(f"{channel}:{one}", f"{CHANNELS[channel]} about {CATEGORIES[one].lower()}") for one in about]
        if len(about) > 1:
            found.append((f"{channel}:{EVERY_CATEGORY}", f"{CHANNELS[channel]} about everything"))
    return found
