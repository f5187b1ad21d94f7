"""Where a consent comes from, checked before it is believed: how, in which words, by whom, until when (LAW-26, 27)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from locales.disclosures import disclosures
from outreach.clinics.cells import BadCell
from outreach.clinics.member_consents import METHODS
from outreach.clinics.member_consents import pointer as short
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import Category, Channel, ConsentClass, ConsentEvent, Party

SPOKEN = frozenset({"verbal_recorded", "verbal_attested", "staff"})  # somebody read the words out
_BY_PEOPLE = frozenset(METHODS) - {"keyword", "imported"}  # those two leave a trace of their own
_FOR_SOMEBODY = frozenset({Party.REPRESENTATIVE, Party.CAREGIVER})


def pointer(text: str, missing: str = "Say where the evidence is: a form, a recording, a case number.") -> str:
    """Return where something can be found, as it is stored in clear: short, and never a phone number.

    Raises NotAsked with `missing` when there is none.
    """
    found = " ".join(text.split())
    if not found:
        raise NotAsked(missing)
    try:
        return short(found)
    except BadCell as bad:
        raise NotAsked(bad.what_to_do) from None


def check_scope(channels: Collection[str], categories: Collection[str]) -> None:
    """Raise NotAsked unless they name at least one channel and one category, and none that does not exist."""
    if not channels or not set(channels) <= set(Channel):
        raise NotAsked("Choose what they agreed to be reached by: %(choices)s.", choices=", ".join(Channel))
    if not categories or not set(categories) <= set(Category):
        raise NotAsked("Choose what they agreed to hear about: %(choices)s.", choices=", ".join(Category))


def check_words(method: str, consent_class: ConsentClass, text_version: str, language: str) -> None:
    """Raise NotAsked unless the very words are known that they were shown or read (LAW-26)."""
    if method not in _BY_PEOPLE:
        raise NotAsked("Say how they agreed: %(choices)s.", choices=", ".join(sorted(_BY_PEOPLE)))
    if method in SPOKEN:
        if language not in disclosures().get(text_version, {}):
            raise NotAsked("Choose the words that were read out, and the language they were read in.")
    elif consent_class is not ConsentClass.PEC_PROVIDED:
        pointer(text_version, "Say which version of the words they were shown: an opt-in needs it.")


def check_party(party: Party, relation: str | None) -> str:
    """Return who spoke as it stands beside the evidence; raises NotAsked when it is not said by what right (LAW-27)."""
    said = pointer(relation) if relation and relation.strip() else ""
    if party in _FOR_SOMEBODY and not said:
        raise NotAsked("Say what they are to the member, and by what right they speak for them.")
    return f" ({party}: {said})" if said else ""


def check_times(given_at: datetime, expires_at: datetime | None, now: datetime) -> None:
    """Raise NotAsked for a consent of tomorrow, and for one that is over."""
    if given_at > now:
        raise NotAsked("Nobody can agree in the future: correct when they did.")
    if expires_at is not None and expires_at <= now:
        raise NotAsked("It would be over already: give an end to come, or none.")


def check_enough(event: ConsentEvent) -> None:
    """Raise NotAsked for a class that does not reach as far as its category (LAW-04, LAW-05, LAW-08)."""
    rule = event.suffices_for(Category(event.category))
    if rule == "LAW-05":
        raise NotAsked(
            "A number given to the plan, or to the program, is consent to texts about coverage and nothing else: ask"
            " for an opt-in to texts about visits and rides (LAW-05)."
        )
    if rule is not None:
        raise NotAsked("This is no consent to what we send (%(rule)s): ask for an opt-in.", rule=rule)
