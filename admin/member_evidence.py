"""The evidence of one member over a time, for who has to show it: read for a stated purpose, printed, taken away."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, abort, render_template, request

from admin import evidence_words, member_evidence_words, words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.looks import looking
from admin.roles import Right
from outreach.engine import audit_chain
from outreach.loops.instants import resolve
from outreach.store.entry import Purpose
from outreach.store.reads import access_report, metrics
from outreach.store.reads.evidence_lines import member_lines
from outreach.store.reads.member_evidence import MemberEvidence, Period, member_evidence

pages = Blueprint("member_evidence", __name__)
_LONGEST_ID = 19  # digits of a row's id


@pages.get("/members/<row:member_id>/evidence")
@allowed(Right.PROOF)
def shown(member_id: int) -> str:
    """What did we do, under which consent, and what did we not do, and why? Whoever looks says what for (HIP-14)."""
    purpose = _purpose()
    if purpose is None or asks_itself_again():
        return render_template(
            "admin/member_evidence.html",
            member_id=member_id,
            found=None,
            purpose=purpose,
            purposes=member_evidence_words.PURPOSES,
        )
    found, read_at = _gathered(member_id, "evidence.viewed", purpose)
    return render_template(
        "admin/member_evidence.html",
        member_id=member_id,
        found=found,
        purpose=purpose,
        purposes=member_evidence_words.PURPOSES,
        period=member_evidence_words.period(found.period, found.zone),
        read_at=words.at(read_at, found.zone),
        zone=found.zone,
        proof=evidence_words.proof(found.chain, found.trail),
        say=evidence_words,
        say_more=member_evidence_words,
    )


@pages.get("/members/<row:member_id>/evidence.jsonl")
@allowed(Right.PROOF)
def taken(member_id: int) -> Response:
    """Take it away as JSONL, without what the member does not let the payer have; the trail says who did, and why."""
    purpose = _purpose() or abort(400)
    found, _read_at = _gathered(member_id, "evidence.exported", purpose)
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in member_lines(found))
    name = f'attachment; filename="M-{member_id}-evidence.jsonl"'
    return Response(body, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@pages.get("/accesses")
@allowed(Right.PROOF)
def accesses() -> str:
    """Who looked at whom, when, and why; this look at the looks is in the trail too."""
    member_id, person = _member(), request.args.get("person", "").replace("\0", "").strip() or None
    with looking(f"member:{member_id}" if member_id else "audit", "accesses.viewed") as uow:
        zone = metrics.office_zone(uow)
        since, until = _day("since", zone), _day("until", zone, after=True)
        found = access_report.accesses(uow, member_id, person, since=since, until=until)
    return render_template(
        "admin/accesses.html",
        looks=found,
        zone=zone,
        asked=request.args,
        full=len(found) >= access_report.PAGE,
        say=member_evidence_words,
    )


def _member() -> int | None:
    """Return the member asked about, None for all; a number that no row has is nobody."""
    digits = request.args.get("member", "").strip().removeprefix("M-")
    if not digits.isdecimal():
        return None
    return int(digits) if len(digits) < _LONGEST_ID else 0


def _purpose() -> Purpose | None:
    code = request.args.get("purpose", "")
    return Purpose(code) if code in set(Purpose) else None


def _day(name: str, zone: str, after: bool = False) -> datetime | None:
    """Return the first instant of a day that was asked for, or of the day `after`; None for no day at all."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
        return resolve(day + timedelta(days=after), time(0), zone)
    except (ValueError, OverflowError):
        return None


def _gathered(member_id: int, action: str, purpose: Purpose) -> tuple[MemberEvidence, datetime]:
    """Note the look and its purpose, seal the trail, then read all of it, that look among it; or 404."""
    actor = signed_in().actor
    with deployment().write(actor) as uow:
        uow.narrow()
        zone = metrics.office_zone(uow)
        period = Period(_day("since", zone), _day("until", zone, after=True))
        if member_evidence(uow, member_id, Period(uow.now, uow.now)) is None:
            abort(404)
        uow.audit(action, f"member:{member_id}", reason=purpose)
        uow.commit()
    while audit_chain.seal(deployment()):
        pass
    with deployment().read(actor) as uow:
        return member_evidence(uow, member_id, period) or abort(404), uow.now
