"""What a person did wrong, or the machine cannot do now, is said in one sentence; only our own faults leave a trace."""

from __future__ import annotations

from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from outreach.bootstrap import UnsafeSettings
from outreach.clinics.column_map import BadMap
from outreach.clinics.rows import UnreadableFile
from outreach.engine.calendars import CalendarIsReal
from outreach.engine.imported import ImportRefused, RowsLost
from outreach.engine.program_file import BadProgramFile
from outreach.engine.refusals import NotAsked
from outreach.engine.words import WordsRefused
from outreach.store.backup_file import BadBackup
from outreach.store.database import StoreAway
from outreach.store.dumping import ToolMissing
from outreach.store.seal import CannotUnseal, KeyFileMissing

OURS = (
    BadBackup, BadMap, BadProgramFile, CalendarIsReal, CannotUnseal, ImportRefused, KeyFileMissing, NotAsked, RowsLost,
    StoreAway, ToolMissing, UnreadableFile, UnsafeSettings, WordsRefused,
)  # fmt: skip


class Spoken(TyperGroup):
    """A group of commands whose known errors end in a sentence and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except OURS as problem:
            raise refuse(str(problem)) from None
        except OSError as problem:
            raise refuse(f"{problem.filename or 'A file'}: {problem.strerror or problem}.") from None
        except ValidationError as problem:
            wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors())
            raise refuse(f"The settings make no sense: {'; '.join(wrong)}.") from None


def refuse(sentence: str) -> typer.Exit:
    """Say a sentence on standard error; raise what is returned."""
    typer.echo(sentence, err=True)
    return typer.Exit(2)
