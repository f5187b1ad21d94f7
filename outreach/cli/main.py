"""All commands, under one name."""

from __future__ import annotations

import typer

from outreach.cli import (
    admin,
    archive,
    audit,
    backups,
    checks,
    demo,
    demo_run,
    inbound,
    links,
    recordings,
    replies,
    reports,
    retention,
    running,
    sends,
    setup,
    understand,
    words,
    workers,
)
from outreach.cli.errors import Spoken
from outreach.cli.imports import import_files
from outreach.logs import configure_logs

app = typer.Typer(
    cls=Spoken, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Outreach."
)
app.command("migrate")(setup.migrate)
app.command("check")(checks.check)
app.command("configure")(setup.configure_program)
app.command("show-program")(setup.show_program)
app.command("import")(import_files)
app.command("web")(running.web)
app.command("worker")(running.worker)
app.command("workers")(workers.workers)
app.command("archive")(archive.archive)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("simulate")(running.simulate)
app.command("understand")(understand.understand)
app.add_typer(words.app, name="words", help="The words members are sent.")
app.add_typer(recordings.app, name="recordings", help="What is played in calls where no machine speaks.")
app.add_typer(sends.app, name="sends", help="Hold every text, or release them.")
app.add_typer(inbound.app, name="inbound", help="What members sent, and never reached us.")
app.add_typer(audit.app, name="audit", help="Prove that the audit trail is whole.")
app.add_typer(reports.app, name="reports", help="What visits came to, as a file.")
app.add_typer(retention.app, name="retention", help="How long records are kept, and legal holds.")
app.add_typer(replies.app, name="replies", help="What members replied, as labelled data.")
app.add_typer(admin.app, name="admin", help="Who may come in.")
app.add_typer(links.app, name="links", help="Single-purpose links.")
evidence = typer.Typer(no_args_is_help=True)
evidence.callback()(lambda: None)
evidence.command("export")(running.evidence)
app.add_typer(evidence, name="evidence", help="Show what happened.")
demo.app.command("run")(demo_run.run)
app.add_typer(demo.app, name="demo", help="Invented data to try things out with.")


def main() -> None:
    """Run the command line."""
    configure_logs()
    app()
