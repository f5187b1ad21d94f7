"""How much of the words needs whoever looks: what they are asked for, and what they may approve."""

from __future__ import annotations

from dataclasses import replace

from admin.access import Person
from admin.roles import Right
from outreach.engine.word_people import same_name
from outreach.store.reads.words_waiting import ToApprove, asked, to_approve
from outreach.store.unit_of_work import UnitOfWork


def for_me(uow: UnitOfWork, me: Person) -> int:
    """Return how much of the words needs this person: what they are asked for, and what they may approve."""
    if not me.may(Right.WORDS):
        return 0
    requests = sum(open_ for who, open_ in asked(uow).items() if same_name(me.name, who))
    return requests + sum(each.texts for each in approvals_for(uow, me))


def approvals_for(uow: UnitOfWork, me: Person) -> list[ToApprove]:
    """Return what this person may approve, by language: nobody approves what they had a hand in (HIP-16)."""
    if not me.may(Right.APPROVE):
        return []
    found: dict[tuple[int, str], ToApprove] = {}
    for each in to_approve(uow):
        if not any(same_name(me.name, who) for who in (each.author, each.translator, each.reviewer)):
            where = each.program_id, each.language
            before = found.get(where, replace(each, texts=0))
            found[where] = replace(before, texts=before.texts + each.texts, first=min(before.first, each.first))
    return [found[where] for where in sorted(found)]
