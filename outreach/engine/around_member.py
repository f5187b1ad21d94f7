"""What people are told about a member beside the visit: how they speak, their clock, what is in the way, who is near.

What changes here moves what is planned at once: texts are written when they leave, in the language of then, and leave
in the hours of the clock of then. A barrier that a person heard is for people; what a member texts moves their loop.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from conversations.meaning import Reason
from locales.languages import languages
from outreach.clinics.zones import ZoneSource, is_zone
from outreach.engine.deployment import Deployment
from outreach.engine.provenance import pointer
from outreach.engine.reached import reached
from outreach.engine.refusals import NotAsked
from outreach.loops.around_member import BARRIERS, TOLD_TO_PROXIES, Fact, Interpreter, Relation, Teller, known
from outreach.loops.sharing import Information
from outreach.store import around_member, people
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

_NOT_THERE = "There is no such member."
_GONE = "This was taken off the list already."


@dataclass(frozen=True, slots=True)
class Facts:
    """How a member speaks and by which clock they live. An empty `zone` leaves the clocks as they are known."""

    language: str  # they are written to in it
    spoken: str  # codes of locales.languages, both
    interpreter: Interpreter
    zone: str


def tell(deployment: Deployment, actor: Actor, member: int, facts: Facts, by: Teller) -> bool:
    """Store what somebody said about a member's language and clock; return whether any of it is news (HIP-24, TIM-02).

    Each change is kept with what it was before and who said so. Raises NotAsked for a member who is not there, a
    language without a name here, and what is no zone of a place.
    """
    if not {facts.language, facts.spoken} <= set(languages()):
        raise NotAsked("Choose the language.")
    if facts.zone and not is_zone(facts.zone):
        raise NotAsked("Choose the time zone.")
    with deployment.write(actor) as uow:
        stored = people.members(uow, [member]).get(member)
        if stored is None:
            raise NotAsked(_NOT_THERE)
        people.lock_phones(uow, stored.contact_points)
        news = _news(uow, member, facts)
        for fact, (before, after) in news.items():
            around_member.note_change(uow, member, fact, before, after, by)
        if Fact.LANGUAGE in news:
            people.set_language(uow, [member], facts.language)
        if Fact.ZONE in news:
            around_member.set_zone(uow, member, facts.zone, ZoneSource.TOLD)
        if {Fact.LANGUAGE, Fact.ZONE} & set(news):
            reached(uow, [member], anew=False)
        uow.commit()
    return bool(news)


def _news(uow: UnitOfWork, member: int, facts: Facts) -> dict[Fact, tuple[str | None, str]]:
    """Return what is other than before, read behind the locks: a reply may have changed the language meanwhile."""
    stored = people.members(uow, [member])[member]
    said = known(around_member.changes(uow, member))
    spoken = said.get(Fact.SPOKEN, stored.language)
    needs = said.get(Fact.INTERPRETER, Interpreter.NONE)
    zone = " ".join(stored.zones)
    found: dict[Fact, tuple[str | None, str]] = {
        Fact.LANGUAGE: (stored.language, facts.language),
        Fact.SPOKEN: (spoken, facts.spoken),
        Fact.INTERPRETER: (needs, facts.interpreter),
        Fact.ZONE: (zone, facts.zone or zone),
    }
    return {fact: change for fact, change in found.items() if change[0] != change[1]}


def note_barrier(deployment: Deployment, actor: Actor, member: int, reason: Reason, by: Teller) -> None:
    """Note what stands in the way of a member's visits, as somebody told a person (OUT-04).

    Raises NotAsked for a reason that is no barrier, and for one that is on the list.
    """
    if reason not in BARRIERS:
        raise NotAsked("Choose what stands in the way.")
    with deployment.write(actor) as uow:
        _lock(uow, member)
        if any(one.reason is reason and one.ended_at is None for one in around_member.barriers(uow, member)):
            raise NotAsked("This is on the list already.")
        around_member.add_barrier(uow, member, reason, by)
        uow.commit()


def end_barrier(deployment: Deployment, actor: Actor, member: int, barrier: int) -> None:
    """It stands in the way no more. Raises NotAsked when it does not anyhow."""
    with deployment.write(actor) as uow:
        if not around_member.end_barrier(uow, member, barrier):
            raise NotAsked(_GONE)
        uow.commit()


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody beside a member. `may_hear` is what a person may tell them; `evidence` says where the member said so."""

    name: str
    relation: Relation
    may_hear: Collection[Information]
    evidence: str


def note_proxy(deployment: Deployment, actor: Actor, member: int, near: Near) -> None:
    """Note who stands beside a member. What they may hear is for people: nothing is sent to them (HIP-11).

    Raises NotAsked without a name, for somebody who is on the list, for what nobody is told, and for leave to tell
    that nobody can prove.
    """
    name = " ".join(near.name.split())
    if not name:
        raise NotAsked("Give their name.")
    if not set(near.may_hear) <= set(TOLD_TO_PROXIES):
        raise NotAsked("Choose what they may be told.")
    evidence = pointer(near.evidence) if near.may_hear or near.evidence.strip() else ""
    with deployment.write(actor) as uow:
        _lock(uow, member)
        there = {(one.name.casefold(), one.relation) for one in around_member.proxies(uow, member)}
        if (name.casefold(), near.relation) in there:
            raise NotAsked("This is on the list already.")
        around_member.add_proxy(uow, member, name, near.relation, near.may_hear, evidence)
        uow.commit()


def end_proxy(deployment: Deployment, actor: Actor, member: int, proxy: int) -> None:
    """They stand beside the member no more. Raises NotAsked when they do not anyhow."""
    with deployment.write(actor) as uow:
        if not around_member.end_proxy(uow, member, proxy):
            raise NotAsked(_GONE)
        uow.commit()


def _lock(uow: UnitOfWork, member: int) -> None:
    """Let two who note the same at once wait for each other: the second finds it on the list."""
    stored = people.members(uow, [member]).get(member)
    if stored is None:
        raise NotAsked(_NOT_THERE)
    people.lock_phones(uow, stored.contact_points)
