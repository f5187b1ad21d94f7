"""The demo at full speed, one world after another, for `OUTREACH_SOAK_MINUTES`: its memory must stay flat.

`python tests/soak.py FILE` writes its figures to FILE as JSON. `make prove` runs it beside the tests.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from demo_process import DemoProcess, Visitor

MINUTES = float(os.environ.get("OUTREACH_SOAK_MINUTES", "60"))
BOUND_MIB = 40  # how much more than at the tenth minute the demo may hold at the end
_SETTLED = min(10.0, MINUTES / 3)  # by then every cache and every kind of page has been seen
_LOOK = 5.0
_PAGES = ("/phones", "/tasks", "/loops", "/metrics", "/readyz")
_END = re.compile(r"(\d+) closed, (\d+) owned by a person, (\d+) still waiting, unheld (\d+)")


@dataclass
class Soaked:
    """What happened. Memory is resident MiB: (minute, MiB) every few seconds."""

    minutes: float = 0
    worlds: int = 0
    closed: int = 0
    owned: int = 0
    waiting: int = 0
    unheld: int = 0
    pages: int = 0
    refused: int = 0
    exit_code: int | None = None
    memory: list[tuple[float, float]] = field(default_factory=list)

    def at(self, minute: float) -> float:
        """Return the memory at a minute, or at the end when it was shorter."""
        return next((mib for when, mib in self.memory if when >= minute), self.memory[-1][1])

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, every page answered, and memory stayed flat."""
        whole = self.worlds > 0 == self.waiting == self.unheld == self.refused == self.exit_code
        return whole and self.at(MINUTES) - self.at(_SETTLED) <= BOUND_MIB

    def in_words(self) -> str:
        """Return the paragraph for the page."""
        middle, end = self.at(self.minutes / 2), self.at(MINUTES)
        return (
            f"The demo, restarting itself with the next seed at full speed, ran {self.minutes:.0f} minutes:"
            f" {self.worlds} worlds, {self.closed} loops closed, {self.owned} owned by a person at their end,"
            f" {self.waiting} waiting, {self.unheld} unheld; {self.pages} pages fetched, {self.refused} not answered."
            f" Resident memory {self.at(min(5, _SETTLED)):.0f} MiB at minute {min(5, _SETTLED):.0f},"
            f" {self.at(_SETTLED):.0f} at minute {_SETTLED:.0f}, {middle:.0f} in the middle, {end:.0f} at the end;"
            f" {'passed' if self.passed else 'FAILED'}: the end may be {BOUND_MIB} above minute {_SETTLED:.0f}."
        )


class Soak:
    """One demo, a visitor who keeps looking, and a listener who counts how worlds end."""

    def __init__(self, demo: DemoProcess) -> None:
        self.demo = demo
        self.found = Soaked()
        self.visitor = Visitor(demo.links()["coordinator"])
        self.began = time.monotonic()

    def run(self) -> Soaked:
        """Look until the time is over, or the demo is."""
        listening = threading.Thread(target=self._listen, daemon=True)
        listening.start()
        while self._minute() < MINUTES and self.demo.process.poll() is None:
            self._look()
            time.sleep(_LOOK)
        self.found.minutes = self._minute()
        self.demo.process.terminate()
        self.found.exit_code = self.demo.process.wait(timeout=60)
        listening.join(10)
        return self.found

    def _minute(self) -> float:
        return (time.monotonic() - self.began) / 60

    def _look(self) -> None:
        self.found.memory.append((self._minute(), self.demo.resident_mib()))
        status, _ = self.visitor.get(_PAGES[self.found.pages % len(_PAGES)])
        self.found.pages += 1
        self.found.refused += status != 200

    def _listen(self) -> None:
        while line := self.demo.line():
            if (end := _END.search(line)) is not None:
                counts = [int(count) for count in end.groups()]
                self.found.worlds += 1
                self.found.closed += counts[0]
                self.found.owned += counts[1]
                self.found.waiting += counts[2]
                self.found.unheld += counts[3]


def main(file: Path) -> int:
    """Soak, and write the figures; return 0 when it passed."""
    with tempfile.TemporaryDirectory() as folder:
        demo = DemoProcess(Path(folder) / "demo", "--endless", "--pace", "full_speed")
        try:
            found = Soak(demo).run()
        finally:
            demo.kill()
    figures = asdict(found) | {"passed": found.passed, "words": found.in_words()}
    file.write_text(json.dumps(figures), encoding="utf-8")
    return 0 if found.passed else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
