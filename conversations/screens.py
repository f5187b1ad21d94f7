"""Screens every reply, in every language at once, before anything else is made of it (CRI-01)."""

from __future__ import annotations

from functools import lru_cache

import regex

from conversations.acts import Act, resolve
from conversations.answers import Topic
from conversations.crisis import Found, alarms, is_tapback
from conversations.disguise import unmask
from conversations.grammar import Said
from conversations.hearing import LaidOut, lay_out
from conversations.meaning import Because, Intent, Safety, Screening
from conversations.notices import asks_help, notices
from conversations.optout import opt_outs
from conversations.reading import grouped, listed
from conversations.second_reader import opinion

_SHORT, _KEPT = 40, 4096  # letters; texts of which a process knows what was found
# How sure the second reader must be to raise a flag, of a sentence and of a few words (docs/understanding.md).
_SUSPECTED = {
    Intent.EMERGENCY: (Safety.EMERGENCY, 0.8, 0.95),
    Intent.OPT_OUT: (Safety.OPT_OUT, 0.5, 0.95),
    Intent.WRONG_NUMBER: (Safety.WRONG_NUMBER, 0.5, 0.95),
    Intent.DECEASED_REPORT: (Safety.DECEASED_REPORT, 0.5, 0.95),
    Intent.MEDICATION_QUESTION: (Safety.MEDICATION_QUESTION, 0.8, 0.95),
}
_UNEASY = 0.5
_FEWEST, _FEWEST_LETTERS = 4, 14  # words, or letters of a script without spaces; of fewer its pieces say little
_LETTERED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}]")
_ALARMING = frozenset({Act.DANGER, Act.ABUSE})
_RIDES = frozenset({Act.RIDE, Act.NO_RIDE})
_GUARDS = {
    Intent.EMERGENCY: {Act.IDIOM},
    Intent.OPT_OUT: {Act.NOT_STOP},
    Intent.DECEASED_REPORT: {Act.NOT_DEAD},
    Intent.MEDICATION_QUESTION: {Act.NOT_MEDICINE},
}
# What the patterns of any language find, the flag it raises and the rule.
_SPOKEN = {
    Act.DANGER: (Safety.EMERGENCY, "CRI-02/phrase"),
    Act.ABUSE: (Safety.ABUSE, "CRI-02/phrase"),
    Act.IDIOM: (Safety.REVIEW, "CRI-03/idiom"),
    Act.STOP: (Safety.OPT_OUT, "LAW-22/phrase"),
    Act.START: (Safety.OPT_IN, "LAW-25/phrase"),
    Act.WRONG: (Safety.WRONG_NUMBER, "LAW-22/wrong-number"),
    Act.DEAD: (Safety.DECEASED_REPORT, "OUT-04/deceased"),
    Act.MEDICINE: (Safety.MEDICATION_QUESTION, "7.1/12"),
}


def _spoken(text: LaidOut) -> Found:
    spoken = {(each.what, text.quote(each)): each for each in text.unguarded(*_SPOKEN)}
    hits = [each for each in spoken.values() if not _harmless(text, each)]
    if any(each.what == Act.STOP for each in hits):  # "unsubscribe" holds "subscribe"
        hits = [each for each in hits if each.what != Act.START]
    flags = [_flag(text, each) for each in hits]
    trail = [Because(rule, text.quote(each)) for each, (_, rule) in zip(hits, flags, strict=True)]
    return frozenset(flag for flag, _ in flags), tuple(dict.fromkeys(trail))


def _harmless(text: LaidOut, each: Said) -> bool:
    match each.what:
        case Act.DANGER | Act.ABUSE:
            idioms = grouped("idioms", "phrases").found(text.reading)
            quote = "".join(text.quote(each).split())
            return any(quote in "".join(idiom.split()) for idiom in idioms)
        case Act.START:
            return len(each.used) == 1  # "start my visit" begins no texts (LAW-25)
        case Act.STOP:
            guard = listed("not_opt_out")
            guarded = guard.found(text.reading) and f" {text.quote(each)} " not in guard.without(text.reading).folded
            return bool(guarded) or is_tapback(text.reading.normal.raw) or _of_a_ride(text, each)
        case _:
            return False


def _of_a_ride(text: LaidOut, stop: Said) -> bool:
    """Return whether it is a ride that shall not be sent; LAW-23 has a person look."""
    rides = (set(each.used) for each in text.found if each.what in _RIDES)
    return any(ride & set(stop.used) for ride in rides) and not listed("messaging").found(text.reading)


def _flag(text: LaidOut, each: Said) -> tuple[Safety, str]:
    """Return the flag and its rule; in a text of ours that was liked, danger is our own word."""
    quoted = each.what in _ALARMING and is_tapback(text.reading.normal.raw)
    return _SPOKEN[Act.IDIOM if quoted else Act(each.what)]


def _suspected(text: LaidOut) -> Found:
    """Return what the second reader hears that no list holds; where it is only uneasy, a person looks."""
    if not text.reading.normal.plain or len(text.tokens) < 3:
        return frozenset(), ()  # a word or two are in a list, or say nothing of the kind
    said = resolve(text.found, text.tokens, "en")
    likely = opinion(text.weighed, text.tokens, said, Topic.NOTHING.name).intents
    suspected = {intent: flag for intent, (flag, least, _) in _SUSPECTED.items() if likely[intent] >= least}
    uneasy = max((Intent.EMERGENCY, Intent.OPT_OUT), key=lambda intent: likely[intent])
    if (not suspected and likely[uneasy] < _UNEASY) or _explained(text):
        return frozenset(), ()
    doubtful, guarded = _doubtful(text), _guarded(text)
    sure = {
        flag: intent
        for intent, flag in suspected.items()
        if intent not in guarded and (not doubtful or likely[intent] >= _SUSPECTED[intent][2])
    }
    if not sure and not doubtful and uneasy not in guarded and likely[uneasy] >= _UNEASY:
        sure = {Safety.REVIEW: uneasy}
    trail = tuple(Because("CRI-03/second-reader", f"{intent} {likely[intent]:.2f}") for intent in sure.values())
    return frozenset(sure), trail


def _doubtful(text: LaidOut) -> bool:
    """Return whether the pieces of a reply say little: there are few of them, or one is like an alarming word."""
    letters = len(text.reading.joined) if _LETTERED.search(text.reading.joined) else 0
    few = len(text.tokens) < _FEWEST or 0 < letters < _FEWEST_LETTERS
    return few or bool(listed("real_words").found(text.reading))


def _explained(text: LaidOut) -> bool:
    """Return whether in some language every word of the reply says something else."""
    heard = (resolve(text.found, text.tokens, code) for code in {each.language for each in text.found})
    return any(said.explained and said.acts for said in heard)


def _guarded(text: LaidOut) -> set[Intent]:
    """Return what may not be suspected, since a harmless phrase of that kind stands in the reply."""
    acts = {each.what for each in text.found}
    guarded = {intent for intent, guards in _GUARDS.items() if guards & acts}
    lists = {Intent.EMERGENCY: grouped("idioms", "phrases"), Intent.OPT_OUT: listed("not_opt_out")}
    return guarded | {intent for intent, words in lists.items() if words.found(text.reading)}


def screen(text: str) -> Screening:
    """Return the safety flags of any text and the words they rest on; never raises (CRI-01, LAW-14..25)."""
    # Members say the same short things again and again; what is longer is its sender's own, and is not remembered.
    return _of_short(text) if len(text) <= _SHORT else screened(lay_out(text))


@lru_cache(_KEPT)
def _of_short(text: str) -> Screening:
    return screened(lay_out(text))


def screened(text: LaidOut) -> Screening:
    """Return the same for a reply that is already laid out; what hides in odd letters is heard too (LAW-22)."""
    reading = text.reading
    bare = unmask(reading)
    found = [alarms(reading, text.without(Act.IDIOM)), opt_outs(reading, text.without(Act.NOT_STOP), bare)]
    found += [
        *notices(reading, text.without(Act.NOT_DEAD), text.without(Act.NOT_MEDICINE)),
        _spoken(text),
    ]
    if bare is not None:
        found += [alarms(bare, bare), asks_help(bare)]
    if not any(flags for flags, _ in found):  # it is a second net: what the first has caught is caught
        found.append(_suspected(text))
    return Screening(
        frozenset().union(*(flags for flags, _ in found)),
        tuple(dict.fromkeys(because for _, trail in found for because in trail)),
    )
