"""The words on the screen for what is known about a member beside the visit: tellers, relations, what changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from admin import loop_words, words
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.sharing_words import INFORMATION
from admin.words import plain
from locales.languages import languages
from outreach.loops.around_member import Fact, Interpreter, Relation, Teller
from outreach.store.around_member import Barrier, Change, Proxy
from outreach.store.reads.barriers_heard import Heard

TELLERS = Sayings(
    {
        Teller.MEMBER: N_("The member said so"),
        Teller.PROXY: N_("Somebody who speaks for them said so"),
        Teller.CLINIC: N_("The clinic said so"),
    }
)
INTERPRETERS = Sayings(
    {
        Interpreter.NONE: N_("Not needed"),
        Interpreter.SPOKEN: N_("For their language"),
        Interpreter.SIGN: N_("For sign language"),
    }
)
RELATIONS = Sayings(
    {
        Relation.PARENT: N_("Parent"),
        Relation.GUARDIAN: N_("Guardian"),
        Relation.SPOUSE: N_("Spouse or partner"),
        Relation.CHILD: N_("Grown child"),
        Relation.RELATIVE: N_("Another relative"),
        Relation.CAREGIVER: N_("Caregiver"),
        Relation.REPRESENTATIVE: N_("Legal representative"),
    }
)
_FACTS = Sayings(
    {
        Fact.LANGUAGE: N_("Written to in"),
        Fact.SPOKEN: N_("Speaks"),
        Fact.INTERPRETER: N_("Interpreter"),
        Fact.ZONE: N_("Clock"),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: what, who said it and when; `ends` is the row that can be taken off, None where none can."""

    words: str = field(repr=False)
    more: str = field(repr=False)
    ends: int | None = None


def language(code: str) -> str:
    """Return the name of a language."""
    found = languages().get(code)
    return _(found.english_name) if found else code


def change(found: Change, zone: str) -> Line:
    """Return what changed: "Speaks: English, before Spanish", and "The member said so, Mar 11, 2027, Maya Ortiz"."""
    said = _("%(fact)s: %(after)s", fact=_FACTS[found.fact], after=_value(found.fact, found.after))
    if found.before:
        said = _("%(said)s, before %(before)s", said=said, before=_value(found.fact, found.before))
    return Line(said, _known_from(found, zone))


def told(found: Barrier, zone: str) -> Line:
    """Return a barrier that somebody told a person; what is over says since when, and is taken off no more."""
    reason = loop_words.reason(found.reason)
    if found.ended_at is not None:
        return Line(reason, _("Over since %(day)s", day=words.date_of(found.ended_at, zone)))
    return Line(reason, _known_from(found, zone), found.id)


def heard(found: Heard, zone: str) -> Line:
    """Return a barrier that the member texted or said in a call, with the visit it was about."""
    more = _("Heard for L-%(loop)s", loop=found.loop)
    if found.at is not None:
        more = f"{more}, {words.date_of(found.at, zone)}"
    return Line(loop_words.reason(found.reason), more if found.open else f"{more}, {plain('closed')}")


def near(found: Proxy, zone: str) -> Line:
    """Return what somebody beside a member is to them, and what they may be told."""
    may = ", ".join(INFORMATION[each] for each in found.may_hear)
    more = _("May be told: %(what)s", what=may) if may else _("Told nothing")
    if found.evidence:
        more = _("%(more)s, evidence %(evidence)s", more=more, evidence=found.evidence)
    return Line(RELATIONS[found.relation], f"{more}, {words.date_of(found.at, zone)}", found.id)


def _value(fact: Fact, code: str) -> str:
    match fact:
        case Fact.LANGUAGE | Fact.SPOKEN:
            return language(code)
        case Fact.INTERPRETER:
            return INTERPRETERS[Interpreter(code)]
        case Fact.ZONE:
            return code.replace("_", " ")


def _known_from(found: Change | Barrier, zone: str) -> str:
    actor = found.actor.partition(":")[2] or found.actor
    return f"{TELLERS[found.source]}, {words.date_of(found.at, zone)}, {actor}"
