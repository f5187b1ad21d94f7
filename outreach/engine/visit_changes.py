"""One row about a visit against what is stored: what to write, and what to tell its loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from conversations.meaning import Reason
from outreach.clinics.visits import VisitRow
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.events import Event, Opened, OutcomeReported, TouchRefused, VisitCancelled, VisitMoved
from outreach.loops.loop import Closed
from outreach.loops.outcomes import Outcome, Source
from outreach.store.enrolment import EnrolledMember
from outreach.store.programs import StoredClinic
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.visits import Ending, NewVisit, StoredVisit

MATERIAL = timedelta(minutes=30)  # TIM-13
_STRICTEST_LAST = [Sensitivity.ORDINARY, Sensitivity.RESTRICTED, Sensitivity.SILENT]
_SETTLED_BY_A_PERSON = (Closed.NEW_VISIT, Closed.NO_NEW_VISIT, Closed.STAFF)
_ANOTHER_MEMBER = "An earlier file has this appointment id for another member: find out whose visit it is."
_UNKNOWN = Ending(Outcome.UNKNOWN, None, Reason.NOT_STATED)


class VisitChanges:
    """What some rows change, gathered to be written in bulk."""

    def __init__(self, uow: UnitOfWork, program_id: int, stored: Mapping[str, StoredVisit]) -> None:
        self.new: list[NewVisit] = []
        self.anchors: dict[int, tuple[Anchor, int, datetime]] = {}
        self.corrected: dict[int, Ending] = {}
        self.events: list[tuple[int, Event]] = []
        self.to_replan: set[int] = set()
        self._uow, self._now, self._program = uow, uow.now, program_id
        self._stored = stored
        self._members = {external_id: visit.member_id for external_id, visit in stored.items()}
        self._seen: set[str] = set()

    def objection(self, row: VisitRow, member: EnrolledMember) -> str | None:
        """Return why a row cannot be taken: a visit never changes its member."""
        owner = self._members.setdefault(row.external_id, member.id)
        return None if owner == member.id else _ANOTHER_MEMBER

    def add(self, row: VisitRow, member: EnrolledMember, clinic: StoredClinic) -> str:
        """Take one row; return what became of it, for counting."""
        if row.external_id in self._seen:
            return "unchanged"  # the reader refuses a second row of a visit unless it is equal
        self._seen.add(row.external_id)
        sensitivity = max(row.sensitivity, Sensitivity(clinic.sensitivity), key=_STRICTEST_LAST.index)
        stored = self._stored.get(row.external_id)
        if stored is None:
            anchor = Anchor(
                self._uow.next_id(), 1, row.day, row.wall_time, row.zone, row.cancelled, sensitivity
            )  # fmt: skip
            return self._open(row, member, clinic, anchor)
        anchor = replace(
            stored.anchor(),
            day=row.day,
            wall_time=row.wall_time,
            zone=row.zone,
            cancelled=row.cancelled,
            sensitivity=sensitivity,
        )
        return self._change(row, member, clinic, stored, anchor)

    def _open(self, row: VisitRow, member: EnrolledMember, clinic: StoredClinic, anchor: Anchor) -> str:
        ending = self._ending(row, anchor)
        loop_id = self._uow.next_id()
        self.new.append(NewVisit(row.external_id, self._program, member.id, clinic.id, loop_id, anchor, ending))
        if ending is None:
            self._say(loop_id, Opened(self._now))
            self._need_phone(loop_id, member)
            return "created"
        if ending is _UNKNOWN:
            return "unknown"
        return "cancelled" if row.cancelled else "closed"

    def _ending(self, row: VisitRow, anchor: Anchor) -> Ending | None:
        """Return how the visit ended as far as the file tells; None while it is still to come."""
        outcome = _reported(row)
        if outcome is not None:
            return Ending(outcome, Source.EHR, None if outcome.completed else row.reason or Reason.NOT_STATED)
        if row.cancelled:
            return Ending(Outcome.CANCELLED_BY_CLINIC, Source.EHR, Reason.CLINIC_CANCELED)
        return _UNKNOWN if anchor.ends_at <= self._now else None

    def _change(
        self, row: VisitRow, member: EnrolledMember, clinic: StoredClinic, stored: StoredVisit, anchor: Anchor
    ) -> str:
        before = stored.anchor()
        if (before, stored.clinic_id) != (anchor, clinic.id):
            # A move by minutes is the same promise: what was sent still stands, and later texts say the new time.
            newer = _another_promise(before, anchor) and self._materially(stored, anchor)
            promised_at = anchor.starts_at if newer else stored.promised_at or before.starts_at
            self.anchors[anchor.id] = (replace(anchor, version=before.version + newer), clinic.id, promised_at)
            if before.sensitivity is not anchor.sensitivity and stored.closed is None:
                self.to_replan.add(stored.loop_id)
        if stored.closed == Closed.IMPORTED:
            return self._history(row, member, stored, before, anchor)
        told = self._tell(row, stored, before, anchor)
        for event in told:
            self._say(stored.loop_id, event)
        return self._counted(stored, told)

    def _history(
        self, row: VisitRow, member: EnrolledMember, stored: StoredVisit, before: Anchor, anchor: Anchor
    ) -> str:
        """What came in as past stays past, unless the visit is now to come; a corrected outcome opens no work."""
        ending = self._ending(row, anchor)
        if ending is None and _another_promise(before, anchor):
            self._say(stored.loop_id, VisitMoved(self._now, True))
            self._need_phone(stored.loop_id, member)
            return "moved"
        news = ending not in (None, _UNKNOWN, Ending(stored.outcome or "", stored.source, stored.reason))
        if ending is not None and news:
            self.corrected[stored.loop_id] = ending
        return "updated" if news or stored.anchor_id in self.anchors else "unchanged"

    def _tell(self, row: VisitRow, stored: StoredVisit, before: Anchor, anchor: Anchor) -> list[Event]:
        """Return what the loop of a visit under our care must hear."""
        told: list[Event] = []
        if anchor.cancelled:
            if not before.cancelled and stored.closed is None and _reported(row) is None:
                told.append(VisitCancelled(self._now))
        elif _another_promise(before, anchor) and self._matters(stored, anchor):
            told.append(VisitMoved(self._now, self._materially(stored, anchor)))
        outcome = _reported(row)
        if outcome is None or not _is_news(row, outcome, stored):
            return told
        if stored.closed in _SETTLED_BY_A_PERSON and not outcome.completed:
            self.corrected[stored.loop_id] = Ending(outcome, Source.EHR, row.reason or stored.reason)
            return told
        return [*told, OutcomeReported(self._now, outcome, Source.EHR, row.reason)]

    def _matters(self, stored: StoredVisit, anchor: Anchor) -> bool:
        """Whether a loop hears of a move: one that is closed only when there is a visit to keep again."""
        return stored.closed is None or (stored.closed != Closed.STAFF and anchor.ends_at > self._now)

    def _materially(self, stored: StoredVisit, anchor: Anchor) -> bool:
        """Against what was promised, not against yesterday: many small moves are a large one (TIM-13)."""
        before = stored.anchor()
        crossed_now = (before.starts_at <= self._now) != (anchor.starts_at <= self._now)
        told_otherwise = before.day != anchor.day or (before.wall_time is None) != (anchor.wall_time is None)
        far = abs(anchor.starts_at - (stored.promised_at or before.starts_at)) > MATERIAL
        return crossed_now or told_otherwise or before.cancelled != anchor.cancelled or far

    def _counted(self, stored: StoredVisit, told: list[Event]) -> str:
        kinds = {type(event) for event in told}
        for kind, name in ((VisitMoved, "moved"), (VisitCancelled, "cancelled"), (OutcomeReported, "reported")):
            if kind in kinds:
                return name
        return "updated" if stored.anchor_id in self.anchors or stored.loop_id in self.corrected else "unchanged"

    def _need_phone(self, loop_id: int, member: EnrolledMember) -> None:
        if not member.phones:
            self._say(loop_id, TouchRefused(self._now, "enrolment", "NO-PHONE"))

    def _say(self, loop_id: int, event: Event) -> None:
        self.events.append((loop_id, event))


def _reported(row: VisitRow) -> Outcome | None:
    return None if row.outcome is Outcome.UNKNOWN else row.outcome


def _another_promise(before: Anchor, anchor: Anchor) -> bool:
    """Whether what a member was told of this visit is no longer true."""
    seen = (before.day, before.wall_time, before.zone, before.cancelled)
    return seen != (anchor.day, anchor.wall_time, anchor.zone, anchor.cancelled)


def _is_news(row: VisitRow, outcome: Outcome, stored: StoredVisit) -> bool:
    if stored.outcome != outcome:
        return True
    if stored.closed is not None or outcome.completed:
        return False
    return stored.source != Source.EHR or (row.reason is not None and row.reason != stored.reason)
