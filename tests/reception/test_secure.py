import contextlib
import select
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.reception.secure import RECORD_BYTES, SecureSocket
from tests.reception.tls import TlsClient, certificate, drain, joined, pair, shake_hands, trusting

# Longer than all that any example sends, and such that no two places look alike.
TAPE: Final = b"".join(number.to_bytes(4, "big") for number in range(250_000))


@pytest.fixture
def both() -> Iterator[tuple[SecureSocket, TlsClient]]:
    with joined(pair()) as both:
        yield both


def test_both_sides_hear_each_other(both: tuple[SecureSocket, TlsClient]) -> None:
    secure, client = both
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    assert secure.recv(RECORD_BYTES) == b"GET / HTTP/1.1\r\n\r\n"
    with pytest.raises(BlockingIOError):
        secure.recv(RECORD_BYTES)
    assert secure.send(b"HTTP/1.0 200 OK\r\n") == 17
    assert secure.sendmsg((b"a", memoryview(b"bc"), b"", b"d")) == 4
    assert client.read() == b"HTTP/1.0 200 OK\r\nabcd"


def test_versions_names_and_protocols_are_todays() -> None:
    context = trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with joined(pair(), context) as (_, client):
        assert client.tls.version() == "TLSv1.3"
        assert client.tls.selected_alpn_protocol() == "http/1.1"
        assert client.tls.compression() is None


def test_a_client_that_knows_no_newer_version_gets_1_2() -> None:
    context = trusting()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with joined(pair(), context) as (secure, client):
        assert client.tls.version() == "TLSv1.2"
        assert secure.send(b"sound") == 5
        assert client.read() == b"sound"


def test_a_session_is_resumed() -> None:
    shown, trusts = certificate(), trusting()
    with joined(pair(), trusts, shown) as (secure, client):
        secure.send(b"x")  # behind the tickets
        assert client.read() == b"x"
        session = client.tls.session
        assert not client.tls.session_reused
    server, sock = pair()
    server.setblocking(False)
    with contextlib.closing(shown.begin(server)) as secure, sock:
        client = TlsClient(sock, trusts)
        client.tls.session = session
        shake_hands(secure, client)
        assert client.tls.session_reused


Step = tuple[str, list[int]]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(st.integers(0, 60_000), min_size=1, max_size=1)),
        st.tuples(st.just("sendmsg"), st.lists(st.integers(0, 20_000), min_size=1, max_size=6)),
        st.tuples(st.just("read"), st.lists(st.integers(1, 40_000), min_size=1, max_size=1)),
    ),
    max_size=12,
)


@given(steps=STEPS, buffer_bytes=st.sampled_from([2_048, 8_192, 30_000]))
def test_what_is_counted_as_sent_is_what_is_heard(steps: list[Step], buffer_bytes: int) -> None:
    """Whatever the sizes, and however slowly it is read: no byte is lost, doubled or moved."""
    with joined(pair(buffer_bytes)) as (secure, client):
        sent = 0
        for what, sizes in steps:
            if what == "read":
                client.read(sizes[0])
                continue
            views: list[memoryview] = []
            for size in sizes:
                start = sent + sum(map(len, views))
                views.append(memoryview(TAPE)[start : start + size])
            blocked = secure.blocked
            try:
                sent += secure.send(views[0]) if what == "send" else secure.sendmsg(tuple(views))
            except BlockingIOError:
                assert blocked, "refused, although nothing waited"
                assert secure.blocked
        drain(secure, client)
        assert bytes(client.heard) == TAPE[:sent]
        secure.close()
        client.read()
        assert bytes(client.heard) == TAPE[:sent]
        assert client.ended


def test_a_client_that_reads_nothing_is_owed_one_record_at_most() -> None:
    with joined(pair(4_096)) as (secure, client):
        sent = secure.send(TAPE)
        assert 0 < sent < len(TAPE)
        for _ in range(100):
            with pytest.raises(BlockingIOError):
                secure.send(TAPE[sent:])
            with pytest.raises(BlockingIOError):
                secure.sendmsg((TAPE[sent:],))
        assert len(client.read()) + RECORD_BYTES >= sent
        drain(secure, client)
        assert bytes(client.heard) == TAPE[:sent]


def test_closing_tells_the_client_that_this_is_the_end_unless_a_record_is_torn() -> None:
    with joined(pair()) as (secure, client):
        secure.send(b"the end")
        secure.close()
        assert secure.fileno() == -1
        assert client.read() == b"the end"
        assert client.ended
    with joined(pair(4_096)) as (secure, client):
        # However much the kernel takes before it takes no more.
        while not secure.blocked:
            secure.send(TAPE)
        secure.close()
        with pytest.raises(ssl.SSLEOFError):
            client.read()


def test_a_client_that_is_gone_is_an_error_that_every_socket_has(
    both: tuple[SecureSocket, TlsClient],
) -> None:
    secure, client = both
    client.close()
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secure.send(TAPE[:RECORD_BYTES])


def test_a_client_that_ends_is_heard_to_the_end(both: tuple[SecureSocket, TlsClient]) -> None:
    secure, client = both
    client.send(b"last words")
    client.hang_up()
    assert secure.recv(RECORD_BYTES) == b"last words"
    assert secure.recv(RECORD_BYTES) == b""
    assert secure.send(b"and an answer") == 13
    assert client.read() == b"and an answer"


def test_reading_a_record_whole_leaves_nothing_that_epoll_does_not_tell(
    both: tuple[SecureSocket, TlsClient],
) -> None:
    secure, client = both
    client.send(TAPE[: 2 * RECORD_BYTES])
    assert secure.recv(RECORD_BYTES) == TAPE[:RECORD_BYTES]
    assert select.select([secure], [], [], 0)[0] == [secure]
    assert secure.recv(RECORD_BYTES) == TAPE[RECORD_BYTES : 2 * RECORD_BYTES]
    assert select.select([secure], [], [], 0)[0] == []


@pytest.fixture
def strangers() -> Iterator[tuple[SecureSocket, socket.socket]]:
    """A connection on which nothing has been said."""
    server, client = pair()
    server.setblocking(False)
    with contextlib.closing(certificate().begin(server)) as secure, client:
        yield secure, client


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(100), b"\x00" * 600],
    ids=["http", "no hello", "zeros"],
)
def test_what_is_no_handshake_fails(strangers: tuple[SecureSocket, socket.socket], said: bytes) -> None:
    secure, client = strangers
    with pytest.raises(BlockingIOError):
        secure.do_handshake()
    client.send(said)
    client.shutdown(socket.SHUT_WR)
    with pytest.raises(ssl.SSLError):
        secure.do_handshake()


def test_a_client_without_a_cipher_in_common_fails(strangers: tuple[SecureSocket, socket.socket]) -> None:
    secure, sock = strangers
    old = trusting()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    # The certificate's key is no RSA key.
    old.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    with pytest.raises(ssl.SSLError):
        shake_hands(secure, TlsClient(sock, old))


def test_a_client_that_is_gone_in_its_handshake_fails(strangers: tuple[SecureSocket, socket.socket]) -> None:
    secure, client = strangers
    client.close()
    with pytest.raises(OSError, match=r"."):
        secure.do_handshake()


def test_a_client_that_is_gone_before_its_handshake_fails() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        client = socket.create_connection(door.getsockname())
        server, _ = door.accept()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    server.setblocking(False)
    with pytest.raises(OSError, match=r"not connected"):
        certificate().begin(server)
    assert server.fileno() == -1
