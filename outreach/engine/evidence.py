"""Writing the evidence of what was done, one JSONL file for each kind; the export is itself on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from outreach.engine import audit_chain
from outreach.engine.deployment import Deployment
from outreach.loops.sharing import Recipient, Workflow
from outreach.store import sharing
from outreach.store.actor import Actor
from outreach.store.reads import evidence


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows each file has, and how many values were withheld, for members limit what their plan is told."""

    rows: Mapping[str, int]
    withheld: int


def export(deployment: Deployment, actor: Actor, folder: Path, since: datetime | None = None) -> Exported:
    """Write `<kind>.jsonl` files into `folder`, as a payer may have them: what members limit is left empty in them.

    Numbers are in clear, for whoever holds the key file: the folder is made readable by its owner only.
    """
    with deployment.write(actor) as uow:
        uow.audit("evidence.exported", "evidence")
        uow.commit()
    while audit_chain.seal(deployment):
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    counts: dict[str, int] = {}
    with deployment.read(actor) as uow:
        limited = evidence.Limited(sharing.withheld_from(uow, Recipient.PLAN, Workflow.PAYER_AUDIT))
        for name, rows in evidence.exports(uow, since, limited).items():
            path = folder / f"{name}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                path.chmod(0o600)
                counts[name] = 0
                for row in rows():
                    file.write(json.dumps(row, default=_plain, ensure_ascii=False) + "\n")
                    counts[name] += 1
    return Exported(counts, limited.withheld)


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
