import contextlib
import select
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.reception.secure import RECORD_BYTES, SecureSocket
from radiocast.reception.tunnel import Tunnels
from tests.reception.test_secure import TAPE
from tests.reception.tls import TlsClient, joined, pair


class Passage:
    """Tunnels, a client at the far end of one, and who serves it at the near end."""

    def __init__(self, tunnels: Tunnels, secure: SecureSocket, client: TlsClient) -> None:
        self.tunnels = tunnels
        self.secure = secure
        self.client = client
        self.now_s = 100.0
        self.served = tunnels.open(secure, self.now_s)

    def settle(self) -> None:
        """Turn for as long as a turn is wanted. One that is wanted for ever is a busy loop."""
        for _ in range(500):
            if not select.select([self.tunnels.descriptor], [], [], 0)[0]:
                return
            self.tunnels.turn(self.now_s)
        raise AssertionError("it never comes to rest")

    def hear(self) -> bytes:
        """All that the served end can read now."""
        heard = b""
        with contextlib.suppress(BlockingIOError):
            while data := self.served.recv(1 << 16):
                heard += data
                self.settle()
        return heard

    def say(self, words: bytes) -> int:
        """What the served end can send now."""
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while sent < len(words):
                sent += self.served.send(words[sent:])
                self.settle()
        return sent

    def read_all(self) -> bytes:
        """What the client reads until nothing more comes."""
        start = len(self.client.heard)
        while True:
            before = len(self.client.heard)
            for _ in range(8):  # a record may take several reads to be complete
                self.client.read()
                self.settle()
            if len(self.client.heard) == before:
                return bytes(self.client.heard[start:])

    @property
    def closed(self) -> bool:
        return self.secure.fileno() == -1


@contextlib.contextmanager
def dug(buffer_bytes: int | None = None) -> Iterator[Passage]:
    tunnels = Tunnels()
    with joined(pair(buffer_bytes)) as (secure, client), contextlib.closing(tunnels):
        passage = Passage(tunnels, secure, client)
        with passage.served:
            yield passage


@pytest.fixture
def passage() -> Iterator[Passage]:
    with dug() as passage:
        yield passage


def test_a_page_goes_through_and_the_tunnel_ends_with_it(passage: Passage) -> None:
    passage.client.send(b"the request's body")
    passage.settle()
    assert passage.hear() == b"the request's body"
    assert passage.say(b"an answer") == 9
    passage.served.close()
    passage.settle()
    assert passage.client.read() == b"an answer"
    assert passage.client.ended
    assert passage.closed
    assert len(passage.tunnels) == 0


def test_a_large_answer_to_a_slow_reader_is_held_back_and_comes_whole() -> None:
    with dug(4_096) as passage:
        sent = passage.say(TAPE)
        # What lies in buffers of the kernel, and no more.
        assert sent < 500_000 < len(TAPE)
        while sent < len(TAPE):
            assert passage.read_all()
            sent += passage.say(TAPE[sent:])
        passage.served.close()
        passage.settle()
        passage.read_all()
        assert bytes(passage.client.heard) == TAPE
        assert passage.client.ended
        assert passage.closed


def test_a_large_upload_that_nobody_reads_is_held_back_and_comes_whole(passage: Passage) -> None:
    passage.client.sock.setblocking(False)
    sent = 0
    with contextlib.suppress(AssertionError, BlockingIOError):
        while sent < len(TAPE):
            passage.client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
            passage.client.send(TAPE[sent : sent + RECORD_BYTES])
            sent += RECORD_BYTES
            passage.settle()
    assert passage.hear() == TAPE[:sent]


def test_the_clients_end_is_passed_on_and_it_is_answered_all_the_same(passage: Passage) -> None:
    passage.client.send(b"all I have to say")
    passage.client.hang_up()
    passage.settle()
    assert passage.served.recv(100) == b"all I have to say"
    assert passage.served.recv(100) == b""
    assert not passage.closed
    passage.say(b"an answer")
    passage.served.close()
    passage.settle()
    assert passage.client.read() == b"an answer"
    assert passage.closed


def test_an_answer_before_the_whole_request_was_heard_arrives(passage: Passage) -> None:
    passage.client.send(TAPE[:RECORD_BYTES])
    passage.say(b"too large")
    passage.served.close()
    passage.client.send(TAPE[:RECORD_BYTES])
    passage.settle()
    assert passage.client.read() == b"too large"
    assert passage.client.ended
    assert passage.closed


def test_a_client_that_reads_nothing_is_let_go_in_time() -> None:
    with dug(4_096) as passage:
        passage.say(TAPE)
        passage.now_s += 29
        passage.tunnels.turn(passage.now_s)
        assert not passage.closed
        # It is looked at every five seconds.
        passage.now_s += 5
        passage.tunnels.turn(passage.now_s)
        assert len(passage.tunnels) == 0
        assert passage.closed


def test_a_client_that_reads_slowly_is_not() -> None:
    with dug(4_096) as passage:
        passage.say(TAPE)
        for _ in range(10):
            passage.now_s += 20
            passage.read_all()
            passage.say(TAPE)
            passage.tunnels.turn(passage.now_s)
            assert not passage.closed


def test_one_that_has_nothing_to_read_may_wait_for_as_long_as_it_is_served(passage: Passage) -> None:
    for _ in range(10):
        passage.now_s += 60
        passage.tunnels.turn(passage.now_s)
    assert not passage.closed


@pytest.mark.parametrize("said", [b"", b"something that nobody has read"])
def test_a_client_that_is_gone_ends_its_tunnel(passage: Passage, said: bytes) -> None:
    if said:
        passage.say(said)
    passage.client.close()
    passage.settle()
    # Its end is told; that it will not read either shows when something is sent.
    with contextlib.suppress(BrokenPipeError):
        passage.say(b"x")
        passage.say(b"x")
    assert passage.closed
    assert len(passage.tunnels) == 0


def test_what_is_no_tls_on_the_way_ends_the_tunnel(passage: Passage) -> None:
    passage.client.sock.send(b"\x17\x03\x03\x00\x20" + bytes(32))
    passage.settle()
    assert passage.closed
    assert passage.served.recv(1) == b""


def test_too_many_are_refused_and_the_connection_stays_the_callers() -> None:
    tunnels = Tunnels(most=1)
    with (
        joined(pair()) as (first, _),
        joined(pair()) as (second, client),
        contextlib.closing(tunnels),
        tunnels.open(first, 0.0),
    ):
        with pytest.raises(OSError, match="too many secure pages"):
            tunnels.open(second, 0.0)
        second.send(b"come again")
        assert client.read() == b"come again"


def test_closing_ends_every_tunnel(passage: Passage) -> None:
    passage.tunnels.close()
    assert passage.closed
    assert passage.served.recv(1) == b""
    passage.tunnels.turn(0.0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 60_000)),
        st.tuples(st.just("ask"), st.integers(1, RECORD_BYTES)),
        st.tuples(st.just("read"), st.integers(1, 60_000)),
        st.tuples(st.just("hear"), st.integers(1, 60_000)),
    ),
    max_size=15,
)


@given(steps=STEPS)
def test_whatever_the_order_every_byte_goes_through_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    with dug(4_096) as passage:
        asked = said = 0
        heard = b""
        for what, size in steps:
            match what:
                case "say":
                    said += passage.say(TAPE[said : said + size])
                case "ask":
                    if asked < 100_000:  # what the kernel's buffers hold: this client writes at once
                        passage.client.send(TAPE[asked : asked + size])
                        asked += size
                case "read":
                    passage.client.read(size)
                case _:
                    with contextlib.suppress(BlockingIOError):
                        heard += passage.served.recv(size)
            passage.settle()
        heard += passage.hear()
        assert heard == TAPE[:asked]
        passage.served.shutdown(socket.SHUT_WR)
        passage.settle()
        passage.read_all()
        assert bytes(passage.client.heard) == TAPE[:said]
        assert passage.client.ended
        assert passage.closed
