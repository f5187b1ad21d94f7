"""Evidence: what was done, as files that mean the same on both databases."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

from outreach.engine import audit_chain, evidence
from outreach.engine.deployment import Deployment
from outreach.engine.pump import settle
from outreach.simulation import world
from outreach.store.actor import OPERATOR

FIELDS = {
    "inbound": {"sid", "from", "received_at"},
    "touch": {
        "id", "member", "to", "channel", "category", "due_at", "state", "provider_sid", "body_sha256", "rule",
    },
    "attempt": {"touch", "started_at", "fencing", "outcome"},
    "consent": {"phone", "member", "channel", "category", "action", "at", "source"},
    "loop": {"id", "program", "lane", "state", "held_by", "next_at", "owner", "outcome", "reason"},
    "task": {"id", "kind", "owner", "due_at", "state"},
    "audit": {"seq", "at", "actor", "action", "object", "hash", "prev"},
}  # fmt: skip


def exported(deployment: Deployment, folder: Path) -> dict[str, list[dict[str, object]]]:
    evidence.export(deployment, OPERATOR, folder)
    lines = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in folder.glob("*.jsonl")}
    return {name: [json.loads(line) for line in written] for name, written in lines.items()}


def test_each_file_has_its_fields_and_the_export_is_on_record(deployment: Deployment, tmp_path: Path) -> None:
    world.build(deployment, tmp_path / "world", 1, 8)
    settle(deployment)
    files = exported(deployment, tmp_path / "evidence")
    assert set(files) == set(FIELDS)
    for name, rows in files.items():
        assert all(set(row) == FIELDS[name] for row in rows), name
    assert files["audit"][-1]["action"] == "evidence.exported"
    assert len(files["loop"]) == 8 * 3  # two past visits each, and one to come
    assert {row["touch"] for row in files["attempt"]} <= {row["id"] for row in files["touch"]}
    assert audit_chain.verify(deployment).problem is None


def test_the_files_are_for_their_owner_alone(deployment: Deployment, tmp_path: Path) -> None:
    exported(deployment, tmp_path / "evidence")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "evidence").iterdir()}
    assert modes == {0o600}


def test_since_leaves_out_what_is_older(deployment: Deployment, tmp_path: Path) -> None:
    world.build(deployment, tmp_path / "world", 1, 4)
    later = deployment.database.now() + timedelta(days=60)
    counts = evidence.export(deployment, OPERATOR, tmp_path / "evidence", later).rows
    assert counts["touch"] == counts["consent"] == 0
    assert counts["loop"] == 4 * 3
