"""A worker's desk in this process: callers come over the line, and a test is the transmitter."""

import contextlib
import gc
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.link.calls import (
    Asks,
    Caller,
    LetIn,
    Line,
    Open,
    Page,
    Refused,
    Reply,
    TurnedAway,
    Waiting,
    Word,
)
from radiocast.link.messages import Ticket
from radiocast.reception.outlet import Outlet
from radiocast.transmitter import secure_desk
from radiocast.transmitter.job import TlsFiles
from radiocast.transmitter.secure_desk import SecureDesk
from tests.reception.tls import PAIRS, TlsClient
from tests.transmitter.listening import tcp_pair

REQUEST = b"GET /live.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Desk:
    """The desk, its clock, and the transmitter's end of its line."""

    def __init__(self, folder: Path) -> None:
        self.cert, self.key = folder / "cert", folder / "key"
        self.line, theirs = Line.pair()
        self.listeners: list[tuple[Ticket, Outlet]] = []
        self.missed: list[int] = []
        self.waiting = Waiting(came=0, waiting=0)
        self.now_s = 100.0
        self.desk = SecureDesk(
            TlsFiles(cert=str(self.cert), key=str(self.key)),
            Line(theirs),
            admit=lambda ticket, outlet: self.listeners.append((ticket, outlet)),
            missed=self.missed.append,
        )
        self.clients: list[TlsClient] = []

    def certify(self) -> None:
        shutil.copyfile(PAIRS / "first.crt", self.cert)
        shutil.copyfile(PAIRS / "first.key", self.key)

    def turn(self) -> None:
        self.desk.turn(self.now_s)

    def said(self) -> tuple[Word, bytes] | None:
        """The next word; of how many wait only the last is kept."""
        self.turn()
        while (heard := self.line.hear()) is not None and isinstance(heard.word, Waiting):
            self.waiting = heard.word
        return None if heard is None else (heard.word, heard.body)

    def call(self, request: bytes = REQUEST) -> TlsClient:
        """Somebody's connection is passed on, shakes hands, and asks."""
        near, far = tcp_pair()
        with near:
            assert self.line.say(Caller(peer="192.0.2.7"), descriptor=near.fileno())
        client = TlsClient(far)
        self.clients.append(client)
        while not client.step():
            self.turn()
        client.send(request)
        return client

    def read(self, client: TlsClient, size: int) -> bytes:
        while len(client.heard) < size and not client.ended:
            self.turn()
            client.read()
        return bytes(client.heard)

    def close(self) -> None:
        for _, outlet in self.listeners:
            outlet.close()
        self.desk.close()
        self.line.close()
        for client in self.clients:
            client.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.certify()
    with contextlib.closing(made):
        found = made.said()
        assert found is not None
        assert isinstance(found[0], Open)
        yield made


def asked(desk: Desk) -> tuple[Asks, bytes]:
    """The next question. A segment may take a moment, even on this machine."""
    while (found := desk.said()) is None:
        pass
    word, body = found
    assert isinstance(word, Asks)
    return word, body


def test_who_is_let_in_listens_here(desk: Desk) -> None:
    client = desk.call()
    word, body = asked(desk)
    assert (word.peer, body) == ("192.0.2.7", REQUEST)
    desk.line.say(LetIn(call=word.call, number=7, mount=1, titled=True), b"the head")
    desk.turn()
    [(ticket, outlet)] = desk.listeners
    assert ticket == Ticket(number=7, mount=1, titled=True, head=b"the head")
    outlet.send(b"sound")
    assert desk.read(client, 5) == b"sound"


def test_an_answer_is_sent_and_the_connection_closed(desk: Desk) -> None:
    client = desk.call()
    word, _ = asked(desk)
    desk.line.say(Reply(call=word.call), b"HTTP/1.0 503 Service Unavailable\r\n\r\n")
    assert desk.read(client, 1000) == b"HTTP/1.0 503 Service Unavailable\r\n\r\n"
    assert client.ended


def test_a_page_goes_through_the_socket_that_came_with_the_word(desk: Desk) -> None:
    client = desk.call()
    word, _ = asked(desk)
    served, theirs = socket.socketpair()
    with served:
        with theirs:
            desk.line.say(Page(call=word.call), descriptor=theirs.fileno())
        served.send(b"a page")
    assert desk.read(client, 1000) == b"a page"
    assert client.ended


def test_a_call_of_which_nothing_more_is_heard_is_closed_in_time(desk: Desk) -> None:
    client = desk.call()
    word, _ = asked(desk)
    desk.now_s += 31
    desk.turn()
    assert desk.read(client, 1) == b""
    assert client.ended
    # Let in too late: the transmitter is told, so that it counts nobody who is not there.
    desk.line.say(LetIn(call=word.call, number=9, mount=0, titled=False))
    desk.turn()
    assert desk.missed == [9]
    assert desk.listeners == []


def test_one_too_many_to_ask_for_is_told_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secure_desk, "SECURE_CALLS", 1)
    desk.call()
    asked(desk)
    other = desk.call()
    assert desk.read(other, 12).startswith(b"HTTP/1.0 503")
    words = []
    while (found := desk.said()) is not None:
        words.append(found[0])
    assert TurnedAway(reason="crowded", count=1) in words


def test_how_many_wait_is_told_now_and_then(desk: Desk) -> None:
    fars = []
    for told in (Waiting(came=1, waiting=1), Waiting(came=1, waiting=1), Waiting(came=3, waiting=3)):
        near, far = tcp_pair()
        fars.append(far)
        with near:
            assert desk.line.say(Caller(peer="192.0.2.7"), descriptor=near.fileno())
        if len(fars) == 3:
            desk.now_s += 0.2
        desk.turn()
        assert desk.said() is None
        assert desk.waiting == told
    for far in fars:
        far.close()


def test_who_is_refused_here_is_told_of_there(desk: Desk) -> None:
    client = desk.call(b"nonsense\r\n\r\n")
    assert desk.read(client, 12).startswith(b"HTTP/1.0 400")
    words = []
    while (found := desk.said()) is not None:
        words.append(found[0])
    assert TurnedAway(reason="malformed", count=1) in words
    [refused] = [word for word in words if isinstance(word, Refused)]
    assert (refused.status, refused.address, refused.line) == (400, "192.0.2.7", "nonsense")


def test_without_a_certificate_it_takes_nobody_until_there_is_one(tmp_path: Path) -> None:
    with contextlib.closing(Desk(tmp_path)) as desk:
        assert desk.said() is None
        desk.certify()
        assert desk.said() is None  # it looks every few seconds
        desk.now_s += 5
        found = desk.said()
        assert found is not None
        assert isinstance(found[0], Open)


def test_words_for_calls_that_are_gone_leave_nothing_open(desk: Desk) -> None:
    served, theirs = socket.socketpair()
    with served:
        with theirs:
            desk.line.say(Page(call=99), descriptor=theirs.fileno())
        desk.line.say(Reply(call=98), b"nobody")
        desk.turn()
        assert served.recv(1) == b""


def test_the_transmitters_end_is_survived(desk: Desk) -> None:
    desk.line.close()
    desk.turn()
    desk.turn()


def play(desk: Desk, kind: str) -> None:
    """One call from its beginning to its end; nothing of it stays here."""
    client = desk.call(b"nonsense\r\n\r\n" if kind == "refused" else REQUEST)
    if kind == "refused":
        desk.read(client, 12)
        while desk.said() is not None:
            pass
    else:
        word, _ = asked(desk)
        if kind == "answered":
            desk.line.say(Reply(call=word.call), b"an answer")
            desk.read(client, 100)
        else:
            desk.line.say(LetIn(call=word.call, number=1, mount=0, titled=True))
            desk.turn()
            desk.listeners.pop()[1].close()
    client.close()
    desk.clients.remove(client)


@pytest.mark.parametrize("kind", ["answered", "refused", "listened"])
def test_nothing_of_a_call_is_ever_part_of_a_cycle(desk: Desk, kind: str) -> None:
    """A worker's collector is off: what only it would free would stay for ever."""
    play(desk, kind)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(3):
            play(desk, kind)
        gc.collect()
        kept = [type(found).__name__ for found in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not {"SSLSocket", "SecureSocket", "Visitor", "Arrival", "traceback"} & set(kept)
