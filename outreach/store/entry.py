"""One entry of the audit trail as bytes: authenticated when it is written, linked when it is sealed (HIP-14).

Whoever writes an entry adds a code (`mac`) that needs a key which the database does not hold, so an entry that somebody
put straight into the table is told from ours for ever. Sealing then binds it to every entry before it.

Entries from before there were codes have none. No mark in the database says where they end, for it could be moved: they
are accepted only at the very beginning of the trail, before the first entry with a code. The codes are part of what is
sealed, so that border cannot be moved either once it lies behind a signed checkpoint.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from outreach.store.seal import Keyring

GENESIS = "0" * 64
CONTENT = ("id", "at", "actor", "action", "object", "rule", "reason")
_json = json.JSONEncoder(ensure_ascii=False).encode


class Purpose(StrEnum):
    """Why somebody looked, where it was not to care for the member: codes alone, never words of one's own."""

    PAYER_AUDIT = "payer_audit"
    MEMBER_REQUEST = "member_request"
    COMPLAINT = "complaint"
    INCIDENT = "incident"
    LEGAL_REQUEST = "legal_request"
    QUALITY_REVIEW = "quality_review"
    TECHNICAL_SUPPORT = "technical_support"


def key(keyring: Keyring) -> bytes:
    """Return the key that entries are authenticated with."""
    return keyring.derive("audit-entry")


def content(values: Sequence[Any]) -> bytes:
    """Return an entry's CONTENT as bytes, equal for equal entries alone: each text stands behind its length.

    `at` is UTC. Raises TypeError or AttributeError for values that we never write.
    """
    row_id, at, actor, action, about, rule, reason = values
    why = "-" if reason is None else f"{len(reason)}:{reason}"
    by = "-" if rule is None else f"{len(rule)}:{rule}"
    said = f"{len(actor)}:{actor}{len(action)}:{action}{len(about)}:{about}"
    return f"{row_id};{at.isoformat()};{said}{by}{why}".encode()


def code(with_key: bytes, written: bytes) -> str:
    """Return the code that shows an entry's content to be written by who holds the key."""
    return hmac.digest(with_key, written, "sha256").hex()


def row(with_key: bytes, values: Sequence[Any]) -> dict[str, Any]:
    """Return an entry (its CONTENT) as a row to store, with its code."""
    return dict(zip(CONTENT, values, strict=True)) | {"mac": code(with_key, content(values))}


def link(prev: str, seq: int, written: bytes, mac: str | None, values: Sequence[Any]) -> str:
    """Return the hash that binds an entry (its content as bytes, and as values) to all before it."""
    if mac is None and values[-1] is None:  # as it was sealed before there were codes and reasons
        row_id, at, *rest = values[:-1]
        return sha256(_json([prev, seq, row_id, at.isoformat(), *rest]).encode()).hexdigest()
    return sha256(f"{prev}:{seq}:{mac}:".encode() + written).hexdigest()
