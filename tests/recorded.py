"""A program that speaks Armenian, which no machine does, and sounds to record it with."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
from world import PROGRAM_FILE

from outreach.engine import recordings
from outreach.engine.configure import configure
from outreach.engine.coverage import covered
from outreach.engine.deployment import Deployment
from outreach.store import programs
from outreach.store.actor import OPERATOR
from outreach.store.programs import StoredProgram

ARMENIAN = PROGRAM_FILE.read_text(encoding="utf-8").replace('["en", "es"]', '["en", "es", "hy"]', 1)


def speaks_armenian(deployment: Deployment, text: str = ARMENIAN) -> StoredProgram:
    """Configure the example program with Armenian; return it."""
    configure(deployment, OPERATOR, text)
    with deployment.read(OPERATOR) as uow:
        (found,) = programs.programs(uow).values()
    return found


def tone(hertz: float = 440.0, seconds: float = 0.4, rate: int = 8_000, loud: float = 0.5) -> np.ndarray:
    """Return a tone as values from -1 to 1."""
    return loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def wav(samples: np.ndarray | None = None, rate: int = 8_000, channels: int = 1) -> bytes:
    """Return a WAV file of 16 bits; every channel has the same."""
    file = io.BytesIO()
    one = (tone(rate=rate) if samples is None else samples) * 32767
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(np.repeat(np.round(one).astype("<i2"), channels).tobytes())
    return file.getvalue()


def riff(code: int, bits: int, data: bytes, *, rate: int = 8_000, channels: int = 1, more: bytes = b"") -> bytes:
    """Return a RIFF file that says whatever it is told to."""
    block = max(1, bits // 8 * channels)
    shape = struct.pack("<HHIIHH", code, channels, rate, rate * block % 2**32, block % 2**16, bits) + more
    parts = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for name, body in ((b"fmt ", shape), (b"LIST", b"INFO!"), (b"data", data))
    )
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


def record(deployment: Deployment, program: StoredProgram, *names: str, sound: bytes | None = None) -> list[int]:
    """Let Ani record sentences, and return the ids of what waits of them."""
    given = wav() if sound is None else sound
    for name in names:
        recordings.upload(deployment, OPERATOR, program.id, "hy", name, given, "Ani Petrosyan")
    sentences = {each.recording.name: each for each in covered(deployment, OPERATOR, program.id, "hy").sentences}
    return [waiting.id for name in names if (waiting := sentences[name].waiting) is not None]


def record_all(deployment: Deployment, program: StoredProgram) -> int:
    """Let Ani record every sentence, and Davit approve them; return how many."""
    wanted = covered(deployment, OPERATOR, program.id, "hy").sentences
    record(deployment, program, *(each.recording.name for each in wanted))
    return recordings.approve_all(deployment, OPERATOR, "hy", "Davit Sargsyan")
