"""Token buckets: never more than the rate, a share kept for what cannot wait, and a time to ask again (TWI-35)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from outreach.loops import rates
from outreach.loops.cadence import Queue
from outreach.loops.rates import KEPT, Bucket, Daily, Steady, Unlimited, full, refilled, take

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
speeds = st.floats(0.5, 200)
waits = st.floats(0, 30).map(lambda seconds: timedelta(seconds=seconds))
costs = st.lists(st.integers(1, 24), max_size=60)
asks = st.lists(st.tuples(waits, st.sampled_from(list(Queue)), costs), min_size=1, max_size=20)


def played(buckets: tuple[Bucket, ...], asked) -> list[tuple[datetime, Queue, float, tuple[Bucket, ...]]]:
    """Let one caller after another ask; return when each was granted how many segments, and what was left."""
    at, found = NOW, []
    for wait, queue, wanted in asked:
        at += wait
        taken = take(buckets, queue, wanted, at)
        buckets = taken.left
        found.append((at, queue, float(sum(wanted[: taken.granted])), buckets))
    return found


@given(speeds, asks)
def test_no_time_ever_sees_more_than_the_rate_and_one_full_bucket(speed, asked):
    rate = Steady(speed)
    granted = [(at, cost) for at, _, cost, _ in played((full("sender", rate, NOW),), asked)]
    sums = [0.0, *accumulate(cost for _, cost in granted)]
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            seconds = (granted[last][0] - granted[first][0]).total_seconds()
            assert sums[last + 1] - sums[first] <= speed * seconds + rate.holds + 1e-3


@given(speeds, speeds, asks)
def test_a_text_leaves_only_when_every_bucket_can_pay(one, other, asked):
    together = played((full("a", Steady(one), NOW), full("b", Steady(other), NOW)), asked)
    assert all(bucket.level >= -1e-3 for *_, left in together for bucket in left)
    slower = Steady(min(one, other))
    seconds = (together[-1][0] - NOW).total_seconds()
    assert sum(cost for _, _, cost, _ in together) <= slower.per_second * seconds + slower.holds + 1e-3


@given(speeds, asks)
def test_what_can_wait_never_takes_the_share_of_what_cannot(speed, asked):
    rate = Steady(speed)
    for _, queue, cost, (left,) in played((full("sender", rate, NOW),), asked):
        if cost:
            assert left.level >= KEPT[queue] * rate.holds - 1e-3
    assert KEPT[Queue.BULK] > KEPT[Queue.DAY_OF] >= 0.2
    assert KEPT[Queue.SAFETY] == KEPT[Queue.REPLY] == 0


@given(speeds, st.lists(st.integers(1, 24), min_size=1, max_size=80), st.sampled_from(list(Queue)))
def test_whoever_asks_again_when_told_gets_the_next_text(speed, wanted, queue):
    taken = take((full("sender", Steady(speed), NOW),), queue, wanted, NOW)
    assert (taken.again_at is None) == (taken.granted == len(wanted))
    if taken.again_at is not None:
        early = taken.again_at - timedelta(milliseconds=10)
        assert take(taken.left, queue, wanted[taken.granted :], early).granted == 0
        assert take(taken.left, queue, wanted[taken.granted :], taken.again_at).granted >= 1


@given(st.integers(25, 1000), costs, waits)
def test_a_days_budget_ends_and_begins_anew_at_the_carriers_midnight(a_day, wanted, wait):
    bucket = full("brand-day", Daily(a_day), NOW)
    first = take((bucket,), Queue.REPLY, wanted, NOW)
    later = take(first.left, Queue.REPLY, [1.0] * a_day, NOW + wait)
    assert sum(wanted[: first.granted]) + later.granted == a_day or first.granted < len(wanted)
    assert later.again_at == (None if later.granted == a_day else datetime(2027, 3, 2, 8, 0, tzinfo=UTC))
    assert refilled(later.left[0], datetime(2027, 3, 2, 8, 0, tzinfo=UTC)).level == a_day


def test_a_text_dearer_than_a_days_whole_budget_still_leaves_once_a_day():
    taken = take((full("brand-day", Daily(4), NOW),), Queue.BULK, [5, 5], NOW)
    assert (taken.granted, taken.again_at) == (1, datetime(2027, 3, 2, 8, 0, tzinfo=UTC))


def test_a_closed_bucket_pays_nothing_to_anybody_until_it_opens():
    closed = Bucket("sender", Unlimited(), 0.0, NOW, NOW + timedelta(seconds=90))
    taken = take((closed,), Queue.SAFETY, [1], NOW)
    assert (taken.granted, taken.again_at) == (0, NOW + timedelta(seconds=90))
    assert rates.room((closed,), Queue.SAFETY, 50, NOW) == 0
    assert take((closed,), Queue.BULK, [1] * 500, NOW + timedelta(seconds=90)).granted == 500


def test_a_clock_that_goes_back_gives_nothing_away():
    spent = take((full("sender", Steady(1), NOW),), Queue.REPLY, [1] * 40, NOW).left
    assert take(spent, Queue.REPLY, [1], NOW - timedelta(hours=1)).granted == 0
    assert refilled(refilled(spent[0], NOW - timedelta(hours=1)), NOW).level == 0


@given(speeds, st.sampled_from(list(Queue)), st.integers(0, 300))
def test_the_room_is_what_texts_of_one_segment_are_granted(speed, queue, most):
    buckets = (full("sender", Steady(speed), NOW),)
    assert rates.room(buckets, queue, most, NOW) == take(buckets, queue, [1] * most, NOW).granted


@given(st.integers(1, 2**62), st.integers(1, 20))
def test_the_wait_after_a_429_doubles_wobbles_by_a_tenth_and_ends_at_half_a_minute(touch, tries):
    wait = rates.backoff(touch, tries).total_seconds()
    assert 0.9 <= wait / min(0.1 * 2 ** (tries - 1), 30) <= 1.1
    assert wait == rates.backoff(touch, tries).total_seconds()
    assert timedelta(minutes=1) <= rates.pause(touch, tries) <= timedelta(minutes=5)
