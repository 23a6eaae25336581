import dataclasses
import json
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.link.codec import Decoder, encode
from radiocast.link.framing import KINDS, MAX_BODY_BYTES, MAX_HEADER_BYTES
from radiocast.link.messages import (
    BlockReady,
    Credit,
    Hello,
    Message,
    Recall,
    Recalled,
    Reported,
    StandbyReady,
    Stop,
)
from radiocast.model.block import Block, Ended, OnAir
from radiocast.model.errors import LinkError
from radiocast.model.play import Kind, Outcome
from radiocast.model.report import (
    BulletinReport,
    FeedReport,
    Headline,
    NewsroomReport,
    ScheduleError,
    ScheduleReport,
    StudioReport,
    Upcoming,
    WithheldReport,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
# No halves of surrogate pairs: they have no UTF-8, see the test of their own.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
seconds = st.floats(allow_nan=False, allow_infinity=False, width=32)
moments = st.datetimes(timezones=st.just(UTC))

on_airs = st.builds(
    OnAir,
    item_id=text,
    kind=st.sampled_from(Kind),
    title=text,
    artist=text,
    headline=text,
    stream_title=text,
    source=text,
    duration_s=st.none() | seconds,
    starts_in_block_s=seconds,
)
blocks = st.builds(
    Block,
    seq=st.integers(0, 2**53),
    audio=st.lists(st.binary(max_size=50), max_size=3).map(tuple),
    stream_title=text,
    on_air=st.none() | on_airs,
    ended=st.lists(
        st.builds(Ended, item_id=text, outcome=st.sampled_from(Outcome), reason=text), max_size=2
    ).map(tuple),
    level_dbfs=seconds,
)
reports = st.builds(
    StudioReport,
    next=st.lists(
        st.builds(
            Upcoming, at=moments, kind=st.sampled_from(Kind), title=text, artist=text, duration_s=seconds
        ),
        max_size=2,
    ).map(tuple),
    schedule=st.builds(
        ScheduleReport,
        file=text,
        loaded_at=st.none() | moments,
        ok=st.booleans(),
        errors=st.lists(
            st.builds(
                ScheduleError, file=text, line=st.integers(0, 9), column=st.integers(0, 9), message=text
            ),
            max_size=2,
        ).map(tuple),
    ),
    newsroom=st.builds(
        NewsroomReport,
        stories=st.integers(0, 9),
        withheld=st.integers(0, 9),
        last_bulletin=st.none()
        | st.builds(
            BulletinReport, rendered_at=moments, duration_s=seconds, stories=st.integers(), took_s=seconds
        ),
        feeds=st.lists(
            st.builds(FeedReport, name=text, ok=st.booleans(), last_ok=st.none() | moments, error=text),
            max_size=1,
        ).map(tuple),
        headlines=st.lists(
            st.builds(
                Headline, slug=text, headline=text, description=text, source=text, versioncreated=moments
            ),
            max_size=1,
        ).map(tuple),
        withheld_files=st.lists(st.builds(WithheldReport, file=text, reason=text), max_size=1).map(tuple),
    ),
    problems=st.lists(text, max_size=2).map(tuple),
)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Hello, protocol=st.integers(), pid=st.integers(), mounts=st.lists(text, max_size=3).map(tuple)),
    st.builds(BlockReady, block=blocks),
    st.builds(Reported, report=reports),
    st.builds(StandbyReady, files=st.lists(text, max_size=3).map(tuple), title=text),
    st.builds(
        Credit, up_to=st.integers(), next_seq=st.integers(), next_due=seconds, listeners=st.integers(0, 10**6)
    ),
    st.builds(Recall, first=st.integers(0, 2**53)),
    st.builds(Recalled, first=st.integers(0, 2**53), count=st.integers(0, 2**53)),
    st.just(Stop()),
)
BLOCK = Block(seq=3, audio=(b"ab", b"cde"), stream_title="t", level_dbfs=-20.0)


@given(sent=st.lists(messages, max_size=5), cuts=st.lists(st.integers(min_value=0), max_size=20))
def test_messages_come_out_as_they_went_in_for_any_split(sent: list[Message], cuts: list[int]) -> None:
    data = b"".join(map(encode, sent))
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    decoder, received = Decoder(), []
    for start, end in zip([0, *places], [*places, len(data)], strict=True):
        received += decoder.feed(data[start:end])
    decoder.finish()
    assert received == sent


def test_byte_by_byte() -> None:
    sent: list[Message] = [Hello(protocol=1, pid=2, mounts=("/live.mp3",)), BlockReady(block=BLOCK), Stop()]
    decoder, received = Decoder(), []
    for byte in b"".join(map(encode, sent)):
        received += decoder.feed(bytes([byte]))
    assert received == sent


@given(data=st.binary(max_size=200))
def test_garbage_is_an_error_or_an_unfinished_message_and_nothing_else(data: bytes) -> None:
    """Invariant: feed gives messages or raises LinkError, whatever the bytes; what is left is bounded."""
    decoder = Decoder()
    try:
        decoder.feed(data)
    except LinkError:
        return
    assert decoder.feed(b"") == []


@given(message=messages, at=st.integers(min_value=0), value=st.integers(0, 255))
def test_one_wrong_byte_raises_nothing_but_a_link_error(message: Message, at: int, value: int) -> None:
    data = bytearray(encode(message))
    data[at % len(data)] = value
    decoder = Decoder()
    try:
        decoder.feed(bytes(data))
        decoder.finish()
    except LinkError:
        return


@given(message=messages, cut=st.integers(min_value=1))
def test_a_message_that_is_cut_off_is_told_at_the_end(message: Message, cut: int) -> None:
    data = encode(message)
    decoder = Decoder()
    assert decoder.feed(data[: -(cut % (len(data) - 1) + 1)]) == []
    with pytest.raises(LinkError, match="in the middle"):
        decoder.finish()


@pytest.mark.parametrize(
    "prefix",
    [
        struct.pack(">BII", len(KINDS), 0, 0),
        struct.pack(">BII", 0, MAX_HEADER_BYTES + 1, 0),
        struct.pack(">BII", 1, 0, MAX_BODY_BYTES + 1),
    ],
)
def test_a_claim_that_no_studio_makes_is_refused_before_anything_is_kept(prefix: bytes) -> None:
    with pytest.raises(LinkError, match="no message of ours"):
        Decoder().feed(prefix)


def frame(kind: int, header: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">BII", kind, len(header), len(body)) + header + body


@pytest.mark.parametrize(
    "data",
    [
        frame(5, b""),
        frame(5, b"\x02"),
        frame(5, b"\x00not json"),
        frame(0, b'\x00{"protocol": 1}'),
        frame(5, b"\x00{}", b"body"),
        frame(4, b"\x00" + json.dumps({"up_to": "many"}).encode()),
    ],
)
def test_a_frame_with_the_wrong_inside_is_refused(data: bytes) -> None:
    with pytest.raises(LinkError):
        Decoder().feed(data)


def test_a_name_that_is_no_unicode_is_carried_with_a_substitute() -> None:
    """A file name in Latin-1 comes out of the file system with lone surrogates, which have no UTF-8."""
    odd = "caf\udce9.mp3"
    block = dataclasses.replace(BLOCK, stream_title=odd)
    (received,) = Decoder().feed(encode(BlockReady(block=block)))
    assert received == BlockReady(block=dataclasses.replace(BLOCK, stream_title="caf?.mp3"))


@pytest.mark.parametrize("level", [float("-inf"), float("nan"), float("inf")])
def test_a_level_that_is_no_number_is_refused_where_it_is_made(level: float) -> None:
    with pytest.raises(LinkError, match="BlockReady"):
        encode(BlockReady(block=dataclasses.replace(BLOCK, level_dbfs=level)))
