"""What is known and so where a call stands: nothing personal before a check (HIP-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conversations.calls.call import Call, Person
from conversations.calls.menu import menus
from conversations.calls.state import State
from locales.factory import voice_scripts
from locales.languages import languages
from locales.render import SPOKEN, variables
from locales.spoken import Value


def person(call: Call, state: State) -> Person | None:
    """Return whom we speak with, once nothing stands against telling them."""
    told = not call.guarded or state.checked
    return next((each for each in call.people if told and each.member == state.who), None)


def values_of(call: Call, state: State) -> Mapping[str, Value]:
    """Return what sentences may name here. A first name is said before the check, where the member allows it."""
    found: dict[str, Value] = {"program": call.program, "phone": call.phone}
    if hours := call.hours.get(state.language):
        found["hours"] = hours
    recorded = languages()[state.language].says is None  # nobody records every name
    if call.outbound and call.people[0].name and not recorded:
        found["name"] = call.people[0].name
    known = person(call, state)
    told = known.values if known and menus().menus[state.menu].tells else {}
    return {**found, **told}


def facts_of(call: Call, state: State) -> frozenset[str]:
    """Return the names of the values that are known, and of the facts that are so (see `menus.toml`)."""
    values = values_of(call, state)
    flags = {
        "known": bool(call.people),
        "records": call.records,
        "hears": call.hears and languages()[state.language].hears is not None,
        "closed": not call.open and "hours" in values,
        "again": state.failures > 0,
    }
    return frozenset(values) | {name for name, so in flags.items() if so}


def sayable(call: Call, state: State, menu: str) -> bool:
    """Whether all values that a menu's sentences name are known."""
    there = replace(state, menu=menu)
    values, facts, scripts = values_of(call, there), facts_of(call, there), voice_scripts(state.language)
    said = [each.key for each in menus().menus[menu].says if each.fits(facts)]
    return all(variables(scripts[key], SPOKEN) <= values.keys() for key in said)
