"""Settings in words: what is amiss with one, what follows from a change, who set it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from admin.language import N_, ngettext
from admin.language import gettext as _
from admin.settings_fields import Form, Kind, fields
from outreach.engine.program_settings import Effect, Mistake
from outreach.store.setting_versions import BEFORE

# What pydantic calls a mistake, and what a person does about it.
_ADVICE: Mapping[str, str] = {
    "missing": N_("Fill this in."),
    "int_type": N_("Give a whole number."),
    "int_parsing": N_("Give a whole number."),
    "int_from_float": N_("Give a whole number."),
    "time_type": N_("Give a time like 09:00."),
    "time_parsing": N_("Give a time like 09:00."),
    "date_parsing": N_("Give dates like 2027-03-15, one a line."),
    "date_from_datetime_parsing": N_("Give dates like 2027-03-15, one a line."),
    "date_from_datetime_inexact": N_("Give dates like 2027-03-15, one a line."),
    "literal_error": N_("Choose one of the list."),
    "enum": N_("Choose one of the list."),
    "string_type": N_("Fill this in."),
}
_LIMITS: Mapping[str, str] = {
    "less_than_equal": N_("At most %(limit)s."),
    "greater_than_equal": N_("At least %(limit)s."),
    "string_too_long": N_("At most %(limit)s characters."),
    "string_too_short": N_("Fill this in."),
    "too_short": N_("Choose at least one."),
}
_PATTERNS: Mapping[str, str] = {
    "phone": N_("Write it as 800-555-0100."),
    "key": N_("Use small letters, digits, - and _, at most 40, and begin with a letter or digit."),
}
_RULES: Mapping[tuple[str, ...], str] = {("caps", "per_day"): "LAW-35", ("caps", "per_week"): "LAW-35"}
# What the tables say themselves; they are sentences of ours, to be found here by who translates.
_SAID = (
    N_("is not a time zone we know; write it as America/New_York or America/Chicago"),
    N_("must have 1 to 12 plain characters, for it stands in every text (COPY-05)"),
    N_("Sending hours must lie between 08:00 and 21:00 and open before they close (LAW-33)"),
    N_("opens must be before closes, both on the clocks of the office"),
    N_('weekdays must name at least one day, as ["mon", "tue"]'),
    N_("webhook_url and its secret go together, for every signal is signed"),
    N_("There is a clinic with this key; open that one, or choose another key."),
    N_("There is a program with this key; choose another one."),
    N_("There is no such environment variable; its name ends in WEBHOOK_SECRET."),
)
_IN_PLACE: Mapping[str, str] = {
    'weekdays must name at least one day, as ["mon", "tue"]': N_("Choose at least one day."),
    "opens must be before closes, both on the clocks of the office": N_("It must open before it closes."),
    "webhook_url and its secret go together, for every signal is signed": N_(
        "An address and its secret go together, for every signal is signed."
    ),
    "give one of webhook_secret, webhook_secret_env and webhook_secret_kept, not both": N_(
        "Give the secret or the name of its variable, not both."
    ),
}


def amiss(mistakes: Iterable[Mistake], form: Form) -> tuple[list[str], dict[str, str]]:
    """Return what is amiss with the whole, and what with each field, by its name."""
    whole: list[str] = []
    beside: dict[str, str] = {}
    for mistake in mistakes:
        name = _field(mistake.where, form)
        if name is None:
            whole.append(problem(mistake))
        else:
            beside.setdefault(name, problem(mistake))
    return whole, beside


def _field(where: tuple[str, ...], form: Form) -> str | None:
    """The field whose value is amiss, or the first one of the table that is; None for the whole."""
    asked = [field for field in fields(form) if field.kind is not Kind.THERE]
    inside = max((f for f in asked if where[: len(f.path)] == f.path), key=lambda f: len(f.path), default=None)
    found = inside or next((field for field in asked if where and field.path[: len(where)] == where), None)
    return found.name if found else None


def problem(mistake: Mistake) -> str:
    """Say what is wrong and what to do, with the rule where there is one."""
    last = next((part for part in reversed(mistake.where) if not part.isdigit()), "")
    if mistake.kind == "string_pattern_mismatch" and last in _PATTERNS:
        return _(_PATTERNS[last])
    if mistake.kind in _LIMITS:
        rule = _RULES.get(mistake.where)
        said = _(_LIMITS[mistake.kind], limit=mistake.limit)
        return f"{said} ({rule})" if rule else said
    if mistake.kind in _ADVICE:
        return _(_ADVICE[mistake.kind])
    said = _(_IN_PLACE.get(mistake.text, mistake.text))
    sentence = f"{said[:1].upper()}{said[1:]}".replace("\n", " ")
    return sentence if sentence.endswith(".") else f"{sentence}."


def effects(found: Mapping[Effect, int]) -> list[str]:
    """Say what follows from a change, the gravest first and the work last."""
    said = {
        Effect.SENDER: _(
            "Members see another number. They may not know it, and a STOP they sent to the old one still holds."
        ),
        Effect.STATE: _(
            "Another state's hours and limits hold for members of whom nothing says where they live (LAW-32)."
        ),
        Effect.NO_STATE: _(
            "The strictest hours and limits of all states hold for members "
            "of whom nothing says where they live (LAW-32)."
        ),
        Effect.SAYS_MORE: _(
            "Texts may say more of visits at this clinic. Visits that are known keep the "
            "stricter rule until the clinic's file names them again (HIP-05)."
        ),
        Effect.SAYS_LESS: ngettext(
            "From now on texts of %(num)d open visit say less, or are not sent (HIP-05).",
            "From now on texts of %(num)d open visits say less, or are not sent (HIP-05).",
            found.get(Effect.SAYS_LESS, 0),
        ),
        Effect.NO_DOUBLE_OPT_IN: _("Who agreed otherwise than by text is no longer asked for a yes first (LAW-28)."),
        Effect.NO_CALLS: _("Members who ring the program hear nothing of ours from now on."),
        Effect.RECORDS: _("What callers say is recorded, after an announcement (LAW-48)."),
        Effect.REPLANS: ngettext(
            "%(num)d open visit is planned again. What was sent is never planned twice.",
            "%(num)d open visits are planned again. What was sent is never planned twice.",
            found.get(Effect.REPLANS, 0),
        ),
    }
    last = (Effect.REPLANS,)
    return [said[effect] for effect in (*(each for each in Effect if each not in last), *last) if effect in found]


def who(actor: str) -> str:
    """Return who set something, by name."""
    kind, _colon, name = actor.partition(":")
    if actor == BEFORE:
        return _("Before versions were kept")
    return name if kind == "person" else _("A program file")
