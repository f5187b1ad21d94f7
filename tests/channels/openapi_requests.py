"""Judges a request by Twilio's published documents: method, path, names, types, formats, patterns, what is required."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PUBLISHED = json.loads((Path(__file__).parent / "published" / "twilio.json").read_text(encoding="utf-8"))
API, LOOKUPS, MESSAGING = ("https://api.twilio.com", "https://lookups.twilio.com", "https://messaging.twilio.com")
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)


def _date(value: str) -> bool:
    """An instant in UTC, or a day: the schema says the first, its description both."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        return value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None
    return bool(datetime.fromisoformat(value))


# A sender may also be a short code: digits alone.
_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "phone-number": lambda value: re.fullmatch(r"\+[1-9][0-9]{1,14}|[0-9]{5,6}", value, re.ASCII) is not None,
    "uri": lambda value: urlsplit(value).scheme in ("http", "https") and "_" not in (urlsplit(value).hostname or "_"),
    "date-time": _date,
    "int64": lambda value: _INTEGER.fullmatch(value) is not None,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a server saw it; `server` is the host that Twilio publishes it under."""

    server: str
    method: str
    target: str
    form: str = ""
    content_type: str = ""


def problems(request: Request) -> list[str]:
    """Say everything the published documents do not allow about a request; empty when it is as they say."""
    path, query = urlsplit(request.target).path, urlsplit(request.target).query
    for operation in PUBLISHED["operations"]:
        if (operation["server"], operation["method"]) == (request.server, request.method):
            names = re.findall(r"{(\w+)}", operation["path"])
            template = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(operation["path"]))
            if found := re.fullmatch(template, path):
                parts = {name: [unquote(value)] for name, value in zip(names, found.groups(), strict=True)}
                return list(_judge(operation, parts, parse_qs(query, True), request))
    return [f"{request.method} {path}: no such operation"]


def _judge(operation: Any, path: Any, query: dict[str, list[str]], request: Request) -> Iterator[str]:
    for where, given in (("path", path), ("query", query)):
        known = {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == where}
        required = [each["name"] for each in operation["parameters"] if each["in"] == where and each["required"]]
        yield from _values(given, known, required)
    form = operation.get("form")
    if form is None and request.form:
        yield "a body where none belongs"
    if form is not None:
        if request.content_type != "application/x-www-form-urlencoded":
            yield f"the body is {request.content_type}"
        yield from _values(parse_qs(request.form, True), form["properties"], form.get("required", ()))


def _values(given: Mapping[str, list[str]], known: Mapping[str, Any], required: Any) -> Iterator[str]:
    yield from (f"{name} is missing" for name in required if name not in given)
    for name, values in given.items():
        if name not in known:
            yield f"{name} is unknown"
        elif len(values) > 1 and known[name]["type"] != "array":
            yield f"{name} comes twice"
        else:
            yield from (f"{name} is {fault}" for value in values if (fault := _fault(value, known[name])))


def _fault(value: str, schema: Any) -> str:
    kind, fits = schema.get("type"), _FORMATS.get(schema.get("format", ""))
    if kind == "array":
        return _fault(value, schema["items"])
    if kind in ("integer", "number") and _INTEGER.fullmatch(value) is None:
        return f"no {kind}"
    if kind == "boolean" and value not in ("true", "false"):
        return "no boolean"
    if kind == "integer" and not schema.get("minimum", int(value)) <= int(value) <= schema.get("maximum", int(value)):
        return "out of its bounds"
    if "enum" in schema and value not in schema["enum"]:
        return "none of the words"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        return "not as its pattern"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return "too short or too long"
    return "" if fits is None or fits(value) else f"no {schema['format']}"
