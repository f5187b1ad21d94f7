"""What happened last, in words, with its time and the rule that spoke."""

from __future__ import annotations

from dataclasses import dataclass, field

from admin import event_words, heard_words, task_words, text_words
from admin.words import clock, plain
from outreach.store.reads.happenings import Happening
from outreach.store.reads.thread import Heard


@dataclass(frozen=True, slots=True)
class News:
    """One line: when, about whom (a loop), what, and by which rule."""

    when: str
    name: str = field(repr=False)
    text: str
    rule: str
    loop: int


def news(happening: Happening, zone: str) -> News:
    """Return one thing that happened as a line, at a time of `zone`."""
    text, rule = _said(happening)
    return News(clock(happening.at, zone), happening.name or "The member", text, rule, happening.loop)


def _said(it: Happening) -> tuple[str, str]:
    if it.what == "told":
        return f"clinic told, {plain(it.kind.replace('-', ' '))}", ""
    if it.what == "task":
        return f"work for a person, {task_words.kind(it.kind).lower()}", ""
    if it.kind == "Heard":
        return f"texted, {_meant(it)}", ""
    if it.kind == "TouchRefused":
        step = text_words.name(str(it.body.get("step", ""))).lower()
        return f"text refused, {step}", str(it.body.get("rule", ""))
    who = it.actor.removeprefix("person:") if it.actor.startswith("person:") else ""
    said = event_words.happened(it.kind, it.body)
    return f"{said[0].lower()}{said[1:]}" + (f", {who}" if who else ""), ""


def _meant(it: Happening) -> str:
    meaning = it.body.get("meaning", {})
    understood = Heard(
        it.at, it.id, "", None, tuple(meaning.get("intents", ())), meaning.get("reason"),
        tuple(meaning.get("safety", ())), (), it.loop, (),
    )  # fmt: skip
    return ", ".join(words.lower() for words, _ in heard_words.chips(understood))
