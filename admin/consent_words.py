"""The words on the screen for what a member agreed to on a phone, and for each entry of the ledger that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from admin.language import N_, Sayings
from admin.language import gettext as _
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

CATEGORIES = Sayings(
    {Category.APPOINTMENT: N_("Visits"), Category.TRANSPORT: N_("Rides"), Category.COVERAGE: N_("Coverage")}
)
CHANNELS = Sayings({Channel.SMS: N_("Texts"), Channel.VOICE: N_("Automatic calls")})
ORGANISATIONS = Sayings(
    {
        Organisation.PROGRAM: N_("The program"),
        Organisation.PROVIDER: N_("The clinic"),
        Organisation.PLAN: N_("The health plan"),
    }
)
PARTIES = Sayings(
    {
        Party.MEMBER: N_("The member"),
        Party.PARENT: N_("A parent"),
        Party.GUARDIAN: N_("A guardian"),
        Party.REPRESENTATIVE: N_("A representative"),
        Party.CAREGIVER: N_("A caregiver"),
    }
)
_CLASSES = Sayings(
    {
        ConsentClass.PEC_PROVIDED: N_("gave the number to be reached"),
        ConsentClass.PEC_OPTIN: N_("agreed to these messages"),
        ConsentClass.PEWC: N_("agreed in writing"),
        ConsentClass.EXEMPT_HEALTHCARE: N_("without consent, as care"),
    }
)
_GIVEN_TO = Sayings(
    {
        Organisation.PROGRAM: N_("to the program"),
        Organisation.PROVIDER: N_("to the clinic"),
        Organisation.PLAN: N_("to the health plan"),
    }
)
_SPOKEN_BY = Sayings(
    {
        Party.MEMBER: N_("by the member"),
        Party.PARENT: N_("by a parent"),
        Party.GUARDIAN: N_("by a guardian"),
        Party.REPRESENTATIVE: N_("by a representative"),
        Party.CAREGIVER: N_("by a caregiver"),
    }
)
_ACTIONS = {
    Action.GRANT: (N_("Given"), "good"),
    Action.REQUEST: (N_("Asked"), "accent"),
    Action.REVOKE: (N_("Taken back"), "warn"),
    Action.STOP: (N_("Opted out"), "bad"),
    Action.KEEP: (N_("Kept"), "accent"),
    Action.START: (N_("Texts begin again"), "good"),
    Action.WRONG_NUMBER: (N_("Not their number"), "warn"),
}
_SOURCES = Sayings(
    {
        "member_reply": N_("the member's text"),
        "provider_sync": N_("the carrier's block"),
        "staff_verbal": N_("said to staff"),
        "staff_attested": N_("said to staff"),
        "verbal_attested": N_("said to staff, who wrote it down"),
        "verbal_recorded": N_("said on a recorded call"),
        "web_form": N_("a web form"),
        "clinic": N_("said to the clinic"),
        "driver": N_("said to a driver"),
        "mail": N_("a letter"),
        "email": N_("an e-mail"),
        "voice_key": N_("a key pressed on a call"),
        "keyword": N_("a word texted by the member"),
    }
)


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
        if kept:
            return _("Opted out, except %(kept)s, since %(date)s", kept=_both(kept), date=date_of(since, zone))
        return _("Opted out, since %(date)s", date=date_of(since, zone))
    if wrong_number(known, member):
        return _("Not their number")
    cares = (Category.APPOINTMENT, Category.TRANSPORT)
    entries = {CATEGORIES[c].lower(): entry for c in cares if (entry := granted(known, member, Channel.SMS, c))}
    if entries:
        since = max(entry.effective for entry in entries.values())
        return _("%(agreed)s, since %(date)s", agreed=_both(list(entries)).capitalize(), date=date_of(since, zone))
    asked = any(requested(known, member, Channel.SMS, category) for category in cares)
    return _("Asked, no answer yet") if asked else _("Not given")


def _both(names: Sequence[str]) -> str:
    return reduce(lambda one, other: _("%(one)s and %(other)s", one=one, other=other), names)


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
        return Cell(_("Opted out"), "bad", (_("before that given"),) if entry else (), "LAW-19")
    if wrong_number(events, member):
        return Cell(_("Not their number"), "warn", (), "LAW-39")
    if entry is None:
        asked = requested(events, member, channel, category)
        if asked:
            return Cell(_("Asked"), "accent", (_("waits for their yes"),), "LAW-28")
        return Cell(_("Not given"), "grey")
    if entry.expires_at is not None and entry.expires_at <= now:
        return Cell(_("Ended"), "warn", _told(entry, zone), "LAW-26")
    if (rule := entry.suffices_for(category)) is not None:
        return Cell(_("Not enough"), "warn", _told(entry, zone), rule)
    return Cell(_("Given"), "good", _told(entry, zone))


def _told(entry: ConsentEvent, zone: str) -> tuple[str, ...]:
    agreed = _CLASSES[entry.consent_class] if entry.consent_class else ""
    whose = _GIVEN_TO[entry.organisation] if entry.organisation else ""
    since = _("since %(date)s", date=date_of(entry.effective, zone))
    return tuple(part for part in (since, _until(entry.expires_at, zone), agreed, whose) if part)


def _until(ends: datetime | None, zone: str) -> str:
    return _("until %(date)s", date=date_of(ends - timedelta(seconds=1), zone)) if ends else ""


def line(entry: LedgerRow, zone: str) -> Line:
    """Return one entry of the ledger in words, on the clocks of `zone`."""
    agreed = _CLASSES[ConsentClass(entry.consent_class)] if entry.consent_class else ""
    whose = _GIVEN_TO[Organisation(entry.organisation)] if entry.organisation else ""
    until = _until(entry.expires_at, zone)
    parts = (_source(entry.source), _spoke(entry), agreed, whose, _read(entry), until)
    said = ", ".join(part for part in parts if part)
    action, tone = _ACTIONS[Action(entry.action)]
    return Line(
        when=f"{date_of(entry.at, zone)}, {clock(entry.at, zone)} {zone_name(entry.at, zone)}",
        badge=(_(action), tone),
        about=_about(entry),
        phone=entry.phone,
        known_from=f"{said[:1].upper()}{said[1:]}",
        collector=_who(entry.collector),
        evidence=entry.evidence or "",
        rule=entry.rule or "",
    )


def _read(entry: LedgerRow) -> str:
    language = languages().get(entry.language or "")
    if language is None:
        return _("words %(version)s", version=entry.text_version) if entry.text_version else ""
    if not entry.text_version:
        return _("in %(language)s", language=_(language.english_name))
    return _("words %(version)s in %(language)s", version=entry.text_version, language=_(language.english_name))


def _about(entry: LedgerRow) -> str:
    if entry.member is None and entry.action != Action.KEEP:
        return _("The whole phone")
    channel = CHANNELS[Channel(entry.channel)] if entry.channel in CHANNELS else _("Texts and calls")
    if entry.category == EVERY_CATEGORY:
        return _("%(channel)s about everything", channel=channel)
    return _of(channel, Category(entry.category))


def _of(channel: str, category: Category) -> str:
    return _("%(channel)s about %(subject)s", channel=channel, subject=CATEGORIES[category].lower())


def _source(source: str) -> str:
    return _SOURCES.get(source, plain(source))


def _spoke(entry: LedgerRow) -> str:
    if not entry.party:
        return ""
    return _SPOKEN_BY[Party(entry.party)] if entry.party in list(Party) else _("by %(who)s", who=entry.party)


def _who(collector: str | None) -> str:
    kind, _colon, name = (collector or "").partition(":")
    return name if kind == "person" else plain(kind).capitalize()


def can_be_taken_back(events: Sequence[ConsentEvent], member: int) -> list[tuple[str, str]]:
    """Return what a member agreed to, or was asked for, as a form offers it: ("sms:appointment", words)."""
    found = []
    for channel in CHANNELS:
        about = [
            category
            for category in CATEGORIES
            if granted(events, member, channel, category) or requested(events, member, channel, category)
        ]
        found += [(f"{channel}:{one}", _of(CHANNELS[channel], one)) for one in about]
        if len(about) > 1:
            everything = _("%(channel)s about everything", channel=CHANNELS[channel])
            found.append((f"{channel}:{EVERY_CATEGORY}", everything))
    return found
