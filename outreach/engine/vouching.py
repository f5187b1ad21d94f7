"""What an organisation's own sign-in says of somebody: the words between the console and a provider, of any kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

SIGN_ON_BACK = "/sign-in/back"  # of the console: where the provider sends people back; it has to know the address


class NotVouched(Exception):
    """What the provider answered does not prove who this is; `why` is a code for the log, without a word of theirs."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{NotVouched.__doc__} ({why})")
        self.why = why


class ProviderAway(Exception):
    """The provider does not answer, or answers what cannot be read: nobody can come in by it now."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what has to come back or be shown for it."""

    address: str
    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the browser brought back from the provider; `issuer` is blank where none was named."""

    code: str = field(repr=False)
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody as the provider knows them. `email` is blank unless verified; `proved` when by a second factor too."""

    issuer: str
    subject: str = field(repr=False)
    email: str = field(repr=False)
    proved: bool


class Provider(Protocol):
    """Where an organisation's people sign in."""

    name: str

    def begin(self, state: str, nonce: str, verifier: str) -> Begun:
        """Return where a browser goes to sign in. Raises ProviderAway."""
        ...

    def vouched(self, begun: Begun, answered: Answered) -> Vouched:
        """Return who signed in. Raises NotVouched or ProviderAway."""
        ...

    def leave_address(self) -> str:
        """Return where somebody signs out there too, or blank where nobody knows. Raises ProviderAway."""
        ...
