"""The words on the screen for what was understood of a reply, and for each rule that said so."""

from __future__ import annotations

import re
from typing import Protocol

from admin import event_words, text_words
from admin.words import plain
from conversations.acts import Act
from conversations.meaning import Intent, Reason, Safety
from outreach.store.reads.thread import Heard

Toned = tuple[str, str]  # words, and the tone they are shown in

_INTENTS: dict[Intent, Toned] = {
    Intent.CONFIRM: ("Keeps the visit", "good"),
    Intent.DECLINE: ("Cannot come", "warn"),
    Intent.RESCHEDULE_REQUEST: ("Wants another time", "warn"),
    Intent.NEED_TRANSPORT: ("Needs a ride", "warn"),
    Intent.TRANSPORT_OK: ("Has a ride", "good"),
    Intent.ON_MY_WAY: ("On the way", "good"),
    Intent.RUNNING_LATE: ("Running late", "warn"),
    Intent.ARRIVED: ("Is there", "good"),
    Intent.VISIT_COMPLETED: ("Was at the visit", "good"),
    Intent.VISIT_NOT_COMPLETED: ("Was not at the visit", "warn"),
    Intent.OPT_OUT: ("Stop texts", "bad"),
    Intent.OPT_IN: ("Begin texts again", "good"),
    Intent.HELP: ("Asks who we are", "grey"),
    Intent.WRONG_NUMBER: ("Wrong number", "warn"),
    Intent.DECEASED_REPORT: ("Reports a death", "bad"),
    Intent.LANGUAGE_SWITCH: ("Wants another language", "accent"),
    Intent.MEDICATION_QUESTION: ("Medicine question", "bad"),
    Intent.EMERGENCY: ("Possible danger", "bad"),
    Intent.REQUEST_HUMAN: ("Asks for a person", "grey"),
    Intent.QUESTION_OTHER: ("Question for a person", "grey"),
    Intent.ACKNOWLEDGEMENT: ("Thanks", "grey"),
    Intent.UNCLEAR: ("Not clear, for a person", "grey"),
}
_SAFETY: dict[Safety, Toned] = {
    Safety.EMERGENCY: ("Possible danger", "bad"),
    Safety.ABUSE: ("Possible abuse", "bad"),
    Safety.REVIEW: ("To be read for safety", "bad"),
    Safety.OPT_OUT: ("Stop texts", "bad"),
    Safety.OPT_IN: ("Begin texts again", "good"),
    Safety.HELP: ("Asks who we are", "grey"),
    Safety.WRONG_NUMBER: ("Wrong number", "warn"),
    Safety.DECEASED_REPORT: ("Reports a death", "bad"),
    Safety.MEDICATION_QUESTION: ("Medicine question", "bad"),
    Safety.POSSIBLE_VISIT_CANCEL: ("Perhaps cancels the visit", "warn"),
    Safety.KEEP_RIDES: ("Says no more than: ride", "grey"),
}
_REASONS = {
    Reason.TRANSPORT_FAILURE: "no way to come",
    Reason.WORK_CONFLICT: "work",
    Reason.CAREGIVER_UNAVAILABLE: "cares for somebody",
    Reason.HOSPITALIZED: "in hospital",
    Reason.COST_INSURANCE: "cost or coverage",
    Reason.FEAR_DISTRUST: "fear or distrust",
    Reason.HOUSING_INSTABILITY: "housing",
    Reason.CLINIC_CANCELED: "the clinic cancelled",
    Reason.UNABLE_TO_REACH: "could not be reached",
}
# What the patterns found in the member's words, act by act.
_ACTS: dict[Act, str] = {
    Act.YES: "says yes",
    Act.OK: "agrees, or takes note",
    Act.NO: "says no",
    Act.COME: "will come",
    Act.CANNOT: "cannot come",
    Act.CHANGE: "wants another time",
    Act.RIDE: "wants a ride",
    Act.NO_RIDE: "has no ride",
    Act.HAS_RIDE: "has a ride",
    Act.LATE: "is running late",
    Act.ON_WAY: "is on the way",
    Act.ARRIVED: "is there",
    Act.WENT: "was at the visit",
    Act.MISSED: "was not at the visit",
    Act.PERSON: "wants to talk to a person",
    Act.WHO: "asks who writes",
    Act.ASK: "asks something",
    Act.HELP: "asks how this works",
    Act.THANKS: "is polite",
    Act.MAYBE: "leaves it open",
    Act.WAIT: "takes back what was said before",
    Act.START: "wants texts again",
    Act.STOP: "wants no more texts",
    Act.NOT_STOP: "sounds like a stop and is none",
    Act.WRONG: "says that the number is not the member's",
    Act.DEAD: "reports a death",
    Act.NOT_DEAD: "sounds like a death and is none",
    Act.MEDICINE: "speaks of medicine",
    Act.NOT_MEDICINE: "sounds like a question on medicine and is none",
    Act.DANGER: "may mean danger",
    Act.ABUSE: "may mean abuse",
    Act.IDIOM: "is a figure of speech, or over",
}
_RULES = {
    "second-reader": "is what the second reader makes of it",
    "CRI-02/phrase": "may mean danger",
    "CRI-03/second-reader": "alarms the second reader",
    "LAW-22/keyword": "is the word that stops texts",
    "LAW-22/other-name": "names somebody else",
    "LAW-22/phrase": "asks us to stop",
    "LAW-25/phrase": "asks for texts again",
    "7.1/put-right": "corrects an answer given before",
    "7.1/signs": "is a sign and no word",
    "TWI-26": "looks like an automatic answer",
    "TWI-29": "was taken for a stop by the carrier",
    "staff": "was corrected by",
    "CRI-02": "may mean danger",
    "CRI-03": "may be a figure of speech: a person reads it",
    "LAW-14": "is a word that stops texts",
    "LAW-17": "keeps texts about rides, if we have just asked",
    "LAW-21": "may also cancel the visit: a person asks",
    "LAW-22": "asks us to stop",
    "LAW-22/disguised": "asks us to stop, written in a way of its own",
    "LAW-22/near": "is close to a word that stops texts: a person reads it",
    "LAW-22/wrong-number": "says that the number is not the member's",
    "LAW-23": "may ask us to stop: a person reads it",
    "LAW-23/alphabet": "is in an alphabet that is not read here: a person reads it",
    "LAW-25": "begins texts again",
    "TWI-27/help": "asks who we are and how to stop",
    "OUT-04": "gives a reason",
    "OUT-04/deceased": "reports a death",
    "COPY-02/no-such-option": "answers no question that is open",
    "COPY-02/says-more": "says more than an answer: a person reads it",
    "TIM-15": "may answer an older question: we ask back",
    "7.1/9": "asks for another language",
    "7.1/12": "speaks of medicine: a nurse answers",
    "7.1/14": "is a question that only a person can answer",
    "7.1/15": "is not understood: a person reads it",
    "7.1/identity": "asks who writes",
}
# What the screens do at once, before any loop decides (CRI-01).
_AT_ONCE = {
    Safety.EMERGENCY: "task opened: crisis",
    Safety.ABUSE: "task opened: crisis",
    Safety.REVIEW: "task opened: review for safety",
    Safety.OPT_OUT: "texts to this phone stopped",
    Safety.WRONG_NUMBER: "texts to this phone stopped",
    Safety.DECEASED_REPORT: "texts to this phone stopped, task opened: report of a death",
    Safety.POSSIBLE_VISIT_CANCEL: "task opened: visit perhaps cancelled",
}
NOTHING_FOUND = ("Safety, opt-out, wrong number: nothing found", "CRI-01")
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
        return [("Not read yet", "outline")]
    found = [_SAFETY[Safety(flag)] for flag in heard.safety] + [_INTENTS[Intent(code)] for code in heard.intents]
    if heard.reason:
        found.append((f"Because: {reason(heard.reason)}", "grey"))
    return list(dict.fromkeys(found)) or [("For a person", "grey")]


def corrected(heard: Heard) -> str:
    """Return "Ana: keeps the visit, because: work" where a person corrected what was understood; else nothing."""
    if heard.corrected is None:
        return ""
    said = [_INTENTS[Intent(code)][0].lower() for code in heard.corrected.intents]
    said += [f"because: {reason(heard.corrected.reason)}"] if heard.corrected.reason else []
    return f"{heard.corrected.by}: {', '.join(said)}"


def labels() -> list[tuple[str, str]]:
    """Return every intent that a reply can be corrected to, with its words."""
    return [(intent.value, words) for intent, (words, _) in _INTENTS.items()]


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
        return f"means: {', '.join(_INTENTS[Intent(code)][0] for code in heard.intents or ()).lower()}"
    if rule.startswith("COPY-02/"):
        return f"answers {text_words.name(rule.partition('/')[2])}"
    if rule.startswith("7.1/11/"):
        return _part(rule.removeprefix("7.1/11/"))
    decided = _INTENT_RULE.fullmatch(rule)
    if decided and decided[1] in list(Intent):
        return f"is taken as: {_INTENTS[Intent(decided[1])][0].lower()}"
    return _RULES.get(rule.partition("/")[0], "decided it")


def _part(what: str) -> str:
    """Say what one pattern found: an act, a reason, a time or a language."""
    kind, _, code = what.partition(":")
    match kind:
        case "why":
            return f"gives a reason: {reason(code)}"
        case "when":
            return "names a time"
        case "speak":
            return "asks for another language"
        case _:
            return _ACTS[Act(what)]


def done(heard: Heard) -> str:
    """Return what was done on a reply, in one line: at once, then what its loop decided."""
    at_once = [_AT_ONCE[flag] for flag in _AT_ONCE if flag in heard.safety]
    found = dict.fromkeys([*at_once, *map(event_words.effect, heard.effects)])
    said = ", ".join(found)
    return said[:1].upper() + said[1:]
