"""A loop's time line as lines to draw: the day once, what happened, its state, and the rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any, assert_never

from admin import call_words, event_words, heard_words, rule_words, signal_words, task_words, text_words
from admin.forecast_words import foreseen
from admin.language import N_
from admin.language import gettext as _
from admin.words import at, awaited, clock, day, plain
from locales.languages import languages
from outreach.loops.instants import resolve
from outreach.loops.verdict import Decision, HeldUntil, Refused
from outreach.store.member_calls import MemberCall
from outreach.store.reads.loops import LoopRow
from outreach.store.reads.timeline import Awaited, Decided, Heard, Moment, Texted, Told, Worked

_NINE = time(9)
_REFUSED = ("refused", "expired")
# What can be shown of a time line, and which kinds of line that is.
SHOWN = {
    "all": (),
    "messages": ("text", "heard", "call"),
    "decisions": ("decided", "task", "wait"),
    "held": (),
    "clinic": ("clinic", "visit"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `quote` is somebody's own words, with their language and direction."""

    at: datetime
    kind: str
    text: str
    detail: str = ""
    badge: str = ""
    tone: str = "grey"
    rule: str = ""
    quote: str = field(default="", repr=False)
    language: str = ""
    direction: str = "auto"
    day: str = ""
    clock: str = ""
    future: bool = False
    held: bool = False

    @property
    def icon(self) -> str:
        """The symbol on the line."""
        return _ICONS[self.kind]

    def discreet(self) -> Line:
        """Return the line for who does not care for members: that one is in danger is not told (CRI-07)."""
        return replace(self, rule="", detail=_("A person answers.")) if "CRI-07" in self.rule else self

    def belongs(self, shown: str) -> bool:
        """Whether the line is part of what is shown; held and refused is what a rule kept from leaving."""
        if shown == "held":
            return self.held
        return not SHOWN[shown] or self.kind in SHOWN[shown]


_ICONS = {
    "text": "message-2",
    "heard": "message-reply",
    "call": "phone",
    "decided": "bolt",
    "task": "clipboard-check",
    "wait": "clock",
    "clinic": "send",
    "visit": "calendar-event",
}


def lines(
    moments: list[Moment], loop: LoopRow, now: datetime, forecast: Mapping[int, Decision] | None = None
) -> list[Line]:
    """Return every line, oldest first; `forecast` is what the gate will say to the texts to come."""
    starts = resolve(loop.day, loop.wall_time or _NINE, loop.zone)
    visit = Line(starts, "visit", _("Visit"), loop.clinic, _("Cancelled") if loop.cancelled else "", tone="warn")
    found = [line for moment in moments if (line := _line(moment, loop.zone, now, forecast or {}))]
    found += [_due(moment) for moment in moments if _is_due(moment, moments, now)]
    return sorted([*found, visit], key=lambda line: line.at)


def dated(lines: list[Line], zone: str, now: datetime) -> list[Line]:
    """Return the lines with each day named once; what is still to come is marked as future."""
    found: list[Line] = []
    for line in lines:
        named, future = day(line.at, zone), line.at > now
        seen = next((shown.day for shown in reversed(found) if shown.day), "")
        first_to_come = future and bool(found) and not found[-1].future
        shown = named if named != seen or first_to_come else ""
        found.append(replace(line, day=shown, clock=clock(line.at, zone), future=future))
    return found


def _line(moment: Moment, zone: str, now: datetime, forecast: Mapping[int, Decision]) -> Line | None:
    match moment:
        case Texted(state="planned"):
            return _to_come(moment, zone, now, forecast.get(moment.id))
        case Texted():
            return _texted(moment)
        case Heard():
            return _heard(moment)
        case Decided():
            return _decided(moment)
        case Worked():
            return _worked(moment, zone)
        case Told():
            return _told(moment)
        case MemberCall():
            return _called(moment)
        case Awaited():
            waits = _("Waiting for %(what)s", what=awaited(moment.kind))
            return Line(moment.at, "wait", waits, badge=_("Awaited"), tone="outline")
        case _:
            assert_never(moment)


_TOLD = {
    "dead": (N_("Not delivered"), "bad"),
    "due": (N_("On its way"), "grey"),
    "shown": (N_("Waits for the clinic"), "grey"),
}


def _told(told: Told) -> Line:
    badge, tone = _TOLD.get(told.state, (plain(told.state).capitalize(), "grey"))
    if told.acted_at or told.delivered_at:
        badge, tone = (N_("Acted upon") if told.acted_at else N_("Received")), "good"
    status = _("answered %(status)s", status=told.last_status) if told.last_status else ""
    said = _("Clinic told: %(what)s", what=signal_words.kind(told.kind).lower())
    return Line(told.at, "clinic", said, status, _(badge), tone=tone)


def _to_come(text: Texted, zone: str, now: datetime, said: Decision | None) -> Line:
    """A text to come: what held it so far, and what the gate will say when it is due."""
    step, seen = text_words.name(text.step), foreseen(said, text.at, now, zone)
    planned = _("Call planned: %(text)s", text=step) if text.call else _("Text planned: %(text)s", text=step)
    if text.rule and (seen is None or seen.tone == "outline"):
        why = rule_words.why(text.rule)
        detail = _("%(why)s It %(leaves)s", why=why, leaves=seen.said) if seen else why
        return Line(text.at, "text", planned, detail, _("Held until"), "warn", text.rule, held=True)
    if seen is None:
        return Line(text.at, "text", planned, "", _("Planned") if text.at > now else _("Due"), "outline")
    held = isinstance(said, HeldUntil | Refused)
    return Line(text.at, "text", planned, seen.said, seen.badge, seen.tone, seen.rule, held=held)


def _texted(text: Texted) -> Line:
    step = text_words.name(text.step)
    label, tone = text_words.call_state(text.state, text.call_outcome) if text.call else text_words.state(text)
    shown = languages().get(text.language or "")
    detail = _(shown.english_name) if shown else ""
    refused = text.state in _REFUSED
    if refused:
        detail = rule_words.why(text.rule)
    rule = _("carrier %(code)s", code=text.error_code) if text.error_code else text.rule or ""
    return Line(
        text.at, "text", _named_text(text, step), detail, label, tone, rule,
        text.body or "", text.language or "", shown.direction if shown else "auto", held=refused,
    )  # fmt: skip


def _called(call: MemberCall) -> Line:
    """A call by one of us; its note is our own words."""
    who = _("by %(who)s", who=call.by)
    detail = ", ".join(part for part in (who, call_words.interpreted(call.interpreter)) if part)
    return Line(call.at, "call", _("Called"), detail, call_words.ended(call.outcome), quote=call.note)


def _named_text(text: Texted, step: str) -> str:
    if text.state in _REFUSED:
        return _("Refused: %(text)s", text=step)
    if text.call:
        return _("Call: %(text)s", text=step)
    return _("Text sent: %(text)s", text=step) if text.state == "sent" else _("Text: %(text)s", text=step)


def _heard(heard: Heard) -> Line:
    chips = heard_words.chips(heard)
    about = _("answers %(text)s", text=text_words.name(heard.answers)) if heard.answers else ""
    words = ", ".join(words for words, _ in chips)
    return Line(heard.at, "heard", _("Heard"), about, words, chips[0][1], _trail(heard.trail), heard.body)


def _trail(trail: str | None) -> str:
    """Return the rules that spoke; the words they rest on stand in the message above."""
    return ", ".join(dict.fromkeys(rule for rule, _quote in json.loads(trail or "[]")))


def _decided(event: Decided) -> Line | None:
    if event.kind == "TouchDelivered" and event.effects == ():
        return None  # the text's own line says that it was delivered
    named = event.actor.partition(":")[2] if event.actor.startswith(("person:", "clinic:")) else ""
    who = _("by %(who)s", who=named) if named else ""
    badge = _("Waits to be decided") if event.effects is None else _("Decided")
    decided = ", ".join(event_words.effect(effect) for effect in event.effects or ())
    rule = str(event.body.get("rule") or "")
    text = event_words.happened(event.kind, event.body)
    return Line(event.at, "decided", text, ", ".join(p for p in (who, decided) if p), badge, "grey", rule)


def _worked(task: Worked, zone: str) -> Line:
    if task.resolution is None:
        detail = _("for %(owner)s, due %(when)s", owner=_owner(task), when=at(task.due_at, zone))
        return Line(task.at, "task", _("Task opened: %(task)s", task=_named(task)), detail, _("Open"), "outline")
    ended, who = task_words.resolution(task.resolution).lower(), (task.by or "").partition(":")[2]
    if task.reason:
        said = _("%(ended)s, %(reason)s, by %(who)s", ended=ended, reason=plain(task.reason), who=who)
    else:
        said = _("%(ended)s, by %(who)s", ended=ended, who=who)
    return Line(task.at, "task", _("Task ended: %(task)s", task=_named(task)), said, _("Ended"), "good")


def _owner(task: Worked) -> str:
    return plain(task.owner) or _("nobody")


def _named(task: Worked) -> str:
    return task_words.kind(task.kind).lower()


def _is_due(moment: Any, moments: list[Moment], now: datetime) -> bool:
    if not isinstance(moment, Worked) or moment.resolution is not None or moment.due_at is None:
        return False
    ended = any(isinstance(other, Worked) and other.id == moment.id and other.resolution for other in moments)
    return not ended and moment.due_at > now


def _due(moment: Any) -> Line:
    due, owner = _("Task due: %(task)s", task=_named(moment)), _("for %(owner)s", owner=_owner(moment))
    return Line(moment.due_at, "task", due, owner, _("Due"), "outline")
