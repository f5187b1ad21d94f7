"""`outreach understand`: what replies mean, for files of them and for one that a person wonders about."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, TextIO

import typer

from conversations.labelled import CONTEXTS, UnknownContext, as_labels, question
from conversations.understand import understand as read


class BadRow(typer.BadParameter):
    """A line on the standard input that is no labelled reply."""


def _meant(text: str, language: str, context: str) -> dict[str, Any]:
    return as_labels(read(text, language, question(context)))


def _rows(lines: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            labels = _meant(str(row["text"]), str(row.get("lang") or "en"), str(row.get("context") or "none"))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            what = str(problem) if isinstance(problem, UnknownContext) else type(problem).__name__
            raise BadRow(f'Line {number} is no {{"id","text","lang","context"}} object: {what}.') from None
        yield {"id": row.get("id")} | labels


def _explained(text: str, language: str, context: str) -> str:
    labels = _meant(text, language, context)
    reason = f", because of {labels['reason']}" if labels["reason"] else ""
    lines = [f"{' + '.join(labels['intents'])}{reason} (confidence {labels['confidence']})"]
    lines += [f"  {name} {value}" for name, value in labels["prefs"].items()]
    lines += [f"  flag {flag}" for flag in labels["safety"]]
    return "\n".join([*lines, *(f"  {step}" for step in labels["because"])])


def understand(
    explain: Annotated[str | None, typer.Option(help="One reply, explained for people.")] = None,
    lang: Annotated[str, typer.Option(help="The member's language, as es.")] = "en",
    context: Annotated[str, typer.Option(help=f"The open question: {', '.join(CONTEXTS)}.")] = "none",
) -> None:
    """Read {"id","text","lang","context"} lines from the standard input and write what each means, line by line."""
    if explain is not None:
        try:
            typer.echo(_explained(explain, lang, context))
        except UnknownContext as problem:
            raise typer.BadParameter(str(problem)) from None
        return
    for row in _rows(sys.stdin):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
