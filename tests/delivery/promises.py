"""What delivery promises, each as one small story: it returns whether the promise was kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from carrier_stub import run_in_thread
from interleaving import replaced
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local
from twilio.request_validator import RequestValidator
from twin import DIE_AFTER, KEEP, LOSE, WorkerDied

from outreach.app import create_app
from outreach.channels.carrier import Arrived, GivenBack, Listed
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.send.twilio import TwilioSender
from outreach.channels.twilio import TwilioAccount
from outreach.engine import claim as claiming
from outreach.engine import dispatch, looks, understanding
from outreach.engine import record as recording
from outreach.engine.pump import pump
from outreach.loops.cadence import Queue
from outreach.loops.consent import suppressed
from outreach.store import consents
from outreach.store import tables as t

SENDER = "+12025550100"
REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
ACCOUNT, TOKEN, PUBLIC = "AC" + "0" * 32, "a-token", "https://care.example.org"
PAUSE = 0.4
_sids = count(1)


def due(scene: Scene) -> int:
    """A member whose first text is due now; return the loop."""
    return scene.visit(scene.member(ANA))


def once(scene: Scene) -> bool:
    """Whether the carrier took no touch twice, and something."""
    return max(scene.carrier.times_sent().values(), default=0) == 1


def is_suppressed(scene: Scene) -> bool:
    with scene.deployment.read(OPERATOR) as uow:
        return suppressed(consents.consents(uow, [scene.phone(ANA)]).get(scene.phone(ANA), ()))


def posted(scene: Scene, body: str, sid: str = "") -> int:
    """The member's text comes by its webhook, through the web app; return the answer's status."""
    form = {"MessageSid": sid or f"SM{next(_sids)}", "AccountSid": ACCOUNT, "From": ANA, "To": SENDER, "Body": body}
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", form)
    client = create_app(scene.deployment).test_client()
    return client.post("/twilio/sms", data=form, headers={"X-Twilio-Signature": signature}).status_code


def wait_and_settle(scene: Scene, seconds: float) -> None:
    scene.timer.sleep(seconds)
    scene.settle()


# -- at most once


def a_text_in_doubt_that_left_is_not_sent_again(scene: Scene) -> bool:
    due(scene)
    scene.carrier.answers.append(KEEP)
    scene.settle()
    for _ in range(4):
        wait_and_settle(scene, 200)
    return once(scene)


def a_worker_that_died_after_posting_costs_no_second_text(scene: Scene) -> bool:
    due(scene)
    scene.carrier.answers.append(DIE_AFTER)
    with suppress(WorkerDied):
        pump(scene.deployment, "bulk")
    for _ in range(4):
        wait_and_settle(scene, 200)
    return once(scene)


def a_list_that_lags_a_little_is_waited_for(scene: Scene) -> bool:
    """The carrier lists what it took 100 seconds later, which is less than the settle time."""
    due(scene)
    scene.carrier.answers.append(KEEP)
    whole, began = scene.carrier.sent_to, scene.timer.monotonic()

    def lagging(to: str, since: datetime) -> list[Listed]:
        return list(whole(to, since)) if scene.timer.monotonic() > began + 100 else []

    with replaced(scene.carrier, "sent_to", lagging):
        scene.settle()
        for _ in range(30):
            wait_and_settle(scene, 10)
    return once(scene)


def an_answer_to_an_older_attempt_changes_nothing(scene: Scene) -> bool:
    """A paused worker wakes, says that it never posted, and meanwhile another has the touch on the line."""
    due(scene)
    (old,), _ = claiming.claim(scene.deployment, "bulk", SENDER, 10)
    for wait in (200, 130):
        scene.timer.sleep(wait)
        looks.expire_leases(scene.deployment)
        looks.look_up_unknown(scene.deployment)
    outgoing, _ = claiming.claim(scene.deployment, "bulk", SENDER, 10)
    recording.record(scene.deployment, [GivenBack(old.touch, old.attempt)])
    third, _ = claiming.claim(scene.deployment, "bulk", SENDER, 10)
    for batch in (outgoing, third):
        recording.record(scene.deployment, list(scene.carrier.post(batch)))
    return once(scene)


def a_callback_of_an_older_attempt_is_not_believed(scene: Scene) -> bool:
    """The second attempt is in doubt when a word about the first comes: only its own callback may settle it."""
    loop = due(scene)
    scene.carrier.answers.extend([LOSE, KEEP])
    scene.settle()
    for wait in (125, 65):
        wait_and_settle(scene, wait)
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.attempts) == ("unknown", 2)
    scene.call_back(touch.id, "sent", attempt=1, sid="SM-ghost")
    scene.call_back(touch.id, "delivered", attempt=2)
    return bool(scene.touch(loop, "welcome").sid == scene.carrier.kept[0][1].sid)


def a_status_never_moves_down(scene: Scene) -> bool:
    loop = due(scene)
    scene.settle()
    for status in ("delivered", "sent", "queued"):
        scene.call_back(scene.touch(loop, "welcome").id, status)
    return bool(scene.touch(loop, "welcome").carrier_status == "delivered")


# -- none lost


def a_throttled_text_is_late_and_not_failed(scene: Scene) -> bool:
    """Through the real client: the carrier says 429 once."""
    loop = due(scene)
    with run_in_thread() as stub:
        stub.fault("429", seconds=1)
        account = TwilioAccount(ACCOUNT, TOKEN, base_url=stub.url)
        client = TwilioSender(account, PUBLIC, scene.timer.monotonic, slots=2)
        scene.deployment = replace(scene.deployment, carrier=client)
        scene.settle()
        wait_and_settle(scene, 400)
        client.close()
    return scene.touch(loop, "welcome").state == "sent" and scene.open_tasks() == []


def a_refused_text_is_somebodys(scene: Scene) -> bool:
    scene.visit(scene.member(ANA, consented=False))
    scene.settle()
    return scene.unheld() == {} and scene.open_tasks() == ["get_consent"]


def what_is_due_by_the_calendar_leaves(scene: Scene) -> bool:
    """The calendar is months ahead of every machine's clock, as a demo's may be."""
    ahead = datetime.now(UTC) + timedelta(days=90)
    day = (ahead + timedelta(days=7 - ahead.weekday())).date()  # a Monday
    scene.at(local(day, 12))
    scene.visit(scene.member(ANA), day=day + timedelta(days=9))
    pump(scene.deployment, "bulk")
    return len(scene.carrier.bodies) == 1


def a_confirmation_that_overtakes_our_record_is_understood(scene: Scene) -> bool:
    """The member answers before the carrier's answer to us is written down."""
    loop = due(scene)
    scene.settle()
    scene.at(REMINDER_DAY)
    before = len(scene.carrier.posted)

    def answers(_: object) -> None:
        received = scene.hear(ANA, "1")
        assert received.reply_id is not None
        understanding.understand_now(scene.deployment, received.reply_id)

    scene.carrier.watch = answers
    dispatch.send_due(scene.deployment, Queue.BULK)
    scene.carrier.watch = lambda _: None
    assert len(scene.carrier.posted) == before + 1
    prompt = scene.row(t.prompt, t.prompt.c.loop_id == loop)
    return bool(prompt.state == "answered")


def no_reminder_overtakes_an_answer(scene: Scene) -> bool:
    due(scene)
    scene.settle()
    scene.at(REMINDER_DAY)
    scene.hear(ANA, "Can somebody call me about the visit?")
    dispatch.send_due(scene.deployment, Queue.BULK)
    return len(scene.carrier.bodies) == 1  # the first text, days ago


def after_an_outage_nothing_leaves_at_night(scene: Scene) -> bool:
    """Due at ten in the morning; the carrier is back at half past ten in the evening."""
    due(scene)
    scene.go_to(local(NOW.date(), 22, 30))
    if scene.carrier.bodies:
        return False
    scene.live_to(local(NOW.date() + timedelta(days=1), 12))
    return len(scene.carrier.bodies) == 1


# -- stop


def nothing_planned_survives_a_stop(scene: Scene) -> bool:
    due(scene)
    scene.say(ANA, "STOP")
    return [row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")] == ["stop"]


def what_was_answered_is_stored(scene: Scene) -> bool:
    due(scene)
    status = posted(scene, "Hello", sid="SM-x")
    return status == 200 and len(scene.rows(t.reply, t.reply.c.sid == "SM-x")) == 1


def an_answered_stop_has_taken_hold(scene: Scene) -> bool:
    """From the answer on nothing begins, though its effects elsewhere may still be under way."""
    due(scene)
    assert posted(scene, "STOP") == 200
    if not scene.rows(t.consent_event, t.consent_event.c.action == "stop"):
        return False
    pump(scene.deployment, "replies")  # until it is read it holds its phone in any case
    dispatch.send_due(scene.deployment, Queue.BULK)
    return [message for message in scene.carrier.posted if "signed up" in message.body] == []


def a_webhook_that_comes_twice_acts_once(scene: Scene) -> bool:
    due(scene)
    scene.settle()
    for _ in range(3):
        assert posted(scene, "Please have a nurse call me", sid="SM-x") == 200
        scene.settle()
    return len(scene.rows(t.reply)) == 1 and len(scene.rows(t.task)) <= 1


def a_start_of_yesterday_restores_nothing(scene: Scene) -> bool:
    due(scene)
    said = (("START", "SM-start"), ("STOP", "SM-stop"), ("START", "SM-start"))
    for minutes, (body, sid) in enumerate(said, 1):
        scene.at(NOW + timedelta(minutes=minutes))
        assert posted(scene, body, sid) == 200
    scene.at(NOW + timedelta(minutes=9))
    scene.carrier.inbox.append(Arrived("SM-older", ANA, "START", (NOW - timedelta(hours=1)).replace(microsecond=0)))
    wait_and_settle(scene, scene.deployment.settings.timing.reconcile + 1)
    return is_suppressed(scene)


def a_stop_that_no_webhook_brought_is_found(scene: Scene) -> bool:
    """In the carrier's own list, by the real client, minutes after it was said."""
    due(scene)
    with run_in_thread() as stub:
        said = {"from": ANA, "to": SENDER, "direction": "inbound", "status": "received", "num_media": "0"}
        stub.plant(body="STOP", created_at=datetime.now(UTC).isoformat(), **said)
        lookout = TwilioLookout(TwilioAccount(ACCOUNT, TOKEN, base_url=stub.url), sender=SENDER)
        now = scene.timer.now().astimezone(ZoneInfo("America/Chicago"))
        found = lookout.arrived(now - timedelta(minutes=5), now + timedelta(minutes=1))
        lookout.close()
    return [each.body for each in found] == ["STOP"]
