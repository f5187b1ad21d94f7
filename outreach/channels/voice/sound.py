"""A sentence as every telephone carries it: one channel, 8,000 moments a second, 16 bits, and equally loud (TWI-48)."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass, field

import numpy as np

from outreach.channels.voice.wav import Samples, Sound, UnusableSound, read_wav

LINE_RATE = 8_000
LARGEST = 4 * 1024 * 1024  # bytes of what is given: 45 seconds in 16 bits at 44,100 Hz
SHORTEST, LONGEST = 0.3, 45.0  # seconds; the longest script takes half a minute
_PEAK = 0.7  # of full scale: as loud as it gets without harm on the way
_SILENCE = 0.01
_FADES_FROM, _FADES_TO = 3_400.0, 4_000.0  # Hz: what a line carries, and what 8,000 moments a second can


@dataclass(frozen=True, slots=True)
class LineSound:
    """A WAV file that a call can play, and how long it is."""

    audio: bytes = field(repr=False)
    millis: int


def for_the_line(data: bytes, longest: float = LONGEST) -> LineSound:
    """Return what was given as a call plays it; raises UnusableSound with a sentence that says what to do."""
    if len(data) > LARGEST:
        raise UnusableSound(
            f"This is larger than {LARGEST // 2**20} MB. Export it with 16,000 Hz, one channel, 16 bits."
        )
    sound = read_wav(data)
    seconds = len(sound.samples) / sound.rate
    if seconds < SHORTEST:
        raise UnusableSound(f"This is shorter than {SHORTEST} seconds. Say the whole sentence.")
    if seconds > longest:
        raise UnusableSound(
            f"This is longer than {longest:.0f} seconds. Say the one sentence alone, and not too slowly."
        )
    one = sound.samples.mean(axis=1)
    heard = _at_line_rate(Sound(sound.rate, one - one.mean()))
    loudest = float(np.abs(heard).max())
    if loudest < _SILENCE:
        raise UnusableSound("Nothing is heard in this. Check the microphone, and say the sentence again.")
    return LineSound(_written(heard * (_PEAK / loudest)), round(1000 * len(heard) / LINE_RATE))


def _at_line_rate(sound: Sound) -> Samples:
    """Return one channel at the line's rate: what is too high for it is faded out, not folded down."""
    if sound.rate == LINE_RATE:
        return sound.samples
    # Both lengths stand for the same time exactly; the silence that is added for it is taken off again.
    step = sound.rate // math.gcd(sound.rate, LINE_RATE)
    length = -(-len(sound.samples) // step) * step
    wanted = length * LINE_RATE // sound.rate
    spectrum = np.fft.rfft(sound.samples, length)[: wanted // 2 + 1]
    pitch = np.fft.rfftfreq(wanted, 1 / LINE_RATE)
    part = np.clip((pitch - _FADES_FROM) / (_FADES_TO - _FADES_FROM), 0.0, 1.0)
    found: Samples = np.fft.irfft(spectrum * (np.cos(np.pi * part) + 1) / 2, wanted) * (wanted / length)
    return found[: round(len(sound.samples) * LINE_RATE / sound.rate)]


def _written(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(LINE_RATE)
        written.writeframes(np.round(samples * (2**15 - 1)).astype("<i2").tobytes())
    return file.getvalue()
