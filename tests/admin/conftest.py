"""Who the console's pages are about when it does not matter who."""

from __future__ import annotations

import pytest
from console_world import Visit, World


@pytest.fixture
def asked(world: World) -> Visit:
    """Rosa, who reads Spanish, was reminded and has no ride."""
    visit = world.visit("Rosa Hernández", language="es")
    world.remind()
    world.hear(visit, "No tengo quien me lleve")
    world.settle()
    return visit
