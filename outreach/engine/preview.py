"""What a draft would send, beside what the live cadence sends: the same visits, played twice with the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from outreach.engine.episode import Episode, look
from outreach.engine.folder import Folder, load_folder
from outreach.engine.habits import NOBODY_ANSWERS, Habits
from outreach.engine.on_phone import OnPhone
from outreach.engine.rehearsal import Rehearsal
from outreach.engine.rehearsed import Played, Visit
from outreach.loops.cadence import Cadence
from outreach.loops.consent import Channel
from outreach.loops.loop import Loop
from outreach.store import loops
from outreach.store.reads import planned
from outreach.store.touches import WELCOME
from outreach.store.unit_of_work import UnitOfWork

MOST = 1000  # visits that one preview plays
MONTH = timedelta(days=28)
_TO_THE_END = timedelta(days=14)  # after the last visit, whatever its cadence still wants has left


@dataclass(frozen=True, slots=True)
class Cast:
    """The visits to play and their facts, loaded once; each rehearsal plays a copy."""

    folder: Folder
    episodes: Mapping[int, Episode]

    def rehearse(self, cadence: Cadence, parts: Iterable[Part], end: datetime, habits: Habits) -> Rehearsal:
        """Play these visits by a cadence until an instant."""
        folder = _copied(self.folder)
        visits = [_visit(self.episodes[part.loop], folder, cadence, part) for part in parts]
        return Rehearsal(folder, visits, end, habits).run()


@dataclass(frozen=True, slots=True)
class Part:
    """One visit in a rehearsal: as it stands now, or played anew from when it became known.

    Played anew it is moved by whole days, and has a number of its own below zero: its texts are nobody else's.
    """

    loop: int
    known_at: datetime
    number: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One text of a visit by the live cadence and by the draft; None where that one does not have it."""

    live: Played | None
    draft: Played | None

    @property
    def either(self) -> Played:
        """The one there is; the draft's, where there are both."""
        found = self.draft or self.live
        assert found is not None, "a pair has one of them"  # noqa: S101
        return found

    @property
    def changed(self) -> bool:
        """Whether the member, or whoever pays, would notice."""
        return self.live is None or self.draft is None or _told(self.live) != _told(self.draft)


def _told(found: Played) -> tuple[object, ...]:
    return found.at, found.became, found.rule, found.body, found.channel, found.due_at


def compare(live: Iterable[Played], draft: Iterable[Played]) -> list[Pair]:
    """Pair the texts of two rehearsals of the same visits, in the order of time within a visit."""
    before, after = _by_key(live), _by_key(draft)
    pairs = [Pair(before.get(key), after.get(key)) for key in before | after]
    return sorted(pairs, key=lambda pair: (pair.either.loop, pair.either.at, pair.either.step))


def _by_key(played: Iterable[Played]) -> dict[tuple[Any, ...], Played]:
    return {(each.loop, each.step, each.channel, each.nth): each for each in played}


def preview_open(uow: UnitOfWork, live: Cadence, draft: Cadence, loop_ids: Sequence[int]) -> list[Pair]:
    """Return what open visits get from now on if nobody answers: by the live cadence, and by the draft.

    What else is planned to their phones is played along, for its texts count there. At most `MOST` visits.
    """
    wanted = list(loop_ids)[:MOST]
    beside = {row.loop_id for row in planned.beside(uow, wanted) if row.loop_id is not None}
    cast = load_cast(uow, sorted({*wanted, *beside}), draft.calls or live.calls)
    parts = [Part(loop, uow.now) for loop, episode in cast.episodes.items() if episode.loop.open]
    return _both(cast, live, draft, parts, NOBODY_ANSWERS, set(wanted))


def preview_past(uow: UnitOfWork, live: Cadence, draft: Cadence, visits: Sequence[tuple[int, datetime]]) -> list[Pair]:
    """Return what visits of the past would have got from when they were known, if nobody had answered.

    Members, consents, words and settings are those of today. At most `MOST` visits.
    """
    known = dict(visits[:MOST])
    cast = load_cast(uow, sorted(known), draft.calls or live.calls)
    parts = [
        Part(loop, known[loop], number=-loop)
        for loop, episode in cast.episodes.items()
        if known[loop] < episode.loop.anchor.ends_at and not episode.loop.anchor.cancelled
    ]
    return _both(cast, live, draft, parts, NOBODY_ANSWERS, {part.number for part in parts})


def _both(
    cast: Cast, live: Cadence, draft: Cadence, parts: Sequence[Part], habits: Habits, shown: set[int]
) -> list[Pair]:
    last = max((cast.episodes[part.loop].loop.anchor.ends_at for part in parts), default=cast.folder.now)
    before, after = (cast.rehearse(each, parts, last + _TO_THE_END, habits).played for each in (live, draft))
    return [pair for pair in compare(before, after) if pair.either.loop in shown]


def load_cast(uow: UnitOfWork, loop_ids: Sequence[int], may_call: bool) -> Cast:
    """Load visits and everything that the planner and the gate ask of them, in a fixed number of queries."""
    episodes = look(uow, loop_ids, may_call=may_call)
    batch = [touch for episode in episodes for touch in _of(episode, may_call)]
    folder = load_folder(uow, batch, loops.get(uow, loop_ids))
    return Cast(folder, {episode.loop.id: episode for episode in episodes})


def _of(episode: Episode, may_call: bool) -> Iterator[Any]:
    """What the facts of a visit's texts are asked with: a text to its phone, and a call to the one that rings."""
    about: dict[str, Any] = {"member_id": episode.stored.member, "program_id": episode.stored.program}
    # Whichever words: none of a person's own are foreseen.
    about |= {"loop_id": episode.loop.id, "words": WELCOME}
    if episode.phone is not None:
        yield SimpleNamespace(channel=Channel.SMS, contact_point_id=episode.phone, **about)
    if may_call and episode.by_voice.phone is not None:
        yield SimpleNamespace(channel=Channel.VOICE, contact_point_id=episode.by_voice.phone, **about)


def _copied(folder: Folder) -> Folder:
    """Return a folder whose phones and loops may be changed."""
    phones = {phone: _fresh(found) for phone, found in folder.phones.items()}
    return replace(folder, phones=phones, loops=dict(folder.loops), members=dict(folder.members), said={})


def _fresh(found: OnPhone) -> OnPhone:
    return replace(
        found,
        sent_at=list(found.sent_at),
        ride_sent_at=list(found.ride_sent_at),
        answered_at=list(found.answered_at),
        asked=set(found.asked),
    )


def _visit(episode: Episode, folder: Folder, cadence: Cadence, part: Part) -> Visit:
    """Return a visit to play by a cadence; one that is played anew gets a phone of its own, as on the day it began."""
    program = replace(episode.program, cadence=cadence)
    setting = replace(episode.loop.setting, escalate_after=cadence.escalate_after)
    if not part.number:
        loop = replace(episode.loop, setting=setting)
        return Visit(replace(episode, program=program, loop=loop), part.known_at, is_new=False)
    mine = _moved(episode.loop, part)
    folder.loops[part.number] = stored = replace(episode.stored, loop=mine, closed_at=None, held_by=None)
    fresh = replace(
        episode,
        program=program,
        stored=stored,
        loop=replace(mine, setting=setting),
        waiting=[],
        touches=[],
        tasks=[],
        waits=[],
    )
    return Visit(_on_own_phone(fresh, folder, part), part.known_at, is_new=True)


def _moved(found: Loop, part: Part) -> Loop:
    anchor = replace(found.anchor, day=found.anchor.day + timedelta(days=part.days), cancelled=False)
    return Loop(part.number, found.lane, anchor, barriers=found.barriers)


def _on_own_phone(episode: Episode, folder: Folder, part: Part) -> Episode:
    """Other visits' texts to this phone were at other times: they do not count here."""
    phones: dict[int, int] = {}
    for phone in {episode.phone, episode.by_voice.phone} - {None}:
        if phone is None or phone not in folder.phones:
            continue
        before = folder.phones[phone]
        welcomed = before.welcomed_at if before.welcomed_at and before.welcomed_at < part.known_at else None
        phones[phone] = -phone * _APART + part.number
        folder.phones[phones[phone]] = replace(
            before,
            sent_at=[],
            ride_sent_at=[],
            answered_at=[],
            asked=set(before.asked),
            welcomed_at=welcomed,
            prompt=None,
            prompt_id=None,
            unread=False,
            with_person_until=None,
        )
    voice = replace(episode.by_voice, phone=phones.get(episode.by_voice.phone or 0))
    own = phones.get(episode.phone or 0)
    welcomed_there = own is not None and folder.phones[own].welcomed_at is not None
    return replace(episode, phone=own, by_voice=voice, welcomed=welcomed_there)


_APART = 10**9  # numbers of phones that are played stay apart from each other and from stored ones
