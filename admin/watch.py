"""Telling open pages that something changed: one question a second for all of them, none while nobody listens.

The trail is what is watched, for nothing that people do changes without an entry (HIP-14), and the texts that left.
Entries may be committed a moment after later ones, so a window behind the newest is read again, and what was seen
there is not told twice. What carriers report of a text later, a page finds when it asks in its own time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Condition, Thread

import structlog

from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor, Scope
from outreach.store.database import StoreAway
from outreach.store.reads import news

EVERY = 1.0  # seconds between two looks at the trail
WINDOW = timedelta(seconds=10)  # longer than any transaction that changes what a page shows
_MOST = 200  # entries of one look: where there are more, there is news anyhow
_log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open page of somebody's: `tab` names it, so that the next page in the same tab takes its place."""

    tab: str
    scope: Scope | None
    news: bool = False
    over: bool = False


@dataclass
class Watch:
    """The open pages of one process, at most `most`."""

    deployment: Deployment
    most: int
    _listeners: list[Listener] = field(default_factory=list)
    _changed: Condition = field(default_factory=Condition)
    _thread: Thread | None = None
    _closed: bool = False
    looks: int = 0  # at the trail, ever: what it costs

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[bool]:
        """Listen while the block runs; False where as many listen as may."""
        with self._changed:
            for other in self._listeners:
                other.over = other.over or other.tab == listener.tab
            full = self._closed or sum(not other.over for other in self._listeners) >= self.most
            if not full:
                self._listeners.append(listener)
                self._begin()
            self._changed.notify_all()
        try:
            yield not full
        finally:
            with self._changed:
                if not full:
                    self._listeners.remove(listener)
                self._changed.notify_all()

    def wait(self, listener: Listener, seconds: float) -> bool:
        """Wait until there is news, the listener is over, or the time is; return whether there is news."""
        with self._changed:
            self._changed.wait_for(lambda: listener.news or listener.over, seconds)
            told, listener.news = listener.news, False
            return told

    def rest(self, listener: Listener, seconds: float) -> None:
        """Wait without hearing anything; news stays."""
        with self._changed:
            self._changed.wait_for(lambda: listener.over, seconds)

    def tell_all(self) -> None:
        """There is news that is in no trail: every page of this process asks; those of others do in their own time."""
        with self._changed:
            for listener in self._listeners:
                listener.news = True
            self._changed.notify_all()

    def close(self) -> None:
        """End every stream, and begin no other: the process ends."""
        self._closed = True  # before the lock: a signal may find this very thread holding it
        for listener in list(self._listeners):
            listener.over = True
        if self._changed.acquire(blocking=False):
            self._changed.notify_all()
            self._changed.release()

    def _begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # what broke it is in the log
            self._thread = Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        seen: set[news.Entry] | None = None
        while True:
            with self._changed:
                if not self._listeners or self._closed:
                    self._thread = None
                    return
                scopes = {listener.scope for listener in self._listeners}
            try:
                seen = self._look(seen, scopes)
            except StoreAway:
                _log.warning("watch.store_away")  # pages ask for themselves, and say that they are not live
            with self._changed:
                self._changed.wait_for(lambda: self._closed or not self._listeners, EVERY)

    def _look(self, seen: set[news.Entry] | None, scopes: set[Scope | None]) -> set[news.Entry]:
        self.looks += 1
        with self.deployment.read(_WATCH) as uow:
            found = news.latest(uow, uow.now - WINDOW, _MOST)
        fresh = [entry for entry in found if seen is not None and entry not in seen]
        if fresh:
            concerned = {scope for scope in scopes if self._concerns(scope, fresh)}
            with self._changed:
                for listener in self._listeners:
                    listener.news = listener.news or listener.scope in concerned
                self._changed.notify_all()
        return set(found)

    def _concerns(self, scope: Scope | None, entries: list[news.Entry]) -> bool:
        if scope is None:
            return True
        with self.deployment.read(Actor(_WATCH.kind, _WATCH.name, scope=scope)) as uow:
            return news.any_of(uow, entries)


_WATCH = Actor("service", "watch")
