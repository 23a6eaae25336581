"""Hard starts while the wall's clock is slewed or set, or the machine sleeps; and what may be cut at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.play import AsRunEntry, Kind, Outcome, PlayItem, Start
from radiocast.studio.desk import Desk
from radiocast.studio.ready import ReadyItem
from tests.studio.desk_at_a_clock import LEAD_S, Heard, Wall, at, on_the_air
from tests.studio.station import NOWHERE, Script, item

PROMISE_S = 0.05
# What is sent when the clock is set is out of reach, and so is what a fade has begun for.
FADE_S = 1.5
STALE = timedelta(minutes=10)


class Timetable:
    """A programme like the planner: idents at their seconds, tracks between them, what is stale dropped."""

    def __init__(self, *hard_s: float, track_s: float = 600.0, fade_s: float | None = None) -> None:
        self.hard = [at(second) for second in hard_s]
        self.track_s = track_s
        self.fade_s = fade_s
        self.given: ReadyItem | None = None
        self.done: set[datetime] = set()
        self.dropped: list[datetime] = []
        self.entries: list[AsRunEntry] = []
        self.count = 0

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        for due in self.hard:
            if due in self.done or due > earliest:
                continue
            if due <= playing_since and playing_since - due > STALE:
                self.done.add(due)
                self.dropped.append(due)
                continue
            return item(NOWHERE, name=name_of(due), length_s=4.0, kind=Kind.IDENT, start=Start.HARD, at=due)
        self.count += 1
        cut = min((due for due in self.hard if due > earliest), default=None)
        return item(
            NOWHERE,
            name=f"track-{self.count}",
            length_s=self.track_s,
            at=earliest,
            cut_at=cut,
            fade_s=self.fade_s,
        )

    def started(self, item: PlayItem, at: datetime) -> None:
        if item.start is Start.HARD:
            self.done.add(item.planned_start)

    def edited(self, item: PlayItem, ends: datetime) -> None:
        raise AssertionError(item.id)

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        raise AssertionError(item.id)

    def finished(self, entry: AsRunEntry) -> None:
        self.entries.append(entry)

    async def failed(self, item: PlayItem, reason: str) -> None:
        raise AssertionError(f"{item.id}: {reason}")


def name_of(due: datetime) -> str:
    return f"ident-{due:%H%M%S.%f}"


def late_s(heard: Heard, second: float) -> float:
    return heard.late_s(name_of(at(second)), at(second))


@given(
    second=st.floats(20.0, 55.0),
    set_at=st.floats(0.0, 70.0),
    by_s=st.one_of(st.sampled_from([0.3, -0.3, 5.0, -5.0]), st.floats(-8.0, 8.0)),
    slew_ppm=st.sampled_from([0.0, 500.0, -500.0]),
    fade_s=st.sampled_from([None, 0.5, 8.0]),
)
@settings(max_examples=60)
async def test_a_clock_that_is_set_in_time_moves_the_hard_start_with_it(
    second: float, set_at: float, by_s: float, slew_ppm: float, fade_s: float | None
) -> None:
    timetable = Timetable(second, fade_s=fade_s)
    wall = Wall(sets=[(set_at, by_s)], slew_ppm=slew_ppm)
    heard = await on_the_air(timetable, seconds=75.0, wall=wall)
    name = name_of(at(second))
    assert heard.names.count(name) == 1
    late = late_s(heard, second)
    reach_s = LEAD_S + max(FADE_S, fade_s or 0.0) + 1.0
    before_s = second - at_wall(wall, set_at)
    if before_s >= reach_s + max(0.0, by_s) or set_at > heard.steady_s(name):
        assert abs(late) <= PROMISE_S
    else:
        # Too late to be mended: off by no more than the clock was set by, or a fade after what was reached.
        assert abs(late) <= abs(by_s) + reach_s


def at_wall(wall: Wall, steady_s: float) -> float:
    """What the clock showed just before that second, as seconds after START."""
    return (wall.at(steady_s) - at(0.0)).total_seconds() - sum(by for t, by in wall.sets if t <= steady_s)


@pytest.mark.parametrize("slew_ppm", [500.0, -500.0])
async def test_a_slewed_clock_is_followed_for_an_hour(slew_ppm: float) -> None:
    seconds = [float(s) for s in range(97, 3500, 97)]
    heard = await on_the_air(Timetable(*seconds), seconds=3550.0, wall=Wall(slew_ppm=slew_ppm))
    assert max(abs(late_s(heard, second)) for second in seconds) <= 0.005


@pytest.mark.parametrize("asleep_s", [45.0, 400.0])
async def test_what_was_missed_while_the_machine_slept_starts_at_once(asleep_s: float) -> None:
    """The steady clock stands still meanwhile, so it looks like a clock that was set forward."""
    timetable = Timetable(60.0, 600.0)
    heard = await on_the_air(timetable, seconds=580.0, wall=Wall(sets=[(30.0, asleep_s)]))
    woke_s = 30.0 + asleep_s
    assert late_s(heard, 60.0) == pytest.approx(max(0.0, woke_s + LEAD_S + FADE_S - 60.0), abs=0.6)
    assert abs(late_s(heard, 600.0)) <= PROMISE_S
    assert timetable.dropped == []


async def test_what_is_stale_after_a_long_sleep_is_dropped_and_the_clock_is_followed() -> None:
    timetable = Timetable(60.0, 1800.0, 3700.0)
    heard = await on_the_air(timetable, seconds=200.0, wall=Wall(sets=[(30.0, 3600.0)]))
    assert timetable.dropped == [at(60.0), at(1800.0)]
    assert name_of(at(60.0)) not in heard.names
    assert abs(late_s(heard, 3700.0)) <= PROMISE_S


async def test_a_clock_put_back_an_hour_leaves_nobody_waiting_for_the_old_hour() -> None:
    """The ident that was next is an hour away now: no standby sound until then."""
    timetable = Timetable(60.0, track_s=40.0)

    def sign_on_again(second: float, _desk: Desk) -> None:
        if second >= 45.0:
            timetable.hard = [at(-3510.0), at(60.0)]

    wall = Wall(sets=[(45.0, -3600.0)])
    heard = await on_the_air(timetable, seconds=150.0, wall=wall, watch=sign_on_again)
    assert "standby" not in heard.names
    assert name_of(at(60.0)) not in heard.names
    # What the hour has at its 90th second by the new clock.
    assert abs(late_s(heard, -3510.0)) <= PROMISE_S


async def test_what_was_heard_before_the_clock_was_set_keeps_its_time_in_the_log() -> None:
    timetable = Timetable(10.0, 50.0)
    await on_the_air(timetable, seconds=70.0, wall=Wall(sets=[(30.0, 5.0)]))
    starts = {entry.item_id: entry.start_actual for entry in timetable.entries}
    assert starts[name_of(at(10.0))] == pytest.approx(at(10.0), abs=timedelta(milliseconds=1))
    assert starts[name_of(at(50.0))] == pytest.approx(at(50.0), abs=timedelta(milliseconds=1))


class TestSpeech:
    """Speech is interrupted by a higher priority alone, whatever was expected of its length."""

    def bulletin(self, **more: object) -> ReadyItem:
        return item(NOWHERE, name="news", length_s=20.0, kind=Kind.BULLETIN, **more)  # type: ignore[arg-type]

    def ident(self, priority: int = 50, second: float = 25.0) -> ReadyItem:
        return item(NOWHERE, name="ident", length_s=3.0, start=Start.HARD, at=at(second), priority=priority)

    @pytest.mark.parametrize("lasts_s", [26.0, 29.3, 40.0])
    async def test_speech_that_lasts_longer_than_expected_is_not_cut(self, lasts_s: float) -> None:
        script = Script([self.bulletin(), self.ident()], then=track)
        heard = await on_the_air(script, seconds=60.0, lasts_s={"news": lasts_s})
        assert heard.steady_s("ident") - heard.steady_s("news") == pytest.approx(lasts_s, abs=0.001)
        news, ident = script.entry("news"), script.entry("ident")
        assert news.outcome is Outcome.AIRED
        assert news.duration_actual_s == pytest.approx(lasts_s)
        assert ident.reason == "a test; waited for the end of file/news"
        assert ident.late_ms == pytest.approx((lasts_s - 25.0) * 1000, abs=30)

    async def test_speech_that_ends_in_time_leaves_the_hard_start_its_second(self) -> None:
        script = Script([self.bulletin(), self.ident()], then=track)
        heard = await on_the_air(script, seconds=60.0, lasts_s={"news": 24.8})
        assert abs(heard.late_s("ident", at(25.0))) <= PROMISE_S

    @pytest.mark.parametrize("lasts_s", [26.0, 40.0])
    async def test_a_higher_priority_interrupts_it(self, lasts_s: float) -> None:
        script = Script([self.bulletin(), self.ident(priority=98)], then=track)
        heard = await on_the_air(script, seconds=60.0, lasts_s={"news": lasts_s})
        assert abs(heard.late_s("ident", at(25.0))) <= PROMISE_S
        assert script.entry("news").reason == "faded out for file/ident"

    async def test_when_what_was_to_interrupt_it_cannot_be_had_it_is_heard_to_its_end(self) -> None:
        script = Script([self.bulletin(cut_at=at(15.0)), track()])
        heard = await on_the_air(script, seconds=40.0)
        assert script.entry("news").outcome is Outcome.AIRED
        assert heard.steady_s("track") - heard.steady_s("news") == pytest.approx(20.0, abs=0.001)

    async def test_a_new_plan_in_the_middle_of_it_does_not_cut_it_either(self) -> None:
        script = Script([self.bulletin(cut_at=at(15.0)), self.ident(priority=98, second=15.0), self.ident()])

        def save(second: float, desk: Desk) -> None:
            if 5.0 <= second < 5.4:
                desk.replan()

        heard = await on_the_air(script, seconds=60.0, lasts_s={"news": 30.0}, watch=save)
        assert script.entry("news").outcome is Outcome.AIRED
        assert heard.steady_s("ident") - heard.steady_s("news") == pytest.approx(30.0, abs=0.001)


def track(name: str = "track", **more: object) -> ReadyItem:
    return item(NOWHERE, name=name, length_s=600.0, **more)  # type: ignore[arg-type]


async def test_when_the_hard_start_cannot_be_had_the_next_one_is_not_early() -> None:
    """What was planned for 20 s is gone; what is next has a second of its own."""
    later = item(NOWHERE, name="ident", length_s=3.0, start=Start.HARD, at=at(30.0))
    heard = await on_the_air(Script([track("first", cut_at=at(20.0)), later], then=track), seconds=40.0)
    assert abs(heard.late_s("ident", at(30.0))) <= PROMISE_S


async def test_a_file_that_breaks_off_after_a_hard_start_is_not_heard_under_it() -> None:
    """It ends two seconds after the second, and has a fade of its own there."""
    ident = item(NOWHERE, name="ident", length_s=9.0, start=Start.HARD, at=at(30.0))
    again = item(NOWHERE, name="ident again", length_s=9.0, start=Start.HARD, at=at(30.0))
    script = Script([track("torn", cut_at=at(30.0)), ident, again])
    heard = await on_the_air(script, seconds=45.0, lasts_s={"torn": 32.0}, breaks={"torn"})
    assert script.failures == [("torn", "it breaks off")]
    name, start = heard.starts[1]
    assert abs(heard.late_s(name, at(30.0))) <= PROMISE_S
    assert heard.voices["torn"].ended_at == start


async def test_what_ends_at_a_second_that_nothing_else_has_is_faded_there() -> None:
    """A stream that fills up to a second, say."""
    script = Script([track("stream", cut_at=at(20.0)), track("next")])
    heard = await on_the_air(script, seconds=40.0)
    assert abs(heard.late_s("next", at(20.0))) <= PROMISE_S


class TestSaved:
    """A schedule that is saved while something plays."""

    def script(self) -> Script:
        ident = item(NOWHERE, name="ident", length_s=3.0, start=Start.HARD, at=at(30.0))
        return Script([track("first", cut_at=at(30.0)), ident], then=lambda: track("by the new plan"))

    def saved_at(self, when: Sequence[float]) -> object:
        left = list(when)

        def save(second: float, desk: Desk) -> None:
            while left and second >= left[0]:
                left.pop(0)
                desk.replan()

        return save

    async def test_a_hard_start_that_is_taken_out_leaves_no_fade_behind(self) -> None:
        script = self.script()
        heard = await on_the_air(script, seconds=60.0, watch=self.saved_at([20.0]))  # type: ignore[arg-type]
        assert heard.names == ["first"]
        (entry,) = script.entries
        assert (entry.item_id, entry.reason) == ("first", "the studio stopped")

    @pytest.mark.parametrize("before_s", [0.1, 1.0, 2.0, LEAD_S])
    async def test_saved_just_before_the_junction_the_old_plan_holds_for_it(self, before_s: float) -> None:
        script = self.script()
        watch = self.saved_at([30.0 - before_s])
        heard = await on_the_air(script, seconds=60.0, watch=watch)  # type: ignore[arg-type]
        assert heard.names == ["first", "ident", "by the new plan"]
        assert abs(heard.late_s("ident", at(30.0))) <= PROMISE_S
