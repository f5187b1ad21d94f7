"""Passwords: which will do, and how they are kept (ASVS 6.2; NIST SP 800-63B 5.1.1)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zxcvbn import zxcvbn

from outreach.engine.refusals import NotAsked

SHORTEST, SHORTEST_ALONE, LONGEST = 8, 15, 256  # characters, with a second factor and without
_LEAST_GUESSES = 8  # as a power of ten: what an attacker who has the hashes would need
_LOOKED_AT = 72  # characters: what comes after them makes nothing easier to guess
_OURS = ("outreach", "carelink", "medicaid", "health", "coordinator")  # what anybody would try here first
_hasher = PasswordHasher()
# Somebody whom we do not know is refused after as long as somebody whose password is wrong.
_DECOY = _hasher.hash("nobody has this password")


def check(password: str, alone: bool, about: tuple[str, ...]) -> None:
    """Raise NotAsked for a password that will not do, and say why; no kind of character is asked for.

    `alone` where no second factor stands beside it; `about` is what is known of its owner: no part of it helps.
    """
    shortest = SHORTEST_ALONE if alone else SHORTEST
    if len(password) < shortest:
        raise NotAsked(
            "Use at least %(least)s characters; a few words in a row are easy to keep in mind.", least=shortest
        )
    if len(password) > LONGEST:
        raise NotAsked("Use at most %(most)s characters.", most=LONGEST)
    known = [part for each in (*about, *_OURS) for part in _parts(each)]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=known)["guesses_log10"] < _LEAST_GUESSES:
        raise NotAsked("This is among the first that somebody would try. Use a few words that nobody would expect.")


def _parts(known: str) -> list[str]:
    words = known.replace("@", " ").replace(".", " ").split()
    return [known, "".join(words), *words]


def kept(password: str) -> str:
    """Return what is stored of a password: argon2id with its own salt and parameters."""
    return _hasher.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether this is the password; without a stored one it takes as long, and is not."""
    try:
        return _hasher.verify(stored or _DECOY, password[: LONGEST + 1]) and stored is not None
    except VerificationError:
        return False


def outdated(stored: str) -> bool:
    """Whether a password was stored with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
