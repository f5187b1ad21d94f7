"""Sealing the audit trail, and proving that nobody changed it since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from outreach.engine.deployment import Deployment
from outreach.store import chain, checkpoints
from outreach.store.actor import WORKER
from outreach.store.checkpoints import Checkpoint
from outreach.store.seal import Keyring
from outreach.store.verification import Verdict, verified

_BATCH = 2000


class NotACheckpoint(Exception):
    """A line of a checkpoint file is none, or this deployment's key did not sign it."""


def seal(deployment: Deployment) -> int:
    """Chain what was committed since the last time; return how many entries."""
    with deployment.read(WORKER) as uow:
        if not chain.any_unsealed(uow):
            return 0
    with deployment.write(WORKER) as uow:
        if not chain.lock(uow):
            return 0
        sealed = chain.seal_next(uow, _BATCH)
        if sealed:
            uow.commit()
    return sealed


def begin_codes(deployment: Deployment) -> None:
    """Seal what waits, and see to it that the trail has an entry with a code: from there on each must have one."""
    while seal(deployment):
        pass
    with deployment.write(WORKER) as uow:
        if not chain.has_codes(uow):
            uow.audit("trail.coded", "audit")
            uow.commit()
    while seal(deployment):
        pass


def verify(deployment: Deployment, outside: Sequence[Checkpoint] = ()) -> Verdict:
    """Recompute the chain, and check every checkpoint's signature and those that were kept outside (I22)."""
    with deployment.read(WORKER) as uow:
        return verified(uow, outside=outside)


def checkpoint_line(deployment: Deployment) -> str | None:
    """Seal what waits, and return the newest checkpoint as a line to keep elsewhere; None for an empty trail."""
    while seal(deployment):
        pass
    with deployment.read(WORKER) as uow:
        newest = checkpoints.newest(uow)
    if newest is None:
        return None
    line = {"seq": newest.seq, "after": newest.after, "at": newest.at.isoformat(), "hash": newest.hash}
    return json.dumps(line | {"signature": newest.signature, "key": checkpoints.key_id(deployment.database.keyring)})


def read_checkpoints(lines: Iterable[str], keyring: Keyring) -> list[Checkpoint]:
    """Read checkpoints that were kept outside; raises NotACheckpoint, which names the line."""
    return [_read(number, line, keyring) for number, line in enumerate(lines, 1) if line.strip()]


def _read(number: int, line: str, keyring: Keyring) -> Checkpoint:
    try:
        kept = json.loads(line)
        at = datetime.fromisoformat(kept["at"])
        found = Checkpoint(int(kept["seq"]), int(kept["after"]), at, str(kept["hash"]), str(kept["signature"]))
        signer = str(kept["key"])
    except (KeyError, TypeError, ValueError) as problem:
        raise NotACheckpoint(f"Line {number} of the checkpoint file is no checkpoint.") from problem
    if signer != (ours := checkpoints.key_id(keyring)):
        raise NotACheckpoint(f"Line {number} of the checkpoint file is signed with key {signer}; this key is {ours}.")
    if not found.holds(keyring):
        raise NotACheckpoint(f"Line {number} of the checkpoint file was changed: its signature does not fit.")
    return found
