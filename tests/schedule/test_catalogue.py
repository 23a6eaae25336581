"""Patterns over the library's paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.schedule.catalogue import Catalogue, pattern_regex
from tests.schedule.studio_day import media

PATHS = (
    "jingles/id1.ogg",
    "jingles/id2.ogg",
    "jingles/old/id3.ogg",
    "music/Blue [live].mp3",
    "music/a.ogg",
    "music/rock/b.ogg",
    "music/rock/deep/c.mp3",
)
CATALOGUE = Catalogue([media(path, 10.0) for path in reversed(PATHS)])


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("music/a.ogg", {"music/a.ogg"}),
        ("music/none.ogg", set()),
        ("jingles/*", {"jingles/id1.ogg", "jingles/id2.ogg"}),
        ("jingles/id?.ogg", {"jingles/id1.ogg", "jingles/id2.ogg"}),
        ("jingles/id[2-9].ogg", {"jingles/id2.ogg"}),
        ("jingles/id[!2].ogg", {"jingles/id1.ogg"}),
        ("jingles/**/*.ogg", {"jingles/id1.ogg", "jingles/id2.ogg", "jingles/old/id3.ogg"}),
        ("music/**", {path for path in PATHS if path.startswith("music/")}),
        ("**/*.mp3", {"music/Blue [live].mp3", "music/rock/deep/c.mp3"}),
        ("**", set(PATHS)),
        ("music/Blue [live].mp3", {"music/Blue [live].mp3"}),
        ("music/a-ogg", set()),
        ("MUSIC/**", set()),
        ("music", set()),
        ("[z-a]", set()),
        ("[", set()),
        ("", set()),
    ],
)
def test_patterns(pattern: str, found: set[str]) -> None:
    matched = CATALOGUE.match(pattern)
    assert {file.path for file in matched} == found
    assert list(matched) == sorted(matched, key=lambda file: file.path)
    assert CATALOGUE.match(pattern) is matched


def test_a_file_is_found_by_its_path() -> None:
    found = CATALOGUE.get("music/a.ogg")
    assert found is not None
    assert found.path == "music/a.ogg"
    assert CATALOGUE.get("music/b.ogg") is None
    assert len(CATALOGUE) == len(PATHS)


def test_separation_compares_without_case_accents_and_margins() -> None:
    catalogue = Catalogue([media("a", 9.0, " STRASSE ", "Über")])
    assert catalogue.separation_keys("a") == ("strasse", "uber")
    assert catalogue.separation_keys("b") == ("", "")


@given(st.text(alphabet="ab/*?[]!-^\\.(){}|+$ \n", max_size=12))
def test_any_pattern_is_a_pattern(pattern: str) -> None:
    """Invariant: no pattern raises, and without wildcards it matches itself alone."""
    regex = pattern_regex(pattern)
    if not set(pattern) & set("*?["):
        assert regex.fullmatch(pattern)
        assert not regex.fullmatch(pattern + "x")


@given(
    paths=st.sets(st.text(alphabet="ab/[]*", min_size=1, max_size=5), max_size=20),
    pattern=st.text(alphabet="ab/*?[]!-", max_size=6),
)
def test_what_a_pattern_finds_by_its_beginning_is_what_it_fits(paths: set[str], pattern: str) -> None:
    """Invariant: only files that begin as the pattern does are looked at, and none is missed by that."""
    found = {file.path for file in Catalogue([media(path, 10.0) for path in paths]).match(pattern)}
    fits = pattern_regex(pattern).fullmatch
    assert found == ({pattern} if pattern in paths else {path for path in paths if fits(path)})
