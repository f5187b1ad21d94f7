"""Finding members by name where names are sealed: a blind token for each beginning of each word.

A name is folded first: no accents, no case, no marks. Who reads the database without the key learns which members share
a beginning and how common it is, and nothing of the letters; both go with the member.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select, delete, select

from outreach.store.batches import chunks
from outreach.store.tables import name_token
from outreach.store.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 2, 10  # letters of a beginning; a longer word is found by its first ten
MOST_WORDS = 8
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02bb`\u00b4]")
_WORD = re.compile(r"[^\W_]+")


def words(name: str) -> list[str]:
    """Return the folded words of a name, at most eight: "Rosa Hernández-O'Brien" gives rosa, hernandez, obrien."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).casefold()
    letters = "".join(char for char in plain if unicodedata.category(char)[0] != "M")
    return list(dict.fromkeys(_WORD.findall(letters)))[:MOST_WORDS]


def index_names(uow: UnitOfWork, names: Mapping[int, str | None]) -> None:
    """Store the tokens of members' names, in the place of those they had."""
    for part in chunks(sorted(names)):
        uow.execute(delete(name_token).where(name_token.c.member_id.in_(part)))
    add_names(uow, names)


def add_names(uow: UnitOfWork, names: Mapping[int, str | None]) -> None:
    """Store the tokens of members who had none."""
    rows = [
        {"token": token, "member_id": who}
        for who, name in names.items()
        for token in sorted({_token(uow, begun) for word in words(name or "") for begun in _beginnings(word)})
    ]
    uow.insert(name_token, rows)


def beginning_with(uow: UnitOfWork, typed: Sequence[str], most: int) -> list[int]:
    """Return up to `most` members whose name has, for each folded word, one that begins with it: the newest first."""
    query: Select[tuple[int]] | None = None
    for word in sorted(typed, key=len):
        query = _having(_token(uow, word[:LONGEST]), query)
    if query is None:
        return []
    return [row.member_id for row in uow.all(query.order_by(name_token.c.member_id.desc()).limit(most))]


def _having(token: bytes, others: Select[tuple[int]] | None) -> Select[tuple[int]]:
    query = select(name_token.c.member_id).where(name_token.c.token == token)
    return query if others is None else query.where(name_token.c.member_id.in_(others))


def _beginnings(word: str) -> Iterable[str]:
    return (word[:length] for length in range(min(SHORTEST, len(word)), min(len(word), LONGEST) + 1))


def _token(uow: UnitOfWork, begun: str) -> bytes:
    return uow.keyring.index("name", begun)
