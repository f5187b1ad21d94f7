"""Commands about recordings: what is to be read, bringing in what a studio delivers, approving it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outreach.channels.voice.sound import LARGEST
from outreach.cli.opened import deployment, progress
from outreach.engine import coverage, recordings
from outreach.engine.coverage import Coverage, Sentence
from outreach.engine.refusals import NotAsked
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="What is played in calls where no machine speaks.")
Language = Annotated[str, typer.Option(help="Which language is spoken, as hy.")]
Program = Annotated[str | None, typer.Option(help="Whose recordings, by the program's key, where several record it.")]


@app.command("list")
def listed(
    language: Annotated[str, typer.Argument(help="Which language, as hy.")],
    program: Program = None,
) -> None:
    """Say of each sentence the name of its file, how far it is, and the words to read: a script for the studio."""
    with deployment() as opened:
        found = coverage.coverage(opened, OPERATOR)
    mine = [each for each in found if each.language == language and program in (None, each.program.key)]
    if not mine:
        raise NotAsked(f"Nothing is recorded in {language!r}: a machine speaks it, or no program does.")
    for one in mine:
        for sentence in one.sentences:
            typer.echo(f"{_file(sentence)}\t{_state(sentence)}\t{sentence.recording.text}")
        typer.echo(_summary(one), err=True)


@app.command("import")
def import_folder(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="WAV files named as `list` says.")],
    language: Language,
    by: Annotated[str, typer.Option(help="Who recorded them; somebody else approves them.")],
    program: Program = None,
) -> None:
    """Bring in a folder of WAV files, which then wait to be approved; exit code 1 when one could not be taken."""
    files, refused, new = sorted(folder.rglob("*.[wW][aA][vV]")), 0, 0
    with deployment() as opened, progress("Recordings") as show:
        program_id = recordings.program_of(opened, OPERATOR, language, program)
        for done, file in enumerate(files, 1):
            try:
                name, data = _name(file.relative_to(folder)), _content(file)
                new += recordings.upload(opened, OPERATOR, program_id, language, name, data, by)
            except NotAsked as problem:
                refused += 1
                typer.echo(f"{file.relative_to(folder)}: {problem}", err=True)
            show(done, len(files))
    typer.echo(f"{len(files)} files: {new} new, {len(files) - new - refused} there already, {refused} not taken.")
    if refused or not files:
        raise typer.Exit(1)


@app.command()
def approve(
    language: Language,
    by: Annotated[str, typer.Option(help="Who listened to them, and answers for them.")],
    program: Program = None,
) -> None:
    """Let all that waits in a language be played, in the name of the person who listened to it."""
    with deployment() as opened:
        count = recordings.approve_all(opened, OPERATOR, language, by, program)
    typer.echo(f"{count} recordings in {language} approved by {by}.")


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _name(file: Path) -> str:
    """Return the sentence of a file: `weekday-2.wav` and `weekday/2.wav` are both `weekday/2`."""
    return "/".join((*file.parts[:-1], file.stem)).replace("-", "/")


def _file(sentence: Sentence) -> str:
    return sentence.recording.name.replace("/", "-") + ".wav"


def _state(sentence: Sentence) -> str:
    there = "approved" if sentence.ready else "words changed" if sentence.stale else "missing"
    return there if sentence.waiting is None else f"{there}, one to approve".removeprefix("missing, ")


def _summary(found: Coverage) -> str:
    heard = "calls can be heard" if found.whole else "no call is held in it yet"
    return f"{found.program.key} {found.language}: {found.ready} of {len(found.sentences)} approved; {heard}."
