"""The deployment that a command works on, from the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from outreach.bootstrap import bootstrap
from outreach.engine.deployment import Deployment


@contextmanager
def deployment() -> Iterator[Deployment]:
    """Open the deployment that the environment describes, and close its connections at the end."""
    opened = bootstrap()
    try:
        yield opened
    finally:
        opened.database.engine.dispose()


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, so that standard output stays clean; yields what moves it to (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
