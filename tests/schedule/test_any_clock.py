"""Any hour that can be written down can be played."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import (
    After,
    At,
    BulletinPlan,
    Cart,
    Clock,
    Cut,
    Entry,
    EveryTime,
    EveryTracks,
    Fill,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.model.play import Kind, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import JINGLES, LONDON, TEN, library, tracks

MUSIC = Source(type="rotation", name="music")
_ANY = st.sampled_from(
    [
        MUSIC,
        Source(type="rotation", name="in order"),
        Source(type="cart", name="ids"),
        Source(type="cart", name="empty"),
        Source(type="bulletin", name="news"),
        Source(type="file", name="jingles/*"),
        Source(type="file", name="none.ogg"),
        Source(type="cart", name="not in the schedule"),
    ]
)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Entries in the order of their times; what the loader refuses beyond that may be among them."""
    offsets = sorted(draw(st.sets(st.integers(0, 3599), max_size=8)))
    entries: list[Entry] = []
    for offset in offsets:
        source = draw(_ANY)
        match draw(st.integers(0, 4)):
            case 0 | 1:
                start = draw(st.sampled_from(("hard", "soft")))
                entries.append(
                    At(offset_s=float(offset), start="hard" if start == "hard" else "soft", play=source)
                )
            case 2:
                entries.append(Fill(source=source, until_s=float(offset)))
            case 3:
                entries.append(EveryTracks(tracks=draw(st.integers(1, 4)), play=source))
            case _:
                entries.append(EveryTime(seconds=float(draw(st.integers(60, 3600))), play=source))
        entries += [After(play=draw(_ANY))] * draw(st.integers(0, 2))
    return Clock(name="h", entries=(*entries, *draw(st.sampled_from(((), (Fill(source=MUSIC),))))))


def schedule_of(clock: Clock) -> ScheduleConfig:
    return ScheduleConfig(
        carts={
            "ids": Cart(name="ids", kind=Kind.IDENT, cuts=(Cut(file="jingles/id*"),)),
            "empty": Cart(name="empty", kind=Kind.PROMO, cuts=()),
        },
        rotations={
            "music": Rotation(name="music", files="music/**", artist_separation_s=1800.0),
            "in order": Rotation(name="in order", files="music/**", order="sequence"),
        },
        bulletins={"news": BulletinPlan(name="news")},
        clocks={"h": clock},
        default_clock="h",
        sustainer=MUSIC,
    )


LIBRARY = library(*tracks(12, artists=6), *JINGLES)
PLAYABLE = {"rotation/music", "rotation/in order", "cart/ids", "bulletin/news", "file/jingles/*"}


@given(clock=clocks(), minute=st.integers(0, 59), seed=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_any_hour_is_played_without_a_gap_and_each_hard_start_on_its_second(
    clock: Clock, minute: int, seed: int
) -> None:
    config = schedule_of(clock)
    start, span = TEN + timedelta(minutes=minute), timedelta(hours=2)
    items = forecast(
        Calendar(config, LONDON), LIBRARY, PlanState(), start=start, until=start + span, seed=seed
    )
    for before, after in pairwise(items):
        gap = after.planned_start - ends_at(before)
        assert timedelta(0) <= gap <= timedelta(seconds=0.25)
        assert after.planned_start > before.planned_start
    assert items[-1].planned_start >= start + span - timedelta(minutes=10)
    hours = (TEN + timedelta(hours=n) for n in range(4))
    due = {
        hour + timedelta(seconds=entry.offset_s)
        for hour in hours
        for entry in clock.entries
        if isinstance(entry, At) and entry.start == "hard" and str(entry.play) in PLAYABLE
    }
    played = {item.planned_start for item in items if item.start is Start.HARD}
    assert {at for at in due if start <= at < start + span} <= played
