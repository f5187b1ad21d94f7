"""What people know about a member beside the visit: how they speak, who stands beside them, and who said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from outreach.loops.reasons import REASONS
from outreach.loops.sharing import Information


class Teller(StrEnum):
    """Who said it; a machine never does."""

    MEMBER = "member"
    PROXY = "proxy"
    CLINIC = "clinic"


class Fact(StrEnum):
    """What can change about a member, and is kept with what it was before."""

    LANGUAGE = "language"  # they are written to in it
    SPOKEN = "spoken"  # they speak it: of many dialects there is no writing
    INTERPRETER = "interpreter"
    ZONE = "zone"


class Interpreter(StrEnum):
    """Whether a call and a visit need somebody who interprets."""

    NONE = "none"
    SPOKEN = "spoken"
    SIGN = "sign"


class Relation(StrEnum):
    """What a proxy is to the member."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    CHILD = "child"
    RELATIVE = "relative"
    CAREGIVER = "caregiver"
    REPRESENTATIVE = "representative"


class Change(Protocol):
    """One fact as it became."""

    @property
    def fact(self) -> Fact:
        """What changed."""
        ...

    @property
    def after(self) -> str:
        """What it became."""
        ...


def known(changes: Sequence[Change]) -> Mapping[Fact, str]:
    """Return each fact as it was last told; `changes` come the newest first."""
    return {change.fact: change.after for change in reversed(changes)}


# OUT-04: what can stand in the way is what a reason shows.
BARRIERS = tuple(reason for reason, row in REASONS.items() if row.barrier is not None)
# What a proxy may be told by a person; a machine tells them nothing (HIP-11).
TOLD_TO_PROXIES = (Information.VISIT, Information.RIDE, Information.OUTCOME, Information.REASON)
