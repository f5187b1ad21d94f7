"""What the console says, collected from templates and modules; `python tests/console_texts.py` lists what is not said.

Run it after a change of words: every sentence that no catalogue has yet is printed as an entry to fill in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PLACES = (ROOT / "admin", ROOT / "outreach" / "engine")  # the engine says what it refuses
CATALOGUES = ROOT / "admin" / "translations"
_KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
_REFUSALS = {"NotAsked": None}
Text = str | tuple[str, ...]


def texts() -> set[Text]:
    """Return every sentence that is marked; a counted one as its forms."""
    return {text for _, text in _found()}


def _found() -> Iterator[tuple[Path, Text]]:
    for place in PLACES:
        for path in sorted(place.rglob("*.py")) + sorted(place.rglob("*.html")):
            source = BytesIO(path.read_bytes())
            method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
            options = {"newstyle_gettext": "true", "silent": "false"}
            keywords = _KEYWORDS if place.name == "admin" else _REFUSALS
            for _, message, _, _ in extract(method, source, keywords, (), options):
                yield path, tuple(message) if isinstance(message, list | tuple) else message


def translated(language: str) -> dict[Text, Text]:
    """Return what a catalogue says, by the sentence."""
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        entries = read_po(source, language)
    return {_text(entry.id): _text(entry.string or "") for entry in entries if entry.id and not entry.fuzzy}


def _text(said: str | list[str] | tuple[str, ...]) -> Text:
    return said if isinstance(said, str) else tuple(said)


def missing(language: str) -> list[tuple[Path, Text]]:
    """Return what a catalogue does not say, or leaves empty, with the first place of each."""
    known = translated(language)
    first: dict[Text, Path] = {}
    for path, text in _found():
        said = known.get(text, "")
        if not (all(said) if isinstance(said, tuple) else said):
            first.setdefault(text, path)
    return [(path, text) for text, path in first.items()]


_SAID = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ATTRIBUTES = re.compile(r'\b(?:title|aria-label|placeholder|alt|content)="([^"]*)"')
_CODE = re.compile(r"<(script|style|svg|pre|code)\b.*?</\1>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAMES = frozenset(
    {
        "Outreach",
        "TOTP",
        "CSV",
        "JSONL",
        "PO",
        "STOP",
        "START",
        "HELP",
        "FHIR",
        "sha",
        "nbsp",
        "thinsp",
        "middot",
        "width",
    }
)
# Rules, names of events, and attributes that a macro writes: the same in every language.
_CODES = re.compile(r'\b[A-Z]{2,5}-[0-9]{2}\b|\b[a-z_]+\.[a-z_]+\b|\b[a-z-]+="[^"]*"')


def bare(template: str) -> list[str]:
    """Return the words of a template that no catalogue can translate: written outside of `_` and `{% trans %}`."""
    rest = _CODE.sub(" ", _SAID.sub(" ", template))
    shown = [*_ATTRIBUTES.findall(rest), re.sub(r"<[^>]*>", "\n", rest, flags=re.DOTALL)]
    lines = [line.strip() for text in shown for line in text.splitlines()]
    return [line for line in lines if set(_WORD.findall(_CODES.sub(" ", line))) - _NAMES]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    """Print the entries that are missing."""
    for path, text in missing(sys.argv[1] if len(sys.argv) > 1 else "es"):
        lines = [f"#: {path.relative_to(ROOT)}"]
        if isinstance(text, tuple):
            lines += [f"msgid {_quoted(text[0])}", f"msgid_plural {_quoted(text[1])}", 'msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines += [f"msgid {_quoted(text)}", 'msgstr ""']
        sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
