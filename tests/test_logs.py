"""Logs are JSON, and nothing in them is about a person."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from outreach.logs import configure_logs, without_personal_data


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()


def test_a_log_line_is_json_without_names_bodies_or_numbers(written: io.StringIO) -> None:
    structlog.get_logger().info("claimed", touch=7, body="See you", number="x", name="Ana", to="+12025550123")
    line = json.loads(written.getvalue())
    assert line == {"event": "claimed", "touch": 7, "to": "[number]", "level": "info", "timestamp": line["timestamp"]}


@pytest.mark.parametrize(
    "value", ["+12025550123", "202-555-0123", "(202) 555-0123", "12025550123", "text to 202.555.0123.", 2025550123]
)
def test_what_looks_like_a_phone_number_is_masked(value: object) -> None:
    masked = without_personal_data(None, "info", {"event": "x", "seen": [{"value": value}]})
    assert "555" not in repr(masked)


@pytest.mark.parametrize("value", ["loop:1234567", "2026-11-23T15:00:00Z", 12345, 3.5, True, None, "SM" + "0" * 32])
def test_ids_and_times_stay_readable(value: object) -> None:
    assert without_personal_data(None, "info", {"event": "x", "seen": value})["seen"] == value


def test_a_number_inside_an_exception_is_masked(written: io.StringIO) -> None:
    try:
        raise ValueError("cannot text +12025550123")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "5550123" not in written.getvalue()
    assert "cannot text [number]" in written.getvalue()
