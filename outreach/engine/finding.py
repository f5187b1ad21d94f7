"""Finding members in the console: what is typed is nowhere kept, who was shown is on record, and nobody trawls."""

from __future__ import annotations

import re

from outreach.clinics.cells import BadCell
from outreach.clinics.phone_numbers import e164
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.cadence import Queue
from outreach.loops.rates import Steady, take
from outreach.store import buckets, names
from outreach.store.actor import Actor
from outreach.store.reads import search as reads
from outreach.store.reads.search import Asked, Found
from outreach.store.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 2, 80
# Who looks callers up never meets it; who reads the list of members name by name does.
_RATE = Steady(0.25, at_least=20)
_OUR_NUMBER = re.compile(r"([LM])-?([1-9][0-9]{0,17})", re.IGNORECASE)
_DIGITS = re.compile(r"[1-9][0-9]{0,17}")
_BATCH = 1000


def search(deployment: Deployment, actor: Actor, typed: str) -> list[Found]:
    """Return the members that fit what was typed, at most 50, as far as this actor may see them (HIP-14, HIP-15).

    Each of them is in the trail as shown. Raises NotAsked for too little or too much, and for too many searches.
    """
    asked = read(typed)
    with deployment.write(actor) as uow:
        _not_too_often(deployment, uow)
        uow.narrow()
        found = reads.search(uow, asked)
        uow.audit("members.searched", "members")
        for one in found:
            uow.audit("found.viewed", f"member:{one.id}")
        uow.commit()
    return found


def read(typed: str) -> Asked:
    """Return what was typed as what can be looked up; raises NotAsked for what cannot."""
    text = " ".join(typed.replace("\0", "").split())
    if len(text) > LONGEST:
        raise NotAsked("This is too long. Type a name, a whole phone number, or a number like M-20418.")
    if ours := _OUR_NUMBER.fullmatch(text):
        row = int(ours[2])
        return Asked(loop=row, external_id=text) if ours[1] in "lL" else Asked(member=row, external_id=text)
    words = tuple(names.words(text)) if any(char.isalpha() for char in text) else ()
    if len(text) < SHORTEST or (words and max(map(len, words)) < SHORTEST):
        raise NotAsked("Type two letters at least, a whole phone number, or a number like M-20418.")
    row_id = int(text) if _DIGITS.fullmatch(text) else None
    return Asked(words=words, number=_number(text), external_id=text, member=row_id, loop=row_id)


def index_names(deployment: Deployment, actor: Actor) -> int:
    """Give every member who has a name the tokens they are found by; return to how many. It can be run again."""
    done, after = 0, 0
    while True:
        with deployment.write(actor) as uow:
            without = reads.unindexed(uow, after, _BATCH)
            if not without:
                return done
            names.index_names(uow, without)
            uow.commit()
        done, after = done + len(without), max(without)


def _number(text: str) -> str | None:
    try:
        return e164(text)
    except BadCell:
        return None


def _not_too_often(deployment: Deployment, uow: UnitOfWork) -> None:
    now = deployment.timer.now()
    key = f"{buckets.PEOPLE}{uow.keyring.index('searcher', str(uow.actor)).hex()}"
    taken = take(buckets.lock(uow, {key: _RATE}, now), Queue.SAFETY, [1.0], now)
    if not taken.granted:
        raise NotAsked("Too many searches in a short time. Wait a few seconds, then search again.")
    buckets.store(uow, taken.left)
