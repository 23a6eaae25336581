import itertools
import socket
from http.client import HTTPResponse
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.model.audience import Asked
from radiocast.reception.arrival import Arrival
from radiocast.reception.lobby import HEADER_S, Lobby, NoRoomError
from radiocast.reception.request import Request, parse
from radiocast.reception.visitor import Reason, Visitor
from tests.descriptors import no_descriptor_left
from tests.reception.lobbies import REQUEST, House, rest

V1 = b"PROXY TCP4 198.51.100.9 192.0.2.1 4711 8000\r\n"
V2 = bytes.fromhex("0D0A0D0A000D0A515549540A 21 11 000F C6336409 C0000201 1267 1F40") + b"\x04\x00\x00"
V2_LOCAL = bytes.fromhex("0D0A0D0A000D0A515549540A 20 00 0000")


def said(sock: socket.socket) -> tuple[int, dict[str, str], str]:
    """The whole answer, up to the connection's end: status, header, text."""
    with HTTPResponse(sock) as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        text = response.read().decode()
        assert len(text) == int(headers["content-length"])
        assert sock.recv(1) == b""
        return response.status, headers, text


# A request


def test_a_request_comes_in() -> None:
    with House() as house:
        client = house.call()
        client.sendall(REQUEST + b"more")
        arrival = house.arrival()
        assert arrival.request == parse(REQUEST)
        assert arrival.asked == Asked(
            address="127.0.0.1", line="GET /live.mp3 HTTP/1.1", at_unix_s=1_700_000_000.0, agent="player"
        )
        assert (arrival.secure, arrival.host, arrival.received) == (False, "radio.example", REQUEST + b"more")
        assert arrival.way_out is arrival.sock
        assert not arrival.sock.getblocking()
        arrival.way_out.send(b"hello")
        arrival.way_out.close()
        assert rest(client) == b"hello"
        assert (len(house.arrivals), house.lobby.waiting, house.refused()) == (1, 0, {})
        assert house.lobby.next_deadline_s is None


def test_a_request_comes_in_from_ipv6() -> None:
    with House(family=socket.AF_INET6) as house:
        house.call().sendall(REQUEST)
        assert house.arrival().asked.address == "::1"


def test_an_ipv4_client_at_a_door_for_both_is_known_by_its_own_address() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as door:
        door.setblocking(False)
        arrivals: list[Arrival] = []
        lobby = Lobby([door], take=arrivals.append)
        with socket.create_connection(("127.0.0.1", door.getsockname()[1])) as client:
            client.sendall(REQUEST)
            while not arrivals:
                lobby.turn(0.0)
        lobby.close()
        assert arrivals[0].asked.address == "127.0.0.1"
        arrivals[0].way_out.close()


@given(cuts=st.sets(st.integers(1, len(REQUEST) - 1)))
@example(cuts=set(range(1, len(REQUEST))))
def test_wherever_a_request_is_cut_it_is_the_same(cuts: set[int]) -> None:
    with House() as house:
        client = house.handed()
        begin = 0
        for end in (*sorted(cuts), len(REQUEST)):
            assert not house.arrivals
            client.sendall(REQUEST[begin:end])
            house.turn()
            begin = end
        assert [arrival.received for arrival in house.arrivals] == [REQUEST]
        assert house.arrivals[0].request == parse(REQUEST)
        assert house.lobby.waiting == 0


@given(garbage=st.binary(min_size=1, max_size=60), cuts=st.sets(st.integers(1, 59)))
@example(garbage=b"\r\n\r\nGET / HTTP/1.0\n\n", cuts={1, 3})
@example(garbage=b"\n" * 9 + b"GET / HTTP/1.0\n\n", cuts={1, 5})
@example(garbage=b"PROXY UNKNOWN\r\n\r\n", cuts={2})
@example(garbage=V2, cuts={5})
def test_wherever_garbage_is_cut_it_is_the_same(garbage: bytes, cuts: set[int]) -> None:
    """Every byte string ends in one way, however it came; and nothing raises."""

    def outcome(pieces: list[bytes]) -> tuple[int, list[int]]:
        with House() as house:
            client = house.handed()
            for piece in pieces:
                if house.arrivals or house.answered:
                    break
                client.sendall(piece)
                house.turn()
            return len(house.arrivals), [answered.status for answered in house.answered]

    edges = [0, *sorted(cut for cut in cuts if cut < len(garbage)), len(garbage)]
    assert outcome([garbage]) == outcome([garbage[begin:end] for begin, end in pairwise(edges)])


# What is no request


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"GET /\r\n\r\n", 400, Reason.MALFORMED),
        (b"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400, Reason.MALFORMED),
        (b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n", 400, Reason.MALFORMED),
        # Before its end has come: it never becomes one.
        (b"\x16\x03\x01\x02\x00\x01", 400, Reason.MALFORMED),
        (b"\x00", 400, Reason.MALFORMED),
        (b"\r\n\r\n\r\n\r\n\r\n", 400, Reason.MALFORMED),
        (b"GET / HTTP/2.0\r\n\r\n", 505, Reason.VERSION),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 64, 431, Reason.OVERSIZED),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 16_384, 431, Reason.OVERSIZED),
        (b"x" * 16_384, 431, Reason.OVERSIZED),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 400_000, 431, Reason.OVERSIZED),
        # From somebody who is no proxy of ours.
        (V1 + REQUEST, 400, Reason.PROXY),
        (V2, 400, Reason.PROXY),
    ],
)
def test_what_is_no_request_is_told_so_and_recorded(sent: bytes, status: int, reason: Reason) -> None:
    with House() as house:
        client = house.call()
        client.setblocking(False)
        left = memoryview(sent)
        while not house.refused():
            if left:
                left = left[client.send(left) :]
            house.turn()
        client.setblocking(True)
        answer, headers, text = said(client)
        assert answer == status
        assert headers["connection"] == "close"
        assert headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        assert text.endswith(".\n")
        assert house.refused() == {reason: 1}
        (answered,) = house.answered
        assert (answered.status, answered.asked.address) == (status, "127.0.0.1")
        assert (
            answered.asked.line
            == sent[:2000].lstrip(b"\r\n").partition(b"\n")[0].strip(b"\r").decode("latin-1")[:500]
        )
        assert answered.sent_bytes > len(text)
        client.close()
        house.until(lambda: house.lobby.next_deadline_s is None)
        assert not house.arrivals


def test_whoever_reads_no_refusal_is_closed_in_the_end() -> None:
    with House() as house:
        house.handed().sendall(b"\x00")
        house.turn()
        assert house.refused() == {Reason.MALFORMED: 1}
        deadline_s = house.lobby.next_deadline_s
        assert deadline_s is not None
        house.now_s = deadline_s
        house.turn()
        assert house.lobby.next_deadline_s is None


def test_whoever_goes_on_sending_after_a_refusal_is_cut_off() -> None:
    with House() as house:
        client = house.handed()
        client.sendall(b"\x00")
        house.turn()
        client.setblocking(False)
        with pytest.raises(BrokenPipeError):  # noqa: PT012 - which of many sends it is nobody knows
            while True:
                try:
                    client.send(b"x" * 65_536)
                except BlockingIOError:
                    house.turn()
        assert house.lobby.next_deadline_s is None


def test_many_refused_at_once_take_few_descriptors() -> None:
    with House(max_waiting=300) as house:
        clients = [house.handed() for _ in range(300)]
        for client in clients:
            client.sendall(b"\x00")
        house.until(lambda: house.lobby.refused[Reason.MALFORMED] == 300)
        # The first were closed for the last; all were told.
        assert all(client.recv(12) == b"HTTP/1.0 400" for client in clients)
        assert house.still_open() == 200


def test_a_taker_that_fails_fails_one_request_only(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[Arrival] = []

    def take(arrival: Arrival) -> None:
        if arrival.request.path == "/broken":
            raise ValueError("not mine")
        taken.append(arrival)

    lobby = Lobby(take=take)
    for request in (b"GET /broken HTTP/1.0\r\n\r\n", REQUEST):
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.sendall(request)
        lobby.take_over(ours, "198.51.100.7", 0.0)
        if request is not REQUEST:
            assert said(theirs)[0] == 500
        theirs.close()
    lobby.close()
    assert len(taken) == 1
    taken[0].way_out.close()
    assert lobby.refused[Reason.FAULT] == 1
    assert "not mine" in caplog.text


def test_a_taker_without_room_has_it_said(caplog: pytest.LogCaptureFixture) -> None:
    with House() as house:

        def none(_arrival: Arrival) -> None:
            raise NoRoomError

        house.lobby._take = none
        client = house.handed()
        client.sendall(REQUEST)
        house.turn()
        answer = rest(client)
        assert answer.startswith(b"HTTP/1.0 503 ")
        assert b"\r\nRetry-After: " in answer
        assert house.refused() == {Reason.CROWDED: 1}
        assert [told.status for told in house.answered] == [503]
        assert not caplog.records


def test_a_mistake_of_ours_costs_one_connection_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with House() as house:
        waits = house.handed()
        with monkeypatch.context() as wrong:

            def mistaken(_visitor: Visitor) -> Request:
                raise ValueError("a mistake")

            wrong.setattr(Visitor, "hear", mistaken)
            victim = house.handed()
            house.now_s += HEADER_S
            house.turn()
        assert rest(victim) == rest(waits) == b""
        assert house.refused() == {Reason.FAULT: 2}
        assert "a mistake" in caplog.text
        other = house.handed()
        other.sendall(REQUEST)
        house.turn()
        assert len(house.arrivals) == 1


# Time


def test_a_turn_ends_when_its_time_is_over_and_leaves_the_rest_for_the_next() -> None:
    now_s = itertools.count(0.0, 0.003)  # what each arrival takes
    with House(monotonic_s=lambda: next(now_s)) as house:
        clients = [house.handed() for _ in range(20)]
        for client in (*clients, *(house.call() for _ in range(20))):
            client.sendall(REQUEST)
        turns = 0
        while len(house.arrivals) < 40:
            before = len(house.arrivals)
            house.until(lambda seen=before: len(house.arrivals) > seen)  # type: ignore[misc]
            assert len(house.arrivals) - before <= 8
            turns += 1
        assert turns >= 5


def test_a_header_that_dribbles_in_has_its_time_and_no_more() -> None:
    with House() as house:
        client = house.handed()
        begun_s = house.now_s
        for byte in REQUEST[:9]:
            house.now_s += 1.0
            client.sendall(bytes([byte]))
            house.turn()
            assert house.lobby.next_deadline_s == begun_s + HEADER_S
        house.now_s = begun_s + HEADER_S - 0.01
        house.turn()
        assert house.lobby.waiting == 1
        house.now_s = begun_s + HEADER_S
        house.turn()
        status, _, text = said(client)
        assert (status, text) == (408, "The request was not complete within 10 s.\n")
        assert house.refused() == {Reason.LATE: 1}
        assert house.answered[0].asked.line == "GET /live"
        assert house.answered[0].seconds == HEADER_S


def test_whoever_says_nothing_is_told_nothing() -> None:
    with House() as house:
        clients = [house.call() for _ in range(5)]
        house.until(lambda: house.lobby.waiting == 5)
        house.now_s += HEADER_S
        house.turn()
        assert [rest(client) for client in clients] == [b""] * 5
        assert house.refused() == {Reason.IDLE: 5}
        assert house.answered == []


def test_deadlines_are_each_one_s_own() -> None:
    with House() as house:
        first = house.handed()
        house.now_s += 3.0
        second = house.handed()
        assert house.lobby.next_deadline_s == 1000.0 + HEADER_S
        house.now_s = 1000.0 + HEADER_S
        house.turn()
        assert (rest(first), house.lobby.waiting) == (b"", 1)
        second.sendall(REQUEST)
        house.turn()
        assert len(house.arrivals) == 1


def test_whoever_said_all_in_time_is_served_however_late_that_is_seen() -> None:
    with House() as house:
        client = house.handed()
        client.sendall(REQUEST)
        house.now_s += 60.0
        house.turn()
        assert len(house.arrivals) == 1
        assert house.refused() == {}


@pytest.mark.parametrize("said_before", [b"", b"GET /live.mp3 HT"])
def test_whoever_leaves_before_the_end_is_gone(said_before: bytes) -> None:
    with House() as house:
        client = house.call()
        client.sendall(said_before)
        house.until(lambda: house.lobby.waiting == 1)
        client.close()
        house.until(lambda: house.lobby.waiting == 0)
        assert house.refused() == {Reason.LEFT: 1}
        assert house.answered == []


def test_whoever_resets_is_gone() -> None:
    with House() as house:
        client = house.call()
        house.until(lambda: house.lobby.waiting == 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        client.close()
        house.until(lambda: house.lobby.waiting == 0)
        assert house.refused() == {Reason.LEFT: 1}


def test_whoever_says_all_and_shuts_its_side_is_served() -> None:
    with House() as house:
        client = house.call()
        client.sendall(REQUEST)
        client.shutdown(socket.SHUT_WR)
        house.arrival().way_out.send(b"sound")
        house.arrivals[0].way_out.close()
        assert rest(client) == b"sound"


def test_closing_closes_whoever_waits_and_leaves_the_door_to_its_owner() -> None:
    with House() as house:
        waiting, refused = house.handed(), house.handed()
        refused.sendall(b"\x00")
        house.turn()
        house.lobby.close()
        house.lobby.close()
        house.turn()
        assert rest(waiting) == b""
        assert rest(refused).startswith(b"HTTP/1.0 400")
        assert house.door.fileno() >= 0


def test_whoever_comes_in_may_close_the_lobby() -> None:
    with House() as house:
        clients = [house.call() for _ in range(3)]
        for client in clients:
            client.sendall(REQUEST)
        taken: list[Arrival] = []

        def take(arrival: Arrival) -> None:
            taken.append(arrival)
            lobby.close()

        lobby = Lobby([house.door], take=take)
        while not taken:
            lobby.turn(0.0)
        taken[0].way_out.close()
        assert len(taken) == 1


# Proxies


@pytest.mark.parametrize(
    ("preface", "address"),
    [(V1, "198.51.100.9"), (V2, "198.51.100.9"), (V2_LOCAL, "127.0.0.1"), (b"", "127.0.0.1")],
)
@pytest.mark.parametrize("bytewise", [False, True])
def test_a_trusted_proxy_says_who_it_is(preface: bytes, address: str, bytewise: bool) -> None:
    with House(trusted=("127.0.0.0/8",)) as house:
        client = house.call()
        sent = preface + REQUEST
        for piece in [sent[i : i + 1] for i in range(len(sent))] if bytewise else [sent]:
            client.sendall(piece)
            house.turn()
        arrival = house.arrivals[0] if house.arrivals else house.arrival()
        assert arrival.asked.address == address
        assert arrival.received == REQUEST


def test_half_a_preface_does_not_keep_the_lobby_busy() -> None:
    with House(trusted=("127.0.0.1",)) as house:
        client = house.call()
        client.sendall(V1[:20])
        house.until(lambda: house.lobby.waiting == 1)
        house.turn()
        assert house.quiet()
        house.now_s += HEADER_S
        house.turn()
        assert rest(client) == b""
        assert house.refused() == {Reason.LATE: 1}


@pytest.mark.parametrize(
    "sent",
    [
        V1 + V1 + REQUEST,
        V1 + V2 + REQUEST,
        V2 + V2_LOCAL + REQUEST,
        V2[:12] + b"\x31" + V2[13:],
        b"PROXY TCP4 nobody nowhere 1 2\r\n" + REQUEST,
        b"PROXY " + b"x" * 200,
    ],
)
def test_a_preface_that_is_none_or_comes_twice_is_refused(sent: bytes) -> None:
    with House(trusted=("127.0.0.1",)) as house:
        client = house.call()
        client.sendall(sent)
        house.until(lambda: bool(house.answered))
        assert said(client)[0] == 400
        assert house.refused() == {Reason.PROXY: 1}


def test_behind_a_preface_the_headers_count_only_from_another_proxy_of_ours() -> None:
    with House(trusted=("127.0.0.1", "192.0.2.0/24")) as house:
        for source in ("198.51.100.9", "192.0.2.9"):
            client = house.call()
            client.sendall(f"PROXY TCP4 {source} 192.0.2.1 1 2\r\n".encode())
            client.sendall(
                b"GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.5\r\nX-Forwarded-Proto: https\r\n\r\n"
            )
            house.arrival()
        first, second = house.arrivals
        assert (first.asked.address, first.secure) == ("198.51.100.9", False)
        assert (second.asked.address, second.secure) == ("203.0.113.5", True)


# TLS, as whoever speaks it is plugged in


class Code:
    """No TLS, but a handshake of three bytes, and every byte turned round behind it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def do_handshake(self) -> None:
        first = self.sock.recv(3, socket.MSG_PEEK)
        if len(first) < 3:
            raise BlockingIOError
        if self.sock.recv(3) != b"\x16up":
            raise ConnectionAbortedError

    def recv(self, size: int, /) -> bytes:
        return bytes(255 - byte for byte in self.sock.recv(size))

    def send(self, data: bytes | memoryview, /) -> int:
        return self.sock.send(bytes(255 - byte for byte in data))

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        return self.send(b"".join(views))

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        self.sock.setsockopt(level, option, value)

    def fileno(self) -> int:
        return self.sock.fileno()

    def close(self) -> None:
        self.sock.close()


class Coding:
    def begin(self, sock: socket.socket, /) -> Code:
        return Code(sock)


class Talkative(Code):
    """Its part of the handshake is more than a connection takes at once."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.left = memoryview(bytes(8_000_000))

    def do_handshake(self) -> None:
        while self.left:
            self.left = self.left[self.sock.send(self.left) :]
        super().do_handshake()


class Talking:
    def begin(self, sock: socket.socket, /) -> Code:
        return Talkative(sock)


def coded(data: bytes) -> bytes:
    return bytes(255 - byte for byte in data)


@pytest.mark.parametrize("preface", [b"", V1, V2])
@pytest.mark.parametrize("bytewise", [False, True])
def test_tls_begins_with_its_first_byte_behind_a_preface_too(preface: bytes, bytewise: bool) -> None:
    with House(trusted=("127.0.0.1",), secure=Coding()) as house:
        client = house.call()
        sent = preface + b"\x16up" + coded(REQUEST)
        for piece in [sent[i : i + 1] for i in range(len(sent))] if bytewise else [sent]:
            client.sendall(piece)
            house.turn()
        arrival = house.arrivals[0] if house.arrivals else house.arrival()
        assert (arrival.received, arrival.secure) == (REQUEST, True)
        assert arrival.asked.address == ("198.51.100.9" if preface else "127.0.0.1")
        arrival.way_out.send(b"hello")
        arrival.way_out.close()
        assert coded(rest(client)) == b"hello"


def test_where_tls_is_spoken_whoever_speaks_none_is_heard_too() -> None:
    with House(secure=Coding()) as house:
        client = house.handed()
        client.sendall(REQUEST)
        house.turn()
        assert [arrival.secure for arrival in house.arrivals] == [False]


def test_a_handshake_that_waits_to_write_goes_on_when_it_can() -> None:
    with House(secure=Talking()) as house:
        client = house.handed()
        client.sendall(b"\x16up" + coded(REQUEST))
        house.turn()  # watched for more than before, it is reported once for nothing
        house.turn()
        assert house.quiet()
        heard = 0
        while heard < 8_000_000:
            heard += len(client.recv(1 << 20))
            house.turn()
        assert [arrival.received for arrival in house.arrivals] == [REQUEST]


@pytest.mark.parametrize(
    ("sent", "reason", "told"),
    [
        (b"\x16no", Reason.TLS, b""),
        (b"\x16u", Reason.LATE, b""),
        (b"\x16up", Reason.LATE, b""),
        (b"\x16up" + coded(b"GET"), Reason.LATE, b"HTTP/1.0 408"),
        (b"\x16up" + coded(b"\x00"), Reason.MALFORMED, b"HTTP/1.0 400"),
        (b"\x16up" + coded(V1), Reason.PROXY, b"HTTP/1.0 400"),
        (b"\x16up\x16up", Reason.MALFORMED, b"HTTP/1.0 400"),
    ],
)
def test_the_limits_hold_behind_tls(sent: bytes, reason: Reason, told: bytes) -> None:
    with House(secure=Coding(), trusted=("127.0.0.1",)) as house:
        client = house.call()
        client.sendall(sent)
        house.until(lambda: bool(house.lobby.waiting or house.refused()))
        house.turn()
        house.now_s += HEADER_S
        house.turn()
        assert coded(rest(client))[:12] == told
        assert house.refused() == {reason: 1}


@pytest.mark.parametrize("preface", [b"", V1])
@pytest.mark.parametrize("taken", [True, False])
def test_who_begins_with_tls_may_be_given_away(preface: bytes, taken: bool) -> None:
    with House(trusted=("127.0.0.1",), secure=Coding()) as house, House(secure=Coding()) as other:
        offered: list[str] = []

        def give_away(sock: socket.socket, peer: str) -> bool:
            offered.append(peer)
            if taken:
                other.lobby.take_over(sock.dup(), peer, other.now_s)
                sock.close()
            return taken

        house.lobby.give_away = give_away
        client, plain = house.call(), house.call()
        client.sendall(preface + b"\x16up" + coded(REQUEST))
        plain.sendall(REQUEST)
        house.until(lambda: bool(offered) and any(not arrival.secure for arrival in house.arrivals))
        house.turn()
        other.turn()
        peer = "198.51.100.9" if preface else "127.0.0.1"
        assert offered == [peer]
        (secure,) = [arrival for arrival in (*house.arrivals, *other.arrivals) if arrival.secure]
        assert (secure in other.arrivals) is taken
        assert (secure.asked.address, secure.received) == (peer, REQUEST)
        assert house.lobby.waiting == other.lobby.waiting == 0
        secure.way_out.send(b"hello")
        secure.way_out.close()
        assert coded(rest(client)) == b"hello"


def test_whom_nobody_takes_has_no_more_time_than_others() -> None:
    with House(secure=Coding()) as house:
        house.lobby.give_away = lambda _sock, _peer: False
        clients = []
        for _ in range(2):
            clients.append(house.call())
            house.until(lambda: house.lobby.waiting == len(clients))
            house.now_s += 3.0
        clients[0].sendall(b"\x16")
        house.until(lambda: any(visitor.secure for visitor in house.lobby._waiting.values()))
        assert house.lobby.next_deadline_s == 1000.0 + HEADER_S
        house.now_s = 1000.0 + HEADER_S
        house.turn()
        assert house.refused() == {Reason.LATE: 1}
        assert house.lobby.waiting == 1


# Too many


def test_when_too_many_wait_the_oldest_goes() -> None:
    with House(max_waiting=3) as house:
        clients = [house.handed() for _ in range(3)]
        clients[1].sendall(b"GET /live")
        house.turn()
        # Whoever says all at once takes nobody's place.
        quick = house.call()
        quick.sendall(REQUEST)
        assert house.arrival()
        assert house.lobby.waiting == 3
        clients += [house.handed(), house.handed()]
        assert house.lobby.waiting == 3
        assert rest(clients[0]) == b""
        status, headers, _ = said(clients[1])
        assert (status, headers["retry-after"]) == (503, "30")
        assert house.refused() == {Reason.CROWDED: 2}
        assert [answered.status for answered in house.answered] == [503]
        for client in clients[2:]:
            client.sendall(REQUEST)
        house.until(lambda: len(house.arrivals) == 4)


def test_with_no_descriptor_left_the_oldest_who_waits_goes() -> None:
    with House() as house:
        silent = [house.call() for _ in range(3)]
        house.until(lambda: house.lobby.waiting == 3)
        client = house.call()
        client.sendall(REQUEST)
        with no_descriptor_left():
            house.arrival()
        assert rest(silent[0]) == b""
        assert house.refused() == {Reason.CROWDED: 1}
        assert house.lobby.waiting == 2


def test_with_no_descriptor_and_nobody_to_go_newcomers_are_told_so() -> None:
    with House() as house:
        clients = [house.call() for _ in range(5)]
        with no_descriptor_left():
            house.until(lambda: house.lobby.refused[Reason.FULL] == 5)
            assert house.quiet()
        for client in clients:
            status, headers, _ = said(client)
            assert (status, headers["retry-after"]) == (503, "30")
        client = house.call()
        client.sendall(REQUEST)
        assert house.arrival()


def test_with_nothing_to_be_done_the_doors_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    with House() as house:
        client = house.call()
        client.sendall(REQUEST)
        # Another part of this process has taken the reserve.
        house.lobby._doors.close()
        with no_descriptor_left():
            house.turn()
            assert house.quiet(), "it is asked again and again"
            deadline_s = house.lobby.next_deadline_s
            assert deadline_s is not None
            house.now_s = deadline_s
            house.turn()
            assert house.lobby.next_deadline_s is not None
        assert caplog.text.count("nobody can be let in") == 2
        house.now_s += 1.0
        house.turn()
        house.until(lambda: len(house.arrivals) == 1)
