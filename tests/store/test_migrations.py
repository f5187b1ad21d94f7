"""Migrations and models are one schema, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from outreach.store import health, lanes, migrate
from outreach.store.database import Database
from outreach.store.reads import queues
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


def test_hot_tables_leave_room_and_are_cleaned_early_on_postgresql(database: Database) -> None:
    if database.dialect != "postgresql":
        return
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL")).all()
    tuned = {row.relname: row.reloptions for row in rows}
    assert {"attempt", "bucket", "counter", "loop", "rate_wait", "reply", "touch", "worker"} <= set(tuned)
    assert "autovacuum_vacuum_scale_factor=0.02" in tuned["touch"]


def test_what_a_scrape_asks_each_time_is_found_by_an_index(database: Database) -> None:
    queries = (lanes._EVERY, *queues._WAITING.values())
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    given = {"queue": "bulk", "now": datetime(2027, 3, 1, tzinfo=UTC)}
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))  # the tables are empty: is there another way at all?
        for query in queries:
            asked = query.params({name: value for name, value in given.items() if name in query.compile().params})
            literal = asked.compile(database.engine, compile_kwargs={"literal_binds": True})
            plan = " ".join(str(row) for row in connection.execute(text(f"{explain}{literal}".replace(":", "\\:"))))
            assert "index" in plan.lower(), plan
