"""What may be told to whom: the defaults with their reasons, the member's word over them, and what nothing opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.sharing import (
    DEFAULTS,
    NEVER,
    Information,
    Limit,
    Recipient,
    SharingAction,
    SharingEvent,
    Workflow,
    limits,
    may_share,
    of_signal,
)

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
REASON = (Information.REASON, Recipient.CLINIC, Workflow.CLINIC_SIGNAL)


def said(
    action: SharingAction, way: tuple[Information, Recipient, Workflow] = REASON, minutes: int = 0
) -> SharingEvent:
    return SharingEvent(action, NOW + timedelta(minutes=minutes), *way)


events = st.lists(
    st.builds(
        SharingEvent,
        action=st.sampled_from(SharingAction),
        at=st.integers(0, 3).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        information=st.sampled_from(Information),
        recipient=st.sampled_from(Recipient),
        workflow=st.sampled_from(Workflow),
    )
)


@pytest.mark.parametrize(
    ("rule", "information", "recipient", "workflow", "told"),
    [
        ("FHIR-07 the treating clinic hears how its visit goes", "outcome", "clinic", "clinic_signal", True),
        ("FHIR-07 and why", "reason", "clinic", "clinic_signal", True),
        ("FHIR-07 a signal has no phone", "contact", "clinic", "clinic_signal", False),
        ("FHIR-07 and no words", "words", "clinic", "clinic_signal", False),
        ("NEMT-04 the broker knows when, whom and how", "ride", "ride_broker", "ride_brokerage", True),
        ("HIP-20 and never what for", "reason", "ride_broker", "ride_brokerage", False),
        ("HIP-20 nor how it ended", "outcome", "ride_broker", "ride_brokerage", False),
        ("LAW-29 a partner is told nothing without permission", "visit", "partner", "referral", False),
        ("LAW-29 not even that there is a phone", "contact", "partner", "referral", False),
        ("LAW-30 the plan sees that its member agreed", "consent", "plan", "payer_audit", True),
        ("HIP-08 words go to nobody", "words", "plan", "payer_audit", False),
    ],
)
def test_what_is_told_without_being_asked_about(
    rule: str, information: str, recipient: str, workflow: str, told: bool
) -> None:
    way = (Information(information), Recipient(recipient), Workflow(workflow))
    assert may_share((), *way) is told, rule


def test_every_default_has_its_reason() -> None:
    assert [way for way, reason in DEFAULTS.items() if ":" not in reason] == []
    assert not [way for way in DEFAULTS if way[:2] in NEVER]


def test_the_members_last_word_stands() -> None:
    limit, allow = SharingAction.LIMIT, SharingAction.ALLOW
    assert not may_share([said(limit)], *REASON)
    assert may_share([said(limit), said(allow, minutes=1)], *REASON)
    assert not may_share([said(allow, minutes=1), said(limit), said(limit, minutes=2)], *REASON)


def test_of_two_words_at_one_instant_the_limit_stands() -> None:
    both = [said(SharingAction.LIMIT), said(SharingAction.ALLOW)]
    assert not may_share(both, *REASON)
    assert not may_share(both[::-1], *REASON)


def test_a_permission_opens_what_no_default_does() -> None:
    way = (Information.VISIT, Recipient.PARTNER, Workflow.REFERRAL)
    assert may_share([said(SharingAction.ALLOW, way)], *way)


@given(events)
def test_hip_08_nothing_lets_words_out_and_no_broker_learns_why(told: list[SharingEvent]) -> None:
    assert not [
        (information, recipient, workflow)
        for information, recipient in NEVER
        for workflow in Workflow
        if may_share(told, information, recipient, workflow)
    ]


@given(events)
def test_limits_are_just_where_a_member_differs_from_everybody(told: list[SharingEvent]) -> None:
    ways = [(i, r, w) for i in Information for r in Recipient for w in Workflow]
    different = {way for way in ways if may_share(told, *way) != may_share((), *way)}
    assert {(limit.information, limit.recipient, limit.workflow) for limit in limits(told)} == different
    assert all(
        may_share(told, limit.information, limit.recipient, limit.workflow) is limit.allowed for limit in limits(told)
    )


def test_a_limit_says_what_to_whom_and_since_when() -> None:
    assert limits([said(SharingAction.LIMIT)]) == (Limit(*REASON, False, NOW),)


@pytest.mark.parametrize(
    ("kind", "tells"),
    [
        ("visit-completed", Information.OUTCOME),
        ("visit-not-completed", Information.OUTCOME),
        ("ride-problem", Information.RIDE),
        ("running-late", Information.VISIT),
        ("visit-declined", Information.VISIT),
    ],
)
def test_fhir_07_a_signal_tells_something_by_its_kind_alone(kind: str, tells: Information) -> None:
    assert of_signal(kind) is tells
