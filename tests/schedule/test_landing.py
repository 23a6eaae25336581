"""Fills that end when they should: a week of them, and each rule of it by an example."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from radiocast.model.media import MediaFile
from radiocast.model.play import FilePart, Kind, PlayItem, Start
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.landing import fade_s
from radiocast.schedule.landings import landings
from radiocast.schedule.separation import keys_of
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import JINGLES, Playout, at, hour, media, schedule, tracks

WEEK = """\
carts:
  toh_id: {kind: ident, cuts: [{file: jingles/id1.ogg}, {file: jingles/id2.ogg}]}
  sweep: {kind: sweeper, files: "jingles/sweep-*.ogg"}
rotations:
  music: {files: "music/**", separation: {artist: 60m, title: 4h}}
bulletins:
  hourly: {target: 3m, max: 4m}
clocks:
  news_hour:
    - {at: "00:00", start: hard, play: cart/toh_id}
    - {after: prev, play: bulletin/hourly}
    - {fill: rotation/music, until: "30:00"}
    - {at: "30:00", start: soft, wait_up_to: 90s, play: bulletin/hourly}
    - {every: 4 tracks, play: cart/sweep}
    - {every: 45m, play: cart/toh_id}
    - {fill: rotation/music}
grid: {default: news_hour}
sustainer: rotation/music
"""
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)


def pop_library(count: int, artists: int, seed: int) -> list[MediaFile]:
    """Tracks as a pop library has them: 2:00 to 6:00, tails of up to two seconds, some with a guest."""
    chance = Random(seed)
    files = []
    for index in range(count):
        cue_out_s = min(360.0, max(120.0, chance.lognormvariate(5.35, 0.22)))
        artist = f"Artist {chance.randrange(artists)}"
        if index % 10 == 0:
            artist += f" feat. Artist {chance.randrange(artists)}"
        files.append(
            MediaFile(
                path=f"music/{index:03}.ogg",
                title=f"Song {index}" + (" (Radio Edit)" if index % 7 == 0 else ""),
                artist=artist,
                duration_s=cue_out_s,
                analysed=True,
                cue_out_s=cue_out_s,
                segue_s=cue_out_s - chance.choice((0.0, 0.4, 1.1, 2.0)),
            )
        )
    return files


@cache
def week(count: int, artists: int, days: int = 7) -> tuple[Playout, tuple[PlayItem, ...]]:
    """What is played in a week in which every bulletin lasts as long as its stories."""
    chance = Random(5)
    catalogue = Catalogue([*pop_library(count, artists, 3), *JINGLES], crossfade_s=2.0)
    desk = Playout(schedule(WEEK), catalogue, MONDAY)
    items: list[PlayItem] = []
    while desk.earliest < MONDAY + timedelta(days=days):
        ahead = desk.ask().item
        speech = ahead.kind is Kind.BULLETIN
        items.append(desk.play(round(chance.uniform(140.0, 215.0), 3) if speech else None))
    return desk, tuple(items)


def file_of(item: PlayItem) -> MediaFile:
    assert isinstance(item.part, FilePart)
    return item.part.media


def tracks_of(items: tuple[PlayItem, ...]) -> list[PlayItem]:
    return [item for item in items if item.kind is Kind.TRACK]


def test_fills_land_on_every_start_of_a_week() -> None:
    desk, items = week(300, 60)
    told = landings(items, desk.calendar)
    # Every hour has two; on the first of all nothing came before, and the last may be that of the next week.
    assert told.starts in {2 * 24 * 7 - 1, 2 * 24 * 7}
    assert told.landed == told.starts, [str(miss) for miss in told.misses]
    hard = [item for item in items if item.start is Start.HARD]
    assert [item.planned_start for item in hard[:168]] == [MONDAY + timedelta(hours=n) for n in range(168)]
    soft = [item for item in items if item.start is Start.SOFT]
    assert len(soft) == 24 * 7
    for item in soft:
        assert item.due is not None
        assert abs((item.planned_start - item.due).total_seconds()) <= 0.5


def test_no_week_has_a_gap_or_a_long_fade() -> None:
    _, items = week(300, 60)
    for before, item in pairwise(items):
        if before.kind is not Kind.TRACK:
            continue
        media = file_of(before)
        if item.start is not Start.HARD:
            assert before.cut_at is None
            # Music comes in over the tail, speech behind it.
            tail_s = media.cue_out_s - media.segue_s
            began_s = (item.planned_start - before.planned_start).total_seconds() - media.cue_out_s
            assert began_s == pytest.approx(0.0 if item.kind is Kind.BULLETIN else -tail_s, abs=1e-3)
            continue
        over_s = (before.planned_start - item.planned_start).total_seconds() + media.cue_out_s
        assert -0.25 <= over_s <= 0.5
        if over_s > 0.001:
            assert before.cut_at == item.planned_start
            assert before.fade_s == pytest.approx(fade_s(over_s), abs=0.002)
        elif over_s < -0.001:
            assert before.cut_at is None


def test_back_timing_wears_out_no_track() -> None:
    _, items = week(300, 60)
    counts = Counter(file_of(item).path for item in tracks_of(items))
    assert len(counts) == 300
    middle = sorted(counts.values())[150]
    assert min(counts.values()) >= middle - 3
    assert max(counts.values()) <= middle + 4


def test_every_rules_come_in_time_between_landings() -> None:
    _, items = week(300, 60)
    since = 0
    gaps = []
    for item in items:
        if item.kind is Kind.TRACK:
            since += 1
        elif item.source == "cart/sweep":
            gaps.append(since)
            since = 0
    # It waits where one or two tracks are left up to a start.
    assert set(gaps[1:]) <= {4, 5, 6}
    assert sum(gap == 4 for gap in gaps) > len(gaps) / 2


def violations(desk: Playout, items: tuple[PlayItem, ...]) -> tuple[list[PlayItem], list[PlayItem]]:
    """Tracks that come too soon, reckoned anew: where another was to be had, and where none was.

    Another is any but the one just heard.
    """
    music = desk.catalogue.match("music/**")
    keys = {file.path: keys_of(file.artist, file.title) for file in music}
    artist_at: dict[str, datetime] = {}
    title_at: dict[str, datetime] = {}
    needless: list[PlayItem] = []
    forced: list[PlayItem] = []
    last = ""

    def free(path: str, now: datetime) -> bool:
        hour, four = timedelta(hours=1), timedelta(hours=4)
        never = datetime.min.replace(tzinfo=UTC)
        return now - title_at.get(keys[path].title, never) >= four and all(
            now - artist_at.get(artist, never) >= hour for artist in keys[path].artists
        )

    for item in tracks_of(items):
        path, now = file_of(item).path, item.planned_start
        if not free(path, now):
            others = (file.path for file in music if file.path not in {path, last})
            (needless if any(free(other, now) for other in others) else forced).append(item)
        elif "relaxed" in item.reason:
            needless.append(item)  # it says so without a need
        for artist in keys[path].artists:
            artist_at[artist] = now
        title_at[keys[path].title] = now
        last = path
    return needless, forced


def test_separation_is_kept_all_week_where_the_library_allows() -> None:
    desk, items = week(300, 60)
    assert violations(desk, items) == ([], [])
    assert len(tracks_of(items)) > 2400


@pytest.mark.parametrize(("count", "artists"), [(120, 14), (60, 20), (12, 3)])
def test_separation_is_broken_only_where_there_is_nobody_else_and_that_is_told(
    count: int, artists: int
) -> None:
    desk, items = week(count, artists, 2)
    needless, forced = violations(desk, items)
    assert needless == []
    assert forced
    assert all("separation relaxed: only" in item.reason for item in forced)


def test_the_same_week_again_is_the_same() -> None:
    _, items = week(300, 60, 2)
    week.cache_clear()
    assert week(300, 60, 2)[1] == items


# -- by example ---------------------------------------------------------------------------------------

FILL = '{fill: rotation/music, until: "30:00"}'
HARD = '{at: "30:00", start: hard, play: cart/toh_id}'


def desk(start: str, *entries: str, files: list[MediaFile] | None = None) -> Playout:
    catalogue = Catalogue([*(files or tracks(60)), *JINGLES], crossfade_s=2.0)
    return Playout(hour(*entries, more=""), catalogue, at(start))


def test_a_landing_says_where_it_leads() -> None:
    playout = desk("20:00", FILL, HARD)
    items = playout.play_for(timedelta(minutes=9))
    assert [item.reason.partition(", lands ")[2][:19] for item in items] == [
        f"10:30 with {n} track{'s' if n > 1 else ''}, 0"[:19] for n in range(len(items), 0, -1)
    ]
    then = playout.play()
    assert (then.source, then.planned_start) == ("cart/toh_id", at("30:00"))


def test_a_landing_survives_a_restart_in_its_middle() -> None:
    through = desk("20:00", FILL, HARD)
    expected = [through.play() for _ in range(4)]
    playout = desk("20:00", FILL, HARD)
    assert playout.play() == expected[0]
    playout.state = PlanState.from_json(playout.state.to_json())
    assert [playout.play() for _ in range(3)] == expected[1:]


def test_after_a_surprise_it_is_chosen_anew_and_still_lands() -> None:
    playout = desk("19:00", FILL, HARD)
    playout.play()
    playout.play(lasts_s=77.7)  # the file broke off
    rest = playout.play_for(at("29:50") - playout.earliest)
    then = playout.play()
    assert (then.source, then.planned_start) == ("cart/toh_id", at("30:00"))
    last = file_of(rest[-1])
    ends = rest[-1].planned_start + timedelta(seconds=last.cue_out_s)
    assert -0.25 <= (ends - at("30:00")).total_seconds() <= 0.5


def test_a_track_that_is_gone_is_replaced() -> None:
    playout = desk("20:00", FILL, HARD)
    playout.play()
    landing = playout.state.landing
    assert landing is not None
    gone = landing.paths[0]
    playout.catalogue = Catalogue(
        [file for file in [*tracks(60), *JINGLES] if file.path != gone], crossfade_s=2.0
    )
    rest = playout.play_for(at("29:50") - playout.earliest)
    assert gone not in {file_of(item).path for item in rest}
    assert playout.play().planned_start == at("30:00")


def test_the_last_before_a_hard_start_holds_the_air_to_its_very_end() -> None:
    files = [
        MediaFile(
            path="music/a.ogg", title="A", artist="A", duration_s=180.0, cue_out_s=180.0, segue_s=178.5
        ),
        MediaFile(
            path="music/b.ogg", title="B", artist="B", duration_s=150.0, cue_out_s=150.0, segue_s=148.0
        ),
    ]
    playout = desk("24:31.5", FILL, HARD, files=files)
    first, last = playout.play(), playout.play()
    held = {file.path: (file.cue_out_s, file.segue_s) for file in files}
    assert first.expected_s == held[file_of(first).path][1]
    assert last.expected_s == held[file_of(last).path][0]
    # As the desk asks: from where music could come in over its tail.
    playout.earliest = last.planned_start + timedelta(seconds=held[file_of(last).path][1])
    then = playout.play()
    assert (then.source, then.planned_start) == ("cart/toh_id", at("30:00"))


def test_speech_that_is_soft_begins_behind_the_tail() -> None:
    files = [
        MediaFile(path="music/a.ogg", title="A", artist="A", duration_s=180.0, cue_out_s=180.0, segue_s=178.0)
    ]
    soft = '{at: "30:00", start: soft, play: bulletin/hourly}'
    playout = desk("27:00", FILL, soft, files=files)
    track = playout.play()
    assert track.expected_s == 180.0
    playout.earliest = track.planned_start + timedelta(seconds=178)
    then = playout.play()
    assert (then.source, then.planned_start) == ("bulletin/hourly", at("30:00"))


def test_an_ident_before_a_bulletin_holds_the_air_to_its_very_end() -> None:
    ident = MediaFile(
        path="jingles/id.ogg", title="Ident", duration_s=8.0, analysed=True, cue_out_s=8.0, segue_s=7.0
    )
    config = schedule(
        "carts: {id: {kind: ident, cuts: [{file: jingles/id.ogg}]}}\n"
        "rotations: {music: {files: 'music/**'}}\nbulletins: {hourly: {target: 3m}}\n"
        'clocks: {h: [{at: "00:00", start: hard, play: cart/id}, {after: prev, play: bulletin/hourly}, '
        '{at: "30:00", start: hard, play: cart/id}, {fill: rotation/music}]}\n'
        "grid: {default: h}\nsustainer: rotation/music\n"
    )
    playout = Playout(config, Catalogue([ident, *tracks(9)], crossfade_s=2.0), at("00:00"))
    first, then = playout.play(), playout.play()
    assert (first.expected_s, then.planned_start) == (8.0, at("00:08"))
    alone = Playout(config, playout.catalogue, at("30:00"))
    assert alone.play().expected_s == 7.0


def test_where_nothing_is_short_enough_it_says_so_and_fades_long() -> None:
    files = [media(f"music/{n}.ogg", 300.0 + n, f"A{n}", f"T{n}") for n in range(5)]
    playout = desk("26:40", FILL, HARD, files=files)
    item = playout.play()
    assert item.reason == "nothing in rotation music is short enough for 10:30: 100 s faded"
    assert (item.cut_at, item.fade_s) == (at("30:00"), 8.0)
    then = playout.play()
    told = landings([item, then], playout.calendar)
    assert (told.starts, told.landed) == (1, 0)
    assert told.lacking("rotation/music") == (200.0,)
    assert str(told.misses[0]) == (
        "cart/toh_id at 10:30:00: 100.0 s cut off, faded, rotation/music has no track of 3:20 for it"
    )


def test_a_sequence_keeps_its_order_and_fades() -> None:
    text = WEEK.replace('"music/**"', '"music/**", order: sequential')
    playout = Playout(schedule(text), Catalogue([*tracks(9), *JINGLES]), at("50:00"))
    items = [item for item in playout.play_for(timedelta(minutes=10)) if item.kind is Kind.TRACK]
    assert [file_of(item).path for item in items] == sorted(file_of(item).path for item in items)
    assert (items[-1].cut_at, items[-1].fade_s) == (at("60:00"), 8.0)


def test_a_plain_fill_takes_what_comes() -> None:
    plain = desk("20:00", FILL.replace("}", ", backtime: false}"), HARD)
    items = plain.play_for(timedelta(minutes=10))
    assert {item.reason for item in items} == {"rotation music, shuffled"}
    assert items[-1].cut_at == at("30:00")


def test_no_sweeper_comes_before_the_last_track_of_a_landing() -> None:
    playout = desk("16:00", FILL, HARD, "{every: 1 tracks, play: cart/sweep}")
    items = playout.play_for(timedelta(minutes=14))
    kinds = [item.kind for item in items]
    assert kinds.count(Kind.SWEEPER) >= 1
    assert kinds[-2:] == [Kind.TRACK, Kind.TRACK]
    assert playout.play().planned_start == at("30:00")


def test_the_sustainer_lands_too() -> None:
    playout = desk("20:00", HARD)
    items = playout.play_for(timedelta(minutes=9))
    assert {item.kind for item in items} == {Kind.SUSTAINER}
    assert "lands 10:30" in items[0].reason
    assert playout.play().planned_start == at("30:00")


@pytest.mark.parametrize(("over_s", "fade"), [(0.0, 0.25), (0.3, 0.6), (3.0, 6.0), (4.0, 8.0), (200.0, 8.0)])
def test_a_fade_is_as_long_as_what_is_lost_asks_for(over_s: float, fade: float) -> None:
    assert fade_s(over_s) == fade
