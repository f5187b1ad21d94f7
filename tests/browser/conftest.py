"""A Chromium for the tests of what people see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright")

_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """It ends with its module: while it lives, its event loop runs in this thread, and no other test could start one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with playwright.sync_playwright() as running:
        path = found or running.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("NOTHING IS LOOKED AT: no chromium here (apt-get install chromium)")
        browser = running.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()
