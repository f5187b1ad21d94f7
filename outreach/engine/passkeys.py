"""Passkeys: a key in somebody's device signs a challenge of ours (W3C Web Authentication, level 3).

The device asks its owner for a finger, a face or a PIN, so that a passkey is both factors at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.signing_in import DOOR, NotSignedIn, give_codes
from outreach.store import accounts, links
from outreach.store.accounts import ACTIVE, Account
from outreach.store.actor import Actor

CHALLENGE_LASTS = timedelta(minutes=15)  # a cookie carries it: whoever reads it back looks how old it is
_KNOWN_HOURS = 1.0  # longer than it lasts
_ASKED = UserVerificationRequirement.REQUIRED
_SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked to sign: `options` is JSON for it, `challenge` base64url, good for one answer."""

    options: str
    challenge: str


def ask_for_new(deployment: Deployment, found: Account) -> Question:
    """Return what a browser needs to make a passkey of an account."""
    with deployment.read(DOOR) as uow:
        known = [PublicKeyCredentialDescriptor(id=each.credential) for each in accounts.passkeys(uow, found.id)]
    options = webauthn.generate_registration_options(
        rp_id=_host(deployment),
        rp_name="Outreach",
        user_name=found.sign_in,
        user_display_name=found.name,
        user_id=str(found.id).encode(),
        authenticator_selection=_SELECTION,
        exclude_credentials=known,
    )
    return Question(options_to_json(options), webauthn.helpers.bytes_to_base64url(options.challenge))


def add(deployment: Deployment, actor: Actor, account_id: int, answer: str, challenge: str, name: str) -> list[str]:
    """Store a passkey that a browser made; return recovery codes where there were none. Raises NotAsked."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(deployment),
            expected_origin=_origin(deployment),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise NotAsked("This passkey could not be checked. Try again, in this browser.") from None
    with deployment.write(actor) as uow:
        if accounts.passkey_of(uow, made.credential_id) is not None:
            raise NotAsked("This passkey is known already.")
        found = accounts.one(uow, account_id, lock=True)
        if found is None:
            raise NotAsked("There is no such account.")
        accounts.add_passkey(
            uow, account_id, made.credential_id, made.credential_public_key, made.sign_count, name[:40] or "Passkey",
            deployment.timer.now(),
        )  # fmt: skip
        uow.audit("account.passkey_added", f"account:{account_id}")
        codes = give_codes(uow, account_id) if not found.codes else []
        uow.commit()
    return codes


def remove(deployment: Deployment, actor: Actor, account_id: int, passkey_id: int) -> None:
    """Take away a passkey. Raises NotAsked for one that is not theirs, or the last proof they have."""
    with deployment.write(actor) as uow:
        found = accounts.one(uow, account_id, lock=True)
        if found is not None and found.one_time is None and found.passkeys == 1:
            raise NotAsked("This is the only second factor you have; add another one first.")
        if not accounts.remove_passkeys(uow, account_id, passkey_id):
            raise NotAsked("This passkey is gone already.")
        uow.audit("account.passkey_removed", f"account:{account_id}")
        uow.commit()


def ask(deployment: Deployment) -> Question:
    """Return what a browser needs to sign somebody in; who it is, the passkey says."""
    options = webauthn.generate_authentication_options(rp_id=_host(deployment), user_verification=_ASKED)
    return Question(options_to_json(options), webauthn.helpers.bytes_to_base64url(options.challenge))


def by_passkey(deployment: Deployment, answer: str, challenge: str) -> Account:
    """Return whose passkey signed the challenge. Raises NotSignedIn for anything else.

    A count that did not rise tells of a copied key (WebAuthn 6.1.1): it is refused, and noted.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        with deployment.write(DOOR) as uow:
            key = accounts.passkey_of(uow, credential.raw_id)
            found = accounts.one(uow, key.account) if key else None
            if key is None or found is None or found.state != ACTIVE:
                raise NotSignedIn
            signed = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=_host(deployment),
                expected_origin=_origin(deployment),
                credential_public_key=key.public_key,
                credential_current_sign_count=key.signed,
                require_user_verification=True,
            )
            if not links.spend(uow, challenge, "passkey_challenge", deployment.timer.now(), _KNOWN_HOURS):
                raise NotSignedIn  # somebody kept the answer, and the cookie with the question
            accounts.passkey_used(uow, key.id, signed.new_sign_count, deployment.timer.now())
            uow.audit("account.proved.passkey", f"account:{found.id}")
            uow.commit()
    except (WebAuthnException, ValueError):
        raise NotSignedIn from None
    return found


def _host(deployment: Deployment) -> str:
    return urlsplit(deployment.settings.public_url).hostname or "localhost"


def _origin(deployment: Deployment) -> str:
    parts = urlsplit(deployment.settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"
