"""Twilio Lookup against a real server: it answers yes, no or no data, and everything else is no answer."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from outreach.channels.look.numbers import NoLookup, Question, TwilioLookup
from outreach.channels.twilio import TwilioAccount
from outreach.loops.numbers import LineType, Reassigned

ANA, BEN = "+12025550123", "+12025550199"
SINCE = date(2027, 3, 1)


@dataclass
class Registry:
    """What the stub answers for each number, and what it was asked; one that is not named is unknown to it."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)  # then even those who were kept waiting are let go


@contextmanager
def serving(registry: Registry) -> Iterator[Registry]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            number = unquote(parts.path).rpartition("/")[2]
            registry.asked.append((parts.path, parse_qs(parts.query), self.headers["Authorization"]))
            answer = registry.answers.get(number, 404)
            if answer == "hang":
                registry.over.wait(10)
                return
            status, body = (answer, "{}") if isinstance(answer, int) else (200, answer)
            written = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *args: object) -> None:
            """Say nothing: the path has the number."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    registry.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield registry
    finally:
        registry.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def registry() -> Iterator[Registry]:
    with serving(Registry()) as running:
        yield running


def look(registry: Registry, *numbers: str, timeout: float = 5.0) -> dict[int, Reassigned]:
    lookup = TwilioLookup(TwilioAccount("AC" + "0" * 32, "a-secret", base_url=registry.url), timeout=timeout)
    questions = [Question(place, number, SINCE) for place, number in enumerate(numbers)]
    return {question.phone: answer for question, answer in lookup.answers(questions)}


def said(word: str, error: int | None = None) -> dict[str, Any]:
    return {"reassigned_number": {"is_number_reassigned": word, "error_code": error}}


def test_law_37_it_asks_about_the_number_since_the_day_somebody_was_surely_there(registry: Registry) -> None:
    registry.answers[ANA] = said("no")
    assert look(registry, ANA) == {0: Reassigned.NO}
    [(path, query, authorization)] = registry.asked
    assert path == "/v2/PhoneNumbers/%2B12025550123"
    assert query == {"Fields": ["reassigned_number"], "LastVerifiedDate": ["20270301"]}
    assert authorization.startswith("Basic ")


@pytest.mark.parametrize("answer", list(Reassigned))
def test_law_37_each_of_the_three_answers_is_understood(registry: Registry, answer: Reassigned) -> None:
    registry.answers[ANA] = said(answer)
    assert look(registry, ANA) == {0: answer}


@pytest.mark.parametrize(
    "answer",
    [
        500, 429, 404, 301, "not json", "[]", said("perhaps"), said("no", error=60600), {"reassigned_number": None}, {},
        {"reassigned_number": {"error_code": None}}, "hang",
    ],
)  # fmt: skip
def test_i2_whatever_is_no_answer_leaves_the_number_unknown(registry: Registry, answer: Any) -> None:
    registry.answers |= {ANA: answer, BEN: said("no")}
    assert look(registry, ANA, BEN, timeout=1.0 if answer == "hang" else 5.0) == {1: Reassigned.NO}


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"type": "landline"}, LineType.LANDLINE), ({"type": "mobile"}, LineType.MOBILE),
        ({"type": None}, LineType.UNKNOWN), ({"type": "hologram"}, LineType.UNKNOWN),
        ({"type": "landline", "error_code": 60600}, None), ({}, None),
    ],
)  # fmt: skip
def test_twi_37_the_kind_of_line_is_asked_by_its_own_field(
    registry: Registry, answer: dict[str, Any], line: LineType | None
) -> None:
    registry.answers[ANA] = {"line_type_intelligence": answer}
    lookup = TwilioLookup(TwilioAccount("AC" + "0" * 32, "a-secret", base_url=registry.url))
    assert [found for _, found in lookup.lines([Question(0, ANA, SINCE)])] == ([] if line is None else [line])
    assert registry.asked[0][1] == {"Fields": ["line_type_intelligence"]}


def test_twi_37_without_a_look_up_no_line_is_known() -> None:
    assert [found for _, found in NoLookup().lines([Question(0, ANA, SINCE)])] == [LineType.UNKNOWN]


def test_many_numbers_are_asked_about_at_once_and_each_gets_its_own_answer(registry: Registry) -> None:
    numbers = [f"+1202555{line:04d}" for line in range(100, 140)]
    registry.answers = {number: said("yes" if place % 3 == 0 else "no") for place, number in enumerate(numbers)}
    found = look(registry, *numbers)
    assert {place for place, answer in found.items() if answer is Reassigned.YES} == set(range(0, 40, 3))
    assert len(found) == 40


def test_a_server_that_is_away_answers_nothing(registry: Registry) -> None:
    gone = Registry()
    with serving(gone):
        pass
    assert look(gone, ANA) == {}


def test_hip_08_no_log_names_the_number(
    registry: Registry, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    registry.answers = {ANA: said("no"), BEN: 500}
    look(registry, ANA, BEN)
    logged = caplog.text + capsys.readouterr().out
    assert "number_lookup_failed" in logged
    assert "/v2/PhoneNumbers/...?..." in logged  # urllib3 does log each request
    assert "2025550" not in logged
    assert "2025550" not in repr(Question(1, ANA, SINCE))
