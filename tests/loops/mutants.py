"""Small faults planted in the lane, one at a time: the scenarios must notice each of them.

A mutant is one changed expression, statement or branch of `outreach/loops/lanes/*.py` or `outreach/loops/advance.py`,
compiled and played in this process; the files stay as they are.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import CodeType, ModuleType

import outreach.loops.advance
from outreach.loops.events import Event
from outreach.loops.loop import Closed, Loop, Stage, Step
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Leg, RideNeed, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind

ROOM = Path(outreach.loops.__file__).parent
# In the order in which they import each other.
MODULES = (
    "lanes/appointment_ride",
    "lanes/appointment_reach",
    "lanes/appointment_wishes",
    "lanes/appointment_ended",
    "lanes/appointment_corrected",
    "lanes/appointment_heard",
    "lanes/appointment_tasks",
    "lanes/appointment",
    "advance",
)
Advance = Callable[[Loop, Event], Step]


@dataclass(frozen=True)
class Mutant:
    """One fault: in which module, what it is, and how the tree is made that has it."""

    module: str
    what: str
    planted: Callable[[], ast.Module]


def source(module: str) -> str:
    """Return a module's text."""
    return (ROOM / f"{module}.py").read_text(encoding="utf-8")


def _enclosing(tree: ast.Module) -> Mapping[ast.AST, str]:
    """Return for each node the function it stands in."""
    found: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found |= dict.fromkeys(ast.walk(node), node.name)
    return found


# Each maker yields (what, change) for one node of the original; `change` edits the same node of a copy.
_Change = Callable[[ast.AST], ast.AST | None]

_OTHER: Mapping[str, tuple[str, ...]] = {
    kind.__name__: tuple(member.name for member in kind)
    for kind in (Stage, Closed, TaskKind, Outcome, Source, RideNeed, TripStatus, Leg, Standing)
}


def _constant(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """Stage.CONFIRMED -> the next stage; `TaskKind`, `Closed` ... alike."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in _OTHER.get(node.value.id, ())
    ):
        names = _OTHER[node.value.id]
        other = names[(names.index(node.attr) + 1) % len(names)]
        yield f"{ast.unparse(node)} -> {other}", lambda copied: ast.Attribute(copied.value, other, ast.Load())


def _words(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """A word that is sent, told or compared -> another word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value and node.value:
        yield f"{node.value!r} -> 'x'", lambda _: ast.Constant("x")


def _number(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        more = node.value + 1
        yield f"{node.value} -> {more}", lambda _: ast.Constant(more)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        other = not node.value
        yield f"{node.value} -> {other}", lambda _: ast.Constant(other)


def _element(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """One element less: an effect, a stage of a set, a rule or a reaction of a table."""
    if isinstance(node, ast.Tuple | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        for at, element in enumerate(node.elts):
            yield f"without {ast.unparse(element)}", _without(at)
    if isinstance(node, ast.Dict):
        for at, key in enumerate(node.keys):
            yield f"without {ast.unparse(key) if key else at}", _without_key(at)


def _without(at: int) -> _Change:
    def change(copied: ast.AST) -> ast.AST:
        left = [element for n, element in enumerate(copied.elts) if n != at]
        if isinstance(copied, ast.Set) and not left:
            return ast.Call(ast.Name("set", ast.Load()), [], [])
        return ast.Set(left) if isinstance(copied, ast.Set) else ast.Tuple(left, ast.Load())

    return change


def _without_key(at: int) -> _Change:
    def change(copied: ast.AST) -> ast.AST:
        pairs = [pair for n, pair in enumerate(zip(copied.keys, copied.values, strict=True)) if n != at]
        return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])

    return change


def _argument(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """One effect less of `stay(loop, ...)` or `close(loop, ...)`; one field less of `replace(loop, ...)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return
    first = {"stay": 1, "close": 3}.get(node.func.id, len(node.args))
    for at in range(first, len(node.args)):
        yield f"without {ast.unparse(node.args[at])}", _without_argument(at)
    if node.func.id == "replace":
        for at, keyword in enumerate(node.keywords):
            yield f"without {ast.unparse(keyword)}", _without_keyword(at)


def _without_argument(at: int) -> _Change:
    def change(copied: ast.AST) -> ast.AST:
        return ast.Call(copied.func, [a for n, a in enumerate(copied.args) if n != at], copied.keywords)

    return change


def _without_keyword(at: int) -> _Change:
    def change(copied: ast.AST) -> ast.AST:
        return ast.Call(copied.func, copied.args, [k for n, k in enumerate(copied.keywords) if n != at])

    return change


def _condition(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """A condition turned around; one side of an `and` or `or` left out; one comparison turned around or by one."""
    if isinstance(node, ast.If | ast.IfExp):
        yield f"not ({ast.unparse(node.test)})", _turned
    if isinstance(node, ast.match_case) and node.guard is not None:
        yield f"not ({ast.unparse(node.guard)})", _turned_guard
        yield f"always ({ast.unparse(node.guard)})", _no_guard
    if isinstance(node, ast.BoolOp):
        for at, value in enumerate(node.values):
            yield f"without ({ast.unparse(value)})", _without_value(at)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _NEIGHBOUR:
        yield f"at the limit of ({ast.unparse(node)})", _at_the_limit


_NEIGHBOUR: Mapping[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _turned(copied: ast.AST) -> None:
    copied.test = _not(copied.test)


def _turned_guard(copied: ast.AST) -> None:
    copied.guard = _not(copied.guard)


def _no_guard(copied: ast.AST) -> None:
    copied.guard = None


def _without_value(at: int) -> _Change:
    def change(copied: ast.AST) -> ast.AST:
        left = [value for n, value in enumerate(copied.values) if n != at]
        return left[0] if len(left) == 1 else ast.BoolOp(copied.op, left)

    return change


def _at_the_limit(copied: ast.AST) -> None:
    copied.ops = [_NEIGHBOUR[type(copied.ops[0])]()]


def _case(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """A case of a match that does nothing, or one alternative less."""
    if not isinstance(node, ast.match_case):
        return
    if not (isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None):
        yield f"case {ast.unparse(node.pattern)} does nothing", _does_nothing
    if isinstance(node.pattern, ast.MatchOr):
        for at, alternative in enumerate(node.pattern.patterns):
            yield f"case without {ast.unparse(alternative)}", _without_alternative(at)


def _does_nothing(copied: ast.AST) -> None:
    copied.body = ast.parse("return stay(loop)").body


def _without_alternative(at: int) -> _Change:
    def change(copied: ast.AST) -> None:
        left = [pattern for n, pattern in enumerate(copied.pattern.patterns) if n != at]
        copied.pattern = left[0] if len(left) == 1 else ast.MatchOr(left)

    return change


_MAKERS = (_constant, _words, _number, _element, _argument, _condition, _case)


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {text for text in texts if isinstance(text, ast.Constant)}


def _in_annotations(tree: ast.Module) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (annotation := getattr(node, name, None)) is not None:
                found |= set(ast.walk(annotation))
    return found


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.new, node) if node is self.old else self.generic_visit(node)


def _mutated(tree: ast.Module, position: int, change: _Change) -> ast.Module:
    copied = copy.deepcopy(tree)
    node = list(ast.walk(copied))[position]
    instead = change(node)
    if instead is not None:
        copied = _Swap(node, instead).visit(copied)
    return ast.fix_missing_locations(copied)


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, each named by function, line and change."""
    tree = ast.parse(source(module))
    passed_over = _docstrings(tree) | _in_annotations(tree)
    where = _enclosing(tree)
    for position, node in enumerate(ast.walk(tree)):
        if node in passed_over:
            continue
        for make in _MAKERS:
            for what, change in make(node):
                name = f"{module}.{where.get(node, '')}: {' '.join(what.split())}"
                yield Mutant(module, name, partial(_mutated, tree, position, change))


@cache
def _code(module: str) -> CodeType:
    return compile(source(module), module, "exec")


def _dotted(module: str) -> str:
    return "outreach.loops." + module.replace("/", ".")


def core(mutant: Mutant | None = None) -> Advance:
    """Return `advance` of a lane with this fault, beside the real one. Raises what a broken module raises."""
    names = ["outreach.loops.lanes", *map(_dotted, MODULES)]
    real = {name: sys.modules[name] for name in names}
    try:
        sys.modules["outreach.loops.lanes"] = ModuleType("outreach.loops.lanes")
        for module in MODULES:
            made = ModuleType(_dotted(module))
            sys.modules[made.__name__] = made
            planted = mutant is not None and mutant.module == module
            exec(compile(mutant.planted(), module, "exec") if mutant and planted else _code(module), made.__dict__)
            setattr(
                sys.modules[made.__name__.rpartition(".")[0]], module.rpartition("/")[2], made
            ) if "/" in module else None
        advance: Advance = sys.modules[_dotted("advance")].advance
        return advance
    finally:
        sys.modules.update(real)
