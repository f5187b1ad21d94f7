"""The roles of the console and what each may do; the matrix itself is data, in `roles.toml` (HIP-16)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Role(StrEnum):
    """What a person is here."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    PROGRAM_STAFF = "program_staff"
    TRANSLATOR = "translator"
    APPROVER = "approver"
    CLINIC_VIEWER = "clinic_viewer"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a page needs."""

    SIGNED_IN = "signed_in"  # what is one's own: to leave, one's account
    LOOPS = "loops"  # every loop and what is open, without names and words
    MEMBERS = "members"  # names, numbers, what members write
    CARE = "care"  # to answer, to work tasks, to change what is known of a member
    OWN_WORDS = "own_words"  # to write to a member in one's own words
    HOLD = "hold"  # to hold all sending
    RELEASE = "release"  # to let it go on
    TEAM = "team"  # the huddle, who has how much
    REPORTS = "reports"
    PROOF = "proof"  # who looked, what was done for a member
    AUDIT = "audit"  # the whole trail
    WORDS = "words"  # to read, draft and review words and recordings
    APPROVE = "approve"  # to answer for them
    CADENCES = "cadences"  # to read cadences, their drafts and previews
    PUBLISH = "publish"  # to let a cadence go live that somebody else wrote
    PROGRAMS = "programs"  # to write cadences and settings
    OWN_CLINIC = "own_clinic"  # the visits of one's clinic, and nothing else
    ACCOUNTS = "accounts"  # who may come in
    BREAK_GLASS = "break_glass"  # to see members for half an hour, for a reason that is on record


@cache
def rights() -> Mapping[Role, frozenset[Right]]:
    """Return what each role may do. Raises ValueError for a role or a right that does not exist."""
    stored = tomllib.loads(files(__package__).joinpath("roles.toml").read_text("utf-8"))
    if missing := set(Role) - set(stored):
        raise ValueError(f"roles.toml has no line for {', '.join(sorted(missing))}.")
    return {Role(role): frozenset({Right.SIGNED_IN, *map(Right, listed)}) for role, listed in stored.items()}


# What reaches every program: nobody has these for a part of the organisation, whatever their role says (HIP-15).
# Who lets others in for everything has everything, and who holds or releases all sending does it for everybody.
OF_ALL = frozenset({Right.ACCOUNTS, Right.HOLD, Right.RELEASE})

# What shows people's data, or lets texts leave: nobody comes near it by a password alone (HIP-15, ASVS 6.3.3).
_GRAVE = frozenset({
    Right.MEMBERS, Right.CARE, Right.OWN_WORDS, Right.PROOF, Right.AUDIT, Right.OWN_CLINIC, Right.ACCOUNTS,
    Right.PROGRAMS, Right.PUBLISH, Right.RELEASE, Right.BREAK_GLASS,
})  # fmt: skip


def needs_proof(role: Role) -> bool:
    """Whether people of this role have to have a second factor."""
    return bool(rights()[role] & _GRAVE)
