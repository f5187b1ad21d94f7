"""A member's limits are kept at the moment of telling: to the clinic, on its link, and in what leaves for the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANA, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from sqlalchemy import update
from twin import HandTimer, TwinCarrier

from conversations.meaning import Reason
from outreach.clinics.webhooks import Delivered
from outreach.engine import evidence
from outreach.engine.refusals import NotAsked
from outreach.engine.sharing import set_sharing
from outreach.loops.events import OutcomeReported
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.sharing import Information, Recipient, Workflow, limits
from outreach.store import sharing
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.database import Database
from outreach.store.programs import WEBHOOK_SECRET
from outreach.store.reads.clinic_visit import clinic_visit
from outreach.store.reads.signals import signals

CLINIC_LINK = Actor("clinic", f"link-{CLINIC}", clinic=CLINIC)
MISSED = OutcomeReported(local(VISIT_DAY, 17), Outcome.NO_SHOW, Source.MEMBER, Reason.TRANSPORT_FAILURE)
TO_CLINIC = (Recipient.CLINIC, Workflow.CLINIC_SIGNAL)
TO_PLAN = (Recipient.PLAN, Workflow.PAYER_AUDIT)


class Ear:
    """A clinic's receiving end that takes everything."""

    def __init__(self) -> None:
        self.came: list[Mapping[str, object]] = []

    def deliver(
        self, url: str, secret: str, message_id: str, timestamp: datetime, payload: Mapping[str, object]
    ) -> Delivered:
        self.came.append(payload)
        return Delivered(200)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def scene(database: Database, timer: HandTimer, ear: Ear) -> Scene:
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier, webhooks=ear), carrier, timer)
    made.furnish(webhook_url="https://clinic.example/signals")
    with database.write(OPERATOR) as uow:
        sealed = uow.keyring.seal(WEBHOOK_SECRET, CLINIC, "whsec_dGVzdA==")
        uow.execute(update(t.clinic).values(webhook_secret=sealed))
        uow.commit()
    return made


def limit(
    scene: Scene, information: Information, way: tuple[Recipient, Workflow] = TO_CLINIC, *, allowed: bool = False
) -> None:
    member = scene.rows(t.member)[0].id
    set_sharing(scene.deployment, OPERATOR, member, information, *way, allowed, "said on a call", "call 12")


# -- the clinic


def test_sharing_a_clinic_hears_why_as_codes_without_a_limit(scene: Scene, ear: Ear, loop: int) -> None:
    scene.happens(loop, MISSED)
    scene.settle()
    [payload] = ear.came
    assert (payload["outcome"], payload["reason"]) == ("no_show", "transport_failure")


def test_sharing_a_reason_that_is_limited_is_taken_out_of_what_the_clinic_hears(
    scene: Scene, ear: Ear, loop: int
) -> None:
    scene.happens(loop, MISSED)
    limit(scene, Information.REASON)  # after the signal was written, before it left
    scene.settle()
    [payload] = ear.came
    assert payload["outcome"] == "no_show"
    assert not {"reason", "reason_fhir", "barriers", "preferences"} & set(payload)
    assert "transport" not in repr(payload)


def test_sharing_an_outcome_that_is_limited_is_not_told_at_all(scene: Scene, ear: Ear, loop: int) -> None:
    limit(scene, Information.OUTCOME)
    scene.happens(loop, MISSED)
    scene.settle()
    assert ear.came == []
    assert scene.row(t.signal).state == "withheld"
    [noted] = scene.rows(t.audit, t.audit.c.action == "signal.withheld")
    assert noted.rule == "SHARING"
    assert "phone_clinic" not in scene.open_tasks()
    assert scene.unheld() == {}


def test_sharing_a_signal_that_was_withheld_blocks_none_after_it(scene: Scene, ear: Ear, loop: int) -> None:
    limit(scene, Information.OUTCOME)
    scene.happens(loop, MISSED)
    scene.settle()
    scene.at(NOW + timedelta(minutes=1))
    limit(scene, Information.OUTCOME, allowed=True)
    scene.happens(loop, OutcomeReported(local(VISIT_DAY, 18), Outcome.KEPT, Source.EHR))
    scene.settle()
    assert [row.state for row in scene.rows(t.signal)] == ["withheld", "delivered"]
    assert [payload["type"] for payload in ear.came] == ["visit-completed"]


def test_sharing_a_clinic_without_a_system_is_not_phoned_around_a_limit(scene: Scene, loop: int) -> None:
    scene.change(t.clinic, CLINIC, webhook_url=None)
    limit(scene, Information.VISIT)
    scene.settle()
    scene.go_to(local(VISIT_DAY, 12))
    scene.say(ANA, "2")  # running late
    assert "phone_clinic" not in scene.open_tasks()
    assert {row.state for row in scene.rows(t.signal)} <= {"withheld"}


def test_sharing_the_clinics_link_shows_what_its_patient_lets_it_have(scene: Scene, loop: int) -> None:
    scene.happens(loop, MISSED)
    scene.settle()

    def seen() -> tuple[str | None, list[str]]:
        with scene.deployment.read(CLINIC_LINK) as uow:
            found = clinic_visit(uow, loop)
            assert found is not None
            return found.outcome, [signal.kind for signal in signals(uow, loop)]

    assert seen() == ("no_show", ["visit-not-completed"])
    limit(scene, Information.OUTCOME)
    assert seen() == (None, [])
    scene.happens(loop, OutcomeReported(local(VISIT_DAY, 18), Outcome.KEPT, Source.EHR))
    assert seen()[0] == "kept"  # the clinic's own word


# -- the member's word


def test_sharing_what_a_member_says_is_stored_with_who_took_it(scene: Scene, loop: int) -> None:
    limit(scene, Information.REASON)
    limit(scene, Information.REASON)
    [row] = scene.rows(t.sharing_event)
    assert (row.information, row.recipient, row.workflow, row.action) == ("reason", "clinic", "clinic_signal", "limit")
    assert (row.source, row.evidence, row.collector, row.rule) == (
        "said on a call", "call 12", str(OPERATOR), "SHARING",
    )  # fmt: skip
    assert "sharing.limit.reason.clinic" in {noted.action for noted in scene.rows(t.audit)}
    with scene.deployment.read(OPERATOR) as uow:
        [known] = sharing.sharing(uow, [row.member_id]).values()
    assert [found.information for found in limits(known)] == [Information.REASON]


@pytest.mark.parametrize(
    ("information", "recipient"),
    [(Information.WORDS, Recipient.PLAN), (Information.REASON, Recipient.RIDE_BROKER)],
)
def test_hip_20_no_permission_opens_words_or_tells_a_broker_why(
    scene: Scene, loop: int, information: Information, recipient: Recipient
) -> None:
    with pytest.raises(NotAsked, match="nobody outside"):
        limit(scene, information, (recipient, Workflow.PAYER_AUDIT), allowed=True)


def test_sharing_without_evidence_or_with_a_number_in_it_is_refused(scene: Scene, loop: int) -> None:
    member = scene.rows(t.member)[0].id
    way = (Information.REASON, *TO_CLINIC)
    with pytest.raises(NotAsked, match="how the member told you"):
        set_sharing(scene.deployment, OPERATOR, member, *way, False, " ", "call 12")
    with pytest.raises(NotAsked, match="where the evidence is"):
        set_sharing(scene.deployment, OPERATOR, member, *way, False, "said on a call", "")
    with pytest.raises(NotAsked, match="phone numbers"):
        set_sharing(scene.deployment, OPERATOR, member, *way, False, "said on a call", "from 202-555-0123")
    with pytest.raises(NotAsked):
        set_sharing(scene.deployment, OPERATOR, 999_999, *way, False, "said on a call", "call 12")


# -- the plan


def test_sharing_what_leaves_for_the_plan_leaves_empty_what_a_member_limits(
    scene: Scene, loop: int, tmp_path: Path
) -> None:
    scene.happens(loop, MISSED)
    scene.settle()

    def left(name: str, field: str) -> list[object]:
        lines = (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)[field] for line in lines]

    done = evidence.export(scene.deployment, OPERATOR, tmp_path)
    assert (done.withheld, left("loop", "reason"), left("consent", "phone")) == (0, ["transport_failure"], [ANA])
    limit(scene, Information.REASON, TO_PLAN)
    limit(scene, Information.CONTACT, TO_PLAN)
    done = evidence.export(scene.deployment, OPERATOR, tmp_path)
    assert (left("loop", "reason"), left("loop", "outcome")) == ([None], ["no_show"])
    assert set(left("consent", "phone")) | set(left("touch", "to")) == {None}
    assert done.withheld == 2 + len(left("touch", "to"))
