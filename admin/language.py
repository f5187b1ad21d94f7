"""In which language the console speaks to whoever reads it; what a member is told is the business of `locales`.

The English sentence is the key, gettext's way: `_("Take")`, `ngettext("%(num)d loop", "%(num)d loops", n)`. What is
made when a module is loaded is only marked, `N_("Take")`, and said with `_` where it is drawn, or read from `Sayings`.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request, session

# A language is offered once its catalogue is whole: half a page in another is worse than English.
SPOKEN: Mapping[str, str] = MappingProxyType({"en": "English", "es": "Español"})
# A page says hundreds of sentences: asking the request for each who reads it was a tenth of the page's time.
_READER: ContextVar[str | None] = ContextVar("reader", default=None)
_K = TypeVar("_K")
_HERE = Path(__file__).parent / "translations"


def prepare(app: Flask) -> None:
    """Give the templates `_`, `ngettext` and `{% trans %}`; values put into a sentence are escaped."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install: Any = app.jinja_env
    install.install_gettext_callables(_gettext, _ngettext, newstyle=True)
    app.context_processor(lambda: {"speaks": speaks(), "spoken": SPOKEN})
    app.teardown_request(_forget_the_reader)


def _forget_the_reader(_problem: BaseException | None) -> None:
    _READER.set(None)


def speaks() -> str:
    """Return the language of this request: what the reader chose, else what their browser asks for, else English."""
    return _READER.get() or _of_this_reader()


def _of_this_reader() -> str:
    if not has_request_context():
        return "en"
    chosen = session.get("speaks")
    found = str(chosen) if chosen in SPOKEN else request.accept_languages.best_match(list(SPOKEN)) or "en"
    _READER.set(found)
    return found


@contextmanager
def in_english() -> Iterator[None]:
    """Say everything in English for a while, whatever the reader chose: for what is taken away and compared."""
    before = _READER.set("en")
    try:
        yield
    finally:
        _READER.reset(before)


def choose(language: str) -> None:
    """Remember in which language this reader wants the console. Raises KeyError for one that it does not speak."""
    session["speaks"] = language if language in SPOKEN else SPOKEN[language]
    _READER.set(language)


def gettext(text: str, /, **values: object) -> str:
    """Return `text` in the reader's language, with its %(name)s filled in; English where nobody translated it."""
    return _gettext(text) % values if values else _gettext(text)


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """Return the form of a counted sentence that `num` needs, with %(num)d and its other values filled in."""
    return _ngettext(one, many, num) % {"num": num, **values}


class Sayings(Mapping[_K, str]):
    """A table of marked sentences, `Sayings({code: N_("Take")})`: what is read from it is in the reader's language."""

    def __init__(self, marked: Mapping[_K, str]) -> None:
        self._marked = marked

    def __getitem__(self, key: _K) -> str:
        return gettext(self._marked[key])

    def __iter__(self) -> Iterator[_K]:
        return iter(self._marked)

    def __len__(self) -> int:
        return len(self._marked)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a sentence that is translated later
    """Mark a sentence for translation and return it as it is."""
    return text


def _gettext(text: str) -> str:
    return _catalogue(speaks()).gettext(text) if text else ""


def _ngettext(one: str, many: str, num: int) -> str:
    return _catalogue(speaks()).ngettext(one, many, num)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    path = _HERE / f"{language}.po"
    if not path.is_file():
        return catalogues.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, language))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)
