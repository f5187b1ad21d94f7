"""The words of the reports: what each measure is called and how it is counted, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from admin import dates, loop_words, task_words
from admin.language import gettext as _
from conversations.meaning import Reason
from locales.languages import languages
from outreach.engine.reports import Tab
from outreach.loops.reports.measures import Counted
from outreach.loops.reports.tables import OTHER, Line, Table
from outreach.store.reads.reports.scope import By

FEW = "<11"
TABS = {
    Tab.VISITS: "Visits",
    Tab.OUTREACH: "Outreach",
    Tab.RIDES: "Rides",
    Tab.DELIVERY: "Delivery and cost",
    Tab.TASKS: "Tasks",
}
GROUPED = {By.LANGUAGE: "written language", By.CLINIC: "clinic", By.PROGRAM: "program"}
NOTE = "These numbers describe; they do not explain. Groups differ in more ways than are counted here."


@dataclass(frozen=True, slots=True)
class Said:
    """A measure in words: its title, its numerator and denominator, what stands apart, and how it is counted."""

    title: str
    part: str
    whole: str
    apart: str
    how: str


MEASURES: Mapping[str, Said] = {
    "kept": Said(
        "Kept-visit rate", "kept", "visits with a known outcome", "Unknown",
        "Kept, also late, of all visits that were still booked when they were to start and whose end is known: kept, "
        "no-show, left without being seen. Visits called off before are left out; unknown ones stand beside, and are "
        "never counted as no-show.",
    ),
    "no_show": Said(
        "No-show rate", "no-shows", "visits with a known outcome", "Unknown",
        "No-shows of the same visits as the kept-visit rate. Who left without being seen is no no-show.",
    ),
    "late_cancel": Said(
        "Late-cancel rate", "cancelled late", "visits, late cancels included", "Unknown",
        "Cancelled by the member less than 24 hours before, of the visits of the kept-visit rate and these.",
    ),
    "complete": Said(
        "Outcome completeness", "with a firm outcome", "visits more than 3 business days past", "",
        "Visits whose outcome comes from the clinic's record, its staff or a claim, of all that were still booked and "
        "are more than three business days past, by the program's calendar.",
    ),
    "confirmed": Said(
        "Confirmation rate", "confirmed", "visits asked about", "",
        "The member confirmed before the start, of visits with at least one question that arrived on the phone.",
    ),
    "answered": Said(
        "Response rate", "answered in time", "questions that arrived", "Still open",
        "Questions that a reply answered before they expired, of all that arrived on the phone. An unclear reply is no "
        "answer. Questions that are still open stand beside.",
    ),
    "reached": Said(
        "Reach rate", "reached", "members who agreed", "No consent",
        "Members who wrote back about a visit, or spoke with us in a call, of members with a visit who ever agreed to "
        "texts or calls or were reached; others stand beside. Each counts once: in the first of their weeks, at one "
        "clinic.",
    ),
    "opted_out": Said(
        "Opt-out rate", "phones opted out", "phones texted", "",
        "Phones that opted out from the first of these texts until three days after the last, of all phones that were "
        "texted about these visits. Each counts once.",
    ),
    "contacted": Said(
        "Time to first contact", "heard", "loops", "",
        "Hours from the opening of a loop until its member was first heard: a reply, or a call in which somebody "
        "spoke. Who was not heard yet counts as longer than everybody else.",
    ),
    "rides": Said(
        "Ride success", "legs completed", "legs needed", "Unknown",
        "Legs that the broker reports completed, of those booked for past visits and not cancelled by the member; a "
        "need that nobody booked counts as one leg. When the car came is not known, so punctuality is not in it.",
    ),
    "ride_misses": Said(
        "Misses with a ride among the reasons", "for want of a ride", "no-shows and late cancels", "",
        "No-shows and late cancels for which the member named the ride, of all of them.",
    ),
    "delivered": Said(
        "Delivery rate", "delivered", "texts with an end", "Not confirmed",
        "Texts that the carrier reports delivered, of those it reports delivered or failed. Where it reports neither, "
        "they stand beside. Texts outside of loops are not counted here.",
    ),
}  # fmt: skip


def percent(share: float | None) -> str:
    """Return "83.0%", or a dash in words where there is nothing to divide by."""
    return "none" if share is None else f"{share * 100:.1f}%"


def points(share: float) -> str:
    """Return "-1.6" or "+0.3": percentage points, with a real minus sign."""
    return f"{share * 100:+.1f}".replace("-", "\N{MINUS SIGN}")


def interval(counted: Counted) -> str:
    """Return "80 to 90": percent, at 95 %."""
    low, high = counted.interval
    return f"{low * 100:.0f} to {high * 100:.0f}" if counted.whole else "none"


def gap(line: Line) -> str:
    """Return "-1.6 (-5.3 to +1.9)"."""
    if line.gap is None:
        return ""
    middle, low, high = line.gap
    return f"{points(middle)} ({points(low)} to {points(high)})"


def hours(span: int | None) -> str:
    """Return "within 5 h" or "within 3 days"; None was not reached."""
    if span is None:
        return "not reached"
    if span > 2160:
        return "over 90 days"
    return f"within {span} h" if span <= 48 else f"within {span / 24:.0f} days"


def group(key: str, by: By, groups: int, names: Mapping[str, str]) -> str:
    """Return a group as people know it; `names` are those of clinics or programs by their ids."""
    if key == OTHER:
        return f"Other, {groups} {_PLURALS[by] if groups != 1 else by}"
    if by is By.LANGUAGE:
        known = languages().get(key)
        return _(known.english_name) if known else key
    return week(key) if by is By.WEEK else names.get(key, key)


_PLURALS = {By.LANGUAGE: "languages", By.CLINIC: "clinics", By.PROGRAM: "programs", By.WEEK: "weeks"}


def week(monday: str) -> str:
    """Return "Nov 16" for the week that begins then."""
    return day(date.fromisoformat(monday))


def day(when: date) -> str:
    """Return "Nov 16, 2026"."""
    return dates.whole(when)


def reason(code: str, groups: int = 1) -> str:
    """Return a reason in words."""
    return f"Other, {groups} reasons" if code == OTHER else loop_words.reason(Reason(code))


def queue(code: str) -> str:
    """Return a queue in words."""
    return task_words.queue(code).capitalize() if code else "No queue"


def held_note(found: Table) -> str:
    """Say why nothing is shown of a measure."""
    said = MEASURES[found.measure.name]
    return f"Too few {said.whole} to show: a number of 1 to 10 would be told, or could be computed."
