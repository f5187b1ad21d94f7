"""The facts of a batch: loaded in bulk behind the phone locks, and kept current from one decision to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.prompt import prompt_for
from outreach.engine.on_phone import OnPhone, load_phones
from outreach.engine.sending_hours import sending_hours
from outreach.engine.spoken import can_be_held, spoken_words
from outreach.loops.anchor import Sensitivity
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category, Channel
from outreach.loops.contact_rule import ANY_WAY
from outreach.loops.facts import Exempt, Facts, GateTouch
from outreach.loops.pauses import Pause, What, pauses_in
from outreach.loops.rides import Ride
from outreach.loops.standing import Standing
from outreach.store import claims, guests, loops, own_words, people, programs, replies, switches
from outreach.store.loops import StoredLoop
from outreach.store.own_words import OwnWords
from outreach.store.people import StoredMember
from outreach.store.programs import StoredClinic, StoredProgram, Words
from outreach.store.touches import ASKS_CONSENT, ON_THE_VISIT, OWN_WORDS, WELCOME
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

RIDE_BOOKED = "ride_booked"
_AT_ONCE = frozenset({"medq"})  # CARE-05


@dataclass(slots=True)
class Folder:
    """Everything the gate and the words need for a batch of touches."""

    now: datetime
    frozen: bool
    loops: dict[int, StoredLoop]
    members: dict[int, StoredMember]
    programs: dict[int, StoredProgram]
    clinics: dict[int, StoredClinic]
    words: dict[tuple[int, str, str], Words]
    phones: dict[int, OnPhone]
    sender: str | None = None  # what the whole batch leaves from; None: each touch its program's
    pauses: frozenset[Pause] = frozenset()
    said: dict[tuple[int, str, str], Words | None] = field(default_factory=dict)
    heard_in: frozenset[tuple[int, str]] = frozenset()  # program and language in which a call can be held
    own: dict[int, OwnWords] = field(default_factory=dict)  # what people wrote for these touches

    def language(self, touch: Any) -> str:
        """Return the language a touch is written in: its author's choice, the member's, or the program's first."""
        if touch.id in self.own:
            return self.own[touch.id].language
        if touch.member_id is not None:
            return self.members[touch.member_id].language
        return self.programs[touch.program_id].languages[0]

    def words_for(self, touch: Any) -> Words | None:
        """Return the approved words of a touch in its language, or None (HIP-25); of a call, its first sentence."""
        if touch.channel == Channel.VOICE:
            about = touch.program_id, self.language(touch)
            return spoken_words(self.words, *about, touch.words) if about in self.heard_in else None
        asked = touch.id, touch.words, self.language(touch)
        if asked not in self.said:  # for the gate, and once more for the text
            found = (self.words.get((touch.program_id, key, asked[2])) for key in self._variants(touch))
            self.said[asked] = next((words for words in found if words is not None), None)
        return self.said[asked]

    def _variants(self, touch: Any) -> Iterator[str]:
        """The words of a touch, the most telling variant first; each is bound as late as the text itself."""
        stored = self.loops.get(touch.loop_id)
        if touch.words == RIDE_BOOKED and stored is not None:
            yield f"{RIDE_BOOKED}{_way_home(stored.loop.ride)}"
            return
        if self.place(touch):
            yield f"{touch.words}_place"
        yield touch.words

    def place(self, touch: Any) -> str | None:
        """Return where the visit is, if its clinic says so and its sensitivity allows it (HIP-02, HIP-05)."""
        stored = self.loops.get(touch.loop_id)
        if stored is None or stored.loop.anchor.sensitivity is not Sensitivity.ORDINARY:
            return None
        return self.clinics[stored.clinic].place

    def stopped(self, touch: Any) -> tuple[What, ...]:
        """Return what the carrier's answers have paused of a touch."""
        about = (self.sender or touch.sender, touch.program_id, touch.words)
        return tuple(pause.what for pause in self.pauses if pause.holds(*about))

    def facts(self, touch: Any) -> Facts:
        """Return the facts of one touch as they stand after the decisions made so far."""
        on_phone, program = self.phones[touch.contact_point_id], self.programs[touch.program_id]
        stored = self.loops.get(touch.loop_id) if touch.loop_id else None
        member = self.members.get(touch.member_id) if touch.member_id else None
        return Facts(
            frozen=self.frozen,
            is_guest=on_phone.is_guest,
            loop_open=stored is not None and stored.loop.open,
            anchor_version=stored.loop.anchor.version if stored else None,
            standing=member.standing if member else Standing.ACTIVE,
            silent=stored is not None and stored.loop.anchor.sensitivity is Sensitivity.SILENT,
            number=on_phone.phone.state,
            known_at=on_phone.known_at,
            unheard_since=on_phone.unheard_since,
            contact_rule=member.contact_rule if member else ANY_WAY,
            consent_events=on_phone.consents,
            words_approved=self.words_for(touch) is not None,
            crisis_open=on_phone.crisis,
            unread_reply=on_phone.unread,
            hours=sending_hours(program, member, self.clinics.get(stored.clinic) if stored else None, touch.queue),
            zones=member.zones if member else (program.zone,),
            welcomed_at=on_phone.welcomed_at,
            open_prompt=on_phone.prompt,
            caps=program.caps,
            sent_at=tuple(on_phone.sent_at),
            ride_sent_at=tuple(on_phone.ride_sent_at),
            pressing_at=on_phone.pressing_at,
            answered_at=tuple(on_phone.answered_at),
            review_open=on_phone.review,
            refusal_open=on_phone.refusal,
            quiet_until=on_phone.phone.quiet_until,
            with_person_until=on_phone.with_person_until,
            asked_consent=touch.member_id in on_phone.asked,
            line_unknown=on_phone.phone.line_asked_at is not None,
            stopped=self.stopped(touch) if self.pauses else (),
        )


def _way_home(ride: Ride) -> str:
    if ride.home is None:
        return "_one_way"
    return "" if ride.home.will_call else "_return"


def gate_touch(touch: Any) -> GateTouch:
    """Return a stored touch as the gate sees it."""
    return GateTouch(
        id=touch.id,
        loop=touch.loop_id,
        member=touch.member_id,
        phone=touch.contact_point_id,
        channel=touch.channel,
        category=Category(touch.category),
        queue=Queue(touch.queue),
        anchor_version=touch.anchor_version,
        useful_until=touch.useful_until,
        asks=touch.channel == Channel.SMS and prompt_for(touch.words) is not None,
        is_welcome=touch.words == WELCOME,
        asks_consent=touch.words == ASKS_CONSENT,
        on_the_visit=touch.words in ON_THE_VISIT,
        own_words=touch.words == OWN_WORDS,
        of_a_booked_ride=touch.of_a_booked_ride,
        answers_at=touch.answers_at,
        interrupts=touch.author is not None or touch.words in _AT_ONCE,
        exempt=Exempt(touch.exempt) if touch.exempt else None,
    )


@by_all_there_is
def load_folder(
    uow: UnitOfWork, batch: Sequence[Any], stored: Sequence[StoredLoop], sender: str | None = None
) -> Folder:
    """Load the facts of a batch whose phones and loops are locked already, and which leaves from one `sender`."""
    phone_ids = {touch.contact_point_id for touch in batch}
    program_ids = {touch.program_id for touch in batch}
    on = switches.turned_on(uow)
    members = people.members(uow, {touch.member_id for touch in batch if touch.member_id})
    known = programs.programs(uow, program_ids)
    words = programs.approved_words(uow, program_ids)
    by_people = [touch.id for touch in batch if touch.words == OWN_WORDS]
    calls = {(t.program_id, members[t.member_id].language) for t in batch if t.channel == Channel.VOICE and t.member_id}
    return Folder(
        now=uow.now,
        frozen="freeze" in on,
        sender=sender,
        pauses=pauses_in(on),
        loops={found.loop.id: found for found in stored},
        members=members,
        programs=known,
        clinics=programs.clinics(uow, {found.clinic for found in stored}),
        words=words,
        heard_in=frozenset(pair for pair in calls if can_be_held(uow, known[pair[0]], pair[1], words)),
        own=own_words.of_touches(uow, by_people) if by_people else {},
        phones=load_phones(uow, phone_ids, guests.among(uow, phone_ids) if guests.TRIAL in on else phone_ids),
    )


def lock_loops(uow: UnitOfWork, touch_ids: Sequence[int], phone_ids: Iterable[int]) -> list[StoredLoop]:
    """Lock the loops of these touches, and those whose open questions on these phones may have to give way.

    After the phones. A question that gives way no longer holds its loop, which must then be named anew.
    """
    asking = {prompt.loop_id for prompt in replies.open_prompts(uow, phone_ids).values() if prompt.loop_id}
    return loops.lock(uow, asking | set(claims.loops_of(uow, touch_ids)))
