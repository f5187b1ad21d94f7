"""Signing in at an OpenID Connect provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0).

What the provider is like is read from its discovery document, and its keys from there. Nothing of it is believed that
is not https, and no answer longer than a form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from outreach.engine.vouching import Answered, Begun, NotVouched, ProviderAway, Vouched
from outreach.settings import SignOn

ALGORITHMS = ("RS256", "PS256", "ES256")  # what is signed with a key that only the provider has
_KINDS = {"RSA", "EC"}
_KNOWN_FOR = 3600.0  # seconds that a discovery document and keys are kept
_AGAIN_AFTER = 60.0  # seconds until keys are asked for once more, when one is unknown
_LEEWAY = 60  # seconds by which two clocks may differ
_LARGEST = 256 * 1024
_LONGEST = 255  # characters of a subject (OpenID Connect Core 2)


class Clock(Protocol):
    """Real time, as a deployment's Timer tells it."""

    def now(self) -> datetime:
        """Return the instant, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...


class Web(Protocol):
    """Asks the provider."""

    def get(self, url: str) -> tuple[int, bytes]:
        """Return status and body. Raises ProviderAway."""
        ...

    def post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and body of a form that was posted. Raises ProviderAway."""
        ...


class PooledWeb:
    """Keeps connections, follows no redirect, tries once, and reads no more than it needs."""

    def __init__(self, timeout: float = 5.0) -> None:
        self._pool = PoolManager(num_pools=4, retries=False, timeout=Timeout(connect=3.0, total=timeout))

    def get(self, url: str) -> tuple[int, bytes]:
        """Return status and body. Raises ProviderAway."""
        return self._ask("GET", url, None)

    def post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and body of a form that was posted. Raises ProviderAway."""
        return self._ask("POST", url, urlencode(form))

    def _ask(self, method: str, url: str, body: str | None) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "User-Agent": "outreach"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False, decode_content=False
            )
            try:
                return answer.status, answer.read(_LARGEST)
            finally:
                answer.close()
        except (HTTPError, OSError) as problem:
            raise ProviderAway from problem


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of the provider, and when, in seconds of the monotonic clock."""

    document: Mapping[str, Any]
    keys: KeySet
    at: float


class OpenIdProvider:
    """One provider, for one deployment."""

    def __init__(self, given: SignOn, back_to: str, clock: Clock, web: Web) -> None:
        """`back_to` is the address in this deployment to which the provider sends people back."""
        self.name = given.name or (urlsplit(given.issuer).hostname or given.issuer)
        self._given, self._back_to = given, back_to
        self._clock, self._web = clock, web
        self._known: _Known | None = None

    def begin(self, state: str, nonce: str, verifier: str) -> Begun:
        """Return where a browser goes to sign in. Raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self._given.client_id,
            "redirect_uri": self._back_to,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Begun(_with(self._endpoint("authorization_endpoint"), asked), state, nonce, verifier)

    def vouched(self, begun: Begun, answered: Answered) -> Vouched:
        """Return who signed in. Raises NotVouched or ProviderAway."""
        named = self._read().document.get("authorization_response_iss_parameter_supported") is True
        if (answered.issuer or named) and answered.issuer != self._given.issuer:
            raise NotVouched("mix_up")  # RFC 9207
        claims = self._claims(self._token(begun, answered.code), begun.nonce)
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
            raise NotVouched("subject")
        verified = email if isinstance(email, str) and claims.get("email_verified") is True else ""
        if self._given.of_domains and verified.rpartition("@")[2].lower() not in self._given.of_domains:
            raise NotVouched("domain")
        return Vouched(self._given.issuer, subject, verified, self._proved(claims))

    def leave_address(self) -> str:
        """Return where somebody signs out there too, or blank where nobody knows. Raises ProviderAway."""
        if "end_session_endpoint" not in self._read().document:
            return ""
        return _with(self._endpoint("end_session_endpoint"), {"client_id": self._given.client_id})

    def _proved(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that a second factor was used, by a word that the settings know (RFC 8176)."""
        methods = claims.get("amr")
        said = {*(methods if isinstance(methods, list) else ()), claims.get("acr")}
        return bool(said & self._given.second_factors)

    def _token(self, begun: Begun, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back_to,
            "client_id": self._given.client_id,
            "client_secret": self._given.client_secret.get_secret_value(),
            "code_verifier": begun.verifier,
        }
        status, body = self._web.post(self._endpoint("token_endpoint"), form)
        if 400 <= status < 500:
            raise NotVouched("code")
        return _object(status, body)

    def _claims(self, answer: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotVouched("no_token")
        try:
            opened = self._opened(token)
            must = {"iss": self._given.issuer, "aud": self._given.client_id, "nonce": nonce}
            options = {name: {"essential": True, "value": value} for name, value in must.items()}
            params = {"nonce": nonce, "client_id": self._given.client_id, "access_token": answer.get("access_token")}
            claims = CodeIDToken(opened.claims, opened.header, options, params)
            claims.validate(now=int(self._clock.now().timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError) as problem:
            raise NotVouched(type(problem).__name__) from None
        return dict(claims)

    def _opened(self, token: str) -> jwt.Token:
        known = self._read()
        try:
            return jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if self._clock.monotonic() < known.at + _AGAIN_AFTER:
                raise
        # Keys change without notice: what does not open with the old ones is tried with those of now, once.
        return jwt.decode(token, self._read(anew=True).keys, algorithms=ALGORITHMS)

    def _read(self, *, anew: bool = False) -> _Known:
        now = self._clock.monotonic()
        if self._known is None or anew or now > self._known.at + _KNOWN_FOR:
            found = self._json(f"{self._given.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._given.issuer:
                raise ProviderAway
            keys = [key for key in self._json(_safe(found.get("jwks_uri"))).get("keys", ()) if _ours(key)]
            try:
                self._known = _Known(found, KeySet.import_key_set({"keys": keys}), now)
            except (JoseError, ValueError, TypeError, KeyError) as problem:
                raise ProviderAway from problem
        return self._known

    def _endpoint(self, name: str) -> str:
        return _safe(self._read().document.get(name))

    def _json(self, url: str) -> Mapping[str, Any]:
        return _object(*self._web.get(url))


def _object(status: int, body: bytes) -> Mapping[str, Any]:
    if status != 200:
        raise ProviderAway
    try:
        found = json.loads(body)
    except ValueError as problem:
        raise ProviderAway from problem
    if not isinstance(found, dict):
        raise ProviderAway
    return found


def _ours(key: Any) -> bool:
    """Whether a key may verify what we accept: public, and for signing. A shared secret is none."""
    return isinstance(key, dict) and key.get("kty") in _KINDS and key.get("use", "sig") == "sig"


def _safe(url: object) -> str:
    """Return an address of the provider that may be asked. Raises ProviderAway for one that anybody could listen to."""
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)):
        raise ProviderAway
    return parts.geturl()


def _with(url: str, asked: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"


LOCAL = ("127.0.0.1", "localhost")
