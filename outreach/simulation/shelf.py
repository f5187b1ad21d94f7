"""Which phones lie on the table, and in which order: pure, so that nothing moves under a hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from locales.languages import languages
from outreach.store.reads.phones import Phone

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[^\W_]+")


def laid_out(roster: Sequence[Phone], wanted: Iterable[int], number: int) -> list[Phone]:
    """Return `number` phones: the wanted ones first, in their order, then those where something happened last."""
    known = {phone.id: phone for phone in roster}
    first = [known[row_id] for row_id in dict.fromkeys(wanted) if row_id in known]
    others = [phone for phone in _varied(roster) if phone not in first]
    return [*first, *others][:number]


def following(roster: Sequence[Phone], on_show: Sequence[Phone]) -> list[Phone]:
    """Return the same phones in the same places, but the quietest exchanged for one where somebody just wrote."""
    newest = next((phone for phone in roster if phone not in on_show and phone.heard_at is not None), None)
    if newest is None or not on_show:
        return list(on_show)
    quietest = min(on_show, key=_heard)
    if _heard(quietest) >= _heard(newest):
        return list(on_show)
    return [newest if phone == quietest else phone for phone in on_show]


def answered_first(roster: Sequence[Phone], on_show: Sequence[Phone], calls: Sequence[int]) -> list[Phone]:
    """Return the same phones, but the last ones exchanged for those that ring or are talked on."""
    shown = {phone.id for phone in on_show}
    rings = [phone for phone in roster if phone.id in calls and phone.id not in shown][: len(on_show)]
    quiet = [phone.id for phone in reversed(on_show) if phone.id not in calls][: len(rings)]
    places = dict(zip(quiet, rings, strict=False))
    return [places.get(phone.id, phone) for phone in on_show]


def found(roster: Sequence[Phone], words: str) -> list[Phone]:
    """Return the phones that fit every word, by member's name, language, or the last four digits."""
    wanted = [word.casefold() for word in _WORD.findall(words)]
    return [phone for phone in roster if wanted and all(word in _haystack(phone) for word in wanted)]


def _haystack(phone: Phone) -> str:
    spoken = languages().get(phone.language)
    names = (spoken.english_name, spoken.own_name) if spoken else ()
    return " ".join((*phone.names, phone.language, *names, phone.number[-4:])).casefold()


def _varied(roster: Sequence[Phone]) -> list[Phone]:
    """While nobody wrote yet, one phone of each language comes first."""
    if any(phone.heard_at for phone in roster):
        return list(roster)
    seen: Counter[str] = Counter()
    order = []
    for phone in roster:
        seen[phone.language] += 1
        order.append((seen[phone.language], phone))
    return [phone for _, phone in sorted(order, key=lambda pair: pair[0])]


def _heard(phone: Phone) -> datetime:
    return phone.heard_at or _LONG_AGO
