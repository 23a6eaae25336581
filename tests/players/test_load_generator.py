"""The benchmark's listeners find what is wrong with a server: here with servers that cheat.

They are C, compiled on the spot, so this stands with what needs more than Python.
"""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from bench.listeners.building import Programs, build
from bench.listeners.crowd import Crowd, Heard
from bench.listeners.truth import Truth

from radiocast.model.units import block_bytes
from radiocast.transmitter import icy

METAINT = block_bytes(128)
# Ten seconds of sound: what a newcomer may begin with at the latest, and nobody runs dry of in a test.
BLOCKS = 20
TITLES = ("Morning", "Żółw", "It's five")
LISTENERS = 3
PATIENCE_S = 30.0
# Six times what the first block lasts, and less than half of what fifteen do.
PAUSE_S = 3.0

# What a listener gets, in pieces; between two of them a slow server may take its time.
Response = list[bytes]
HEAD = f"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-metaint: {METAINT}\r\n\r\n".encode()


def title(block: int) -> str:
    """Another one every fourth block."""
    return TITLES[block // 4 % len(TITLES)]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return build(tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="module")
def blocks() -> list[bytes]:
    noise = random.Random(5)
    return [noise.randbytes(METAINT) for _ in range(BLOCKS)]


def honest(blocks: list[bytes]) -> Response:
    """Header, a block, and each further one behind its metadata."""
    pieces = [HEAD, blocks[0]]
    for number in range(1, len(blocks)):
        changes = number == 1 or title(number) != title(number - 1)
        pieces += [icy.metadata(title(number)) if changes else icy.UNCHANGED, blocks[number]]
    return pieces


def piece_of(block: int) -> int:
    """Where a block stands in an honest response; its metadata is the piece before."""
    return 1 + 2 * block


@contextmanager
def server(response: Response, *, pause: int | None, ends: bool) -> Iterator[int]:
    """A server that sends this to everybody; its port. It pauses before that piece."""
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.recv(4096)
            connection.sendall(b"".join(response[:pause]))
            if pause is not None:
                over.wait(PAUSE_S)
                connection.sendall(b"".join(response[pause:]))
            if not ends:
                over.wait(PATIENCE_S)

    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=LISTENERS))
        threads: list[threading.Thread] = []

        def welcome() -> None:
            for _ in range(LISTENERS):
                with suppress(OSError):
                    threads.append(threading.Thread(target=answer, args=(door.accept()[0],)))
                    threads[-1].start()

        threads.append(threading.Thread(target=welcome))
        threads[0].start()
        try:
            yield door.getsockname()[1]
        finally:
            over.set()
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(PATIENCE_S)


Listen = Callable[..., Heard]


@pytest.fixture
def listen(programs: Programs, blocks: list[bytes], tmp_path: Path) -> Listen:
    """Let listeners listen until everything has reached them, or they are gone."""

    def heard(
        response: Response,
        *,
        pause: int | None = None,
        ends: bool = False,
        exact: bool = True,
        skips: bool = False,
    ) -> Heard:
        file = tmp_path / "truth"
        with Truth(file, metaint=METAINT) as truth:
            for number, sound in enumerate(blocks):
                truth.put(sound, icy.metadata(title(number)))
            with (
                server(response, pause=pause, ends=ends) as port,
                Crowd(programs, port=port, truth=file, most=LISTENERS, exact=exact, skips=skips) as crowd,
            ):
                crowd.join(LISTENERS, rate=1000)
                deadline = time.monotonic() + PATIENCE_S
                size = LISTENERS * sum(map(len, response))
                while crowd.said("bytes") < size and crowd.said("lost") < LISTENERS:
                    assert time.monotonic() < deadline, "the listeners did not get what was sent"
                    time.sleep(0.05)
                return crowd.finish()

    return heard


def test_nothing_is_wrong_with_an_honest_server(listen: Listen, blocks: list[bytes]) -> None:
    heard = listen(honest(blocks))
    assert heard.well
    assert (heard.stay.asked, heard.stay.heard, heard.faults) == (LISTENERS, LISTENERS, ())
    assert heard.received_bytes == LISTENERS * sum(map(len, honest(blocks)))


def a_wrong_byte(response: Response) -> None:
    sound = bytearray(response[piece_of(7)])
    sound[5000] ^= 1
    response[piece_of(7)] = bytes(sound)


def a_missing_byte(response: Response) -> None:
    response[piece_of(7)] = response[piece_of(7)][1:]


def a_block_twice(response: Response) -> None:
    response[piece_of(8)] = response[piece_of(7)]


def metadata_a_byte_late(response: Response) -> None:
    before, after = response[piece_of(7) - 1], response[piece_of(7)]
    response[piece_of(7) - 1 : piece_of(7) + 1] = [after[:1], before + after[1:]]


def metadata_left_out(response: Response) -> None:
    response[piece_of(7) - 1] = b""


def a_title_that_is_not_announced(response: Response) -> None:
    response[piece_of(8) - 1] = icy.UNCHANGED


def a_title_that_is_announced_twice(response: Response) -> None:
    response[piece_of(9) - 1] = icy.metadata(title(9))


def a_title_a_block_early(response: Response) -> None:
    response[piece_of(7) - 1], response[piece_of(8) - 1] = icy.metadata(title(8)), icy.UNCHANGED


def another_title(response: Response) -> None:
    response[piece_of(8) - 1] = icy.metadata(title(8)).replace(b"It", b"is")


def no_title_at_the_start(response: Response) -> None:
    response[piece_of(1) - 1] = icy.UNCHANGED


def another_place_for_titles(response: Response) -> None:
    response[0] = HEAD.replace(str(METAINT).encode(), b"8192")


def sound_that_never_went_out(response: Response) -> None:
    response[piece_of(0)] = bytes(METAINT)


@pytest.mark.parametrize(
    ("cheat", "fault"),
    [
        (a_wrong_byte, "wrong byte 5000 of block 7"),
        (a_missing_byte, "wrong byte 0 of block 7"),
        (a_block_twice, "wrong byte 0 of block 8"),
        (metadata_a_byte_late, "before block 7"),
        (metadata_left_out, "before block 7"),
        (a_title_that_is_not_announced, "metadata of 0 bytes"),
        (a_title_that_is_announced_twice, "before block 9"),
        (a_title_a_block_early, "before block 7"),
        (another_title, "another title than that of block 8"),
        (no_title_at_the_start, "metadata of 0 bytes"),
        (another_place_for_titles, "icy-metaint 8192"),
        (sound_that_never_went_out, "begins with sound that never went out"),
    ],
)
def test_a_wrong_byte_is_found_at_every_listener(
    listen: Listen, blocks: list[bytes], cheat: Callable[[Response], None], fault: str
) -> None:
    response = honest(blocks)
    cheat(response)
    heard = listen(response)
    assert not heard.well
    assert (heard.stay.wrong, heard.stay.lost) == (LISTENERS, 0)
    assert len(heard.faults) == LISTENERS
    assert all(fault in said for said in heard.faults)


def test_a_listener_that_is_hung_up_on_is_lost(listen: Listen, blocks: list[bytes]) -> None:
    heard = listen(honest(blocks), ends=True)
    assert not heard.well
    assert (heard.stay.lost, heard.stay.wrong) == (LISTENERS, 0)


def test_a_listener_that_is_refused_is_lost(listen: Listen) -> None:
    heard = listen([b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 30\r\n\r\n"])
    assert (heard.stay.lost, heard.stay.heard) == (LISTENERS, 0)
    assert all("503" in said for said in heard.faults)


def test_a_listener_without_sound_is_lost(listen: Listen) -> None:
    heard = listen([HEAD])
    assert (heard.stay.lost, heard.stay.heard) == (LISTENERS, 0)


def test_a_player_that_falls_silent_is_seen_to(listen: Listen, blocks: list[bytes]) -> None:
    response = honest(blocks)
    heard = listen(response, pause=piece_of(1))
    assert not heard.well
    assert (heard.stay.dry, heard.stay.wrong, heard.stay.lost) == (LISTENERS, 0, 0)
    assert heard.stay.wait_s > PAUSE_S / 2


def test_a_pause_within_what_a_player_has_in_hand_is_none(listen: Listen, blocks: list[bytes]) -> None:
    heard = listen(honest(blocks), pause=piece_of(15))
    assert heard.well
    assert heard.stay.wait_s > PAUSE_S / 2


def skipping(blocks: list[bytes], *, titled: bool) -> Response:
    """Blocks 7 to 12 are left out; behind them the title is given anew, or not."""
    response = honest(blocks)
    start = icy.metadata(title(13)) if titled else icy.UNCHANGED
    return [*response[: piece_of(7) - 1], start, *response[piece_of(13) :]]


def test_blocks_are_left_out_only_where_they_may_be(listen: Listen, blocks: list[bytes]) -> None:
    assert listen(skipping(blocks, titled=True)).stay.wrong == LISTENERS
    heard = listen(skipping(blocks, titled=True), skips=True)
    assert heard.well
    assert heard.stay.skips == LISTENERS
    assert listen(skipping(blocks, titled=False), skips=True).stay.wrong == LISTENERS


def icecasts(blocks: list[bytes]) -> Response:
    """As Icecast does: from any byte on, with titles where it has room for them."""
    sound, metaint = b"".join(blocks)[1234:], 16_000
    response = [HEAD.replace(str(METAINT).encode(), str(metaint).encode())]
    for start in range(0, len(sound) - metaint, metaint):
        response += [sound[start : start + metaint], icy.metadata("any") if start == 0 else icy.UNCHANGED]
    return response


def test_another_server_may_begin_anywhere_but_loses_no_byte(listen: Listen, blocks: list[bytes]) -> None:
    response = icecasts(blocks)
    assert listen(response, exact=False).well
    torn = [*response[:3], response[3][1:], *response[4:]]
    assert listen(torn, exact=False).stay.wrong == LISTENERS
    no_title = [*response[:2], b"\1" + bytes(16), *response[3:]]
    assert listen(no_title, exact=False).stay.wrong == LISTENERS
