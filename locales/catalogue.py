"""A language's texts as a gettext catalogue: what a translator is given, and what comes back; none of it is trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polib

LARGEST = 1_000_000  # bytes; the longest catalogue of the product has a tenth of that
_WIDTH = 110


class UnusableCatalogue(ValueError):
    """A file that is no catalogue of this language; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text: its key, its English, its translation. `fuzzy`: the English has changed. `line` is where it stood."""

    key: str
    english: str
    text: str
    comments: tuple[str, ...] = ()
    fuzzy: bool = False
    line: int = 0


def write(language: str, entries: Iterable[Entry]) -> str:
    """Return a catalogue in `language`, by key as context; one comment is one line above its entry."""
    file = polib.POFile(wrapwidth=_WIDTH)
    file.metadata = {
        "Project-Id-Version": "outreach",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for each in entries:
        comment = "\n".join(" ".join(line.split()) for line in each.comments)
        flags = ["fuzzy"] if each.fuzzy else []
        file.append(polib.POEntry(msgctxt=each.key, msgid=each.english, msgstr=each.text, comment=comment, flags=flags))
    return str(file)


def read(data: bytes, language: str) -> list[Entry]:
    """Return the entries of a catalogue in `language`, as they stand in it; a byte order mark and CRLF are fine.

    Raises UnusableCatalogue for a file that is too large, not UTF-8, no catalogue, or of another language.
    """
    if len(data) > LARGEST:
        raise UnusableCatalogue(f"The file has {len(data):,} bytes. Send one of {LARGEST:,} at most.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise UnusableCatalogue("The file is not UTF-8. Save it as UTF-8, and send it again.") from None
    try:
        # The line in front keeps the parser from ever taking what somebody sent for the name of a file.
        file = polib.pofile("#\n" + text, encoding="utf-8")
    except (OSError, ValueError, IndexError, AttributeError) as problem:
        raise UnusableCatalogue(f"This is no PO file that can be read: {_where(problem)}") from None
    if not file:
        raise UnusableCatalogue("There is no text in this file. Send a PO file that was taken from here.")
    said = file.metadata.get("Language", "").strip()
    if not said:
        raise UnusableCatalogue("The head of the file does not say its language, or a quote is missing in it.")
    if said != language:
        raise UnusableCatalogue(f"The file says that it is in {said[:20]!r}, not in {language!r}.")
    return [_entry(each) for each in file if not each.obsolete]


def _entry(found: polib.POEntry) -> Entry:
    line = max((found.linenum or 1) - 1, 0)
    return Entry(found.msgctxt or "", found.msgid, found.msgstr, tuple(found.comment.splitlines()), found.fuzzy, line)


def _where(problem: Exception) -> str:
    """Return what the parser says without what it quotes, which may be anybody's."""
    said = str(problem)
    _, found, rest = said.partition("(line ")
    number = rest.partition(")")[0]
    if not found or not number.isdigit():
        return "its form is not gettext's."
    return f"look at line {max(int(number) - 1, 1)}."
