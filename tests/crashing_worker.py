"""A worker that kills itself with SIGKILL after an arrow of Send, for as often as the parent starts it.

Reads the deployment's own environment (DATABASE_URL, OUTREACH_TIMING_..., TWILIO_...) and two more variables:
CRASH_AFTER: claim | post | record | inside-record | pause | nothing (pause: it only stops after a claim, until
somebody sends SIGCONT); CRASH_MESSAGE: after how many posts `post` strikes.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from outreach.bootstrap import bootstrap
from outreach.channels.carrier import Answers, Carrier, Outgoing, Result
from outreach.engine import dispatch
from outreach.engine import record as recording
from outreach.engine.pump import pump_all
from outreach.settings import Settings


def die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def stop_after_claim() -> None:
    """Let the first claim that found something be followed by a long pause, as of a machine that was suspended."""
    original = dispatch.claim

    def stops(*args: Any) -> Any:
        outgoing, decided = original(*args)
        if outgoing:
            dispatch.claim = original
            os.kill(os.getpid(), signal.SIGSTOP)
        return outgoing, decided

    dispatch.claim = stops


class DiesWhilePosting:
    """A Carrier that lets some answers through and dies before the next one is recorded."""

    def __init__(self, carrier: Carrier, after: int) -> None:
        self.slots, self.carrier, self.after = carrier.slots, carrier, after

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        return Answers(self._post(batch), len(batch))

    def _post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        for number, result in enumerate(self.carrier.post(batch), 1):
            if number >= self.after:
                die()
            yield result


def then_die(module: Any, name: str) -> None:
    """Let a function of the engine do its work once, if there was any, and die."""
    original = getattr(module, name)

    def dies(*args: Any) -> Any:
        found = original(*args)
        if not (isinstance(found, tuple) and not found[0]):
            die()
        return found

    setattr(module, name, dies)


def main() -> None:
    deployment = bootstrap(Settings())
    match os.environ.get("CRASH_AFTER", "nothing"):
        case "claim":
            then_die(dispatch, "claim")
        case "pause":
            stop_after_claim()
        case "record":
            then_die(dispatch, "record")
        case "inside-record":
            then_die(recording, "write")
        case "post":
            after = int(os.environ["CRASH_MESSAGE"])
            deployment = replace(deployment, carrier=DiesWhilePosting(deployment.carrier, after))
    sys.stdout.write("working\n")
    sys.stdout.flush()
    while True:
        pump_all(deployment)
        time.sleep(deployment.settings.timing.tick)


if __name__ == "__main__":
    main()
