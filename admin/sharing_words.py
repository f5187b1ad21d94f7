"""The words on the screen for what may be told about a member, to whom, and for which work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import date_of
from outreach.loops.sharing import (
    DEFAULTS,
    NEVER,
    Information,
    Limit,
    Recipient,
    SharingEvent,
    Workflow,
    limits,
)

INFORMATION = Sayings(
    {
        Information.CONTACT: N_("how to reach them"),
        Information.VISIT: N_("the visit"),
        Information.OUTCOME: N_("how it ended"),
        Information.REASON: N_("why not, and what they wish"),
        Information.RIDE: N_("the ride"),
        Information.WORDS: N_("their own words"),
        Information.CONSENT: N_("what they agreed to"),
    }
)
# Whom to tell for what, as one choice: other pairs do not occur.
TOLD = Sayings(
    {
        (Recipient.CLINIC, Workflow.CLINIC_SIGNAL): N_("The clinic, in its system"),
        (Recipient.CLINIC, Workflow.APPOINTMENT_COORDINATION): N_("The clinic, by phone"),
        (Recipient.RIDE_BROKER, Workflow.RIDE_BROKERAGE): N_("The ride's broker and driver"),
        (Recipient.PLAN, Workflow.PAYER_AUDIT): N_("The health plan, when it audits"),
        (Recipient.PARTNER, Workflow.REFERRAL): N_("A partner, when we refer"),
    }
)
SAID_BY = Sayings(
    {
        "call": N_("On a call"),
        "letter": N_("In a letter"),
        "e-mail": N_("In an e-mail"),
        "in person": N_("In person"),
        "clinic": N_("Through the clinic"),
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient: what they are told, and what is so by the member's own word, each with its tone."""

    whom: str
    told: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


def told(events: Iterable[SharingEvent], zone: str) -> list[Told]:
    """Return for each recipient what is told about a member by default, limited, or permitted besides."""
    words = {(limit.information, limit.recipient, limit.workflow): limit for limit in limits(events)}
    return [_told(*way, words, zone) for way in TOLD]


def choices() -> list[tuple[str, str]]:
    """Return the recipients as a form offers them: (recipient:work, words)."""
    return [(f"{recipient}:{workflow}", words) for (recipient, workflow), words in TOLD.items()]


def open_to_choice() -> dict[Information, str]:
    """Return what a member can limit or allow; what is told to nobody is no choice."""
    return {
        kind: words[:1].upper() + words[1:]
        for kind, words in INFORMATION.items()
        if any((kind, recipient) not in NEVER for recipient in Recipient)
    }


def _told(
    recipient: Recipient,
    workflow: Workflow,
    words: dict[tuple[Information, Recipient, Workflow], Limit],
    zone: str,
) -> Told:
    found, reasons = [], []
    for kind in Information:
        way = (kind, recipient, workflow)
        if (limit := words.get(way)) is not None:
            found.append((_limited(kind, limit, zone), _tone(limit)))
        elif way in DEFAULTS:
            found.append((INFORMATION[kind], "outline"))
        if way in DEFAULTS:
            why = _("%(what)s: %(why)s.", what=INFORMATION[kind].capitalize(), why=_(DEFAULTS[way]))
            reasons.append(why)
    return Told(TOLD[recipient, workflow], tuple(found), tuple(reasons))


def _limited(kind: Information, limit: Limit, zone: str) -> str:
    since = {"what": INFORMATION[kind], "date": date_of(limit.since, zone)}
    if limit.allowed:
        return _("%(what)s: allowed since %(date)s", **since)
    return _("%(what)s: not told since %(date)s", **since)


def _tone(limit: Limit) -> str:
    return "accent" if limit.allowed else "warn"
