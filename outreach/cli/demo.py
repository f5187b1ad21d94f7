"""Commands that invent data to try things out with."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from outreach.bootstrap import RealTimer
from outreach.clinics.cells import BadCell, identifier
from outreach.clinics.column_map import ColumnMap, MemberColumns, load_map
from outreach.clinics.rows import Row, Table
from outreach.simulation.fictional import fictional_members

app = typer.Typer(no_args_is_help=True, help="Invented data to try things out with.")


@app.command()
def members(
    appointments: Annotated[Path, typer.Argument(help="The visits file whose members are invented.")],
    column_map: Annotated[Path, typer.Option("--map", help="The map of that file.")],
    seed: Annotated[int, typer.Option(help="Another number gives other people.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Where to write; standard output without it.")] = None,
) -> None:
    """Write a members file with invented people, on numbers that ring nowhere, for the ids of a visits file."""
    found = _member_ids(appointments, load_map(column_map.read_text(encoding="utf-8")))
    with ExitStack() as opened:
        target = opened.enter_context(out.open("w", encoding="utf-8", newline="")) if out else sys.stdout
        writer = csv.DictWriter(target, MemberColumns().header())
        writer.writeheader()
        writer.writerows(fictional_members(found, seed, RealTimer().now().date()))


@app.callback()
def _demo() -> None:
    """Invented data."""


def _member_ids(path: Path, column_map: ColumnMap) -> Iterable[str]:
    with path.open("rb") as source:
        table = Table(source, column_map.formats)
        column = table.column(column_map.appointments.member)
        cells = (row.fields[column.place].strip() for row in table if isinstance(row, Row))
        return list(dict.fromkeys(cell for cell in cells if _usable(cell)))


def _usable(cell: str) -> bool:
    try:
        identifier(cell)
    except BadCell:
        return False
    return True
