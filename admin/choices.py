"""How a task may end, as the fields of its form, and the form read back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from admin import fields, task_words
from admin.language import gettext as _
from admin.ride_forms import booking
from conversations.meaning import Reason
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish
from outreach.loops.tasks import RULES, TaskKind
from outreach.store.reads.tasks import TaskRow

_REASON = frozenset({
    "no_new_visit", "cannot_come", "wants_change", "visit_cancelled", "no_show", "cancelled_by_clinic",
    "left_without_being_seen",
})  # fmt: skip
_ASKS = {"new_visit": "visit", "ride_booked": "ride", "still_away": "review", "member_died": "member"}


@dataclass(frozen=True, slots=True)
class Ending:
    """One resolution in words, and the further fields it asks for: a reason, a visit, a ride, a date, a member."""

    code: str
    words: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of one task offers."""

    kind: str
    next_action: str
    endings: tuple[Ending, ...]

    def ask(self, what: str) -> bool:
        """Whether any resolution asks for this field."""
        return any(ending.asks == what for ending in self.endings)


def choices(task: TaskRow, people: int = 1) -> Choices:
    """Return the resolutions of the task's kind, and which further fields each needs."""
    rule = RULES[TaskKind(task.kind)]
    endings = tuple(Ending(code, task_words.resolution(code), _asks(code, people)) for code in rule.resolutions)
    return Choices(task_words.kind(task.kind), _(rule.next_action), endings)


def _asks(resolution: str, people: int) -> str:
    if resolution == "member_died" and people < 2:
        return ""
    return "reason" if resolution in _REASON else _ASKS.get(resolution, "")


def finish(task: TaskRow, zone: str) -> Finish:
    """Return how a person ended the task; only what the resolution asks for is read.

    Raises NotAsked with advice for what is missing or cannot be read.
    """
    resolution = request.form.get("resolution", "")
    if not resolution:
        raise NotAsked(_("Choose how it ended."))
    reason, new_loop, member = fields.code(Reason, "reason"), fields.row("new_loop"), fields.row("member")
    match resolution:
        case "ride_booked":
            return Finish(resolution, booking=booking(zone))
        case "still_away":
            review = fields.morning("review", zone, _("Give the date on which somebody looks again."))
            return Finish(resolution, review_at=review)
        case "member_died":
            return Finish(resolution, member=member)
        case "new_visit":
            return Finish(resolution, new_loop=new_loop)
        case _:
            return Finish(resolution, reason=reason if resolution in _REASON else None)
