"""Reports count what a person would count row by row: the statements against plain loops, on random worlds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console_world import on
from counts import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from report_rows import NOW
from sqlalchemy import delete, insert, select

from conversations.prompt import OPTIONS
from outreach.loops.consent import Category, granted, suppressed, wrong_number
from outreach.loops.reports.fates import Fate, arrived, fate, firm
from outreach.loops.reports.spans import HOURS
from outreach.store import consents
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads.reports import asks, consent, delivery, outreach, visits
from outreach.store.reads.reports.scope import Both, By, Scope
from outreach.store.reads.reports.waiting import Spans
from outreach.store.unit_of_work import UnitOfWork

FIRST = date(2026, 11, 2)  # a Monday
DAYS = Scope(FIRST, FIRST + timedelta(days=13))
HOUR = timedelta(hours=1)
QUESTION = sorted(OPTIONS)[0]
outcomes = st.sampled_from([None, "kept", "no_show", "left_without_being_seen", "cancelled_by_patient_late", "unknown"])
tries = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["accepted", "rejected"]), "version": st.integers(0, 2),
        "language": st.sampled_from(["en", "es"]),
    }
)  # fmt: skip
texts = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["sent", "sent", "sent", "refused"]),
        "channel": st.sampled_from(["sms", "sms", "voice"]),
        "words": st.sampled_from([QUESTION, "day_of"]),
        "status": st.sampled_from([None, "delivered", "read", "failed"]),
        "sent": st.integers(-90, 40), "call": st.sampled_from([None, None, "reached", "busy"]),
        "tries": st.lists(tries, max_size=3), "asked": st.sampled_from([None, "answered", "late", "open", "expired"]),
        "phone": st.integers(0, 3), "archived": st.booleans(),
    }
)  # fmt: skip
people = st.fixed_dictionaries(
    {"language": st.sampled_from(["en", "es", "vi"]), "agreed": st.booleans(), "phone": st.integers(0, 3)}
)
ASKS = ["arrange_ride", "ride_urgent", "ride_problem"]
KINDS = st.sampled_from([*ASKS, "cancel_ride", "reschedule"])
rides_of = st.fixed_dictionaries(
    {
        "need": st.sampled_from(["unknown", "own", "needed", "booked", "failed"]),
        "asked": st.lists(st.tuples(KINDS, st.integers(-300, 1200)), max_size=3),
        "booked": st.lists(st.tuples(st.integers(-300, 3000), st.booleans()), max_size=2),
    }
)
cases = st.fixed_dictionaries(
    {
        "member": st.integers(0, 3), "day": st.integers(-1, 14), "outcome": outcomes,
        "silent": st.sampled_from([False, False, False, True]),
        "source": st.sampled_from([None, "ehr", "member"]), "cancelled": st.booleans(),
        "reason": st.sampled_from([None, "transport_failure", "forgot"]),
        "barriers": st.lists(st.sampled_from(["transport_failure", "childcare"]), unique=True, max_size=2),
        "confirmed": st.sampled_from([None, -2, 2]), "replies": st.lists(st.integers(-300, 3000), max_size=2),
        "texts": st.lists(texts, min_size=1, max_size=4), "ride": rides_of,
    }
)  # fmt: skip
entries = st.one_of(
    st.tuples(st.integers(0, 3), st.sampled_from(["start"]), st.none(), st.integers(-100, 120)),
    st.tuples(st.integers(0, 3), st.just("wrong_number"), st.sampled_from([None, 0, 1, 2, 3]), st.integers(-250, 120)),
    st.tuples(st.integers(0, 3), st.just("revoke"), st.integers(0, 3), st.integers(-250, 120)),
)
worlds = st.fixed_dictionaries(
    {
        "people": st.lists(people, min_size=4, max_size=4), "cases": st.lists(cases, min_size=2, max_size=7),
        "ledger": st.lists(entries, max_size=6),
        "stops": st.lists(st.tuples(st.integers(0, 3), st.integers(-100, 120)), min_size=3, max_size=8),
    }
)  # fmt: skip


class Plain:
    """A random world as rows, and what is counted of it by looking at one visit after another."""

    def __init__(self, uow: UnitOfWork, drawn: dict[str, Any]) -> None:
        self.uow, self.drawn = uow, drawn
        self.program = uow.all(select(t.program.c.id))[0].id
        self.clinics = [row.id for row in uow.all(select(t.clinic.c.id).order_by(t.clinic.c.id))]
        self.versions = [row.id for row in uow.all(select(t.message_version.c.id).order_by(t.message_version.c.id))][:3]
        self.blob = uow.keyring.seal("member:name", 1, "Canary Name")

    def store(self) -> None:
        """Insert everything; what is archived goes to the archive."""
        self.phones = [self._phone() for _ in range(4)]
        self.members = self.uow.next_ids(4)
        for n, (phone, member) in enumerate(zip(self.phones, self.members, strict=True)):
            about = self.drawn["people"][n]
            self._put(
                t.member, id=member, program_id=self.program, external_index=b"plain%d" % member, external_id=self.blob,
                name=self.blob, language=about["language"], zones=["America/New_York"], zone_source="address",
            )  # fmt: skip
            self._put(t.member_contact, member_id=member, contact_point_id=phone)
            if about["agreed"]:
                self._ledger(phone, member, "grant", -200)
        for phone, hours in self.drawn["stops"]:
            self._ledger(self.phones[phone], None, "stop", hours)
        for phone, action, whose, hours in self.drawn["ledger"]:
            self._ledger(self.phones[phone], None if whose is None else self.members[whose], action, hours)
        for case in self.drawn["cases"]:
            self._visit(case)

    def _visit(self, case: dict[str, Any]) -> None:
        anchor, loop = self.uow.next_ids(2)
        case["starts"] = self._at(case["day"] * 24 + 15)
        self._put(
            t.anchor, id=anchor, kind="appointment", program_id=self.program, member_id=self.members[case["member"]],
            clinic_id=self.clinics[0], external_id=f"P-{anchor}", version=1, zone="America/New_York",
            day=FIRST + timedelta(days=case["day"]), starts_at=case["starts"], cancelled=case["cancelled"],
            sensitivity="silent" if case["silent"] else "ordinary",
        )  # fmt: skip
        self._put(
            t.loop, id=loop, version=1, program_id=self.program, member_id=self.members[case["member"]],
            anchor_id=anchor, lane="appointment", stage="scheduled", outcome=case["outcome"], source=case["source"],
            reason=case["reason"], barriers=case["barriers"], opened_at=self._at(-240), ride_need=case["ride"]["need"],
        )  # fmt: skip
        self._ride(loop, case["ride"])
        if case["confirmed"] is not None:
            self._put(
                t.signal, id=self.uow.next_id(), loop_id=loop, clinic_id=self.clinics[0], kind="visit-confirmed",
                version=1, body={}, occurred_at=case["starts"] + case["confirmed"] * HOUR, state="delivered",
                due_at=NOW, attempts=1, give_up_at=NOW,
            )  # fmt: skip
        for hours in case["replies"]:
            new = self.uow.next_id()
            self._put(
                t.reply, id=new, sid=f"SMp{new}", contact_point_id=self.phones[0], loop_id=loop, body=self.blob,
                media_count=0, received_at=self._turn(hours), safety=[],
            )  # fmt: skip
        for nth, text in enumerate(case["texts"]):
            self._text(loop, nth, text, self.members[case["member"]])

    def _ride(self, loop: int, ride: dict[str, Any]) -> None:
        for kind, turns in ride["asked"]:
            self._put(
                t.task, id=self.uow.next_id(), program_id=self.program, loop_id=loop, kind=kind, owner_queue="rides",
                priority="urgent", opened_at=self._turn(turns), state="open",
            )  # fmt: skip
        for nth, (turns, current) in enumerate(ride["booked"]):
            self._put(
                t.trip, id=self.uow.next_id(), loop_id=loop, leg="outbound", broker="b", trip_id=f"T{nth}",
                status="scheduled", will_call=False, service="ambulatory", current=current, recorded_by="x",
                recorded_at=self._turn(turns),
            )  # fmt: skip

    def _turn(self, turns: int) -> datetime:
        """Return an instant that many times 17 minutes after the loop was opened."""
        return self._at(-240) + turns * timedelta(minutes=17)

    def _text(self, loop: int, nth: int, text: dict[str, Any], member: int) -> None:
        touch, prompt, sent = *self.uow.next_ids(2), self._at(text["sent"])
        self._put(
            t.touch, id=touch, loop_id=loop, member_id=member, program_id=self.program, anchor_version=1,
            contact_point_id=self.phones[text["phone"]], step="step", channel=text["channel"], nth=nth, attempts=1,
            words=text["words"], category="appointment", queue="bulk", sender="s", planned_for=sent, due_at=sent,
            useful_until=sent, state=text["state"], carrier_status=text["status"], looks=0,
            sent_at=sent if text["state"] == "sent" else None, call_outcome=text["call"],
        )  # fmt: skip
        for fencing, tried in enumerate(text["tries"], start=2):
            self._put(
                t.attempt, touch_id=touch, fencing=fencing, contact_point_id=self.phones[text["phone"]], proactive=True,
                claimed_at=sent, started_at=sent, language=tried["language"], outcome=tried["outcome"],
                message_version_id=self.versions[tried["version"]], body=self.blob, body_sha256="",
            )  # fmt: skip
        if text["asked"]:
            late = text["asked"] == "late"
            self._put(
                t.prompt, id=prompt, loop_id=loop, touch_id=touch, key="k", language="en", options={}, opened_at=sent,
                contact_point_id=self._phone(), alone_until=sent,  # a phone has one open question at a time
                state="answered" if late else text["asked"], expires_at=sent + 5 * HOUR, repeats=0,
                ended_at=sent + (6 if late else 5) * HOUR,
            )  # fmt: skip
        if text["archived"]:
            for key in (t.prompt.c.touch_id, t.attempt.c.touch_id, t.touch.c.id):
                self._archive(key, touch)

    def _phone(self) -> int:
        new = self.uow.next_id()
        self._put(t.contact_point, id=new, number_index=b"plain%d" % new, number=self.blob, state="active")
        return new

    def _archive(self, key: Any, touch: int) -> None:
        table = key.table
        rows = [dict(row._mapping) | {"month": "2026-10"} for row in self.uow.all(select(table).where(key == touch))]
        for row in rows:
            self.uow.execute(insert(t.ARCHIVED[table]).values(**row))
        self.uow.execute(delete(table).where(key == touch))

    def _ledger(self, phone: int, member: int | None, action: str, hours: int) -> None:
        at = self._at(hours)
        self._put(
            t.consent_event, id=self.uow.next_id(), contact_point_id=phone, member_id=member, action=action,
            channel="sms", category="*", at=at, received_at=at, source="paper",
        )  # fmt: skip

    def _put(self, table: Any, **row: Any) -> None:
        self.uow.insert(table, [row])

    @staticmethod
    def _at(hours: int) -> datetime:
        return datetime(2026, 11, 2, tzinfo=UTC) + hours * HOUR

    def cases(self, *, speakable: bool = False) -> Iterable[tuple[str, str, dict[str, Any]]]:
        """Yield (language, week, visit) of the visits of the days."""
        for case in self.drawn["cases"]:
            if 0 <= case["day"] <= 13 and not (speakable and case["silent"]):
                week = FIRST + timedelta(days=7 * (case["day"] // 7))
                yield self.drawn["people"][case["member"]]["language"], week.isoformat(), case

    def fates(self, code: Any) -> Both:
        """Count visits by whatever `code` says of one, where it says anything."""
        return both((group, week, code(case)) for group, week, case in self.cases())

    def texts(self) -> Iterable[tuple[str, str, dict[str, Any]]]:
        """Yield (language, week, text) of the texts that left."""
        for group, week, case in self.cases(speakable=True):
            for text in case["texts"]:
                if text["state"] == "sent" and text["channel"] == "sms":
                    yield group, week, text

    def first_heard(self, case: dict[str, Any]) -> float | None:
        """Return after how many hours the member of a visit was first heard."""
        heard = [minutes * 17 / 60 for minutes in case["replies"]]
        heard += [
            float(text["sent"] + 240) for text in case["texts"] if text["call"] == "reached" and text["state"] == "sent"
        ]
        return min(heard, default=None)


def both(rows: Iterable[tuple[str, str, str | None]]) -> Both:
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    weeks: dict[str, Counter[str]] = defaultdict(Counter)
    for group, week, code in rows:
        if code is not None:
            groups[group][code] += 1
            weeks[week][code] += 1
    return Both(dict(groups), dict(weeks))


def once(rows: Iterable[tuple[int, str, str, bool]], yes: str, no: str) -> Both:
    """Count each one (member, phone) once: in the first of its groups and of its weeks."""
    seen: dict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    for whose, group, week, said in rows:
        seen[whose].append((group, week, said))
    return both(
        (min(group for group, _, _ in each), min(week for _, week, _ in each), yes if any(s for *_, s in each) else no)
        for each in seen.values()
    )


def became(case: dict[str, Any]) -> Fate:
    return fate(case["outcome"], None, case["cancelled"], case["starts"] <= NOW)


def check_visits(uow: UnitOfWork, plain: Plain) -> None:
    counted = {Fate.KEPT, Fate.NO_SHOW, Fate.UNSEEN, Fate.LATE, Fate.UNKNOWN}
    due = FIRST + timedelta(days=9)
    found = visits.visit_tallies(uow, DAYS, By.LANGUAGE, {plain.program: due})
    assert found.fates == plain.fates(lambda case: became(case) if became(case) in counted else None)

    def sure(case: dict[str, Any]) -> str | None:
        owed = became(case) in counted and case["day"] < 9
        return None if not owed else "firm" if firm(case["source"]) else "not_firm"

    assert found.firm == plain.fates(sure)

    def ride(case: dict[str, Any]) -> str | None:
        if became(case) not in (Fate.NO_SHOW, Fate.LATE):
            return None
        return "for_a_ride" if "transport_failure" in [case["reason"], *case["barriers"]] else "otherwise"

    assert visits.ride_misses(uow, DAYS, By.LANGUAGE) == plain.fates(ride)
    missed = [each for each in plain.cases() if became(each[2]) in (Fate.NO_SHOW, Fate.UNSEEN)]
    assert visits.reasons(uow, DAYS, By.LANGUAGE) == Counter(
        (case["reason"] or "not_stated", group) for group, _, case in missed
    )
    assert visits.barriers(uow, DAYS, By.LANGUAGE) == Counter(
        (barrier, group) for group, _, case in plain.cases() for barrier in case["barriers"]
    )


def check_asks(uow: UnitOfWork, plain: Plain) -> None:
    found: dict[str, Spans] = defaultdict(Spans)
    for group, _, case in plain.cases():
        ride, starts = case["ride"], (case["starts"] - plain._at(-240)) / timedelta(minutes=17)
        asked = [turns for kind, turns in ride["asked"] if kind in ASKS and turns < starts]
        booked = min((turns for turns, _ in ride["booked"]), default=None)
        if case["cancelled"] or case["starts"] > NOW or not asked or (booked is not None and booked < min(asked)):
            continue
        if booked is None:
            found[group].apart += ride["need"] in ("unknown", "own")
            found[group].never += ride["need"] not in ("unknown", "own")
            continue
        hours = (booked - min(asked)) * 17 / 60
        found[group].hours[next((h for h in HOURS if hours <= h), HOURS[-1] * 2)] += 1
    assert asks.asks(uow, DAYS, By.LANGUAGE) == found


def check_texts(uow: UnitOfWork, plain: Plain) -> None:
    sent = delivery.sent(uow, DAYS, By.LANGUAGE)
    assert sent.delivered == both((group, week, arrived(text["status"])) for group, week, text in plain.texts())
    spoken = {group: {group: "in_theirs", None: "untold"} for group, _, _ in plain.texts()}  # a group is a language
    last = [
        (group, week, text["tries"][-1]["language"] if text["tries"] else None) for group, week, text in plain.texts()
    ]
    assert sent.spoken == both((group, week, spoken[group].get(said, "in_another")) for group, week, said in last)
    words: dict[str, Counter[int]] = defaultdict(Counter)
    for group, _, text in plain.texts():
        for tried in text["tries"]:
            if tried["outcome"] != "rejected":
                words[group][plain.versions[tried["version"]]] += 1
    assert sent.words == words
    texted: dict[int, list[int]] = defaultdict(list)
    for _, _, text in plain.texts():
        texted[text["phone"]].append(text["sent"])
    stopped = {
        phone
        for phone, sent_at in texted.items()
        if any(whose == phone and min(sent_at) <= at <= max(sent_at) + 72 for whose, at in plain.drawn["stops"])
    }
    left = ((text["phone"], group, week, text["phone"] in stopped) for group, week, text in plain.texts())
    assert consent.opt_outs(uow, DAYS, By.LANGUAGE) == once(left, "opted_out", "not_opted_out")


def check_coverage(uow: UnitOfWork, plain: Plain) -> None:
    """The statement agrees with the fold of the ledger that the gate goes by."""
    ledgers = consents.consents(uow, plain.phones)

    def covered(member: int) -> bool:
        return any(
            granted(ledger, member, "sms", Category.APPOINTMENT)
            and not suppressed(ledger)
            and not wrong_number(ledger, member)
            for ledger in ledgers.values()
        )

    rows = (
        (case["member"], group, week, covered(plain.members[case["member"]]))
        for group, week, case in plain.cases(speakable=True)
    )
    assert consent.coverage(uow, DAYS, By.LANGUAGE) == once(rows, "covered", "not_covered")


def check_contact(uow: UnitOfWork, plain: Plain) -> None:
    found = outreach.contact(uow, DAYS, By.LANGUAGE)
    came = [
        (group, week, case, text)
        for group, week, case in plain.cases(speakable=True)
        for text in case["texts"]
        if text["status"] in ("delivered", "read")
    ]
    asked = {id(case): (group, week, case) for group, week, case, text in came if text["words"] == QUESTION}
    assert found.confirmed == both(
        (group, week, "confirmed" if (case["confirmed"] or 0) < 0 else "not_confirmed")
        for group, week, case in asked.values()
    )
    said = {"answered": "answered", "open": "open"}
    assert found.answered == both(
        (group, week, said.get(text["asked"], "not_answered")) for group, week, _, text in came if text["asked"]
    )
    heard = [(group, week, case, plain.first_heard(case)) for group, week, case in plain.cases(speakable=True)]
    reached = once(((case["member"], group, week, at is not None) for group, week, case, at in heard), "reached", "")
    unheard = sum(tally[""] for tally in reached.groups.values())
    assert sum(tally["reached"] for tally in found.reached.groups.values()) == sum(
        tally["reached"] for tally in reached.groups.values()
    )
    ever = {case["member"] for _, _, case, at in heard if at is not None}
    agreed = {case["member"] for _, _, case, _ in heard} - ever
    agreed = {whose for whose in agreed if plain.drawn["people"][whose]["agreed"]}
    assert sum(tally["not_reached"] for tally in found.reached.groups.values()) == len(agreed)
    assert sum(tally["not_agreed"] for tally in found.reached.weeks.values()) == unheard - len(agreed)
    for group, spans in found.waits.items():
        mine = [at for language, _, _, at in heard if language == group]
        assert spans.never == mine.count(None)
        bounds = Counter(next((h for h in HOURS if at <= h), HOURS[-1] * 2) for at in mine if at is not None)
        assert spans.hours == bounds


def test_the_statements_count_what_a_person_would_count_row_by_row(database: Database) -> None:
    world = on(database)
    world.at(NOW)

    @given(drawn=worlds)
    @settings(max_examples=examples(240), deadline=None, phases=[Phase.generate])  # to shrink a world takes minutes
    def compare(drawn: dict[str, Any]) -> None:
        with world.deployment.write(OPERATOR) as uow:  # nothing is committed: each world begins empty
            plain = Plain(uow, drawn)
            plain.store()
            check_visits(uow, plain)
            check_asks(uow, plain)
            check_texts(uow, plain)
            check_contact(uow, plain)
            check_coverage(uow, plain)

    compare()
