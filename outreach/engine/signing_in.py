"""Coming in: a password, then a second factor; and what happens to whoever guesses.

A wrong password, an unknown address, an account that is disabled or has to wait are one answer, after one time.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp

from outreach.engine import passwords
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import accounts, sessions
from outreach.store.accounts import ACTIVE, Account
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

DOOR = Actor("service", "sign-in")
CODES = 10
_FREE = 4  # wrong tries in a row that cost nothing: people mistype
_LONGEST_WAIT = timedelta(minutes=15)  # nobody can keep somebody else out for longer; a passkey never waits
_STEP = 30  # seconds a one-time code lasts (RFC 6238)
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else


class NotSignedIn(Exception):
    """The address, the password or the code is not right, or has to wait: which of them is not told."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where somebody comes from, as far as it is kept: a network and a family of browsers."""

    address: str
    browser: str


def by_password(deployment: Deployment, sign_in: str, password: str) -> Account:
    """Return the account whose password this is; what else it needs is for the caller to ask. Raises NotSignedIn."""
    now = deployment.timer.now()
    with deployment.read(DOOR) as uow:
        found = accounts.of_sign_in(uow, sign_in)
    waits = found is not None and found.wait_until is not None and found.wait_until > now
    fits = passwords.fits(password, None if found is None or waits or found.state != ACTIVE else found.password)
    if found is None:
        raise NotSignedIn
    if not fits:
        if not waits and found.state == ACTIVE:
            _failed(deployment, found.id, now, "password")
        raise NotSignedIn
    if found.password is not None and passwords.outdated(found.password):
        stronger = passwords.kept(password)
        with deployment.write(DOOR) as uow:
            accounts.change(uow, found.id, {"password": stronger})
            uow.commit()
        return replace(found, password=stronger)
    return found


def by_code(deployment: Deployment, account_id: int, code: str) -> str:
    """Prove somebody by a one-time code or a recovery code; return which it was. Raises NotSignedIn.

    A one-time code is good once: its half minute is stored with it (ASVS 6.5.1). A recovery code is used up.
    """
    now, typed = deployment.timer.now(), code.strip().replace(" ", "").replace("-", "").lower()
    with deployment.write(DOOR) as uow:
        found = accounts.one(uow, account_id, lock=True)
        ready = found is not None and found.state == ACTIVE and not (found.wait_until and found.wait_until > now)
        if found is not None and ready:
            how = _proof(uow, found, typed, now)
            if how is not None:
                accounts.change(uow, account_id, {"failures": 0, "wait_until": None})
                uow.audit(f"account.proved.{how}", f"account:{account_id}")
                uow.commit()
                return how
    if ready:
        _failed(deployment, account_id, now, "code")
    raise NotSignedIn


def _proof(uow: UnitOfWork, found: Account, typed: str, now: datetime) -> str | None:
    secret = accounts.secret_of(uow, found)
    step = right_step(secret, typed, now) if secret else None
    if step is not None and step > (found.one_time_step or 0):
        accounts.change(uow, found.id, {"one_time_step": step})
        return "one_time_code"
    return "recovery_code" if len(typed) > 6 and accounts.use_code(uow, found.id, typed, now) else None


def right_step(secret: str, typed: str, now: datetime) -> int | None:
    """Return the half minute that a one-time code is of: this one, or the one before or after; else None."""
    codes, this = pyotp.TOTP(secret, interval=_STEP), int(now.timestamp()) // _STEP
    near = (this, this - 1, this + 1)
    return next((step for step in near if hmac.compare_digest(codes.generate_otp(step), typed)), None)


def begin(deployment: Deployment, found: Account, visitor: Visitor, *, proved: bool, vouched: bool = False) -> str:
    """Sign somebody in; return the token of their new session. Whatever the browser carried before is worth nothing.

    `vouched` when another house asked for the second factor. Raises NotSignedIn where they were disabled, or what they
    proved themselves with was taken away, in this moment.
    """
    token, now = deployment.timer.token(), deployment.timer.now()
    with deployment.write(Actor("person", found.name)) as uow:
        after = accounts.one(uow, found.id, lock=True)
        if after is None or after.state != ACTIVE or after.password != found.password:
            raise NotSignedIn
        if proved and not (after.second_factor or vouched):
            raise NotSignedIn
        accounts.change(uow, found.id, {"failures": 0, "wait_until": None})
        sessions.begin(
            uow, token, account_id=found.id, name=after.name, role=after.role, proved=proved, address=visitor.address,
            browser=visitor.browser, real_now=now,
        )  # fmt: skip
        uow.commit()
    return token


def begin_training(deployment: Deployment, name: str, role: str, visitor: Visitor) -> str:
    """Sign in whoever opened a sign-in link, which exist only where no carrier is configured; return the token."""
    token = deployment.timer.token()
    with deployment.write(Actor("person", name)) as uow:
        sessions.begin(
            uow, token, account_id=None, name=name, role=role, proved=True, address=visitor.address,
            browser=visitor.browser, real_now=deployment.timer.now(),
        )  # fmt: skip
        uow.commit()
    return token


def new_secret() -> str:
    """Return a new secret for one-time codes."""
    return pyotp.random_base32()


def address_of(secret: str, sign_in: str) -> str:
    """Return the `otpauth:` address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in, issuer_name="Outreach")


def new_codes() -> list[str]:
    """Return ten new recovery codes, of fifty bits each, as they are shown: `abcde-fghjk`."""
    parts = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(CODES)]
    return [f"{part[:5]}-{part[5:]}" for part in parts]


def enrol_codes(deployment: Deployment, actor: Actor, account_id: int, secret: str, code: str) -> list[str]:
    """Let an authenticator app be the second factor, once a code of it was typed; return new recovery codes.

    Raises NotAsked for a code that is not the app's.
    """
    step = right_step(secret, code.strip().replace(" ", ""), deployment.timer.now())
    if step is None:
        raise NotAsked("This code is not the app's. Wait for the next one, and check the clock of the phone.")
    with deployment.write(actor) as uow:
        accounts.set_one_time(uow, account_id, secret)
        accounts.change(uow, account_id, {"one_time_step": step})
        uow.audit("account.one_time_codes", f"account:{account_id}")
        codes = give_codes(uow, account_id)
        uow.commit()
    return codes


def give_codes(uow: UnitOfWork, account_id: int) -> list[str]:
    """Store new recovery codes in the place of the old; return them, to be shown once."""
    codes = new_codes()
    accounts.set_codes(uow, account_id, [code.replace("-", "") for code in codes])
    uow.audit("account.recovery_codes", f"account:{account_id}")
    return codes


def _failed(deployment: Deployment, account_id: int, now: datetime, what: str) -> None:
    """Count a wrong try; from the fifth in a row on each costs twice the wait of the one before."""
    with deployment.write(DOOR) as uow:
        found = accounts.one(uow, account_id, lock=True)
        if found is None:
            return
        failures = found.failures + 1
        wait = min(timedelta(seconds=2 ** min(failures - _FREE, 12)), _LONGEST_WAIT) if failures > _FREE else None
        accounts.change(uow, account_id, {"failures": failures, "wait_until": now + wait if wait else None})
        uow.audit(f"account.wrong_{what}", f"account:{account_id}")
        uow.commit()
