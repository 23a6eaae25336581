"""Order, separation and weights, over many choices."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from radiocast.model.media import MediaFile
from radiocast.model.play import FilePart, PlayItem
from tests.schedule.studio_day import JINGLES, TEN, Playout, library, media, schedule, tracks

MUSIC_HOUR = """\
rotations: {{music: {{files: "music/**", order: {order}, separation: {{artist: {artist}, title: {title}}}}}}}
clocks: {{h: [{{fill: rotation/music}}]}}
grid: {{default: h}}
sustainer: rotation/music
"""


def music(
    files: list[MediaFile],
    count: int,
    *,
    order: str = "shuffle",
    artist: str = "0s",
    title: str = "0s",
    seed: int = 1,
) -> list[PlayItem]:
    config = schedule(MUSIC_HOUR.format(order=order, artist=artist, title=title))
    playout = Playout(config, library(*files), TEN, seed=seed)
    return [playout.play() for _ in range(count)]


def paths(items: list[PlayItem]) -> list[str]:
    return [item.part.media.path for item in items if isinstance(item.part, FilePart)]


@pytest.mark.parametrize("count", [2, 3, 4, 7, 30])
def test_shuffle_plays_everything_and_nothing_twice_running(count: int) -> None:
    played = paths(music(tracks(count), count * 20))
    assert all(before != after for before, after in pairwise(played))
    assert set(played[: 2 * count]) == set(played)
    assert len(set(played)) == count
    assert min(Counter(played).values()) >= 14


def test_shuffle_is_no_fixed_order() -> None:
    played = paths(music(tracks(12), 120))
    rounds = {tuple(played[i : i + 12]) for i in range(0, 120, 12)}
    assert len(rounds) == 10


def test_nothing_comes_back_before_half_of_the_rest_was_heard() -> None:
    played = paths(music(tracks(30), 600))
    last: dict[str, int] = {}
    gaps = [
        index - last[path] for index, path in enumerate(played) if path in last or last.update({path: index})
    ]
    assert min(gaps) >= 15


def test_another_seed_is_another_shuffle_and_the_same_seed_the_same() -> None:
    assert paths(music(tracks(30), 40, seed=1)) == paths(music(tracks(30), 40, seed=1))
    assert paths(music(tracks(30), 40, seed=1)) != paths(music(tracks(30), 40, seed=2))


def test_one_track_alone_plays_again_and_again() -> None:
    assert len(set(paths(music(tracks(1), 5)))) == 1


def test_artists_and_titles_keep_their_distance_where_the_library_allows() -> None:
    items = music(tracks(90, artists=30), 400, artist="60m", title="3h")
    assert not [item for item in items if "relaxed" in item.reason]
    artists: dict[str, PlayItem] = {}
    titles: dict[str, PlayItem] = {}
    for item in items:
        for heard, key, least in ((artists, item.artist, 1), (titles, item.title, 3)):
            if key in heard:
                assert item.planned_start - heard[key].planned_start >= timedelta(hours=least)
            heard[key] = item


def test_artists_are_the_same_in_any_case() -> None:
    files = [media(f"music/{i}.ogg", 200.0, "ABBA" if i % 2 else "Abba", f"T{i}") for i in range(4)]
    items = music([*files, media("music/x.ogg", 200.0, "Other", "X")], 10, artist="5m")
    assert not any(
        before.artist.casefold() == after.artist.casefold() and "relaxed" not in after.reason
        for before, after in pairwise(items)
    )


def test_tracks_without_an_artist_are_not_kept_apart() -> None:
    files = [media(f"music/{i}.ogg", 200.0, "", f"T{i}") for i in range(9)]
    assert not [item for item in music(files, 30, artist="4h") if "relaxed" in item.reason]


def test_too_few_artists_are_relaxed_and_the_reason_says_so() -> None:
    items = music(tracks(30, artists=3), 40, artist="60m")
    assert items[3].reason == "rotation music, separation relaxed: only 3 artists"
    assert all(
        len({a.artist, b.artist, c.artist}) == 3 for a, b, c in zip(items, items[1:], items[2:], strict=False)
    )


def test_too_few_titles_are_relaxed_and_artists_kept() -> None:
    items = music(tracks(8), 60, artist="6m", title="4h")
    assert items[8].reason == "rotation music, separation relaxed: only 8 titles"
    assert all(before.artist != after.artist for before, after in pairwise(items))


def test_sequence_goes_by_name_and_round_and_survives_a_restart() -> None:
    played = paths(music(tracks(4), 6, order="sequential"))
    assert played == [f"music/track00{i}.ogg" for i in (0, 1, 2, 3, 0, 1)]
    config = schedule(MUSIC_HOUR.format(order="sequential", artist="0s", title="0s"))
    before = Playout(config, library(*tracks(4)), TEN)
    before.play()
    # The file it stood at is gone meanwhile: it goes on with the next by name.
    after = Playout(config, library(*tracks(4)[1:]), TEN, state=before.state)
    assert paths([after.play()]) == ["music/track001.ogg"]


def cart(definition: str, count: int, *files: MediaFile) -> list[str]:
    config = schedule(
        f"carts: {{c: {definition}}}\nrotations: {{music: {{files: 'music/**'}}}}\n"
        "clocks: {h: [{every: 1 tracks, play: cart/c}, {fill: rotation/music}]}\n"
        "grid: {default: h}\nsustainer: rotation/music\n"
    )
    playout = Playout(config, library(*tracks(3), *(files or JINGLES)), TEN)
    items = [playout.play() for _ in range(2 * count)]
    return paths([item for item in items if item.source == "cart/c"])


def test_cuts_come_as_often_as_their_weights_say() -> None:
    played = cart("{cuts: [{file: jingles/id1.ogg, weight: 3}, {file: jingles/id2.ogg}]}", 40)
    assert Counter(played) == {"jingles/id1.ogg": 30, "jingles/id2.ogg": 10}
    # Spread out: never more of the heavy one running than its weight and a round's end allow.
    assert all(len(set(played[i : i + 7])) == 2 for i in range(30))


def test_cuts_without_weights_come_round_and_never_twice_running() -> None:
    played = cart('{files: "jingles/*"}', 60)
    assert set(Counter(played).values()) == {12}
    assert all(before != after for before, after in pairwise(played))


def test_cuts_in_sequence_go_by_their_place_in_the_list() -> None:
    definition = "{cuts: [{file: jingles/promo.ogg}, {file: jingles/id1.ogg}], order: sequential}"
    assert cart(definition, 4) == ["jingles/promo.ogg", "jingles/id1.ogg"] * 2


def test_a_cut_that_is_missing_is_passed_over() -> None:
    assert set(cart("{cuts: [{file: jingles/none.ogg, weight: 9}, {file: jingles/id1.ogg}]}", 5)) == {
        "jingles/id1.ogg"
    }
