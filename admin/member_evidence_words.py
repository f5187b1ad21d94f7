"""The words on the screen for a member's evidence and for who looked at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from admin import rule_words
from admin.evidence_words import who
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import day, plain
from outreach.store.entry import Purpose
from outreach.store.reads.access_report import Access
from outreach.store.reads.evidence_rows import Attempt, Consent, Text
from outreach.store.reads.member_evidence import LookUp, Period, Shared

PURPOSES = Sayings(
    {
        Purpose.PAYER_AUDIT: N_("A payer's audit"),
        Purpose.MEMBER_REQUEST: N_("The member asked"),
        Purpose.COMPLAINT: N_("A complaint"),
        Purpose.INCIDENT: N_("An incident"),
        Purpose.LEGAL_REQUEST: N_("A court or an authority asked"),
        Purpose.QUALITY_REVIEW: N_("A review of our work"),
        Purpose.TECHNICAL_SUPPORT: N_("Repair of the system"),
    }
)
_ANSWERS = Sayings(
    {"yes": N_("given up by its owner since then"), "no": N_("still the same owner"), "no_data": N_("nothing is known")}
)
_SEEN = Sayings(
    {
        "viewed": N_("Opened"),
        "evidence.viewed": N_("Read the evidence"),
        "evidence.exported": N_("Took the evidence away"),
    }
)
_PERMITTED = Sayings(
    {
        "LAW-04": N_("Allowed by consent"),
        "LAW-28": N_("Asks for the member's own yes"),
        "LAW-34": N_("Answers the member's text"),
        "LAW-17": N_("Confirms the opt-out, once"),
        "LAW-25": N_("Confirms that texts begin again"),
        "LAW-41": N_("Answers a call for help"),
        "CRI-04": N_("Safety comes first"),
    }
)


def period(found: Period, zone: str) -> str:
    """Return "all that is on record", or from when to when, in days."""
    last = found.until - timedelta(minutes=1) if found.until else None
    since, until = (_dated(each, zone) if each else "" for each in (found.since, last))
    if since and until:
        return _("from %(since)s to %(until)s", since=since, until=until)
    if since:
        return _("from %(since)s", since=since)
    return _("to %(until)s", until=until) if until else _("all that is on record")


def _dated(instant: datetime, zone: str) -> str:
    return f"{day(instant, zone)} {instant.astimezone(ZoneInfo(zone)).year}"


def permitted(tried: Attempt) -> str:
    """Return by what right a text left; those from before this was noted say so."""
    if tried.rule is None:
        return _("Left before the rule was noted with each text")
    right = _PERMITTED.get(tried.rule) or rule_words.why(tried.rule)
    if not tried.consent_id:
        return right
    return _("%(right)s, entry %(number)s of the ledger", right=right, number=tried.consent_id)


def kept_back(text: Text) -> str:
    """Return whether a text was refused for good or waits, and why."""
    state = _("Held.") if text.state == "planned" else _("Not sent.")
    return f"{state} {rule_words.why(text.rule)}".strip()


def given_by(entry: Consent) -> str:
    """Return who spoke for the phone, who took it down, and for which organisation (LAW-26, LAW-27)."""
    spoke = _("said by the %(party)s", party=plain(entry.party)) if entry.party else ""
    took = _("taken by %(who)s", who=who(entry.collector)) if entry.collector else ""
    whose = _("for the %(organisation)s", organisation=plain(entry.organisation)) if entry.organisation else ""
    prior = _("in place of entry %(number)s", number=entry.prior_id) if entry.prior_id else ""
    said = ", ".join(part for part in (spoke, took, whose, prior) if part)
    return said[:1].upper() + said[1:]


def shared(entry: Shared) -> str:
    """Return what a member allowed or limited: "The reason may not go to the plan, for payer audit"."""
    what = plain(entry.information).capitalize()
    way = {"what": what, "whom": plain(entry.recipient), "work": plain(entry.workflow)}
    if entry.action == "allow":
        return _("%(what)s may go to the %(whom)s, for %(work)s", **way)
    return _("%(what)s may not go to the %(whom)s, for %(work)s", **way)


def looked_up(found: LookUp) -> str:
    """Return what a look-up said about a number."""
    answer = _ANSWERS.get(found.answer) or plain(found.answer)
    return _("Asked about the time since %(since)s: %(answer)s", since=found.since.isoformat(), answer=answer)


def look(found: Access) -> str:
    """Return what somebody did, and with what."""
    kind, _colon, row = found.object.partition(":")
    about = f"{plain(kind)} {row}".strip()
    did = _SEEN.get(found.action) or plain(found.action.replace(".", " ")).capitalize()
    return f"{did}: {about}"


def why(found: Access) -> str:
    """Return what somebody looked for: the care of the member, where nothing else was said."""
    return PURPOSES[Purpose(found.reason)] if found.reason in set(Purpose) else _("Care of the member")


def seen_by(found: Access) -> str:
    """Return who looked."""
    return who(found.who)
