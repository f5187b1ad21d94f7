"""Commands about the words members are sent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from locales.catalogue import LARGEST
from outreach.cli.opened import deployment
from outreach.engine import word_files, word_status, words
from outreach.engine.word_check import Checked, sentence
from outreach.engine.word_files import Became
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import REVIEWED, TRANSLATED

app = typer.Typer(no_args_is_help=True, help="The words members are sent.")
Program = Annotated[str | None, typer.Option(help="Which program; all of them without it.")]


@app.command()
def translated(
    language: Annotated[str, typer.Option(help="Which language was translated, as es.")],
    by: Annotated[str, typer.Option(help="Who translated it.")],
    program: Program = None,
) -> None:
    """Note who translated the drafts of a language."""
    _sign(language, by, TRANSLATED, program)


@app.command()
def reviewed(
    language: Annotated[str, typer.Option(help="Which language was reviewed, as es.")],
    by: Annotated[str, typer.Option(help="The qualified translator who reviewed it.")],
    program: Program = None,
) -> None:
    """Note which qualified translator reviewed the texts of a language; somebody else approves them then."""
    _sign(language, by, REVIEWED, program)


def _sign(language: str, by: str, state: str, program: str | None) -> None:
    with deployment() as opened:
        count = words.sign(opened, OPERATOR, language, by, state, program)
    typer.echo(f"{count} texts in {language} {state} by {by}.")


@app.command()
def approve(
    language: Annotated[str, typer.Option(help="Which language was read, as es.")],
    by: Annotated[str, typer.Option(help="Who read it, and answers for it.")],
    program: Program = None,
    reviewed_by: Annotated[str, typer.Option(help="The qualified translator who reviewed a translation.")] = "",
) -> None:
    """Let all that waits in a language be sent, in the name of the person who read it."""
    with deployment() as opened:
        count = words.approve(opened, OPERATOR, language, by, program, reviewed_by)
    typer.echo(f"{count} texts in {language} approved by {by}.")


@app.command()
def check(
    language: Annotated[str | None, typer.Option(help="Which language; all of them without it.")] = None,
    program: Program = None,
) -> None:
    """Read every text: what is wrong, and what it costs at its longest. Exit code 1 when one may not be approved."""
    with deployment() as opened:
        found = words.check(opened, OPERATOR, language, program)
    for text in found:
        typer.echo(f"{text.name}: {_cost(text)}")
        for finding in text.findings:
            typer.echo(f"  {finding.weight.upper():7}  {sentence(finding)}")
    wrong, remarks = sum(len(text.problems) for text in found), sum(len(text.findings) for text in found)
    typer.echo(f"{len(found)} texts read: errors: {wrong}, warnings: {remarks - wrong}.")
    if wrong:
        raise typer.Exit(1)


def _cost(text: Checked) -> str:
    if text.cost is None:
        return "cannot be filled"
    parts = "1 part" if text.cost.parts == 1 else f"{text.cost.parts} parts"
    years = "no formula for its grade" if text.grade is None else f"grade {text.grade:.1f}"
    return f"{text.cost.encoding}, {text.cost.units} units, {parts}, {years}"


@app.command()
def status() -> None:
    """Say which texts wait for approval and how far they are, and which are stale since their English changed."""
    with deployment() as opened:
        states = word_status.status(opened, OPERATOR)
    for state in states:
        waiting = f", waiting: {', '.join(state.waiting)}" if state.waiting else ""
        stale = f", stale: {', '.join(state.stale)}" if state.stale else ""
        steps = "".join(f", {count} {step}" for step, count in sorted(state.steps.items()))
        typer.echo(f"{state.program} {state.language}: {state.approved} approved{steps}{waiting}{stale}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the PO file goes.")],
    language: Annotated[str, typer.Option(help="Which language is translated, as es.")],
    program: Program = None,
) -> None:
    """Write the texts of a language into a PO file for a translator, each beside its English."""
    with deployment() as opened:
        program_id = word_files.program_named(opened, OPERATOR, language, program)
        file.write_text(word_files.export(opened, OPERATOR, program_id, language), encoding="utf-8")
    typer.echo(f"Written to {file}.")


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A PO file that came from `export`.")],
    language: Annotated[str, typer.Option(help="Which language it translates into, as es.")],
    by: Annotated[str, typer.Option(help="Who answers for these drafts; somebody else reviews, and approves them.")],
    program: Program = None,
) -> None:
    """Take a PO file in as drafts, with a line on each text; nothing is approved. Exit code 1 when one is not taken."""
    with file.open("rb") as opened_file:
        data = opened_file.read(LARGEST + 1)
    with deployment() as opened:
        program_id = word_files.program_named(opened, OPERATOR, language, program)
        lines = word_files.bring_in(opened, OPERATOR, program_id, language, data, by)
    for line in lines:
        for note in line.notes:
            typer.echo(f"{file.name}:{line.line} {line.key}: {line.became}. {note}")
    counts = Counter(line.became for line in lines)
    typer.echo(", ".join(f"{counts[each]} {each}" for each in Became) + ".")
    if counts[Became.REFUSED]:
        raise typer.Exit(1)
