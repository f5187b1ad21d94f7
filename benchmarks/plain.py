"""A worker without a job engine, to weigh procrastinate by: a thread for each queue looks for what is due."""

from __future__ import annotations

import signal
import sys
import threading

from outreach.bootstrap import bootstrap, calm_collector
from outreach.engine.pump import QUEUES, rest
from outreach.settings import Settings
from scheduler.working import BEAT, Working


def main() -> None:
    """Work until SIGTERM."""
    working = Working(bootstrap(Settings()))
    calm_collector()
    for queue in QUEUES:
        threading.Thread(target=_carry, args=[working, queue], daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while True:
            working.beat()
            working.stopping.wait(BEAT)
    finally:
        working.leave()


def _carry(working: Working, queue: str) -> None:
    while True:
        if pause := rest(queue, working.pump(queue)):
            working.stopping.wait(pause)


if __name__ == "__main__":
    main()
