"""The words on the screen for what was understood of a reply, and for each rule that said so."""

from __future__ import annotations

import re
from typing import Protocol

from admin import event_words, text_words
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import plain
from conversations.acts import Act
from conversations.meaning import Intent, Reason, Safety
from outreach.store.reads.thread import Heard

Toned = tuple[str, str]  # words, and the tone they are shown in

_INTENTS: dict[Intent, Toned] = {
    Intent.CONFIRM: (N_("Keeps the visit"), "good"),
    Intent.DECLINE: (N_("Cannot come"), "warn"),
    Intent.RESCHEDULE_REQUEST: (N_("Wants another time"), "warn"),
    Intent.NEED_TRANSPORT: (N_("Needs a ride"), "warn"),
    Intent.TRANSPORT_OK: (N_("Has a ride"), "good"),
    Intent.ON_MY_WAY: (N_("On the way"), "good"),
    Intent.RUNNING_LATE: (N_("Running late"), "warn"),
    Intent.ARRIVED: (N_("Is there"), "good"),
    Intent.VISIT_COMPLETED: (N_("Was at the visit"), "good"),
    Intent.VISIT_NOT_COMPLETED: (N_("Was not at the visit"), "warn"),
    Intent.OPT_OUT: (N_("Stop texts"), "bad"),
    Intent.OPT_IN: (N_("Begin texts again"), "good"),
    Intent.HELP: (N_("Asks who we are"), "grey"),
    Intent.WRONG_NUMBER: (N_("Wrong number"), "warn"),
    Intent.DECEASED_REPORT: (N_("Reports a death"), "bad"),
    Intent.LANGUAGE_SWITCH: (N_("Wants another language"), "accent"),
    Intent.MEDICATION_QUESTION: (N_("Medicine question"), "bad"),
    Intent.EMERGENCY: (N_("Possible danger"), "bad"),
    Intent.REQUEST_HUMAN: (N_("Asks for a person"), "grey"),
    Intent.QUESTION_OTHER: (N_("Question for a person"), "grey"),
    Intent.ACKNOWLEDGEMENT: (N_("Thanks"), "grey"),
    Intent.UNCLEAR: (N_("Not clear, for a person"), "grey"),
}
_SAFETY: dict[Safety, Toned] = {
    Safety.EMERGENCY: (N_("Possible danger"), "bad"),
    Safety.ABUSE: (N_("Possible abuse"), "bad"),
    Safety.REVIEW: (N_("To be read for safety"), "bad"),
    Safety.OPT_OUT: (N_("Stop texts"), "bad"),
    Safety.OPT_IN: (N_("Begin texts again"), "good"),
    Safety.HELP: (N_("Asks who we are"), "grey"),
    Safety.WRONG_NUMBER: (N_("Wrong number"), "warn"),
    Safety.DECEASED_REPORT: (N_("Reports a death"), "bad"),
    Safety.MEDICATION_QUESTION: (N_("Medicine question"), "bad"),
    Safety.POSSIBLE_VISIT_CANCEL: (N_("Perhaps cancels the visit"), "warn"),
    Safety.KEEP_RIDES: (N_("Says no more than: ride"), "grey"),
}
_REASONS = Sayings(
    {
        Reason.TRANSPORT_FAILURE: N_("no way to come"),
        Reason.WORK_CONFLICT: N_("work"),
        Reason.CAREGIVER_UNAVAILABLE: N_("cares for somebody"),
        Reason.HOSPITALIZED: N_("in hospital"),
        Reason.COST_INSURANCE: N_("cost or coverage"),
        Reason.FEAR_DISTRUST: N_("fear or distrust"),
        Reason.HOUSING_INSTABILITY: N_("housing"),
        Reason.CLINIC_CANCELED: N_("the clinic cancelled"),
        Reason.UNABLE_TO_REACH: N_("could not be reached"),
    }
)
# What the patterns found in the member's words, act by act.
_ACTS = Sayings(
    {
        Act.YES: N_("says yes"),
        Act.OK: N_("agrees, or takes note"),
        Act.NO: N_("says no"),
        Act.COME: N_("will come"),
        Act.CANNOT: N_("cannot come"),
        Act.CHANGE: N_("wants another time"),
        Act.RIDE: N_("wants a ride"),
        Act.NO_RIDE: N_("has no ride"),
        Act.HAS_RIDE: N_("has a ride"),
        Act.LATE: N_("is running late"),
        Act.ON_WAY: N_("is on the way"),
        Act.ARRIVED: N_("is there"),
        Act.WENT: N_("was at the visit"),
        Act.MISSED: N_("was not at the visit"),
        Act.PERSON: N_("wants to talk to a person"),
        Act.WHO: N_("asks who writes"),
        Act.ASK: N_("asks something"),
        Act.HELP: N_("asks how this works"),
        Act.THANKS: N_("is polite"),
        Act.MAYBE: N_("leaves it open"),
        Act.WAIT: N_("takes back what was said before"),
        Act.START: N_("wants texts again"),
        Act.STOP: N_("wants no more texts"),
        Act.NOT_STOP: N_("sounds like a stop and is none"),
        Act.WRONG: N_("says that the number is not the member's"),
        Act.DEAD: N_("reports a death"),
        Act.NOT_DEAD: N_("sounds like a death and is none"),
        Act.MEDICINE: N_("speaks of medicine"),
        Act.NOT_MEDICINE: N_("sounds like a question on medicine and is none"),
        Act.DANGER: N_("may mean danger"),
        Act.ABUSE: N_("may mean abuse"),
        Act.IDIOM: N_("is a figure of speech, or over"),
    }
)
_RULES = Sayings(
    {
        "second-reader": N_("is what the second reader makes of it"),
        "CRI-02/phrase": N_("may mean danger"),
        "CRI-03/second-reader": N_("alarms the second reader"),
        "LAW-22/keyword": N_("is the word that stops texts"),
        "LAW-22/other-name": N_("names somebody else"),
        "LAW-22/phrase": N_("asks us to stop"),
        "LAW-25/phrase": N_("asks for texts again"),
        "7.1/put-right": N_("corrects an answer given before"),
        "7.1/signs": N_("is a sign and no word"),
        "TWI-26": N_("looks like an automatic answer"),
        "TWI-29": N_("was taken for a stop by the carrier"),
        "staff": N_("was corrected by"),
        "CRI-02": N_("may mean danger"),
        "CRI-03": N_("may be a figure of speech: a person reads it"),
        "LAW-14": N_("is a word that stops texts"),
        "LAW-17": N_("keeps texts about rides, if we have just asked"),
        "LAW-21": N_("may also cancel the visit: a person asks"),
        "LAW-22": N_("asks us to stop"),
        "LAW-22/disguised": N_("asks us to stop, written in a way of its own"),
        "LAW-22/near": N_("is close to a word that stops texts: a person reads it"),
        "LAW-22/wrong-number": N_("says that the number is not the member's"),
        "LAW-23": N_("may ask us to stop: a person reads it"),
        "LAW-23/alphabet": N_("is in an alphabet that is not read here: a person reads it"),
        "LAW-25": N_("begins texts again"),
        "TWI-27/help": N_("asks who we are and how to stop"),
        "OUT-04": N_("gives a reason"),
        "OUT-04/deceased": N_("reports a death"),
        "COPY-02/no-such-option": N_("answers no question that is open"),
        "COPY-02/says-more": N_("says more than an answer: a person reads it"),
        "TIM-15": N_("may answer an older question: we ask back"),
        "7.1/9": N_("asks for another language"),
        "7.1/12": N_("speaks of medicine: a nurse answers"),
        "7.1/14": N_("is a question that only a person can answer"),
        "7.1/15": N_("is not understood: a person reads it"),
        "7.1/identity": N_("asks who writes"),
    }
)
# What the screens do at once, before any loop decides (CRI-01).
_AT_ONCE = Sayings(
    {
        Safety.EMERGENCY: N_("task opened: crisis"),
        Safety.ABUSE: N_("task opened: crisis"),
        Safety.REVIEW: N_("task opened: review for safety"),
        Safety.OPT_OUT: N_("texts to this phone stopped"),
        Safety.WRONG_NUMBER: N_("texts to this phone stopped"),
        Safety.DECEASED_REPORT: N_("texts to this phone stopped, task opened: report of a death"),
        Safety.POSSIBLE_VISIT_CANCEL: N_("task opened: visit perhaps cancelled"),
    }
)
_INTENT_RULE = re.compile(r"7\.1/([a-z_]+)")


class Understood(Protocol):
    """A reply as far as it was understood: codes of intents (None while it is unread), reason and safety."""

    @property
    def intents(self) -> tuple[str, ...] | None:
        """What is wanted."""
        ...

    @property
    def reason(self) -> str | None:
        """Why."""
        ...

    @property
    def safety(self) -> tuple[str, ...]:
        """What the screens found."""
        ...


def chips(heard: Understood) -> list[Toned]:
    """Return what was understood, each thing once, the gravest first: safety, then what is wanted, then why."""
    if heard.intents is None:
        return [(_("Not read yet"), "outline")]
    found = [_said(_SAFETY[Safety(flag)]) for flag in heard.safety]
    found += [_said(_INTENTS[Intent(code)]) for code in heard.intents]
    if heard.reason:
        found.append((_("Because: %(reason)s", reason=reason(heard.reason)), "grey"))
    return list(dict.fromkeys(found)) or [(_("For a person"), "grey")]


def _said(toned: Toned) -> Toned:
    words, tone = toned
    return _(words), tone


def intent(code: str) -> str:
    """Return what is wanted, in words."""
    return _(_INTENTS[Intent(code)][0])


def nothing_found() -> tuple[str, str]:
    """Return what the screens say where they found nothing, with its rule."""
    return _("Safety, opt-out, wrong number: nothing found"), "CRI-01"


def corrected(heard: Heard) -> str:
    """Return "Ana: keeps the visit, because: work" where a person corrected what was understood; else nothing."""
    if heard.corrected is None:
        return ""
    said = [intent(code).lower() for code in heard.corrected.intents]
    if heard.corrected.reason:
        said.append(_("because: %(reason)s", reason=reason(heard.corrected.reason)))
    return f"{heard.corrected.by}: {', '.join(said)}"


def labels() -> list[tuple[str, str]]:
    """Return every intent that a reply can be corrected to, with its words."""
    return [(each.value, intent(each.value)) for each in _INTENTS]


def reasons() -> list[tuple[str, str]]:
    """Return every reason that a member can give, with its words."""
    return [(each.value, reason(each.value)) for each in Reason if each is not Reason.NOT_STATED]


def reason(code: str) -> str:
    """Return a reason in words."""
    return _REASONS.get(Reason(code)) or plain(code)


def meant(rule: str, heard: Understood) -> str:
    """Say what a rule made of the words that it quotes."""
    if rule in _RULES:
        return _RULES[rule]
    if rule == "7.1/11":
        return _("means: %(what)s", what=", ".join(intent(code) for code in heard.intents or ()).lower())
    if rule.startswith("COPY-02/"):
        return _("answers %(text)s", text=text_words.name(rule.partition("/")[2]))
    if rule.startswith("7.1/11/"):
        return _part(rule.removeprefix("7.1/11/"))
    decided = _INTENT_RULE.fullmatch(rule)
    if decided and decided[1] in list(Intent):
        return _("is taken as: %(what)s", what=intent(decided[1]).lower())
    return _RULES.get(rule.partition("/")[0]) or _("decided it")


def _part(what: str) -> str:
    """Say what one pattern found: an act, a reason, a time or a language."""
    kind, _colon, code = what.partition(":")
    match kind:
        case "why":
            return _("gives a reason: %(reason)s", reason=reason(code))
        case "when":
            return _("names a time")
        case "speak":
            return _("asks for another language")
        case _:
            return _ACTS[Act(what)]


def done(heard: Heard) -> str:
    """Return what was done on a reply, in one line: at once, then what its loop decided."""
    at_once = [_AT_ONCE[flag] for flag in _AT_ONCE if flag in heard.safety]
    found = dict.fromkeys([*at_once, *map(event_words.effect, heard.effects)])
    said = ", ".join(found)
    return said[:1].upper() + said[1:]
