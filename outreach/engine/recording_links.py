"""The address under which the carrier fetches a recording: signed, and worth nothing after two hours."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

from outreach.engine.deployment import Deployment
from outreach.store import recordings
from outreach.store.actor import CARRIER
from outreach.store.recordings import APPROVED, SUPERSEDED
from outreach.store.seal import Keyring

_HOUR = 3600
_LIVES = 2 * _HOUR  # one at least: a call with somebody to talk to lasts half of it
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([0-9]{1,11})-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A recording as the carrier gets it. `good_for`: the seconds that its address has left."""

    audio: bytes = field(repr=False)
    sha256: str
    good_for: int


def url_of(deployment: Deployment, recording_id: int, now: datetime) -> str:
    """Return where a recording is fetched. `now` is the Timer's: a warped calendar must make no address immortal.

    It is the same for an hour, so that the carrier, which keeps what it fetched by its address, need not ask again.
    """
    ends = int(now.timestamp()) // _HOUR * _HOUR + _LIVES
    base = deployment.settings.public_url.rstrip("/")
    return f"{base}/twilio/recording/{_token(deployment.database.keyring, recording_id, ends)}.wav"


def fetch(deployment: Deployment, token: str) -> Fetched | None:
    """Return the recording behind a token; None for one that is forged, expired, or of what is played no more.

    What was superseded while a call lasts is still played in it; what was retired is not.
    """
    named = _TOKEN.fullmatch(token)
    if named is None:
        return None
    recording_id, ends = int(named[1]), int(named[2])
    good_for = ends - int(deployment.timer.now().timestamp())
    if good_for <= 0 or not hmac.compare_digest(token, _token(deployment.database.keyring, recording_id, ends)):
        return None
    with deployment.read(CARRIER) as uow:
        found = recordings.sound(uow, recording_id, (APPROVED, SUPERSEDED))
    return None if found is None else Fetched(*found, good_for)


def _token(keyring: Keyring, recording_id: int, ends: int) -> str:
    named = f"{recording_id}-{ends}"
    return f"{named}-{hmac.digest(keyring.derive('recording-url'), named.encode(), 'sha256')[:16].hex()}"
