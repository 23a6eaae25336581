"""At once, then less and less often, and anew for what had recovered."""

from radiocast.backoff import FIRST_WAIT_S, MOST_WAIT_S, STABLE_AFTER_S, Backoff


def test_each_wait_is_twice_the_last_up_to_a_bound_for_ever() -> None:
    backoff = Backoff()
    waits = [backoff.died(1.0) for _ in range(5000)]
    assert waits[:4] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S, 8 * FIRST_WAIT_S]
    assert waits == sorted(waits)
    assert set(waits[10:]) == {MOST_WAIT_S}
    assert backoff.deaths == 5000


def test_what_had_lived_long_is_a_first_death_again() -> None:
    backoff = Backoff()
    for _ in range(9):
        backoff.died(STABLE_AFTER_S)
    assert backoff.died(STABLE_AFTER_S + 1) == FIRST_WAIT_S
    assert backoff.deaths == 1


def test_one_that_recovers_is_no_death() -> None:
    backoff = Backoff()
    backoff.died(0.0)
    backoff.recovered()
    assert backoff.deaths == 0
    assert backoff.died(0.0) == FIRST_WAIT_S
