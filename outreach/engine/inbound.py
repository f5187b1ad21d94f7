"""Protocol 3, Hear: store the raw reply, run the screens, commit; only then is anything else done with it."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.meaning import Safety
from conversations.screens import screen
from outreach.engine.deployment import Deployment
from outreach.engine.screened import act_on_safety
from outreach.store import claims, people, replies
from outreach.store.actor import CARRIER

_WAIT_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Received:
    """What storing a reply told: its id, or None for one we have already; and whether it stopped the texts."""

    reply_id: int | None
    stopped: bool = False


def receive(
    deployment: Deployment, *, sid: str, number: str, body: str, media_count: int, provider_word: str | None
) -> Received:
    """Store one inbound message once, with what the screens found, and commit suppression with it.

    `number` is E.164, `provider_word` Twilio's OptOutType. Raises StoreAway: answer 503, so that the carrier retries.
    """
    screening = screen(body)
    safety = screening.safety | _carrier_said(provider_word)
    with deployment.write(CARRIER) as uow:
        phone = people.phone_of_number(uow, number)
        people.lock_phones(uow, [phone])
        reply = replies.store(
            uow,
            {
                "sid": sid,
                "contact_point_id": phone,
                "text": body,
                "media_count": media_count,
                "provider_word": provider_word,
                "received_at": uow.now,
                "safety": sorted(safety),
            },
        )
        if reply is None:
            return Received(None)
        act_on_safety(uow, phone, reply, safety, stop_reply=_we_confirm(deployment, provider_word))
        uow.audit("reply.stored", f"reply:{reply}")
        uow.commit()
    return Received(reply, bool(safety & {Safety.OPT_OUT, Safety.WRONG_NUMBER, Safety.DECEASED_REPORT}))


def settle_stop(deployment: Deployment, number: str) -> None:
    """Wait, a while, for texts that were leaving when the STOP came, so that its answer is true (I2)."""
    with deployment.read(CARRIER) as uow:
        phone = people.known_phone(uow, number)
    if phone is None:
        return
    give_up = deployment.timer.monotonic() + deployment.settings.timing.stop_wait
    while deployment.timer.monotonic() < give_up:
        with deployment.read(CARRIER) as uow:
            if not claims.in_flight_to(uow, phone):
                return
        deployment.timer.sleep(_WAIT_STEP)
    with deployment.write(CARRIER) as uow:
        uow.audit("stop.in_flight", f"contact_point:{phone}", "LAW-16")
        uow.commit()


def _carrier_said(word: str | None) -> frozenset[Safety]:
    """The carrier's own classification counts beside ours, never instead of it (TWI-29)."""
    known = {"STOP": Safety.OPT_OUT, "START": Safety.OPT_IN, "HELP": Safety.HELP}
    return frozenset({known[word]}) if word in known else frozenset()


def _we_confirm(deployment: Deployment, provider_word: str | None) -> bool:
    """Exactly one of us confirms a STOP (TWI-30)."""
    return deployment.settings.stop_reply_by == "app" or provider_word != "STOP"
