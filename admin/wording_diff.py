"""What differs between two versions of a text, word by word; where a script has no spaces, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from markupsafe import Markup

from admin.shell import said

_TOKEN = re.compile(
    r"\{[^{}]*\}|[^\W\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\s+|.", re.DOTALL
)


def difference(before: str, after: str) -> Markup:
    """Return `after` with what is new marked as inserted, and what was taken out of `before` as deleted."""
    return Markup("").join(_pieces(_TOKEN.findall(before), _TOKEN.findall(after)))


def _pieces(before: list[str], after: list[str]) -> Iterator[Markup]:
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, before, after).get_opcodes():
        old, new = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        if kind == "equal":
            yield said(new)
            continue
        if old:
            yield Markup("<del>{}</del>").format(said(old))
        if new:
            yield Markup("<ins>{}</ins>").format(said(new))
