"""The words of the reports: what each measure is called and how it is counted, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from admin import dates, loop_words, task_words
from admin.language import N_, Sayings, ngettext
from admin.language import gettext as _
from conversations.meaning import Reason
from locales.languages import languages
from outreach.engine.reports import Tab
from outreach.loops.reports.measures import Counted
from outreach.loops.reports.tables import OTHER, Line, Table
from outreach.store.reads.reports.scope import By

FEW = "<11"
TABS = Sayings(
    {
        Tab.VISITS: N_("Visits"),
        Tab.OUTREACH: N_("Outreach"),
        Tab.CONSENT: N_("Consent"),
        Tab.RIDES: N_("Rides"),
        Tab.DELIVERY: N_("Delivery and cost"),
        Tab.TASKS: N_("Tasks"),
    }
)
GROUPED = Sayings(
    {
        By.LANGUAGE: N_("written language"),
        By.CLINIC: N_("clinic"),
        By.PROGRAM: N_("program"),
        By.TIER: N_("risk tier"),
        By.RIDE: N_("need of a ride"),
    }
)
_TIERS = Sayings({"1": N_("1, routine"), "2": N_("2, rising"), "3": N_("3, high"), "4": N_("4, critical")})
_RIDES = Sayings({"yes": N_("Needs a ride"), "no": N_("Comes by themselves"), "unknown": N_("Not known")})
NOTE = N_("These numbers describe; they do not explain. Groups differ in more ways than are counted here.")


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
        N_("Kept-visit rate"), N_("kept"), N_("visits with a known outcome"), N_("Unknown"),
        N_(
            "Kept, also late, of all visits that were still booked when they were to start and whose end is "
            "known: kept, no-show, left without being seen. Visits called off before are left out; unknown ones "
            "stand beside, and are never counted as no-show."
        ),
    ),
    "no_show": Said(
        N_("No-show rate"), N_("no-shows"), N_("visits with a known outcome"), N_("Unknown"),
        N_("No-shows of the same visits as the kept-visit rate. Who left without being seen is no no-show."),
    ),
    "late_cancel": Said(
        N_("Late-cancel rate"), N_("cancelled late"), N_("visits, late cancels included"), N_("Unknown"),
        N_("Cancelled by the member less than 24 hours before, of the visits of the kept-visit rate and these."),
    ),
    "complete": Said(
        N_("Outcome completeness"), N_("with a firm outcome"), N_("visits more than 3 business days past"), "",
        N_(
            "Visits whose outcome comes from the clinic's record, its staff or a claim, of all that were still "
            "booked and are more than three business days past, by the program's calendar."
        ),
    ),
    "confirmed": Said(
        N_("Confirmation rate"), N_("confirmed"), N_("visits asked about"), "",
        N_("The member confirmed before the start, of visits with at least one question that arrived on the phone."),
    ),
    "answered": Said(
        N_("Response rate"), N_("answered in time"), N_("questions that arrived"), N_("Still open"),
        N_(
            "Questions that a reply answered before they expired, of all that arrived on the phone. An unclear "
            "reply is no answer. Questions that are still open stand beside."
        ),
    ),
    "reached": Said(
        N_("Reach rate"), N_("reached"), N_("members who agreed"), N_("No consent"),
        N_(
            "Members who wrote back about a visit, or spoke with us in a call, of members with a visit who ever "
            "agreed to texts or calls or were reached; others stand beside. Each counts once: in the first of "
            "their weeks, at one clinic."
        ),
    ),
    "covered": Said(
        N_("Consent coverage"), N_("may be texted or called"), N_("members with a visit"), "",
        N_(
            "Members with a visit who agree, as of now, to at least one kind of text or call on a phone of theirs that "
            "works: the consent has not ended, the number is theirs, and the phone is not opted out. Each counts once."
        ),
    ),
    "opted_out": Said(
        N_("Opt-out rate"), N_("phones opted out"), N_("phones texted"), "",
        N_(
            "Phones that opted out from the first of these texts until three days after the last, of all phones "
            "that were texted about these visits. Each counts once."
        ),
    ),
    "contacted": Said(
        N_("Time to first contact"), N_("heard"), N_("loops"), "",
        N_(
            "Hours from the opening of a loop until its member was first heard: a reply, or a call in which "
            "somebody spoke. Who was not heard yet counts as longer than everybody else."
        ),
    ),
    "rides": Said(
        N_("Ride success"), N_("legs completed"), N_("legs needed"), N_("Unknown"),
        N_(
            "Legs that the broker reports completed, of those booked for past visits and not cancelled by the "
            "member; a need that nobody booked counts as one leg."
        ),
    ),
    "picked_up": Said(
        N_("Pickup in time"), N_("picked up in time"), N_("legs needed"), N_("Not told"),
        N_(
            "Of the legs of ride success, those whose car was there by the end of its pickup window, as the broker "
            "reported it since the booking. Late ones, legs that came to nothing and those nobody booked are not. "
            "Where no window is on record, or nobody told when the car came, they stand beside."
        ),
    ),
    "booked": Said(
        N_("Time from asking to booking"), N_("booked"), N_("rides asked for"), N_("No longer needed"),
        N_(
            "Hours from the task to arrange a ride, the first for the visit, until the first trip was on record: "
            "within how many hours half and nine tenths of all rides asked for were booked. Those that nobody booked "
            "count as longer than all others; those no longer needed stand beside. Past visits that were not "
            "cancelled; each counts once. A ride booked before there was such a task was not waited for, and is not "
            "counted."
        ),
    ),
    "ride_misses": Said(
        N_("Misses with a ride among the reasons"), N_("for want of a ride"), N_("no-shows and late cancels"), "",
        N_("No-shows and late cancels for which the member named the ride, of all of them."),
    ),
    "acknowledged": Said(
        N_("Crises seen within 15 minutes"), N_("seen in time"), N_("crises"), N_("Still has time"),
        N_(
            "Crises raised in these days that a person took or ended within 15 minutes, by the wall clock at any hour, "
            "of all that were raised. Who took one and took that back has not taken it. Those that nobody has taken "
            "yet, though their time is over, are among all and stand in a column of their own; those that still have "
            "time stand beside."
        ),
    ),
    "interpreted": Said(
        N_("Interpreters booked in time"), N_("booked in time"), N_("interpreters"), N_("Still has time"),
        N_(
            "Tasks to book an interpreter that were due in these days and were done by then, of all that were due. "
            "Booked too late, not possible, and not booked yet are no booking in time. One that blocks is due when the "
            "person who said so looks again. What was no longer needed is left out."
        ),
    ),
    "taken_back": Said(
        N_("Opened again"), N_("taken back"), N_("endings"), "",
        N_(
            "Endings of tasks in these days that a person took back, so that the task was open again, of all endings. "
            "An ending that moved a visit or sent something cannot be taken back: what is left to do is a new task."
        ),
    ),
    "delivered": Said(
        N_("Delivery rate"), N_("delivered"), N_("texts with an end"), N_("Not confirmed"),
        N_(
            "Texts that the carrier reports delivered, of those it reports delivered or failed. Where it reports "
            "neither, they stand beside. Texts outside of loops are not counted here."
        ),
    ),
    "spoken": Said(
        N_("Texts in the member's language"), N_("in their language"), N_("texts that left"), N_("Not on record"),
        N_(
            "Texts that left in the written language the member has on record today, of all that left; the language is "
            "that of the last try. Where a member changed language since, earlier texts count as in another one."
        ),
    ),
}  # fmt: skip


def measure(name: str) -> Said:
    """Return a measure in the reader's words; in a file it has those of `MEASURES`."""
    found = MEASURES[name]
    return Said(*(_(words) for words in (found.title, found.part, found.whole, found.apart, found.how)))


def percent(share: float | None) -> str:
    """Return "83.0%", or a dash in words where there is nothing to divide by."""
    return _("none") if share is None else f"{share * 100:.1f}%"


def points(share: float) -> str:
    """Return "-1.6" or "+0.3": percentage points, with a real minus sign."""
    return f"{share * 100:+.1f}".replace("-", "\N{MINUS SIGN}")


def interval(counted: Counted) -> str:
    """Return "80 to 90": percent, at 95 %."""
    low, high = counted.interval
    return _("%(low)s to %(high)s", low=f"{low * 100:.0f}", high=f"{high * 100:.0f}") if counted.whole else _("none")


def gap(line: Line) -> str:
    """Return "-1.6 (-5.3 to +1.9)"."""
    if line.gap is None:
        return ""
    middle, low, high = line.gap
    return _("%(middle)s (%(low)s to %(high)s)", middle=points(middle), low=points(low), high=points(high))


def hours(span: int | None) -> str:
    """Return "within 5 h" or "within 3 days"; None was not reached."""
    if span is None:
        return _("not reached")
    if span > 2160:
        return _("over 90 days")
    return _("within %(num)s h", num=span) if span <= 48 else _("within %(num)s days", num=f"{span / 24:.0f}")


def group(key: str, by: By, groups: int, names: Mapping[str, str]) -> str:
    """Return a group as people know it; `names` are those of clinics or programs by their ids."""
    if key == OTHER:
        return _others(by, groups)
    if by is By.LANGUAGE:
        known = languages().get(key)
        return _(known.english_name) if known else key
    if by is By.TIER:
        return _TIERS.get(key, key)
    if by is By.RIDE:
        return _RIDES.get(key, key)
    return week(key) if by is By.WEEK else names.get(key, key)


def _others(by: By, groups: int) -> str:
    match by:
        case By.LANGUAGE:
            return ngettext("Other, %(num)d language", "Other, %(num)d languages", groups)
        case By.CLINIC:
            return ngettext("Other, %(num)d clinic", "Other, %(num)d clinics", groups)
        case By.PROGRAM:
            return ngettext("Other, %(num)d program", "Other, %(num)d programs", groups)
        case By.TIER:
            return ngettext("Other, %(num)d tier", "Other, %(num)d tiers", groups)
        case By.RIDE:
            return ngettext("Other, %(num)d group", "Other, %(num)d groups", groups)
        case By.WEEK:
            return ngettext("Other, %(num)d week", "Other, %(num)d weeks", groups)


def week(monday: str) -> str:
    """Return "Nov 16" for the week that begins then."""
    return day(date.fromisoformat(monday))


def day(when: date) -> str:
    """Return "Nov 16, 2026"."""
    return dates.whole(when)


def reason(code: str, groups: int = 1) -> str:
    """Return a reason in words."""
    return _("Other, %(num)s reasons", num=groups) if code == OTHER else loop_words.reason(Reason(code))


def queue(code: str) -> str:
    """Return a queue in words."""
    return task_words.queue(code).capitalize() if code else _("No queue")


def held_note(found: Table) -> str:
    """Say why nothing is shown of a measure."""
    what = measure(found.measure.name).whole
    return _("Too few %(what)s to show: a number of 1 to 10 would be told, or could be computed.", what=what)
