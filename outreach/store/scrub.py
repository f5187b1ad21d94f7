"""What a SQLite file still holds after rows were emptied: it is written anew, and its log is cut."""

from __future__ import annotations

import sqlite3

from outreach.store.database import Database


def scrub(database: Database) -> bool:
    """Write a SQLite file anew; False when somebody reads it all the while, or there is no room for a copy.

    True for PostgreSQL at once: what vacuuming and backups keep there is the operator's (`docs/retention.md`).
    """
    if database.dialect != "sqlite":
        return True
    pooled = database.engine.raw_connection()  # VACUUM runs outside every transaction
    try:
        cursor = pooled.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        return False
    finally:
        pooled.close()
    return not busy
