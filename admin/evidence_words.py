"""The words on the screen for evidence: what each row on record says, and whether the trail of it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from admin import event_words, heard_words, loop_words, rule_words, signal_words, task_words, text_words
from admin.language import N_, Sayings, ngettext
from admin.language import gettext as _
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
    Action.GRANT: (N_("Given"), "good"),
    Action.REQUEST: (N_("Asked for"), "outline"),
    Action.REVOKE: (N_("Taken back"), "warn"),
    Action.STOP: (N_("Opted out"), "bad"),
    Action.KEEP: (N_("Kept these texts"), "good"),
    Action.START: (N_("Texts begin again"), "good"),
    Action.WRONG_NUMBER: (N_("Not their number"), "warn"),
}
_CLASSES = Sayings(
    {
        ConsentClass.PEC_PROVIDED: N_("number given"),
        ConsentClass.PEC_OPTIN: N_("agreed to these texts"),
        ConsentClass.PEWC: N_("agreed in writing"),
        ConsentClass.EXEMPT_HEALTHCARE: N_("no consent, health care exemption"),
    }
)
_SOURCES = Sayings(
    {
        Source.EHR: N_("by the clinic's record"),
        Source.CLINIC_STAFF: N_("on the word of the clinic's staff"),
        Source.CLAIM: N_("by a claim"),
        Source.RIDE_VENDOR: N_("on the word of the driver or broker"),
        Source.MEMBER: N_("on the word of the member"),
        Source.INFERRED: N_("as concluded by Outreach"),
    }
)
_CHANNELS = Sayings({"sms": N_("Texts"), "voice": N_("Automatic calls")})

_HOLDS = N_(
    "The audit trail holds: %(number)s entries were recomputed, each is bound to the one before it, "
    "and every signed checkpoint is right."
)
_HOLDS_FROM = N_("It was recomputed from the signed checkpoint at entry %(number)s, before the oldest shown.")


def proof(chain: Verdict, trail: Iterable[Entry]) -> tuple[str, str]:
    """Return whether the trail holds, in one sentence, with its tone."""
    if chain.problem:
        broken = _(
            "The audit trail does not hold. %(problem)s What stands after it proves nothing.", problem=chain.problem
        )
        return broken, "bad"
    waiting = sum(entry.seq is None for entry in trail)
    said = [_(_HOLDS, number=chain.recomputed)]
    if chain.after:
        said.append(_(_HOLDS_FROM, number=chain.after))
    if waiting:
        said.append(
            ngettext(
                "%(num)d of the entries below waits to be sealed.",
                "%(num)d of the entries below wait to be sealed.",
                waiting,
            )
        )
    return " ".join(said), "good"


def outcome(loop: LoopRow) -> str:
    """Return how the visit ended, on whose word (OUT-03), and why."""
    if loop.outcome is None:
        return _("No outcome is on record.")
    said = loop_words.outcome(Outcome(loop.outcome))
    if loop.source:
        said = _("%(outcome)s, %(source)s", outcome=said, source=_SOURCES[Source(loop.source)])
    if loop.reason:
        return _("%(outcome)s. Reason: %(reason)s.", outcome=said, reason=heard_words.reason(loop.reason))
    return f"{said}."


def consent(entry: Consent) -> tuple[str, str]:
    """Return what a line of the ledger does, with its tone."""
    words, tone = _CONSENT[Action(entry.action)]
    return _(words), tone


def about(entry: Consent) -> str:
    """Return what was agreed to or ended: "Texts about everything"."""
    channel = _CHANNELS.get(entry.channel) or plain(entry.channel).capitalize()
    if entry.category == EVERY_CATEGORY:
        return _("%(channel)s about everything", channel=channel)
    return _("%(channel)s about %(subject)s", channel=channel, subject=plain(entry.category))


def known_from(entry: Consent) -> str:
    """Return how we know: its source, what was agreed to, the words and their language, and where it came from."""
    agreed = _CLASSES[ConsentClass(entry.consent_class)] if entry.consent_class else ""
    known = languages().get(entry.language or "")
    parts = (plain(entry.source), agreed, entry.text_version, _(known.english_name) if known else "", entry.evidence)
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def text(found: Text) -> str:
    """Return what a text is called, and who chose it where a person did."""
    name = text_words.name(found.step)
    if found.channel == Channel.VOICE:
        name = _("Call: %(text)s", text=name)
    if not found.author:
        return name
    return _("%(text)s, chosen by %(who)s", text=name, who=found.author.partition(":")[2])


def state(found: Text) -> tuple[str, str]:
    """Return what became of a text, with its tone."""
    if found.state == "planned":
        return (_("Held until"), "warn") if found.rule else (_("Planned"), "outline")
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
    used = {"words": tried.words, "language": tried.language, "version": tried.version}
    if tried.approver:
        return _("%(words)s, %(language)s, version %(version)s, approved by %(who)s", **used, who=tried.approver)
    return _("%(words)s, %(language)s, version %(version)s, approved by nobody", **used)


def understood(reply: Reply) -> list[tuple[str, str]]:
    """Return what was understood of a reply, each with its tone."""
    return heard_words.chips(reply)


def answers(reply: Reply) -> str:
    """Return which text of ours a reply answers."""
    return _("answers %(text)s", text=text_words.name(reply.answers)) if reply.answers else ""


def happened(event: Decided) -> str:
    """Return what happened."""
    return event_words.happened(event.kind, event.body)


def decided(event: Decided) -> str:
    """Return what was decided on it."""
    if event.effects is None:
        return _("Waits to be decided")
    said = ", ".join(event_words.effect(effect) for effect in event.effects)
    return said[:1].upper() + said[1:] or _("Nothing to do")


def who(actor: str | None) -> str:
    """Return who did it: a person by name, everybody else by kind."""
    kind, _colon, name = (actor or "").partition(":")
    return name if kind == "person" else plain(kind).capitalize()


def task(found: Work) -> str:
    """Return what was to be done."""
    return task_words.kind(found.kind)


def ended(found: Work) -> str:
    """Return how a task ended, why, and by whom; or that it is open."""
    if found.resolution is None:
        return _("Open")
    ended, by = task_words.resolution(found.resolution), who(found.resolved_by)
    if not found.reason:
        return _("%(ended)s, by %(who)s", ended=ended, who=by)
    reason = heard_words.reason(found.reason)
    return _("%(ended)s, %(reason)s, by %(who)s", ended=ended, reason=reason, who=by)


def signal(found: SignalRow, zone: str) -> signal_words.ShownSignal:
    """Return what the clinic was told."""
    return signal_words.shown(found, zone)


def rules(reply: Reply) -> Iterator[tuple[str, str, str]]:
    """Yield each rule that spoke on a reply: the words that it rests on, what it made of them, and its id."""
    for rule, quote in dict.fromkeys(reply.trail):
        yield quote, heard_words.meant(rule, reply), rule
