"""How far each text of a program is in each language, and what keeps a language from being sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from locales.factory import source_hash
from outreach.store import message_versions
from outreach.store.message_versions import DRAFT, ENDED, SOURCE, StoredVersion, sources


class Far(StrEnum):
    """How far one text is in one language, by its newest version."""

    MISSING = "missing"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"  # its English has
    DRAFT = "draft"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in one language: its newest version, and what is sent of it meanwhile."""

    key: str
    language: str
    far: Far
    version: StoredVersion | None = None
    sent: StoredVersion | None = None


def matrix(stored: Sequence[StoredVersion], languages: Iterable[str], keys: Iterable[str]) -> list[list[Cell]]:
    """Return a row of cells for each language, in the order of the languages and the keys; `stored` oldest first."""
    newest = {(each.key, each.language): each for each in stored}
    sent = {(each.key, each.language): each for each in message_versions.sendable(stored)}
    wanted = current(stored)
    keys = list(keys)
    return [[_cell(key, language, newest, sent, wanted) for key in keys] for language in languages]


def current(stored: Sequence[StoredVersion]) -> Mapping[str, frozenset[str]]:
    """Return the hashes of the English that a translation may be made for, by key: what holds, and what is to come."""
    held = sources(stored)
    newest = {each.key: source_hash(each.body) for each in stored if each.language == SOURCE}
    return {key: frozenset(each for each in (held.get(key), newest[key]) if each) for key in newest}


def cell(stored: Sequence[StoredVersion], language: str, key: str) -> Cell:
    """Return how far one text is in one language."""
    return matrix(stored, [language], [key])[0][0]


def _cell(
    key: str,
    language: str,
    newest: Mapping[tuple[str, str], StoredVersion],
    sent: Mapping[tuple[str, str], StoredVersion],
    wanted: Mapping[str, frozenset[str]],
) -> Cell:
    version = newest.get((key, language))
    if version is None:
        return Cell(key, language, Far.MISSING)
    return Cell(key, language, _far(version, wanted.get(key)), version, sent.get((key, language)))


def _far(version: StoredVersion, wanted: frozenset[str] | None) -> Far:
    if version.state in ENDED or version.language == SOURCE:
        return Far(version.state)
    if wanted is not None and version.source_hash not in wanted:
        return Far.CHANGED
    if version.state == DRAFT and version.carried:
        return Far.CHANGED
    return Far(version.state)
