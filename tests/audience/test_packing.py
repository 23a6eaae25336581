"""Records to bytes and back: everything survives, nonsense is refused."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.audience.packing import MAX_RECORD_BYTES, pack, seal, unpack
from radiocast.model.audience import Answered, Asked, End, Joined, Left, Record
from tests.audience.records import answered, joined, left

# Every text there is, half surrogate pairs too: `surrogateescape` makes those of bytes that are no UTF-8.
_TEXTS = st.text(st.characters(), max_size=60)
_NUMBERS = st.integers(0, 2**63)
_SECONDS = st.floats(0, 1e12)
_ASKED = st.builds(Asked, address=_TEXTS, line=_TEXTS, at_unix_s=_SECONDS, agent=_TEXTS, referer=_TEXTS)
RECORDS = st.one_of(
    st.builds(Joined, number=_NUMBERS, mount=_TEXTS, asked=_ASKED),
    st.builds(Left, number=_NUMBERS, end=st.sampled_from(End), sent_bytes=_NUMBERS, seconds=_SECONDS),
    st.builds(Answered, asked=_ASKED, status=st.integers(100, 999), sent_bytes=_NUMBERS, seconds=_SECONDS),
)


@given(st.lists(RECORDS, max_size=8), _NUMBERS, _NUMBERS)
def test_a_batch_comes_back_as_it_was(records: list[Record], first: int, dropped: int) -> None:
    packet = seal(b"".join(map(pack, records)), first=first, count=len(records), dropped=dropped)

    batch = unpack(packet)

    assert batch.records == tuple(records)
    assert (batch.first, batch.dropped, batch.end) == (first, dropped, first + len(records))


@given(st.lists(RECORDS, min_size=1, max_size=3), st.data())
def test_no_piece_of_a_batch_is_taken_for_a_batch(records: list[Record], data: st.DataObject) -> None:
    packet = seal(b"".join(map(pack, records)), first=0, count=len(records), dropped=0)
    cut = data.draw(st.integers(0, len(packet) - 1))

    with pytest.raises(ValueError, match="no batch of records of ours"):
        unpack(packet[:cut])


@given(st.binary(max_size=400))
def test_nonsense_raises_nothing_but_value_errors(packet: bytes) -> None:
    with contextlib.suppress(ValueError):
        unpack(packet)


def test_endless_words_are_cut() -> None:
    endless = "\U0001f4fb" * 100_000
    long = joined(1, mount=endless, address=endless, agent=endless, line=endless, referer=endless)

    packed = pack(long)

    assert len(packed) <= MAX_RECORD_BYTES
    (back,) = unpack(seal(packed, first=0, count=1, dropped=0)).records
    assert isinstance(back, Joined)
    assert set(back.asked.agent) == {"\U0001f4fb"}


def test_numbers_that_no_listener_has_are_refused() -> None:
    with pytest.raises(struct.error):
        pack(left(1, sent=-1))
    assert unpack(seal(pack(answered()), first=0, count=1, dropped=0)).records == (answered(),)
