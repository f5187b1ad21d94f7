"""Two readers of one reply: the patterns, which can say why, and the second, which has seen more wordings.

Where both agree and every word is accounted for, the program may act. Where they differ the second reader decides what
the reply is about, for a person to see or for a harmless next step, and an action needs it to be very sure.
"""

from __future__ import annotations

from dataclasses import replace

from conversations.acts import Act
from conversations.answers import NEGATIVE, Topic
from conversations.hearing import Heard
from conversations.meaning import Because, Intent, Meaning, Reason
from conversations.second_reader import Opinion

PARTLY = 0.6
_ACTIONS = frozenset({Intent.CONFIRM, Intent.DECLINE})
_ALONE = frozenset({Intent.UNCLEAR, Intent.ACKNOWLEDGEMENT})
# These absorb the others (label guide, rule 2).
_ABSORBS = (
    (Intent.RESCHEDULE_REQUEST, {Intent.DECLINE}),
    (Intent.ON_MY_WAY, {Intent.CONFIRM}),
    (Intent.RUNNING_LATE, {Intent.CONFIRM, Intent.ON_MY_WAY}),
    (Intent.ARRIVED, {Intent.CONFIRM, Intent.ON_MY_WAY}),
)
# Certainties, set on the development replies of tests/understanding (docs/understanding.md has the curve).
_HEARD = 0.1  # the least at which the second reader is listened to
_SAID = 0.45  # what it thinks was said besides
_ACTS, _AGAINST = 0.8, 0.9  # ... and to confirm or decline without the patterns, or against them
_BESIDES = 0.1
_AGREES, _AGREES_PARTLY = 0.4, 0.75  # ... and with them, where they account for every word, or only for some
_REASON = 0.02
_LETTER = 60  # words: of more the second reader has not read the end
# What only the screens may find, before any question is known: an intent without their flag would move nobody.
_SCREENED = frozenset({Intent.OPT_OUT, Intent.EMERGENCY, Intent.WRONG_NUMBER, Intent.DECEASED_REPORT})


def _canonical(intents: frozenset[Intent]) -> frozenset[Intent]:
    for stronger, weaker in _ABSORBS:
        if stronger in intents:
            intents -= weaker
    return intents - _ALONE or intents


def _choice(opinion: Opinion, about: Topic) -> frozenset[Intent]:
    """Return what the second reader takes a reply for: all that is likely, or the likeliest."""
    likeliest = max(opinion.intents, key=lambda intent: opinion.intents[intent])
    screened = _SCREENED - {Intent.OPT_OUT} if about is Topic.CONSENT else _SCREENED | {Intent.OPT_IN}
    return _canonical(opinion.likely(_SAID) | {likeliest}) - screened or frozenset({Intent.UNCLEAR})


def _trail(opinion: Opinion, intents: frozenset[Intent]) -> Because:
    return Because("second-reader", ", ".join(f"{intent} {opinion.intents[intent]:.2f}" for intent in sorted(intents)))


def _dares(opinion: Opinion, intents: frozenset[Intent], least: float) -> bool:
    return all(opinion.intents[intent] >= least for intent in intents & _ACTIONS)


def _says_more(opinion: Opinion, plain: frozenset[Intent], chosen: frozenset[Intent]) -> bool:
    """Return whether the patterns found the same and something besides, not unlikely ("yes but what address")."""
    return chosen < plain and all(opinion.intents[intent] >= _BESIDES for intent in plain - chosen)


def _contradicted(chosen: frozenset[Intent], heard: Heard) -> bool:
    """Return whether words stand in the reply that speak against an action: a hedge, a barrier beside a yes."""
    if Intent.CONFIRM in chosen and heard.said.reasons and Intent.NEED_TRANSPORT not in chosen:
        return True
    return bool(chosen & _ACTIONS) and (Act.MAYBE in heard.said.acts or heard.said.words > _LETTER)


def _unclear(meaning: Meaning, opinion: Opinion, chosen: frozenset[Intent]) -> Meaning:
    because = (*meaning.because, _trail(opinion, chosen))
    return replace(
        meaning, intents=frozenset({Intent.UNCLEAR}), confidence=min(meaning.confidence, PARTLY), because=because
    )


def _reason(meaning: Meaning, opinion: Opinion, heard: Heard) -> Reason | None:
    """Return the reason stated, as the second reader hears it where it hears one; silence gives none."""
    if heard.said.explained:
        return meaning.reason  # no word is left that could be another
    if not meaning.intents & (NEGATIVE | {Intent.RESCHEDULE_REQUEST, Intent.NEED_TRANSPORT}):
        return None
    reason, chance = max(opinion.reasons.items(), key=lambda pair: pair[1])
    return reason if chance >= _REASON else meaning.reason


def advised(meaning: Meaning, opinion: Opinion, heard: Heard, about: Topic) -> Meaning:
    """Return a meaning both readers were asked about: as it was, as the second has it, or unclear."""
    if about is Topic.WHEN and heard.said.times and heard.said.explained:
        return meaning  # we asked for a time, and here it is, whatever is said for courtesy beside it
    chosen, plain = _choice(opinion, about), _canonical(meaning.intents)
    if chosen == plain or _says_more(opinion, plain, chosen):
        if not _dares(opinion, plain, _AGREES if heard.said.explained else _AGREES_PARTLY):
            return _unclear(meaning, opinion, chosen)
        return replace(meaning, reason=_reason(meaning, opinion, heard))
    if plain < chosen and heard.said.explained:
        return meaning  # every word is accounted for: what the second reader hears besides, nobody said
    if max(opinion.intents.values()) < _HEARD:
        return _unclear(meaning, opinion, chosen) if plain & _ACTIONS else meaning
    if not _dares(opinion, chosen, _ACTS if plain <= _ALONE else _AGAINST) or _contradicted(chosen, heard):
        return _unclear(meaning, opinion, chosen)
    because = (*meaning.because, _trail(opinion, chosen))
    found = replace(meaning, intents=chosen, confidence=PARTLY, because=because)
    return replace(found, reason=_reason(found, opinion, heard))
