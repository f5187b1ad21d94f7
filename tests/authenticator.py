"""An authenticator in software: it makes a passkey and signs with it, truthfully or not."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _NEW = 1, 4, 64


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey, for one site. `counts` is False for a key that is carried between devices."""

    host: str = "127.0.0.1"
    origin: str = "http://127.0.0.1:8080"
    verifies: bool = True
    counts: bool = True
    signed: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = b"a passkey of a device"

    def make(self, options: str) -> str:
        """Answer a page that asks for a new passkey."""
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        known = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(_NEW) + known}
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": _b64(client), "attestationObject": _b64(cbor2.dumps(attested))})

    def sign(self, options: str) -> str:
        """Answer a page that asks who is there."""
        self.signed += self.counts
        data, client = self._data(), self._client("webauthn.get", options)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"authenticatorData": _b64(data), "clientDataJSON": _b64(client), "signature": _b64(signature)}
        return self._answer(said)

    def _data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.signed.to_bytes(4, "big")

    def _client(self, kind: str, options: str) -> bytes:
        said = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        named = {"id": _b64(self.credential), "rawId": _b64(self.credential), "type": "public-key"}
        return json.dumps(named | {"response": response, "clientExtensionResults": {}})
