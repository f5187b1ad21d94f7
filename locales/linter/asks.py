"""What a text asks for: one thing, by digits, and never by a word that a carrier or a screen reads otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from locales.lexicon import lexicons
from locales.linter.finding import Finding, Written
from locales.linter.house import house, vocabulary
from locales.linter.words import find, normal

FEW, MANY = 4, 6
_DIGIT = regex.compile(r"(?<![\w\p{Sc}/:.-])(\d)(?![\d/:%-])(?!\.\d)")
_MEANT = regex.compile(r"\d [^\W\d]")
_FOREIGN = regex.compile(r"[\p{Nd}--0-9]", regex.VERSION1)
_QUESTION = regex.compile(r"[?？؟՞]")
_LETTER = r"""\s+["'“‘(]?(\p{Lu})(?![\w'])"""
_ALWAYS = ("stop",)
_YES_OR_NO = ("yes", "ok", "no")
_BETWEEN, _PATTERN = regex.compile(r"[|\n]"), regex.compile(r"[<>()\[\]#?]|\.\.")
_LIST = regex.compile(r"\^ *\(([^()\[\]<>]*)\) *\$")
_GROUP, _ENDS = regex.compile(r"[(\[][^()\[\]]*[)\]]"), regex.compile(r"[\^$]")


def ascii_digits(written: Written) -> Iterator[Finding]:
    """Digits are those of every phone's keyboard (HIP-29)."""
    if strange := sorted(set(_FOREIGN.findall(written.body))):
        yield Finding("HIP-29", f"it has the digits {' '.join(strange)}", "Write digits as 1 2 3.")


def menu(written: Written) -> Iterator[Finding]:
    """An option is a digit, then its meaning; they count from 1, and are few (COPY-02)."""
    found = _options(written)
    digits = [digit for digit, _ in found]
    if digits != [str(number) for number in range(1, len(digits) + 1)]:
        remedy = "Number the options 1, 2, 3 in one menu, and write no other digit by itself."
        yield Finding("COPY-02", f"digits stand by themselves as {' '.join(digits)}", remedy)
    if wordless := [digit for digit, meant in found if not meant]:
        yield Finding(
            "COPY-02", f"no word follows {' '.join(wordless)}", 'Write the digit, a space, its meaning: "1 yes".'
        )
    most = MANY if written.key in house().one_choice else FEW
    if len(digits) > most:
        yield Finding("COPY-02", f"it has {len(digits)} options and may have {most}", "Ask for less, or in two texts.")
    if written.options is not None and set(digits) != written.options:
        read = " ".join(sorted(written.options)) or "none"
        yield Finding("COPY-02", f"the options that are read back are {read}", "Offer exactly these digits.")


def _options(written: Written) -> list[tuple[str, bool]]:
    """The digits that read as options, and whether a word follows each. How often we write is no option."""
    if written.key in house().loose_digits:
        return []
    sentences = [text for text in written.sentences if not any(word in text for word in written.says.frequency)]
    return [
        (found[1], bool(_MEANT.match(sentence, found.start())))
        for sentence in sentences
        for found in _DIGIT.finditer(sentence)
    ]


def one_question(written: Written) -> Iterator[Finding]:
    """A text asks one thing: an answer to two questions answers neither (COPY-02)."""
    body = written.body.casefold()
    for offer in written.says.asks_nothing:
        body = body.replace(offer.casefold(), "")
    if (asked := len(_QUESTION.findall(body))) > 1:
        yield Finding("COPY-02", f"it asks {asked} questions", "Ask one, and the other in a text of its own.")


def invited(written: Written) -> Iterator[Finding]:
    """Never ask for a word that stops, restarts or helps, nor for yes and no: digits only (COPY-02, LAW-21, TWI-28)."""
    allowed = {*_ALWAYS, *house().invited.get(written.key, ()), *map(str.casefold, written.says.help)}
    if asked := [word for word in _asked_for(written) if word not in allowed]:
        quoted = ", ".join(f'"{word}"' for word in asked)
        yield Finding("COPY-02", f"it asks for {quoted} as an answer", "Offer digits, each with its meaning.")


def _asked_for(written: Written) -> Iterator[str]:
    body = normal(written.bare, written.says)
    words, letter = _told(written.language)
    yield from letter.findall(written.bare)
    for found in words.finditer(body):
        rest = body[found.end() :].lstrip()
        yield from (word for word in _answers(written.language) if _begins(rest, word, written.says.spaced))


@cache
def _told(language: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """What tells the reader to text something back: before a word in a `normal` text, and before a single capital."""
    says = vocabulary(language)
    verbs = "|".join(sorted((regex.escape(normal(word, says).strip()) for word in says.reply), key=len, reverse=True))
    asked = "|".join(map(regex.escape, says.reply))
    words = rf"(?<!\w)(?:{verbs}) " if says.spaced else rf"(?:{verbs}) ?"
    return regex.compile(words if verbs else r"(?!)"), regex.compile(rf"(?i:{asked or '(?!)'}){_LETTER}")


def _begins(rest: str, answer: str, spaced: bool) -> bool:
    after = rest[len(answer) : len(answer) + 1]
    return rest.startswith(answer) and not (after.isalnum() and (spaced or after.isascii()))


@cache
def _answers(language: str) -> tuple[str, ...]:
    """The words that stop, restart, help, or say yes and no, in English and in `language`; letters are read apart."""
    said = ["stop", "ride"]
    for code in dict.fromkeys(("en", language, language.split("-")[0])):
        if lexicon := lexicons().get(code):
            said += [*lexicon.opt_out, *lexicon.visit_cancel, *lexicon.help, *lexicon.restart]
            said += [word for act in _YES_OR_NO for word in _plain_ways(lexicon.say.get(act, ""))]
    written_out = (word.strip().strip("*") for word in said if not _PATTERN.search(word))
    words = [normal(word, vocabulary(language)).strip() for word in written_out]
    return tuple(dict.fromkeys(word for word in words if len(word) > 1 or not word.isascii()))


def _plain_ways(patterns: str) -> list[str]:
    """The ways to say something that are written out whole, one by one or as one list of answers."""
    patterns = _LIST.sub(r"\1", patterns)
    while (shorter := _GROUP.sub("<>", patterns)) != patterns:
        patterns = shorter
    ways: list[str] = _BETWEEN.split(_ENDS.sub("", patterns))
    return ways


def dates(written: Written) -> Iterator[Finding]:
    """Days and times are filled in as the visit stands when the text leaves, in the reviewed pattern (COPY-04)."""
    typed = regex.findall(
        r"(?<![\d-])\d{1,2}[/.-]\d{1,2}(?![\d-])|\d{1,2}:\d{2}|\d{1,2} ?[AaPp]\.?[Mm]\b", written.bare
    )
    named = find(written.says.calendar, normal(written.bare, written.says), written.says)
    if typed or named:
        quoted = ", ".join(f'"{word}"' for word in (*typed, *named))
        yield Finding("COPY-04", f"a day or a time is typed into it: {quoted}", "Write {day} and {time}.")
