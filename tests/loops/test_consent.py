"""Consent is a fold over a ledger: order-independent, and doubt stops (LAW-19, 25, 26, 39; I3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import a_consent

from outreach.loops.consent import Action, Category, ConsentClass, ConsentEvent, granted, suppressed, wrong_number

NOON = dt.datetime(2027, 3, 1, 17, tzinfo=dt.UTC)
LATER, LAST = NOON + dt.timedelta(hours=1), NOON + dt.timedelta(hours=2)
GRANT, REVOKE, STOP, START, WRONG = (
    Action.GRANT, Action.REVOKE, Action.STOP, Action.START, Action.WRONG_NUMBER,
)  # fmt: skip
ALICE, BOB = 1, 2


def _granted(*events: ConsentEvent, member: int = ALICE, category: Category = Category.APPOINTMENT) -> Any:
    return granted(events, member, "sms", category)


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


def test_two_grants_at_one_instant_count_as_the_weaker() -> None:
    weaker = a_consent(GRANT, NOON, consent_class=ConsentClass.PEC_PROVIDED)
    ledger = [weaker, a_consent(GRANT, NOON)]
    assert _granted(*ledger) is _granted(*ledger[::-1]) is ConsentClass.PEC_PROVIDED


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
    ),
    max_size=7,
)


@given(ledgers, st.randoms(use_true_random=False))
def test_i11_the_order_in_which_the_ledger_is_read_does_not_matter(ledger: list[ConsentEvent], dice: Any) -> None:
    shuffled = dice.sample(ledger, len(ledger))
    assert suppressed(ledger) == suppressed(shuffled)
    for member in (ALICE, BOB):
        assert wrong_number(ledger, member) == wrong_number(shuffled, member)
        for category in Category:
            assert _granted(*ledger, member=member, category=category) == _granted(
                *shuffled, member=member, category=category
            )


@given(ledgers)
def test_i2_a_stop_now_always_stops(ledger: list[ConsentEvent]) -> None:
    assert suppressed([*ledger, a_consent(STOP, LAST)])
    assert _granted(*ledger, a_consent(REVOKE, LAST)) is None
