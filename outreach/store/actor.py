"""Who asks: every read and every handler takes one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the organisation that somebody works for (HIP-15): whole programs, and single clinics of others.

    `around` are the programs that the clinics belong to: their names, words and settings are read, nobody's visit.
    """

    programs: frozenset[int] = frozenset()
    clinics: frozenset[int] = frozenset()
    around: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with a role, a clinic link, the carrier, or the worker.

    `clinic` limits what a clinic link sees, `scope` what a person sees; None is the whole organisation.
    """

    kind: str
    name: str
    clinic: int | None = None
    scope: Scope | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


WORKER = Actor("service", "worker")
CARRIER = Actor("carrier", "webhook")
OPERATOR = Actor("operator", "command-line")
