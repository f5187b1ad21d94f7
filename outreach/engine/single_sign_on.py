"""Coming in by the organisation's own sign-in: for accounts that were linked with it, and for nobody else.

No account is made here, and none is found by its address: an address may be given to somebody else, a subject is not.
"""

from __future__ import annotations

from outreach.engine.accounts import use_link
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.signing_in import DOOR
from outreach.engine.vouching import Answered, Begun, NotVouched, Provider, Vouched
from outreach.store import accounts, identities, links
from outreach.store.accounts import ACTIVE, INVITED, Account
from outreach.store.actor import Actor

_KNOWN_HOURS = 1.0  # longer than a sign-in may take


class NotLinked(Exception):
    """The provider knows who this is, and no account here is linked with it."""


class Closed(Exception):
    """The account that is linked with it is disabled."""


def begin(deployment: Deployment, provider: Provider) -> Begun:
    """Return where a browser goes to sign in, with what has to be kept until it is back. Raises ProviderAway."""
    return provider.begin(deployment.timer.token(), deployment.timer.token(), deployment.timer.token())


def vouched(deployment: Deployment, provider: Provider, begun: Begun, answered: Answered) -> Vouched:
    """Return who signed in. Each answer is good once. Raises NotVouched or ProviderAway."""
    with deployment.write(DOOR) as uow:
        fresh = links.spend(uow, begun.state, "sign_on_state", deployment.timer.now(), _KNOWN_HOURS)
        uow.commit()
    if not fresh:
        raise NotVouched("replayed")
    return provider.vouched(begun, answered)


def come_in(deployment: Deployment, found: Vouched) -> Account:
    """Return the account of somebody whom the provider knows. Raises NotLinked or Closed."""
    with deployment.write(DOOR) as uow:
        linked = identities.of_subject(uow, found.issuer, found.subject)
        theirs = accounts.one(uow, linked.account, lock=True) if linked else None
        if linked is None or theirs is None:
            raise NotLinked
        if theirs.state != ACTIVE:
            uow.audit("account.refused_closed", f"account:{theirs.id}")
            uow.commit()
            raise Closed
        identities.used(uow, linked.id, deployment.timer.now())
        uow.audit(f"account.proved.provider{'_twice' if found.proved else ''}", f"account:{theirs.id}")
        uow.commit()
    return theirs


def link(deployment: Deployment, actor: Actor, account_id: int, found: Vouched) -> None:
    """Let somebody who is signed in come in by the provider from now on. Raises NotAsked where either is linked."""
    with deployment.write(actor) as uow:
        if not identities.link(uow, account_id, found.issuer, found.subject, deployment.timer.now()):
            raise NotAsked("This sign-in is linked with an account already, or yours with another sign-in.")
        uow.commit()


def accept(deployment: Deployment, token: str, found: Vouched) -> Account:
    """Let somebody who was invited come in by the provider, without a password. Their invitation is used up.

    Raises NotAsked for an address that the provider does not vouch for, and for a link that is used or expired.
    """
    with deployment.write(DOOR) as uow:
        invited = accounts.of_sign_in(uow, found.email) if found.email else None
        if invited is None or invited.state != INVITED:
            raise NotAsked("The invitation is for another address than the one you signed in with.")
        use_link(uow, deployment, token, invited.id)
        if not identities.link(uow, invited.id, found.issuer, found.subject, deployment.timer.now()):
            raise NotAsked("This sign-in is linked with an account already, or yours with another sign-in.")
        accounts.change(uow, invited.id, {"state": ACTIVE})
        uow.commit()
    return come_in(deployment, found)


def unlink(deployment: Deployment, actor: Actor, account_id: int) -> None:
    """End the link of somebody's own account. Raises NotAsked where it is the only way in they have."""
    with deployment.write(actor) as uow:
        mine = accounts.one(uow, account_id, lock=True)
        if mine is not None and mine.password is None and not mine.passkeys:
            raise NotAsked("This is the only way in you have. Add a passkey first, or ask an administrator for a link.")
        if not identities.unlink(uow, account_id):
            raise NotAsked("Your account is not linked.")
        uow.commit()
