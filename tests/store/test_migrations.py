"""Migrations and models are one schema, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from outreach.store import health, migrate
from outreach.store.database import Database
from outreach.store.tables import metadata


def test_all_migrations_together_equal_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        differences = [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]
    assert differences == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate.migrate(database.engine)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_migrations_are_numbered_in_one_line() -> None:
    scripts = ScriptDirectory(str(migrate._SCRIPTS))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert sorted(revisions) == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    assert len(scripts.get_heads()) == 1


def test_the_health_view_is_the_one_the_code_describes(database: Database) -> None:
    with database.engine.begin() as connection:
        before = connection.execute(text("SELECT * FROM loop_health")).all()
        connection.execute(text("DROP VIEW loop_health"))
        connection.execute(text(health.view_sql(database.dialect)))
        assert connection.execute(text("SELECT * FROM loop_health")).all() == before == []
