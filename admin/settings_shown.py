"""What settings come to: the days to come, what a sender may send and has sent, who takes up which work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from admin import dates, heard_words, member_words, task_words
from admin.language import N_, ngettext
from admin.language import gettext as _
from outreach.engine.deployment import Deployment
from outreach.engine.throughput import SenderKind, kind_of, limits, sender_key
from outreach.loops.business_days import is_holiday
from outreach.loops.failures import REFUSED, UNDELIVERED, Failure, FailureClass, table
from outreach.loops.instants import local_date, resolve
from outreach.loops.numbers import NumberState
from outreach.loops.pauses import What
from outreach.loops.rates import CARRIERS_DAY, Bucket, Daily, Steady, refilled
from outreach.loops.reasons import REASONS
from outreach.loops.state_hours import EARLIEST, LATEST, StateHours, every_state, in_force
from outreach.loops.task_clock import STAT_TIME, ServiceLevels
from outreach.loops.tasks import RULES, Priority
from outreach.settings import by_call
from outreach.store import buckets
from outreach.store.programs import StoredProgram
from outreach.store.reads.settings import sent_since
from outreach.store.unit_of_work import UnitOfWork

DAYS_AHEAD = 60
_ERRORS = {
    FailureClass.TEMPORARY: N_("Temporary"),
    FailureClass.PERMANENT: N_("Permanent for the number"),
    FailureClass.CONFIGURATION: N_("Ours"),
    FailureClass.SUPPRESSION: N_("An opt-out"),
}
_PRIORITIES = {
    Priority.STAT: N_("At once"),
    Priority.ASAP: N_("As soon as possible"),
    Priority.URGENT: N_("Urgent"),
    Priority.ROUTINE: N_("Routine"),
}


_PAUSES = {
    What.ACCOUNT: N_("Every text is held, and this one comes back"),
    What.SENDER: N_("What leaves from this sender is held, and this one comes back"),
    What.TEMPLATE: N_("These words are held, and this one comes back"),
    What.BREAKER: N_("These words are held on this sender, and this one comes back"),
}


_SENDERS = {
    SenderKind.LONG_CODE: N_("a long code, which belongs to a campaign"),
    SenderKind.TOLL_FREE: N_("a toll-free number"),
    SenderKind.SHORT_CODE: N_("a short code"),
    SenderKind.SERVICE: N_("a Messaging Service, which picks one of its numbers"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day to come: when texts may leave and when the office is open, each blank where it is not at all."""

    day: date
    label: str
    texts: str
    office: str
    holiday: bool


def days_ahead(program: StoredProgram, now: datetime) -> list[list[Day | None]]:
    """Return the next days in weeks that begin on Monday; None stands for a day before today."""
    today = local_date(now, program.zone)
    states = (program.state,) if program.state else every_state()
    hours = program.hours.narrowed(states=states, own=None, early=None, closed=frozenset(), urgent=False)
    office, state = program.office, program.state or ""
    days: list[Day | None] = [None] * today.weekday()
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        window = hours.window(day)
        open_at = _span(office.opens, office.closes) if office.is_open(day) else ""
        days.append(Day(day, dates.month_day(day), _span(*window) if window else "", open_at, is_holiday(day, state)))
    days += [None] * (-len(days) % 7)
    return [days[first : first + 7] for first in range(0, len(days), 7)]


def law(program: StoredProgram, now: datetime) -> list[tuple[str, list[str], str]]:
    """Return the law's own hours: for each state that counts its name, Monday to Friday to Sunday, and its cap."""
    today = local_date(now, program.zone)
    rows = [(_("Federal law"), [_span(EARLIEST, LATEST)] * 3, "")]
    for state in (program.state,) if program.state else every_state():
        found = in_force(state, today)
        if found is not None:
            windows = [_span(*w) if w else _("Closed") for w in (found.weekday, found.saturday, found.sunday)]
            rows.append((state, windows, _limit(found)))
    return rows


def _limit(row: StateHours) -> str:
    closed = [] if row.holidays else [_("closed on holidays")]
    most = row.per_24_hours
    capped = [ngettext("%(num)d in 24 hours", "%(num)d in 24 hours", most)] if most is not None else []
    return ", ".join(closed + capped)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a sender: what it is, how much it allows, and how much of it is used."""

    name: str
    allows: str
    used: str


def sender_limits(deployment: Deployment, uow: UnitOfWork, program: StoredProgram) -> list[Limit]:
    """Return what a program's texts and calls count against, as it is now."""
    settings, now = deployment.settings, deployment.timer.now()
    found = []
    for sender in (settings.sender_for(program.sender), settings.sender_for(by_call(program.sender))):
        rates = limits(settings, sender)
        for bucket in buckets.look(uow, rates, now):
            if not (sender != settings.sender_for(program.sender) and bucket.key == sender_key(sender)):
                found.append(_told(refilled(bucket, now), sender))
    return found


def _told(bucket: Bucket, sender: str) -> Limit:
    of_calls = sender.startswith("call:")
    names = {
        sender_key(sender): _("This sender"),
        "brand-day": _("All long codes, on one day"),
        "account": _("The account"),
        "calls": _("Calls that begin"),
    }
    name = names.get(bucket.key, _("The campaign"))
    match bucket.rate:
        case Steady(per_second):
            allows = (
                _("Calls a second: %(rate)s", rate=f"{per_second:g}")
                if of_calls
                else _("Segments a second: %(rate)s", rate=f"{per_second:g}")
            )
            used = _("The carrier asked us to wait") if bucket.closed_until and bucket.closed_until > bucket.at else ""
        case Daily(a_day):
            spent = max(a_day - bucket.level, 0)
            allows, used = _("Segments a day: %(n)s", n=f"{a_day:,.0f}"), _("%(n)s used today", n=f"{spent:,.0f}")
        case _:
            allows, used = _("No limit of ours"), ""
    return Limit(name, allows, used)


def sender_kind(sender: str) -> str:
    """Return what a text leaves from, in words."""
    return _(_SENDERS[kind_of(sender)])


def sent_today(uow: UnitOfWork, program: StoredProgram) -> int:
    """Return how many of a program's texts left since midnight where the carriers' day begins."""
    midnight = resolve(local_date(uow.now, CARRIERS_DAY), time(0), CARRIERS_DAY)
    return sum(sent_since(uow, program.id, midnight).values())


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: who takes it up, how soon, and what they do."""

    kind: str
    does: str
    queue: str


def work_by_priority(levels: ServiceLevels) -> list[tuple[str, str, list[Work]]]:
    """Return each priority with when its work is due, and its kinds of work."""
    order = list(Priority)
    kinds = sorted(RULES, key=lambda kind: (order.index(RULES[kind].priority), RULES[kind].queue))
    return [
        (
            _(_PRIORITIES[priority]),
            _due(priority, levels),
            [
                Work(_(task_words.kind(kind)), _(RULES[kind].next_action), task_words.queue(RULES[kind].queue))
                for kind in found
            ],
        )
        for priority, found in groupby(kinds, key=lambda kind: RULES[kind].priority)
    ]


def _due(priority: Priority, levels: ServiceLevels) -> str:
    match priority:
        case Priority.STAT:
            return _minutes(STAT_TIME)
        case Priority.ASAP:
            return _("%(span)s of the office", span=_minutes(levels.asap))
        case Priority.URGENT:
            hours = round(levels.urgent / timedelta(hours=1))
            return ngettext("%(num)d hour of the office", "%(num)d hours of the office", hours)
        case Priority.ROUTINE:
            return ngettext("%(num)d business day", "%(num)d business days", levels.routine)


def _minutes(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


def reasons() -> list[tuple[str, str, str, str]]:
    """Return each reason with the barrier it shows, the task that eases it, and its FHIR code."""
    return [
        (
            _sentence(heard_words.reason(reason)),
            _sentence(row.barrier.replace("_", " ")) if row.barrier else "",
            _(task_words.kind(row.mitigation)) if row.mitigation else "",
            row.fhir,
        )
        for reason, row in REASONS.items()
    ]


@dataclass(frozen=True, slots=True)
class Error:
    """One row of the carrier's errors."""

    codes: str
    meaning: str
    kind: str
    follows: tuple[str, ...]


def carrier_errors() -> list[Error]:
    """Return what each error of the carrier means and does; the two defaults come last."""
    rows = table()
    named = list(dict.fromkeys(row for code, row in rows.items() if code not in (REFUSED, UNDELIVERED)))
    told = [Error(", ".join(map(str, row.codes)), _(row.meaning), _(_ERRORS[row.kind]), _follows(row)) for row in named]
    for code, name in ((REFUSED, N_("Any other of a request")), (UNDELIVERED, N_("Any other of a delivery"))):
        row = rows[code]
        told.append(Error(_(name), _(row.meaning), _(_ERRORS[row.kind]), _follows(row)))
    return told


def _follows(row: Failure) -> tuple[str, ...]:
    said = []
    for retry in row.retries:
        said.append(_("Tried again after %(span)s", span=_between(retry.earliest, retry.latest)))
    if row.urgent_only:
        said.append(_("Tried again only if it cannot wait"))
    if row.number is not None:
        said.append(
            _("The number is out of use: %(state)s", state=member_words.number(NumberState(row.number))[0].lower())
        )
    if row.soft:
        said.append(_("Counts against the number"))
    if row.asks_line:
        said.append(_("The line is looked up first"))
    if row.stops:
        said.append(_("Taken for an opt-out"))
    if row.pauses is not None:
        said.append(_(_PAUSES[row.pauses]))
    if row.breaker is not None:
        said.append(_("Holds these words on this sender when it happens often"))
    if row.slows is not None:
        said.append(_("The sender waits"))
    if row.quiets is not None:
        said.append(_("No machine rings this phone for %(span)s", span=_long(row.quiets)))
    if row.pages:
        said.append(_("Operations is called"))
    if row.expires:
        said.append(_("No failure: the text was of no more use"))
    elif row.pauses is None:
        said.append(_("Then a person: %(task)s", task=_(task_words.kind(row.task)).lower()))
    return tuple(said)


def _between(first: timedelta, last: timedelta) -> str:
    return _long(first) if first == last else _("%(first)s to %(last)s", first=_long(first), last=_long(last))


def _long(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return _("%(n)d h", n=round(hours)) if hours >= 1 else _("%(n)d min", n=round(span / timedelta(minutes=1)))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _span(first: time, last: time) -> str:
    return f"{first:%H:%M}\u2013{last:%H:%M}"
