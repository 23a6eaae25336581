"""The search for tracks that end together on a second."""

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import Rotation
from radiocast.schedule.backtime import MOST_TRACKS, OVER_S, UNDER_S, Candidate, Solution, solve
from radiocast.schedule.separation import Keys, apart
from tests.schedule.studio_day import media

FREELY = Rotation(name="r", files="**")
APART = Rotation(name="r", files="**", artist_separation_s=3600.0, title_separation_s=7200.0)


def candidate(
    length_s: float, rank: int = 0, artist: str = "", free_from: float = 0.0, tail_s: float = 0.0
) -> Candidate:
    name = f"t{rank}"
    return Candidate(
        media=media(name, length_s),
        keys=Keys(artists=(artist or name,), title=name),
        held_s=length_s - tail_s,
        last_s=length_s,
        free_from=free_from,
        rank=rank,
    )


def of(*lengths_s: float) -> list[Candidate]:
    return [candidate(length, rank) for rank, length in enumerate(lengths_s)]


def found(candidates: list[Candidate], room_s: float, rotation: Rotation = FREELY) -> Solution:
    solution = solve(candidates, candidates[:5], at=0.0, room_s=room_s, rotation=rotation)
    assert solution is not None
    return solution


def lengths(solution: Solution) -> list[float]:
    return [track.last_s for track in solution.tracks]


def test_one_two_three_or_four_that_fit() -> None:
    some = of(200.0, 131.0, 187.0, 242.0, 163.0)
    assert lengths(found(some, 242.0)) == [242.0]
    assert sorted(lengths(found(some, 318.0))) == [131.0, 187.0]
    assert sorted(lengths(found(some, 200.0 + 187.0 + 163.0))) == [163.0, 187.0, 200.0]
    assert sum(lengths(found(some, 200.0 + 131.0 + 187.0 + 242.0))) == 760.0


def test_nothing_is_played_twice_in_a_landing() -> None:
    assert sorted(lengths(found(of(200.0, 150.0), 350.0))) == [150.0, 200.0]
    assert solve(of(200.0), of(200.0), at=0.0, room_s=400.0, rotation=FREELY) is None


def test_what_does_not_fit_is_rather_a_little_too_long() -> None:
    solution = found(of(200.0, 190.0), 195.0)
    assert (lengths(solution), solution.over_s, solution.lands) == ([200.0], 5.0, False)


def test_only_the_last_is_heard_to_its_end() -> None:
    some = [candidate(200.0, 0, tail_s=2.0), candidate(180.0, 1, tail_s=1.5)]
    assert found(some, 378.0).over_s == 0.0
    assert found(some, 378.5).lands


def test_the_most_wanted_of_those_that_fit_are_taken() -> None:
    some = of(*(180.0 + 0.01 * n for n in range(40)))
    solution = found(some, 360.0)
    assert sum(track.rank for track in solution.tracks) <= 8


def test_artists_are_kept_apart_within_a_landing() -> None:
    some = [candidate(200.0, 0, "x"), candidate(160.0, 1, "x"), candidate(163.0, 2, "y")]
    solution = found(some, 360.0, APART)
    assert len({track.keys.artists for track in solution.tracks}) == 2
    assert solution.over_s == 3.0


def test_a_track_that_is_free_later_may_come_later() -> None:
    some = [candidate(200.0, 0), candidate(160.0, 1, free_from=150.0)]
    assert [track.rank for track in found(some, 360.0, APART).tracks] == [0, 1]
    some = [candidate(200.0, 0), candidate(160.0, 1, free_from=250.0), candidate(170.0, 2)]
    assert {track.rank for track in found(some, 360.0, APART).tracks} == {0, 2}


@given(
    lengths_s=st.lists(st.floats(30.0, 400.0), min_size=2, max_size=60),
    artists=st.integers(1, 20),
    busy=st.lists(st.floats(0.0, 2000.0), max_size=60),
    room_s=st.floats(1.0, 1500.0),
)
@settings(max_examples=300, deadline=None)
def test_any_landing_keeps_every_rule(
    lengths_s: list[float], artists: int, busy: list[float], room_s: float
) -> None:
    """Invariant: as long as said, nobody before his time, and each as far from the others as asked."""
    some = [
        candidate(length, n, f"a{n % artists}", busy[n] if n < len(busy) and n % 3 == 0 else 0.0, n % 5 / 2)
        for n, length in enumerate(lengths_s)
    ]
    solution = solve(some, some[:8], at=0.0, room_s=room_s, rotation=APART)
    if solution is None:
        return
    assert 1 <= len(solution.tracks) <= MOST_TRACKS
    starts = []
    at = 0.0
    for track in solution.tracks:
        assert track.free_from <= at
        starts.append((track, at))
        at += track.held_s
    last = solution.tracks[-1]
    assert abs(at - last.held_s + last.last_s - room_s - solution.over_s) < 1e-6
    assert solution.over_s >= -UNDER_S
    assert solution.lands == (solution.over_s <= OVER_S)
    for index, (track, begins) in enumerate(starts):
        for other, other_begins in starts[:index]:
            assert track.media != other.media
            assert apart(other.keys, other_begins, track.keys, begins, APART)
    # No single track lies nearer.
    singles = [c.last_s - room_s for c in some if c.free_from == 0 and c.last_s >= room_s - UNDER_S]
    assert solution.lands or all(over >= solution.over_s - 1e-9 for over in singles)
