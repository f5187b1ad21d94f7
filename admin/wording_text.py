"""One text beside its English: what it says, how it arrives, what is wrong with it, who did what, what I can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template, request
from markupsafe import Markup

from admin import wording_labels
from admin.access import Person, allowed, asks_itself_again, deployment, signed_in
from admin.language import N_
from admin.roles import Right, rights
from admin.wording import pages
from admin.wording_beside import beside
from admin.wording_diff import difference
from locales.factory import voice_scripts
from locales.languages import languages
from outreach.engine.read_aloud import recorded_languages
from outreach.engine.refusals import NotAsked
from outreach.engine.word_check import Checked, check_against
from outreach.engine.word_matrix import Cell, Far, cell
from outreach.engine.word_people import next_step, objection
from outreach.engine.word_places import Place, calls_of, english_by_hash, english_of, known, texts_of
from outreach.engine.word_preview import Sample, samples
from outreach.store import accounts, message_versions, word_requests
from outreach.store.accounts import DISABLED
from outreach.store.message_versions import APPROVED, DRAFT, SOURCE, WAITING, StoredVersion
from outreach.store.programs import StoredProgram
from outreach.store.reads.words_waiting import planned
from outreach.store.unit_of_work import UnitOfWork

_DID = (
    ("written_at", "author", N_("Written")),
    ("translated_at", "translator", N_("Translated")),
    ("reviewed_at", "reviewer", N_("Reviewed")),
    ("approved_at", "approver", N_("Approved")),
    ("ended_at", "ended_by", ""),
)
_RECENT = 20  # versions that a page shows
_ENDED = {"sent_back": N_("Sent back"), "withdrawn": N_("Withdrawn")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A form that is shown again: which one, what is amiss, and the words that somebody wrote in it."""

    form: str = ""
    problem: str = ""
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One version in the history, with what each person did with it, and what differs from the one before."""

    version: StoredVersion
    did: list[tuple[str, str, datetime]]
    differs: Markup | None


@pages.get("/<row:program_id>/<language>/<key>")
@allowed(Right.WORDS)
def one(program_id: int, language: str, key: str) -> str:
    """May we say this, in this language?"""
    return text_page(Place(program_id, language, key))


def text_page(place: Place, shown: Shown | None = None) -> str:
    """Return the page of one text; `shown` is the form that was refused, or previewed."""
    shown = shown or Shown()
    with deployment().read(signed_in().actor) as uow:
        try:
            program = known(uow, place)
        except NotAsked:
            abort(404)
        if asks_itself_again():  # what somebody reads or writes here stays as it is
            return render_template("admin/words_text.html", alone=True, place=place, name=wording_labels.name)
        seen = _seen(uow, program, place, shown)
    return render_template(
        "admin/words_text.html", alone=False, place=place, shown=shown, labels=wording_labels, difference=difference,
        languages=languages(),
        works=wording_labels.ASKED, name=wording_labels.name, **seen,
    )  # fmt: skip


def _seen(uow: UnitOfWork, program: StoredProgram, place: Place, shown: Shown) -> dict[str, Any]:
    stored = message_versions.versions_of(uow, place.program_id, place.key)
    mine = [each for each in stored if each.language == place.language]
    here, english = cell(stored, place.language, place.key), english_of(stored, place.key)
    spoken, checked = place.key in calls_of(program), _read(program, place, here, english, shown)
    me, asked = signed_in(), word_requests.open_requests(uow, place.program_id)
    return {
        "program": program,
        "cell": here,
        "english": english,
        "changed": _made_for(stored, mine, here, english),
        "spoken": spoken,
        "read_aloud": spoken and place.language in recorded_languages(program),
        "checked": checked,
        "samples": _samples(program, place, here, shown, spoken),
        "without_time": _without_time(uow, program, place),
        "past": _past(mine),
        "older": max(0, len(mine) - _RECENT),
        "step": next_step(here.version) if here.version else None,
        "why_not": _why_not(here.version, me),
        "may_end": here.version is not None and here.version.state in WAITING,
        "withdraws": _withdraws(uow, place, here),
        "asked": [each for each in asked if each.language == place.language and each.key in (None, place.key)],
        "beside": beside(uow, program, place),
        "people": _people(uow),
        "now": uow.now,
    }


def _people(uow: UnitOfWork) -> list[str]:
    """Return who can be asked by name: who has an account here and may work with words."""
    may = {role for role, held in rights().items() if Right.WORDS in held}
    return [each.name for each in accounts.every(uow) if each.state != DISABLED and each.role in may]


def _made_for(
    stored: list[StoredVersion], mine: list[StoredVersion], here: Cell, english: StoredVersion | None
) -> StoredVersion | None:
    """Return the English that the words were made for, where it is not the one that holds now (COPY-12)."""
    if here.far is not Far.CHANGED or english is None:
        return None
    before = (english_by_hash(stored, each) for each in reversed(mine))
    return next((each for each in before if each is not None and each.body != english.body), None)


def _body(here: Cell, shown: Shown) -> str:
    return shown.body if shown.body is not None else here.version.body if here.version else ""


def _read(
    program: StoredProgram, place: Place, here: Cell, english: StoredVersion | None, shown: Shown
) -> Checked | None:
    body = _body(here, shown)
    if not body:
        return None
    draft = StoredVersion(0, program.id, place.key, place.language, 0, body, DRAFT, "", None, None)
    return check_against(program, draft, english.body if english else None)


def _samples(program: StoredProgram, place: Place, here: Cell, shown: Shown, spoken: bool) -> list[Sample]:
    body = _body(here, shown)
    return samples(program, place.language, body, spoken) if body else []


def _without_time(uow: UnitOfWork, program: StoredProgram, place: Place) -> tuple[str, Sample | None] | None:
    """Return the text that takes this one's place where no time of the visit is known, and how it arrives."""
    key = f"{place.key}_no_time"
    if key not in (*texts_of(program), *calls_of(program)):
        return None
    twin = cell(message_versions.versions_of(uow, place.program_id, key), place.language, key)
    found = samples(program, place.language, twin.version.body, key in voice_scripts(SOURCE)) if twin.version else []
    return key, found[0] if found else None


def _past(mine: list[StoredVersion]) -> list[Past]:
    before: Mapping[int, StoredVersion] = dict(zip([each.id for each in mine[1:]], mine, strict=False))
    found = []
    for version in mine[: -_RECENT - 1 : -1]:
        did = [
            (label or _ENDED.get(version.state, ""), who, at)
            for when, by, label in _DID
            for who, at in [(getattr(version, by), getattr(version, when))]
            if who and at
        ]
        older = before.get(version.id)
        found.append(Past(version, did, difference(older.body, version.body) if older else None))
    return found


def _why_not(version: StoredVersion | None, me: Person) -> str | None:
    """Return why who looks may not take the next step, in words; None where they may."""
    step = next_step(version) if version else None
    if version is None or step is None:
        return None
    if step == APPROVED and not me.may(Right.APPROVE):
        return N_("An approver answers for it.")
    return objection(version, step, me.name)


def _withdraws(uow: UnitOfWork, place: Place, here: Cell) -> dict[str, Any] | None:
    """Return what is sent now and could be withdrawn, and where somebody asks, how much of what is planned says it."""
    if here.sent is None or not signed_in().may(Right.APPROVE):
        return None
    asks = "withdraw" in request.args
    reached = None if place.language == SOURCE else place.language
    words = None if place.key in voice_scripts(SOURCE) else place.key.removesuffix("_return").removesuffix("_one_way")
    return {
        "version": here.sent,
        "asks": asks,
        "planned": planned(uow, place.program_id, reached, words) if asks else 0,
        "instead": place.key.removesuffix("_place") if place.key.endswith("_place") and words else None,
    }
