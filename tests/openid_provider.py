"""An OpenID Connect provider in memory, on a port of this machine: honest, until a test spoils what it says."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "outreach-console", "a secret of this client"


@dataclass
class Twin:
    """What it says of whoever signs in, and how it signs that. `now` is its clock."""

    issuer: str
    back_to: str
    now: Callable[[], datetime]
    key: RSAKey
    person: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    document: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], object] = lambda claims: None
    write: Callable[[dict[str, Any]], str] | None = None
    away: bool = False
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def signs_in(self, address: str, **more: str) -> str:
        """Somebody signs in at the address they were sent to; return where their browser goes then."""
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        assert (given["response_type"], given["client_id"], given["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert given["redirect_uri"] == self.back_to
        code = f"code-{len(self._codes)}"
        self._codes[code] = given
        path = urlsplit(self.back_to).path
        return f"{path}?{urlencode({'code': code, 'state': given['state'], 'iss': self.issuer} | more)}"

    def answer(self, request: Request) -> Response:
        """Answer what a client asks."""
        self.asked.append(request.path)
        if self.away:
            return Response("later", 503)
        match request.path:
            case "/.well-known/openid-configuration":
                return _json(self._document())
            case "/keys":
                return _json({"keys": [self.key.as_dict(private=False) | {"kid": "one", "use": "sig"}]})
            case "/token":
                return self._token(request)
        return Response("nothing", 404)

    def _document(self) -> dict[str, Any]:
        at = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "end_session")}
        at["authorization_endpoint"] = f"{self.issuer}/authorize"
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"} | at | self.document

    def _token(self, request: Request) -> Response:
        asked = self._codes.pop(request.form["code"], None)
        if asked is None or (request.form["client_id"], request.form["client_secret"]) != (CLIENT, SECRET):
            return Response("{}", 400)
        hashed = urlsafe_b64encode(sha256(request.form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if hashed != asked["code_challenge"] or request.form["redirect_uri"] != asked["redirect_uri"]:
            return Response("{}", 400)
        at = int(self.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": at + 300, "iat": at, "nonce": asked["nonce"]}
        claims |= self.person
        self.spoil(claims)
        written = self.write(claims) if self.write else jwt.encode(self.header, claims, self.key)
        return _json({"access_token": "x", "token_type": "Bearer", "id_token": written})


def _json(found: dict[str, Any]) -> Response:
    return Response(json.dumps(found), content_type="application/json")


@contextmanager
def provider(back_to: str, now: Callable[[], datetime], key: RSAKey) -> Iterator[Twin]:
    """Serve one until the test is over."""
    twin = Twin("", back_to, now, key)
    server = make_server("127.0.0.1", 0, Request.application(lambda request: twin.answer(request)))
    twin.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield twin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
