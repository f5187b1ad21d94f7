"""Where tests keep their files: in memory when there is room, for nothing that they write must outlive the machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30  # bytes; a run needs a quarter of it


def work_in_memory() -> None:
    """Put temporary folders of this process and of all that it starts into memory; TMPDIR, if set, has its way."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None  # it is asked for again


def compile_for_all() -> None:
    """Let the processes that tests start find our modules compiled, whatever is set here."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / f"outreach-compiled-{os.getuid()}"))
