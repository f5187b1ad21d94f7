"""A slip that the member puts right: what their earlier answer set in motion is undone, as far as it can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.meaning import Preferences
from outreach.loops.effects import CloseTasks, Effect
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Source
from outreach.loops.reasons import REASONS
from outreach.loops.rides import RideNeed
from outreach.loops.tasks import TaskKind

_GIVEN_UP = frozenset({Stage.WANTS_CHANGE, Stage.CANNOT_COME})
_SOUGHT = frozenset({RideNeed.NEEDED, RideNeed.FAILED})


def taken_back(loop: Loop, at: datetime) -> tuple[Loop, tuple[Effect, ...]] | None:
    """Return the loop as if the visit had not been given up; None where a person must see to it.

    A ride that was called off, an outcome that somebody else reported, and a visit that is over are not undone by a
    text. A loop whose visit still stands has nothing to undo: the new answer says what is so now.
    """
    if loop.stage not in _GIVEN_UP:
        return loop, ()
    settled = loop.source not in (None, Source.MEMBER) or at >= loop.anchor.ends_at
    if settled or loop.ride.revision or loop.ride.need in _SOUGHT:
        return None
    eased = (REASONS[loop.reason].mitigation,) if loop.reason else ()
    undone = CloseTasks((TaskKind.RESCHEDULE, *(kind for kind in eased if kind)), "taken_back")
    stands = replace(
        loop,
        stage=Stage.SCHEDULED,
        outcome=None,
        source=None,
        reason=None,
        barriers=frozenset(each for each in loop.barriers if each is not loop.reason),
        preferences=Preferences(),
    )
    return stands, (undone,)
