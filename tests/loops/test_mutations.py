"""Each small fault in the lane is noticed by a scenario; `make prove` plants them all, `make test` every fortieth."""

from __future__ import annotations

import os

import pytest
from lane_scenarios import Scenario, in_words, scenarios
from mutants import MODULES, Advance, Mutant, core, mutants

EVERY = 1 if "OUTREACH_PROOF" in os.environ else 40
# Faults that change nothing anybody can see, and why.
HARMLESS: dict[str, str] = {
    "advance._anywhere: case TouchDelivered() | TaskEscalated() does nothing": "it does nothing as it is",
    "lanes/appointment_heard._unclear: without ('')": "no question has the key None either; the types want a text",
}


def _holds(scenario: Scenario, advance: Advance) -> bool:
    loop = scenario.loop
    try:
        for happening in scenario.events:
            step = advance(loop, happening.event)
            loop = step.loop
        words = tuple(in_words(effect, happening.event.at, loop) for effect in step.effects)
    except Exception:  # a fault that raises is noticed
        return False
    return loop == scenario.after and words == scenario.effects


def _noticed(mutant: Mutant) -> bool:
    try:
        advance = core(mutant)
    except Exception:  # it cannot even be loaded
        return True
    return not all(_holds(scenario, advance) for scenario in scenarios())


def test_the_lane_without_a_fault_holds_in_every_scenario() -> None:
    advance = core()
    assert [scenario.name for scenario in scenarios() if not _holds(scenario, advance)] == []


@pytest.mark.parametrize("module", MODULES)
def test_every_planted_fault_is_noticed_by_a_scenario(module: str) -> None:
    planted = [mutant for number, mutant in enumerate(mutants(module)) if number % EVERY == 0]
    unnoticed = {mutant.what for mutant in planted if not _noticed(mutant)}
    assert sorted(unnoticed - set(HARMLESS)) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_fault_that_is_called_harmless_can_be_planted(module: str) -> None:
    listed = {what for what in HARMLESS if what.startswith(f"{module}.")}
    assert listed <= {mutant.what for mutant in mutants(module)}
