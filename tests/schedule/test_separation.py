"""Who is the same artist, what the same song, and who was on the air when."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import Rotation
from radiocast.schedule.separation import Heard, Keys, apart, keys_of
from radiocast.schedule.state import LEAST_HISTORY, Played, remembered
from tests.schedule.studio_day import media


def artists(name: str, title: str = "Song") -> set[str]:
    return set(keys_of(name, title).artists)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Simon & Garfunkel", {"simon and garfunkel", "simon", "garfunkel"}),
        ("Earth, Wind & Fire", {"earth wind and fire", "earth", "wind", "fire"}),
        ("Beyoncé feat. JAY-Z", {"beyonce feat jay z", "beyonce", "jay z"}),
        ("Queen (feat. David Bowie)", {"queen feat david bowie", "queen", "david bowie"}),
        ("Sting featuring Shaggy", {"sting featuring shaggy", "sting", "shaggy"}),
        ("Rihanna ft Drake", {"rihanna ft drake", "rihanna", "drake"}),
        ("Calvin Harris x Dua Lipa", {"calvin harris x dua lipa", "calvin harris", "dua lipa"}),
        ("Martin Garrix × Usher", {"martin garrix usher", "martin garrix", "usher"}),
        ("Run-DMC vs. Jason Nevins", {"run dmc vs jason nevins", "run dmc", "jason nevins"}),
        ("Elvis with The Jordanaires", {"elvis with the jordanaires", "elvis", "jordanaires"}),
        ("Kygo, Selena Gomez", {"kygo selena gomez", "kygo", "selena gomez"}),
        ("ABBA; Cher", {"abba cher", "abba", "cher"}),
        ("ABBA\0Cher", {"abba cher", "abba", "cher"}),
        ("Lil Nas X & Cardi B", {"lil nas x and cardi b", "lil nas x", "cardi b"}),
        ("Florence + The Machine", {"florence and the machine", "florence", "machine"}),
        # Names that only look like two.
        ("Malcolm X", {"malcolm x"}),
        ("X Ambassadors", {"x ambassadors"}),
        ("Defeat", {"defeat"}),
        ("Wither", {"wither"}),
        ("10,000 Maniacs", {"10 000 maniacs"}),
        ("AC/DC", {"acdc"}),
        # Names of hardly a letter, and of other letters.
        ("!!!", {"!!!"}),
        ("The The", {"the"}),
        ("美空ひばり", {"美空ひばり"}),
        # Nobody.
        ("", set()),
        ("  ", set()),
        ("Various Artists", set()),
        ("Unknown Artist", set()),
    ],
)
def test_every_artist_of_a_track(name: str, parts: set[str]) -> None:
    assert artists(name) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nick Cave & The Bad Seeds", "nick cave and the bad seeds"),
        ("The Beatles", "Beatles, The"),
        ("The Beatles", "BEATLES"),
        ("Guns N’ Roses", "Guns N' Roses"),
        ("R.E.M.", "REM"),
        ("Sigur Rós", "Sigur Ros"),
        ("MØ", "Mo"),
        ("Motörhead", "Motorhead"),
        ("Jay-Z", "Jay Z"),
        ("Straße", "STRASSE"),
    ],
)
def test_one_artist_in_two_spellings(one: str, other: str) -> None:
    assert artists(one) == artists(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paul Simon", "Simon & Garfunkel"),
        ("Queens of the Stone Age", "Queen"),
        ("Nas", "Lil Nas X"),
        ("The The", "Beatles, The"),
    ],
)
def test_artists_that_are_none_of_each_other(one: str, other: str) -> None:
    assert not artists(one) & artists(other)


def test_an_artist_named_in_the_title_counts() -> None:
    assert artists("Daft Punk", "Get Lucky (feat. Pharrell Williams) [Radio Edit]") == {
        "daft punk",
        "pharrell williams",
    }
    assert artists("Rihanna", "Umbrella ft. Jay-Z") == {"rihanna", "jay z"}
    assert artists("Adele", "Defeat (Feature Film)") == {"adele"}


@pytest.mark.parametrize(
    ("title", "song"),
    [
        ("Under Pressure (Live)", "under pressure"),
        ("Help! - Remastered 2009", "help"),
        ("Get Lucky (feat. Pharrell Williams) [Radio Edit]", "get lucky"),
        ("Umbrella ft. Jay-Z", "umbrella"),
        ("Song (2011 Remaster) - Single Version", "song"),
        ("It Ain't Me (Tiësto Remix)", "it aint me"),
        ("The Boxer", "boxer"),
        # What belongs to the song.
        ("(I Can't Get No) Satisfaction", "i cant get no satisfaction"),
        ("Live and Let Die", "live and let die"),
        ("Video Killed the Radio Star", "video killed the radio star"),
        ("Single Ladies (Put a Ring on It)", "single ladies put a ring on it"),
        ("(Live)", "live"),
        ("", ""),
    ],
)
def test_a_song_whatever_the_recording(title: str, song: str) -> None:
    assert keys_of("Anybody", title).title == song


@given(artist=st.text(max_size=30), title=st.text(max_size=30))
def test_any_tags_have_keys(artist: str, title: str) -> None:
    """Invariant: no tags raise, the same tags have the same keys, and no key is empty."""
    keys = keys_of(artist, title)
    assert all(keys.artists)
    assert len(set(keys.artists)) == len(keys.artists)
    assert keys_of(artist.upper(), title).title == keys.title
    assert keys.principal in {*keys.artists, ""}


HOUR = Rotation(name="r", files="music/**", artist_separation_s=3600.0, title_separation_s=7200.0)
DUET = Keys(artists=("a and b", "a", "b"), title="duet")
SOLO = Keys(artists=("b",), title="solo")


def test_tracks_are_apart_by_each_of_their_artists_and_by_title() -> None:
    assert not apart(DUET, 0.0, SOLO, 3599.0, HOUR)
    assert apart(DUET, 0.0, SOLO, 3600.0, HOUR)
    cover = Keys(artists=("c",), title="duet")
    assert not apart(cover, 7199.0, DUET, 0.0, HOUR)
    assert apart(cover, 7200.0, DUET, 0.0, HOUR)
    assert apart(Keys(), 0.0, Keys(), 0.0, HOUR)


def test_when_a_track_is_free_again() -> None:
    heard = Heard({"duet": DUET, "solo": SOLO})
    heard.follow((Played(path="duet", at=1000.0),))
    assert heard.free_from(SOLO, HOUR, 1100.0) == 4600.0
    assert heard.free_from(SOLO, HOUR, 4600.0) == 0.0
    assert heard.free_from(DUET, HOUR, 4600.0) == 8200.0
    assert heard.free_from(Keys(), HOUR, 1000.0) == 0.0
    # The machine's clock was set back: what is so far ahead is of no account.
    assert heard.free_from(DUET, HOUR, -9000.0) == 0.0


@pytest.mark.parametrize(("separation_s", "kept"), [(0.0, LEAST_HISTORY), (7 * 86_400.0, 3360)])
def test_history_lasts_as_long_as_the_longest_separation(separation_s: float, kept: int) -> None:
    history: tuple[Played, ...] = ()
    for index in range(4000):
        played = Played(path=f"{index}", at=180.0 * index)
        history = remembered(history, played, longest_s=separation_s)
    assert len(history) == kept


PATHS = [f"music/{i}.ogg" for i in range(6)]
KEYS = {path: Keys(artists=(f"artist {i % 3}",), title=f"title {i % 4}") for i, path in enumerate(PATHS)}
FILES = [media(path, 100.0) for path in PATHS]


@given(
    plays=st.lists(st.sampled_from([*PATHS, "elsewhere.ogg"]), max_size=30),
    kept=st.integers(1, 8),
    jumps=st.sets(st.integers(0, 30)),
)
@settings(deadline=None)
def test_following_a_history_is_the_same_as_reading_it_anew(
    plays: list[str], kept: int, jumps: set[int]
) -> None:
    """Invariant: what was followed before makes no difference, so that a plan can be repeated."""
    following = Heard(KEYS)
    following.waiting("music/**", FILES)
    history: tuple[Played, ...] = ()
    histories = [history]
    for index, path in enumerate(plays):
        history = (*history, Played(path=path, at=100.0 * index))[-kept:]
        histories.append(history)
        if index in jumps:
            following.follow(histories[index // 2])  # a plan ahead was made from an earlier state
        following.follow(history)
        anew = Heard(KEYS)
        anew.follow(history)
        one, other = following.waiting("music/**", FILES), anew.waiting("music/**", FILES)
        assert one.never == other.never
        assert list(one.aired) == list(other.aired)
        now = 100.0 * index
        assert [following.free_from(KEYS[p], HOUR, now) for p in PATHS] == [
            anew.free_from(KEYS[p], HOUR, now) for p in PATHS
        ]
        idle = [following.count - following.paths[p] for p in PATHS if p in following.paths]
        assert idle == [anew.count - anew.paths[p] for p in PATHS if p in anew.paths]
