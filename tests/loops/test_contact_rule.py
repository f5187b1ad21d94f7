"""How a member wants to be reached, and how never (HIP-06, CRI-07)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.consent import Channel
from outreach.loops.contact_rule import ANY_WAY, ContactRule

HOME, WORK = 8, 9
clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))
rules = st.builds(
    ContactRule,
    phones=st.frozensets(st.integers(1, 99), max_size=3),
    channels=st.frozensets(st.sampled_from(Channel)),
    own=st.none() | st.tuples(clocks, clocks),
    early=st.none() | clocks,
    endangered=st.booleans(),
    safe_to_answer=st.booleans(),
    code_word=st.none() | st.text(min_size=1, max_size=20),
    voicemail_ok=st.booleans(),
    hearing_access=st.booleans(),
)


@pytest.mark.parametrize(
    ("rule", "phone", "channel", "objection"),
    [
        (ANY_WAY, HOME, Channel.SMS, None),
        (ContactRule(frozenset({HOME})), HOME, Channel.SMS, None),
        (ContactRule(frozenset({HOME})), WORK, Channel.SMS, "HIP-06"),
        (ContactRule(channels=frozenset({Channel.VOICE})), HOME, Channel.VOICE, None),
        (ContactRule(channels=frozenset({Channel.VOICE})), HOME, Channel.SMS, "HIP-06"),
        (ContactRule(frozenset({HOME}), frozenset({Channel.SMS})), HOME, Channel.VOICE, "HIP-06"),
        (ContactRule(frozenset({HOME}), frozenset({Channel.SMS})), WORK, Channel.SMS, "HIP-06"),
    ],
)
def test_hip_06_a_phone_and_a_channel_must_both_be_wished_for(
    rule: ContactRule, phone: int, channel: str, objection: str | None
) -> None:
    assert rule.objection(phone, channel) == objection


def test_who_wishes_for_nothing_has_no_rule_to_keep() -> None:
    assert ANY_WAY.text() is None
    assert ContactRule.read(None) == ContactRule.read("") == ANY_WAY


@given(rules)
def test_a_rule_is_read_as_it_was_written(rule: ContactRule) -> None:
    assert ContactRule.read(rule.text()) == rule


def test_a_rule_says_only_what_was_wished_for() -> None:
    text = ContactRule(own=(dt.time(17), dt.time(19, 30)), early=dt.time(5)).text()
    assert text is not None
    assert json.loads(text) == {"own": ["17:00", "19:30"], "early": "05:00"}


def test_a_channel_that_does_not_exist_is_not_read_as_none() -> None:
    with pytest.raises(ValueError, match="fax"):
        ContactRule.read('{"channels": ["fax"]}')
