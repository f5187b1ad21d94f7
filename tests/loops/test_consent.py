"""Consent is a fold over a ledger: order-independent, and doubt stops (LAW-19, 25, 26, 39; I3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import a_consent

from outreach.loops.consent import (
    Action,
    Category,
    ConsentClass,
    ConsentEvent,
    Organisation,
    granted,
    requested,
    suppressed,
    wrong_number,
)

NOON = dt.datetime(2027, 3, 1, 17, tzinfo=dt.UTC)
LATER, LAST = NOON + dt.timedelta(hours=1), NOON + dt.timedelta(hours=2)
GRANT, REQUEST, REVOKE, STOP, KEEP, START, WRONG = (
    Action.GRANT, Action.REQUEST, Action.REVOKE, Action.STOP, Action.KEEP, Action.START, Action.WRONG_NUMBER,
)  # fmt: skip
ALICE, BOB = 1, 2


def _entry(*events: ConsentEvent, member: int = ALICE, category: Category = Category.APPOINTMENT) -> Any:
    return granted(events, member, "sms", category)


def _granted(*events: ConsentEvent, member: int = ALICE, category: Category = Category.APPOINTMENT) -> Any:
    """The class of the consent that stands, or None."""
    entry = _entry(*events, member=member, category=category)
    return entry and entry.consent_class


def test_without_a_word_nobody_consented_and_nobody_stopped() -> None:
    assert _granted() is None
    assert not suppressed(())
    assert not wrong_number((), ALICE)


@pytest.mark.parametrize(
    ("actions", "stopped"),
    [
        ([(STOP, NOON)], True),
        ([(STOP, NOON), (START, LATER)], False),
        ([(START, NOON), (STOP, LATER)], True),
        ([(STOP, NOON), (START, NOON)], True),  # a tie stops
        ([(STOP, NOON), (START, LATER), (STOP, LAST)], True),
        ([(STOP, NOON), (GRANT, LATER)], True),  # LAW-25: only the member's own START lifts it
        ([(KEEP, NOON), (STOP, LATER)], True),
        ([(STOP, NOON), (WRONG, LATER)], True),
        ([(WRONG, NOON)], False),
    ],
)
def test_law_19_and_25_what_stops_a_phone(actions: list[tuple[Action, dt.datetime]], stopped: bool) -> None:
    assert suppressed([a_consent(action, at) for action, at in actions]) is stopped


def test_tim_16_the_carriers_time_counts_when_it_is_known_else_our_receipt() -> None:
    start = a_consent(START, LAST, at=NOON)  # received last, said first
    assert suppressed([a_consent(STOP, LATER), start])


def test_i3_one_stop_silences_the_phone_for_all_its_members_and_ends_no_consent() -> None:
    ledger = [a_consent(GRANT, NOON), a_consent(GRANT, NOON, member=BOB), a_consent(STOP, LATER)]
    assert suppressed(ledger)
    assert _granted(*ledger) is _granted(*ledger, member=BOB) is ConsentClass.PEC_OPTIN


def test_law_25_start_lifts_the_block_and_grants_nothing() -> None:
    ledger = [a_consent(STOP, NOON), a_consent(START, LATER)]
    assert not suppressed(ledger)
    assert _granted(*ledger) is None


def test_law_25_start_does_not_bring_back_a_revoked_consent() -> None:
    ledger = [a_consent(GRANT, NOON), a_consent(REVOKE, LATER), a_consent(STOP, LATER), a_consent(START, LAST)]
    assert _granted(*ledger) is None


def test_law_26_consent_is_for_one_member_channel_and_category() -> None:
    rides = a_consent(GRANT, NOON, category=Category.TRANSPORT)
    assert _granted(rides, category=Category.TRANSPORT) is ConsentClass.PEC_OPTIN
    assert _granted(rides) is None
    assert _granted(rides, member=BOB, category=Category.TRANSPORT) is None
    assert granted([rides], ALICE, "voice", Category.TRANSPORT) is None


def test_law_26_a_consent_for_everything_ends_for_one_category_alone() -> None:
    ledger = [a_consent(GRANT, NOON), a_consent(REVOKE, LATER, category=Category.TRANSPORT)]
    assert _granted(*ledger) is ConsentClass.PEC_OPTIN
    assert _granted(*ledger, category=Category.TRANSPORT) is None


def test_a_grant_and_a_revocation_at_one_instant_revoke() -> None:
    assert _granted(a_consent(REVOKE, NOON), a_consent(GRANT, NOON)) is None


WEAKER_FIRST: list[dict[str, Any]] = [
    {"consent_class": None},
    {"consent_class": ConsentClass.EXEMPT_HEALTHCARE},
    {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PLAN},
    {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PROVIDER},
    {"consent_class": ConsentClass.PEC_OPTIN, "expires_at": LATER},
    {"consent_class": ConsentClass.PEC_OPTIN, "expires_at": LAST},
    {"consent_class": ConsentClass.PEC_OPTIN},
]


@pytest.mark.parametrize(("weaker", "stronger"), list(combinations(WEAKER_FIRST, 2)))
def test_of_two_grants_at_one_instant_the_weaker_counts(weaker: dict[str, Any], stronger: dict[str, Any]) -> None:
    one, other = a_consent(GRANT, NOON, id=1, **weaker), a_consent(GRANT, NOON, id=2, **stronger)
    assert _entry(one, other) is _entry(other, one) is one


def test_law_17_what_they_kept_after_a_stop_goes_on_and_nothing_else() -> None:
    ledger = [a_consent(STOP, NOON), a_consent(KEEP, LATER, category=Category.TRANSPORT)]
    assert not suppressed(ledger, Category.TRANSPORT)
    assert suppressed(ledger, Category.APPOINTMENT)
    assert suppressed(ledger)  # as long as nobody says about what


@pytest.mark.parametrize(
    ("actions", "stopped"),
    [
        ([(STOP, NOON), (KEEP, LATER), (STOP, LAST)], True),  # a second STOP is one to everything
        ([(STOP, NOON), (KEEP, NOON)], True),  # a tie stops
        ([(KEEP, NOON), (STOP, LATER)], True),  # nothing was asked yet
        ([(STOP, NOON), (KEEP, LATER), (START, LAST)], False),
        ([(STOP, NOON), (START, LATER), (STOP, LAST)], True),  # what was kept of an older STOP is gone with it
    ],
)
def test_law_17_what_is_kept_ends_with_the_stop_it_was_kept_from(
    actions: list[tuple[Action, dt.datetime]], stopped: bool
) -> None:
    ledger = [a_consent(action, at, category="transport" if action is KEEP else "*") for action, at in actions]
    assert suppressed(ledger, Category.TRANSPORT) is stopped


@pytest.mark.parametrize(
    ("actions", "waits"),
    [
        ([(REQUEST, NOON)], True),
        ([(REQUEST, NOON), (GRANT, LATER)], False),
        ([(REQUEST, NOON), (REVOKE, LATER)], False),
        ([(GRANT, NOON), (REVOKE, LATER), (REQUEST, LAST)], True),
        ([(REVOKE, NOON), (REQUEST, NOON)], False),  # a tie stops
    ],
)
def test_law_28_a_request_waits_for_the_members_own_yes(actions: list[tuple[Action, dt.datetime]], waits: bool) -> None:
    ledger = [a_consent(action, at) for action, at in actions]
    assert (requested(ledger, ALICE, "sms", Category.APPOINTMENT) is not None) is waits
    assert requested(ledger, BOB, "sms", Category.APPOINTMENT) is None
    assert requested(ledger, ALICE, "voice", Category.APPOINTMENT) is None


def test_law_28_a_request_is_no_consent() -> None:
    assert _granted(a_consent(REQUEST, NOON)) is None
    assert _granted(a_consent(GRANT, NOON), a_consent(REQUEST, LATER)) is ConsentClass.PEC_OPTIN


def test_law_26_a_newer_consent_takes_the_place_of_the_older_with_its_end() -> None:
    older, newer = a_consent(GRANT, NOON, id=1), a_consent(GRANT, LATER, id=2, expires_at=LAST)
    assert _entry(older, newer) is newer


@pytest.mark.parametrize(
    ("given", "category", "rule"),
    [
        ({"consent_class": ConsentClass.PEC_OPTIN}, Category.TRANSPORT, None),
        ({"consent_class": ConsentClass.PEWC}, Category.APPOINTMENT, None),
        ({"consent_class": ConsentClass.PEC_PROVIDED}, Category.COVERAGE, None),
        ({"consent_class": ConsentClass.PEC_PROVIDED}, Category.APPOINTMENT, "LAW-05"),
        (
            {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PLAN}, Category.TRANSPORT,
            "LAW-05",
        ),
        (
            {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PROVIDER}, Category.TRANSPORT,
            None,
        ),
        ({"consent_class": ConsentClass.EXEMPT_HEALTHCARE}, Category.APPOINTMENT, "LAW-08"),
        ({"consent_class": None}, Category.COVERAGE, "LAW-01"),
    ],
)  # fmt: skip
def test_law_04_what_each_class_is_enough_for(given: dict[str, Any], category: Category, rule: str | None) -> None:
    assert a_consent(GRANT, NOON, **given).suffices_for(category) == rule


def test_law_39_a_wrong_number_is_wrong_for_its_member_until_they_consent_again() -> None:
    wrong = a_consent(WRONG, NOON)
    assert wrong_number([wrong], ALICE)
    assert not wrong_number([wrong], BOB)
    assert not wrong_number([wrong, a_consent(GRANT, LATER)], ALICE)
    assert wrong_number([wrong, a_consent(GRANT, LATER, member=BOB)], ALICE)
    assert wrong_number([wrong, a_consent(GRANT, NOON)], ALICE)


def test_law_39_said_by_the_phone_itself_it_is_wrong_for_everybody_and_stops_nobody() -> None:
    wrong = a_consent(WRONG, NOON, member=None)
    assert wrong_number([wrong], ALICE)
    assert wrong_number([wrong], BOB)
    assert not suppressed([wrong])


def test_law_39_start_does_not_make_a_number_right() -> None:
    assert wrong_number([a_consent(WRONG, NOON), a_consent(START, LATER)], ALICE)


ledgers = st.lists(
    st.builds(
        a_consent,
        st.sampled_from(Action),
        st.sampled_from([NOON, LATER, LAST]),
        at=st.sampled_from([None, NOON, LATER, LAST]),
        member=st.sampled_from([None, ALICE, BOB]),
        category=st.sampled_from(["*", *Category]),
        consent_class=st.sampled_from([None, *ConsentClass]),
        organisation=st.sampled_from([None, *Organisation]),
        expires_at=st.sampled_from([None, NOON, LAST]),
    ),
    max_size=7,
)


@given(ledgers, st.randoms(use_true_random=False))
def test_i11_the_order_in_which_the_ledger_is_read_does_not_matter(ledger: list[ConsentEvent], dice: Any) -> None:
    numbered = [replace(event, id=number) for number, event in enumerate(ledger)]
    shuffled = dice.sample(numbered, len(numbered))
    for category in Category:
        assert suppressed(numbered, category) == suppressed(shuffled, category)
    for member in (ALICE, BOB):
        assert wrong_number(numbered, member) == wrong_number(shuffled, member)
        for category in Category:
            about = (member, "sms", category)
            assert granted(numbered, *about) is granted(shuffled, *about)
            assert (requested(numbered, *about) is None) == (requested(shuffled, *about) is None)


@given(ledgers)
def test_i2_a_stop_now_always_stops(ledger: list[ConsentEvent]) -> None:
    assert suppressed([*ledger, a_consent(STOP, LAST)])
    for category in Category:
        assert suppressed([*ledger, a_consent(STOP, LAST)], category)
    assert _granted(*ledger, a_consent(REVOKE, LAST)) is None
