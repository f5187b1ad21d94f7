"""Logs as one JSON object a line, without anything about a person in them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

PERSONAL = frozenset({"body", "number", "name"})
MASK = "[number]"
_TIMED = structlog.processors.TimeStamper(fmt="iso", utc=True)
_PHONE = re.compile(r"(?<![\w-])\+?1?[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\w)", re.ASCII)

Event = MutableMapping[str, Any]


def configure_logs(stream: TextIO | None = None) -> None:
    """Let structlog write JSON to `stream`, or to standard error, with what is personal taken out."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _TIMED,
            structlog.processors.format_exc_info,
            without_personal_data,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    _libraries_too(stream)


def _libraries_too(stream: TextIO | None) -> None:
    """What libraries log goes the same way, in the same form, through the same filter."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _TIMED],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_personal_data,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # A beat that is skipped because the one before still works is how the metronome is meant to run.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # An access log would show the tokens of links.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


def without_personal_data(_logger: object, _method: str, event: Event) -> Event:
    """Drop what is named as personal, and mask what looks like a phone number wherever it stands."""
    return {key: _masked(value) for key, value in event.items() if key not in PERSONAL}


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _PHONE.sub(MASK, value)
        case dict():
            return {key: _masked(inner) for key, inner in value.items() if key not in PERSONAL}
        case list() | tuple():
            return [_masked(inner) for inner in value]
        case bool() | int() | float() | None:
            # A number of ten digits may be a phone; ids and counts are shorter.
            return MASK if not isinstance(value, (bool, float)) and value is not None and value >= 10**9 else value
        case _:
            return _PHONE.sub(MASK, str(value))
