"""What of a bulletin is read when, and what is left of it without a story."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.play import Cue, Kind
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.script.rundown import Role
from radiocast.studio.readings import (
    Gap,
    Reading,
    cues_from,
    gaps_for,
    left_out_s,
    place_after,
    readings_of,
    slugs_of,
    told_by,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def timing(role: Role, slug: str, start_s: float) -> Timing:
    return Timing(role=role, slug=slug, text="a sentence", start_s=start_s, duration_s=1.0)


BULLETIN = RenderedBulletin(
    name="hourly",
    path=Path("hourly.flac"),
    at=NOW,
    duration_s=60.0,
    cues=(),
    stories=("ferry", "choir", "goat"),
    rendered_at=NOW,
    took_s=1.0,
    timings=(
        timing(Role.INTRO, "", 4.0),
        timing(Role.INTRO, "", 5.5),
        timing(Role.HEADLINE, "ferry", 8.0),
        timing(Role.HEADLINE, "choir", 10.0),
        timing(Role.STORY, "ferry", 12.0),
        timing(Role.STORY, "ferry", 15.0),
        timing(Role.STORY, "choir", 25.0),
        timing(Role.CORRECTION, "goat", 40.0),
        timing(Role.OUTRO, "", 55.0),
    ),
)
READINGS = readings_of(BULLETIN)


def test_parts_are_read_from_their_first_sentence_to_that_of_the_next() -> None:
    assert [(each.slug, each.told, each.from_s, each.to_s) for each in READINGS] == [
        ("", False, 4.0, 8.0),
        ("ferry", False, 8.0, 10.0),
        ("choir", False, 10.0, 12.0),
        ("ferry", True, 12.0, 25.0),
        ("choir", True, 25.0, 40.0),
        ("goat", True, 40.0, 55.0),
        ("", False, 55.0, 60.0),
    ]
    assert slugs_of(READINGS) == ("ferry", "choir", "goat")


def test_a_bulletin_of_before_timings_were_kept_has_none() -> None:
    assert readings_of(replace(BULLETIN, timings=())) == ()


def test_a_story_goes_with_its_headline_and_neighbours_go_together() -> None:
    assert gaps_for(READINGS, {"choir"}) == (
        Gap(from_s=10.0, to_s=12.0),
        Gap(from_s=25.0, to_s=40.0),
    )
    assert gaps_for(READINGS, {"ferry", "choir"}) == (Gap(from_s=8.0, to_s=40.0),)
    assert gaps_for(READINGS, set()) == gaps_for(READINGS, {"mill"}) == ()


def test_without_an_outro_a_last_story_goes_to_the_end() -> None:
    assert gaps_for(READINGS[:-1], {"goat"}) == (Gap(from_s=40.0, to_s=None),)


def test_an_opening_without_any_story_is_not_worth_hearing() -> None:
    flash = (
        Reading(slug="", told=False, from_s=0.0, to_s=3.0),
        Reading(slug="ferry", told=True, from_s=3.0, to_s=20.0),
    )
    assert gaps_for(flash, {"ferry"}) == (Gap(from_s=0.0, to_s=None),)


def cue(at_s: float, title: str) -> Cue:
    return Cue(at_s=at_s, kind=Kind.STORY, title=title, stream_title=title)


CUES = (cue(0.0, "news"), cue(12.0, "ferry"), cue(25.0, "choir"), cue(40.0, "goat"), cue(55.0, "outro"))


def test_cues_move_up_by_what_is_left_out_before_them() -> None:
    gaps = gaps_for(READINGS, {"choir"})
    found = cues_from(CUES, gaps, from_s=0.0, heard_at_s=0.0)
    assert [(each.at_s, each.title) for each in found] == [
        (0.0, "news"),
        (10.0, "ferry"),
        (23.0, "goat"),
        (38.0, "outro"),
    ]
    # Left in the middle of the choir, after a breath: the goat begins at the item's second 31.
    found = cues_from(CUES, gaps, from_s=40.0, heard_at_s=31.0)
    assert [(each.at_s, each.title) for each in found] == [(31.0, "goat"), (46.0, "outro")]
    assert cues_from(CUES, gaps, from_s=None, heard_at_s=31.0) == ()


@pytest.mark.parametrize(
    ("place_s", "told"),
    [
        (12.0, ()),
        (18.0, ()),
        (18.5, ("ferry",)),
        (33.0, ("ferry", "choir")),
        (60.0, ("ferry", "choir", "goat")),
    ],
)
def test_a_story_counts_as_told_when_half_of_it_was(place_s: float, told: tuple[str, ...]) -> None:
    assert told_by(READINGS, place_s, without=()) == told


def test_what_is_left_out_does_not_count_as_told() -> None:
    assert told_by(READINGS, 60.0, without={"choir"}) == ("ferry", "goat")


gap_lists = st.lists(st.floats(0, 100), min_size=0, max_size=8, unique=True).map(
    lambda ends: tuple(
        Gap(from_s=frm, to_s=to) for frm, to in zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False)
    )
)


@given(gaps=gap_lists, heard_s=st.floats(0, 100))
def test_the_place_that_is_reached_has_as_much_heard_before_it(gaps: tuple[Gap, ...], heard_s: float) -> None:
    place_s = place_after(gaps, 0.0, heard_s)
    assert place_s - left_out_s(gaps, 0.0, place_s) == pytest.approx(heard_s)
    assert not any(gap.from_s < place_s < (gap.to_s or 0.0) - 1e-9 for gap in gaps)
