"""Protocol 3, Hear: store the raw reply, run the screens, commit; the pump reads it after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.meaning import Safety, Screening
from conversations.notices import IDENTITY
from conversations.pieces import LONGEST, Piece, just_before, read_at_the_latest, screened_with
from conversations.screens import screen
from outreach.channels.carrier import Attachment
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of
from outreach.engine.piecing import piece_of
from outreach.engine.screened import Said, act_on_safety
from outreach.loops.consent import suppressed
from outreach.store import claims, people, replies, texted, unread
from outreach.store.actor import CARRIER
from outreach.store.unit_of_work import UnitOfWork

_WAIT_STEP = 0.05
_LAST_OF_A_SECOND = timedelta(microseconds=999_999)
# TWI-27: what a carrier takes for its own keyword, as the whole text, whether or not it tells us so.
_CARRIERS_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_CARRIERS_WORD = {"STOP": Safety.OPT_OUT, "START": Safety.OPT_IN, "HELP": Safety.HELP}
_OPT_OUT_RULES = ("LAW-14", "LAW-21", "LAW-22")
_ENDS_TEXTS = frozenset({Safety.OPT_OUT, Safety.WRONG_NUMBER, Safety.DECEASED_REPORT})


@dataclass(frozen=True, slots=True)
class Received:
    """What storing a reply told: its id, or None for one we have already; and whether it stopped the texts."""

    reply_id: int | None
    stopped: bool = False


def receive(
    deployment: Deployment,
    *,
    sid: str,
    number: str,
    body: str,
    media_count: int,
    provider_word: str | None,
    media: Sequence[Attachment] = (),
    said_at: datetime | None = None,
    found: bool = False,
) -> Received:
    """Store one inbound message once, with what the screens found, and commit suppression with it.

    `number` is E.164, `provider_word` Twilio's OptOutType, `media` what the carrier keeps for us of its pictures.
    `said_at` is when the carrier got it, in whole seconds, if it says so; `found` when it was found in the carrier's
    list. Raises StoreAway: answer 503, so that the carrier retries.
    """
    with deployment.write(CARRIER) as uow:
        phone = people.phone_of_number(uow, number)
        heard_at = min(said_at or uow.now, uow.now)
        before, alone = _just_before(uow, phone, heard_at), screen(body)
        screening, together = screened_with(before, body, alone)
        # Who is there matters only where somebody means something by it; most texts mean nothing of the kind.
        line = line_of(uow, phone) if screening.safety or provider_word else None
        safety = _that_count(uow, line, screening, provider_word) if line is not None else frozenset[Safety]()
        row = {
            "sid": sid,
            "contact_point_id": phone,
            "media_count": media_count,
            "provider_word": provider_word,
            "received_at": heard_at,
            "found_at": uow.now if found else None,
            "safety": sorted(safety),
        }
        reply = replies.store(uow, row, body, [(each.url, each.content_type) for each in media], alone)
        if reply is None:
            return Received(None)
        _hold_pieces(uow, phone, before, heard_at, reply if together else None)
        if line is not None:
            ours, ask_scope = _we_confirm(deployment, body, provider_word), deployment.settings.stop_scope_question
            said = Said(reply, safety, _rule(screening), _at(said_at, safety), ours, ask_scope)
            act_on_safety(uow, line, said)
        uow.audit("reply.found" if found else "reply.stored", f"reply:{reply}", "TWI-23" if found else None)
        uow.commit()
    return Received(reply, bool(safety & _ENDS_TEXTS))


def _at(said_at: datetime | None, safety: frozenset[Safety]) -> datetime | None:
    """The carrier's time is cut to the second: what ends texts counts from the end of it, so that a tie stops."""
    return said_at + _LAST_OF_A_SECOND if said_at is not None and safety & _ENDS_TEXTS else said_at


def _just_before(uow: UnitOfWork, phone: int, heard_at: datetime) -> tuple[Piece, ...]:
    lately = (each for each in replies.lately(uow, phone, heard_at - LONGEST) if each.received_at <= heard_at)
    return just_before([piece_of(each) for each in lately if each.read_with is None], heard_at)


def _hold_pieces(uow: UnitOfWork, phone: int, before: Sequence[Piece], heard_at: datetime, whole: int | None) -> None:
    """More came: the unread texts just before it wait for the rest, or are read with it when they say it together.

    What nobody has looked at yet is left to whoever looks: it may be complete, and then waits for nothing.
    """
    waiting = [piece for piece in before if not piece.read]
    if whole is not None:
        unread.read_with(uow, phone, [piece.id for piece in waiting], whole)
    else:
        unread.wait_longer(uow, phone, [piece.id for piece in waiting], read_at_the_latest(before, heard_at))


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


def _that_count(uow: UnitOfWork, line: Line, screening: Screening, word: str | None) -> frozenset[Safety]:
    """Return the flags that mean something on this phone now.

    The carrier's own word counts beside ours, never instead of it (TWI-29): but a YES, which it takes for a START,
    restores only a number that is opted out (TWI-28), and "ride" answers only the question what a STOP covers. Who asks
    who we are asks for no help with danger.
    """
    said = screening.safety
    if any(because.rule == IDENTITY for because in screening.because):
        said -= {Safety.HELP}
    theirs = _CARRIERS_WORD.get(word or "")
    if theirs is not None and (theirs is not Safety.OPT_IN or suppressed(line.ledger)):
        said |= {theirs}
    if Safety.KEEP_RIDES in said and not (suppressed(line.ledger) and texted.scope_question_open(uow, line.phone)):
        said -= {Safety.KEEP_RIDES}
    return said


def _rule(screening: Screening) -> str:
    """Return the rule by which our screen took the text for an opt-out; where it did not, the carrier did (TWI-29)."""
    of_stops = (because.rule for because in screening.because if because.rule.startswith(_OPT_OUT_RULES))
    return next(of_stops, "TWI-29") if Safety.OPT_OUT in screening.safety else "TWI-29"


def _we_confirm(deployment: Deployment, body: str, provider_word: str | None) -> bool:
    """Exactly one of us confirms a STOP (TWI-30)."""
    if deployment.settings.stop_reply_by == "app":
        return True
    return provider_word != "STOP" and body.strip().upper() not in _CARRIERS_STOP
