"""The transmitter's end of the line: it never waits, never grows, and says what it dropped."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.audience.outbox import BATCH_BYTES, MAX_PACKET_BYTES, Outbox
from radiocast.audience.packing import Batch, unpack
from radiocast.model.audience import Left, Record
from tests.audience.records import answered, joined, left


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def _read(theirs: socket.socket) -> list[Batch]:
    batches: list[Batch] = []
    while True:
        try:
            packet = theirs.recv(MAX_PACKET_BYTES + 1)
        except BlockingIOError:
            return batches
        assert len(packet) <= MAX_PACKET_BYTES
        batches.append(unpack(packet))


def _read_all(outbox: Outbox, theirs: socket.socket) -> list[Batch]:
    batches = _read(theirs)
    while outbox.waiting_bytes:
        outbox.flush()
        batches += _read(theirs)
    return batches


def test_records_wait_for_a_flush_and_come_in_order(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    outbox = Outbox(ours)
    records: list[Record] = [joined(1), answered(), left(1)]
    for record in records:
        outbox.put(record)
    assert _read(theirs) == []

    outbox.flush()
    outbox.flush()

    (batch,) = _read(theirs)
    assert (batch.records, batch.first, batch.dropped) == (tuple(records), 0, 0)
    assert not outbox.waiting_bytes


def test_a_large_batch_goes_without_a_flush(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    outbox = Outbox(ours)
    while not outbox.sent_packets:
        outbox.put(joined(1))

    (batch,) = _read(theirs)
    assert len(batch.records) == outbox.recorded
    assert outbox.waiting_bytes < BATCH_BYTES


def test_when_nobody_reads_it_returns_at_once_grows_to_its_bound_and_counts_the_rest(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = line
    bound, reserve = 200_000, 50_000
    outbox = Outbox(ours, memory_bytes=bound, reserve_bytes=reserve)
    # Were the socket to block, this would never end.
    assert not ours.getblocking()
    for number in range(20_000):
        outbox.put(joined(number))
        assert outbox.waiting_bytes <= bound + 4096  # the heads of batches

    assert outbox.blocked
    assert outbox.dropped + outbox.recorded == 20_000
    assert outbox.dropped > 1000
    # The ends of those who are in have room still.
    dropped = outbox.dropped
    for number in range(1000):
        outbox.put(left(number))
    assert outbox.dropped == dropped
    assert outbox.waiting_bytes <= bound + reserve

    batches = _read_all(outbox, theirs)
    records = [record for batch in batches for record in batch.records]
    assert len(records) == outbox.recorded
    assert sum(isinstance(record, Left) for record in records) == 1000
    assert batches[-1].dropped == dropped
    outbox.put(joined(1))  # there is room again
    assert outbox.dropped == dropped


@given(
    st.lists(st.sampled_from(["join", "long", "leave", "answer", "flush", "read"]), max_size=200),
    st.integers(0, 20_000),
)
def test_every_record_is_numbered_and_arrives_or_is_counted(steps: list[str], bound: int) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4608)
    theirs.setblocking(False)
    with ours, theirs:
        outbox = Outbox(ours, memory_bytes=bound, reserve_bytes=100)
        batches, put = [], 0
        for step in steps:
            match step:
                case "flush":
                    outbox.flush()
                case "read":
                    batches += _read(theirs)
                case _:
                    put += 1
                    records: dict[str, Record] = {
                        "join": joined(put),
                        "long": joined(put, agent="x" * 500),
                        "leave": left(put),
                        "answer": answered(),
                    }
                    outbox.put(records[step])
        assert outbox.recorded + outbox.dropped == put
        kept = outbox.waiting_bytes
        assert kept <= bound + 100 + 20 * len(steps)
        outbox.flush()
        while outbox.waiting_bytes:
            received = _read(theirs)
            if not received:
                break  # a packet that is larger than this socket's whole buffer
            batches += received
            outbox.flush()
        batches += _read(theirs)

    end = 0
    for batch in batches:
        assert batch.first == end
        end = batch.end
    assert end <= outbox.recorded


def test_a_line_that_is_closed_costs_records_and_nothing_else(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = line
    outbox = Outbox(ours)
    theirs.close()
    for number in range(10):
        outbox.put(joined(number))
    outbox.flush()

    assert outbox.dropped == 10
    assert not outbox.waiting_bytes


def test_a_number_that_no_listener_has_is_dropped_and_counted(
    line: tuple[socket.socket, socket.socket],
) -> None:
    outbox = Outbox(line[0])
    outbox.put(left(-1))

    assert (outbox.recorded, outbox.dropped) == (0, 1)
