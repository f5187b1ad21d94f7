"""What can be chosen in a settings form: zones, states, languages, sensitivities, days."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from admin.language import N_
from admin.settings_fields import DAYS
from locales.languages import languages as known_languages
from outreach.clinics.states import known_states
from outreach.clinics.zones import is_zone
from outreach.loops.anchor import Sensitivity

SENSITIVITIES: Mapping[str, str] = {
    Sensitivity.ORDINARY: N_("Ordinary: a text may name the place and the clinic's address"),
    Sensitivity.RESTRICTED: N_("Restricted: a text says when, and not where or what for"),
    Sensitivity.SILENT: N_("Silent: no texts and no automatic calls; people call instead"),
}


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """Return the zones of the country, the usual ones first."""
    ours = ("America/", "Pacific/")
    found = sorted(name for name in available_timezones() if name.startswith(ours) and is_zone(name))
    usual = ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"]
    usual += ["America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico"]
    return tuple((name, name.replace("_", " ")) for name in [*usual, *(name for name in found if name not in usual)])


@cache
def states() -> tuple[tuple[str, str], ...]:
    """Return every state and territory whose holidays are known."""
    return tuple((code, code) for code in sorted(known_states()))


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """Return every language there is, with its English name; who draws it says it."""
    return tuple((code, language.english_name) for code, language in known_languages().items())


def sensitivities() -> tuple[tuple[str, str], ...]:
    """Return how much a text may say of a visit, the laxest first."""
    return tuple(SENSITIVITIES.items())


def days() -> tuple[tuple[str, str], ...]:
    """Return the days of the week, from Monday."""
    return tuple(DAYS.items())
