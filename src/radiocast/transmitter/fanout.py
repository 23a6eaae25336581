"""The fan-out: prepared blocks to every listener's socket.

Owns: listeners, their sockets and cursors, who is served when, and what becomes of the slow.
Must not know: HTTP, the studio, or why a block sounds as it does.

Theory of operation
- A listener is a socket, a cursor and a few counters. The cursor is the number of the next shared block, and
  what is left of bytes that are its own (`own`): the response header and first blocks at the start, or the
  rest of a block that the socket did not take whole. There is no queue, task or copy per listener.
- Listeners stand in BUCKETS buckets. Every block period has TICKS_PER_BLOCK ticks; a tick serves the
  buckets whose turn it is, so that no tick holds the loop for long. With more listeners each bucket's turn
  comes less often and sends more blocks at once (`cadence`): a send costs much the same for one or four.
- Sends never wait. What the socket does not take now is tried again at the listener's next turn.
- Bounds, per listener: the kernel's send buffer (SO_SNDBUF, about one burst); one block and, at the
  start, one header in `own`. A listener whose next block has left the ring is slow.
"""

import contextlib
import select
import socket
import struct
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from radiocast.link.messages import SLICE_ENDS_S, Departure, Tally
from radiocast.model.audience import End
from radiocast.model.units import BLOCK_S
from radiocast.transmitter.ring import Lane, Span
from radiocast.transmitter.terms import SlowListener

# 60 ms between ticks: 10,000 listeners are 16 slices of 625, about 8 ms each at 13 µs a send.
TICKS_PER_BLOCK: Final = 8
# The most blocks between two turns of a listener. 1.92 s of sound at once needs a burst of three times that.
_LONGEST_CADENCE: Final = 4
BUCKETS: Final = TICKS_PER_BLOCK * _LONGEST_CADENCE
# Listeners up to which a turn comes every block, and every second one. A send each 0.48 s costs 26 µs a
# listener-second, one each 0.96 s 13 µs: the price of promptness is worth paying while it is small.
_EVERY_BLOCK_UP_TO: Final = 250
_EVERY_SECOND_UP_TO: Final = 30_000
# Close with a reset: a slow listener's unsent bytes would stay in the kernel for minutes otherwise.
_LINGER_RESET: Final = struct.pack("ii", 1, 0)
_LEAST_SEND_BUFFER_BYTES: Final = 65_536


class Outlet(Protocol):
    """Where a listener's bytes go: its non-blocking socket, or TLS over one that behaves as a socket does."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Send what can be sent now. Raises BlockingIOError when that is nothing."""
        ...

    def sendmsg(self, views: tuple[memoryview, ...], /) -> int:
        """The same, gathered."""
        ...

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """An option of the socket."""
        ...

    def fileno(self) -> int:
        """The descriptor, by which the kernel tells who hung up."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def cadence(listeners: int, *, burst_s: float) -> int:
    """Blocks between two turns of a listener: 1, 2 or 4, by how many there are, as far as the burst allows.

    A third of the burst at most comes at once: a player has two thirds of it in hand when the next is due.
    """
    wanted = (
        1 if listeners <= _EVERY_BLOCK_UP_TO else 2 if listeners <= _EVERY_SECOND_UP_TO else _LONGEST_CADENCE
    )
    while wanted > 1 and wanted * BLOCK_S > burst_s / 3:
        wanted //= 2
    return wanted


class Listener:
    """Somebody who listens: a way out, a cursor, counters. `sent_bytes` counts the header too."""

    __slots__ = ("lane", "next", "number", "outlet", "own", "sent_bytes", "skips")

    def __init__(self, outlet: Outlet, *, number: int, lane: Lane) -> None:
        self.outlet = outlet
        self.number = number
        self.lane = lane
        self.own: tuple[memoryview, ...] = ()
        self.next = 0
        self.sent_bytes = 0
        self.skips = 0


class Fanout:
    """Listeners of all mounts. `on_departure` is told of each that ends, after its socket is closed.

    `blocks_a_turn` is how many blocks are between two turns of a listener (see `cadence`).
    """

    def __init__(self, *, slow_listener: SlowListener, on_departure: Callable[[Departure], None]) -> None:
        self._slow_listener = slow_listener
        self._on_departure = on_departure
        self._buckets: list[list[Listener]] = [[] for _ in range(BUCKETS)]
        self.blocks_a_turn = 1
        # How often a slow listener was moved to the live sound.
        self.skips = 0
        self._slices = [0] * (len(SLICE_ENDS_S) + 1)
        self._slices_s = 0.0
        self._by_fd: dict[int, tuple[Listener, list[Listener]]] = {}
        # The kernel tells who hung up, at one system call a tick for all of them: the idle need no send
        # that fails, and a listener that only closed its sending side is noticed too.
        self._hangups = select.epoll()

    def __len__(self) -> int:
        """How many listen."""
        return len(self._by_fd)

    def admit(self, listener: Listener, head: bytes, *, send_buffer_bytes: int) -> None:
        """Take a listener and its connected non-blocking socket over; send header and burst at once."""
        sock = listener.outlet
        with contextlib.suppress(OSError):
            # Not TCP (a test's socket pair), or already gone: the send will tell.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Set, it no longer grows by itself: a listener that stops reading costs the kernel this, and not
        # megabytes. (The kernel doubles it for its own book-keeping.)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max(_LEAST_SEND_BUFFER_BYTES, send_buffer_bytes))
        first, listener.next = listener.lane.begin()
        listener.own = (memoryview(head), *first)
        bucket = min(self._buckets, key=len)
        bucket.append(listener)
        self._by_fd[sock.fileno()] = (listener, bucket)
        self._hangups.register(sock.fileno(), select.EPOLLRDHUP)
        if (end := self._serve_own(listener)) is not None:
            self._end(listener, end)

    def serve(self, tick: int) -> None:
        """Serve those whose turn is at this tick; after `close`, nobody. Nothing here waits."""
        if self._hangups.closed:
            return
        began_s = time.monotonic()
        self._notice_hangups()
        turns = TICKS_PER_BLOCK * self.blocks_a_turn
        for number in range(tick % turns, BUCKETS, turns):
            self._serve_bucket(self._buckets[number])
        took_s = time.monotonic() - began_s
        self._slices[bisect_left(SLICE_ENDS_S, took_s)] += 1
        self._slices_s += took_s

    def dismiss(self, numbers: Iterable[int]) -> None:
        """End these listeners: they have listened for as long as they may."""
        wanted = set(numbers)
        for listener, _ in [entry for entry in self._by_fd.values() if entry[0].number in wanted]:
            self._end(listener, End.EXPIRED)

    def tally(self) -> Tally:
        """What was done since the beginning."""
        return Tally(skips=self.skips, slices=tuple(self._slices), slices_s=self._slices_s)

    def close(self) -> None:
        """End every listener."""
        for listener, _ in list(self._by_fd.values()):
            self._end(listener, End.CLOSED)
        self._hangups.close()

    def _serve_bucket(self, bucket: list[Listener]) -> None:
        ended: list[tuple[Listener, End]] = []
        for listener in bucket:
            span = listener.lane.spans.get(listener.next)
            if span is None or listener.own:
                end = self._serve_own(listener) if listener.own else self._serve_first(listener)
            else:
                end = _send(listener, span)
            if end is not None:
                ended.append((listener, end))
        for listener, end in ended:
            self._end(listener, end)

    def _serve_first(self, listener: Listener) -> End | None:
        """The first of those who stand at its block since the last block came, or one that is too slow."""
        span = listener.lane.span(listener.next)
        return self._too_slow(listener) if span is None else _send(listener, span)

    def _serve_own(self, listener: Listener) -> End | None:
        """Send what is the listener's own, and the shared blocks after it while they last."""
        span = listener.lane.span(listener.next)
        if span is None and self._slow_listener == "drop":
            return End.SLOW
        views = span.views if span is not None else ()
        try:
            sent = listener.outlet.sendmsg((*listener.own, *views))
        except BlockingIOError:
            return None
        except OSError:
            return End.LEFT
        listener.sent_bytes += sent
        _advance(listener, listener.own, views, sent)
        return None

    def _too_slow(self, listener: Listener) -> End | None:
        """The next block is gone: let the listener go, or move it to the live sound. At a block's end."""
        if self._slow_listener == "drop":
            return End.SLOW
        listener.skips += 1
        self.skips += 1
        block, listener.next = listener.lane.rejoin()
        listener.own = (block,)
        return self._serve_own(listener)

    def _notice_hangups(self) -> None:
        for fd, _ in self._hangups.poll(0):
            listener, _ = self._by_fd[fd]
            self._end(listener, End.LEFT)

    def _end(self, listener: Listener, end: End) -> None:
        fd = listener.outlet.fileno()
        _, bucket = self._by_fd.pop(fd)
        bucket.remove(listener)
        # Closing is not enough while aiohttp's descriptor of the same connection is still open.
        self._hangups.unregister(fd)
        if end is End.SLOW:
            with contextlib.suppress(OSError):
                listener.outlet.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        listener.outlet.close()
        self._on_departure(
            Departure(number=listener.number, end=end, sent_bytes=listener.sent_bytes, skips=listener.skips)
        )


def _send(listener: Listener, span: Span) -> End | None:
    """The way nearly all go nearly always: one send of what is shared, taken whole."""
    if not span.size:
        return None
    try:
        sent = listener.outlet.send(span.joined) if span.joined else listener.outlet.sendmsg(span.views)
    except BlockingIOError:
        return None
    except OSError:
        return End.LEFT
    listener.sent_bytes += sent
    if sent == span.size:
        listener.next = span.end
    else:
        _advance(listener, (), span.views, sent)
    return None


def _advance(listener: Listener, own: Sequence[memoryview], shared: Sequence[memoryview], sent: int) -> None:
    """Move the cursor past what was sent; the rest of a view that was torn becomes the listener's own.

    Its view keeps that one block in memory after the ring has let go of it, so that the listener always gets
    whole blocks and its ICY counting stays right.
    """
    for index, view in enumerate(own):
        if sent < len(view):
            listener.own = (view[sent:], *own[index + 1 :])
            return
        sent -= len(view)
    listener.own = ()
    for view in shared:
        if sent == 0:
            return
        listener.next += 1
        if sent < len(view):
            listener.own = (view[sent:],)
            return
        sent -= len(view)
