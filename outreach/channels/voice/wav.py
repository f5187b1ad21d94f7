"""WAV files, read without trusting them: what they are is told by their bytes, never by a name."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outreach.channels.voice.companded import A_LAW, MU_LAW

Samples = NDArray[np.float64]
CHANNELS = range(1, 9)
RATES = range(8_000, 192_001)
_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
# The rest of an extensible format's name, behind the two bytes of the plain one.
_PLAIN = bytes.fromhex("000000001000800000aa00389b71")
_DAMAGED = "This WAV file is cut short or damaged. Export it again, and give the whole file."
_OTHERS = (
    (0, b"ID3", "an MP3"), (0, b"\xff\xfb", "an MP3"), (0, b"\xff\xf3", "an MP3"), (0, b"\xff\xf2", "an MP3"),
    (0, b"OggS", "an Ogg"), (0, b"\x1aE\xdf\xa3", "a WebM"), (0, b"fLaC", "a FLAC"), (0, b"FORM", "an AIFF"),
    (0, b"#!AMR", "an AMR"), (0, b"RF64", "an RF64"), (4, b"ftyp", "an M4A or MP4"), (0, b"PK\x03\x04", "a ZIP"),
)  # fmt: skip


class UnusableSound(ValueError):
    """What was given cannot be played in a call; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard: one value from -1 to 1 for each moment and channel, `rate` moments a second."""

    rate: int
    samples: Samples  # moments x channels


@dataclass(frozen=True, slots=True)
class _Format:
    code: int
    channels: int
    rate: int
    bits: int


def read_wav(data: bytes) -> Sound:
    """Return the sound of a WAV file; raises UnusableSound with a sentence that says what to do."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise UnusableSound(f"This is {_kind(data)}. Save or export it as WAV (PCM, one channel), and give that.")
    shape: _Format | None = None
    for name, body in _chunks(data):
        if name == b"fmt ":
            shape = _format(body)
        elif name == b"data":
            if shape is None:
                raise UnusableSound(_DAMAGED)
            return Sound(shape.rate, _samples(shape, body))
    raise UnusableSound(_DAMAGED)


def _kind(data: bytes) -> str:
    found = [kind for at, mark, kind in _OTHERS if data[at : at + len(mark)] == mark]
    return f"{found[0]} file" if found else "no WAV file"


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk; one that says it is longer than the file ends it, whatever it claims."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise UnusableSound(_DAMAGED)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _format(body: bytes) -> _Format:
    if len(body) < 16:
        raise UnusableSound(_DAMAGED)
    code, channels, rate, _speed, _block, bits = struct.unpack_from("<HHIIHH", body)
    if code == _EXTENSIBLE:
        if len(body) < 40 or body[26:40] != _PLAIN:
            raise UnusableSound(_DAMAGED)
        code = int.from_bytes(body[24:26], "little")
    if (code, bits) not in _READERS:
        raise UnusableSound("This WAV file is compressed or of an unusual kind. Export it as PCM with 16 bits.")
    if channels not in CHANNELS or rate not in RATES:
        raise UnusableSound("This WAV file has an unusual rate or number of channels. Export it with 16,000 Hz, mono.")
    return _Format(code, channels, rate, bits)


def _samples(shape: _Format, body: bytes) -> Samples:
    frame = shape.bits // 8 * shape.channels
    if not body or len(body) % frame:
        raise UnusableSound(_DAMAGED)
    with np.errstate(invalid="ignore"):  # four bytes may be a number that is none: that is asked below
        found: Samples = _READERS[shape.code, shape.bits](body).reshape(-1, shape.channels)
    if not np.isfinite(found).all():
        raise UnusableSound(_DAMAGED)
    return np.clip(found, -1.0, 1.0)


def _whole(kind: str, full: float, zero: float = 0.0) -> Any:
    return lambda body: (np.frombuffer(body, kind).astype(np.float64) - zero) / full


def _of_24(body: bytes) -> Samples:
    """Three bytes each, read as the upper three of four."""
    four = np.zeros((len(body) // 3, 4), np.uint8)
    four[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
    return four.view("<i4").ravel().astype(np.float64) / 2.0**31


def _table(values: Samples) -> Any:
    return lambda body: values[np.frombuffer(body, np.uint8)]


_READERS: Mapping[tuple[int, int], Any] = {
    (_PCM, 8): _whole("u1", 128.0, 128.0),
    (_PCM, 16): _whole("<i2", 2.0**15),
    (_PCM, 24): _of_24,
    (_PCM, 32): _whole("<i4", 2.0**31),
    (_FLOAT, 32): _whole("<f4", 1.0),
    (_FLOAT, 64): _whole("<f8", 1.0),
    (_A_LAW, 8): _table(A_LAW),
    (_MU_LAW, 8): _table(MU_LAW),
}
