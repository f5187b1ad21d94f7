"""Writing the evidence of what was done, one JSONL file for each kind; the export is itself on record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from outreach.engine import audit_chain
from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor
from outreach.store.reads import evidence


def export(deployment: Deployment, actor: Actor, folder: Path, since: datetime | None = None) -> dict[str, int]:
    """Write `<kind>.jsonl` files into `folder` and return how many rows each has.

    Numbers are in clear, for whoever holds the key file: the folder is made readable by its owner only.
    """
    with deployment.write(actor) as uow:
        uow.audit("evidence.exported", "evidence")
        uow.commit()
    while audit_chain.seal(deployment):
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    counts = {}
    with deployment.read(actor) as uow:
        for name, rows in evidence.exports(uow, since).items():
            path = folder / f"{name}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                path.chmod(0o600)
                counts[name] = 0
                for row in rows():
                    file.write(json.dumps(row, default=_plain, ensure_ascii=False) + "\n")
                    counts[name] += 1
    return counts


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
