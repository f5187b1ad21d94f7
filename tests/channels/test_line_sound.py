"""Sounds are told by their bytes, made ready for a telephone, and refused in a sentence that says what to do."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest
from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded import riff, tone, wav

from outreach.channels.voice.companded import A_LAW, MU_LAW
from outreach.channels.voice.sound import LARGEST, LONGEST, for_the_line
from outreach.channels.voice.wav import UnusableSound, read_wav

EXTENSIBLE = struct.pack("<HHIH", 22, 16, 4, 1) + bytes.fromhex("000000001000800000aa00389b71")


def heard(audio: bytes) -> np.ndarray:
    """Return what a line plays, and see that it is what a line can play."""
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def loudest_pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / 8_000)[spectrum.argmax()])


def companded(table: np.ndarray, samples: np.ndarray) -> bytes:
    return np.abs(table[None, :] - samples[:, None]).argmin(axis=1).astype(np.uint8).tobytes()


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 47_999])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_usual_rate_and_both_channels_become_one_line(rate: int, channels: int) -> None:
    found = for_the_line(wav(tone(440, 1.0, rate), rate, channels))
    samples = heard(found.audio)
    assert found.millis == 1000 == len(samples) / 8
    assert abs(loudest_pitch(samples) - 440) < 2
    assert abs(np.abs(samples).max() - 0.7) < 0.01


@pytest.mark.parametrize(
    ("code", "bits", "data", "more"),
    [
        (1, 8, np.round(tone() * 127 + 128).astype("u1").tobytes(), b""),
        (1, 16, np.round(tone() * 32767).astype("<i2").tobytes(), b""),
        (0xFFFE, 16, np.round(tone() * 32767).astype("<i2").tobytes(), EXTENSIBLE),
        (1, 24, np.round(tone() * 8388607).astype("<i4").view("u1").reshape(-1, 4)[:, :3].tobytes(), b""),
        (1, 32, np.round(tone() * 2147483647).astype("<i4").tobytes(), b""),
        (3, 32, tone().astype("<f4").tobytes(), b""),
        (3, 64, tone().astype("<f8").tobytes(), b""),
        (6, 8, companded(A_LAW, tone()), b""),
        (7, 8, companded(MU_LAW, tone()), b""),
    ],
)
def test_any_usual_width_is_heard_alike(code: int, bits: int, data: bytes, more: bytes) -> None:
    samples = heard(for_the_line(riff(code, bits, data, more=more)).audio)
    assert np.abs(samples / 0.7 - tone() / 0.5).max() < 0.05


def test_the_bytes_of_a_line_stand_for_what_the_standard_says() -> None:
    assert [MU_LAW[byte] * 2**15 for byte in (0xFF, 0x7F, 0x80, 0x00)] == [0, 0, 32124, -32124]
    assert [A_LAW[byte] * 2**15 for byte in (0xD5, 0x55, 0xAA, 0x2A)] == [8, -8, 32256, -32256]


def test_what_is_too_high_for_a_line_is_left_out_and_not_folded_down() -> None:
    both = tone(1_000, 1.0, 44_100, 0.3) + tone(5_500, 1.0, 44_100, 0.3)
    spectrum = np.abs(np.fft.rfft(heard(for_the_line(wav(both, 44_100)).audio)[800:-800]))
    pitch = np.fft.rfftfreq(6_400, 1 / 8_000)
    assert spectrum[(pitch > 2_400) & (pitch < 2_600)].max() < spectrum.max() / 1000


def test_a_quiet_voice_becomes_as_loud_as_another_and_an_offset_goes() -> None:
    quiet, loud = (heard(for_the_line(wav(tone(loud=size) + 0.1)).audio) for size in (0.05, 0.8))
    assert np.abs(quiet - loud).max() < 0.02


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no WAV file"),
        (b"hello", "no WAV file"),
        (b"ID3\x04" + b"\0" * 99, "an MP3 file"),
        (b"\xff\xfb\x90\x00" + b"\0" * 99, "an MP3 file"),
        (b"OggS" + b"\0" * 99, "an Ogg file"),
        (b"\x1aE\xdf\xa3" + b"\0" * 99, "a WebM file"),
        (b"\0\0\0\x20ftypM4A ", "an M4A or MP4 file"),
        (b"fLaC" + b"\0" * 99, "a FLAC file"),
        (b"FORM\0\0\0\0AIFF", "an AIFF file"),
        (b"RF64\xff\xff\xff\xffWAVE", "an RF64 file"),
        (b"RIFF\0\0\0\0AVI LIST", "no WAV file"),
        (b"<script>alert(1)</script>", "no WAV file"),
    ],
)
def test_another_kind_of_file_is_told_by_its_bytes(data: bytes, said: str) -> None:
    with pytest.raises(UnusableSound, match=f"This is {said}. Save or export it as WAV"):
        for_the_line(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (riff(1, 16, b""), "cut short or damaged"),
        (riff(1, 16, b"abc"), "cut short or damaged"),
        (riff(1, 16, b"ab" * 9, channels=2), "cut short or damaged"),
        (riff(1, 16, b"ab" * 4000, channels=0), "rate or number of channels"),
        (riff(1, 16, b"ab" * 4000, channels=65535), "rate or number of channels"),
        (riff(1, 16, b"ab" * 4000, rate=0), "rate or number of channels"),
        (riff(1, 16, b"ab" * 4000, rate=2**32 - 1), "rate or number of channels"),
        (riff(1, 13, b"ab" * 4000), "compressed or of an unusual kind"),
        (riff(1, 0, b"ab" * 4000), "compressed or of an unusual kind"),
        (riff(2, 4, b"ab" * 4000), "compressed or of an unusual kind"),
        (riff(0x55, 0, b"ab" * 4000), "compressed or of an unusual kind"),
        (riff(0xFFFE, 16, b"ab" * 4000), "cut short or damaged"),
        (riff(0xFFFE, 16, b"ab" * 4000, more=EXTENSIBLE[:-1] + b"x"), "cut short or damaged"),
        (riff(3, 32, np.full(4000, np.nan, "<f4").tobytes()), "cut short or damaged"),
        (riff(3, 32, b"\x01\x00\xa0\x7f" * 4000), "cut short or damaged"),
        (riff(3, 64, np.full(4000, np.inf, "<f8").tobytes()), "cut short or damaged"),
        (wav().replace(b"data", b"date"), "cut short or damaged"),
        (wav().replace(b"fmt ", b"fmt?"), "cut short or damaged"),
        (wav(tone(seconds=0.29)), "shorter than 0.3 seconds"),
        (wav(tone(seconds=LONGEST + 0.1)), "longer than 45 seconds"),
        (wav(np.zeros(8_000)), "Nothing is heard"),
        (wav(np.full(8_000, 0.5)), "Nothing is heard"),
        (wav(tone(seconds=200)), "shorter|longer"),
        (bytes(LARGEST + 1), "larger than 4 MB"),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(UnusableSound, match=said):
        for_the_line(data)


def test_no_part_of_a_file_is_taken_for_the_whole() -> None:
    whole = wav(tone(seconds=0.5))
    for length in (*range(64), len(whole) // 2, len(whole) - 1):
        with pytest.raises(UnusableSound):
            for_the_line(whole[:length])


def test_a_chunk_that_says_it_is_longer_than_the_file_is_not_believed() -> None:
    whole = bytearray(wav())
    at = whole.index(b"data") + 4
    for size in (len(whole), 2**31, 2**32 - 1):
        whole[at : at + 4] = struct.pack("<I", size)
        with pytest.raises(UnusableSound, match="cut short"):
            for_the_line(bytes(whole))


def test_a_float_file_far_beyond_full_scale_is_cut_to_it() -> None:
    loud = riff(3, 64, (tone() * 1e300).astype("<f8").tobytes())
    assert np.abs(read_wav(loud).samples).max() == 1.0
    assert np.abs(heard(for_the_line(loud).audio)).max() < 0.72


@settings(max_examples=examples(400), deadline=None)
@given(st.data())
def test_no_bytes_at_all_do_more_than_be_refused(data: st.DataObject) -> None:
    whole = bytearray(wav(tone(seconds=0.31)))
    for at in data.draw(st.lists(st.integers(0, 60), max_size=6)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(whole))))
    try:
        found = for_the_line(bytes(whole[:cut]))
    except UnusableSound:
        return
    assert len(heard(found.audio)) >= 2_400
