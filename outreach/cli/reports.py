"""The command that writes every report of a time to one file, as the console's CSV does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from admin.report_sheet import sheet
from outreach.cli.errors import refuse
from outreach.cli.opened import deployment
from outreach.engine.reports import Tab, report
from outreach.store import programs
from outreach.store.actor import OPERATOR
from outreach.store.reads.reports.scope import By, Scope

app = typer.Typer(no_args_is_help=True, help="What visits came to, as a file.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    begin: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day of visits.")],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day of visits.")],
    by: Annotated[By, typer.Option(help="What to group by.")] = By.LANGUAGE,
) -> None:
    """Write the reports on visits of these days; small numbers are held back, and the trail says who took them."""
    if begin > end or by is By.WEEK:
        raise refuse("--from comes before --to, and --by is language, clinic or program; weeks are in it anyway.")
    scope = Scope(begin.date(), end.date())
    with deployment() as opened:
        found = [report(opened, OPERATOR, tab, scope, by) for tab in Tab]
        with opened.write(OPERATOR) as uow:
            known = programs.clinics(uow) if by is By.CLINIC else programs.programs(uow)
            names = {str(row_id): each.name for row_id, each in known.items()}
            uow.audit("report.all.exported", "reports")
            uow.commit()
    file.write_text("\r\n".join(sheet(each, names) for each in found), encoding="utf-8", newline="")
    typer.echo(f"Written to {file}.")


@app.callback()
def _reports() -> None:
    """What visits came to."""
