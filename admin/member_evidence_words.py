"""The words on the screen for a member's evidence and for who looked at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from admin import rule_words
from admin.evidence_words import who
from admin.words import day, plain
from outreach.store.entry import Purpose
from outreach.store.reads.access_report import Access
from outreach.store.reads.evidence_rows import Attempt, Consent, Text
from outreach.store.reads.member_evidence import LookUp, Period, Shared

PURPOSES = {
    Purpose.PAYER_AUDIT: "A payer's audit",
    Purpose.MEMBER_REQUEST: "The member asked",
    Purpose.COMPLAINT: "A complaint",
    Purpose.INCIDENT: "An incident",
    Purpose.LEGAL_REQUEST: "A court or an authority asked",
    Purpose.QUALITY_REVIEW: "A review of our work",
    Purpose.TECHNICAL_SUPPORT: "Repair of the system",
}
_ANSWERS = {"yes": "given up by its owner since then", "no": "still the same owner", "no_data": "nothing is known"}
_SEEN = {"viewed": "Opened", "evidence.viewed": "Read the evidence", "evidence.exported": "Took the evidence away"}
_PERMITTED = {
    "LAW-04": "Allowed by consent",
    "LAW-28": "Asks for the member's own yes",
    "LAW-34": "Answers the member's text",
    "LAW-17": "Confirms the opt-out, once",
    "LAW-25": "Confirms that texts begin again",
    "LAW-41": "Answers a call for help",
    "CRI-04": "Safety comes first",
}


def period(found: Period, zone: str) -> str:
    """Return "all that is on record", or from when to when, in days."""
    last = found.until - timedelta(minutes=1) if found.until else None
    said = f"from {_dated(found.since, zone)}" if found.since else ""
    said += f" to {_dated(last, zone)}" if last else ""
    return said.strip() or "all that is on record"


def _dated(instant: datetime, zone: str) -> str:
    return f"{day(instant, zone)} {instant.astimezone(ZoneInfo(zone)).year}"


def permitted(tried: Attempt) -> str:
    """Return by what right a text left; those from before this was noted say so."""
    if tried.rule is None:
        return "Left before the rule was noted with each text"
    under = f", entry {tried.consent_id} of the ledger" if tried.consent_id else ""
    return f"{_PERMITTED.get(tried.rule, rule_words.why(tried.rule))}{under}"


def kept_back(text: Text) -> str:
    """Return whether a text was refused for good or waits, and why."""
    state = "Held" if text.state == "planned" else "Not sent"
    return f"{state}. {rule_words.why(text.rule)}".strip()


def given_by(entry: Consent) -> str:
    """Return who spoke for the phone, who took it down, and for which organisation (LAW-26, LAW-27)."""
    spoke = f"said by the {plain(entry.party)}" if entry.party else ""
    took = f"taken by {who(entry.collector)}" if entry.collector else ""
    whose = f"for the {plain(entry.organisation)}" if entry.organisation else ""
    prior = f"in place of entry {entry.prior_id}" if entry.prior_id else ""
    said = ", ".join(part for part in (spoke, took, whose, prior) if part)
    return said[:1].upper() + said[1:]


def shared(entry: Shared) -> str:
    """Return what a member allowed or limited: "The reason may not go to the plan, for payer audit"."""
    may = "may go" if entry.action == "allow" else "may not go"
    what, whom = plain(entry.information), plain(entry.recipient)
    return f"{what.capitalize()} {may} to the {whom}, for {plain(entry.workflow)}"


def looked_up(found: LookUp) -> str:
    """Return what a look-up said about a number."""
    return f"Asked about the time since {found.since.isoformat()}: {_ANSWERS.get(found.answer, plain(found.answer))}"


def look(found: Access) -> str:
    """Return what somebody did, and with what."""
    kind, _, row = found.object.partition(":")
    about = f"{plain(kind)} {row}".strip()
    return f"{_SEEN.get(found.action, plain(found.action.replace('.', ' ')).capitalize())}: {about}"


def why(found: Access) -> str:
    """Return what somebody looked for: the care of the member, where nothing else was said."""
    return PURPOSES[Purpose(found.reason)] if found.reason in set(Purpose) else "Care of the member"


def seen_by(found: Access) -> str:
    """Return who looked."""
    return who(found.who)
