import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.transmitter import icy
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.ring import Lane, Ring

SIZE = 24


def sound_of(number: int) -> bytes:
    return f"{number:08d}".encode() * 3


def filled(titles: list[str], *, depth_blocks: int = 10, burst_blocks: int = 4) -> Ring:
    ring = Ring(depth_blocks=depth_blocks, burst_blocks=burst_blocks)
    for number, title in enumerate(titles):
        ring.put(sound_of(number), title)
    return ring


def joined(lane: Lane) -> tuple[bytes, int]:
    """Everything a newcomer gets now, and the first block that it contains."""
    own, following = lane.begin()
    span = lane.span(following)
    assert span is not None
    return b"".join((*own, *span.views)), following - 2


@given(
    titles=st.lists(st.sampled_from(["one", "two", "three", ""]), min_size=4, max_size=30),
    later=st.lists(st.sampled_from(["one", "two", ""]), max_size=8),
)
def test_a_newcomer_gets_the_burst_with_each_title_at_its_sound(titles: list[str], later: list[str]) -> None:
    ring = filled(titles)
    stream, first = joined(ring.icy)
    assert first == len(titles) - 4
    end = ring.end
    for title in later:
        ring.put(sound_of(ring.end), title)
        span = ring.icy.span(end)
        assert span is not None
        stream += b"".join(span.views)
        end = ring.end
    every = [*titles, *later][first:]
    expected = icy.mux([sound_of(first + at) for at in range(len(every))], every)
    assert stream == expected


def test_a_plain_newcomer_gets_sound_and_nothing_else() -> None:
    stream, first = joined(filled(["a"] * 9).plain)
    assert stream == b"".join(sound_of(number) for number in range(first, 9))


def test_the_title_is_learned_after_the_first_block_even_if_it_never_changes() -> None:
    stream, _ = joined(filled(["the news"] * 9).icy)
    sound, titles = IcyDemuxer(SIZE).feed(stream)
    assert [(found.position, found.title) for found in titles] == [(SIZE, "the news")]
    assert len(sound) == 4 * SIZE


def test_an_unchanged_title_costs_one_byte() -> None:
    ring = filled(["a", "a", "b"])
    assert bytes(ring[1].icy) == b"\0" + sound_of(1)
    assert bytes(ring[2].icy) == icy.metadata("b") + sound_of(2)
    assert bytes(ring[1].full) == icy.metadata("a") + sound_of(1)
    assert bytes(ring[1].plain) == sound_of(1)


def test_the_ring_keeps_its_depth_and_tells_what_is_gone() -> None:
    ring = filled(["a"] * 25)
    assert (ring.first, ring.end) == (15, 25)
    assert ring.icy.span(14) is None
    assert ring.icy.span(15) is not None
    for number in (14, 25, -1):
        with pytest.raises(IndexError, match="block"):
            ring[number]
    ring.put(sound_of(25), "a")
    assert ring.icy.span(15) is None


def test_everybody_at_the_same_block_shares_one_span_of_the_same_bytes() -> None:
    ring = filled(["a"] * 10)
    span = ring.icy.span(7)
    assert span is not None
    assert ring.icy.span(7) is span
    assert span.size == sum(len(view) for view in span.views) == 3 * (SIZE + 1)
    assert span.views[0] is ring[7].icy
    ring.put(sound_of(10), "b")
    longer = ring.icy.span(7)
    assert longer is not None
    assert len(longer.views) == 4


def test_who_lost_blocks_joins_again_where_a_newcomer_begins_and_is_told_the_title() -> None:
    ring = filled(["a"] * 20)
    block, following = ring.icy.rejoin()
    assert following == 17
    assert bytes(block) == icy.metadata("a") + sound_of(16)
    assert bytes(ring.plain.rejoin()[0]) == sound_of(16)


def test_nothing_newer_is_an_empty_span() -> None:
    span = filled(["a"] * 5).icy.span(5)
    assert span is not None
    assert span.views == ()


@pytest.mark.parametrize(("depth", "burst"), [(4, 5), (4, 1)])
def test_a_ring_that_cannot_hold_a_burst_is_refused(depth: int, burst: int) -> None:
    with pytest.raises(ValueError, match="burst"):
        Ring(depth_blocks=depth, burst_blocks=burst)


def test_a_span_is_never_more_than_one_send_can_take() -> None:
    ring = filled(["a"] * 1500, depth_blocks=1500, burst_blocks=1400)
    number, sent = 0, b""
    while number < ring.end:
        span = ring.icy.span(number)
        assert span is not None
        assert len(span.views) <= 1000
        sent += b"".join(span.views)
        number = span.end
    assert sent == b"".join(bytes(ring[at].icy) for at in range(1500))


def test_few_blocks_come_in_one_piece_too() -> None:
    ring = filled(["a", "b", "b", "c", "d", "e", "e", "e", "f", "f"])
    for number in range(2, 10):
        span = ring.icy.span(number)
        assert span is not None
        assert span.joined == b"".join(span.views)
    longer = ring.icy.span(0)
    assert longer is not None
    assert longer.joined == b""
