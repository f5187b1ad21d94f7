"""What people do with recordings: give one, approve what somebody else gave, take one out of use (TWI-48)."""

from __future__ import annotations

from locales.pace import VOICEMAIL_SECONDS
from locales.recorded import Recording
from outreach.channels.voice.sound import LONGEST, for_the_line
from outreach.channels.voice.wav import UnusableSound
from outreach.engine.coverage import coverage_of, recording_program, recording_programs
from outreach.engine.deployment import Deployment
from outreach.engine.language_gaps import close_if_whole
from outreach.engine.played import fresh
from outreach.engine.read_aloud import hash_of, to_read
from outreach.engine.refusals import NotAsked
from outreach.engine.word_people import same_name
from outreach.store import recordings
from outreach.store.actor import Actor
from outreach.store.programs import StoredProgram
from outreach.store.recordings import APPROVED, DRAFT, NewRecording, StoredRecording
from outreach.store.unit_of_work import UnitOfWork

_VOICEMAIL = frozenset({"voice_voicemail", "voice_machine_unknown"})  # a machine cuts off what is longer (HIP-12)


def upload(
    deployment: Deployment, actor: Actor, program_id: int, language: str, name: str, data: bytes, by: str
) -> bool:
    """Store a recording of the sentence `name` as it is read today; it waits until somebody else approves it.

    Returns False when the very same is there. Raises NotAsked for what is no sound, too long or too short.
    """
    if not by.strip():
        raise NotAsked("Say who recorded this.")
    with deployment.read(actor) as uow:
        sentence = _sentence(recording_program(uow, program_id, language), language, name)
    try:
        sound = for_the_line(data, VOICEMAIL_SECONDS if sentence.key in _VOICEMAIL else LONGEST)
    except UnusableSound as problem:
        raise NotAsked(str(problem)) from None
    key, variant = sentence.key, sentence.variant
    new = NewRecording(program_id, language, key, variant, hash_of(sentence), sound.millis, sound.audio)
    with deployment.write(actor) as uow:
        recordings.lock_program(uow, program_id)
        if any(new.is_as(each) for each in recordings.of_program(uow, program_id, language)):
            return False
        recordings.add(uow, new, by.strip())
        uow.commit()
    return True


def approve(deployment: Deployment, actor: Actor, recording_id: int, by: str) -> None:
    """Let a recording be played, in the name of who listened to it: somebody else than who recorded it (HIP-16).

    Raises NotAsked for one that does not wait, or whose words have changed since.
    """
    with deployment.write(actor) as uow:
        found, program = _locked(uow, recording_id)
        if found.state != DRAFT:
            raise NotAsked("This recording does not wait to be approved: somebody was faster. Look again.")
        _approve(uow, program, found, by)
        close_if_whole(uow, program, found.language)
        uow.commit()


def approve_all(deployment: Deployment, actor: Actor, language: str, by: str, program_key: str | None = None) -> int:
    """Approve all that waits in a language, in the name of who listened to it; all of it, or nothing. Returns how many.

    Raises NotAsked as for one; a recording whose words have changed does not wait, it is to be made again.
    """
    count = 0
    with deployment.write(actor) as uow:
        for program in recording_programs(uow, language, program_key):
            recordings.lock_program(uow, program.id)
            sentences = coverage_of(uow, program, language).sentences
            waiting = [each.waiting for each in sentences if each.waiting is not None]
            for found in waiting:
                _approve(uow, program, found, by)
            close_if_whole(uow, program, language)
            count += len(waiting)
        uow.commit()
    return count


def retire(deployment: Deployment, actor: Actor, recording_id: int, by: str) -> None:
    """Play a recording no more, or drop one that waits. Raises NotAsked for one that is neither."""
    with deployment.write(actor) as uow:
        found, _ = _locked(uow, recording_id)
        if found.state not in (DRAFT, APPROVED):
            raise NotAsked("This recording is out of use already. Look again.")
        recordings.retire(uow, found, by)
        uow.commit()


def program_of(deployment: Deployment, actor: Actor, language: str, key: str | None) -> int:
    """Return the one program that records a language; raises NotAsked where none does, or several do."""
    with deployment.read(actor) as uow:
        found = recording_programs(uow, language, key)
    if len(found) > 1:
        raise NotAsked("Several programs record this language: say which with --program.")
    return found[0].id


def _approve(uow: UnitOfWork, program: StoredProgram, found: StoredRecording, by: str) -> None:
    if not by.strip():
        raise NotAsked("Say who listened to this and approves it.")
    if same_name(by, found.recorded_by):
        raise NotAsked("Who recorded a sentence may not approve it: another person listens to it (HIP-16).")
    if not fresh(found, to_read(program, found.language)):
        raise NotAsked("The words of %(name)s have changed since this was recorded: record it again.", name=found.name)
    recordings.approve(uow, found, by.strip())


def _sentence(program: StoredProgram, language: str, name: str) -> Recording:
    found = to_read(program, language).get(name)
    if found is None:
        raise NotAsked("There is no sentence %(name)r to record in this language.", name=name)
    return found


def _locked(uow: UnitOfWork, recording_id: int) -> tuple[StoredRecording, StoredProgram]:
    known = recordings.one(uow, recording_id)
    if known is None:
        raise NotAsked(NotAsked.__doc__)
    recordings.lock_program(uow, known.program_id)
    found = recordings.one(uow, recording_id) or known
    return found, recording_program(uow, found.program_id, found.language)
