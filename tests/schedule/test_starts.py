"""Who has the air: priorities, speech, waiting, events, streams, and clocks that jump."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from radiocast.config.schedule import (
    After,
    At,
    BulletinPlan,
    Cart,
    Clock,
    Cut,
    Entry,
    Event,
    EveryTracks,
    Fill,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.model.play import Kind, PlayItem, Start, StreamPart
from radiocast.schedule import making
from radiocast.schedule import turn as turn_module
from radiocast.schedule.making import Made
from radiocast.schedule.state import Pending, PlanState
from tests.schedule.studio_day import JINGLES, NEWS_HOUR, TEN, Playout, at, library, media, schedule

MUSIC = Source(type="rotation", name="music")
TALK = Source(type="rotation", name="talk")
IDENT = Source(type="cart", name="ident")
PROMO = Source(type="cart", name="promo")
NEWS = Source(type="bulletin", name="news")
SHORT = Source(type="bulletin", name="short")
SHOW = Source(type="file", name="show.ogg")
FILLED = Fill(source=MUSIC, backtime=False)

# Ten minutes each, so that what comes between them stands out.
LONG = [media(f"music/long{i}.ogg", 600.0, f"L{i}", f"Long {i}") for i in range(9)]
LIBRARY = library(*LONG, media("talk/one.ogg", 240.0), media("show.ogg", 1500.0), *JINGLES)


def config(*entries: Entry, events: tuple[Event, ...] = ()) -> ScheduleConfig:
    """Music fills the hour, or what other fills leave of it."""
    filled = any(isinstance(entry, Fill) for entry in entries)
    return ScheduleConfig(
        carts={
            "ident": Cart(name="ident", kind=Kind.IDENT, cuts=(Cut(file="jingles/id1.ogg"),)),
            "promo": Cart(name="promo", kind=Kind.PROMO, cuts=(Cut(file="jingles/promo.ogg"),)),
        },
        rotations={
            "music": Rotation(name="music", files="music/**"),
            "talk": Rotation(name="talk", files="talk/**"),
        },
        bulletins={"news": BulletinPlan(name="news"), "short": BulletinPlan(name="short", target_s=20.0)},
        clocks={"h": Clock(name="h", entries=(*entries, FILLED) if filled else (FILLED, *entries))},
        default_clock="h",
        events=events,
        sustainer=MUSIC,
    )


def playout(
    *entries: Entry, events: tuple[Event, ...] = (), start: datetime = TEN, files: object = LIBRARY
) -> Playout:
    return Playout(config(*entries, events=events), files, start)  # type: ignore[arg-type]


def hard(offset: str, play: Source, priority: int = 50) -> At:
    return At(offset_s=_s(offset), start="hard", play=play, priority=priority)


def soft(offset: str, play: Source, **fields: object) -> At:
    return At(offset_s=_s(offset), start="soft", play=play, **fields)  # type: ignore[arg-type]


def event(name: str, offset: str, play: Source, **fields: object) -> Event:
    """On the day of TEN, at so many minutes past ten."""
    return Event(name=name, at=at(offset).replace(tzinfo=None), play=play, **fields)  # type: ignore[arg-type]


def _s(offset: str) -> float:
    return (at(offset) - TEN).total_seconds()


def when(item: PlayItem) -> str:
    seconds = (item.planned_start - TEN).total_seconds()
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def heard(items: list[PlayItem]) -> list[tuple[str, str]]:
    return [(when(item), item.source) for item in items]


# -- speech -----------------------------------------------------------------------------------------------


def test_speech_is_not_cut_by_a_hard_start_of_its_own_priority_which_then_says_why_it_is_late() -> None:
    desk = playout(hard("00:00", NEWS), hard("02:00", IDENT))
    news, ident, music = (desk.play() for _ in range(3))
    assert (news.cut_at, news.priority, news.due) == (None, 50, TEN)
    assert (when(ident), ident.start, ident.due) == ("03:00", Start.SOFT, at("02:00"))
    assert ident.reason == "hard at 02:00, after the bulletin"
    assert (music.source, desk.dropped) == ("rotation/music", [])


def test_speech_is_cut_by_a_hard_start_of_a_higher_priority() -> None:
    desk = playout(hard("00:00", NEWS), hard("02:00", IDENT, priority=51))
    news, ident = desk.play(), desk.play()
    assert news.cut_at == at("02:00")
    assert (when(ident), ident.start, ident.priority) == ("02:00", Start.HARD, 51)


def test_what_speech_kept_waiting_lets_a_higher_priority_go_first_and_comes_after_it() -> None:
    desk = playout(hard("00:00", NEWS), hard("01:00", PROMO), hard("02:00", SHORT, priority=60))
    items = [desk.play() for _ in range(4)]
    assert heard(items) == [
        ("00:00", "bulletin/news"),
        ("02:00", "bulletin/short"),
        ("02:20", "cart/promo"),
        ("02:40", "rotation/music"),
    ]
    assert items[0].cut_at == at("02:00")
    assert [i.start for i in items] == [Start.HARD, Start.HARD, Start.SOFT, Start.FOLLOW]


def test_music_is_cut_by_any_hard_start() -> None:
    desk = playout(hard("05:00", IDENT, priority=1))
    assert desk.play().cut_at == at("05:00")
    assert desk.play().start is Start.HARD


def test_a_hard_start_that_speech_kept_waiting_for_too_long_is_dropped() -> None:
    late = At(offset_s=30.0, start="hard", play=IDENT, drop_after_s=60.0)
    desk = playout(hard("00:00", NEWS), late)
    assert [desk.play().source for _ in range(2)] == ["bulletin/news", "rotation/music"]
    assert [(d.source, d.reason) for d in desk.dropped] == [("cart/ident", "more than 1 minute late")]


def test_soft_speech_that_would_keep_a_hard_start_waiting_comes_behind_it() -> None:
    desk = playout(soft("10:00", NEWS), hard("12:00", IDENT))
    items = [desk.play() for _ in range(4)]
    assert heard(items) == [
        ("00:00", "rotation/music"),
        ("10:00", "rotation/music"),
        ("12:00", "cart/ident"),
        ("12:08", "bulletin/news"),
    ]
    assert items[3].reason == "soft at 10:00, 2:08 late"


def test_soft_speech_that_cannot_wait_for_a_hard_start_is_not_cut_by_it() -> None:
    desk = playout(soft("10:00", NEWS, drop_after_s=60.0), hard("12:00", IDENT))
    items = [desk.play() for _ in range(3)]
    assert heard(items)[1:] == [("10:00", "bulletin/news"), ("13:00", "cart/ident")]
    assert items[1].cut_at is None


# -- two at once -----------------------------------------------------------------------------------------


def test_of_two_hard_starts_in_one_second_the_other_waits_for_the_end_of_the_first() -> None:
    desk = playout(hard("05:00", IDENT), events=(event("special", "5:00", PROMO, start="hard"),))
    items = [desk.play() for _ in range(4)]
    assert heard(items)[1:] == [
        ("05:00", "cart/promo"),
        ("05:20", "cart/ident"),
        ("05:28", "rotation/music"),
    ]
    assert items[1].reason == "hard at 2026-01-14T10:05"
    assert (items[2].start, items[2].due, items[2].reason) == (
        Start.SOFT,
        at("05:00"),
        "hard at 05:00, 0:20 late",
    )
    # Also where the first began a moment before its second.
    desk = playout(hard("05:00", IDENT), events=(event("special", "5:00", PROMO, start="hard"),))
    desk.play()
    desk.play()
    desk.since = at("4:59.98")
    assert (desk.play().source, when(items[2])) == ("cart/ident", "05:20")


def test_when_the_first_of_two_has_no_sound_the_other_takes_the_second() -> None:
    gone = Source(type="file", name="gone.ogg")
    desk = playout(hard("05:00", IDENT), events=(event("special", "5:00", gone, start="hard"),))
    desk.play()
    item = desk.play()
    assert (item.source, item.start, when(item)) == ("cart/ident", Start.HARD, "05:00")
    assert [d.reason for d in desk.dropped] == ["it has nothing that can be played"]


# -- waiting ---------------------------------------------------------------------------------------------


def test_what_has_waited_long_enough_takes_the_air() -> None:
    desk = playout(soft("05:00", PROMO, wait_up_to_s=90.0))
    music, promo = desk.play(), desk.play()
    assert music.cut_at == at("06:30")
    assert (when(promo), promo.start, promo.due) == ("06:30", Start.HARD, at("05:00"))
    assert promo.reason == "soft at 05:00, waited 1:30"


def test_what_waits_takes_a_boundary_before_its_limit() -> None:
    desk = playout(soft("09:00", PROMO, wait_up_to_s=90.0))
    music, promo = desk.play(), desk.play()
    assert music.cut_at is None
    assert (when(promo), promo.start, promo.reason) == ("10:00", Start.SOFT, "soft at 09:00, 1:00 late")


def test_a_bulletin_that_may_wait_takes_the_boundary_before_its_limit() -> None:
    """Regression: it gave way to its own limit, as to a hard start, and so always waited it out."""
    desk = playout(soft("09:00", NEWS, wait_up_to_s=90.0))
    desk.play()
    bulletin = desk.play()
    assert (when(bulletin), bulletin.reason) == ("10:00", "soft at 09:00, 1:00 late")


def test_a_bulletin_whose_limit_comes_before_a_hard_start_is_not_held_back_for_that() -> None:
    """Regression: it waited for the hard start, was begun at its own limit, and held that up the longer."""
    desk = playout(soft("10:00", NEWS, wait_up_to_s=30.0), hard("11:00", IDENT))
    assert heard([desk.play() for _ in range(3)])[1:] == [("10:00", "bulletin/news"), ("13:00", "cart/ident")]


def test_a_bulletin_that_another_entry_brought_while_it_waited_is_not_read_again() -> None:
    desk = playout(soft("10:00", NEWS), hard("10:30", NEWS))
    items = [desk.play() for _ in range(4)]
    assert heard(items)[1:] == [
        ("10:00", "rotation/music"),
        ("10:30", "bulletin/news"),
        ("13:30", "rotation/music"),
    ]
    assert [(d.planned_start, d.reason) for d in desk.dropped] == [
        (at("10:00"), "it was on the air at 10:10")
    ]


@pytest.mark.parametrize("first", [NEWS, IDENT])
def test_a_bulletin_every_so_often_is_not_read_shortly_before_its_own_time(first: Source) -> None:
    """Of its own length: three minutes of news, then at least three of something else."""
    chained = () if first == NEWS else (After(play=NEWS),)
    for place, reads in (("15:59", False), ("16:01", True)):
        desk = playout(EveryTracks(tracks=1, play=NEWS), soft(place, first), *chained)
        assert (heard([desk.play() for _ in range(2)])[1] == ("10:00", "bulletin/news")) is reads


def test_what_is_begun_while_something_waits_is_cut_when_that_has_waited_long_enough() -> None:
    """The boundary came, but too near a hard start for what waits."""
    desk = playout(soft("09:00", PROMO, wait_up_to_s=90.0), hard("10:02", IDENT))
    assert heard([desk.play() for _ in range(4)])[1:] == [
        ("10:00", "rotation/music"),
        ("10:02", "cart/ident"),
        ("10:10", "cart/promo"),
    ]
    # A chain goes on before a soft start, but not beyond what that may wait.
    desk = playout(hard("05:00", IDENT), After(play=TALK), soft("05:02", PROMO, wait_up_to_s=60.0))
    items = [desk.play() for _ in range(4)]
    assert heard(items)[1:] == [("05:00", "cart/ident"), ("05:08", "rotation/talk"), ("06:02", "cart/promo")]
    assert items[2].cut_at == at("06:02")


def test_a_limit_does_not_cut_speech_of_its_own_priority() -> None:
    desk = playout(hard("05:00", NEWS), soft("05:30", PROMO, wait_up_to_s=60.0))
    items = [desk.play() for _ in range(3)]
    assert items[1].cut_at is None
    assert (when(items[2]), items[2].start) == ("08:00", Start.SOFT)


def test_a_limit_that_passed_while_speech_was_on_the_air_cuts_nothing_after_it() -> None:
    # Both wait for the end of the news; what goes second does not take the air from the first.
    desk = playout(
        hard("05:00", NEWS), soft("06:00", TALK, wait_up_to_s=0.0), soft("07:00", PROMO, wait_up_to_s=50.0)
    )
    assert heard([desk.play() for _ in range(4)])[1:] == [
        ("05:00", "bulletin/news"),
        ("08:00", "rotation/talk"),
        ("12:00", "cart/promo"),
    ]


@pytest.mark.parametrize(("lasts_s", "plays"), [(360.0, True), (361.0, False)])
def test_drop_after_is_exact(lasts_s: float, plays: bool) -> None:
    desk = playout(soft("05:00", PROMO, drop_after_s=60.0))
    desk.play(lasts_s=lasts_s)
    assert (desk.play().source == "cart/promo") is plays
    assert [d.reason for d in desk.dropped] == ([] if plays else ["more than 1 minute late"])


def test_what_an_event_that_fills_its_time_interrupts_is_known_beforehand() -> None:
    # Its wait is longer than its `drop_after`; it is joined all the same, and what plays was not told.
    filled = event("talk", "01:00", TALK, duration_s=400.0, wait_up_to_s=45.0, drop_after_s=30.0)
    desk = playout(events=(filled,))
    before, taken = desk.play(), desk.play()
    assert before.cut_at == at("01:45")
    assert (when(taken), taken.source, taken.start) == ("01:45", "rotation/talk", Start.HARD)


def test_what_is_to_be_next_goes_before_what_else_waits_and_before_a_chain() -> None:
    desk = playout(
        hard("05:00", NEWS),
        After(play=TALK),
        After(play=IDENT),
        soft("06:00", IDENT),
        soft("07:00", PROMO, make_next=True),
    )
    items = [desk.play() for _ in range(6)]
    assert heard(items)[1:] == [
        ("05:00", "bulletin/news"),
        ("08:00", "cart/promo"),
        ("08:20", "cart/ident"),
        ("08:28", "rotation/talk"),
        ("12:28", "cart/ident"),
    ]
    assert items[4].reason == "after bulletin/news, 0:28 late"


def test_of_those_that_wait_the_higher_priority_goes_first() -> None:
    desk = playout(soft("05:00", IDENT), soft("06:00", PROMO, priority=60))
    desk.play()
    assert [desk.play().source for _ in range(2)] == ["cart/promo", "cart/ident"]


# -- events ----------------------------------------------------------------------------------------------


def test_an_event_of_a_rotation_fills_all_its_time_and_holds_off_what_is_lower() -> None:
    desk = playout(
        hard("00:00", IDENT),
        hard("30:00", IDENT, priority=90),
        EveryTracks(tracks=1, play=PROMO),
        events=(event("talk", "20:00", TALK, start="hard", priority=80, duration_s=3000.0),),
    )
    items = desk.play_for(timedelta(minutes=90))
    during = [item for item in items if at("20:00") <= item.planned_start < at("70:00")]
    assert {item.source for item in during} == {"rotation/talk", "cart/ident"}
    assert [when(item) for item in during if item.source == "cart/ident"] == ["30:00"]
    assert during[0].reason == "hard at 2026-01-14T10:20"
    assert [(d.source, d.planned_start, d.reason) for d in desk.dropped] == [
        ("cart/ident", at("60:00"), "event/talk has the air until 11:10")
    ]
    after = [item.source for item in items if item.planned_start >= at("70:00")]
    assert "rotation/talk" not in after
    assert {"rotation/music", "cart/promo"} <= set(after)


def test_an_event_that_lands_a_little_short_of_its_end_is_over() -> None:
    desk = playout(events=(event("talk", "20:00", TALK, start="hard", duration_s=240.2),))
    items = desk.play_for(timedelta(minutes=25))
    assert heard(items)[2:] == [("20:00", "rotation/talk"), ("24:00", "rotation/music")]


def test_an_event_that_plays_once_leaves_the_rest_of_its_time_to_the_hour_s_fill() -> None:
    desk = playout(
        hard("30:00", IDENT), events=(event("once", "20:00", NEWS, start="hard", duration_s=900.0),)
    )
    items = desk.play_for(timedelta(minutes=35))
    assert heard(items)[2:4] == [("20:00", "bulletin/news"), ("23:00", "rotation/music")]
    assert [d.reason for d in desk.dropped] == ["event/once has the air until 10:35"]


def test_a_file_that_is_longer_than_its_event_is_cut_at_its_end() -> None:
    desk = playout(events=(event("show", "20:00", SHOW, duration_s=1200.0),))
    items = desk.play_for(timedelta(minutes=45))
    (show,) = [item for item in items if item.source == "file/show.ogg"]
    assert (show.cut_at, show.expected_s, show.due) == (at("40:00"), 1200.0, at("20:00"))


def test_an_event_without_a_duration_plays_once_and_holds_nothing() -> None:
    desk = playout(hard("30:00", IDENT), events=(event("show", "20:00", SHOW, start="hard"),))
    items = [desk.play() for _ in range(4)]
    assert heard(items)[2:] == [("20:00", "file/show.ogg"), ("30:00", "cart/ident")]
    assert items[2].cut_at == at("30:00")


def test_a_clock_s_entry_with_a_duration_plays_no_longer() -> None:
    desk = playout(soft("10:00", SHOW, duration_s=300.0))
    assert desk.play().source == "rotation/music"
    show = desk.play()
    assert (show.cut_at, show.expected_s) == (at("15:00"), 300.0)


def test_signing_on_in_the_middle_of_an_event_joins_what_fills_it() -> None:
    desk = playout(
        hard("00:00", IDENT),
        events=(event("talk", "-20:00", TALK, priority=80, duration_s=7200.0),),
        start=at("5:00"),
    )
    assert desk.play().source == "rotation/talk"


def test_a_soft_event_that_fills_is_joined_however_late() -> None:
    desk = playout(events=(event("talk", "1:00", TALK, duration_s=3600.0),))
    desk.play(lasts_s=1200.0)
    item = desk.play()
    assert (item.source, item.due) == ("rotation/talk", at("1:00"))
    assert desk.dropped == []


def test_what_waits_when_an_event_takes_the_air_does_not_come_during_it() -> None:
    desk = playout(
        soft("05:00", IDENT, drop_after_s=3600.0),
        soft("06:00", PROMO),
        events=(event("talk", "7:00", TALK, start="hard", priority=80, duration_s=1200.0),),
    )
    items = desk.play_for(timedelta(minutes=40))
    idents = [when(item) for item in items if item.source == "cart/ident"]
    assert len(idents) == 1
    assert idents[0] >= "27:00"
    assert [(d.source, d.reason) for d in desk.dropped] == [("cart/promo", "more than 10 minutes late")]


def test_a_waiting_start_does_not_interrupt_an_event_that_goes_before_it() -> None:
    desk = playout(
        soft("05:00", PROMO, wait_up_to_s=300.0),
        events=(event("talk", "7:00", TALK, start="hard", priority=80, duration_s=1200.0),),
    )
    music, talk = desk.play(), desk.play()
    assert (music.cut_at, talk.source, talk.cut_at) == (at("7:00"), "rotation/talk", None)


# -- streams ---------------------------------------------------------------------------------------------

RELAY = Source(type="stream", name="https://example.org/relay.mp3")
_make = making.make


def _with_streams(source: Source, *args: object, **kwargs: object) -> Made | None:
    if source.type != "stream":
        return _make(source, *args, **kwargs)  # type: ignore[arg-type]
    state = args[2]
    assert isinstance(state, PlanState)
    return Made(
        kind=Kind.LIVE,
        part=StreamPart(url=source.name),
        title=source.name,
        expected_s=3600.0,
        longest_s=3600.0,
        reason="",
        state=state,
    )


@pytest.fixture
def _streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_module, "make", _with_streams)


@pytest.mark.usefixtures("_streams")
def test_a_stream_that_fills_ends_with_the_fill_or_at_what_cuts_it() -> None:
    desk = playout(Fill(source=RELAY, until_s=1800.0), hard("10:00", IDENT))
    items = [desk.play() for _ in range(4)]
    assert heard(items) == [
        ("00:00", str(RELAY)),
        ("10:00", "cart/ident"),
        ("10:08", str(RELAY)),
        ("30:00", "rotation/music"),
    ]
    assert items[0].cut_at == at("10:00")
    assert (items[2].cut_at, items[2].expected_s, items[2].kind) == (at("30:00"), 1192.0, Kind.LIVE)


@pytest.mark.usefixtures("_streams")
def test_a_relayed_programme_ends_in_time_though_it_began_late() -> None:
    desk = playout(soft("05:00", RELAY, duration_s=1800.0))
    desk.play()
    live = desk.play()
    assert (when(live), live.due, live.cut_at, live.expected_s) == (
        "10:00",
        at("05:00"),
        at("35:00"),
        1500.0,
    )
    assert desk.play().source == "rotation/music"


@pytest.mark.usefixtures("_streams")
def test_a_lost_programme_comes_back_and_is_not_asked_for_while_it_is_down() -> None:
    desk = playout(hard("05:00", RELAY), events=())
    relayed = replace(hard("05:00", RELAY), duration_s=1800.0)
    desk = playout(relayed)
    desk.play()
    desk.play(lasts_s=60.0)
    down = ask_without(desk, frozenset({str(RELAY)}))
    assert down.source == "rotation/music"
    back = desk.play()
    assert (back.source, back.cut_at, back.due) == (str(RELAY), at("35:00"), None)
    assert back.reason == "it has the air until 10:35"
    kept = PlanState.from_json(desk.state.to_json())
    assert kept.relay == desk.state.relay


def ask_without(desk: Playout, unavailable: frozenset[str]) -> PlayItem:
    from radiocast.schedule.planner import next_item

    return next_item(
        desk.calendar,
        desk.catalogue,
        desk.state,
        playing_since=desk.since,
        earliest=desk.earliest,
        seed=1,
        unavailable=unavailable,
    ).item


@pytest.mark.usefixtures("_streams")
def test_a_stream_event_has_the_air_to_its_end() -> None:
    desk = playout(
        hard("30:00", IDENT),
        events=(event("match", "20:00", RELAY, start="hard", priority=70, duration_s=2700.0),),
    )
    items = desk.play_for(timedelta(minutes=64))
    (live,) = [item for item in items if item.source == str(RELAY)]
    assert (when(live), live.cut_at, live.priority) == ("20:00", at("65:00"), 70)


# -- what failed, and clocks that jump ---------------------------------------------------------------------


def test_a_bulletin_that_failed_protects_nothing() -> None:
    """A bulletin could not be rendered: it is music that plays, and a hard start still cuts it."""
    desk = playout(soft("09:00", NEWS), hard("10:05", IDENT))
    desk.play()
    failed = desk.ask()
    desk.state = failed.state.passed_over(desk.state)
    desk.earliest = at("10:20")
    ident = desk.play()
    assert (ident.source, ident.start, when(ident)) == ("cart/ident", Start.HARD, "10:05")


def test_a_clock_that_leaps_a_day_ahead_brings_no_burst() -> None:
    desk = playout(hard("00:00", IDENT), soft("05:00", PROMO), soft("30:00", NEWS))
    desk.play_for(timedelta(minutes=16))
    assert at("20:00") < desk.earliest < at("29:00")
    desk.dropped.clear()
    leap = timedelta(days=1)
    desk.since, desk.earliest = desk.since + leap, desk.earliest + leap
    assert desk.play().source == "rotation/music"
    # What a listener might just have expected is told; a day of it is not.
    assert {d.planned_start for d in desk.dropped} <= {at("0:00") + leap, at("5:00") + leap}


@pytest.mark.parametrize("back", [timedelta(seconds=20), timedelta(minutes=14)])
def test_what_aired_does_not_air_again_when_the_clock_is_set_back(back: timedelta) -> None:
    desk = playout(hard("00:00", IDENT), soft("30:00", NEWS))
    before = desk.play_for(timedelta(minutes=61))
    assert {"cart/ident", "bulletin/news"} <= {item.source for item in before}
    desk.since, desk.earliest = desk.since - back, desk.earliest - back
    items = desk.play_for(back)
    assert {item.source for item in items} == {"rotation/music"}
    assert all(item.cut_at is None for item in items)


@pytest.mark.parametrize(("ahead_s", "plays"), [(0.2, True), (120.0, False)])
def test_what_waits_is_kept_when_the_clock_is_set_back_by_a_blink_only(ahead_s: float, plays: bool) -> None:
    desk = playout(soft("10:00", PROMO))
    due = at("10:00").timestamp()
    waits = Pending(at=due, clock="h", index=1, source="cart/promo")
    desk.state = PlanState(considered=due, pending=(waits,))
    desk.since = desk.earliest = at("10:00") - timedelta(seconds=ahead_s)
    assert (desk.play().source == "cart/promo") is plays
    assert [d.reason for d in desk.dropped] == ([] if plays else ["the machine's clock was set back"])


def test_a_start_at_a_time_that_does_not_exist_says_so() -> None:
    events = (
        'events: [{name: once, at: "2026-03-29T01:30", start: hard, play: cart/toh_id}, '
        '{name: daily, at: "02:15", start: hard, play: cart/promo}]\n'
    )
    playout = Playout(schedule(NEWS_HOUR + events), library(), datetime(2026, 3, 29, 0, 50, tzinfo=UTC))
    items = playout.play_for(timedelta(hours=1))
    reasons = {item.clock: item.reason for item in items if item.clock.startswith("event/")}
    assert reasons == {
        "event/once": "hard at 2026-03-29T01:30, a time left out today",
        "event/daily": "hard at 02:15",
    }
