"""The request that starts a call (TWI-39): whether a machine answers is asked, nothing is recorded, every step told."""

from __future__ import annotations

from outreach.channels.carrier import OutgoingCall

RING_SECONDS = 25  # shorter than most voicemails wait
SCRIPT_SECONDS = 180
TALK_SECONDS = 1800  # with somebody to talk to, three minutes would cut them off
EVENTS = ("initiated", "ringing", "answered", "completed")
# Of the detection, as the carrier's own defaults are today: they shall not change under us (TWI-41).
_DETECTION = {
    "MachineDetection": "DetectMessageEnd",
    "MachineDetectionTimeout": "30",
    "MachineDetectionSpeechThreshold": "2400",
    "MachineDetectionSpeechEndThreshold": "1200",
    "MachineDetectionSilenceTimeout": "5000",
}


def form(call: OutgoingCall, public_url: str) -> dict[str, str | list[str]]:
    """Return the fields of `POST Calls.json`; a list is one field several times (`urlencode(..., doseq=True)`).

    Only ids stand in the URLs. The carrier has no key against a second call: whoever is in doubt does not repeat it.
    """
    base, which = f"{public_url.rstrip('/')}/twilio/voice", f"{call.touch}?a={call.attempt}"
    return {
        "To": call.to,
        "From": call.sender,
        "Url": f"{base}/{which}",
        "Method": "POST",
        "FallbackUrl": f"{base}/fallback/{which}",
        "FallbackMethod": "POST",
        "StatusCallback": f"{base}/status/{which}",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": list(EVENTS),
        "Timeout": str(RING_SECONDS),
        "TimeLimit": str(TALK_SECONDS if call.staffed else SCRIPT_SECONDS),
        "Record": "false",
        **_DETECTION,
    }
