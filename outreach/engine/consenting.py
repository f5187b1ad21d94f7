"""The ledger's acts: what a member agreed to is recorded, asked for and taken back, and how they can be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from outreach.clinics.cells import BadCell
from outreach.clinics.phone_numbers import e164
from outreach.engine.deployment import Deployment
from outreach.engine.opting import StopHow
from outreach.engine.provenance import (
    check_enough,
    check_party,
    check_scope,
    check_times,
    check_words,
    pointer,
)
from outreach.engine.reached import ask_where_none, handed_over, reached
from outreach.engine.refusals import NotAsked
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
)
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import consents, enrolment, people
from outreach.store.actor import Actor
from outreach.store.people import StoredMember
from outreach.store.unit_of_work import UnitOfWork

_OPTED_OUT = (
    "This number is opted out, and nobody but the member lifts that: ask them to text START from it, then record what"
    " they agree to (LAW-25)."
)
_LATEST_EARLY = time(12, 0)
_DOUBTED = frozenset(
    {NumberState.UNVERIFIED, NumberState.SUSPECT, NumberState.INVALID, NumberState.REASSIGNED_HOLD}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recording:
    """What a member agreed to, on one phone, with its whole provenance (LAW-26, LAW-27).

    `text_version` and `language` name the very words that were shown or read. `party_relation` says what somebody who
    speaks for the member is to them, and by what right. `evidence` points to a form, a recording or a case; times are
    UTC.
    """

    member: int
    phone: int
    channels: tuple[str, ...]
    categories: tuple[str, ...]
    consent_class: ConsentClass
    method: str
    organisation: Organisation
    party: Party
    party_relation: str | None = field(repr=False)
    text_version: str
    language: str
    given_at: datetime
    expires_at: datetime | None
    evidence: str = field(repr=False)


def record(deployment: Deployment, actor: Actor, recording: Recording) -> list[int]:
    """Record a consent; return its entries, one for each channel and category. Said twice, it is stored once.

    Work that asked for it is done, and open visits plan anew. Raises NotAsked, in a sentence to show, where something
    is missing or not enough, and for a number that is opted out (LAW-25). Nothing is carried to another number
    (LAW-40).
    """
    return _enter(deployment, actor, recording, Action.GRANT)


def ask_by_text(deployment: Deployment, actor: Actor, recording: Recording) -> list[int]:
    """Let a text ask the member to confirm what somebody says they agreed to (double opt-in, LAW-28).

    Until they answer, nothing else is sent, and whoever was to ask for consent still is. Raises NotAsked as `record`,
    and for anything but an opt-in to texts: nobody agrees to calls by text.
    """
    if recording.consent_class is not ConsentClass.PEC_OPTIN or set(recording.channels) != {Channel.SMS}:
        raise NotAsked("A text can only ask for an opt-in to texts: record anything else as it was given.")
    return _enter(deployment, actor, recording, Action.REQUEST)


def _enter(deployment: Deployment, actor: Actor, recording: Recording, action: Action) -> list[int]:
    check_scope(recording.channels, recording.categories)
    check_words(recording.method, recording.consent_class, recording.text_version, recording.language)
    evidence = pointer(recording.evidence) + check_party(recording.party, recording.party_relation)
    with deployment.write(actor) as uow:
        check_times(recording.given_at, recording.expires_at, uow.now)
        ledger = _ledger(uow, recording.member, recording.phone)
        if any(suppressed(ledger, Category(category)) for category in recording.categories):
            raise NotAsked(_OPTED_OUT)
        scope = [(channel, category) for channel in recording.channels for category in recording.categories]
        known = [_entered(uow, ledger, recording, action, evidence, *about) for about in scope]
        if action is Action.GRANT:
            reached(uow, [recording.member], (TaskKind.GET_CONSENT, TaskKind.RENEW_CONSENT))
        else:
            reached(uow, [recording.member], anew=False)
        uow.commit()
    return known


def _entered(
    uow: UnitOfWork,
    ledger: tuple[ConsentEvent, ...],
    recording: Recording,
    action: Action,
    evidence: str,
    channel: str,
    category: str,
) -> int:
    event = ConsentEvent(
        action, recording.given_at, uow.now, recording.member, channel, category, recording.consent_class,
        recording.organisation, recording.expires_at,
    )  # fmt: skip
    check_enough(event)
    about = (ledger, recording.member, channel, Category(category))
    prior = granted(*about) or requested(*about)
    if prior is not None and _same(prior, event):
        return prior.id
    return consents.note(
        uow,
        recording.phone,
        event,
        recording.method,
        "LAW-26" if action is Action.GRANT else "LAW-28",
        evidence,
        text_version=recording.text_version or None,
        language=recording.language,
        party=recording.party,
        prior=prior.id if prior else None,
    )


def _same(known: ConsentEvent, event: ConsentEvent) -> bool:
    """Whether it is stored already: a form was sent twice."""
    return (known.action, known.consent_class, known.organisation, known.at, known.expires_at) == (
        event.action, event.consent_class, event.organisation, event.at, event.expires_at,
    )  # fmt: skip


def revoke(
    deployment: Deployment, actor: Actor, member: int, phone: int, channel: str, category: str, how: StopHow
) -> None:
    """Take back one category of one channel, or every one ("*"), as the member said it (LAW-15); STOP is another thing.

    Where no visit may be texted about any more, a person has each of them. Said twice, it is stored once. Raises
    NotAsked for a phone that is not the member's, and for a channel or category there is none of.
    """
    named = list(Category) if category == EVERY_CATEGORY else [category]
    check_scope([channel], named)
    with deployment.write(actor) as uow:
        ledger = _ledger(uow, member, phone)
        about = [(ledger, member, channel, Category(each)) for each in named]
        prior = next(filter(None, (granted(*each) or requested(*each) for each in about)), None)
        no = ConsentEvent(Action.REVOKE, uow.now, uow.now, member, channel, category)
        said = {(e.action, e.member, e.channel, e.category) for e in ledger}
        if prior is None and not said.isdisjoint({(no.action, member, channel, c) for c in (category, EVERY_CATEGORY)}):
            return
        consents.note(uow, phone, no, how, "LAW-15", how, party=Party.MEMBER, prior=prior.id if prior else None)
        if channel == Channel.SMS and Category.APPOINTMENT in named:
            handed_over(uow, member)
        uow.commit()


def set_contact_rule(deployment: Deployment, actor: Actor, member: int, rule: ContactRule) -> None:
    """Store how a member wants to be reached, and how never; what is planned follows at once (HIP-06, CRI-07).

    Raises NotAsked for a phone that is not theirs, for hours that never come, and where somebody is in danger and no
    phone is named as the safe one.
    """
    if rule.own is not None and rule.own[0] >= rule.own[1]:
        raise NotAsked("Their hours must begin before they end.")
    if rule.early is not None and rule.early >= _LATEST_EARLY:
        raise NotAsked("An early hour is one in the morning.")
    if rule.endangered and not rule.phones:
        raise NotAsked("Name the phone that is safe to write to: without one, any of theirs would be written to.")
    with deployment.write(actor) as uow:
        known = _member(uow, member)
        if not rule.phones <= set(known.contact_points):
            raise NotAsked("Choose from the phones that are theirs.")
        people.lock_phones(uow, known.contact_points)
        people.set_contact_rule(uow, member, rule)
        reached(uow, [member], anew=False)
        uow.commit()


def confirm_number(deployment: Deployment, actor: Actor, member: int, phone: int) -> None:
    """Somebody spoke with the member: the number is theirs (LAW-38), and can be used again if it was in doubt.

    What the line itself cannot do, and what blocked us, stays. Who said that it is not theirs must agree anew (LAW-39).
    """
    with deployment.write(actor) as uow:
        ledger = _ledger(uow, member, phone)
        if people.phones(uow, [phone])[phone].state in _DOUBTED:
            people.set_state(uow, phone, NumberState.ACTIVE)
        people.verified(uow, phone)
        uow.audit("number.confirmed", f"contact_point:{phone}", "LAW-38")
        ask_where_none(uow, _member(uow, member), ledger)
        reached(uow, [member], (TaskKind.VERIFY_PHONE,))
        uow.commit()


def add_phone(deployment: Deployment, actor: Actor, member: int, number: str) -> int:
    """Store a number the member gave, as people write it; return its contact point. It carries no consent (LAW-40).

    Whoever was to find a number has; somebody has to ask for consent to text it. Raises NotAsked for what is no number
    of the US. A number that is theirs already is only returned.
    """
    try:
        written = e164(number.strip())
    except BadCell as bad:
        raise NotAsked(bad.what_to_do) from None
    with deployment.write(actor) as uow:
        known = _member(uow, member)
        phone = people.phone_of_number(uow, written)
        if phone not in known.contact_points:
            people.lock_phones(uow, [phone, *known.contact_points])
            enrolment.link_phones(uow, [(member, phone)])
            uow.audit("phone.linked", f"member:{member}", "LAW-40")
            ask_where_none(uow, known, consents.consents(uow, [phone]).get(phone, ()))
            reached(uow, [member], (TaskKind.VERIFY_PHONE,))
        uow.commit()
    return phone


def _member(uow: UnitOfWork, member: int) -> StoredMember:
    known = people.members(uow, [member])
    if not known:
        raise NotAsked("There is no such member.")
    return known[member]


def _ledger(uow: UnitOfWork, member: int, phone: int) -> tuple[ConsentEvent, ...]:
    """Lock the phone, so that no STOP and no text comes between, and return what is on its ledger."""
    if phone not in _member(uow, member).contact_points:
        raise NotAsked("This phone is not theirs: add it first.")
    people.lock_phones(uow, _member(uow, member).contact_points)
    return consents.consents(uow, [phone]).get(phone, ())
