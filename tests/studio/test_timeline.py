"""The time-line: a title belongs to the block in whose decoded sound it starts."""

from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.block import Ended, OnAir
from radiocast.model.play import Kind, Outcome
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, SAMPLE_RATE
from radiocast.studio.timeline import Timeline, place_of


def named(title: str) -> OnAir:
    return OnAir(item_id=title, kind=Kind.TRACK, title=title, stream_title=title, source="test")


def test_the_first_sample_is_heard_after_the_codecs_delay() -> None:
    timeline = Timeline("before")
    timeline.starts(0, named("a"))
    notes = timeline.take(0)
    assert notes.stream_title == "a"
    assert notes.on_air is not None
    assert notes.on_air.starts_in_block_s == CODEC_DELAY_SAMPLES / SAMPLE_RATE
    assert timeline.take(1).on_air is None


def test_a_title_on_the_last_sample_of_a_block_is_that_blocks() -> None:
    timeline = Timeline()
    border = BLOCK_SAMPLES - CODEC_DELAY_SAMPLES
    timeline.starts(0, named("a"))
    timeline.starts(border - 1, named("b"))
    timeline.starts(border, named("c"))
    assert timeline.take(0).stream_title == "b"
    second = timeline.take(1)
    assert (second.stream_title, second.on_air and second.on_air.starts_in_block_s) == ("c", 0.0)


def test_ends_go_with_the_block_in_which_what_follows_is_heard() -> None:
    timeline = Timeline()
    ended = Ended(item_id="a", outcome=Outcome.AIRED)
    timeline.ends(BLOCK_SAMPLES - CODEC_DELAY_SAMPLES, ended)
    assert timeline.take(0).ended == ()
    assert timeline.take(1).ended == (ended,)


@given(st.lists(st.integers(0, 20 * BLOCK_SAMPLES), max_size=40).map(sorted))
def test_every_block_has_the_title_of_its_last_sample(starts: list[int]) -> None:
    timeline = Timeline("-1")
    for index, sample in enumerate(starts):
        timeline.starts(sample, named(str(index)))
    for seq in range(22):
        last = (seq + 1) * BLOCK_SAMPLES - 1 - CODEC_DELAY_SAMPLES
        heard = [index for index, sample in enumerate(starts) if sample <= last]
        assert timeline.take(seq).stream_title == str(heard[-1] if heard else -1)


@given(st.integers(0, 10**9))
def test_a_place_converts_back(sample: int) -> None:
    seq, offset_s = place_of(sample)
    assert 0 <= offset_s < 0.48
    assert seq * BLOCK_SAMPLES + round(offset_s * SAMPLE_RATE) - CODEC_DELAY_SAMPLES == sample
