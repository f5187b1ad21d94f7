"""Making a backup while everything runs, and putting one in the place of a lost database, with sends frozen (I28)."""

from __future__ import annotations

import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from outreach.engine.deployment import Deployment
from outreach.engine.handlers import RESTORING
from outreach.engine.restoring import RESTORED
from outreach.store import dumping, left_since, rounds, switches, workers
from outreach.store.actor import Actor
from outreach.store.backup_file import BadBackup, Manifest, pack, read_manifest, unpack
from outreach.store.checkpoints import key_id
from outreach.store.database import Database
from outreach.store.migrate import migrate, schemas


def back_up(deployment: Deployment, actor: Actor, file: Path) -> Manifest:
    """Write a backup of the database to `file`, and note it; the keys are never in it.

    Raises BadBackup when the file exists, and ToolMissing where PostgreSQL's tools are not there or fail.
    """
    database, taken_at = deployment.database, deployment.timer.now()
    made = pack(file, taken_at, version("outreach"), key_id(database.keyring), lambda *to: dumping.dump(database, *to))
    with deployment.write(actor) as uow:
        uow.audit("backup.made", f"backup:{made.sha256[:12]}", "I28")
        uow.commit()
    return made


def restore(deployment: Deployment, actor: Actor, file: Path, overwrite: bool = False) -> Manifest:
    """Put a backup in the place of the database, in restore mode from its first moment on.

    Raises BadBackup for a file that is damaged or of another deployment, and for a database that is in use, or is there
    and may not be written over; ToolMissing as above. Until all of it is there, nothing of it is.
    """
    what, database = read_manifest(file), deployment.database
    _fits(what, database)
    beside = database.file.absolute().parent if database.file is not None else None
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".outreach-") as folder:
        made = Path(folder) / "restored.db"
        unpack(file, made)
        dumping.claim_place(database, overwrite)
        if database.file is not None:
            _freeze(Database(f"sqlite:///{made}", database.keyring, deployment.timer.now), actor, what)
            dumping.put_file(made, database.file)
        else:
            dumping.closed_to_others(database)
            dumping.our_own(database)
            dumping.load(database, made)
            _freeze(database, actor, what)
            dumping.open_again(database)
    return what


def _fits(what: Manifest, database: Database) -> None:
    if what.dialect != database.dialect:
        raise BadBackup(
            f"This backup is of a {what.dialect} database, and DATABASE_URL names a {database.dialect} one."
        )
    if what.schema not in schemas():
        raise BadBackup(
            f"This backup has schema {what.schema}, which is newer: restore it with Outreach {what.version}."
        )
    if what.key != key_id(database.keyring):
        raise BadBackup(
            f"This backup was made with key {what.key}, and OUTREACH_KEY_FILE holds {key_id(database.keyring)}:"
            " nothing in it could be read. Put its own key file back first."
        )


def _freeze(database: Database, actor: Actor, what: Manifest) -> None:
    """Bring a restored database to today's schema and into restore mode, before anybody else can open it."""
    migrate(database.engine)
    with database.write(actor) as uow:
        left_since.skip_ids(uow)
        uow.commit()
    database.ids.drop()
    with database.write(actor) as uow:
        switches.turn(uow, "freeze", True)
        switches.turn(uow, RESTORING, True)
        rounds.reach(uow, RESTORED, _floor(what.taken_at))
        workers.forget_all(uow)
        uow.audit("restore.begun", f"backup:{what.sha256[:12]}", "I28")
        uow.commit()
    database.engine.dispose()


def _floor(at: datetime) -> datetime:
    return at.replace(microsecond=0)
