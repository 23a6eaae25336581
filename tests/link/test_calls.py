import contextlib
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    pack,
    unpack,
)
from radiocast.model.errors import LinkError

# As a stranger's undecodable bytes come, too.
TEXTS = st.text(st.characters(), max_size=40)
NUMBERS = st.integers(0, 2**63)
WORDS: st.SearchStrategy[Word] = st.one_of(
    st.builds(Caller, peer=TEXTS),
    st.builds(LetIn, call=NUMBERS, number=NUMBERS, mount=st.integers(0, 99), titled=st.booleans()),
    st.builds(Reply, call=NUMBERS),
    st.builds(Page, call=NUMBERS),
    st.builds(Open),
    st.builds(Asks, call=NUMBERS, peer=TEXTS),
    st.builds(Waiting, came=NUMBERS, waiting=NUMBERS),
    st.builds(TurnedAway, reason=TEXTS, count=NUMBERS),
    st.builds(
        Refused,
        status=st.integers(400, 599),
        sent_bytes=NUMBERS,
        seconds=st.floats(0, 1e6),
        address=TEXTS,
        line=TEXTS,
        at_unix_s=st.floats(0, 1e11),
    ),
)


@contextlib.contextmanager
def lines() -> Iterator[tuple[Line, Line]]:
    ours, theirs = Line.pair()
    with contextlib.closing(ours), contextlib.closing(Line(theirs)) as other:
        yield ours, other


@given(word=WORDS, body=st.binary(max_size=200))
def test_every_word_comes_out_as_it_went_in(word: Word, body: bytes) -> None:
    assert unpack(pack(word, body)) == (word, body)


@given(packet=st.binary(max_size=80))
def test_what_is_no_word_is_an_error_of_the_link(packet: bytes) -> None:
    with contextlib.suppress(LinkError):
        unpack(packet)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\n",
        b'{"":"Asks"}\n',
        b'{"":"Reply","call":1,"x":2}\n',
        b'{"":"Reply","call":1}',
    ],
)
def test_near_misses_are_errors_too(packet: bytes) -> None:
    with pytest.raises(LinkError):
        unpack(packet)


def test_a_connection_goes_with_its_word() -> None:
    near, far = socket.socketpair()
    with lines() as (ours, other), near, far:
        assert other.hear() is None
        assert ours.say(Caller(peer="192.0.2.1"), b"", descriptor=near.fileno())
        near.close()
        heard = other.hear()
        assert heard is not None
        assert heard.word == Caller(peer="192.0.2.1")
        assert heard.sock is not None
        with heard.sock as came:
            assert not came.getblocking()
            far.send(b"hello")
            assert came.recv(100) == b"hello"


def test_a_line_that_is_full_says_so_and_goes_on_when_it_is_read() -> None:
    with lines() as (ours, other):
        said = 0
        while ours.say(Reply(call=said), bytes(10_000)):
            said += 1
        assert said > 20
        for number in range(said):
            heard = other.hear()
            assert heard is not None
            assert heard.word == Reply(call=number)
        assert ours.say(Reply(call=said))


def test_the_other_ends_end_is_an_error() -> None:
    with lines() as (ours, other):
        other.close()
        with pytest.raises(LinkError):
            ours.hear()
        assert not ours.say(Open())


def test_a_word_that_is_too_long_is_not_said() -> None:
    with lines() as (ours, other):
        assert not ours.say(Reply(call=1), bytes(100_000))
        assert other.hear() is None
