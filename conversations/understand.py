"""Turns a reply into a meaning, in the one order that is safe (rulebook 7.1)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from conversations.acts import Act, Saying, hear, say
from conversations.answers import WEIGHTY, agrees, asks_when, asks_why, bare_answer, gravest, hedged, intents
from conversations.bare import is_bare
from conversations.crisis import is_tapback
from conversations.digits import Choice, choice
from conversations.meaning import Because, Intent, Meaning, Preferences, Reason, Safety, Screening
from conversations.notices import IDENTITY
from conversations.preferences import wish
from conversations.prompt import Option, Prompt
from conversations.reading import Reading, grouped, groups, read
from conversations.screens import screened

PARTLY = 0.6  # the reply says more than was understood
HARDLY = 0.3

# What a screen found and what it makes the reply, in the order of rulebook 7.1: the first one decides.
_SCREENED = (
    (Safety.EMERGENCY, Intent.EMERGENCY),
    (Safety.ABUSE, Intent.REQUEST_HUMAN),
    (Safety.OPT_OUT, Intent.OPT_OUT),
    (Safety.HELP, Intent.HELP),
    (Safety.WRONG_NUMBER, Intent.WRONG_NUMBER),
    (Safety.DECEASED_REPORT, Intent.DECEASED_REPORT),
    (Safety.OPT_IN, Intent.OPT_IN),
)


def _quote(reading: Reading) -> str:
    return reading.normal.raw[:80]


def _unclear(reading: Reading, rule: str, confidence: float = HARDLY) -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), confidence=confidence, because=(Because(rule, _quote(reading)),))


def _by_safety(reading: Reading, screening: Screening) -> Meaning | None:
    """Return the meaning that a screen decides; an opt-out inside a crisis is still an opt-out (CRI-01)."""
    first = next((intent for flag, intent in _SCREENED if flag in screening.safety), None)
    if first is None:
        return None
    both = {Intent.OPT_OUT} if Safety.OPT_OUT in screening.safety else set()
    asked = {Intent.QUESTION_OTHER} if any(step.rule == IDENTITY for step in screening.because) else set()
    because = (Because(f"7.1/{first}", _quote(reading)),)
    return Meaning(frozenset({first} | both | asked), because=because)


@cache
def _codes() -> tuple[str, ...]:
    return groups("switch")


def _by_language(reading: Reading) -> Meaning | None:
    code = next((code for code in _codes() if is_bare(reading, grouped("switch", code))), None)
    if code is None:
        return None
    because = (Because("7.1/9", _quote(reading)),)
    return Meaning(frozenset({Intent.LANGUAGE_SWITCH}), language=code, because=because)


def _preferred(chosen: Choice, option: Option, prompt: Prompt, language: str) -> Preferences | None:
    """Return what the digit and the words beside it prefer; None when the words say something else."""
    wished = wish(chosen.rest, language) if option.part_of_day else None
    if wished is None:
        agreed = agrees(say(chosen.rest, language), option, prompt)
        return Preferences(part_of_day=option.part_of_day) if agreed else None
    fits = wished.clear and wished.preferences.part_of_day in (None, option.part_of_day)
    return Preferences(wished.preferences.days, option.part_of_day) if fits else None


def _by_digit(reading: Reading, language: str, prompt: Prompt | None) -> Meaning | None:
    chosen = choice(reading)
    if chosen is None:
        return None
    option = prompt.options.get(chosen.digit) if prompt and chosen.digit else None
    if prompt is None or option is None:
        return _unclear(reading, "COPY-02/no-such-option")
    preferences = _preferred(chosen, option, prompt, language)
    if preferences is None:
        return _unclear(reading, "COPY-02/says-more", PARTLY)
    because = (Because(f"COPY-02/{prompt.key}", _quote(reading)),)
    return Meaning(frozenset({option.intent}), option.reason, because=because, preferences=preferences)


def _by_wish(reading: Reading, language: str, said: Saying, prompt: Prompt) -> Meaning | None:
    """Return a time wished for in words; whatever else stands beside it leaves it unclear ("not in the morning")."""
    wished = wish(reading.tokens, language)
    if wished is None:
        return None
    if not wished.clear or Act.NO in said.acts:
        return _unclear(reading, "COPY-02/says-more", PARTLY)
    intent = next(option.intent for option in prompt.options.values() if option.part_of_day)
    confidence = PARTLY if reading.asks else 1.0
    because = (Because(f"COPY-02/{prompt.key}", _quote(reading)),)
    return Meaning(frozenset({intent}), confidence=confidence, because=because, preferences=wished.preferences)


def _by_reason(reading: Reading, said: Saying, prompt: Prompt) -> Meaning | None:
    """Return a reason given in words where reasons were asked for."""
    reason = gravest(said.reasons)
    if reason is None or said.negated or said.acts & {Act.WENT, Act.KEEP, Act.CHANGE}:
        return None
    intent = next(iter(prompt.options.values())).intent
    confidence = 1.0 if said.explained else PARTLY
    return Meaning(frozenset({intent}), reason, confidence=confidence, because=(Because("OUT-04", _quote(reading)),))


def _reason(said: Saying, prompt: Prompt | None, meant: frozenset[Intent]) -> Reason | None:
    """Return the reason said, or the one that a bare yes or no stands for."""
    bare = bare_answer(said, prompt)
    return gravest(said.reasons) or (bare.reason if bare and bare.intent in meant else None)


def _by_words(reading: Reading, said: Saying, prompt: Prompt | None) -> Meaning | None:
    meant = intents(said, prompt)
    unasked = prompt is None and bool(meant & WEIGHTY)
    doubtful = not said.explained or unasked or hedged(said, meant) or reading.asks
    if not meant or said.negated or (doubtful and prompt is not None and meant & WEIGHTY):
        return None
    confidence = PARTLY if doubtful else 1.0
    because = (Because("7.1/11", _quote(reading)),)
    return Meaning(meant, _reason(said, prompt, meant), confidence=confidence, because=because)


def _by_manners(reading: Reading, said: Saying, prompt: Prompt | None) -> Meaning | None:
    """Return thanks, or the question who we are; both need no prompt."""
    if Act.WHO in said.acts:
        asked = frozenset({Intent.HELP, Intent.QUESTION_OTHER})
        return Meaning(asked, because=(Because("7.1/identity", _quote(reading)),))
    thanks = said.acts == {Act.THANKS} or (prompt is None and said.acts == {Act.THANKS, Act.YES})
    if thanks and said.explained and not said.reasons:
        return Meaning(frozenset({Intent.ACKNOWLEDGEMENT}), because=(Because("7.1/11", _quote(reading)),))
    return None


def _otherwise(reading: Reading, said: Saying) -> Meaning:
    if reading.asks and not said.explained:
        because = (Because("7.1/14", _quote(reading)),)
        return Meaning(frozenset({Intent.QUESTION_OTHER}), confidence=PARTLY, because=because)
    unclear = _unclear(reading, "7.1/15", PARTLY if said.acts else HARDLY)
    return replace(unclear, reason=gravest(said.reasons) if said.explained else None)


def _cascade(reading: Reading, language: str, prompt: Prompt | None, screening: Screening) -> Meaning:
    if decided := _by_safety(reading, screening) or _by_language(reading):
        return decided
    if Safety.REVIEW in screening.safety or is_tapback(reading.normal.raw):
        return _unclear(reading, "7.1/14")
    if by_digit := _by_digit(reading, language, prompt):
        return by_digit
    if Safety.MEDICATION_QUESTION in screening.safety:
        return Meaning(frozenset({Intent.MEDICATION_QUESTION}), because=(Because("7.1/12", _quote(reading)),))
    said = hear(reading, language)
    if prompt and asks_when(prompt) and (by_wish := _by_wish(reading, language, said, prompt)):
        return by_wish
    by_reason = _by_reason(reading, said, prompt) if prompt and asks_why(prompt) else None
    return (
        by_reason or _by_manners(reading, said, prompt) or _by_words(reading, said, prompt) or _otherwise(reading, said)
    )


def understand(text: str, language: str, prompt: Prompt | None, screening: Screening | None = None) -> Meaning:
    """Return what `text` says under the open `prompt`, always with why; never raises.

    Pure: same text, language, prompt and screening, same meaning (rulebook 7.1, COPY-02, LAW-21, TWI-28).
    """
    reading = read(text)
    found = screening or screened(reading)
    meaning = _cascade(reading, language, prompt, found)
    return replace(meaning, safety=found.safety, because=found.because + meaning.because)
