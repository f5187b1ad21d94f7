"""A catalogue says again what was written into it, and what comes from outside is read or refused, never run."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.catalogue import LARGEST, Entry, UnusableCatalogue, read, write

_SHOWN = st.characters(
    exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\x85", include_characters="\n\t"
)
_TEXT = st.text(_SHOWN, max_size=200)
_NAMED = st.text(_SHOWN, min_size=1, max_size=60)
_REMARK = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=40)
_ENTRY = st.builds(Entry, _NAMED, _NAMED, _TEXT, st.lists(_REMARK, max_size=3).map(tuple), st.booleans())
HEAD = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n\n'


def same(entry: Entry) -> tuple[str, str, str, bool]:
    return entry.key, entry.english, entry.text, entry.fuzzy


@given(st.lists(_ENTRY, min_size=1, max_size=8, unique_by=lambda entry: entry.key), st.booleans(), st.booleans())
def test_what_is_written_is_read_again_whatever_an_editor_does_to_its_lines(entries, marked, windows):
    text = write("es", entries)
    text = text.replace("\n", "\r\n") if windows else text
    data = (b"\xef\xbb\xbf" if marked else b"") + text.encode()
    assert [same(entry) for entry in read(data, "es")] == [same(entry) for entry in entries]


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_read_or_refused(data):
    with suppress(UnusableCatalogue):
        assert all(isinstance(entry, Entry) for entry in read(HEAD.encode() + data, "es"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no text"),
        (HEAD.encode(), "no text"),
        (b"x" * (LARGEST + 1), "Send one of 1,000,000 at most"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"\x7fELF\x01", "no PO file"),
        (b'msgid "a"\nmsgstr "b"\n', "does not say its language"),
        (HEAD.replace("es", "fr").encode() + b'msgid "a"\nmsgstr "b"\n', "'fr'"),
        (HEAD.encode() + b'msgid "a\nmsgstr "b"\n', "a quote is missing"),
        (HEAD.encode() + b"nonsense\n", "line 5"),
    ],
)
def test_what_is_no_catalogue_of_the_language_is_refused_with_what_to_do(data, says):
    with pytest.raises(UnusableCatalogue, match=says):
        read(data, "es")


def test_the_name_of_a_file_is_never_opened(tmp_path):
    there = tmp_path / "es.po"
    there.write_text(write("es", [Entry("stop", "Stop", "Alto")]), encoding="utf-8")
    with pytest.raises(UnusableCatalogue):
        read(str(there).encode(), "es")


def test_an_entry_knows_near_which_line_it_stood():
    text = write("es", [Entry("stop", "Stop", "Alto"), Entry("help", "Help", "Ayuda", ("Keep it short",))])
    lines = text.splitlines()
    for entry in read(text.encode(), "es"):
        assert f'msgctxt "{entry.key}"' in "\n".join(lines[entry.line - 1 : entry.line + 3])
