"""What a text must carry: who writes, how to stop, and all that carriers and the law want to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from locales.linter.finding import Finding, Weight, Written
from locales.linter.house import OWN_WORDS, house
from locales.render import UnusableText, render, variables

_STOP = re.compile(r"(?<!\w)STOP(?!\w)")
_PHONE = re.compile(r"\d{3}-\d{3}-\d{4}", re.ASCII)
_TYPED_PHONE = re.compile(r"\+?(?:\d[-.() ]*){7,}|\b\d{3}-[A-Z]{4,}")
_OFTEN = re.compile(r"(?<!\d)\d{1,2}(?!\d)")  # not 911: in Thai a whole text may be one sentence
_IN_LATIN = re.compile(r"(?:[A-Za-z]\s|[\u2066\u2068])\{(?:return_)?phone\}")
_ANY_PHONE = re.compile(r"\{(?:return_)?phone\}")
_AT_THE_END = re.compile(r"\{(?:return_)?phone\}\W*$")


def unusable(written: Written) -> Iterator[Finding]:
    """Refuse a text that cannot be filled, or that names what no text may carry (HIP-02, COPY-05)."""
    if not written.body.strip():
        yield Finding("COPY-01", "it is empty", "Write it, or leave its key out.")
        return
    try:
        render(written.body, dict.fromkeys(variables(written.body), "x"))
    except UnusableText as problem:
        detail = f" ({problem})" if str(problem) else ""
        yield Finding("HIP-02", f"{problem.__doc__}{detail}", "Use the names of the English text, in {braces}.")


def place(written: Written) -> Iterator[Finding]:
    """Keep the street to the texts that are chosen only where the visit may be named by it (HIP-02, HIP-05)."""
    if "{place}" in written.body and not written.key.endswith("_place"):
        yield Finding("HIP-02", "it names the place", "Only a text whose key ends in _place may: leave {place} out.")


def message(written: Written) -> Iterator[Finding]:
    """What a person writes stands in the one text that is made for it, once (HIP-02)."""
    named = written.body.count("{message}")
    if named and written.key != OWN_WORDS:
        yield Finding("HIP-02", "it carries {message}", "Only the text for a person's own words may: leave it out.")
    if named != 1 and written.key == OWN_WORDS:
        yield Finding("HIP-02", "it does not carry {message} once", "Write {message} where the person's words stand.")


def prefix(written: Written) -> Iterator[Finding]:
    """Every text says first who writes (LAW-41), in a script from the right after a word of it (HIP-29)."""
    if not written.body.startswith(f"{written.says.prefix} "):
        yield Finding("LAW-41", "it does not say first who writes", f'Begin with "{written.says.prefix} ".')


def stop_line(written: Written) -> Iterator[Finding]:
    """Every text says how to stop, by the Latin word and by one of its language (COPY-01, COPY-08)."""
    if written.key in house().no_stop_line:
        return
    if not _STOP.search(written.bare):
        yield Finding("COPY-08", "it does not say how to stop", "End with STOP, in Latin letters, and what it does.")
    elif not written.has(written.says.stop_means):
        remedy = f"Say it beside STOP: {' or '.join(written.says.stop_means)}."
        yield Finding("COPY-08", "it does not say in its own language what STOP does", remedy, Weight.WARNING)


def content(written: Written) -> Iterator[Finding]:
    """The texts that carriers read closely carry all of it (LAW-41, COPY-01, COPY-06, COPY-07, TWI-28)."""
    for need in house().needs.get(written.key, ()):
        if not _meets(written, need):
            yield Finding("LAW-41", f"it does not carry its {need}", f"Say it{_as(written, need)}.")


def _meets(written: Written, need: str) -> bool:
    says = written.says
    match need:
        case "frequency":
            return any(_OFTEN.search(sentence) and _has(sentence, says.frequency) for sentence in written.sentences)
        case "rates" | "help":
            return written.has(getattr(says, need))
        case "stop":
            return bool(_STOP.search(written.bare))
        case "restart":
            return "START" in written.body
        case "contact":
            return "{phone}" in written.body
        case _:
            return need in re.findall(r"\d+", written.bare)


def _has(sentence: str, words: tuple[str, ...]) -> bool:
    return any(word.casefold() in sentence.casefold() for word in words)


def _as(written: Written, need: str) -> str:
    if need == "contact":
        return " with {phone}"
    words: tuple[str, ...] = getattr(written.says, need, ()) if need in ("frequency", "rates", "help") else ()
    return f", as {words[0]!r}" if words else ""


def emergency(written: Written) -> Iterator[Finding]:
    """911 first, 988 second, nothing else; and only the texts made for it speak of 988 (COPY-07, CRI-07)."""
    numbers = re.findall(r"\d{3}", written.bare)
    if "988" in numbers and "911" not in numbers[: numbers.index("988")]:
        yield Finding("COPY-07", "988 stands before 911, or without it", "Say 911 first, then 988.")
    if written.key in ("emergency", "safety_neutral") and variables(written.body) != {"program"}:
        yield Finding("COPY-07", "it does not carry {program} alone", "Keep {program}, and leave the rest out.")
    if written.key in ("emergency", "safety_neutral") and _STOP.search(written.bare):
        yield Finding("COPY-07", "it says how to stop", "Leave it out: nothing else may stand in this text.")


def phones(written: Written) -> Iterator[Finding]:
    """Phones are the program's own, in groups of digits (LAW-46, COPY-05), in order in any script (HIP-29)."""
    if _TYPED_PHONE.search(written.bare):
        yield Finding(
            "LAW-46", "a phone number is typed into it", "Write {phone}: only the program's own may stand there."
        )
    for name in ("phone", "return_phone"):
        value = written.values.get(name, "")
        if f"{{{name}}}" in written.body and not _PHONE.fullmatch(value):
            yield Finding("COPY-05", f"{name} reads {value!r}", "Write it in the program file as 800-555-0100.")
    from_the_right = written.says.script == "Arabic"
    alone = len(_ANY_PHONE.findall(written.body)) > len(_IN_LATIN.findall(written.body))
    if from_the_right and alone and not _AT_THE_END.search(written.body):
        yield Finding(
            "HIP-29", "a phone number follows letters from the right, which turns it round", 'Put "Tel" before it.'
        )
