"""Texts of a language as a file for a translator, and back: what comes in are drafts, with a report on every entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from conversations.prompt import OPTIONS
from locales.catalogue import Entry, UnusableCatalogue, read, write
from locales.factory import source_hash
from locales.linter.cost import MOST
from locales.render import PLACEHOLDER
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.word_check import check_against, sentence
from outreach.engine.word_drafts import clean, never_heard, unusable
from outreach.engine.word_matrix import Cell, Far, current, matrix
from outreach.engine.word_places import Place, calls_of, english_of, program_of, texts_of
from outreach.store import message_versions, programs
from outreach.store.actor import Actor
from outreach.store.message_versions import APPROVED, DRAFT, REVIEWED, SOURCE, TRANSLATED, WAITING, Draft, StoredVersion
from outreach.store.programs import StoredProgram


class Became(StrEnum):
    """What became of one entry."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """The report on one entry: where it stood in the file, what became of it, and what to know of it."""

    line: int
    key: str
    became: Became
    notes: tuple[str, ...] = ()


def export(deployment: Deployment, actor: Actor, program_id: int, language: str) -> str:
    """Return every text of a language as a PO file; raises NotAsked for English, which is no translation."""
    with deployment.read(actor) as uow:
        program = _translated(program_of(uow, program_id, language), language)
        stored = message_versions.versions(uow, program_id)
    cells = matrix(stored, [language], (*texts_of(program), *calls_of(program)))[0]
    texts = set(texts_of(program))
    english = {each.key: english_of(stored, each.key) for each in cells}
    return write(
        language,
        [_entry(each, there.body, each.key in texts) for each in cells for there in [english[each.key]] if there],
    )


def bring_in(deployment: Deployment, actor: Actor, program_id: int, language: str, data: bytes, by: str) -> list[Line]:
    """Store what a PO file translates anew as drafts of who brings it in; nothing is approved. Return the report.

    Raises NotAsked for a file that cannot be read, or is of another language.
    """
    if not by.strip():
        raise NotAsked("Say who answers for these drafts.")
    try:
        entries = read(data, language)
    except UnusableCatalogue as problem:
        raise NotAsked(str(problem)) from None
    with deployment.write(actor) as uow:
        program = _translated(program_of(uow, program_id, language), language)
        message_versions.lock_words(uow, program_id)
        stored = message_versions.versions(uow, program_id)
        taking = _Taking(program, language, stored, by)
        lines = [taking.line(each) for each in entries]
        message_versions.add_drafts(uow, program_id, taking.drafts)
        uow.audit("words.imported", f"program:{program_id}", "COPY-12")
        uow.commit()
    return lines


def program_named(deployment: Deployment, actor: Actor, language: str, key: str | None) -> int:
    """Return the one program that speaks a language; raises NotAsked where none does, or several do."""
    with deployment.read(actor) as uow:
        known = [each for each in programs.programs(uow).values() if key in (None, each.key)]
    found = [each.id for each in known if language in each.languages]
    if len(found) != 1:
        if found:
            raise NotAsked("Several programs speak it: say which with --program.")
        raise NotAsked("No program speaks it.")
    return found[0]


class _Taking:
    """One file being read against the words of a program."""

    def __init__(self, program: StoredProgram, language: str, stored: Sequence[StoredVersion], by: str) -> None:
        self.program, self.language, self.stored, self.by = program, language, stored, by
        self.calls = set(calls_of(program))
        self.keys = {*texts_of(program), *self.calls}
        self.newest = {each.key: each for each in stored if each.language == language}
        self.current = current(stored)
        self.known = {(each.key, source_hash(each.body)) for each in stored if each.language == SOURCE}
        self.drafts: list[Draft] = []
        self.seen: set[str] = set()

    def line(self, entry: Entry) -> Line:
        """Take one entry, or say why not."""
        text = clean(entry.text)
        if problem := self._refused(entry, text):
            return Line(entry.line, entry.key[:80], Became.REFUSED, (problem,))
        self.seen.add(entry.key)
        if not text:
            return Line(entry.line, entry.key, Became.EMPTY)
        source, before = source_hash(entry.english), self.newest.get(entry.key)
        if before and (before.body, before.source_hash) == (text, source) and before.state in (*WAITING, APPROVED):
            return Line(entry.line, entry.key, Became.UNCHANGED)
        self.drafts.append(Draft(entry.key, self.language, text, source, self.by))
        return Line(entry.line, entry.key, Became.TAKEN, tuple(self._notes(entry, text, before)))

    def _refused(self, entry: Entry, text: str) -> str | None:
        if entry.key not in self.keys:
            return "This program has no text of this key. Keep the keys of the file that was taken from here."
        if entry.key in self.seen:
            return "This key stands in the file twice: the first was read."
        if entry.fuzzy:
            return "It is still marked as fuzzy: the English has changed. Look at it, and take the mark away."
        if (entry.key, source_hash(entry.english)) not in self.known:
            return "Its English is none of ours. Take a new file from here, and leave the English as it is."
        before, wanted = self.newest.get(entry.key), self.current.get(entry.key, frozenset())
        if before and before.source_hash in wanted and source_hash(entry.english) not in wanted:
            return "The English has changed, and somebody works on the new one already. Take a new file from here."
        heard = never_heard(self.program, Place(self.program.id, self.language, entry.key), text)
        return (heard or unusable(text, entry.key in self.calls)) if text else None

    def _notes(self, entry: Entry, text: str, before: StoredVersion | None) -> list[str]:
        notes = []
        if source_hash(entry.english) not in self.current.get(entry.key, frozenset()):
            notes.append("The English has changed since this file was taken: it is a draft of the older one.")
        if before and before.state in (TRANSLATED, REVIEWED):
            notes.append(f"Version {before.version}, which was {before.state}, gives way to it.")
        draft = StoredVersion(
            0, self.program.id, entry.key, self.language, 0, text, DRAFT, source_hash(entry.english), None, None
        )
        read_so = check_against(self.program, draft, entry.english)
        return notes + [sentence(each) for each in read_so.findings]


def _translated(program: StoredProgram, language: str) -> StoredProgram:
    if language == SOURCE:
        raise NotAsked("English is what is translated: it has no file of its own.")
    return program


def _entry(cell: Cell, english: str, is_text: bool) -> Entry:
    """A translator reads above each text what must stay in it, what it may cost, and how far it is."""
    names = ", ".join(f"{{{name}}}" for name in dict.fromkeys(PLACEHOLDER.findall(english)))
    comments = [f"Keep {names}" if names else "It names nothing"]
    if cell.key in OPTIONS:
        comments.append(f"Keep the digits {' '.join(sorted(OPTIONS[cell.key]))} and their order")
    if is_text:
        comments.append("; ".join(f"{encoding}: {most} parts at most" for encoding, most in MOST.items()))
    else:
        comments.append("A telephone says it: whole sentences, as one speaks")
    version = cell.version
    if version is not None:
        comments.append(f"Version {version.version}: {cell.far.replace('_', ' ')}")
        if cell.far is Far.SENT_BACK and version.remark:
            comments.append(f"Sent back by {version.ended_by}: {version.remark}")
    entry = Entry(cell.key, english, version.body if version else "", tuple(comments))
    return replace(entry, fuzzy=cell.far is Far.CHANGED and version is not None)
