"""What a worker reads and writes without pydantic is what the transmitter writes and reads with it."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.link import light
from radiocast.link.codec import Decoder, encode
from radiocast.link.framing import Frames, frame
from radiocast.link.messages import (
    SLICE_ENDS_S,
    BlockReady,
    Departed,
    Departure,
    Dismiss,
    FromWorker,
    Hello,
    Pace,
    Serving,
    Stop,
    Tallied,
    Tally,
    ToWorker,
)
from radiocast.model.audience import End
from radiocast.model.block import Block
from radiocast.model.errors import LinkError

numbers = st.integers(0, 2**53)
seconds = st.floats(0, 1e9)
to_worker = st.one_of(
    st.builds(
        BlockReady,
        block=st.builds(
            Block,
            seq=numbers,
            audio=st.lists(st.binary(max_size=50), max_size=4).map(tuple),
            stream_title=st.text(st.characters(codec="utf-8")),
            on_air=st.none(),
            ended=st.just(()),
            level_dbfs=st.floats(-120, 0),
        ),
    ),
    st.builds(Pace, blocks=st.integers(1, 8)),
    st.builds(Dismiss, numbers=st.lists(numbers).map(tuple)),
    st.just(Stop()),
)
departures = st.builds(Departure, number=numbers, end=st.sampled_from(End), sent_bytes=numbers)
tallies = st.builds(
    Tally,
    sends=numbers,
    sent_bytes=numbers,
    blocked=numbers,
    skips=numbers,
    slices=st.tuples(*[numbers] * (len(SLICE_ENDS_S) + 1)),
    slices_s=seconds,
    late_s=seconds,
)
from_worker = st.one_of(
    st.builds(Serving, protocol=numbers, pid=numbers),
    st.builds(Departed, departures=st.lists(departures, max_size=9).map(tuple)),
    st.builds(Tallied, tally=tallies),
)


@given(st.lists(to_worker, max_size=5), st.integers(1, 100))
def test_a_worker_reads_what_the_transmitter_writes(messages: list[ToWorker], piece: int) -> None:
    sent = b"".join(map(encode, messages))
    frames = Frames()
    heard = [
        light.read(found)
        for start in range(0, len(sent), piece)
        for found in frames.feed(sent[start : start + piece])
    ]
    assert heard == messages
    frames.finish()


@given(st.lists(from_worker, max_size=5))
def test_the_transmitter_reads_what_a_worker_writes(messages: list[FromWorker]) -> None:
    assert Decoder().feed(b"".join(map(light.encode, messages))) == messages


@pytest.mark.parametrize(
    "sent",
    [
        encode(Hello(protocol=1, pid=1, mounts=())),
        frame(Pace, b"{}"),
        frame(Pace, b"nonsense"),
        frame(Pace, b"[]"),
        frame(Dismiss, b'{"numbers": 5}'),
        frame(BlockReady, b'{"block": {}}'),
    ],
)
def test_what_is_not_for_a_worker_is_an_error_of_the_link(sent: bytes) -> None:
    with pytest.raises(LinkError):
        light.read(Frames().feed(sent)[0])


def test_it_costs_no_pydantic() -> None:
    code = "import sys, radiocast.link.light, radiocast.link.handing; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
