"""Screens every reply, in every language at once, before anything else is made of it (CRI-01)."""

from __future__ import annotations

from conversations.acts import Act, resolve
from conversations.answers import Topic
from conversations.crisis import Found, alarms
from conversations.disguise import unmask
from conversations.hearing import LaidOut, lay_out
from conversations.meaning import Because, Intent, Safety, Screening
from conversations.notices import asks_help, notices
from conversations.optout import opt_outs
from conversations.reading import grouped, listed
from conversations.second_reader import opinion

# How sure the second reader must be to raise a flag (docs/understanding.md has the curve): recall before precision.
_SUSPECTED = {
    Intent.EMERGENCY: (Safety.EMERGENCY, 0.6),
    Intent.OPT_OUT: (Safety.OPT_OUT, 0.6),
    Intent.WRONG_NUMBER: (Safety.WRONG_NUMBER, 0.5),
    Intent.DECEASED_REPORT: (Safety.DECEASED_REPORT, 0.5),
    Intent.MEDICATION_QUESTION: (Safety.MEDICATION_QUESTION, 0.8),
}
_UNEASY = 0.35
_FEWEST = 4  # words; of fewer its letters say too little
_ALARMING = frozenset({Act.DANGER, Act.ABUSE})
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
    idioms = ["".join(phrase.split()) for phrase in grouped("idioms", "phrases").found(text.reading)]
    hits = [
        each
        for each in text.unguarded(*_SPOKEN)
        if not (each.what in _ALARMING and any("".join(text.quote(each).split()) in idiom for idiom in idioms))
        and not (each.what == Act.START and len(each.used) == 1)  # "start my visit" begins no texts (LAW-25)
        and not (each.what == Act.STOP and listed("not_opt_out").found(text.reading))
    ]
    if any(each.what == Act.STOP for each in hits):  # "unsubscribe" holds "subscribe"
        hits = [each for each in hits if each.what != Act.START]
    trail = dict.fromkeys(Because(_SPOKEN[Act(each.what)][1], text.quote(each)) for each in hits)
    return frozenset(_SPOKEN[Act(each.what)][0] for each in hits), tuple(trail)


def _suspected(text: LaidOut) -> Found:
    """Return what the second reader hears that no list holds; where it is only uneasy, a person looks."""
    if not text.reading.normal.plain:
        return frozenset(), ()  # no word, no wording
    said = resolve(text.found, text.tokens, "en")
    ordinary = listed("real_words").found(text.reading) or len(text.tokens) < _FEWEST
    harmless = ordinary or grouped("idioms", "phrases").found(text.reading) or listed("not_opt_out").found(text.reading)
    if harmless or (said.explained and said.acts):
        return frozenset(), ()  # every word of it is something else
    likely = opinion(text.weighed, text.tokens, said, Topic.NOTHING.name).intents
    sure = {
        flag: intent
        for intent, (flag, least) in _SUSPECTED.items()
        if likely[intent] >= least and not _GUARDS.get(intent, frozenset()) & said.acts
    }
    if not sure and max(likely[Intent.EMERGENCY], likely[Intent.OPT_OUT]) >= _UNEASY:
        sure = {Safety.REVIEW: max((Intent.EMERGENCY, Intent.OPT_OUT), key=lambda intent: likely[intent])}
    trail = tuple(Because("CRI-03/second-reader", f"{intent} {likely[intent]:.2f}") for intent in sure.values())
    return frozenset(sure), trail


def screen(text: str) -> Screening:
    """Return the safety flags of any text and the words they rest on; never raises (CRI-01, LAW-14..25)."""
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
