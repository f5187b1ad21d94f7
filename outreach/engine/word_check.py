"""Reads a program's texts before a person approves them: what is wrong, and what each costs at its longest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conversations.prompt import OPTIONS
from locales.factory import voice_scripts
from locales.linter import Finding, Weight, lint, longest_values, name_findings
from locales.linter.grade import grade
from locales.render import ALLOWED, SPOKEN, UnusableText, render, variables
from locales.segments import Segments, segments
from outreach.store.message_versions import SOURCE, StoredVersion
from outreach.store.programs import StoredProgram

_SCRIPTS = voice_scripts("en")
_LONGEST_SAY = 2000  # of the 4096 characters that a carrier says in one go, with room for what is filled in
NAME = "name"  # stands for a program's name where the key of a text would


@dataclass(frozen=True, slots=True)
class Checked:
    """One text as it was read. Without a cost it cannot be filled; without a grade its language has no formula."""

    program: str
    language: str
    key: str
    findings: tuple[Finding, ...]
    cost: Segments | None = None
    grade: float | None = None

    @property
    def problems(self) -> list[str]:
        """What keeps this text from being approved, a sentence for each."""
        return [f"{self.name}: {sentence(found)}" for found in self.findings if found.weight is Weight.ERROR]

    @property
    def name(self) -> str:
        """How a person finds the text."""
        return f"{self.program}/{self.language}/{self.key}"


def sentence(finding: Finding) -> str:
    """Return a finding as it is said: what is wrong, by which rule, and what to do."""
    return f"{finding.wrong} ({finding.rule}). {finding.remedy}"


def check_name(program: StoredProgram, language: str) -> Checked:
    """Read the program's name, which stands in every text (HIP-20, HIP-21)."""
    return Checked(program.key, language, NAME, name_findings(program.name, language))


def check_text(program: StoredProgram, version: StoredVersion) -> Checked:
    """Read one version of a text with the longest values this program can fill it with (TWI-53, COPY-01..12)."""
    if version.key in _SCRIPTS:
        return _check_script(program, version)
    phones = {"phone": program.phone, "return_phone": program.broker_phone or program.phone}
    values = {**longest_values(version.language), **phones}
    options = frozenset(OPTIONS.get(version.key, ()))
    findings = lint(version.key, version.language, version.body, values, options)
    try:
        filled = render(version.body, values)
    except UnusableText:
        return Checked(program.key, version.language, version.key, findings)
    cost = segments(filled) if filled else None
    return Checked(program.key, version.language, version.key, findings, cost, grade(filled, version.language))


def check_against(program: StoredProgram, version: StoredVersion, english: str | None) -> Checked:
    """Read a version, and where it translates an English text, whether it says every value that the English says."""
    checked = check_text(program, version)
    if english is None or version.language == SOURCE:
        return checked
    allowed = SPOKEN if version.key in _SCRIPTS else ALLOWED
    try:
        lost = sorted(variables(english, allowed) - variables(version.body, allowed))
    except UnusableText:
        return checked
    if not lost or any(found.rule == "COPY-10" for found in checked.findings):
        return checked
    names = ", ".join(f"{{{name}}}" for name in lost)
    wrong = Finding("COPY-12", f"It has lost {names}", f"Put {names} where this language needs it.")
    return replace(checked, findings=(wrong, *checked.findings))


def _check_script(program: StoredProgram, version: StoredVersion) -> Checked:
    """Read what a telephone says: whole sentences, with the same values as the English ones, short enough to be said.

    It costs no segments, and nobody reads it.
    """
    try:
        named = variables(version.body, SPOKEN)
    except UnusableText:
        wrong = Finding("COPY-10", "It names something that no call may say", "Use the names that the English uses.")
        return Checked(program.key, version.language, version.key, (wrong,))
    found = []
    if named != variables(_SCRIPTS[version.key], SPOKEN):
        said = ", ".join(sorted(variables(_SCRIPTS[version.key], SPOKEN))) or "nothing"
        found.append(Finding("COPY-10", "It does not name what the English names", f"Name {said}, in braces."))
    if not version.body.strip() or len(version.body) > _LONGEST_SAY:
        found.append(Finding("TWI-46", "It is empty, or too long to be said", "Use one or two short sentences."))
    return Checked(program.key, version.language, version.key, tuple(found))


def check_texts(program: StoredProgram, versions: list[StoredVersion]) -> Iterator[Checked]:
    """Read the texts of one language, and the program's name as a word of that language, where something is wrong."""
    for language in dict.fromkeys(version.language for version in versions):
        if (named := check_name(program, language)).findings:
            yield named
    yield from (check_text(program, version) for version in versions)
