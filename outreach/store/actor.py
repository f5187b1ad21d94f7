"""Who asks: every read and every handler takes one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with a role, a clinic link, the carrier, or the worker. `clinic` limits what a clinic link sees."""

    kind: str
    name: str
    clinic: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


WORKER = Actor("service", "worker")
CARRIER = Actor("carrier", "webhook")
OPERATOR = Actor("operator", "command-line")
