"""What a log amounts to, for those who edit the schedule."""

from datetime import UTC, datetime, timedelta

import pytest

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start, Transition
from radiocast.studio.tally import Tally

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(
    at_s: float | None,
    *,
    kind: Kind = Kind.TRACK,
    start: Start = Start.FOLLOW,
    planned_s: float = 180.0,
    actual_s: float = 180.0,
    late_ms: float | None = None,
    transition: Transition = Transition.SEGUE,
    outcome: Outcome = Outcome.AIRED,
    source: str = "rotation/music",
    reason: str = "",
) -> AsRunEntry:
    at = None if at_s is None else NINE + timedelta(seconds=at_s)
    return AsRunEntry(
        item_id="x",
        clock="h",
        kind=kind,
        title="",
        artist="",
        headline="",
        source=source,
        start_scheduled=None,
        start_predicted=at or NINE,
        start_actual=at,
        late_ms=late_ms,
        duration_planned_s=planned_s,
        duration_actual_s=actual_s,
        start_source=start,
        transition=transition,
        listeners_start=0,
        listeners_end=0,
        outcome=outcome,
        reason=reason,
    )


def hard(at_s: float, *, late_ms: float = 0.0, transition: Transition = Transition.FADE) -> AsRunEntry:
    return entry(at_s, kind=Kind.IDENT, start=Start.HARD, late_ms=late_ms, transition=transition)


def tally(*entries: AsRunEntry) -> Tally:
    counted = Tally()
    for each in entries:
        counted.add(each)
    return counted


@pytest.mark.parametrize(
    ("before", "transition", "landed"),
    [
        (entry(0, actual_s=180.2), Transition.BUTT, 1),
        (entry(0, actual_s=179.6, outcome=Outcome.CUT), Transition.FADE, 1),
        (entry(0, actual_s=172.0, outcome=Outcome.CUT), Transition.FADE, 0),
        # Music that ended too soon, and the standby sound in its place.
        (entry(0, actual_s=20.0, outcome=Outcome.SUBSTITUTED, kind=Kind.EMERGENCY), Transition.FADE, 0),
    ],
)
def test_a_fill_has_landed_when_its_music_comes_out_at_the_hard_start(
    before: AsRunEntry, transition: Transition, landed: int
) -> None:
    counted = tally(before, hard(180, transition=transition))
    assert (counted.fills, counted.landed) == (1, landed)


def test_what_begins_over_the_tail_of_the_fill_is_not_mistaken_for_it() -> None:
    # The log's order is that of the ends: a short ident's line comes before that of the track it faded.
    counted = tally(entry(0, actual_s=181.0), entry(181, actual_s=1.0, kind=Kind.BULLETIN), hard(180))
    assert (counted.fills, counted.landed) == (1, 1)


def test_speech_and_what_has_a_time_of_its_own_are_no_fill() -> None:
    assert tally(entry(0, kind=Kind.BULLETIN), hard(180)).fills == 0
    assert tally(entry(0, kind=Kind.IDENT, start=Start.SOFT), hard(180)).fills == 0
    assert tally(hard(180)).fills == 0


def test_the_worst_hard_start_counts_whether_early_or_late() -> None:
    counted = tally(hard(0, late_ms=3.0), hard(60, late_ms=-31.0), hard(120, late_ms=12.0))
    assert (counted.hard, counted.worst_late_ms) == (3, 31.0)


def test_it_reads_like_a_report() -> None:
    dropped = entry(
        None, kind=Kind.BULLETIN, outcome=Outcome.DROPPED, source="bulletin/news", reason="ten minutes late"
    )
    counted = tally(
        entry(0, actual_s=174.0, outcome=Outcome.CUT),
        hard(174),
        dropped,
        dropped,
        entry(None, outcome=Outcome.FAILED),
    )
    assert counted.lines() == [
        "2 items, 2 dropped, 1 failed",
        "hard starts: 1, the worst 0 ms off its second",
        "what played before them ended within 0.5 s of them: 0 of 1 times; the most that was cut: 6.0 s",
    ]
    assert counted.troubles["bulletin/news dropped: ten minutes late"] == 2


def test_troubles_without_end_do_not_fill_the_memory() -> None:
    counted = tally(*(entry(None, outcome=Outcome.FAILED, reason=f"{n}") for n in range(1000)))
    assert (len(counted.troubles), counted.outcomes[Outcome.FAILED]) == (200, 1000)
