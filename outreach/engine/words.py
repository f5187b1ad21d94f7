"""The words a program may send: seeded from the factory texts as drafts, sent only after a person approved them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from locales.factory import factory_languages, factory_texts, source_hash, voice_scripts
from outreach.engine.deployment import Deployment
from outreach.engine.word_check import Checked, check_texts
from outreach.engine.word_people import before_approval, same_name
from outreach.engine.word_requests import end_done
from outreach.store import message_versions, programs
from outreach.store.actor import Actor
from outreach.store.message_versions import APPROVED, REVIEWED, SOURCE, WAITING, Draft, StoredVersion
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork


class WordsRefused(Exception):
    """These words cannot be approved; one sentence for each of them."""


def seed_words(uow: UnitOfWork, program: StoredProgram) -> int:
    """Add factory texts that are new here as drafts; a changed English text makes its translations drafts too.

    What a telephone says is added where the program calls. A text that was seeded before is left alone, so that what
    staff wrote after it stays the newest. Returns how many.
    """
    english = _factory(program, "en")
    known = {(v.key, v.language, v.body, v.source_hash) for v in message_versions.versions(uow, program.id)}
    wanted = [
        (key, language, body, source_hash(english[key]))
        for language in factory_languages()
        if language in program.languages
        for key, body in _factory(program, language).items()
        if key in english
    ]
    drafts = [Draft(*text) for text in wanted if text not in known]
    message_versions.add_drafts(uow, program.id, drafts)
    return len(drafts)


def _factory(program: StoredProgram, language: str) -> Mapping[str, str]:
    texts = factory_texts(language)
    return {**texts, **voice_scripts(language)} if program.cadence.calls or program.desk.answers else texts


def seed_all(deployment: Deployment, actor: Actor) -> int:
    """Seed the words of every program, as after an upgrade; return how many are new."""
    with deployment.write(actor) as uow:
        added = sum(seed_words(uow, program) for program in programs.programs(uow).values())
        uow.commit()
    return added


def sign(
    deployment: Deployment, actor: Actor, language: str, by: str, state: str, program_key: str | None = None
) -> int:
    """Note who translated the drafts of a language, or who reviewed what is not reviewed yet; return how many.

    Raises WordsRefused: English is no translation, and nobody reviews what they translated (HIP-16, HIP-22).
    """
    if not by.strip():
        raise WordsRefused(f"Say who {state} these words: --by NAME.")
    if language == SOURCE:
        raise WordsRefused(f"The texts in {SOURCE} are no translation: read and approve them.")
    before = WAITING[: WAITING.index(state)]
    with deployment.write(actor) as uow:
        waiting = [each for _, found in _read(uow, program_key, language) for each in found if each.state in before]
        if state == REVIEWED and any(same_name(by, who) for each in waiting for who in (each.author, each.translator)):
            raise WordsRefused("Who wrote or translated a text may not review it: name another person (HIP-16).")
        message_versions.sign(uow, [each.id for each in waiting], state, by.strip())
        _end_requests(uow, waiting)
        uow.commit()
    return len(waiting)


def approve(
    deployment: Deployment,
    actor: Actor,
    language: str,
    by: str,
    program_key: str | None = None,
    reviewed_by: str = "",
) -> int:
    """Approve all that waits in a language, in the name of the person who answers for it; all of it, or nothing.

    A translation also needs a qualified translator who read it, now or before, and is another person (HIP-22, HIP-16).
    Returns how many. Raises WordsRefused, which says what is wrong with which text.
    """
    if not by.strip():
        raise WordsRefused("Say who read and approved these words: --by NAME.")
    with deployment.write(actor) as uow:
        read = _read(uow, program_key, language)
        waits = [(program, [each for each in found if each.state in WAITING]) for program, found in read]
        waiting = [each for _, found in waits for each in found]
        _check_people(waiting, by, reviewed_by)
        if problems := [line for each in waits for checked in check_texts(*each) for line in checked.problems]:
            raise WordsRefused("\n".join(problems))
        if reviewed_by.strip():
            unread = [each.id for each in waiting if each.reviewer is None]
            message_versions.sign(uow, unread, REVIEWED, reviewed_by.strip())
        message_versions.sign(uow, [each.id for each in waiting], APPROVED, by.strip())
        if language == SOURCE:
            for program, _ in waits:
                message_versions.redraft(uow, program.id, message_versions.versions(uow, program.id))
        _end_requests(uow, waiting)
        uow.commit()
    return len(waiting)


def check(
    deployment: Deployment, actor: Actor, language: str | None = None, program_key: str | None = None
) -> list[Checked]:
    """Read the newest version of every text, approved or not, in the order of languages and keys (TWI-53)."""
    with deployment.read(actor) as uow:
        return [
            checked
            for program in _programs(uow, program_key)
            for checked in check_texts(program, _newest(uow, program, language))
        ]


def _newest(uow: UnitOfWork, program: StoredProgram, language: str | None) -> list[StoredVersion]:
    found = message_versions.newest(message_versions.versions(uow, program.id))
    return [version for version in found if language in (None, version.language)]


def _read(uow: UnitOfWork, program_key: str | None, language: str) -> list[tuple[StoredProgram, list[StoredVersion]]]:
    """Return the newest versions of a language, by program; until the transaction ends nobody else changes them."""
    chosen = _programs(uow, program_key)
    for program in sorted(chosen, key=lambda each: each.id):
        message_versions.lock_words(uow, program.id)
    read = [(program, _newest(uow, program, language)) for program in chosen]
    if not any(versions for _, versions in read):
        raise WordsRefused(f"There are no words in {language!r}: configure a program that speaks it first.")
    return read


def _end_requests(uow: UnitOfWork, signed: Sequence[StoredVersion]) -> None:
    for program_id in sorted({each.program_id for each in signed}):
        end_done(uow, program_id)


def _check_people(waiting: Sequence[StoredVersion], by: str, reviewed_by: str) -> None:
    unread = {each.language for each in waiting if each.language != SOURCE and each.reviewer is None}
    if unread and not reviewed_by.strip():
        raise WordsRefused(
            f"Say which qualified translator reviewed the texts in {', '.join(unread)}: --reviewed-by NAME (HIP-22)."
        )
    if same_name(by, reviewed_by) or any(same_name(by, name) for each in waiting for name in before_approval(each)):
        raise WordsRefused("Who wrote, translated or reviewed a text may not approve it: name another person (HIP-16).")
    if any(same_name(reviewed_by, name) for each in waiting for name in (each.author, each.translator)):
        raise WordsRefused("Who wrote or translated a text may not review it: name another person (HIP-16).")


def _programs(uow: UnitOfWork, key: str | None) -> list[StoredProgram]:
    found = [program for program in programs.programs(uow).values() if key in (None, program.key)]
    if not found:
        raise WordsRefused(f"There is no program {key!r}." if key else "No program is configured yet.")
    return found
