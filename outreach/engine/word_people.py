"""Who may take which step with a text: who translates, who reviews and who approves are different people (HIP-16)."""

from __future__ import annotations

from outreach.store.message_versions import APPROVED, DRAFT, REVIEWED, SOURCE, TRANSLATED, WAITING, StoredVersion

_BEFORE = {TRANSLATED: DRAFT, REVIEWED: TRANSLATED, APPROVED: REVIEWED}


def same_name(one: str, other: str | None) -> bool:
    """Whether two names are one person's, however they were typed; no name is nobody's."""
    return " ".join(one.casefold().split()) == " ".join((other or "").casefold().split()) != ""


def before_approval(version: StoredVersion) -> tuple[str | None, ...]:
    """Return who had a hand in a text before anybody approves it."""
    return version.author, version.translator, version.reviewer


def next_step(version: StoredVersion) -> str | None:
    """Return the state that a version goes to next; None when nothing is left to do with it. English is no translation.

    >>> from outreach.store.message_versions import DRAFT
    >>> next_step(StoredVersion(1, 1, "stop", "en", 1, "", DRAFT, "", None, None))
    'approved'
    """
    if version.state not in WAITING:
        return None
    if version.language == SOURCE:
        return APPROVED
    return next(after for after, before in _BEFORE.items() if before == version.state)


def objection(version: StoredVersion, step: str, by: str) -> str | None:
    """Return why a person may not take the next step with a version, or None when they may (HIP-16, HIP-22)."""
    if step == REVIEWED and any(same_name(by, who) for who in (version.author, version.translator)):
        return "Who wrote or translated a text may not review it: another person does (HIP-16)."
    if step == APPROVED and any(same_name(by, who) for who in before_approval(version)):
        return "Who wrote, translated or reviewed a text may not approve it: another person does (HIP-16)."
    return None
