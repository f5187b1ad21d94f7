"""TwiML of a turn, built by the SDK's own classes: no value can break it, and no language borrows another's voice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Gather, Pause, Play, Record, Redirect, Say, VoiceResponse
from twilio.twiml.voice_response import Hangup as Ends

from conversations.calls import turn as turns
from locales.languages import Language, languages
from locales.recorded import Recording, recordings_of
from locales.render import SPOKEN, render
from locales.spoken import Value, said
from outreach.channels.voice.doors import Doors, LanguageGap

CONTENT_TYPE = "text/xml"
LONGEST_SAY = 4096  # characters of one <Say> (TWI-46)
_DIAL_SECONDS = 20
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{}]")


def document(turn: turns.Turn, doors: Doors) -> bytes:
    """Return a turn as TwiML. Raises LanguageGap, MissingValue for a value that a sentence needs, and ValueError.

    The ValueError: a call is to be put through, and nobody's number was given.
    """
    response, verbs = VoiceResponse(), [*_opening(turn), *(verb for line in turn.lines for verb in _line(line, doors))]
    match turn.then:
        case turns.Gather():
            gather = _gather(turn, turn.then, doors)
            _append(gather, verbs)
            verbs = [gather]
        case turns.Transfer():
            verbs.append(_dial(turn, doors))
        case turns.Record(seconds):
            verbs += [_record(seconds, doors.answer(turn.number)), Redirect(doors.answer(turn.number), method="POST")]
        case turns.HangUp():
            verbs.append(Ends())
    _append(response, verbs)
    return str(response).encode()


def fallback(program: str, phone: str, language: str, doors: Doors) -> bytes:
    """Return what is said when our own doors are shut: who we are, and which number to call (TWI-23)."""
    line = turns.Line("voice_voicemail", language, {"program": program, "phone": phone})
    return document(turns.Turn(0, language, (line,), turns.HangUp()), doors)


def _append(parent: TwiML, verbs: list[TwiML]) -> None:
    for verb in verbs:
        parent.append(verb)


def _opening(turn: turns.Turn) -> Iterator[TwiML]:
    if turn.number == 1 and turn.lines:
        yield Pause(length=1)  # the first word is lost while a phone is brought to an ear, or a tape starts


def _line(line: turns.Line, doors: Doors) -> Iterator[TwiML]:
    """Yield what says one line; a value is cut down to what can be spoken."""
    language = languages()[line.language]
    values = {name: _speakable(value) for name, value in line.values.items()}
    if language.says is None:
        yield from (Play(_url(line, each, doors)) for each in recordings_of(line.key, values, line.language))
        return
    text = render(doors.script(line.language, line.key), said(values, line.language), SPOKEN)
    yield Say(text[:LONGEST_SAY], voice=language.says.voice, language=language.says.language)


def _url(line: turns.Line, recording: Recording, doors: Doors) -> str:
    url = doors.played(line.language, recording)
    if url is None:
        raise LanguageGap(f"{line.language} has no recording {recording.name}.")
    return url


def _speakable(value: Value) -> Value:
    return (_UNSPEAKABLE.sub(" ", value).strip() or "-") if isinstance(value, str) else value


def _gather(turn: turns.Turn, wait: turns.Gather, doors: Doors) -> Gather:
    """Return the verb around the words, so that a key may interrupt them. An empty answer comes to our door too."""
    single = wait.digits == 1
    return Gather(
        input="dtmf speech" if wait.speech else "dtmf",
        action=doors.answer(turn.number),
        method="POST",
        num_digits=wait.digits,
        timeout=wait.seconds,
        finish_on_key="" if single else "#",
        action_on_empty_result=True,
        **_listening(languages()[turn.language], wait),
    )


def _listening(language: Language, wait: turns.Gather) -> Mapping[str, str | bool]:
    if not wait.speech or language.hears is None:
        return {}
    # What is filtered out as profanity may be a cry for help.
    hints = ", ".join(wait.speech)
    return {"language": language.hears, "hints": hints, "speech_timeout": "auto", "profanity_filter": False}


def _dial(turn: turns.Turn, doors: Doors) -> Dial:
    if not doors.on_call:
        raise ValueError("There is nobody to put the call through to.")
    return Dial(doors.on_call, action=doors.answer(turn.number), method="POST", timeout=_DIAL_SECONDS)


def _record(seconds: int, action: str) -> Record:
    return Record(action=action, method="POST", max_length=seconds, timeout=5, finish_on_key="#", play_beep=True)
