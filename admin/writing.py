"""What a person writes to a member in their own words: as it would arrive, what was found in it, what the gate says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import request

from admin import fields, refusals
from admin.composing import Verdict, called, counted, verdict_of
from admin.language import N_, Sayings
from admin.language import gettext as _
from locales.languages import languages
from locales.linter import Finding
from outreach.engine import own_words
from outreach.engine.own_words import CONSOLE, Vouched
from outreach.engine.own_words import Writing as Typed
from outreach.engine.own_words_check import Read
from outreach.engine.refusals import NotAsked
from outreach.engine.staff_texts import Composer
from outreach.store.unit_of_work import UnitOfWork

__all__ = ["OWN_WORDS", "Typed", "Writing", "typed", "writing"]
OWN_WORDS = "own"  # the name of the form
VOUCHERS: Mapping[Vouched, str] = Sayings(
    {
        Vouched.SPEAKER: N_("I do: I speak it well, and was found fit to use it at work."),
        Vouched.INTERPRETER: N_("A qualified interpreter or translator wrote or read it."),
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it would arrive, what it costs, and what was found: each as (what is wrong, what to do, the rule)."""

    body: str = field(repr=False)
    language: str
    direction: str
    counted: str
    refusals: tuple[tuple[str, str, str], ...] = field(repr=False)
    warnings: tuple[tuple[str, str, str], ...] = field(repr=False)
    notes: tuple[tuple[str, str, str], ...] = field(repr=False)
    agreement: str


@dataclass(frozen=True, slots=True)
class Writing:
    """The form as it is drawn; `shown` once the person asked to see their text, or `problem` why it cannot be shown."""

    languages: tuple[tuple[str, str], ...]
    verdict: Verdict
    vouchers: tuple[tuple[str, str], ...]
    foreign: bool
    typed: Typed = field(repr=False)
    shown: Shown | None = field(default=None, repr=False)
    problem: str = ""


def typed() -> Typed:
    """Read the form: what was written, in which language, who answers for it, and to what its author agreed."""
    language = request.form.get("written_in", "")
    vouched = fields.code(Vouched, "vouched") if language != CONSOLE else None
    return Typed(request.form.get("text", ""), language, vouched, request.form.get("agreement", ""))


def writing(uow: UnitOfWork, found: Composer, written: Typed | None, zone: str) -> Writing | None:
    """Return the form, with what was written read if it was; None where own words are in no language approved."""
    codes = found.own.languages
    if not codes:
        return None
    first = written or Typed("", codes[0])
    shown, problem = None, ""
    if written is not None:
        try:
            shown = _shown(own_words.read(uow, found.loop, written))
        except NotAsked as refused:
            problem = refusals.said(refused)
    return Writing(
        languages=tuple((code, called(code)) for code in codes),
        verdict=verdict_of(found.own.verdict, uow.now, zone, called(first.language)),
        vouchers=tuple(VOUCHERS.items()),
        foreign=any(code != CONSOLE for code in codes),
        typed=first,
        shown=shown,
        problem=problem,
    )


def _shown(read: Read) -> Shown:
    language = languages().get(read.language)
    return Shown(
        body=read.body,
        language=read.language,
        direction=language.direction if language else "auto",
        counted=counted(read.cost.parts, read.cost.encoding, read.cost.units),
        refusals=_said(read.refusals),
        warnings=_said(read.warnings),
        notes=_said(read.notes),
        agreement=read.agreement,
    )


def _said(found: Iterable[Finding]) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"{each.wrong[:1].upper()}{each.wrong[1:]}.", _(each.remedy), each.rule) for each in found)
