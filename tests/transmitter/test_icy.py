import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.transmitter import icy
from radiocast.transmitter.icy import IcyDemuxer, TitleAt

# Any code point at all, halves of surrogate pairs too.
any_text = st.text(st.characters(), max_size=60)
long_text = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=12), st.integers(1, 900))


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


@given(
    blocks=st.lists(st.binary(min_size=40, max_size=40), min_size=1, max_size=8),
    titles=st.lists(any_text, min_size=8, max_size=8),
    cuts=st.lists(st.integers(min_value=0), max_size=30),
)
def test_demux_gives_back_what_mux_took_for_any_split(
    blocks: list[bytes], titles: list[str], cuts: list[int]
) -> None:
    titles = titles[: len(blocks)]
    demuxer = IcyDemuxer(40)
    sound, heard = b"", []
    for piece in split(icy.mux(blocks, titles), cuts):
        more, found = demuxer.feed(piece)
        sound += more
        heard += found
    assert sound == b"".join(blocks)
    shown = [icy.clean(title) for title in titles]
    assert heard == [
        TitleAt(position=40 * number, title=shown[number])
        for number in range(1, len(blocks))
        if number == 1 or shown[number] != shown[number - 1]
    ]


@given(title=st.one_of(any_text, long_text))
def test_metadata_of_any_title_is_well_formed_and_read_back_whole(title: str) -> None:
    data = icy.metadata(title)
    assert len(data) == 1 + 16 * data[0]
    assert len(data) <= 1 + icy.MAX_METADATA_BYTES
    value = data[1:].rstrip(b"\0")
    # Nothing but the value's own quotes, so that a reader who stops at the first one is right too.
    assert value.count(b"'") == 2
    assert b"\0" not in value
    assert b"\r" not in value
    assert b"\n" not in value
    assert icy.read_title(data[1:]) == icy.clean(title)
    assert value == b"StreamTitle='" + icy.clean(title).encode() + b"';"


@given(title=st.one_of(any_text, long_text))
def test_cleaning_twice_is_cleaning_once(title: str) -> None:
    assert icy.clean(icy.clean(title)) == icy.clean(title)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("", ""),
        ("Rain in Harare", "Rain in Harare"),
        ("It's over';StreamUrl='http://evil';", "It’s over’;StreamUrl=’http://evil’;"),
        ("two\r\nlines\tand a\0NUL", "two lines and a NUL"),
        ("  many   blanks ", "many blanks"),
        ("Ελλάδα 📻 1979", "Ελλάδα 📻 1979"),
        ("half a pair \ud83d", "half a pair"),
        ("a\u2028b", "a b"),
    ],
)
def test_titles_as_players_show_them(title: str, shown: str) -> None:
    assert icy.clean(title) == shown


def test_a_title_that_is_too_long_is_cut_between_characters() -> None:
    # 4,065 bytes fit: 1,016 radios of 4 bytes and one byte over.
    assert icy.clean("📻" * 2000) == "📻" * 1016


@pytest.mark.parametrize("character", ["e\N{COMBINING ACUTE ACCENT}", "👩\N{ZERO WIDTH JOINER}🚀"])
def test_a_cut_does_not_tear_a_character_that_is_several_code_points(character: str) -> None:
    size = len(character.encode())
    for ahead in range(size):
        kept = icy.clean("x" * (icy.MAX_TITLE_BYTES - ahead) + character)
        assert kept == "x" * (icy.MAX_TITLE_BYTES - ahead)
        assert not unicodedata.combining(kept[-1])


def test_a_title_that_fits_to_the_byte_is_not_cut() -> None:
    title = "x" * icy.MAX_TITLE_BYTES
    assert icy.clean(title) == title
    assert icy.metadata(title)[0] == 255


def test_metadata_without_a_title_announces_nothing() -> None:
    demuxer = IcyDemuxer(4)
    sound, titles = demuxer.feed(b"abcd\x01StreamUrl='x';\0\0" + b"efgh\x00ijkl")
    assert sound == b"abcdefghijkl"
    assert titles == []


def test_titles_that_are_no_utf8_are_read_all_the_same() -> None:
    assert icy.read_title("StreamTitle='é';".encode("latin-1")) == "\ufffd"
