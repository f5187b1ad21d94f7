"""Words: may we say this in this language? How far each text is in each language, who is asked for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from admin import wording_labels
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.language import N_
from admin.roles import Right
from admin.words_for_me import approvals_for, for_me
from locales.factory import factory_languages
from locales.languages import languages
from outreach.engine.coverage import coverage_of
from outreach.engine.read_aloud import recorded_languages
from outreach.engine.word_matrix import Cell, Far, matrix
from outreach.engine.word_people import same_name
from outreach.engine.word_places import calls_of, texts_of
from outreach.engine.word_requests import ready
from outreach.store import message_versions, programs, word_requests
from outreach.store.programs import StoredProgram
from outreach.store.reads.language_gaps import open_gaps
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.word_requests import StoredRequest

pages = Blueprint("wording", __name__, url_prefix="/words")
CHANNELS = {"texts": N_("Texts"), "calls": N_("Calls")}
SHOWN = {"all": N_("All languages"), "unsent": N_("Not all is sent"), "open": N_("Something waits")}


@dataclass(frozen=True, slots=True)
class Line:
    """One language of the matrix. `unsent`: the texts of which nothing is sent; `heard`: recordings there, and all."""

    language: str
    cells: list[Cell]
    unsent: int
    heard: tuple[int, int] | None

    def address(self, program_id: int) -> str:
        """Return the address of this language's texts, which lacks their keys alone."""
        return url_for(".one", program_id=program_id, language=self.language, key="-").removesuffix("-")

    @property
    def waits(self) -> int:
        """How many texts have a version that nobody has approved."""
        return sum(each.far is not Far.APPROVED for each in self.cells)


@pages.get("")
@allowed(Right.WORDS)
def shown() -> str:
    """How far is each text in each language, and what stops a language from being sent?"""
    channel, show = _choice("channel", CHANNELS), _choice("show", SHOWN)
    with deployment().read(signed_in().actor) as uow:
        known, program = _chosen(uow)
        keys = (calls_of if channel == "calls" else texts_of)(program) if program else ()
        lines = _lines(uow, program, keys, channel) if program and not asks_itself_again() else []
        counts = _counts(uow)
    return render_template(
        "admin/words.html", programs=known, program=program, keys=keys, channel=channel, channels=CHANNELS, show=show,
        shows=SHOWN, lines=[each for each in lines if _fits(each, show)], every=len(lines), tab="covered",
        unsent=sum(each.unsent > 0 for each in lines), languages=languages(), counts=counts, labels=wording_labels,
        names={key: wording_labels.name(key) for key in keys},
    )  # fmt: skip


@pages.get("/for-me")
@allowed(Right.WORDS)
def mine() -> str:
    """What is asked of me, what may I approve, and who is asked for what?"""
    me = signed_in()
    with deployment().read(me.actor) as uow:
        known = programs.programs(uow)
        asked_for = word_requests.open_requests(uow)
        cells = {each: _all_cells(uow, known[each]) for each in {one.program_id for one in asked_for}}
        jobs = [(each, len(_ready(cells, each)), _first(_ready(cells, each))) for each in asked_for]
        counts, approvals = _counts(uow), approvals_for(uow, me)
    return render_template(
        "admin/words_for_me.html", programs=known, counts=counts, tab="mine", languages=languages(),
        mine=[each for each in jobs if same_name(me.name, each[0].asked_of)],
        others=[each for each in jobs if not same_name(me.name, each[0].asked_of)],
        approvals=approvals, labels=wording_labels,
    )  # fmt: skip


@pages.get("/languages")
@allowed(Right.WORDS)
def spoken() -> str:
    """Which languages does a program speak, what is known of each, and which more could it speak?"""
    with deployment().read(signed_in().actor) as uow:
        known, program = _chosen(uow)
        lines = _lines(uow, program, texts_of(program), "texts") if program else []
        counts = _counts(uow)
    return render_template(
        "admin/words_languages.html", programs=known, program=program, counts=counts, tab="spoken",
        lines=lines, languages=languages(), brought=frozenset(factory_languages()),
    )  # fmt: skip


def _counts(uow: UnitOfWork) -> dict[str, int]:
    """Return what the tabs count."""
    return {"mine": for_me(uow, signed_in()), "gaps": len(open_gaps(uow))}


def _chosen(uow: UnitOfWork) -> tuple[list[StoredProgram], StoredProgram | None]:
    known = list(programs.programs(uow).values())
    wanted = request.args.get("program", type=int)
    if wanted is not None and wanted not in [each.id for each in known]:
        abort(404)
    return known, next((each for each in known if wanted in (None, each.id)), None)


def _lines(uow: UnitOfWork, program: StoredProgram, keys: tuple[str, ...], channel: str) -> list[Line]:
    rows = matrix(message_versions.versions(uow, program.id, keys), program.languages, keys)
    return [
        Line(language, cells, sum(each.sent is None for each in cells), _heard(uow, program, language, channel))
        for language, cells in zip(program.languages, rows, strict=True)
    ]


def _heard(uow: UnitOfWork, program: StoredProgram, language: str, channel: str) -> tuple[int, int] | None:
    if channel != "calls" or language not in recorded_languages(program):
        return None
    found = coverage_of(uow, program, language)
    return found.ready, len(found.sentences)


def _all_cells(uow: UnitOfWork, program: StoredProgram) -> dict[str, list[Cell]]:
    keys = (*texts_of(program), *calls_of(program))
    rows = matrix(message_versions.versions(uow, program.id), program.languages, keys)
    return dict(zip(program.languages, rows, strict=True))


def _ready(cells: dict[int, dict[str, list[Cell]]], asked_for: StoredRequest) -> list[Cell]:
    there = cells[asked_for.program_id].get(asked_for.language, [])
    return ready(there, asked_for.key, asked_for.work)


def _first(found: list[Cell]) -> str | None:
    return found[0].key if found else None


def _fits(line: Line, show: str) -> bool:
    return show == "all" or (line.unsent > 0 if show == "unsent" else line.waits > 0)


def _choice(field: str, options: Iterable[str]) -> str:
    listed = list(options)
    asked_for = request.args.get(field, listed[0])
    if asked_for not in listed:
        abort(400)
    return asked_for
