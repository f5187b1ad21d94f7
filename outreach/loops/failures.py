"""What a carrier's error code means for the number and the sender (rulebook 3.5, narrow)."""

from __future__ import annotations

from enum import StrEnum


class FailureClass(StrEnum):
    """P, T, C and S of the error table."""

    PERMANENT = "permanent"  # this number cannot be texted
    TEMPORARY = "temporary"
    CONFIGURATION = "configuration"  # our fault: operations must act
    SUPPRESSION = "suppression"  # the carrier holds an opt-out we do not


_CLASSES: dict[int, FailureClass] = {
    **dict.fromkeys((21211, 21214, 21217, 21614, 21635, 30004, 30005, 30006), FailureClass.PERMANENT),
    **dict.fromkeys((21610, 30610, 30640), FailureClass.SUPPRESSION),
    **dict.fromkeys((20003, 21212, 21603, 21606, 21608, 21612, 21408, 21703, 21704, 30002), FailureClass.CONFIGURATION),
    **dict.fromkeys((30007, 30032, 30034, 30035, 401, 403), FailureClass.CONFIGURATION),
}


def failure_class(code: int) -> FailureClass:
    """Return the class of a provider error; an unknown code is temporary, and seen by a person (TWI-03)."""
    return _CLASSES.get(code, FailureClass.TEMPORARY)
