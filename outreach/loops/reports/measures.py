"""The measures: what counts, of what, and what is known of neither (rulebook 6.2). Closed lists of codes, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.loops.reports.cells import Parts
from outreach.loops.reports.fates import Fate
from outreach.loops.reports.intervals import wilson

Codes = frozenset[str]
Tally = Mapping[str, int]  # code -> how many


@dataclass(frozen=True, slots=True)
class Counted:
    """A numerator, its denominator, and beside both what nobody knows: None where that alone is held back."""

    part: int
    whole: int
    unknown: int | None = 0

    @property
    def rate(self) -> float | None:
        """Return the share; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return its 95 % Wilson interval."""
        return wilson(self.part, self.whole)

    @property
    def unknown_share(self) -> float | None:
        """Return how much of everything is not known."""
        if self.unknown is None or not self.whole + self.unknown:
            return None
        return self.unknown / (self.whole + self.unknown)


@dataclass(frozen=True, slots=True)
class Measure:
    """`part` over `part` and `rest`; `apart` is a further split of `rest` that other measures would give away.

    A row that one of `within` holds back is held back here too: the two share a denominator.
    """

    name: str
    part: Codes
    rest: Codes
    unknown: Codes = frozenset()
    apart: Codes = frozenset()
    within: tuple[str, ...] = ()

    def counted(self, tally: Tally) -> Counted:
        """Return the measure of a group."""
        part, rest, unknown = (_of(tally, codes) for codes in (self.part, self.rest, self.unknown))
        return Counted(part, part + rest, unknown)

    def parts(self, tally: Tally) -> Parts:
        """Return every number of a group that would be known if its rate were shown."""
        split = (self.part, self.rest - self.apart, self.rest & self.apart)
        return tuple(_of(tally, codes) for codes in split)

    def beside(self, tally: Tally) -> int:
        """Return what is not known of a group; its rate says nothing about it."""
        return _of(tally, self.unknown)


def _of(tally: Tally, codes: Codes) -> int:
    return sum(tally.get(code, 0) for code in codes)


def _codes(*names: str) -> Codes:
    return frozenset(names)


KEPT = Measure("kept", _codes(Fate.KEPT), _codes(Fate.NO_SHOW, Fate.UNSEEN), _codes(Fate.UNKNOWN))
NO_SHOW = Measure(
    "no_show", _codes(Fate.NO_SHOW), _codes(Fate.KEPT, Fate.UNSEEN), _codes(Fate.UNKNOWN), _codes(Fate.UNSEEN),
    within=("kept",),
)  # fmt: skip
LATE = Measure(
    "late_cancel", _codes(Fate.LATE), _codes(Fate.KEPT, Fate.NO_SHOW, Fate.UNSEEN), _codes(Fate.UNKNOWN),
    within=("kept",),
)  # fmt: skip
COMPLETE = Measure("complete", _codes("firm"), _codes("not_firm"))
CONFIRMED = Measure("confirmed", _codes("confirmed"), _codes("not_confirmed"))
ANSWERED = Measure("answered", _codes("answered"), _codes("not_answered"), _codes("open"))
REACHED = Measure("reached", _codes("reached"), _codes("not_reached"), _codes("not_agreed"))
COVERED = Measure("covered", _codes("covered"), _codes("not_covered"))
OPTED_OUT = Measure("opted_out", _codes("opted_out"), _codes("not_opted_out"))
CONTACTED = Measure("contacted", _codes("contacted"), _codes("not_contacted"))
RIDES = Measure("rides", _codes("completed"), _codes("undone", "never_booked"), _codes("unknown"))
PICKED_UP = Measure(
    "picked_up", _codes("in_time"), _codes("late", "undone", "never_booked"), _codes("untold"), _codes("late"),
    within=("rides",),
)  # fmt: skip
BOOKED = Measure("booked", _codes("booked"), _codes("not_booked"), _codes("needless"))
RIDE_MISSES = Measure("ride_misses", _codes("for_a_ride"), _codes("otherwise"), within=("no_show", "late_cancel"))
DELIVERED = Measure("delivered", _codes("delivered"), _codes("failed"), _codes("unconfirmed"))
SPOKEN = Measure("spoken", _codes("in_theirs"), _codes("in_another"), _codes("untold"))
