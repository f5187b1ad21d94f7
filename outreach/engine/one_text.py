"""What people do with one text: write it anew, sign each step of it, send it back, withdraw it.

A version's words never change. What was approved is sent until a newer version is approved, or until it is withdrawn.
"""

from __future__ import annotations

from locales.factory import source_hash
from outreach.engine import word_requests
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.word_check import check_against, check_name
from outreach.engine.word_drafts import LONGEST, clean, never_heard, unusable
from outreach.engine.word_people import next_step, objection
from outreach.engine.word_places import Place, calls_of, english_by_hash, english_of, known
from outreach.store import message_versions
from outreach.store.actor import Actor
from outreach.store.message_versions import (
    APPROVED,
    REVIEWED,
    SENT_BACK,
    SOURCE,
    WAITING,
    WITHDRAWN,
    Draft,
    StoredVersion,
)
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork


def write_text(deployment: Deployment, actor: Actor, place: Place, body: str, seen: int, by: str) -> int:
    """Store new words as a draft made for the English that holds; return the id of the version.

    `seen` is the number of the version that the writer saw last, 0 for none. Raises NotAsked for words that cannot be
    stored, for those that are there already, and when somebody wrote meanwhile. What is approved is sent as before.
    """
    body = clean(body)
    with deployment.write(actor) as uow:
        program = known(uow, place)
        if problem := never_heard(program, place, body) or unusable(body, place.key in calls_of(program)):
            raise NotAsked(problem)
        message_versions.lock_words(uow, place.program_id)
        stored = message_versions.versions_of(uow, place.program_id, place.key)
        (new,) = message_versions.add_drafts(uow, place.program_id, [_draft(stored, place, body, seen, by)])
        uow.commit()
    return new


def take_step(deployment: Deployment, actor: Actor, version_id: int, step: str, by: str, back: str = "") -> None:
    """Sign that a version is translated, reviewed or approved. `back`: what it says, in the reviewer's own English.

    Raises NotAsked for a step that is not the next one, by who may not take it, of words that the linter refuses, and
    of a translation whose English has changed.
    """
    with deployment.write(actor) as uow:
        version, stored, program = _locked(uow, version_id)
        if next_step(version) != step:
            raise NotAsked("This text is further on, or was sent back: look at what became of it.")
        if problem := objection(version, step, by):
            raise NotAsked(problem)
        if step == REVIEWED and not back.strip():
            raise NotAsked("Say in English what the text says, so that who approves it can compare (HIP-22).")
        if step == APPROVED:
            _approvable(program, stored, version)
        message_versions.sign(uow, [version.id], step, by, back.strip() or None)
        if step == APPROVED and version.language == SOURCE:
            message_versions.redraft(uow, program.id, message_versions.versions_of(uow, program.id, version.key))
        word_requests.end_done(uow, program.id)
        uow.commit()


def send_back(deployment: Deployment, actor: Actor, version_id: int, by: str, remark: str) -> None:
    """Send a version that waits back to whoever writes it anew, with a remark; raises NotAsked without one."""
    with deployment.write(actor) as uow:
        version, _, _ = _locked(uow, version_id)
        if version.state not in WAITING:
            raise NotAsked("Only a text that waits can be sent back.")
        _needs(remark, "Say what is to be changed, and why.")
        message_versions.end(uow, version.id, SENT_BACK, by, remark.strip())
        uow.commit()


def withdraw(deployment: Deployment, actor: Actor, version_id: int, by: str, remark: str) -> None:
    """Let an approved text be sent no more, nor what was translated from it; raises NotAsked for one that is not sent.

    Nothing older is sent in its place: members become tasks for a person until a newer version is approved (HIP-25).
    """
    with deployment.write(actor) as uow:
        version, stored, _ = _locked(uow, version_id)
        if (
            message_versions.decided(stored).get((version.key, version.language)) != version
            or version.state != APPROVED
        ):
            raise NotAsked("This version is not the one that is approved.")
        _needs(remark, "Say why this text may not be sent any more.")
        message_versions.end(uow, version.id, WITHDRAWN, by, remark.strip())
        uow.commit()


def _draft(stored: list[StoredVersion], place: Place, body: str, seen: int, by: str) -> Draft:
    mine = [each for each in stored if each.language == place.language]
    if seen != (mine[-1].version if mine else 0):
        who = (mine[-1].author if mine else None) or "Somebody"
        raise NotAsked("%(who)s wrote a newer version meanwhile. Nothing was stored; look at it first.", who=who)
    english = english_of(stored, place.key)
    if place.language != SOURCE and english is None:
        raise NotAsked("There is no English text to translate yet.")
    source = source_hash(body if place.language == SOURCE or english is None else english.body)
    if mine and (mine[-1].body, mine[-1].source_hash) == (body, source) and mine[-1].state in (*WAITING, APPROVED):
        raise NotAsked("These words are there already: nothing was changed.")
    return Draft(place.key, place.language, body, source, by)


def _approvable(program: StoredProgram, stored: list[StoredVersion], version: StoredVersion) -> None:
    if version.id in message_versions.stale(stored):
        raise NotAsked("The English has changed since this was translated, or was withdrawn (COPY-12).")
    english = english_by_hash(stored, version)
    read = check_against(program, version, english.body if english else None)
    problems = [*check_name(program, version.language).problems, *read.problems]
    if problems:
        told = " ".join(problems)
        raise NotAsked(told)


def _locked(uow: UnitOfWork, version_id: int) -> tuple[StoredVersion, list[StoredVersion], StoredProgram]:
    """Return a version as it is now that nobody else changes it, with all that there are of its text."""
    seen = message_versions.one(uow, version_id)
    if seen is None:
        raise NotAsked(NotAsked.__doc__)
    message_versions.lock_words(uow, seen.program_id)
    stored = message_versions.versions_of(uow, seen.program_id, seen.key)
    version = next(each for each in stored if each.id == version_id)
    program = known(uow, Place(version.program_id, version.language, version.key))
    if version.state in WAITING and any(
        each.version > version.version for each in stored if each.language == version.language
    ):
        raise NotAsked("There is a newer version of this text: look at that one.")
    return version, stored, program


def _needs(remark: str, advice: str) -> None:
    if not remark.strip():
        raise NotAsked(advice)
    if len(remark) > LONGEST:
        raise NotAsked("Say it in at most %(most)s characters.", most=f"{LONGEST:,}")
