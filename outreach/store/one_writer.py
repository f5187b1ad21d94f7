"""SQLite has one writer at a time: within a process they take turns, in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from weakref import WeakValueDictionary


class NoTurn(Exception):
    """Whoever writes before us took too long."""


def one_writer(file: Path, patience: float) -> OneWriter:
    """Return the writer whose turns all of this process take who write to the file, whoever opened it how often."""
    with _opening:
        return _writers.setdefault(file.resolve(), OneWriter(patience))


class OneWriter:
    """A lock that is handed on. SQLite's own waiting is a sleep that grows, and whoever has just written writes again.

    While a backlog was sent, a reply lost that race for half a second at a time (TWI-22).
    """

    def __init__(self, patience: float) -> None:
        """`patience` is in seconds."""
        self._patience = patience
        self._guard = threading.Lock()
        self._writing = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        """Wait for our turn. Raises NoTurn."""
        with self._guard:
            if not self._writing:
                self._writing = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if not turn.wait(self._patience):
            self._give_up(turn)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hand on to whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._writing = False

    def _give_up(self, turn: threading.Event) -> None:
        with self._guard:
            if turn.is_set():
                return  # it was ours after all, in this very moment
            self._waiting.remove(turn)
        raise NoTurn(NoTurn.__doc__)


_opening = threading.Lock()
_writers: WeakValueDictionary[Path, OneWriter] = WeakValueDictionary()
