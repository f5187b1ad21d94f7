"""What reviewers forget: rules about the code itself, each a sentence."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
ROOMS = ("admin", "conversations", "locales", "outreach", "scheduler")


def product_files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[str]:
    """Yield every dotted name that a file calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_time_and_tokens_come_from_bootstrap_alone() -> None:
    forbidden = {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic", "uuid.uuid4",
        "uuid4", "secrets.token_urlsafe", "dt.datetime.now",
    }  # fmt: skip
    guilty = {where(path): forbidden & set(calls(path)) for path in product_files()}
    assert {path for path, found in guilty.items() if found} == {"outreach/bootstrap.py"}


def test_nothing_rolls_dice_that_remember() -> None:
    imports = re.compile(r"^\s*(import random|from random)", re.MULTILINE)
    assert [where(path) for path in product_files() if imports.search(path.read_text(encoding="utf-8"))] == []


def test_only_dispatch_hands_a_batch_to_the_carrier() -> None:
    hands = [where(p) for p in product_files() if any(name.endswith("deployment.carrier.post") for name in calls(p))]
    assert hands == ["outreach/engine/dispatch.py"]


def test_domain_time_is_never_asked_of_the_database() -> None:
    """Only the health view may: it judges, and nothing is decided from it."""
    clock = re.compile(r"func\.now\(|CURRENT_TIMESTAMP|clock_timestamp|julianday", re.IGNORECASE)
    found = [where(path) for path in product_files() if clock.search(path.read_text(encoding="utf-8"))]
    assert found == ["outreach/store/health.py"]


def test_only_the_scheduler_defers_jobs() -> None:
    found = [where(path) for path in product_files() if any(name.endswith("defer_async") for name in calls(path))]
    assert found == ["scheduler/cluster.py"]


def test_every_module_says_what_it_is() -> None:
    silent = []
    for path in product_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(where(path))
    assert silent == []


def test_every_public_function_says_what_it_gives() -> None:
    silent = []
    for path in product_files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node) is None:
                silent.append(f"{where(path)}:{node.name}")
    assert [name for name in silent if "/migrations/" not in name] == []


def test_names_say_what_a_thing_is() -> None:
    vague = {"utils", "helpers", "common", "manager", "misc", "base_utils"}
    assert [where(path) for path in product_files() if path.stem in vague] == []


@pytest.mark.parametrize("mark", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_for_later(mark: str) -> None:
    assert [where(path) for path in product_files() if mark in path.read_text(encoding="utf-8")] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    assert [dependency for dependency in wanted if "==" not in dependency] == []


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "outreach" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'validation_alias="([A-Z_]+)"', settings))
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


def test_every_command_is_documented() -> None:
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"outreach {name}" not in documented] == []


def test_members_numbers_are_fictional_everywhere() -> None:
    """HIP-19: in examples, docs and the demo only 555-01xx numbers stand."""
    number = re.compile(r"\+1\d{10}\b")
    texts = [*(ROOT / "examples").rglob("*"), *(ROOT / "docs").rglob("*.md"), *product_files()]
    found = {n for path in texts if path.is_file() for n in number.findall(path.read_text(encoding="utf-8"))}
    assert {n for n in found if not re.fullmatch(r"\+1\d{3}55501\d\d", n)} == set()
