"""What may be told about a member, to whom, for which work: a default for each, and the member's word over it.

A default rests on treatment or operations (45 CFR 164.506(c)); everything that no row allows waits for the member's own
permission (LAW-29, HIP-20). Where the member limited something (45 CFR 164.522(a)), it is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

RULE = "SHARING"


class Information(StrEnum):
    """What is told. `words` are what members wrote; `reason` is why they could not come, with barriers and wishes."""

    CONTACT = "contact"
    VISIT = "visit"
    OUTCOME = "outcome"
    REASON = "reason"
    RIDE = "ride"
    WORDS = "words"
    CONSENT = "consent"


class Recipient(StrEnum):
    """Who is told."""

    CLINIC = "clinic"
    RIDE_BROKER = "ride_broker"
    PLAN = "plan"
    PARTNER = "partner"


class Workflow(StrEnum):
    """What for."""

    APPOINTMENT_COORDINATION = "appointment_coordination"
    RIDE_BROKERAGE = "ride_brokerage"
    CLINIC_SIGNAL = "clinic_signal"
    REFERRAL = "referral"
    PAYER_AUDIT = "payer_audit"


class SharingAction(StrEnum):
    """What a member's word does; the last one stands."""

    ALLOW = "allow"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class SharingEvent:
    """One entry of the member's own word on sharing."""

    action: SharingAction
    at: datetime
    information: Information
    recipient: Recipient
    workflow: Workflow
    id: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """Where the member's word differs from what is so for everybody: limited, or (`allowed`) permitted besides."""

    information: Information
    recipient: Recipient
    workflow: Workflow
    allowed: bool
    since: datetime


Way = tuple[Information, Recipient, Workflow]


def _for(recipient: Recipient, workflow: Workflow, **reasons: str) -> dict[Way, str]:
    return {(Information(name), recipient, workflow): reason for name, reason in reasons.items()}


# What is told without being asked about, and why. Each row is for counsel to confirm.
DEFAULTS: Mapping[Way, str] = MappingProxyType(
    _for(
        Recipient.CLINIC,
        Workflow.CLINIC_SIGNAL,
        visit="treatment: the clinic holds the time, and it is the clinic's own visit (FHIR-07)",
        outcome="treatment: how its own visit ended",
        reason="treatment: what stands between its patient and care, as codes, and when they could come",
        ride="treatment: a ride that fails is a visit that begins late",
    )
    | _for(
        Recipient.CLINIC,
        Workflow.APPOINTMENT_COORDINATION,
        contact="treatment: the clinic may have to reach its patient today",
        visit="treatment: its own visit",
        outcome="treatment: its own visit",
        reason="treatment: what the next visit must make room for",
        ride="treatment: when the member arrives",
    )
    | _for(
        Recipient.RIDE_BROKER,
        Workflow.RIDE_BROKERAGE,
        contact="operations: the driver must find the member",
        visit="operations: when and where the ride goes, never what the visit is (HIP-20)",
        ride="operations: what the member needs to travel (NEMT-04)",
    )
    | _for(
        Recipient.PLAN,
        Workflow.PAYER_AUDIT,
        contact="operations: the plan gave the number, and counts whom it reaches",
        visit="payment and operations: what was done for its member",
        outcome="payment and operations: whether the visit took place",
        reason="operations: why members miss visits, as codes",
        ride="payment: which rides were booked",
        consent="operations: the proof that its member agreed (LAW-30)",
    )
)

# No permission opens these: what members write is theirs, and a broker never learns why somebody sees a doctor.
NEVER: frozenset[tuple[Information, Recipient]] = frozenset(
    {(Information.WORDS, recipient) for recipient in Recipient} | {(Information.REASON, Recipient.RIDE_BROKER)}
)

_OF_A_SIGNAL: Mapping[str, Information] = MappingProxyType(
    {
        "visit-completed": Information.OUTCOME,
        "visit-not-completed": Information.OUTCOME,
        "ride-problem": Information.RIDE,
    }
)


def may_share(
    events: Iterable[SharingEvent], information: Information, recipient: Recipient, workflow: Workflow
) -> bool:
    """Whether this may be told to them for this work: the member's last word, else the default."""
    if (information, recipient) in NEVER:
        return False
    last = _last(events).get((information, recipient, workflow))
    return (information, recipient, workflow) in DEFAULTS if last is None else last.action is SharingAction.ALLOW


def limits(events: Iterable[SharingEvent]) -> tuple[Limit, ...]:
    """Return where the member's word differs from the default, by recipient, work and information."""
    found = [
        Limit(*way, event.action is SharingAction.ALLOW, event.at)
        for way, event in _last(events).items()
        if (event.action is SharingAction.ALLOW) != (way in DEFAULTS) and way[:2] not in NEVER
    ]
    return tuple(sorted(found, key=lambda limit: (limit.recipient, limit.workflow, limit.information)))


def of_signal(kind: str) -> Information:
    """Return what a signal to a clinic tells by its kind alone; most tell where the visit stands."""
    return _OF_A_SIGNAL.get(kind, Information.VISIT)


def _last(events: Iterable[SharingEvent]) -> dict[Way, SharingEvent]:
    """Return the last word on each way. Of two at one instant the limit wins: what is in doubt is not told."""
    ordered = sorted(events, key=lambda event: (event.at, event.action is SharingAction.LIMIT, event.id))
    return {(event.information, event.recipient, event.workflow): event for event in ordered}
