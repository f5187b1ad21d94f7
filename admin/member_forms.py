"""The forms about a member, read into what the engine takes: a consent, a wish, what is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from flask import abort, request

from admin import fields
from admin.language import N_, Sayings
from admin.language import gettext as _
from locales.disclosures import NEWEST, disclosures
from outreach.engine.consenting import Recording
from outreach.engine.provenance import SPOKEN
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import EVERY_CATEGORY, Category, Channel, ConsentClass, Organisation, Party
from outreach.loops.contact_rule import ContactRule
from outreach.loops.instants import resolve

METHODS = Sayings(
    {
        "verbal_attested": N_("On a call, I read the words to them"),
        "verbal_recorded": N_("On a recorded call, the words were read"),
        "staff": N_("In person, I read the words to them"),
        "paper": N_("On a form that they signed"),
        "web_form": N_("On a web form"),
    }
)
_CODE_WORD = 40


def spoken_language(language: str) -> str:
    """Return the language the words are read in: the member's, or English with an interpreter."""
    return language if language in disclosures()[NEWEST] else "en"


def asked_for() -> tuple[list[Channel], list[Category]]:
    """Return what the words to read ask about: what the address or the form says, else texts about visits and rides."""
    ways = [channel for channel in Channel if channel in request.values.getlist("read_by")]
    subjects = [category for category in Category if category in request.values.getlist("read_about")]
    return ways or [Channel.SMS], subjects or [Category.APPOINTMENT, Category.TRANSPORT]


def consent(member: int, phone: int, language: str, zone: str) -> Recording:
    """Return a consent as typed, in a member's `language` and on the clocks of `zone`; raises NotAsked."""
    method = request.form.get("method", "")
    if not method:
        raise NotAsked(_("Choose how they agreed."))
    if method not in METHODS:
        abort(400)
    spoken = method in SPOKEN
    channels, categories = _ticked(spoken)
    return Recording(
        member=member,
        phone=phone,
        channels=tuple(channels),
        categories=tuple(categories),
        consent_class=ConsentClass.PEC_OPTIN,
        method=method,
        organisation=fields.needed(fields.code(Organisation, "organisation"), _("Choose whom they agreed with.")),
        party=fields.needed(fields.code(Party, "party"), _("Choose who spoke.")),
        party_relation=fields.line("relation") or None,
        text_version=NEWEST if spoken else fields.line("version"),
        language=spoken_language(language) if spoken else language,
        given_at=_given_at(zone),
        expires_at=_expires_at(zone),
        evidence=fields.line("evidence"),
    )


def _ticked(spoken: bool) -> tuple[list[str], list[str]]:
    """Return what they agreed to; where words were read, no more than the words named."""
    channels, categories = request.form.getlist("channels"), request.form.getlist("categories")
    if not set(channels) <= set(Channel) or not set(categories) <= set(Category):
        abort(400)
    if not channels or not categories:
        raise NotAsked(_("Tick what they said yes to: by which way, and about what."))
    ways, subjects = asked_for()
    if spoken and not (set(channels) <= set(ways) and set(categories) <= set(subjects)):
        raise NotAsked(_("The words above do not name all of this. Show the words for it, and read them first."))
    return channels, categories


def _given_at(zone: str) -> datetime:
    """Return when they agreed: as typed, else when the page was opened, so that a form sent twice is one consent."""
    if request.form.get("given_at"):
        return fields.moment("given_at", zone, _("Give the date and time at which they agreed."))
    try:
        opened = datetime.fromisoformat(request.form.get("opened", ""))
    except ValueError:
        abort(400)
    return opened if opened.tzinfo is not None else opened.replace(tzinfo=UTC)


def _expires_at(zone: str) -> datetime | None:
    """Return the end of the last day on which it holds, or None."""
    if not request.form.get("expires"):
        return None
    last = fields.day("expires", _("Give the last day as a date."))
    return resolve(last + timedelta(days=1), time(0), zone)


def taken_back() -> tuple[str, str]:
    """Return (channel, category) of what is taken back; raises NotAsked when nothing was chosen."""
    chosen = request.form.get("what", "")
    if not chosen:
        raise NotAsked(_("Choose what they take back."))
    channel, category = chosen.partition(":")[::2]
    if channel not in list(Channel) or category not in (*Category, EVERY_CATEGORY):
        abort(400)
    return channel, category


def contact_rule(phones: Collection[int], before: ContactRule) -> ContactRule:
    """Return how they want to be reached, as typed; raises NotAsked for hours that are none.

    The code word stands in no form: the one from before stays until another is typed, or none is wanted.
    """
    starts, ends = _clock("own_from"), _clock("own_until")
    if (starts is None) != (ends is None):
        raise NotAsked(_("Give both hours: from when, and until when."))
    word = fields.line("code_word")
    if len(word) > _CODE_WORD:
        raise NotAsked(_("Keep the code word to %(most)s characters.", most=_CODE_WORD))
    return ContactRule(
        phones=frozenset(phone for phone in phones if str(phone) in request.form.getlist("phones")),
        channels=frozenset(channel for channel in Channel if channel in request.form.getlist("channels")),
        own=(starts, ends) if starts is not None and ends is not None else None,
        early=_clock("early"),
        endangered="endangered" in request.form,
        safe_to_answer="safe_to_answer" in request.form,
        code_word=word or (None if "no_code_word" in request.form else before.code_word),
        voicemail_ok="voicemail_ok" in request.form,
        hearing_access="hearing_access" in request.form,
    )


def _clock(name: str) -> time | None:
    value = request.form.get(name, "")
    try:
        found = time.fromisoformat(value) if value else None
    except ValueError:
        raise NotAsked(_("Give times like 13:30.")) from None
    if found is not None and found.tzinfo is not None:
        raise NotAsked(_("Give times like 13:30."))
    return found
