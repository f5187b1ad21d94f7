"""Simulated phones in a mood: what a slow, failing or ambiguous network answers, keeps and says later."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from clock import FakeTimer

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Rejected
from outreach.channels.phones import MemoryNetwork, Mood, Temper
from outreach.channels.send.moods import FAILURE_RECEIPT, LATE_RECEIPT, SLOW_ANSWER, MoodyPhones
from outreach.channels.send.phones import Phones

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Scene:
    def __init__(self, mood: Mood) -> None:
        self.timer = FakeTimer()
        self.network = MemoryNetwork(lambda: NOON)
        self.temper = Temper(mood)
        phones = Phones(self.network, self.timer.monotonic)
        self.carrier = MoodyPhones(phones, self.temper, self.timer.monotonic, self.timer.sleep)

    def kept(self) -> list[tuple[int, int]]:
        return [(message.touch, message.attempt) for message, _ in self.network.accepted]


@pytest.fixture
def batch(outgoing):
    return [outgoing(touch) for touch in range(1, 101)]


def test_a_working_network_delivers_at_once_and_owes_nothing(batch):
    scene = Scene(Mood.WORKING)
    results = list(scene.carrier.post(batch))
    assert {result.status for result in results} == {"delivered"}
    assert not scene.temper.owing


def test_a_slow_network_takes_a_second_and_says_later_that_a_text_arrived(batch):
    scene = Scene(Mood.SLOW)
    results = list(scene.carrier.post(batch))
    assert scene.timer.monotonic() == SLOW_ANSWER
    assert {(type(result), result.status) for result in results} == {(Accepted, "sent")}
    assert scene.temper.take(SLOW_ANSWER) == []
    receipts = scene.temper.take(SLOW_ANSWER + LATE_RECEIPT)
    assert [(receipt.touch, receipt.sid) for receipt in receipts] == [(r.touch, r.sid) for r in results]
    assert {(receipt.status, receipt.error_code) for receipt in receipts} == {("delivered", None)}
    assert not scene.temper.owing


def test_a_failing_network_refuses_some_and_reports_the_others_undelivered(batch):
    scene = Scene(Mood.FAILING)
    results = list(scene.carrier.post(batch))
    refused = {result.touch for result in results if isinstance(result, Rejected)}
    receipts = scene.temper.take(FAILURE_RECEIPT)
    assert 5 < len(refused) < 30
    assert refused.isdisjoint(receipt.touch for receipt in receipts)
    assert len(refused) + len(receipts) == 100 == len(results)
    assert {receipt.status for receipt in receipts} == {"undelivered"}
    assert {receipt.error_code for receipt in receipts} == {30003, 30005, 30008}


def test_twi_06_an_ambiguous_network_says_nothing_and_keeps_about_half(batch):
    scene = Scene(Mood.AMBIGUOUS)
    results = list(scene.carrier.post(batch))
    assert sorted(result.touch for result in results) == list(range(1, 101))
    assert {type(result) for result in results} == {InDoubt}
    assert 35 < len(scene.kept()) < 65


def test_the_same_attempt_meets_the_same_fate(batch):
    one, other = Scene(Mood.AMBIGUOUS), Scene(Mood.AMBIGUOUS)
    list(one.carrier.post(batch))
    list(other.carrier.post(batch[::-1]))
    assert one.kept() == sorted(other.kept())


def test_an_old_claim_is_given_back_by_a_slow_network_too(outgoing):
    scene = Scene(Mood.SLOW)
    scene.timer.sleep(10)
    assert [type(result) for result in scene.carrier.post([outgoing(1, not_after=9.0)])] == [GivenBack]
    assert not scene.temper.owing


def test_receipts_of_another_world_can_be_forgotten(batch):
    scene = Scene(Mood.SLOW)
    list(scene.carrier.post(batch))
    scene.temper.forget()
    assert not scene.temper.owing
