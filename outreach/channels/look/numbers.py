"""Whether a number still belongs to who gave it: a look-up that any vendor can answer (LAW-37, TWI-37)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from urllib.parse import quote, urlencode

import structlog

from outreach.channels.twilio import TwilioAccount, open_pool
from outreach.loops.numbers import Reassigned

log = structlog.get_logger()
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Question:
    """Was this E.164 number given up by its owner on or after the day they were last surely there?"""

    phone: int
    number: str = field(repr=False)
    since: date


class NumberLookup(Protocol):
    """Answers many questions at once. What it cannot answer it leaves out: the number stays unknown, and silent."""

    source: str

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        """Yield an answer for each question that could be answered."""
        ...


class NoLookup:
    """Asks nobody: no data, and so no safe harbour. What a deployment without a contract for look-ups has."""

    source = "none"

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        """Yield `no_data` for each."""
        return ((question, Reassigned.NO_DATA) for question in questions)


class TwilioLookup:
    """Twilio Lookup v2, field `reassigned_number`."""

    source = "twilio"

    def __init__(self, account: TwilioAccount, *, timeout: float = 10.0) -> None:
        self._account = account
        self._pool = open_pool(account, timeout=timeout, connections=_AT_ONCE)

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        """Yield what Twilio says, several questions on the line at once."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for question, answer in zip(questions, threads.map(self._ask, questions), strict=True):
                if answer is not None:
                    yield question, answer

    def _ask(self, question: Question) -> Reassigned | None:
        query = {"Fields": "reassigned_number", "LastVerifiedDate": question.since.strftime("%Y%m%d")}
        url = f"{self._account.origin}v2/PhoneNumbers/{quote(question.number)}?{urlencode(query)}"
        try:
            answer = self._pool.request("GET", url, redirect=False, retries=False)
            if answer.status != 200:
                raise ValueError(answer.status)
            found = json.loads(answer.data)["reassigned_number"]
            if found.get("error_code") is not None:
                raise ValueError(found["error_code"])
            return Reassigned(found["is_number_reassigned"])
        except Exception as problem:  # whatever went wrong, nothing is known; the cause may quote the number
            log.warning("number_lookup_failed", phone=question.phone, problem=type(problem).__name__)
            return None
