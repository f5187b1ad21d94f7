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
_FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # a microphone that beeps


# How a page is looked at: two ways that between them have every width and theme, the other two in `make prove`.
LOOKS = [
    pytest.param(1440, "light"),
    pytest.param(390, "dark"),
    pytest.param(1440, "dark", marks=pytest.mark.full),
    pytest.param(390, "light", marks=pytest.mark.full),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"width", "scheme"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("width", "scheme"), LOOKS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """It ends with its module: while it lives its event loop runs in this thread, and no other test could start one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with playwright.sync_playwright() as running:
        path = found or running.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("NOTHING IS LOOKED AT: no chromium here (apt-get install chromium)")
        browser = running.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()
