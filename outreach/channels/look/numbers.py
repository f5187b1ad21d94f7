"""Whether a number still belongs to who gave it: a look-up that any vendor can answer (LAW-37, TWI-37)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

import structlog

from outreach.channels.twilio import TwilioAccount, open_pool
from outreach.loops.numbers import LineType, Reassigned

log = structlog.get_logger()
_AT_ONCE = 8
Answer = TypeVar("Answer")


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

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        """Yield the kind of line of each number that could be answered (TWI-37)."""
        ...


class NoLookup:
    """Asks nobody: no data, and so no safe harbour. What a deployment without a contract for look-ups has."""

    source = "none"

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        """Yield `no_data` for each."""
        return ((question, Reassigned.NO_DATA) for question in questions)

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        """Yield `unknown` for each."""
        return ((question, LineType.UNKNOWN) for question in questions)


class TwilioLookup:
    """Twilio Lookup v2, fields `reassigned_number` and `line_type_intelligence`."""

    source = "twilio"

    def __init__(self, account: TwilioAccount, *, timeout: float = 10.0) -> None:
        self._account = account
        self._pool = open_pool(account, timeout=timeout, connections=_AT_ONCE)

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        """Yield what Twilio says, several questions on the line at once."""
        return self._at_once(questions, self._reassigned)

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        """Yield the kinds of line that Twilio knows; one it has no word for, and one we do not know, is `unknown`."""
        return self._at_once(questions, self._line)

    def _at_once(
        self, questions: Sequence[Question], ask: Callable[[Question], Answer | None]
    ) -> Iterator[tuple[Question, Answer]]:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for question, answer in zip(questions, threads.map(ask, questions), strict=True):
                if answer is not None:
                    yield question, answer

    def _reassigned(self, question: Question) -> Reassigned | None:
        query = {"Fields": "reassigned_number", "LastVerifiedDate": question.since.strftime("%Y%m%d")}
        return self._ask(question, query, lambda found: Reassigned(found["is_number_reassigned"]))

    def _line(self, question: Question) -> LineType | None:
        return self._ask(question, {"Fields": "line_type_intelligence"}, lambda found: _line_type(found["type"]))

    def _ask(self, question: Question, query: dict[str, str], read: Callable[[Any], Answer]) -> Answer | None:
        url = f"{self._account.origin}v2/PhoneNumbers/{quote(question.number)}?{urlencode(query)}"
        try:
            answer = self._pool.request("GET", url, redirect=False, retries=False)
            if answer.status != 200:
                raise ValueError(answer.status)
            found = json.loads(answer.data)[query["Fields"]]
            if found.get("error_code") is not None:
                raise ValueError(found["error_code"])
            return read(found)
        except Exception as problem:  # whatever went wrong, nothing is known; the cause may quote the number
            log.warning("number_lookup_failed", phone=question.phone, problem=type(problem).__name__)
            return None


def _line_type(word: str | None) -> LineType:
    return LineType(word) if word in set(LineType) else LineType.UNKNOWN
