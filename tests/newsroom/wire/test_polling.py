from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.newsroom.wire.polling import LONGEST_S, RETRY_AFTER_LONGEST_S, configured, due_at, is_due
from radiocast.newsroom.wire.values import FeedState
from tests.newsroom.wire.feeds import NOW, config

FEED = config(every="300")
ASKED = FeedState(configured=configured(FEED), asked=NOW, last_ok=NOW)


def wait_s(state: FeedState, *, seed: int = 0, every: float = 300.0) -> float:
    feed = config(every=every)
    due = due_at(feed, replace(state, configured=configured(feed)), started=NOW, seed=seed)
    assert due is not None
    return (due - NOW).total_seconds()


def test_the_first_round_is_spread_and_soon() -> None:
    feeds = [config(name=f"feed {number}") for number in range(20)]
    due = [due_at(feed, FeedState(), started=NOW, seed=1) for feed in feeds]
    waits = [(at - NOW).total_seconds() for at in due if at is not None]
    assert len(set(waits)) == 20
    assert all(0 <= wait <= 10 for wait in waits)


def test_a_feed_is_asked_every_so_often_and_never_sooner() -> None:
    assert 300 <= wait_s(ASKED) <= 315


def test_after_failures_it_waits_twice_as_long_each_time_up_to_an_hour() -> None:
    waits = [wait_s(replace(ASKED, failures=failures)) for failures in range(1, 8)]
    for wait, expected in zip(waits, [300, 600, 1200, 2400, 3600, 3600, 3600], strict=True):
        assert expected <= wait <= expected * 1.05
    assert wait_s(replace(ASKED, failures=10**9)) <= 3600 * 1.05


def test_a_feed_that_is_asked_more_rarely_than_hourly_stays_so() -> None:
    assert 7200 <= wait_s(replace(ASKED, failures=5), every=7200) <= 7200 * 1.05


def test_a_patient_server_only_ever_lengthens() -> None:
    assert 900 <= wait_s(replace(ASKED, patience_s=900)) <= 945
    assert 300 <= wait_s(replace(ASKED, patience_s=5)) <= 315
    assert 3600 <= wait_s(replace(ASKED, patience_s=10**9)) <= 3780


def test_retry_after_is_kept_for_a_day_at_most() -> None:
    assert wait_s(replace(ASKED, failures=1, not_before=NOW + timedelta(hours=2))) == 7200
    assert wait_s(replace(ASKED, failures=1, not_before=NOW + timedelta(days=400))) == 86_400
    assert 300 <= wait_s(replace(ASKED, failures=1, not_before=NOW - timedelta(hours=2))) <= 315


def test_what_is_gone_is_not_asked_until_it_is_configured_anew() -> None:
    gone = replace(ASKED, gone=True, failures=1)
    assert due_at(FEED, gone, started=NOW) is None
    assert not is_due(FEED, gone, NOW + timedelta(days=365), started=NOW)
    other = config(every="300", url="http://feeds.example/new")
    assert is_due(other, gone, NOW + timedelta(seconds=10), started=NOW)


def test_a_clock_that_was_set_back_does_not_silence_a_feed() -> None:
    state = replace(ASKED, asked=NOW + timedelta(days=30))
    assert is_due(FEED, state, NOW, started=NOW)


def test_jitter_is_the_same_for_the_same_seed() -> None:
    assert wait_s(ASKED, seed=4) == wait_s(ASKED, seed=4)
    assert len({wait_s(ASKED, seed=seed) for seed in range(10)}) > 5


@settings(deadline=None)
@given(
    every=st.floats(1, 86_400),
    failures=st.integers(0, 10_000),
    patience_s=st.floats(0, 1e12),
    retry_s=st.none() | st.integers(-(10**6), 10**8),
    seed=st.integers(0, 2**63),
)
def test_no_wait_is_shorter_than_configured_or_longer_than_its_bound(
    every: float, failures: int, patience_s: float, retry_s: int | None, seed: int
) -> None:
    not_before: datetime | None = None if retry_s is None else NOW + timedelta(seconds=retry_s)
    state = replace(ASKED, failures=failures, patience_s=patience_s, not_before=not_before)
    longest = max(every, LONGEST_S) * 1.05
    longest = longest if retry_s is None else max(longest, min(retry_s, RETRY_AFTER_LONGEST_S))
    assert every - 1e-5 <= wait_s(state, seed=seed, every=every) <= longest + 1e-5
