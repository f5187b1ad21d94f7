"""Days and clock times as the reader's language writes them: "Mon Nov 30, 2:30 PM" is "lun 30 nov, 2:30 p. m."."""

from __future__ import annotations

from datetime import date, time

from admin.language import N_, Sayings
from admin.language import gettext as _

WEEKDAYS = Sayings(dict(enumerate((N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")))))
_LONG_WEEKDAYS = Sayings(
    dict(
        enumerate(
            (
                N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
                N_("Sunday"),
            )
        )
    )
)  # fmt: skip
_MONTHS = Sayings(
    dict(
        enumerate(
            (
                N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"),
                N_("Oct"), N_("Nov"), N_("Dec"),
            ),
            start=1,
        )
    )
)  # fmt: skip
_LONG_MONTHS = Sayings(
    dict(
        enumerate(
            (
                N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
                N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
            ),
            start=1,
        )
    )
)  # fmt: skip


def clock(at: time) -> str:
    """Return "2:30 PM"."""
    return f"{at.hour % 12 or 12}:{at:%M} {half(at.hour)}"


def half(hour: int) -> str:
    """Return which half of the day an hour of 0 to 23 is in."""
    return _("PM") if hour >= 12 else _("AM")


def month_day(day: date) -> str:
    """Return "Nov 30"."""
    return _("%(month)s %(day)s", month=_MONTHS[day.month], day=day.day)


def week_day(day: date) -> str:
    """Return "Mon Nov 30"."""
    return f"{WEEKDAYS[day.weekday()]} {month_day(day)}"


def whole(day: date) -> str:
    """Return "Nov 30, 2026": for what stays on record for years."""
    return _("%(day)s, %(year)s", day=month_day(day), year=day.year)


def weekday(number: int) -> str:
    """Return "Monday" for 0."""
    return _LONG_WEEKDAYS[number]


def month(number: int) -> str:
    """Return "January" for 1."""
    return _LONG_MONTHS[number]
