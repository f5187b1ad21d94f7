"""What the gate will say to a text to come, in words: it leaves, is held until then, or will be refused, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from admin import rule_words
from admin.composing import near
from admin.language import gettext as _
from outreach.engine.forecast import OPEN_ENDED
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A badge with its tone, a sentence, and the rule that decides."""

    badge: str
    tone: str
    said: str
    rule: str


def foreseen(said: Decision | None, due: datetime, now: datetime, zone: str) -> Foreseen | None:
    """Return the forecast of one text in words, on the clocks of `zone`; None where there is none."""
    match said:
        case None:
            return None
        case Allowed(rule=rule):
            why = _small(rule_words.may(rule))
            if due <= now:
                return Foreseen(_("Due"), "outline", _("leaves now: %(why)s", why=why), rule)
            leaves = _("leaves %(when)s: %(why)s", when=near(due, now, zone), why=why)
            return Foreseen(_("Planned"), "outline", leaves, rule)
        case HeldUntil(_, rule) if rule in OPEN_ENDED:
            return Foreseen(_("Held"), "warn", _("waits: %(why)s", why=_small(rule_words.why(rule))), rule)
        case HeldUntil(when, rule):
            why = _small(rule_words.why(rule))
            held = _("held until %(when)s: %(why)s", when=near(when, now, zone), why=why)
            return Foreseen(_("Held until"), "warn", held, rule)
        case Refused(rule):
            why, instead = _small(rule_words.why(rule)), rule_words.instead(rule)
            refused = _("will be refused: %(why)s %(instead)s", why=why, instead=instead)
            return Foreseen(_("Refused"), "warn", refused, rule)
        case _:
            assert_never(said)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
