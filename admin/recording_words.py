"""Recordings as the page shows them: each sentence with what it is for, what is there of it, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from admin import dates
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import date_of
from locales.factory import voice_scripts
from locales.languages import languages
from locales.recorded import Recording
from locales.render import PLACEHOLDER
from outreach.engine.coverage import Coverage, Sentence
from outreach.engine.word_people import same_name
from outreach.store.recordings import StoredRecording

SHOWN = Sayings({"all": N_("All"), "record": N_("To record"), "approve": N_("To approve")})
_HEADS = Sayings(
    {
        "weekday": N_("Days of the week"),
        "month": N_("Months"),
        "day": N_("Days of a month"),
        "hour": N_("Hours"),
        "minute": N_("Minutes"),
        "digit": N_("Digits of a number"),
    }
)
_SENTENCES = N_("Sentences")


@dataclass(frozen=True, slots=True)
class Take:
    """One recording of a sentence, to listen to. `alone`: who looks recorded it, so somebody else approves it."""

    id: int
    badge: tuple[str, str]
    seconds: str
    made: str
    waits: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: `label` says in English what it is, `text` is what the speaker reads."""

    name: str
    anchor: str
    label: str
    text: str
    english: str
    takes: tuple[Take, ...]


def sections(found: Coverage, show: str, me: str, zone: str) -> list[tuple[str, list[Line]]]:
    """Return the lines under their heads: all of them, those to record, or those to approve."""
    heads: dict[str, list[Line]] = {}
    for each in found.sentences:
        if _fits(each, show):
            head = _HEADS.get(each.recording.key) or _(_SENTENCES)
            heads.setdefault(head, []).append(_line(each, found, me, zone))
    return list(heads.items())


def label(sentence: Recording) -> str:
    """Return what a sentence is, in English: "Tuesday", "2 PM", "keys", "language, key 7"."""
    if sentence.key not in _HEADS:
        name = sentence.key.removeprefix("voice_").replace("_", " ")
        return _("%(sentence)s, key %(key)s", sentence=name, key=sentence.variant) if sentence.variant else name
    number = int(sentence.variant)
    match sentence.key:
        case "weekday":
            return dates.weekday(number - 1)
        case "month":
            return dates.month(number)
        case "hour":
            return f"{number % 12 or 12} {dates.half(number)}"
        case kind:
            return f"{kind} {number}"


def _fits(sentence: Sentence, show: str) -> bool:
    match show:
        case "record":
            return not sentence.ready and sentence.waiting is None
        case "approve":
            return sentence.waiting is not None
        case _:
            return True


def _line(each: Sentence, found: Coverage, me: str, zone: str) -> Line:
    takes = tuple(_takes(each, me, zone))
    anchor = "r-" + each.recording.name.replace("/", "-").replace("_", "-")
    return Line(each.recording.name, anchor, label(each.recording), each.recording.text, _english(each, found), takes)


def _english(each: Sentence, found: Coverage) -> str:
    """Return the script in English, for who does not read the language; what a value's sentence says is its label."""
    said = {"program": found.program.name, "phone": found.program.phone, "key": each.recording.variant}
    script = voice_scripts("en").get(each.recording.key, "")
    if each.recording.key == "voice_language":  # each language offers itself
        script = script.replace("English", languages()[found.language].english_name)
    return PLACEHOLDER.sub(lambda named: said.get(named[1], "…"), script)


def _takes(each: Sentence, me: str, zone: str) -> Iterator[Take]:
    if each.played is not None:
        yield _take(each.played, (_("Words changed"), "warn") if each.stale else (_("Approved"), "good"), me, zone)
    if each.waiting is not None:
        yield _take(each.waiting, (_("To approve"), "accent"), me, zone, waits=True)


def _take(stored: StoredRecording, badge: tuple[str, str], me: str, zone: str, waits: bool = False) -> Take:
    who = {"who": stored.recorded_by, "date": date_of(stored.recorded_at, zone)}
    if stored.approver is not None and stored.approved_at is not None:
        approved = {"approver": stored.approver, "approved": date_of(stored.approved_at, zone)}
        made = _("Recorded by %(who)s, %(date)s; approved by %(approver)s, %(approved)s", **who, **approved)
    else:
        made = _("Recorded by %(who)s, %(date)s", **who)
    alone = waits and same_name(me, stored.recorded_by)
    return Take(stored.id, badge, f"{stored.millis / 1000:.1f} s", made, waits, alone)
