"""A deployment with simulated phones, and one with a carrier."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The builders live beside this folder; the rooms come first, for `tests/admin` must not stand in for `admin`.
sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from console_world import CARRIER, World, build_template, copied  # noqa: E402


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    made = copied(template, tmp_path)
    yield made
    made.close()


@pytest.fixture
def carried(template: Path, tmp_path: Path) -> Iterator[World]:
    made = copied(template, tmp_path / "carried", **CARRIER)
    yield made
    made.close()
