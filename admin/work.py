"""The list of work as rows to draw: what it is, who it is about, when it is due, and who has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from admin import task_words
from admin.language import N_
from admin.language import gettext as _
from admin.words import clock, day, weekday, zone_name
from locales.languages import Language, languages
from outreach.loops.instants import local_date
from outreach.loops.tasks import TaskKind
from outreach.store.reads.worklist import Group, WorkRow

_WEEK = timedelta(days=6)
_BADGES = {Group.NOW: (N_("Now"), "stop"), Group.OVERDUE: (N_("Overdue"), "bad")}
_HEADS = {
    N_("Safety and overdue"): (Group.NOW, Group.OVERDUE),
    N_("Due today"): (Group.TODAY,),
    N_("Later"): (Group.LATER,),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One row. `name` and `said` are personal; `whom` stands in for a name that is not known or not to be seen."""

    id: int
    loop: int | None
    icon: str
    what: str
    whom: str
    name: str | None = field(repr=False)
    language: Language | None
    badge: tuple[str, str] | None
    due: str
    said: str | None = field(repr=False)
    hidden: bool
    queue: str
    owner: str
    waited: str
    put_off: str
    recorded: bool  # it is about the recordings of a language, and names no member


@dataclass(frozen=True, slots=True)
class Bundle:
    """The rows under one head."""

    head: str
    items: tuple[Item, ...]


def bundles(rows: list[WorkRow], me: str, now: datetime, zone: str, *, may: bool) -> list[Bundle]:
    """Return the rows under their heads; to who may not work tasks, nobody is named and nothing is quoted."""
    found = []
    for head, groups in _HEADS.items():
        items = tuple(_item(row, me, now, zone, may) for row in rows if row.group in groups)
        if items:
            found.append(Bundle(_(head), items))
    return found


def _item(row: WorkRow, me: str, now: datetime, office: str, may: bool) -> Item:
    task = row.task
    zone = task.zone or office
    put_off = task.snoozed_until if task.snoozed_until and task.snoozed_until > now else None
    return Item(
        id=task.id,
        loop=task.loop_id,
        icon=task_words.icon(task.kind),
        what=task_words.kind(task.kind),
        whom=_whom(row) if may else f"L-{task.loop_id}" if task.loop_id else _recorded(row) or _("No visit"),
        name=row.name if may else None,
        language=languages().get(row.language or ""),
        badge=_badge(row.group),
        due=when(task.due_at, now, zone, office),
        said=row.said if may else None,
        hidden=row.sensitive and task.reply_id is not None and may,
        queue=task_words.queue(task.owner_queue) or _("Nobody"),
        owner=_("You") if task.owner_person == me else task.owner_person or "",
        waited=span(now - row.waiting_since),
        put_off=when(put_off, now, zone, office) if put_off else "",
        recorded=bool(_recorded(row)),
    )


def _badge(group: Group) -> tuple[str, str] | None:
    found = _BADGES.get(group)
    return (_(found[0]), found[1]) if found else None


def _whom(row: WorkRow) -> str:
    if row.member_id is not None:
        return _("No name")
    if row.phone_id is None:
        return _recorded(row) or row.task.clinic or _("No member")
    return _("Unknown number") if row.task.kind == TaskKind.UNMATCHED_TEXT else _("A shared phone")


def _recorded(row: WorkRow) -> str:
    """Return the language whose recordings a task is about, or nothing."""
    recorded = languages().get((row.task.about or {}).get("recordings", ""))
    return _(recorded.english_name) if recorded else ""


def when(at: datetime | None, now: datetime, zone: str, office: str) -> str:
    """Return "2:08 PM" today, "Wed 5:00 PM" in a week, else "Wed Dec 9"; the zone where it is not the office's."""
    if at is None:
        return _("no due time")
    there = zone_name(at, zone)
    ending = "" if there == zone_name(at, office) else f" {there}"
    if local_date(at, zone) == local_date(now, zone):
        return clock(at, zone) + ending
    if abs(at - now) < _WEEK:
        return f"{weekday(at, zone)} {clock(at, zone)}{ending}"
    return day(at, zone)


def span(time: timedelta) -> str:
    """Return how long somebody has waited: "6 min", "2 h 14", "3 d"."""
    minutes = max(0, int(time.total_seconds())) // 60
    if minutes < 60:
        return _("%(num)s min", num=minutes)
    if minutes < 24 * 60:
        return _("%(hours)s h %(minutes)s", hours=minutes // 60, minutes=f"{minutes % 60:02}")
    return _("%(days)s d", days=minutes // (24 * 60))
