"""Wanted touches against stored ones: create, move, bring back, cancel. Always this, never a patch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from outreach.engine.double_opt_in import as_question
from outreach.engine.episode import Changes, Episode
from outreach.engine.sending_hours import sending_hours
from outreach.loops.cadence import Queue
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.calling import first_turn, turn_of
from outreach.loops.consent import Channel
from outreach.loops.follow_ups import with_follow_ups
from outreach.loops.held import Touching
from outreach.loops.lattice import failed
from outreach.loops.plan import Situation, Tried, Wanted, plan
from outreach.loops.spreading import spread_in
from outreach.settings import by_call
from outreach.store import touches
from outreach.store.touches import StoredTouch
from outreach.store.unit_of_work import UnitOfWork

_Key = tuple[str, str, int]


def reconcile(uow: UnitOfWork, episode: Episode, changes: Changes) -> None:
    """Make the loop's planned touches the ones its cadence wants in its present situation."""
    wanted = wanted_touches(episode, situation(uow.now, episode))
    current = planned_by_cadence(episode)
    for touch, due_at in wanted:
        stored = current.get(key_of(touch))
        if stored is None:
            _create(uow, episode, touch, due_at, changes)
        else:
            _move(episode, stored, touch, due_at, changes)
    keys = {key_of(touch) for touch, _ in wanted}
    version = episode.loop.anchor.version
    for stored in (touch for touch in episode.touches if touch.by_cadence):
        obsolete = stored.anchor_version != version or key_of(stored) not in keys
        if stored.state == "planned" and obsolete:
            changes.cancelled.append(stored.id)
            episode.touching.pop(stored.id, None)


def wanted_touches(episode: Episode, around: Situation) -> list[tuple[Wanted, datetime]]:
    """Return what the loop's cadence wants in a situation, each with its member's own minute to leave."""
    cadence = episode.program.cadence
    planned = plan(episode.loop, cadence, around) if episode.phone is not None else []
    planned = with_follow_ups(planned, cadence, around) if cadence.calls else planned
    wanted = (as_question(touch, episode.unconfirmed) for touch in planned)
    return [(touch, _spread(episode, touch, around)) for touch in wanted]


def planned_by_cadence(episode: Episode) -> dict[_Key, StoredTouch]:
    """Return the stored touches of this version of the visit that a plan may be compared with."""
    version = episode.loop.anchor.version
    return {key_of(t): t for t in episode.touches if t.by_cadence and t.anchor_version == version}


def key_of(touch: StoredTouch | Wanted) -> _Key:
    """Return what makes a touch the same one in the next plan."""
    return touch.step, touch.channel, touch.nth


def situation(now: datetime, episode: Episode) -> Situation:
    """Return what planning needs to know about a loop right now."""
    version = episode.loop.anchor.version
    by_cadence = [t for t in episode.touches if t.by_cadence]
    about_the_visit = [t for t in episode.touches if t.tells_of_visit and t.state in touches.LEFT]
    begun = [t for t in by_cadence if t.state not in ("planned", "cancelled")]
    now_planned = [t for t in by_cadence if t.anchor_version == version and t.state == "planned"]
    # What takes the place of a step on the other channel is not that step: it has a turn of its own.
    channels = {step.key: step.channel for step in episode.program.cadence.steps}
    return Situation(
        now=now,
        hours=sending_hours(episode.program, episode.member, episode.clinic, Queue.BULK),
        caps=episode.program.caps,
        zones=episode.member.zones,
        # Who was asked for their yes waits for it; who was not is asked, on a phone that others were welcomed on too.
        welcomed=episode.unconfirmed.asked if episode.unconfirmed else episode.welcomed,
        told_version=max((t.anchor_version or 0 for t in about_the_visit), default=None),
        told_by=max(about_the_visit, key=lambda t: t.id).channel if about_the_visit else Channel.SMS,
        started=frozenset((t.step, t.nth) for t in begun if t.anchor_version == version and _itself(t, channels)),
        ever=frozenset(t.step for t in begun),
        planned={(t.step, t.nth): t.planned_for for t in now_planned if _itself(t, channels)},
        may_call=episode.by_voice.categories,
        tried=tuple(_tried(t) for t in begun if t.anchor_version == version),
        waiting={key_of(t): t.planned_for for t in now_planned},
        member=episode.member.id,
    )


def _itself(touch: StoredTouch, channels: Mapping[str, str]) -> bool:
    return channels.get(touch.step, touch.channel) == touch.channel


# Why a text was refused that says nothing against a call: it takes none, they agreed to none, or want none.
_NO_TEXTS = frozenset({"TWI-37", "LAW-01", "HIP-06"})


def _tried(touch: StoredTouch) -> Tried:
    refused, outcome = touch.state in ("refused", "expired"), touch.call_outcome
    undelivered = touch.error_code is not None and (touch.state == "refused" or failed(touch.carrier_status or ""))
    return Tried(
        step=touch.step,
        nth=touch.nth,
        channel=touch.channel,
        at=touch.sent_at or touch.due_at,
        over=refused or undelivered or outcome is not None,
        failed=undelivered or touch.rule in _NO_TEXTS,
        outcome=CallOutcome(outcome) if outcome else None,
        code=touch.error_code,
    )


def _spread(episode: Episode, wanted: Wanted, around: Situation) -> datetime:
    """What can wait has its member's own minute, or a program's whole day would be due at ten sharp (TWI-36)."""
    made_again = wanted.channel == Channel.VOICE and wanted.nth > first_turn(turn_of(wanted.nth))
    if wanted.queue is not Queue.BULK or wanted.due_at <= around.now or made_again:
        return wanted.due_at
    return spread_in(episode.member.id, wanted.due_at, wanted.useful_until, around.hours, around.zones)


def _create(uow: UnitOfWork, episode: Episode, wanted: Wanted, due_at: datetime, changes: Changes) -> None:
    row = touches.new_row(uow, **columns(episode, wanted, due_at))
    changes.new_touches.append(row)
    episode.touching[row["id"]] = Touching(row["id"], due_at, True)


def columns(episode: Episode, wanted: Wanted, due_at: datetime) -> dict[str, Any]:
    """Return the columns of a touch that a plan wants, but its id."""
    return {
        "loop_id": episode.loop.id,
        "member_id": episode.stored.member,
        "program_id": episode.stored.program,
        "contact_point_id": _phone(episode, wanted),
        "anchor_version": episode.loop.anchor.version,
        "step": wanted.step,
        "channel": wanted.channel,
        "nth": wanted.nth,
        "words": wanted.words,
        "category": wanted.category,
        "queue": wanted.queue,
        "of_a_booked_ride": wanted.of_a_booked_ride,
        "sender": _sender(episode, wanted),
        "due_at": due_at,
        "useful_until": wanted.useful_until,
    }


def _move(episode: Episode, stored: StoredTouch, wanted: Wanted, due_at: datetime, changes: Changes) -> None:
    if stored.state not in ("planned", "cancelled") or episode.phone is None:
        return
    phone = _phone(episode, wanted)
    same_words = (stored.words, stored.contact_point_id) == (wanted.words, phone)
    unchanged = same_words and stored.planned_for in (due_at, wanted.due_at)
    # A planned touch whose plan did not change keeps its due time: the gate may have held it to a later one.
    if stored.state == "planned" and unchanged:
        return
    new = {"due_at": due_at, "useful_until": wanted.useful_until, "words": wanted.words}
    changes.replans.append((stored.id, new | {"contact_point_id": phone}))
    episode.touching[stored.id] = Touching(stored.id, due_at, True)


def _phone(episode: Episode, wanted: Wanted) -> int | None:
    """The phone that rings for a call may be another one than is texted; where none can, that one is refused."""
    return episode.by_voice.phone or episode.phone if wanted.channel == Channel.VOICE else episode.phone


def _sender(episode: Episode, wanted: Wanted) -> str:
    sender = episode.program.sender
    return by_call(sender) if wanted.channel == Channel.VOICE else sender
