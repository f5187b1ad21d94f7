"""What is known about a member beside the visit, as their page draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from admin import around_words, loop_words, settings_choices
from admin.around_words import Line
from admin.language import gettext as _
from admin.sharing_words import INFORMATION
from outreach.clinics.zones import ZoneSource
from outreach.loops.around_member import BARRIERS, TOLD_TO_PROXIES, Fact, Interpreter, known
from outreach.store import around_member
from outreach.store.reads.barriers_heard import heard
from outreach.store.reads.loops import Named
from outreach.store.reads.members import MemberRow, PhoneRow
from outreach.store.unit_of_work import UnitOfWork

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows and offers; `household` has each other member with the last digits of the number they share."""

    writes: str
    speaks: str
    interpreter: str
    typed: Mapping[str, str]
    changes: Sequence[Line] = field(repr=False)
    told: Sequence[Line]
    heard: Sequence[Line]
    household: Sequence[tuple[int, Named | None, str]] = field(repr=False)
    near: Sequence[tuple[str, Line]] = field(repr=False)
    languages: Choices
    zones: Choices
    interpreters: Choices
    tellers: Choices
    reasons: Choices
    relations: Choices
    may_hear: Mapping[str, str]


def around(uow: UnitOfWork, member: MemberRow, phones: Iterable[PhoneRow]) -> Around:
    """Return it for one member; the caller audits the view."""
    changes = around_member.changes(uow, member.id)
    said = known(changes)
    spoken = said.get(Fact.SPOKEN, member.language)
    needs = Interpreter(said.get(Fact.INTERPRETER, Interpreter.NONE))
    alone = member.zones[0] if member.zone_source == ZoneSource.TOLD else ""
    return Around(
        writes=around_words.language(member.language),
        speaks=around_words.language(spoken),
        interpreter=around_words.INTERPRETERS[needs],
        typed={"language": member.language, "spoken": spoken, "interpreter": needs, "zone": alone},
        changes=[around_words.change(each, member.zone) for each in changes],
        told=[around_words.told(each, member.zone) for each in around_member.barriers(uow, member.id)],
        heard=[around_words.heard(each, member.zone) for each in heard(uow, member.id)],
        household=[(who, other, phone.number[-4:]) for phone in phones for who, other in phone.shared_with],
        near=[(each.name, around_words.near(each, member.zone)) for each in around_member.proxies(uow, member.id)],
        languages=[(code, _(name)) for code, name in settings_choices.languages()],
        zones=settings_choices.zones(),
        interpreters=list(around_words.INTERPRETERS.items()),
        tellers=list(around_words.TELLERS.items()),
        reasons=[(reason, loop_words.reason(reason)) for reason in BARRIERS],
        relations=list(around_words.RELATIONS.items()),
        may_hear={each: INFORMATION[each] for each in TOLD_TO_PROXIES},
    )
