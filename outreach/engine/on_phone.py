"""What is known about the phones of a batch: loaded in bulk behind their locks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.prompt import Prompt
from outreach.engine.double_opt_in import asked_since
from outreach.loops.consent import ConsentEvent
from outreach.loops.facts import OpenPrompt
from outreach.loops.gate_refusals import PATIENCE
from outreach.loops.tasks import TaskKind
from outreach.store import claims, consents, conversation, people, replies, touches
from outreach.store.people import Phone
from outreach.store.unit_of_work import UnitOfWork


@dataclass(slots=True)
class OnPhone:
    """What is known about one phone; each decision of the batch leaves its mark for the next."""

    phone: Phone
    is_guest: bool
    known_at: datetime | None
    unheard_since: datetime | None
    consents: tuple[ConsentEvent, ...]
    unread: bool
    crisis: bool
    welcomed_at: datetime | None
    prompt: OpenPrompt | None
    prompt_id: int | None
    question: Prompt | None
    repeats: int
    pressing_at: tuple[datetime, ...] = ()
    sent_at: list[datetime] = field(default_factory=list)
    ride_sent_at: list[datetime] = field(default_factory=list)
    answered_at: list[datetime] = field(default_factory=list)
    review: bool = False
    refusal: bool = False
    with_person_until: datetime | None = None
    asked: set[int] = field(default_factory=set)  # members who were asked to confirm their consent (LAW-28)

    def counted(self, touch: Any) -> list[datetime]:
        """Return the list in which an attempt of this touch counts."""
        if touch.answers_at is not None:
            return self.answered_at
        return self.ride_sent_at if touch.of_a_booked_ride else self.sent_at


def load_phones(uow: UnitOfWork, phone_ids: set[int], invited: set[int]) -> dict[int, OnPhone]:
    """Return locked phones as they are now; a trial reaches those `invited` and nobody else."""
    agreed = consents.consents(uow, phone_ids)
    alarms = claims.alarms(uow, phone_ids)
    asked = asked_since(uow, agreed)
    talking = conversation.with_people(uow, phone_ids)
    texted = defaultdict(touches.History, touches.histories(uow, phone_ids))
    prompts = replies.open_prompts(uow, phone_ids)
    rides = touches.of_booked_rides(uow, [phone for phone, had in texted.items() if had.of_booked_rides])
    attempts = claims.attempts_to(uow, phone_ids, rides)
    pressing = claims.pressing_to(uow, [phone for phone, had in texted.items() if had.pressing])
    known = people.phones(uow, phone_ids)
    signs = {phone: _last(found.verified_at, texted[phone].delivered_at) for phone, found in known.items()}
    unheard = claims.unheard_since(uow, signs, PATIENCE)
    found = {}
    for phone_id, phone in known.items():
        prompt = prompts.get(phone_id)
        sent = attempts.get(phone_id, claims.Attempts())
        found[phone_id] = OnPhone(
            phone=phone,
            is_guest=phone_id in invited,
            known_at=_last(phone.verified_at, phone.looked_up_at),
            unheard_since=unheard.get(phone_id),
            consents=agreed.get(phone_id, ()),
            unread=phone.unread,
            crisis=TaskKind.CRISIS in alarms.get(phone_id, ()),
            review=TaskKind.SAFETY_REVIEW in alarms.get(phone_id, ()),
            refusal=TaskKind.POSSIBLE_REFUSAL in alarms.get(phone_id, ()),
            asked=asked.get(phone_id, set()),
            with_person_until=talking.get(phone_id),
            welcomed_at=texted[phone_id].welcomed_at,
            prompt=OpenPrompt(prompt.loop_id, prompt.alone_until, prompt.expires_at) if prompt else None,
            prompt_id=prompt.id if prompt else None,
            question=replies.question_of(prompt) if prompt else None,
            repeats=prompt.repeats if prompt else 0,
            pressing_at=tuple(pressing.get(phone_id, ())),
            sent_at=sent.proactive,
            ride_sent_at=sent.of_booked_rides,
            answered_at=sent.answers,
        )
    return found


def _last(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)
