"""Words and their states on the screen: badges, the letters of the matrix, chips for what is filled in, differences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from markupsafe import Markup

from admin import dates
from admin.language import N_
from admin.language import gettext as _
from admin.shell import said
from admin.wording_names import name as name
from locales.render import PLACEHOLDER
from outreach.engine.word_matrix import Cell, Far
from outreach.engine.word_preview import Filled
from outreach.store.message_versions import SOURCE
from outreach.store.word_requests import Work

BADGES: Mapping[Far, tuple[str, str]] = MappingProxyType(
    {
        Far.MISSING: (N_("Missing"), "bad"),
        Far.SENT_BACK: (N_("Sent back"), "warn"),
        Far.WITHDRAWN: (N_("Withdrawn"), "bad"),
        Far.CHANGED: (N_("English changed"), "warn"),
        Far.DRAFT: (N_("Draft"), "draft"),
        Far.TRANSLATED: (N_("Translated"), "grey"),
        Far.REVIEWED: (N_("Reviewed"), "accent"),
        Far.APPROVED: (N_("Approved"), "good"),
    }
)
LETTERS: Mapping[Far, str] = MappingProxyType(
    {
        Far.MISSING: "–",
        Far.SENT_BACK: "D",
        Far.WITHDRAWN: "–",
        Far.CHANGED: "!",
        Far.DRAFT: "D",
        Far.TRANSLATED: "T",
        Far.REVIEWED: "R",
        Far.APPROVED: "✓",
    }
)
NEXT: Mapping[str, str] = MappingProxyType(
    {
        "translated": N_("I translated this"),
        "reviewed": N_("I reviewed this"),
        "approved": N_("Approve"),
    }
)
ASKED: Mapping[str, str] = MappingProxyType({Work.TRANSLATE: N_("Translate"), Work.REVIEW: N_("Review")})
SAMPLES: Mapping[str, str] = MappingProxyType(
    {Filled.USUAL: N_("As it usually arrives"), Filled.LONGEST: N_("With the longest values")}
)
_MACHINE = N_("Machine draft")


def badge_of(cell: Cell) -> tuple[str, str]:
    """Return the badge of a text's newest version; a draft that nobody wrote or translated here is a machine's."""
    label, tone = BADGES[cell.far]
    if cell.far is Far.DRAFT and cell.language != SOURCE and cell.version is not None and cell.version.author is None:
        label = _MACHINE
    return _(label), tone


def told(cell: Cell) -> str:
    """Return what a cell says to who does not see it: how far it is, and what is sent meanwhile."""
    how, _tone = badge_of(cell)
    if cell.version is not None and cell.sent is not None and cell.sent != cell.version:
        return _("%(state)s; version %(number)d is sent meanwhile", state=how, number=cell.sent.version)
    return how


def on(day: date) -> str:
    """Return a day as "Tue Dec 1"."""
    return dates.week_day(day)


def chips(text: str) -> Markup:
    """Return a text in which each name in braces is a chip, and what turns text round is visible."""
    return Markup(PLACEHOLDER.sub(r'<bdi class="o-chip" dir="ltr">\1</bdi>', str(said(text))))  # noqa: S704 - escaped
