"""Planting one bug at a time into running code: its source, changed in a word or two, for as long as a test lasts."""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True)
class Change:
    """In the source of `where`, `old` becomes `new`; `names` are what the new words need to know."""

    where: Function
    old: str
    new: str
    names: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Swap:
    """In a module, class or object another function or value has this name; it is made from the one that was there."""

    owner: Any
    name: str
    other: Callable[[Any], Any]


Plant = Change | Swap


@contextmanager
def planted(*plants: Plant) -> Iterator[None]:
    """Let the bug live for a while. A source that no longer has the words is an error: the plant must be renewed."""
    with ExitStack() as stack:
        for plant in plants:
            match plant:
                case Change():
                    stack.enter_context(_changed(plant))
                case Swap(owner, name, other):
                    original = getattr(owner, name)
                    setattr(owner, name, other(original))
                    stack.callback(setattr, owner, name, original)
        yield


@contextmanager
def _changed(change: Change) -> Iterator[None]:
    function, source = change.where, textwrap.dedent(inspect.getsource(change.where))
    times = source.count(change.old)
    if times != 1:
        raise LookupError(f"{function.__qualname__} has {change.old!r} {times} times; it must be exactly once.")
    flags = __future__.annotations.compiler_flag
    code = compile(source.replace(change.old, change.new), inspect.getfile(function), "exec", flags)
    made: dict[str, Any] = {}
    exec(code, dict(function.__globals__), made)
    # The code of the very same function: whoever imported it by name has the bug too.
    original, function.__code__ = function.__code__, made[function.__name__].__code__
    function.__globals__.update(change.names)
    try:
        yield
    finally:
        function.__code__ = original
        for name, _ in change.names:
            del function.__globals__[name]
