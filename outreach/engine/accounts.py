"""What administrators do with accounts, and everybody with their own; nobody chooses another's password."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from outreach.engine import passwords, signing_in
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.signing_in import DOOR, NotSignedIn
from outreach.store import accounts, identities, links, sessions
from outreach.store.accounts import ACTIVE, DISABLED, INVITED, Account
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

INVITE, RESET = "account_invite", "account_reset"
INVITE_HOURS, RESET_HOURS = 72.0, 1.0
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,}", re.IGNORECASE)


def invite(
    deployment: Deployment,
    actor: Actor,
    sign_in: str,
    name: str,
    role: str,
    programs: Collection[int] = (),
    clinics: Collection[int] = (),
) -> str:
    """Make an account; return the token of the link by which its owner chooses a password. Raises NotAsked."""
    sign_in, name = sign_in.strip(), " ".join(name.split())
    if not _ADDRESS.fullmatch(sign_in):
        raise NotAsked("Give an email address: by it the person signs in.")
    if not 2 <= len(name) <= 80:
        raise NotAsked("Give the name by which colleagues know the person.")
    token, now = deployment.timer.token(), deployment.timer.now()
    with deployment.write(actor) as uow:
        if taken := accounts.clashing(uow, sign_in, name):
            if "sign_in" in taken:
                raise NotAsked("Somebody has this address already; use another.")
            raise NotAsked("Somebody has this name already; use another.")
        new = accounts.create(uow, sign_in, name, role, now)
        accounts.set_scope(uow, new, programs, clinics)
        links.issue(uow, token, INVITE, {"account": new}, now, INVITE_HOURS)
        uow.commit()
    return token


def new_link(deployment: Deployment, actor: Actor, account_id: int) -> str:
    """Return the token of a new link by which somebody chooses a password: their first, or another. Raises NotAsked.

    It skips no second factor (ASVS 6.4.3), and the old password works until the new one is chosen.
    """
    token = deployment.timer.token()
    with deployment.write(actor) as uow:
        found = _there(uow, account_id)
        if found.state == DISABLED:
            raise NotAsked("This account is disabled; enable it first.")
        purpose, hours = (INVITE, INVITE_HOURS) if found.state == INVITED else (RESET, RESET_HOURS)
        links.issue(uow, token, purpose, {"account": account_id}, deployment.timer.now(), hours)
        uow.audit("account.link", f"account:{account_id}")
        uow.commit()
    return token


def of_link(deployment: Deployment, token: str) -> Account | None:
    """Return whose link this is, without using it up; None for one that is expired, used or unknown."""
    with deployment.read(DOOR) as uow:
        subject = _subject(uow, deployment, token, use=False)
        found = accounts.one(uow, subject) if subject else None
    return found if found and found.state != DISABLED else None


def choose_password(deployment: Deployment, token: str, password: str, *, alone: bool) -> Account:
    """Set the password of whoever has the link, use it up, and end all sessions. Raises NotAsked.

    `alone` says that the role needs no second factor, so that the password has to be longer.
    """
    found = of_link(deployment, token)
    if found is None:
        raise NotAsked("This link was used, or has expired. Ask an administrator for another.")
    passwords.check(password, alone and not found.second_factor, (found.sign_in, found.name))
    hashed = passwords.kept(password)  # slow on purpose: outside of the transaction
    with deployment.write(Actor("person", found.name)) as uow:
        use_link(uow, deployment, token, found.id)
        accounts.change(uow, found.id, {"password": hashed, "state": ACTIVE, "failures": 0, "wait_until": None})
        sessions.end_of_account(uow, found.id, deployment.timer.now())
        uow.audit("account.password", f"account:{found.id}")
        uow.commit()
    return found


def change_password(
    deployment: Deployment, actor: Actor, account_id: int, old: str, new: str, keep: int, *, alone: bool
) -> None:
    """Let somebody change their own password; their other sessions end. `keep` is this one. Raises NotAsked."""
    with deployment.read(actor) as uow:
        found = _there(uow, account_id)
    try:
        signing_in.by_password(deployment, found.sign_in, old)  # who guesses here waits as at the door
    except NotSignedIn:
        raise NotAsked("This is not your present password, or the account has to wait. Try again.") from None
    passwords.check(new, alone and not found.second_factor, (found.sign_in, found.name))
    hashed = passwords.kept(new)
    with deployment.write(actor) as uow:
        accounts.change(uow, account_id, {"password": hashed})
        sessions.end_of_account(uow, account_id, deployment.timer.now(), but=keep)
        uow.audit("account.password", f"account:{account_id}")
        uow.commit()


def set_role(
    deployment: Deployment,
    actor: Actor,
    account_id: int,
    role: str,
    programs: Collection[int],
    clinics: Collection[int],
) -> None:
    """Change what somebody may do, and for which part of the organisation; their sessions end. Raises NotAsked."""
    with deployment.write(actor) as uow:
        found = _another(uow, actor, account_id)
        accounts.change(uow, account_id, {"role": role})
        accounts.set_scope(uow, account_id, programs, clinics)
        sessions.end_of_account(uow, account_id, deployment.timer.now())
        uow.audit(f"account.role.{role}", f"account:{found.id}")
        uow.commit()


def disable(deployment: Deployment, actor: Actor, account_id: int) -> None:
    """Let somebody in no longer; every session of theirs ends now. What they did stays theirs."""
    with deployment.write(actor) as uow:
        _another(uow, actor, account_id)
        accounts.change(uow, account_id, {"state": DISABLED})
        links.withdraw(uow, (INVITE, RESET), {"account": account_id})
        sessions.end_of_account(uow, account_id, deployment.timer.now())
        uow.audit("account.disabled", f"account:{account_id}")
        uow.commit()


def enable(deployment: Deployment, actor: Actor, account_id: int) -> None:
    """Let somebody in again, with the password, the link and the second factor they had."""
    with deployment.write(actor) as uow:
        found = _another(uow, actor, account_id)
        had = found.password or identities.of_account(uow, account_id)
        accounts.change(uow, account_id, {"state": ACTIVE if had else INVITED, "failures": 0})
        uow.audit("account.enabled", f"account:{account_id}")
        uow.commit()


def end_sessions(deployment: Deployment, actor: Actor, account_id: int, but: int | None = None) -> int:
    """End all sessions of somebody, but one; return how many."""
    with deployment.write(actor) as uow:
        _there(uow, account_id)
        ended = sessions.end_of_account(uow, account_id, deployment.timer.now(), but=but)
        uow.commit()
    return ended


def end_session(deployment: Deployment, actor: Actor, account_id: int, session_id: int) -> None:
    """End one session of somebody's own. Raises NotAsked when it is not theirs, or over."""
    with deployment.write(actor) as uow:
        mine = {each.id for each in sessions.of_account(uow, account_id, deployment.timer.now())}
        if session_id not in mine:
            raise NotAsked("This session is over already.")
        sessions.end(uow, session_id, deployment.timer.now())
        uow.commit()


class Lost(StrEnum):
    """Why somebody needs another second factor; the trail has the code, never words of one's own."""

    BROKEN = "broken"
    REPLACED = "replaced"
    STOLEN = "stolen"
    NO_CODES = "no_codes"


def reset_second_factor(deployment: Deployment, actor: Actor, account_id: int, why: Lost) -> None:
    """Take away somebody's second factor, so that they set up another; why is on record.

    A link with the organisation's own sign-in goes too: what that vouches for counts as a second factor.
    """
    with deployment.write(actor) as uow:
        _another(uow, actor, account_id)
        accounts.set_one_time(uow, account_id, None)
        accounts.set_codes(uow, account_id, [])
        accounts.remove_passkeys(uow, account_id)
        identities.unlink(uow, account_id)
        sessions.end_of_account(uow, account_id, deployment.timer.now())
        uow.audit(f"account.second_factor_reset.{why}", f"account:{account_id}")
        uow.commit()


def _there(uow: UnitOfWork, account_id: int) -> Account:
    found = accounts.one(uow, account_id, lock=True)
    if found is None:
        raise NotAsked("There is no such account.")
    return found


def _another(uow: UnitOfWork, actor: Actor, account_id: int) -> Account:
    """Nobody takes away or gives themselves anything: the last administrator would be out, or a clerk in."""
    found = _there(uow, account_id)
    if actor.kind == "person" and accounts.folded(actor.name) == accounts.folded(found.name):
        raise NotAsked("This is your own account; another administrator does this.")
    return found


def use_link(uow: UnitOfWork, deployment: Deployment, token: str, account_id: int) -> None:
    """Use up the link of an account; what else was sent to its owner opens nothing any more. Raises NotAsked.

    Looked at behind the account's lock: who was disabled a moment ago does not come back by it.
    """
    found = accounts.one(uow, account_id, lock=True)
    if found is None or found.state == DISABLED or _subject(uow, deployment, token, use=True) != account_id:
        raise NotAsked("This link was used, or has expired. Ask an administrator for another.")
    links.withdraw(uow, (INVITE, RESET), {"account": account_id})


def _subject(uow: UnitOfWork, deployment: Deployment, token: str, *, use: bool) -> int | None:
    look = links.redeem if use else links.valid
    for purpose in (INVITE, RESET):
        subject = look(uow, token, purpose, deployment.timer.now(), once=True)
        if subject is not None:
            return int(str(subject["account"]))
    return None
