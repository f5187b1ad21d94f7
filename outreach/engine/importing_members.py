"""Members as a file brings them: people, the phones they have now, and what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from outreach.clinics.member_consents import ConsentRow
from outreach.clinics.members_file import MemberRow
from outreach.clinics.rows import Rejected
from outreach.clinics.states import state_candidates
from outreach.clinics.zones import ZoneSource, zone_candidates
from outreach.engine.decide import decide
from outreach.engine.identity import Identity
from outreach.engine.imported import Imported
from outreach.engine.reached import reached
from outreach.loops.instants import resolve
from outreach.loops.tasks import TaskKind
from outreach.store import enrolment, loops, visits
from outreach.store.batches import chunks
from outreach.store.enrolment import EnrolledMember, Grant
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork

_SUREST_FIRST = [ZoneSource.TOLD, ZoneSource.EXPLICIT, ZoneSource.ZIP, ZoneSource.POOLED, ZoneSource.CLINIC]
_ANOTHER_PERSON = "An earlier file has another sex or birth date for this id: find out which of the two is right."


class MembersImport:
    """One members file. A member may have a row for each phone, anywhere in it."""

    def __init__(self, program: StoredProgram) -> None:
        self._program = program
        self._phones: dict[int, set[int]] = {}  # of members this file names: the phones it has for them

    def take(self, uow: UnitOfWork, rows: Sequence[MemberRow], result: Imported) -> Sequence[Rejected]:
        """Store these members; what their open visits plan follows at once."""
        chunk = _Chunk(uow, self._program, self._phones, result, rows)
        for row in rows:
            chunk.add(row)
        chunk.store()
        return chunk.refused

    def finish(self, uow: UnitOfWork, result: Imported) -> None:
        """Drop the phones that members no longer have. Only now, for each of a member's phones has its own row."""
        for part in chunks(self._phones):
            linked = enrolment.links_of(uow, part)
            gone = [(who, phone) for who, phone in linked if phone not in self._phones[who]]
            enrolment.unlink_phones(uow, gone)
            result.notes["phones_dropped"] += len(gone)
            _replan(uow, {who for who, _ in gone})


class _Chunk:
    """Some rows of the file with what the database knows about them."""

    def __init__(
        self,
        uow: UnitOfWork,
        program: StoredProgram,
        phones: dict[int, set[int]],
        result: Imported,
        rows: Sequence[MemberRow],
    ) -> None:
        self.refused: list[Rejected] = []
        self._uow, self._program, self._phones, self._result = uow, program, phones, result
        self._members = enrolment.find_members(uow, program.id, {row.external_id for row in rows})
        stored = [found.id for found in self._members.values()]
        self._visit_zones = visits.zones_of_visits(uow, stored)
        self._granted = enrolment.granted_before(uow, stored)
        self._points = enrolment.phones_of_numbers(uow, {row.phone for row in rows if row.phone})
        self._new: dict[str, EnrolledMember] = {}
        self._changed: dict[str, EnrolledMember] = {}
        self._links: list[tuple[int, int]] = []
        self._grants: list[Grant] = []
        self._to_replan: set[int] = set()
        self._reachable: set[int] = set()
        self._agreed: set[int] = set()

    def add(self, row: MemberRow) -> None:
        known = self._members.get(row.external_id)
        who = Identity.of_birth(row.sex, row.birth_date, row.language)
        before = Identity.read(known.about if known else None)
        about = before.joined(who)
        if about is None:
            self.refused.append(Rejected(row.line, "", _ANOTHER_PERSON, ()))
            return
        if known is None:
            found, end = self._enrol(row, about), "created"
        else:
            found, end = self._updated(known, row, before, about), "unchanged"
            end = "updated" if found != known else end
        self._members[row.external_id] = found
        linked = self._link(found, row, known is None)
        noted = self._consent(found, row)
        if end == "unchanged" and (linked or noted):
            end = "updated"
        self._result.counts[end] += 1

    def store(self) -> None:
        """Write the chunk, in the lock order: phones are there already, members, links, the ledger, then loops."""
        enrolment.add_members(self._uow, self._program.id, {key: self._members[key] for key in self._new})
        enrolment.change_members(self._uow, [self._members[key] for key in self._changed])
        enrolment.link_phones(self._uow, self._links)
        enrolment.note_grants(self._uow, self._grants, self._result.run)
        self._result.notes["consents"] += len(self._grants)
        reached(self._uow, self._reachable - self._agreed, (TaskKind.VERIFY_PHONE,))
        reached(self._uow, self._agreed, (TaskKind.GET_CONSENT, TaskKind.RENEW_CONSENT))
        _replan(self._uow, self._to_replan - self._reachable - self._agreed)

    def _enrol(self, row: MemberRow, about: Identity) -> EnrolledMember:
        zones, source = self._zones(row, set())
        language = row.language or self._program.languages[0]
        states, _ = state_candidates(row.zip_code, row.phone)
        found = EnrolledMember(
            self._uow.next_id(), row.name, about.text(), language, zones, source, tier=row.tier or 1, states=states
        )
        self._new[row.external_id] = found
        return found

    def _updated(self, known: EnrolledMember, row: MemberRow, before: Identity, about: Identity) -> EnrolledMember:
        # A member may have chosen another language by text since: only news from the file counts.
        news = row.language is not None and row.language != before.language
        zones, source = self._zones(row, self._visit_zones.get(known.id, set()))
        if _SUREST_FIRST.index(ZoneSource(known.zone_source)) < _SUREST_FIRST.index(source):
            zones, source = known.zones, ZoneSource(known.zone_source)
        found = replace(
            known,
            name=row.name or known.name,
            about=about.text(),
            language=row.language if news and row.language else known.language,
            zones=zones,
            zone_source=str(source),
            tier=row.tier or known.tier,
            states=_states(known, row),
        )
        if found != known and row.external_id not in self._new:
            self._changed[row.external_id] = found
        if (found.zones, found.tier, found.states) != (known.zones, known.tier, known.states):
            self._to_replan.add(known.id)
        return found

    def _zones(self, row: MemberRow, of_visits: set[str]) -> tuple[tuple[str, ...], ZoneSource]:
        """TIM-02: unless something decides alone, every zone that is known counts, those of all their clinics too."""
        candidates = [
            zone_candidates(row.zone, row.zip_code, row.phone, zone)
            for zone in sorted({self._program.zone, *of_visits})
        ]
        return tuple(sorted({zone for zones, _ in candidates for zone in zones})), candidates[0][1]

    def _link(self, found: EnrolledMember, row: MemberRow, new: bool) -> bool:
        if row.phone is None:
            return False
        phone = self._points[row.phone]
        seen = self._phones.setdefault(found.id, set())
        known = phone in found.phones or phone in seen
        seen.add(phone)
        if known:
            return False
        self._links.append((found.id, phone))
        if not new:
            self._reachable.add(found.id)
        return True

    def _consent(self, found: EnrolledMember, row: MemberRow) -> bool:
        if row.phone is None or not row.consents:
            return False
        grants = [self._grant(found, self._points[row.phone], consent) for consent in row.consents]
        return sum(self._note(grant) for grant in grants) > 0

    def _grant(self, found: EnrolledMember, phone: int, consent: ConsentRow) -> Grant:
        origin = consent.origin
        # The first instant of the day, so that a STOP of the same day stands.
        at = resolve(consent.given_on, time(0, 0), self._program.zone)
        return Grant(
            phone=phone,
            member=found.id,
            channel=consent.channel,
            category=str(consent.category),
            consent_class=str(consent.consent_class),
            at=at,
            method=consent.method,
            text_version=consent.text_version,
            language=found.language,
            organisation=str(origin.organisation or enrolment.usual_organisation(consent.consent_class)),
            party=str(origin.party),
            collector=origin.collector,
            evidence=origin.evidence,
            expires_at=self._after(origin.last_day) if origin.last_day else None,
        )

    def _after(self, last_day: date) -> datetime:
        return resolve(last_day + timedelta(days=1), time(0, 0), self._program.zone)

    def _note(self, grant: Grant) -> bool:
        phones = self._granted.phones[grant.identity]
        if grant.phone in phones:
            return False
        if phones and not phones & self._phones[grant.member]:
            # LAW-40: it was given for the number the member had before, and is not carried to this one.
            self._result.notes["consents_not_carried_over"] += 1
            return False
        phones.add(grant.phone)
        self._agreed.add(grant.member)
        self._grants.append(replace(grant, prior=self._granted.last.get(grant.scope)))
        return True


def _states(known: EnrolledMember, row: MemberRow) -> tuple[str, ...]:
    """A ZIP decides; an area code only adds, for what is known of a member's states never makes their hours wider."""
    states, sure = state_candidates(row.zip_code, row.phone)
    if sure or known.zone_source == ZoneSource.ZIP:
        return states if sure else known.states
    return tuple(sorted({*known.states, *states}))


def _replan(uow: UnitOfWork, member_ids: Iterable[int]) -> None:
    open_loops = [loop_id for _, loop_id in loops.open_of_members(uow, sorted(member_ids))]
    if open_loops:
        decide(uow, open_loops)
