"""Cuts: air dates, days, dayparts, evergreens; and that rounds go on after a restart."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from radiocast.config.schedule import Cart, Cut
from radiocast.model.play import FilePart, Kind, PlayItem
from radiocast.schedule.carts import choose_cut
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import JINGLES, Playout, library, media, schedule, tracks

CONFIG = """\
carts: {{c: {{kind: promo, {cuts}}}}}
rotations: {{music: {{files: "music/**"}}}}
clocks:
  h:
    - {{at: "00:00", start: hard, play: cart/c}}
    - {{at: "30:00", start: hard, play: cart/c}}
    - {{fill: rotation/music}}
grid: {{default: h}}
sustainer: rotation/music
"""
TIMED = '{file: jingles/id1.ogg, valid: 2026-05-04..2026-05-08, days: mon-thu, daypart: "06:00-10:00"}'
ALWAYS = "{file: jingles/promo.ogg, evergreen: true}"


def aired(cuts: str, start: datetime, span: timedelta) -> list[tuple[datetime, str]]:
    desk = Playout(schedule(CONFIG.format(cuts=cuts)), library(*tracks(40), *JINGLES), start)
    return [(item.planned_start, _path(item)) for item in desk.play_for(span) if item.source == "cart/c"]


def _path(item: PlayItem) -> str:
    assert isinstance(item.part, FilePart)
    return item.part.media.path


def test_a_cut_airs_on_its_dates_days_and_hours_and_an_evergreen_where_no_other_may() -> None:
    week = aired(f"cuts: [{TIMED}, {ALWAYS}]", datetime(2026, 5, 3, tzinfo=UTC), timedelta(days=7))
    timed = [at for at, path in week if path == "jingles/id1.ogg"]
    # London is an hour ahead in May. Friday is a valid date, and none of its days.
    assert timed == [
        datetime(2026, 5, day, hour, minute, tzinfo=UTC)
        for day in (4, 5, 6, 7)
        for hour in (5, 6, 7, 8)
        for minute in (0, 30)
    ]
    assert {path for at, path in week if at not in timed} == {"jingles/promo.ogg"}
    assert len(week) == 7 * 48


def test_a_daypart_past_midnight_belongs_to_the_day_on_which_it_began() -> None:
    late = '{file: jingles/id1.ogg, days: fri, daypart: "22:00-02:00"}'
    cuts = f"cuts: [{late}, {ALWAYS}]"
    played = aired(cuts, datetime(2026, 1, 15, 12, tzinfo=UTC), timedelta(days=3))
    timed = [at for at, path in played if path == "jingles/id1.ogg"]
    first = datetime(2026, 1, 16, 22, tzinfo=UTC)
    assert timed == [first + timedelta(minutes=30 * n) for n in range(8)]


def test_when_no_cut_may_air_the_start_is_dropped_and_says_so() -> None:
    config = schedule(CONFIG.format(cuts=f"cuts: [{TIMED}]"))
    desk = Playout(config, library(*tracks(40), *JINGLES), datetime(2026, 5, 4, 9, 50, tzinfo=UTC))
    desk.play_for(timedelta(minutes=15))
    assert [d.reason for d in desk.dropped] == ["no cut of cart c may air on 2026-05-04 at 11:00"]


def test_without_its_files_a_cart_is_dropped_and_says_so() -> None:
    config = schedule(CONFIG.format(cuts="cuts: [{file: jingles/none.ogg}]"))
    desk = Playout(config, library(*tracks(40), *JINGLES), datetime(2026, 5, 4, 9, 50, tzinfo=UTC))
    desk.play_for(timedelta(minutes=15))
    assert [d.reason for d in desk.dropped] == ["it has nothing that can be played"]


@pytest.mark.parametrize(
    "cuts",
    [
        'files: "jingles/*", order: sequential',
        'files: "jingles/*", order: shuffle',
        "cuts: [{file: jingles/id1.ogg, weight: 3}, {file: jingles/id2.ogg}]",
    ],
)
def test_rounds_go_on_after_a_restart(cuts: str) -> None:
    start, span = datetime(2026, 1, 14, 9, 50, tzinfo=UTC), timedelta(hours=6)
    config = schedule(CONFIG.format(cuts=cuts))
    whole = Playout(config, library(*tracks(40), *JINGLES), start)
    through = [(i.planned_start, _path(i)) for i in whole.play_for(span) if i.source == "cart/c"]
    first = Playout(config, library(*tracks(40), *JINGLES), start)
    begun = [(i.planned_start, _path(i)) for i in first.play_for(span / 2) if i.source == "cart/c"]
    second = Playout(
        config,
        library(*tracks(40), *JINGLES),
        first.earliest,
        state=PlanState.from_json(first.state.to_json()),
    )
    second.since = first.since
    rest = [
        (i.planned_start, _path(i))
        for i in second.play_for(start + span - first.earliest)
        if i.source == "cart/c"
    ]
    assert begun + rest == through


def test_a_cut_in_sequence_goes_on_behind_one_that_may_no_longer_air() -> None:
    cuts = (
        "order: sequential, cuts: [{file: jingles/id1.ogg}, {file: jingles/id2.ogg, valid: ..2026-01-14}, "
        "{file: jingles/promo.ogg}]"
    )
    played = aired(cuts, datetime(2026, 1, 14, 21, 50, tzinfo=UTC), timedelta(hours=3, minutes=20))
    assert [path.removeprefix("jingles/") for _, path in played] == [
        "id1.ogg",
        "id2.ogg",
        "promo.ogg",
        "id1.ogg",
        "promo.ogg",
        "id1.ogg",
        "promo.ogg",
    ]


def test_weights_are_kept_among_those_that_may_air() -> None:
    later = "{file: jingles/promo.ogg, valid: 2030-01-01..}"
    cuts = f"cuts: [{{file: jingles/id1.ogg, weight: 3}}, {{file: jingles/id2.ogg}}, {later}]"
    played = aired(cuts, datetime(2026, 1, 14, 9, 50, tzinfo=UTC), timedelta(hours=20))
    assert Counter(path for _, path in played) == {"jingles/id1.ogg": 30, "jingles/id2.ogg": 10}


def test_no_cut_comes_twice_in_a_row_where_another_is_owed_its_turn() -> None:
    cuts = "cuts: [{file: jingles/id1.ogg, weight: 2}, {file: jingles/id2.ogg}, {file: jingles/promo.ogg}]"
    played = [path for _, path in aired(cuts, datetime(2026, 1, 14, 9, 50, tzinfo=UTC), timedelta(hours=20))]
    assert len(played) == 40
    assert all(first != second for first, second in pairwise(played))
    assert Counter(played)["jingles/id1.ogg"] == 20


def test_a_cart_that_loses_a_cut_in_the_middle_of_a_round_goes_on() -> None:
    cart = Cart(name="c", kind=Kind.IDENT, cuts=(Cut(file="jingles/id1.ogg"),))
    state = PlanState(rounds={"cart/c": {"jingles/id1.ogg": 3}}, positions={"cart/c": "jingles/id1.ogg"})
    for _ in range(5):
        choice = choose_cut(
            cart, library(*tracks(1), *JINGLES), state, shown=datetime(2026, 1, 14, 9, tzinfo=UTC), seed=1
        )
        assert choice is not None
        state = choice.state


def test_a_rotation_by_weight_plays_everything_and_the_heavy_more_often() -> None:
    config = schedule(
        'rotations: {music: {files: "music/**", order: weighted, weights: {"music/hits/**": 3}}}\n'
        "clocks: {h: [{fill: rotation/music}]}\ngrid: {default: h}\nsustainer: rotation/music\n"
    )
    files = [media(f"music/hits/{n}.ogg", 200.0 + n, f"H{n}", f"Hit {n}") for n in range(10)]
    files += [media(f"music/old/{n}.ogg", 190.0 + n, f"O{n}", f"Old {n}") for n in range(30)]
    desk = Playout(config, library(*files), datetime(2026, 1, 14, 10, tzinfo=UTC))
    counts = Counter(_path(desk.play()) for _ in range(1200))
    hits = [count for path, count in counts.items() if "/hits/" in path]
    rest = [count for path, count in counts.items() if "/old/" in path]
    assert (len(hits), len(rest)) == (10, 30)
    assert 2.7 <= (sum(hits) / 10) / (sum(rest) / 30) <= 3.3
    assert min(rest) >= 15
    assert min(hits) >= 50
