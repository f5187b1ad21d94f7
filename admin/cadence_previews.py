"""Before a cadence is published: what real visits would get by it, and what the coming weeks would be like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request

from admin import cadence_chart, rule_words, words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.cadences import around
from admin.language import gettext as _
from admin.looks import looking
from admin.roles import Right
from admin.settings_stored import program_or_404
from locales.languages import languages
from outreach.engine import cadences
from outreach.engine.habits import Habits
from outreach.engine.preview import MOST, Pair, preview_open, preview_past
from outreach.engine.rehearsed import HELD, LEAVES, REFUSED, WAITS, Played
from outreach.engine.what_if import Assumed, Simulated, assumed, simulate
from outreach.loops.cadence import Cadence
from outreach.loops.instants import local_date
from outreach.store import loops
from outreach.store.reads import rehearsing
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("cadence_previews", __name__, url_prefix="/cadences")
SHOWN = 50  # visits whose texts are listed; all that were played are counted
_LOOP = re.compile(r"\s*(?:L-)?([1-9][0-9]{0,17})\s*", re.IGNORECASE)
_ROW = re.compile(r"[1-9][0-9]{0,17}")
_SHARES = tuple(Habits.__dataclass_fields__)
_WEEKS = (1, 2, 4, 8)
_MOST_A_WEEK = 100_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What all texts of a preview come to, by one cadence."""

    texts: int
    segments: int
    held: int
    refused: int


@pages.get("/<row:program_id>/preview")
@allowed(Right.CADENCES)
def shown(program_id: int) -> str:
    """What exactly would be sent, when, and why not: by the draft, beside what is live?"""
    of = request.args.get("of", "visit")
    if of not in ("visit", "clinic", "month"):
        abort(400)
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        frame = around(uow, found)
        clinics = rehearsing.clinics(uow, program_id)
    live, draft = found.cadence, _drafted(frame, found.cadence)
    chosen = _chosen(of, program_id, clinics)
    pairs: list[Pair] = []
    whole, now = 0, None
    if chosen is not None and not asks_itself_again():
        _note_look(of, program_id, chosen)
        with deployment().read(signed_in().actor) as uow:
            pairs, whole = _played(uow, of, program_id, chosen, live, draft)
            now = uow.now
    visits = list(dict.fromkeys(pair.either.loop for pair in pairs))
    listed = set(visits[:SHOWN])
    return render_template(
        "admin/cadence_preview.html",
        tab="preview",
        of=of,
        chosen=chosen,
        typed=request.args.get("loop", ""),
        clinics=clinics,
        groups=[(loop, [pair for pair in pairs if pair.either.loop == loop]) for loop in visits if loop in listed],
        totals=[_totals([each for each in side if each]) for side in _sides(pairs)],
        differ=sum(pair.changed for pair in pairs),
        visits=len(visits),
        in_all=whole,
        most=MOST,
        told=told,
        became=became,
        now=now,
        why=rule_words.why,
        languages=languages(),
        **frame,
    )


def _note_look(of: str, program_id: int, chosen: int) -> None:
    """Before anything is played: what is noted takes a lock, and a preview takes its time."""
    subject = f"loop:{chosen}" if of == "visit" else f"program:{program_id}"
    with looking(subject, "cadence.preview.viewed") as uow:
        found = loops.get(uow, [chosen]) if of == "visit" else []
        if of == "visit" and (not found or found[0].program != program_id):
            abort(404)


def _sides(pairs: Sequence[Pair]) -> tuple[list[Played | None], list[Played | None]]:
    return [pair.live for pair in pairs], [pair.draft for pair in pairs]


def _drafted(frame: dict[str, Any], live: Cadence) -> Cadence:
    return cadences.cadence_of(frame["draft"]) if frame["draft"] else live


def _chosen(of: str, program_id: int, clinics: Sequence[tuple[int, str]]) -> int | None:
    """Return the visit or the clinic that the address names, or None where none is named yet; 404 for another's."""
    if of == "month":
        return program_id
    value = request.args.get("loop" if of == "visit" else "clinic", "")
    if not value:
        return None
    match = (_LOOP if of == "visit" else _ROW).fullmatch(value)
    if match is None:
        abort(400)
    number = int(match[match.lastindex or 0])
    if of == "clinic" and number not in {clinic for clinic, _name in clinics}:
        abort(404)
    return number


def _played(
    uow: UnitOfWork, of: str, program_id: int, chosen: int, live: Cadence, draft: Cadence
) -> tuple[list[Pair], int]:
    if of == "visit":
        return preview_open(uow, live, draft, [chosen]), 1
    if of == "clinic":
        sample = rehearsing.open_loops(uow, program_id, MOST, chosen)
        return preview_open(uow, live, draft, [loop for loop, _known in sample.visits]), sample.whole
    today = uow.now.date()
    sample = rehearsing.on_days(uow, program_id, today - timedelta(days=30), today, MOST)
    return preview_past(uow, live, draft, sample.visits), sample.whole


def _totals(played: Sequence[Played]) -> Totals:
    gone = [each for each in played if each.gone]
    became_so = Counter(each.became for each in played)
    return Totals(
        len(gone), sum(each.segments for each in gone), became_so[HELD] + became_so[WAITS], became_so[REFUSED]
    )


def became(played: Played) -> tuple[str, str]:
    """Return the badge of what becomes of a text."""
    return {
        LEAVES: (_("Allowed"), "good"),
        HELD: (_("Held"), "warn"),
        WAITS: (_("Held"), "warn"),
        REFUSED: (_("Refused"), "warn"),
    }[played.became]


def told(pair: Pair, zone: str) -> str:
    """Return what the draft does to one text, against what is live."""
    live, draft = pair.live, pair.draft
    if draft is None:
        return _("No longer sent")
    if live is None:
        return _("New")
    if not pair.changed:
        return _("Same")
    if draft.at != live.at:
        return _("Was %(when)s", when=words.at(live.at, zone))
    return _("Changed")


@pages.get("/<row:program_id>/ahead")
@allowed(Right.CADENCES)
def ahead(program_id: int) -> str:
    """What would the coming weeks be like by the draft: how many texts, at what cost, how much work for whom?"""
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        frame = around(uow, found)
        if asks_itself_again():  # what was simulated stays on the page that asks
            return render_template("admin/cadence_frame.html", tab="ahead", **frame)
        usual, counted = assumed(uow, program_id, found.zone)
        given, amiss = _given(usual)
        today = local_date(uow.now, found.zone)
        simulated: Simulated | None = None
        if "weeks" in request.args and not amiss:
            draft = _drafted(frame, found.cadence)
            simulated = simulate(uow, program_id, found.zone, found.cadence, draft, given)
    return render_template(
        "admin/cadence_ahead.html",
        tab="ahead",
        given=given,
        counted=counted,
        wrong=amiss,
        weeks=_WEEKS,
        today=today,
        found=simulated,
        in_words=lambda code: _(languages()[code].english_name),
        charts=cadence_chart.of(simulated) if simulated else [],
        why=rule_words.why,
        **frame,
    )


def _given(usual: Assumed) -> tuple[Assumed, dict[str, str]]:
    """Return what the reader assumes, where it was typed, and what is amiss beside which field."""
    amiss: dict[str, str] = {}
    weeks = request.args.get("weeks", str(usual.weeks))
    if weeks not in map(str, _WEEKS):
        abort(400)
    new = request.args.get("new_a_week", str(usual.new_a_week))
    if not new.isascii() or not new.isdigit() or int(new) > _MOST_A_WEEK:
        amiss["new_a_week"] = _("Write a whole number up to 100,000.")
    shares: dict[str, float] = {}
    for name in _SHARES:
        typed = request.args.get(name, "")
        usually = getattr(usual.habits, name)
        share = int(typed) / 100 if typed.isascii() and typed.isdigit() and len(typed) <= 3 else usually
        if typed and (not typed.isascii() or not typed.isdigit() or share > 1):
            amiss[name] = _("Write a share from 0 to 100.")
        shares[name] = share
    for one, other in (("confirms", "declines"), ("rides", "needs_rides")):
        if shares[one] + shares[other] > 1:
            amiss[other] = _("Both answers together are more than 100.")
    habits = replace(usual.habits, **shares)
    return Assumed(int(weeks), usual.new_a_week if "new_a_week" in amiss else int(new), habits), amiss
