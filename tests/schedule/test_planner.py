"""Each rule of the planner by an example."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from radiocast.config.schedule import Dst
from radiocast.model.play import BulletinPart, FilePart, Kind, PlayItem, StandbyPart, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import (
    JINGLES,
    LONDON,
    NEWS_HOUR,
    TEN,
    Playout,
    at,
    hour,
    library,
    media,
    schedule,
    tracks,
)

MUSIC = "{fill: rotation/music}"
LONG = media("music/long.ogg", 1000.0, "A", "Long")


def sources(items: list[PlayItem]) -> list[str]:
    return [item.source for item in items]


def path(item: PlayItem) -> str:
    assert isinstance(item.part, FilePart)
    return item.part.media.path


# -- hard starts --------------------------------------------------------------------------------------


def test_a_hard_start_takes_its_second_from_what_is_playing() -> None:
    playout = Playout(
        hour('{at: "15:00", start: hard, play: cart/toh_id}', MUSIC), library(LONG, *JINGLES), TEN
    )
    playout.since, playout.earliest = TEN, at("16:40")
    item = playout.play()
    assert (item.source, item.start, item.planned_start) == ("cart/toh_id", Start.HARD, at("15:00"))
    assert item.reason == "hard at 15:00"


def test_an_item_that_would_run_over_a_hard_start_carries_its_second() -> None:
    playout = Playout(
        hour('{fill: rotation/music, until: "15:00"}', '{at: "15:00", start: hard, play: cart/toh_id}'),
        library(LONG, *JINGLES),
        TEN,
    )
    item = playout.play()
    assert (item.source, item.cut_at) == ("rotation/music", at("15:00"))
    then = playout.play()
    assert (then.start, then.planned_start, then.cut_at) == (Start.HARD, at("15:00"), None)


def test_a_hard_start_at_the_very_end_of_what_is_playing_is_hard() -> None:
    playout = Playout(hour('{at: "15:00", start: hard, play: cart/toh_id}'), library(), TEN)
    playout.since, playout.earliest = at("12:00"), at("15:00")
    assert playout.play().planned_start == at("15:00")


def test_a_hard_start_a_blink_after_the_end_leaves_no_scrap_before_it() -> None:
    playout = Playout(
        hour('{fill: rotation/music, until: "15:00"}', '{at: "15:00", start: hard, play: cart/toh_id}'),
        library(),
        TEN,
    )
    playout.earliest = at("14:59.9")
    assert playout.play().planned_start == at("15:00")


def test_the_next_hour_s_hard_start_is_found_across_the_top() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), at("58:00"))
    track = playout.play()
    assert track.cut_at == at("60:00")
    ident = playout.play()
    assert (ident.start, ident.planned_start, ident.kind) == (Start.HARD, at("60:00"), Kind.IDENT)


def test_of_two_hard_starts_within_one_item_both_play_in_turn() -> None:
    playout = Playout(
        hour(
            '{at: "10:00", start: hard, play: cart/toh_id}',
            '{at: "12:00", start: hard, play: cart/promo}',
            MUSIC,
        ),
        library(LONG, *JINGLES),
        TEN,
    )
    playout.earliest = at("15:00")
    first = playout.play()
    assert (first.planned_start, first.source) == (at("10:00"), "cart/toh_id")
    assert playout.play().source == "rotation/music"
    assert playout.play().planned_start == at("12:00")


def test_a_hard_start_missed_by_a_crash_begins_at_once_and_one_long_missed_is_dropped() -> None:
    config = schedule(NEWS_HOUR)
    playout = Playout(config, library(), at("57:00"))
    playout.play()
    before_the_crash = playout.state
    back = Playout(config, library(), at("60:30"), state=before_the_crash)
    item = back.play()
    assert (item.source, item.start) == ("cart/toh_id", Start.HARD)
    late = Playout(config, library(), at("71:00"), state=before_the_crash)
    assert late.play().source == "cart/sweep"
    assert [(d.source, d.planned_start) for d in late.dropped] == [("cart/toh_id", at("60:00"))]


def test_of_several_missed_hard_starts_only_the_last_is_made_up_for() -> None:
    config = hour(
        '{at: "10:00", start: hard, play: cart/toh_id}',
        '{at: "12:00", start: hard, play: cart/promo}',
        MUSIC,
    )
    playout = Playout(config, library(), at("09:00"))
    playout.play()
    back = Playout(config, library(), at("13:00"), state=playout.state)
    assert sources([back.play(), back.play()]) == ["cart/promo", "rotation/music"]
    assert [d.source for d in back.dropped] == ["cart/toh_id"]


def test_a_missed_hard_start_is_not_planned_before_what_is_playing_began() -> None:
    """The item before ran long, and what followed began behind the second it should have been cut at."""
    playout = Playout(schedule(NEWS_HOUR), library(), at("59:00"))
    playout.play()
    playout.since, playout.earliest = at("60:01"), at("63:00")
    item = playout.play()
    assert (item.start, item.planned_start) == (Start.HARD, at("60:01"))


def test_what_follows_a_hard_start_that_began_a_little_early_lets_it_end() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), at("59:00"))
    playout.play()
    assert playout.play().source == "cart/toh_id"
    playout.since, playout.earliest = at("59:59.98"), at("60:07.98")
    item = playout.play()
    assert (item.source, item.start, item.planned_start) == ("bulletin/hourly", Start.FOLLOW, at("60:07.98"))


def test_when_the_sound_of_a_hard_start_fails_what_follows_takes_its_second() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), at("57:00"))
    playout.since, playout.earliest = at("57:00"), at("61:00")
    failed = playout.ask()
    assert failed.item.source == "cart/toh_id"
    # Asked again about the same moment: the ident turned out to be no sound.
    playout.state = failed.state
    item = playout.play()
    assert (item.source, item.start, item.planned_start) == ("bulletin/hourly", Start.HARD, at("60:00"))


def test_when_the_file_of_a_hard_start_is_missing_what_follows_takes_its_second() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(*tracks(9)), at("57:00"))
    playout.since, playout.earliest = at("57:00"), at("61:00")
    item = playout.play()
    assert (item.source, item.start, item.planned_start) == ("bulletin/hourly", Start.HARD, at("60:00"))
    assert [d.source for d in playout.dropped] == ["cart/toh_id"]


# -- after: prev --------------------------------------------------------------------------------------


def test_after_prev_follows_its_entry_before_anything_else() -> None:
    playout = Playout(
        hour(
            '{at: "00:00", start: hard, play: cart/toh_id}',
            "{after: prev, play: bulletin/hourly}",
            "{after: prev, play: cart/promo}",
            "{every: 1m, play: cart/sweep}",
            MUSIC,
        ),
        library(),
        TEN,
    )
    items = [playout.play() for _ in range(4)]
    assert sources(items) == ["cart/toh_id", "bulletin/hourly", "cart/promo", "rotation/music"]
    assert [item.start for item in items[1:3]] == [Start.FOLLOW, Start.FOLLOW]
    assert items[1].planned_start == items[0].planned_start + timedelta(seconds=items[0].expected_s)
    assert items[1].reason == "after cart/toh_id"


def test_a_hard_start_breaks_a_chain_and_says_so() -> None:
    playout = Playout(
        hour(
            '{at: "00:00", play: file/music/track001.ogg}',
            "{after: prev, play: cart/promo}",
            '{at: "02:00", start: hard, play: cart/toh_id}',
            MUSIC,
        ),
        library(),
        TEN,
    )
    assert playout.play().cut_at == at("02:00")
    assert playout.play().source == "cart/toh_id"
    assert [d.source for d in playout.dropped] == ["cart/promo"]
    assert playout.play().source == "rotation/music"


def test_after_a_fill_is_due_when_the_fill_ends() -> None:
    playout = Playout(
        hour('{fill: rotation/music, until: "10:00"}', "{after: prev, play: cart/promo}", MUSIC),
        library(),
        TEN,
    )
    items = playout.play_for(timedelta(minutes=14))
    promo = next(item for item in items if item.source == "cart/promo")
    assert promo.start is Start.SOFT
    assert at("10:00") <= promo.planned_start < at("15:00")


# -- soft starts --------------------------------------------------------------------------------------


def test_a_soft_start_waits_for_the_end_of_what_is_playing() -> None:
    playout = Playout(hour('{at: "15:00", play: bulletin/hourly}', MUSIC), library(), TEN)
    playout.since, playout.earliest = at("13:00"), at("16:30")
    item = playout.play()
    assert (item.source, item.start, item.planned_start) == ("bulletin/hourly", Start.SOFT, at("16:30"))
    assert item.reason == "soft at 15:00, 1:30 late"
    assert item.part == BulletinPart(bulletin="hourly")


def test_a_soft_start_is_never_early() -> None:
    playout = Playout(hour('{at: "15:00", play: bulletin/hourly}', MUSIC), library(), TEN)
    playout.since, playout.earliest = at("13:00"), at("14:59")
    assert playout.play().source == "rotation/music"


@pytest.mark.parametrize(("late", "plays"), [("10:00", True), ("10:01", False)])
def test_a_soft_start_more_than_ten_minutes_late_is_dropped_and_told(late: str, plays: bool) -> None:
    playout = Playout(hour('{at: "15:00", play: bulletin/hourly}', MUSIC), library(), TEN)
    playout.play()
    playout.since, playout.earliest = at("14:00"), at(late, at("15:00"))
    item = playout.play()
    assert (item.source == "bulletin/hourly") is plays
    if not plays:
        (dropped,) = playout.dropped
        assert (dropped.source, dropped.planned_start, dropped.clock) == ("bulletin/hourly", at("15:00"), "h")
        assert dropped.reason == "more than 10 minutes late"


def test_a_soft_start_does_not_begin_seconds_before_a_hard_one() -> None:
    playout = Playout(
        hour(
            '{at: "14:00", play: bulletin/hourly}',
            '{at: "15:00", start: hard, play: cart/toh_id}',
            MUSIC,
        ),
        library(),
        TEN,
    )
    playout.since, playout.earliest = at("12:00"), at("14:57")
    assert playout.play().source != "bulletin/hourly"
    assert playout.play().source == "cart/toh_id"
    assert playout.play().source == "bulletin/hourly"


def test_a_soft_start_plays_once_though_an_item_crosses_the_hour() -> None:
    playout = Playout(
        hour('{fill: rotation/music, until: "59:00"}', '{at: "59:00", play: cart/promo}'), library(), TEN
    )
    items = playout.play_for(timedelta(hours=3, minutes=10))
    promos = [item for item in items if item.source == "cart/promo"]
    assert len(promos) == 3


# -- every --------------------------------------------------------------------------------------------


def test_every_so_many_tracks_in_file_order_and_first_after_the_first_track() -> None:
    playout = Playout(
        hour("{every: 3 tracks, play: cart/sweep}", "{every: 20m, play: cart/promo}", MUSIC), library(), TEN
    )
    items = [playout.play() for _ in range(8)]
    music, sweep = "rotation/music", "cart/sweep"
    assert sources(items) == [music, sweep, "cart/promo", music, music, music, sweep, music]
    assert items[1].reason == "every 3 tracks, the first since sign-on"
    assert items[6].reason == "every 3 tracks"


def test_every_so_many_minutes_counts_from_the_last_airing_wherever_it_was() -> None:
    playout = Playout(
        hour(
            '{fill: rotation/music, until: "15:00"}',
            '{at: "15:00", play: bulletin/hourly}',
            "{every: 20m, play: bulletin/hourly}",
            MUSIC,
        ),
        library(),
        at("16:00"),
    )
    items = playout.play_for(timedelta(hours=3))
    starts = [item.planned_start for item in items if item.source == "bulletin/hourly"]
    by_rule = {item.planned_start for item in items if item.reason == "every 20m"}
    assert by_rule
    for before, start in pairwise(starts):
        if start in by_rule:
            assert start - before >= timedelta(minutes=20)


def test_every_waits_where_it_would_be_cut() -> None:
    playout = Playout(
        hour(
            '{fill: rotation/music, until: "10:00"}',
            '{at: "10:00", start: hard, play: cart/toh_id}',
            "{every: 1 tracks, play: cart/promo}",
            MUSIC,
        ),
        library(),
        at("9:30"),
    )
    playout.play(lasts_s=15.0)
    assert playout.play().source == "rotation/music"
    assert playout.play().source == "cart/toh_id"
    assert playout.play().source == "cart/promo"


def test_every_is_for_fills_and_not_for_the_sustainer() -> None:
    playout = Playout(
        hour('{at: "10:00", play: cart/toh_id}', "{every: 1 tracks, play: cart/promo}"), library(), TEN
    )
    assert {item.kind for item in playout.play_for(timedelta(minutes=9))} == {Kind.SUSTAINER}


# -- fills, sustainer, standby ------------------------------------------------------------------------


def test_what_nothing_covers_is_sustained() -> None:
    playout = Playout(
        hour('{at: "10:00", play: cart/toh_id}', '{fill: file/jingles/promo.ogg, until: "20:00"}'),
        library(),
        TEN,
    )
    item = playout.play()
    assert (item.kind, item.source) == (Kind.SUSTAINER, "rotation/music")
    assert item.reason == "nothing is scheduled here: rotation music, shuffled"
    playout.since = playout.earliest = at("12:00")
    assert playout.play().source == "cart/toh_id"
    fill = playout.play()
    assert (fill.kind, path(fill)) == (Kind.FILE, "jingles/promo.ogg")


def test_a_fill_without_files_is_sustained_and_says_so() -> None:
    playout = Playout(hour("{fill: file/none/**}"), library(), TEN)
    item = playout.play()
    assert item.kind is Kind.SUSTAINER
    assert item.reason.startswith("file/none/** has nothing to play")


def test_without_any_file_there_is_the_standby_sound() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(media("a.ogg", 0.0)), at("20:00"))
    item = playout.play()
    assert (item.kind, item.part) == (Kind.EMERGENCY, StandbyPart())


def test_a_station_without_music_still_has_its_news() -> None:
    config = hour("{every: 20m, play: bulletin/hourly}", "{every: 2 tracks, play: cart/promo}", MUSIC)
    items = Playout(config, library(*JINGLES), TEN).play_for(timedelta(minutes=45))
    assert [item.source for item in items[:3]] == ["standby", "bulletin/hourly", "cart/promo"]
    assert [item.kind for item in items].count(Kind.BULLETIN) == 3
    assert [item.source for item in items].count("cart/promo") == 1


def test_a_sustainer_in_a_fill_s_place_counts_as_its_tracks() -> None:
    config = hour("{every: 2 tracks, play: cart/promo}", "{fill: file/none/**}")
    items = Playout(config, library(), TEN).play_for(timedelta(minutes=45))
    assert [item.kind for item in items[:5]] == [
        Kind.SUSTAINER,
        Kind.PROMO,
        Kind.SUSTAINER,
        Kind.SUSTAINER,
        Kind.PROMO,
    ]


def test_a_track_too_short_to_be_heard_is_none() -> None:
    playout = Playout(hour(MUSIC), library(media("music/click.ogg", 0.05), *tracks(1)), TEN)
    assert {path(playout.play()) for _ in range(4)} == {"music/track000.ogg"}


def test_the_track_that_fits_is_preferred_before_a_hard_start() -> None:
    fits = media("music/fits.ogg", 150.0, "F", "Fits")
    others = [media(f"music/long{i}.ogg", 290.0, f"L{i}", f"Long {i}") for i in range(9)]
    config = hour('{fill: rotation/music, until: "30:00"}', '{at: "30:00", start: hard, play: cart/toh_id}')
    item = Playout(config, library(*others, fits, *JINGLES), at("27:30")).play()
    assert path(item) == "music/fits.ogg"
    assert item.reason == "rotation music, lands 10:30 with 1 track, 0.0 s over"
    assert item.cut_at is None


def test_a_long_track_is_not_begun_for_ten_seconds() -> None:
    short = media("music/short.ogg", 9.9, "S", "Short")
    others = [media(f"music/long{i}.ogg", 290.0, f"L{i}", f"Long {i}") for i in range(9)]
    config = hour('{fill: rotation/music, until: "30:00"}', '{at: "30:00", start: hard, play: cart/toh_id}')
    assert path(Playout(config, library(*others, short, *JINGLES), at("29:50")).play()) == "music/short.ogg"


@pytest.mark.parametrize("order", ["shuffle", "sequential"])
def test_nothing_is_begun_to_be_cut_within_five_seconds_if_something_shorter_is_there(order: str) -> None:
    blip = media("music/z-blip.ogg", 3.0, "S", "Blip")
    config = schedule(
        NEWS_HOUR.replace('"music/**"', f'"music/**", order: {order}').replace(
            'at: "30:00", start: soft', 'at: "30:00", start: hard'
        )
    )
    playout = Playout(config, library(*tracks(9), blip, *JINGLES), at("29:56"))
    assert path(playout.play()) == "music/z-blip.ogg"


# -- joining, restarting, changing --------------------------------------------------------------------


def test_joining_in_the_middle_of_an_hour_plays_nothing_late() -> None:
    items = Playout(schedule(NEWS_HOUR), library(), at("41:07")).play_for(timedelta(minutes=15))
    assert items[0].source == "rotation/music"
    assert items[0].planned_start == at("41:07")
    assert not [item for item in items if item.kind in {Kind.BULLETIN, Kind.IDENT}]


def test_joining_on_the_very_second_of_a_start_plays_it() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), TEN)
    assert playout.play().source == "cart/toh_id"


def test_a_kept_state_goes_on_with_the_chain_and_repeats_nothing() -> None:
    config = schedule(NEWS_HOUR)
    playout = Playout(config, library(), TEN)
    assert playout.play().source == "cart/toh_id"
    back = Playout(config, library(), at("00:20"), state=PlanState.from_json(playout.state.to_json()))
    assert sources([back.play(), back.play()]) == ["bulletin/hourly", "rotation/music"]


def test_a_state_of_a_clock_that_was_years_ahead_does_not_silence_the_anchors() -> None:
    config = schedule(NEWS_HOUR)
    future = Playout(config, library(), TEN.replace(year=2031))
    future.play()
    playout = Playout(config, library(), at("59:00"), state=future.state)
    playout.play()
    assert playout.play().source == "cart/toh_id"


def test_a_changed_schedule_counts_from_the_next_item_on() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), TEN)
    playout.play()
    playout.calendar = Calendar(hour('{at: "05:00", start: hard, play: cart/promo}', MUSIC), LONDON)
    item = playout.play()
    assert (item.source, item.clock) == ("rotation/music", "h")


def test_a_waiting_start_that_was_taken_out_of_the_schedule_is_dropped() -> None:
    playout = Playout(
        hour('{at: "10:00", play: cart/toh_id}', '{at: "11:00", play: bulletin/hourly}', MUSIC),
        library(),
        TEN,
    )
    playout.earliest = at("12:00")
    assert playout.play().source == "cart/toh_id"
    playout.calendar = Calendar(hour(MUSIC), LONDON)
    assert playout.play().source == "rotation/music"
    assert [(d.source, d.reason) for d in playout.dropped] == [
        ("bulletin/hourly", "it is no longer in the schedule there")
    ]


def test_ids_are_readable_and_never_repeat() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), TEN)
    ids = [item.id for item in playout.play_for(timedelta(hours=5))]
    assert ids[:2] == ["00000-toh_id", "00001-hourly"]
    assert len(set(ids)) == len(ids)


def test_a_bulletin_is_expected_to_last_as_it_is_known_to() -> None:
    playout = Playout(schedule(NEWS_HOUR), library(), at("30:00"))
    assert playout.ask().item.expected_s == 180.0


def test_the_hour_is_that_of_the_local_clock() -> None:
    """In Nepal, at UTC+5:45, the full hour comes at a quarter past."""
    playout = Playout(schedule(NEWS_HOUR), library(), at("14:00"), zone=ZoneInfo("Asia/Kathmandu"))
    playout.play()
    assert playout.play().planned_start == at("15:00")


@pytest.mark.parametrize(("fold", "hours"), [("first", [0, 2]), ("second", [1, 2]), ("both", [0, 1, 2])])
def test_a_repeated_hour_in_autumn_has_its_starts_as_the_policy_says(
    fold: Literal["first", "second", "both"], hours: list[int]
) -> None:
    start = TEN.replace(month=10, day=25, hour=0)  # 01:00 in London, for the first time
    config = replace(schedule(NEWS_HOUR), dst=Dst(fold=fold))
    items = Playout(config, library(), start, zone=LONDON).play_for(timedelta(hours=3))
    idents = [item.planned_start for item in items if item.kind is Kind.IDENT]
    assert idents == [start + timedelta(hours=n) for n in hours]
    for before, after in pairwise(items):
        assert after.planned_start - before.planned_start <= timedelta(seconds=before.expected_s + 0.25)
