"""Turns a reply into a meaning, in the one order that is safe (rulebook 7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from conversations.acts import Act, Saying
from conversations.advice import advised
from conversations.answers import (
    AFFIRMATIVE,
    NEGATIVE,
    Topic,
    agrees,
    bare_answer,
    gravest,
    intents,
    missing_ride,
    topic,
)
from conversations.bare import core, is_bare
from conversations.crisis import is_tapback
from conversations.digits import Choice, choice
from conversations.hearing import Heard, hear
from conversations.meaning import WEIGHTY, Because, Intent, Meaning, Preferences, Reason, Safety, Screening
from conversations.notices import IDENTITY
from conversations.prompt import Option, Prompt
from conversations.reading import Phrases, Reading, grouped, groups, phrases, written
from conversations.screens import screened
from conversations.second_reader import opinion
from conversations.times import preferences

PARTLY = 0.6  # the reply says more than was understood
HARDLY = 0.3

# What a screen found and what it makes the reply, in the order of rulebook 7.1: the first one decides.
_SCREENED = (
    (Safety.EMERGENCY, Intent.EMERGENCY),
    (Safety.ABUSE, Intent.REQUEST_HUMAN),
    (Safety.DECEASED_REPORT, Intent.DECEASED_REPORT),
    (Safety.OPT_OUT, Intent.OPT_OUT),
    (Safety.WRONG_NUMBER, Intent.WRONG_NUMBER),
    (Safety.HELP, Intent.HELP),
    (Safety.OPT_IN, Intent.OPT_IN),
)
# Said with these, a "maybe" is about them: "maybe another day".
_DEFINITE = frozenset(
    {Intent.RESCHEDULE_REQUEST, Intent.NEED_TRANSPORT, Intent.REQUEST_HUMAN, Intent.RUNNING_LATE, Intent.ON_MY_WAY}
)
_ANSWERS = frozenset({Act.YES, Act.NO, Act.OK})  # with a question mark behind it, each asks instead
_MANNERS = frozenset({Act.THANKS, Act.OK, Act.WAIT})


def _quote(reading: Reading) -> str:
    return reading.normal.raw[:80]


def _unclear(reading: Reading, rule: str, confidence: float = HARDLY) -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), confidence=confidence, because=(Because(rule, _quote(reading)),))


def _by_safety(reading: Reading, screening: Screening) -> Meaning | None:
    """Return the meaning that a screen decides; an opt-out inside a crisis is still an opt-out (CRI-01)."""
    first = next((intent for flag, intent in _SCREENED if flag in screening.safety), None)
    if first is None:
        return None
    also = {
        intent
        for flag, intent in _SCREENED
        if intent in (Intent.OPT_OUT, Intent.WRONG_NUMBER) and flag in screening.safety
    }
    also = set() if first is Intent.DECEASED_REPORT else also
    asked = {Intent.QUESTION_OTHER} if any(step.rule == IDENTITY for step in screening.because) else set()
    because = (Because(f"7.1/{first}", _quote(reading)),)
    return Meaning(frozenset({first} | also | asked), because=because)


@cache
def _names() -> Phrases:
    """Return the names of all languages, to look whether a reply is one of them at all."""
    return phrases((term, True) for code in groups("switch") for term in written("switch", code))


def _language(heard: Heard) -> str | None:
    """Return the language that is named, and nothing else said."""
    reading = heard.text.reading
    answers = bool(heard.said.acts & _ANSWERS)  # "hindi" is the Tagalog no
    codes = groups("switch") if not answers and _names().may_be_in(reading) else ()
    return next((code for code in codes if is_bare(reading, grouped("switch", code))), None)


def _preferred(chosen: Heard, option: Option, prompt: Prompt) -> Preferences | None:
    """Return what the digit and the words beside it prefer; None when the words say something else."""
    if not option.part_of_day or not chosen.said.times:
        return Preferences(part_of_day=option.part_of_day) if agrees(chosen.said, option, prompt) else None
    wished = preferences(chosen.said.times, chosen.text.tokens, calls=False)
    fits = chosen.said.explained and wished.part_of_day in (None, option.part_of_day)
    return replace(wished, part_of_day=option.part_of_day) if fits else None


def _by_digit(heard: Heard, language: str, prompt: Prompt | None) -> Meaning | None:
    reading = heard.text.reading
    typed = core(reading).strip()
    chosen: Choice | None = Choice(typed) if prompt and typed in prompt.options else choice(reading)
    if heard.said.acts & {Act.HELP, Act.ASK} or (heard.said.asks and chosen and chosen.rest):
        return None  # "what is 1?"
    if chosen is None or (chosen.rest and heard.said.times):
        return None
    option = prompt.options.get(chosen.digit) if prompt and chosen.digit else None
    if prompt is None or option is None:
        return _unclear(reading, "COPY-02/no-such-option")
    preferred = _preferred(hear(" ".join(chosen.rest), language), option, prompt)
    if preferred is None:
        return _unclear(reading, "COPY-02/says-more", PARTLY)
    because = (Because(f"COPY-02/{prompt.key}", _quote(reading)),)
    return Meaning(frozenset({option.intent}), option.reason, because=because, preferences=preferred)


def _reason(said: Saying, prompt: Prompt | None, meant: frozenset[Intent]) -> Reason | None:
    """Return the reason said, or the one that a bare yes or no stands for; none where nothing was refused."""
    bare = bare_answer(said, prompt)
    stated = list(said.reasons)
    about = topic(prompt)
    if Act.NO_RIDE in said.acts and meant & (NEGATIVE | {Intent.NEED_TRANSPORT, Intent.RESCHEDULE_REQUEST}):
        stated.append(Reason.TRANSPORT_FAILURE)
    if about is Topic.RIDE and Intent.NEED_TRANSPORT in meant and not meant & NEGATIVE:
        return missing_ride(said, prompt)
    refused = meant & (NEGATIVE | {Intent.RESCHEDULE_REQUEST, Intent.NEED_TRANSPORT})
    return (gravest(stated) if refused else None) or (bare.reason if bare and bare.intent in meant else None)


def _doubtful(said: Saying, meant: frozenset[Intent]) -> bool:
    """Return whether words are left over that may turn an agreement or a refusal around."""
    if said.explained:
        return False
    return said.negated or len(said.left) * 3 > said.words or Act.MAYBE in said.acts


def _by_words(heard: Heard, prompt: Prompt | None) -> Meaning | None:
    said, about = heard.said, topic(prompt)
    meant = intents(said, prompt)
    if not meant:
        return None
    if Act.MAYBE in said.acts and said.words > 1 and not meant & _DEFINITE:
        return None
    if meant & WEIGHTY and (_doubtful(said, meant) or (said.asks and said.acts <= _ANSWERS)):
        return None
    if Intent.OPT_IN in meant and said.acts & {Act.ASK, Act.WHO, Act.HELP}:
        return None  # who still asks has not agreed yet (LAW-28)
    if said.asks and not said.explained and meant <= AFFIRMATIVE:
        meant |= {Intent.QUESTION_OTHER}
    confidence = 1.0 if said.explained and not (about is Topic.NOTHING and meant & WEIGHTY) else PARTLY
    because = tuple(Because(f"7.1/11/{each.what}", heard.text.quote(each)) for each in said.said)
    wished = preferences(said.times, heard.text.tokens, Act.PERSON in said.acts) if said.times else Preferences()
    return Meaning(meant, _reason(said, prompt, meant), confidence=confidence, because=because, preferences=wished)


def _by_manners(heard: Heard, prompt: Prompt | None) -> Meaning | None:
    """Return thanks, or the question who we are; both need no prompt."""
    said, about = heard.said, topic(prompt)
    because = (Because("7.1/11", _quote(heard.text.reading)),)
    if Act.WHO in said.acts:
        return Meaning(frozenset({Intent.HELP, Intent.QUESTION_OTHER}), because=because)
    if Act.HELP in said.acts and not said.acts - _MANNERS - {Act.HELP}:
        return Meaning(frozenset({Intent.HELP}), because=because)
    agreeing = {Act.YES} if about is Topic.NOTHING else set[Act]()
    answers = Act.OK in said.acts and bare_answer(said, prompt) is not None
    unanswered = about in (Topic.WHEN, Topic.WHY) and Act.THANKS not in said.acts
    polite = (
        bool(said.acts)
        and not unanswered
        and said.acts <= _MANNERS | agreeing
        and said.acts & {Act.THANKS, Act.OK}
        and not answers
    )
    if polite and said.explained and not said.reasons and not said.times:
        return Meaning(frozenset({Intent.ACKNOWLEDGEMENT}), because=because)
    return None


def _otherwise(heard: Heard) -> Meaning:
    said = heard.said
    doubts_itself = said.acts and said.acts <= _ANSWERS and said.explained
    if (said.asks and not doubts_itself) or Act.ASK in said.acts:
        because = (Because("7.1/14", _quote(heard.text.reading)),)
        return Meaning(frozenset({Intent.QUESTION_OTHER}), confidence=PARTLY, because=because)
    unclear = _unclear(heard.text.reading, "7.1/15", PARTLY if said.acts else HARDLY)
    return replace(unclear, reason=gravest(said.reasons) if said.explained else None)


def _with(meaning: Meaning, more: Iterable[Intent], language: str | None = None) -> Meaning:
    """Return a meaning with what else was asked; an unclear rest is no more than that."""
    rest = meaning.intents - {Intent.UNCLEAR, Intent.ACKNOWLEDGEMENT}
    if Intent.MEDICATION_QUESTION in set(more) | rest or language:
        rest -= {Intent.QUESTION_OTHER}
    confidence = meaning.confidence if rest else 1.0
    return replace(meaning, intents=frozenset(rest | set(more)), language=language, confidence=confidence)


def _plain(heard: Heard, prompt: Prompt | None) -> Meaning:
    """Return what the words say, and what the second reader makes of them."""
    meaning = _by_manners(heard, prompt) or _by_words(heard, prompt) or _otherwise(heard)
    about = topic(prompt)
    said = heard.said
    # The open question decides a bare yes or no; nobody's opinion is asked.
    bare = said.explained and said.acts <= _ANSWERS | _MANNERS and not (said.reasons or said.times or said.speaks)
    if (bare and said.acts) or not _taught(about, prompt):
        return meaning
    second = opinion(heard.text.weighed, heard.text.tokens, said, about.name)
    return advised(meaning, second.after_the_visit() if _after(prompt) else second, heard, about)


def _taught(about: Topic, prompt: Prompt | None) -> bool:
    """Return whether the second reader knows the question: "do you have a ride?" turns "do you need one?" around."""
    opposite = about is Topic.RIDE and prompt is not None and prompt.options["1"].intent is Intent.TRANSPORT_OK
    return not opposite and about is not Topic.MISSED


def _after(prompt: Prompt | None) -> bool:
    """Return whether the question why is asked after the visit; the second reader was taught on the one before it."""
    asked = {option.intent for option in prompt.options.values()} if prompt else set[Intent]()
    return topic(prompt) is Topic.WHY and Intent.VISIT_NOT_COMPLETED in asked


def _mourns(heard: Heard, decided: Meaning) -> bool:
    """Return whether a death is the reason for not coming: a relative's then, and not the member's (guide 7)."""
    return decided.intents == {Intent.DECEASED_REPORT} and Act.CANNOT in heard.said.acts


def _cascade(heard: Heard, language: str, prompt: Prompt | None, screening: Screening) -> Meaning:
    reading = heard.text.reading
    decided = _by_safety(reading, screening)
    if decided and not _mourns(heard, decided):
        return decided
    if is_tapback(reading.normal.raw):
        return _unclear(reading, "7.1/14")
    if named := _language(heard):
        because = (Because("7.1/9", _quote(reading)),)
        return Meaning(frozenset({Intent.LANGUAGE_SWITCH}), language=named, because=because)
    plain = _plain(heard, prompt)
    if asked := heard.said.speaks:
        return _with(plain, {Intent.LANGUAGE_SWITCH}, None if asked == "any" else asked)
    if by_digit := _by_digit(heard, language, prompt):
        return by_digit
    if Safety.MEDICATION_QUESTION in screening.safety:
        weighty = plain.intents & AFFIRMATIVE if Act.YES in heard.said.acts else frozenset()
        return _with(replace(plain, intents=weighty), {Intent.MEDICATION_QUESTION})
    return replace(plain, confidence=min(plain.confidence, PARTLY)) if Safety.REVIEW in screening.safety else plain


def understand(text: str, language: str, prompt: Prompt | None, screening: Screening | None = None) -> Meaning:
    """Return what `text` says under the open `prompt`, always with why; never raises.

    Pure: same text, language, prompt and screening, same meaning (rulebook 7.1, COPY-02, LAW-21, TWI-28).
    """
    heard = hear(text, language)
    found = screening or screened(heard.text)
    meaning = _cascade(heard, language, prompt, found)
    return replace(meaning, safety=found.safety, because=found.because + meaning.because)
