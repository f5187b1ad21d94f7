"""The words on the screen for evidence: what each row on record says, and whether the trail of it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from admin import event_words, heard_words, loop_words, rule_words, signal_words, task_words, text_words
from admin.words import plain
from locales.languages import languages
from outreach.loops.consent import EVERY_CATEGORY, Action, Channel, ConsentClass
from outreach.loops.outcomes import Outcome, Source
from outreach.store.reads.evidence_rows import Attempt, Consent, Entry, Reply, Text, Work
from outreach.store.reads.loops import LoopRow
from outreach.store.reads.signals import SignalRow
from outreach.store.reads.timeline import Decided
from outreach.store.verification import Verdict

_CONSENT = {
    Action.GRANT: ("Given", "good"),
    Action.REQUEST: ("Asked for", "outline"),
    Action.REVOKE: ("Taken back", "warn"),
    Action.STOP: ("Opted out", "bad"),
    Action.KEEP: ("Kept these texts", "good"),
    Action.START: ("Texts begin again", "good"),
    Action.WRONG_NUMBER: ("Not their number", "warn"),
}
_CLASSES = {
    ConsentClass.PEC_PROVIDED: "number given",
    ConsentClass.PEC_OPTIN: "agreed to these texts",
    ConsentClass.PEWC: "agreed in writing",
    ConsentClass.EXEMPT_HEALTHCARE: "no consent, health care exemption",
}
_SOURCES = {
    Source.EHR: "by the clinic's record",
    Source.CLINIC_STAFF: "on the word of the clinic's staff",
    Source.CLAIM: "by a claim",
    Source.RIDE_VENDOR: "on the word of the driver or broker",
    Source.MEMBER: "on the word of the member",
    Source.INFERRED: "as concluded by Outreach",
}
_CHANNELS = {"sms": "texts", "voice": "automatic calls"}


def proof(chain: Verdict, trail: Iterable[Entry]) -> tuple[str, str]:
    """Return whether the trail holds, in one sentence, with its tone."""
    if chain.problem:
        return f"The audit trail does not hold. {chain.problem} What stands after it proves nothing.", "bad"
    waiting = sum(entry.seq is None for entry in trail)
    said = (
        f"The audit trail holds: {chain.recomputed} entries were recomputed, each is bound to the one before it, "
        "and every signed checkpoint is right."
    )
    if chain.after:
        said += f" It was recomputed from the signed checkpoint at entry {chain.after}, before the oldest shown."
    return f"{said} {waiting} of the entries below wait to be sealed." if waiting else said, "good"


def outcome(loop: LoopRow) -> str:
    """Return how the visit ended, on whose word (OUT-03), and why."""
    if loop.outcome is None:
        return "No outcome is on record."
    said = loop_words.outcome(Outcome(loop.outcome))
    source = f", {_SOURCES[Source(loop.source)]}" if loop.source else ""
    why = f" Reason: {heard_words.reason(loop.reason)}." if loop.reason else ""
    return f"{said}{source}.{why}"


def consent(entry: Consent) -> tuple[str, str]:
    """Return what a line of the ledger does, with its tone."""
    return _CONSENT[Action(entry.action)]


def about(entry: Consent) -> str:
    """Return what was agreed to or ended: "Texts about everything"."""
    subject = "everything" if entry.category == EVERY_CATEGORY else plain(entry.category)
    return f"{_CHANNELS.get(entry.channel, plain(entry.channel)).capitalize()} about {subject}"


def known_from(entry: Consent) -> str:
    """Return how we know: its source, what was agreed to, the words and their language, and where it came from."""
    agreed = _CLASSES[ConsentClass(entry.consent_class)] if entry.consent_class else ""
    known = languages().get(entry.language or "")
    parts = (plain(entry.source), agreed, entry.text_version, known.english_name if known else "", entry.evidence)
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def text(found: Text) -> str:
    """Return what a text is called, and who chose it where a person did."""
    who = f", chosen by {found.author.partition(':')[2]}" if found.author else ""
    call = "Call: " if found.channel == Channel.VOICE else ""
    return f"{call}{text_words.name(found.step)}{who}"


def state(found: Text) -> tuple[str, str]:
    """Return what became of a text, with its tone."""
    if found.state == "planned":
        return ("Held until", "warn") if found.rule else ("Planned", "outline")
    if found.channel == Channel.VOICE:
        return text_words.call_state(found.state, found.call_outcome)
    return text_words.state(found)


def why(rule: str | None) -> str:
    """Return why the gate held or refused a text."""
    return rule_words.why(rule)


def direction(language: str) -> str:
    """Return how our own text in a language runs."""
    known = languages().get(language)
    return known.direction if known else "auto"


def words_of(tried: Attempt) -> str:
    """Return which approved words a try to send used, and under whose name."""
    approved = f"approved by {tried.approver}" if tried.approver else "approved by nobody"
    return f"{tried.words}, {tried.language}, version {tried.version}, {approved}"


def understood(reply: Reply) -> list[tuple[str, str]]:
    """Return what was understood of a reply, each with its tone."""
    return heard_words.chips(reply)


def answers(reply: Reply) -> str:
    """Return which text of ours a reply answers."""
    return f"answers {text_words.name(reply.answers)}" if reply.answers else ""


def happened(event: Decided) -> str:
    """Return what happened."""
    return event_words.happened(event.kind, event.body)


def decided(event: Decided) -> str:
    """Return what was decided on it."""
    if event.effects is None:
        return "Waits to be decided"
    said = ", ".join(event_words.effect(effect) for effect in event.effects)
    return said[:1].upper() + said[1:] or "Nothing to do"


def who(actor: str | None) -> str:
    """Return who did it: a person by name, everybody else by kind."""
    kind, _, name = (actor or "").partition(":")
    return name if kind == "person" else plain(kind).capitalize()


def task(found: Work) -> str:
    """Return what was to be done."""
    return task_words.kind(found.kind)


def ended(found: Work) -> str:
    """Return how a task ended, why, and by whom; or that it is open."""
    if found.resolution is None:
        return "Open"
    reason = f", {heard_words.reason(found.reason)}" if found.reason else ""
    return f"{task_words.resolution(found.resolution)}{reason}, by {who(found.resolved_by)}"


def signal(found: SignalRow, zone: str) -> signal_words.ShownSignal:
    """Return what the clinic was told."""
    return signal_words.shown(found, zone)


def rules(reply: Reply) -> Iterator[tuple[str, str, str]]:
    """Yield each rule that spoke on a reply: the words that it rests on, what it made of them, and its id."""
    for rule, quote in dict.fromkeys(reply.trail):
        yield quote, heard_words.meant(rule, reply), rule
