"""What tests of the doors share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from console_world import CARRIER, World, copied
from voice_world import TUESDAY, at, furnish


@pytest.fixture(scope="session")
def furnished(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a deployment that takes calls, made once."""
    folder = tmp_path_factory.mktemp("office")
    made = copied(template, folder, **CARRIER)
    furnish(made)
    made.close()
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Iterator[World]:
    """A deployment that takes calls; it is Tuesday at ten."""
    made = copied(furnished, tmp_path / "office", **CARRIER)
    at(made, TUESDAY)
    yield made
    made.close()
