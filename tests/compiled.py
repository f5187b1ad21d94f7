"""What is compiled once for a test process, not for each application and database in it: it took half of their time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, event
from werkzeug.routing import Rule

from outreach.store import database

_ENOUGH = 5000  # statements; the product has fewer
_first: dict[tuple[str, str], tuple[Any, Any]] = {}
_builders: dict[Any, Callable[..., Any]] = {}
_compile_builder = Rule._compile_builder


class _Templates(BytecodeCache):
    """The compiled templates, by their key."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self.kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Let all applications share their templates and routes, and all databases of a kind their compiled statements."""
    Rule._compile_builder = _builder  # type: ignore[method-assign]
    Flask.jinja_options = {"bytecode_cache": _Templates()}
    vars(database)["create_engine"] = _engine


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Return what writes an address by a rule; it is handed the rule, so that one serves all that are alike."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    alike = rule.rule, tuple(rule._trace), defaults, append_unknown
    if alike not in _builders:
        _builders[alike] = _compile_builder(rule, append_unknown)
    return _builders[alike]


def _engine(url: str, **options: Any) -> Engine:
    """Return an engine that compiles as the first of its kind did, once that one has met its database."""
    engine = create_engine(url, query_cache_size=_ENOUGH, **options)
    kind = (engine.dialect.name, engine.dialect.driver)
    if kind in _first:
        engine.dialect, engine._compiled_cache = _first[kind]
    else:
        event.listen(engine, "connect", lambda *_: _first.setdefault(kind, (engine.dialect, engine._compiled_cache)))
    return engine
