"""The words on the screen for codes, instants and holds; verb first, zone always said."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from admin import dates, task_words, text_words
from admin.language import N_, Sayings
from admin.language import gettext as _
from outreach.loops.instants import resolve
from outreach.loops.loop import Stage
from outreach.loops.status import TEXT, HeldBy, Status, status_of
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker, TaskKind
from outreach.store.reads.holds import HoldRow
from outreach.store.reads.loops import LoopRow

_NOON = time(12)
_TONES = {
    Status.ESCALATED: "bad",
    Status.NEEDS_OUTREACH: "outline",
    Status.NEW: "outline",
    Status.SCHEDULED: "accent",
    Status.CLOSED: "grey",
}
# What keeps us from texting, in words; everything else blocks nothing.
_BLOCKS = Sayings(
    {
        TaskKind.CRISIS: N_("A safety check by a person"),
        TaskKind.SAFETY_REVIEW: N_("A safety check by a person"),
        TaskKind.DECEASED_REPORT: N_("A report of death"),
        TaskKind.GET_CONSENT: N_("No consent to texts"),
        TaskKind.VERIFY_PHONE: N_("No working phone"),
        TaskKind.LANGUAGE_GAP: N_("No approved words in this language"),
        TaskKind.SEND_UNKNOWN: N_("A text that may have left"),
        TaskKind.ARRANGE_RIDE: N_("No ride yet"),
        TaskKind.RIDE_URGENT: N_("No ride yet"),
        TaskKind.RIDE_PROBLEM: N_("A ride that does not come"),
        TaskKind.DOUBLE_BOOKED: N_("Two visits at one time"),
        TaskKind.REVIEW_PAUSE: N_("The member is away"),
    }
)
_AWAITED = Sayings(
    {
        "reply": N_("the member's reply"),
        "outcome": N_("the clinic's outcome"),
        "home": N_("word that the member got home"),
    }
)


class Placed(Protocol):
    """A visit: when and where on the map."""

    @property
    def day(self) -> date:
        """The clinic's date."""
        ...

    @property
    def wall_time(self) -> time | None:
        """The clinic's clock time, if one is known."""
        ...

    @property
    def zone(self) -> str:
        """The IANA zone."""
        ...


def plain(code: str | None) -> str:
    """Return a code as words: `no_new_visit` is "no new visit", in the reader's language where `core_codes` has it."""
    return _((code or "").replace("_", " ").replace("answer:", "answer, "))


def clock(instant: datetime, zone: str) -> str:
    """Return "2:30 PM"."""
    return dates.clock(instant.astimezone(ZoneInfo(zone)).time())


def day(instant: datetime, zone: str) -> str:
    """Return "Mon Nov 30"."""
    return dates.week_day(instant.astimezone(ZoneInfo(zone)))


def weekday(instant: datetime, zone: str) -> str:
    """Return "Mon"."""
    return dates.WEEKDAYS[instant.astimezone(ZoneInfo(zone)).weekday()]


def date_of(instant: datetime, zone: str) -> str:
    """Return "Nov 30, 2026": for what stays on record for years."""
    return dates.whole(instant.astimezone(ZoneInfo(zone)))


def zone_name(instant: datetime, zone: str) -> str:
    """Return "ET" for any Eastern time; other zones keep their own abbreviation."""
    return re.sub(r"^([A-Z]{1,2})[SD]T$", r"\1T", instant.astimezone(ZoneInfo(zone)).tzname() or zone)


def at(instant: datetime | None, zone: str) -> str:
    """Return "Mon Nov 30, 2:30 PM ET"."""
    if instant is None:
        return _("no time set")
    return f"{day(instant, zone)}, {clock(instant, zone)} {zone_name(instant, zone)}"


def visit(placed: Placed) -> str:
    """Return when a visit is, by its clinic's calendar."""
    if placed.wall_time is None:
        return day(resolve(placed.day, _NOON, placed.zone), placed.zone)
    return at(resolve(placed.day, placed.wall_time, placed.zone), placed.zone)


def status(loop: LoopRow) -> Status:
    """Return the name people see."""
    return status_of(Stage(loop.stage), [_held_by(hold) for hold in (*loop.holds, *loop.alarms)], loop.told)


def _held_by(hold: HoldRow) -> HeldBy:
    name = TEXT if hold.kind == "text" else hold.what
    return HeldBy(name, Escalation(hold.escalation), Blocker(hold.blocker) if hold.blocker else None)


def status_tone(found: Status) -> str:
    """Return the colour role of a status badge."""
    return _TONES.get(found, "grey")


def next_up(loop: LoopRow) -> tuple[str, str]:
    """Return what comes next and when, apart."""
    if loop.closed:
        return _("Closed, %(why)s", why=plain(loop.closed)), ""
    return _parts(loop.holds[0], loop.zone) if loop.holds else (_("Nothing holds it"), "")


def _parts(hold: HoldRow, zone: str) -> tuple[str, str]:
    when = at(hold.at, zone)
    if hold.kind == "task":
        named = task_words.kind(hold.what)
        if hold.escalation:
            named = _("%(task)s, %(level)s", task=named, level=task_words.level(hold.escalation))
        return named, _("due %(when)s", when=when)
    if hold.kind == "signal":
        return _("Waiting for %(what)s", what=awaited(hold.what)), _("until %(when)s", when=when)
    if hold.state == "planned":
        return text_words.name(hold.what), _("planned for %(when)s", when=when)
    return text_words.name(hold.what), _("on its way since %(when)s", when=when)


def awaited(kind: str) -> str:
    """Return whose word is waited for."""
    return _AWAITED.get(kind) or plain(kind)


def who(loop: LoopRow) -> str:
    """Say who moves next."""
    if not loop.holds:
        return _("Nobody")
    first = loop.holds[0]
    if first.kind == "task":
        return plain(first.who).capitalize() or _("Nobody")
    if first.kind == "text":
        return "Outreach"
    return loop.clinic if first.what == "outcome" else _("The member")


def blocked_by(loop: LoopRow, frozen: bool) -> str:
    """Say what stands in the way, or "" while nothing does."""
    tasks = [*loop.alarms, *(hold for hold in loop.holds if hold.kind == "task")]
    found = [words for task in tasks if (words := _blocked(task))]
    if frozen and any(hold.kind == "text" for hold in loop.holds):
        found.append(_("Sending is held"))
    return ", ".join(dict.fromkeys(found))


def _blocked(task: HoldRow) -> str | None:
    """What a person said blocks it comes before what its kind says."""
    return task_words.blocker(task.blocker) if task.blocker else _BLOCKS.get(TaskKind(task.what))
