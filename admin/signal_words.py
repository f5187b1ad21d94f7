"""The words on the screen for what a clinic was told: sent, received, acted upon."""

from __future__ import annotations

from dataclasses import dataclass

from admin.words import at
from outreach.store.reads.signals import SignalRow

_STATES = {
    "due": "On its way",
    "shown": "Waits behind the clinic's link",
    "dead": "Not delivered",
    "withheld": "Withheld: the member limits what this clinic is told",
}


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """One signal in words."""

    kind: str
    sent: str
    received: str
    acted: str


def kind(code: str) -> str:
    """Return a signal's kind in words: `visit-confirmed` is "Visit confirmed"."""
    return code.replace("-", " ").capitalize()


def shown(signal: SignalRow, zone: str) -> ShownSignal:
    """Return a signal in words, on the clocks of the visit."""
    by = f", {_who(signal.acted_by)}" if signal.acted_by else ""
    return ShownSignal(
        kind=kind(signal.kind),
        sent=at(signal.occurred_at, zone),
        received=at(signal.delivered_at, zone) if signal.delivered_at else _STATES.get(signal.state, signal.state),
        acted=f"{at(signal.acted_at, zone)}{by}" if signal.acted_at else "Not yet",
    )


def _who(actor: str) -> str:
    kind_of, _, name = actor.partition(":")
    return {"clinic": "the clinic", "person": name}.get(kind_of, "by the clinic's change of the visit")
