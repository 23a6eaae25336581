"""The arithmetic of episodes: what is left when stories are cut out, and where its chapters lie then."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.play import Cue, Kind
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.publishing.layout import kept, layout, parts, without
from radiocast.newsroom.script.rundown import Role
from tests.newsroom.publishing.a_bulletin import AT, bulletin


@st.composite
def bulletins(draw: st.DrawFn) -> RenderedBulletin:
    """An opening, headlines, stories of one to three sentences, an end; with pauses between all of it."""
    slugs = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    named = [(Role.HEADLINE, slug) for slug in slugs if draw(st.booleans())]
    told = [(draw(st.sampled_from((Role.STORY, Role.CORRECTION))), slug) for slug in slugs]
    now = draw(st.integers(0, 4000))
    timings: list[Timing] = []
    cues = [Cue(at_s=0.0, kind=Kind.BULLETIN, title="News", stream_title="News")]
    for role, slug in [(Role.INTRO, ""), *named, *told, (Role.OUTRO, "")]:
        if role is not Role.INTRO:
            cues.append(
                Cue(
                    at_s=now / 1000, kind=Kind.BULLETIN, title=slug or "News", headline=slug, stream_title="x"
                )
            )
        for _ in range(draw(st.integers(1, 3))):
            length = draw(st.integers(200, 5000))
            timings.append(
                Timing(role=role, slug=slug, text="said", start_s=now / 1000, duration_s=length / 1000)
            )
            now += length + draw(st.integers(0, 900))
    return replace(
        bulletin(Path("b.flac")),
        duration_s=(now + 3000) / 1000,
        cues=tuple(cues),
        timings=tuple(timings),
        stories=tuple(slugs),
    )


@given(bulletin=bulletins(), data=st.data())
def test_what_is_left_is_the_rest_in_order(bulletin: RenderedBulletin, data: st.DataObject) -> None:
    whole = layout(bulletin)
    gone = set(data.draw(st.lists(st.sampled_from(bulletin.stories), unique=True)))
    found = without(whole, gone)
    assert (found is None) == (gone == set(bulletin.stories))
    if found is None:
        return
    left, keep = found
    # As much is kept as is left, nothing of what is gone, and what is left lies side by side.
    assert sum(to - frm for frm, to in keep) == pytest.approx(left.duration_s)
    for stretch in whole.stretches:
        covered = any(frm <= stretch.start_s + 1e-6 and stretch.end_s <= to + 1e-6 for frm, to in keep)
        touched = any(min(to, stretch.end_s) - max(frm, stretch.start_s) > 1e-6 for frm, to in keep)
        assert touched == covered == (stretch.slug not in gone)
    ends = [chapter.end_s for chapter in left.chapters]
    assert [chapter.start_s for chapter in left.chapters] == pytest.approx([0.0, *ends[:-1]])
    assert ends[-1] == pytest.approx(left.duration_s)
    assert left.stories == tuple(slug for slug in bulletin.stories if slug not in gone)
    assert {chapter.slug for chapter in left.chapters if chapter.slug} == set(left.stories)


@given(bulletin=bulletins(), data=st.data())
def test_one_after_the_other_is_as_both_at_once(bulletin: RenderedBulletin, data: st.DataObject) -> None:
    whole = layout(bulletin)
    first, second = (data.draw(st.sampled_from(bulletin.stories)) for _ in range(2))
    at_once = without(whole, {first, second})
    step = without(whole, {first})
    in_turn = None if step is None else without(step[0], {second})
    assert (at_once is None) == (in_turn is None)
    if at_once is not None and in_turn is not None:
        assert in_turn[0].duration_s == pytest.approx(at_once[0].duration_s)
        assert [chapter.start_s for chapter in in_turn[0].chapters] == pytest.approx(
            [chapter.start_s for chapter in at_once[0].chapters], abs=1e-5
        )


@given(bulletin=bulletins())
def test_chapters_begin_at_cues_and_cover_everything(bulletin: RenderedBulletin) -> None:
    chapters = layout(bulletin).chapters
    cues = {cue.at_s for cue in bulletin.cues}
    assert chapters[0].start_s == 0.0
    assert all(chapter.start_s in cues for chapter in chapters)
    assert chapters[-1].end_s == bulletin.duration_s
    told = [part for part in parts(bulletin) if part.is_story]
    assert [(chapter.start_s, chapter.slug) for chapter in chapters if chapter.slug] == [
        (part.start_s, part.slug) for part in told
    ]


def test_of_what_the_air_did_not_come_to_the_headline_stays() -> None:
    found = without(layout(bulletin(Path("b.flac"))), (), untold=("choir",))
    assert found is not None
    assert [(stretch.slug, stretch.told) for stretch in found[0].stretches] == [
        ("ferry", False),
        ("choir", False),
        ("ferry", True),
    ]


def test_cuts_that_touch_or_overlap_are_one() -> None:
    assert kept([(2.0, 4.0), (4.0, 5.0), (1.0, 3.0)], 6.0) == ((0.0, 1.0), (5.0, 6.0))
    assert kept([(0.0, 6.0)], 6.0) == ()
    assert kept([], 6.0) == ((0.0, 6.0),)


def test_without_timings_there_is_nothing_to_cut_and_nothing_told() -> None:
    bare = replace(bulletin(Path("b.flac"), at=AT), timings=())
    assert parts(bare) == ()
    assert without(layout(bare), ()) is None
