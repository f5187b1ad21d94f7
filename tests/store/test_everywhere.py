"""Records are asked for in both places, and moving them is a matter of indexes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Table, func, select, text
from sqlalchemy.sql.visitors import iterate

from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.everywhere import anywhere, in_archive

READS = Path(__file__).parents[2] / "outreach" / "store" / "reads"
# They ask for what is open, planned or last, which is never archived; and one hands its condition to `evidence_rows`.
OTHERS = {
    "happenings", "holds", "phones", "planned", "queues", "receiving", "simulation", "tour", "loop_evidence",
    "on_the_line", "words_waiting", "huddle", "news",
}  # fmt: skip


def test_every_page_about_the_past_reads_the_archive_too() -> None:
    asking = {
        path.stem for path in READS.glob("*.py")
        if any(f"{table.name}.c." in path.read_text(encoding="utf-8") for table in t.ARCHIVED)
    }  # fmt: skip
    both = {path.stem for path in READS.glob("*.py") if "store.everywhere import" in path.read_text(encoding="utf-8")}
    assert asking - both == OTHERS


def test_a_query_that_asks_nothing_archived_is_asked_once(database: Database) -> None:
    assert in_archive(select(t.task.c.id)) is None
    with database.read(OPERATOR) as uow:
        assert [row.rows for row in anywhere(uow, select(func.count().label("rows")).select_from(t.task))] == [0]
        assert [row.rows for row in anywhere(uow, select(func.count().label("rows")).select_from(t.touch))] == [0, 0]


def test_the_twin_of_a_query_names_no_working_table_and_its_columns_alone() -> None:
    joined = select(t.touch, t.attempt.c.body).outerjoin(t.attempt, t.attempt.c.touch_id == t.touch.c.id)
    there = in_archive(joined.where(t.touch.c.loop_id == 1, t.touch.c.state != "cancelled"))
    assert there is not None
    assert {each for each in iterate(there) if isinstance(each, Table)} == {t.ARCHIVED[t.touch], t.ARCHIVED[t.attempt]}
    assert there.selected_columns.keys() == joined.selected_columns.keys()


def test_what_points_to_a_row_is_found_by_an_index(database: Database) -> None:
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))  # the tables are empty: is there another way at all?
        for table, column in (("prompt", "touch_id"), ("attempt", "touch_id"), ("awaited", "prompt_id")):
            plan = connection.execute(text(f"{explain}SELECT 1 FROM {table} WHERE {column} = 5"))
            assert "index" in " ".join(str(row) for row in plan).lower(), table
