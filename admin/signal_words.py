"""The words on the screen for what a clinic was told: sent, received, acted upon."""

from __future__ import annotations

from dataclasses import dataclass

from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import at, plain
from outreach.store.reads.signals import SignalRow

_STATES = Sayings(
    {
        "due": N_("On its way"),
        "shown": N_("Waits behind the clinic's link"),
        "dead": N_("Not delivered"),
        "withheld": N_("Withheld: the member limits what this clinic is told"),
    }
)


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """One signal in words."""

    kind: str
    sent: str
    received: str
    acted: str


def kind(code: str) -> str:
    """Return a signal's kind in words: `visit-confirmed` is "Visit confirmed"."""
    return plain(code.replace("-", "_")).capitalize()


def shown(signal: SignalRow, zone: str) -> ShownSignal:
    """Return a signal in words, on the clocks of the visit."""
    return ShownSignal(
        kind=kind(signal.kind),
        sent=at(signal.occurred_at, zone),
        received=at(signal.delivered_at, zone) if signal.delivered_at else _STATES.get(signal.state, signal.state),
        acted=_acted(signal, zone),
    )


def _acted(signal: SignalRow, zone: str) -> str:
    if signal.acted_at is None:
        return _("Not yet")
    when = at(signal.acted_at, zone)
    kind_of, _colon, name = (signal.acted_by or "").partition(":")
    match kind_of:
        case "":
            return when
        case "clinic":
            return _("%(when)s, the clinic", when=when)
        case "person":
            return f"{when}, {name}"
        case _:
            return _("%(when)s, by the clinic's change of the visit", when=when)
