"""Sealing of personal data: AES-GCM with a key id, bound to table:column:row, and blind indexes for look-up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.store.types import Sealed

_NONCE = 12


class KeyFileMissing(Exception):
    """The key file does not exist; `outreach migrate` makes one, or set OUTREACH_KEY_FILE to yours."""


class CannotUnseal(Exception):
    """A sealed value does not open: its key is not in the key file, or it was moved from another row."""


class Keyring:
    """The encryption keys of a deployment: the newest seals, all of them open."""

    def __init__(self, keys: Mapping[int, bytes], index_key: bytes) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = max(keys)
        self._index_key = index_key

    @classmethod
    def fresh(cls) -> Keyring:
        """Return a keyring with new random keys, kept nowhere."""
        return cls({1: os.urandom(32)}, os.urandom(32))

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """Read a key file; raises KeyFileMissing."""
        if not path.exists():
            raise KeyFileMissing(f"{path}: {KeyFileMissing.__doc__}")
        stored = json.loads(path.read_text())
        keys = {int(key_id): base64.b64decode(key) for key_id, key in stored["keys"].items()}
        return cls(keys, base64.b64decode(stored["index_key"]))

    @staticmethod
    def create(path: Path) -> None:
        """Write a new key file that only its owner may read; an existing one is left alone."""
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {"keys": {"1": _new_key()}, "index_key": _new_key()}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh, file)

    def seal(self, place: str, row: int, text: str) -> Sealed:
        """Seal `text` for `place` ("table:column") of row `row`."""
        nonce = os.urandom(_NONCE)
        blob = self._ciphers[self._current].encrypt(nonce, text.encode("utf-8", "surrogatepass"), _bound(place, row))
        return Sealed(bytes([self._current]) + nonce + blob)

    def open(self, place: str, row: int, sealed: Sealed) -> str:
        """Return the text sealed for this place and row; raises CannotUnseal."""
        key_id, nonce, blob = sealed.blob[0], sealed.blob[1 : 1 + _NONCE], sealed.blob[1 + _NONCE :]
        try:
            return self._ciphers[key_id].decrypt(nonce, blob, _bound(place, row)).decode("utf-8", "surrogatepass")
        except (KeyError, InvalidTag) as problem:
            raise CannotUnseal(f"{place} row {row}: {CannotUnseal.__doc__}") from problem

    def index(self, kind: str, value: str) -> bytes:
        """Return a blind index: equal values of a kind give equal bytes; without the key they tell nothing else."""
        return hmac.digest(self._index_key, f"{kind}:{value}".encode(), "sha256")[:16]

    def derive(self, use: str) -> bytes:
        """Return a 32-byte secret for another use, such as session cookies or checkpoint signatures."""
        return hmac.digest(self._index_key, f"derive:{use}".encode(), hashlib.sha256)


def _bound(place: str, row: int) -> bytes:
    return f"{place}:{row}".encode()


def _new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()
