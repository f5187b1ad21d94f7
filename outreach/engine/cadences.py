"""Writing a cadence in the console: one draft of a program at a time, published by somebody who did not write it.

A draft is checked by what checks a program file, and published the way a file's cadence is: one more version, from
which every open loop is planned again as a row of work. An older version comes back as a draft, by the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from outreach.engine import replanning
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import ProgramFile, check_words
from outreach.engine.program_written import written
from outreach.engine.refusals import NotAsked
from outreach.engine.words import seed_words
from outreach.loops.cadence import Cadence, read_cadence, write_step
from outreach.store import cadences, configuration, programs, setting_versions
from outreach.store.actor import Actor
from outreach.store.cadences import Draft, Rows
from outreach.store.unit_of_work import UnitOfWork

Edit = Callable[[Rows], Rows]
_MOST_STEPS = 60  # a visit with more is not planned by people


class DraftChanged(Exception):
    """Somebody else changed, published or discarded the draft after it was seen; nothing was stored."""


def start(deployment: Deployment, actor: Actor, program_id: int, like: int | None = None) -> None:
    """Begin a draft with the steps that are live, or those of an older version; raises NotAsked where there is one."""
    with deployment.write(actor) as uow:
        _lock(uow, program_id)
        if cadences.draft_of(uow, program_id):
            raise NotAsked("There is a draft already. Open it, or discard it first.")
        version, _, _ = configuration.published_cadence(uow, program_id)
        found = cadences.version(uow, program_id, like or version)
        if found is None:
            raise NotAsked("There is no such version.")
        draft = cadences.begin(uow, program_id, version, found.steps, found.escalate_after)
        uow.audit("cadence.drafted", f"cadence_draft:{draft}")
        uow.commit()


def put_step(
    deployment: Deployment, actor: Actor, program_id: int, seen: int, key: str | None, row: Mapping[str, Any]
) -> None:
    """Store a step as it was typed, in the place of the one with this key, or as the last one when it is None.

    Raises BadCadence with the field to put right, NotAsked where there is no such draft or step, and DraftChanged.
    """

    def edit(steps: Rows) -> Rows:
        plain = write_step(read_cadence(0, [_welcoming(row), row]).steps[1])
        return [*steps, plain] if key is None else [plain if step["key"] == key else step for step in steps]

    _edit(deployment, actor, program_id, seen, edit, key)


def remove_step(deployment: Deployment, actor: Actor, program_id: int, seen: int, key: str) -> None:
    """Take a step out. Raises as `put_step` does."""
    _edit(deployment, actor, program_id, seen, lambda steps: [step for step in steps if step["key"] != key], key)


def copy_step(deployment: Deployment, actor: Actor, program_id: int, seen: int, key: str) -> str:
    """Put a copy of a step behind it and return the copy's key. Raises as `put_step` does."""
    made: list[str] = []

    def edit(steps: Rows) -> Rows:
        keys = {step["key"] for step in steps}
        new = next(name for n in range(2, _MOST_STEPS + 3) if (name := f"{key}_{n}") not in keys)
        made.append(new)
        place = _place(steps, key)
        return [*steps[: place + 1], steps[place] | {"key": new}, *steps[place + 1 :]]

    _edit(deployment, actor, program_id, seen, edit, key)
    return made[0]


def move_step(deployment: Deployment, actor: Actor, program_id: int, seen: int, key: str, by: int) -> None:
    """Move a step one place up (-1) or down (1) in the order in which a day's texts leave. Raises as `put_step`."""

    def edit(steps: Rows) -> Rows:
        place = _place(steps, key)
        others = steps[:place] + steps[place + 1 :]
        to = min(max(place + by, 0), len(others))
        return [*others[:to], steps[place], *others[to:]]

    _edit(deployment, actor, program_id, seen, edit, key)


def set_patience(deployment: Deployment, actor: Actor, program_id: int, seen: int, escalate_after: int) -> None:
    """Set after how many unanswered questions a person calls (LAW-36). Raises as `put_step` does."""
    with deployment.write(actor) as uow:
        draft = _seen(uow, program_id, seen)
        _store(uow, replace(draft, escalate_after=escalate_after))
        uow.commit()


def discard(deployment: Deployment, actor: Actor, program_id: int, seen: int) -> None:
    """Throw a draft away; raises NotAsked or DraftChanged."""
    with deployment.write(actor) as uow:
        _end(uow, _seen(uow, program_id, seen), None)
        uow.commit()


def ask(deployment: Deployment, actor: Actor, program_id: int, seen: int) -> None:
    """Ask a second person to publish the draft as it is; raises NotAsked with each thing to change first."""
    with deployment.write(actor) as uow:
        draft = _seen(uow, program_id, seen)
        _publishable(uow, draft)
        if not cadences.ask(uow, draft, uow.now):
            raise DraftChanged
        uow.audit("cadence.asked", f"cadence_draft:{draft.id}")
        uow.commit()


def publish(deployment: Deployment, actor: Actor, program_id: int, seen: int) -> int:
    """Publish the draft that was seen; return its version. Every open loop is then planned again, as rows of work.

    Raises NotAsked for who wrote any of it, under whatever role, for one that nobody asked to publish, and with each
    thing to change first; DraftChanged when it is another one by now.
    """
    with deployment.write(actor) as uow:
        draft = _seen(uow, program_id, seen)
        if str(uow.actor) in draft.authors:
            raise NotAsked("Whoever wrote a draft does not publish it. Let somebody else read and publish it.")
        if draft.asked_at is None:
            raise NotAsked("Nobody asked for this draft to be published yet.")
        live, _, _ = configuration.published_cadence(uow, program_id)
        if live != draft.based_on:
            raise NotAsked(
                "Version %(version)s was published meanwhile. Discard this draft, or write it anew from there.",
                version=live,
            )
        _publishable(uow, draft)
        version = live + 1
        _end(uow, draft, version)
        configuration.publish_cadence(uow, program_id, version, draft.steps, draft.escalate_after, draft.authors)
        seed_words(uow, programs.programs(uow, [program_id])[program_id])
        replanning.ask(uow, program_id, "cadence")
        uow.commit()
    return version


def advice(uow: UnitOfWork, draft: Draft) -> list[str]:
    """Return a sentence for each thing to change before a draft is published, by what checks a program file."""
    plain = written(uow, draft.program_id) or {}
    cadence = {"step": draft.steps, "escalate_after": draft.escalate_after}
    try:
        ProgramFile.model_validate(plain | {"cadence": cadence})
    except ValidationError as error:
        return [line for found in error.errors() for line in str(found["ctx"]["error"]).split("\n")]
    return []


def cadence_of(draft: Draft) -> Cadence:
    """Return a draft as the cadence it would be: one version after the one it was begun from."""
    return read_cadence(draft.based_on + 1, draft.steps, draft.escalate_after)


def _lock(uow: UnitOfWork, program_id: int) -> None:
    scope = uow.actor.scope
    if scope is not None and program_id not in scope.programs:
        raise NotAsked("There is no such program.")
    setting_versions.wait_for_others(uow, program_id)


def _seen(uow: UnitOfWork, program_id: int, seen: int) -> Draft:
    _lock(uow, program_id)
    draft = cadences.draft_of(uow, program_id)
    if draft is None or draft.version != seen:
        raise DraftChanged
    return draft


def _edit(deployment: Deployment, actor: Actor, program_id: int, seen: int, edit: Edit, key: str | None) -> None:
    with deployment.write(actor) as uow:
        draft = _seen(uow, program_id, seen)
        if key is not None:
            _place(draft.steps, key)
        steps = edit(draft.steps)
        if len(steps) > _MOST_STEPS:
            raise NotAsked("A cadence has at most %(most)s steps.", most=_MOST_STEPS)
        _store(uow, replace(draft, steps=steps))
        uow.commit()


def _store(uow: UnitOfWork, draft: Draft) -> None:
    for step in cadence_of(draft).steps:
        check_words(step)
    if not cadences.change(uow, draft, draft.steps, draft.escalate_after):
        raise DraftChanged
    uow.audit("cadence.changed", f"cadence_draft:{draft.id}")


def _end(uow: UnitOfWork, draft: Draft, version: int | None) -> None:
    if not cadences.end(uow, draft, version):
        raise DraftChanged
    if version is None:
        uow.audit("cadence.discarded", f"cadence_draft:{draft.id}")


def _publishable(uow: UnitOfWork, draft: Draft) -> None:
    if found := advice(uow, draft):
        told = " ".join(found)
        raise NotAsked(told)
    _, steps, escalate_after = configuration.published_cadence(uow, draft.program_id)
    if (steps, escalate_after) == (draft.steps, draft.escalate_after):
        raise NotAsked("The draft is what is live already: there is nothing to publish.")


def _place(steps: Rows, key: str) -> int:
    for place, step in enumerate(steps):
        if step["key"] == key:
            return place
    raise NotAsked("There is no such step.")


def _welcoming(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A first step, so that one alone can be read."""
    other = "first" if row.get("key") != "first" else "before"
    return {"key": other, "words": "optin_confirm", "when": "enrolment", "conditions": ["not_welcomed"]}
