"""The fan-out: prepared blocks to every listener's socket.

Owns: listeners, their sockets and cursors, who is served when, and what becomes of the slow.
Must not know: HTTP, the studio, or why a block sounds as it does.

Theory of operation
- A listener is a socket, a cursor and a few counters. The cursor is the number of the next shared block, and
  what is left of bytes that are its own (`own`): the response header and first blocks at the start, or the
  rest of a block that the socket did not take whole. There is no queue, task or copy per listener.
- Listeners stand in BUCKETS buckets, in each by lane: those of one lane stand at the same block nearly
  always, and what to send is looked up for the first of them only.
- Every block period has TICKS_PER_BLOCK ticks; a tick serves the buckets whose turn it is, so that no slice
  holds the loop for long. With more listeners each bucket's turn comes less often and sends more blocks at
  once (`cadence`): a send costs much the same for one or four. With few, several ticks' buckets are served
  at the first of these, and the process sleeps through the others.
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
from typing import Final

from radiocast.link.messages import SLICE_ENDS_S, Departure, Tally
from radiocast.model.audience import End
from radiocast.model.units import BLOCK_S
from radiocast.reception.outlet import Outlet
from radiocast.transmitter.ring import NOTHING, Lane
from radiocast.transmitter.terms import SlowListener

# 60 ms between ticks, so that 20,000 listeners are 16 slices of 1,250.
TICKS_PER_BLOCK: Final = 8
# Listeners that one slice serves without being cut smaller: up to 16 ms, in which a newcomer waits. To wake
# up costs as much as 20 to 30 sends (0.2 to 0.3 ms from cold caches): with 5,000 listeners in slices of 312
# it was an eighth of all that a listener costs.
_SLICE_LISTENERS: Final = 1250
# Hang-ups that one slice sees to: closing costs about as much as sending. The others are seen to in the next.
_HANGUPS_A_SLICE: Final = 512
# The most blocks between two turns of a listener. 3.84 s of sound at once need a burst of three times that.
_LONGEST_CADENCE: Final = 8
BUCKETS: Final = TICKS_PER_BLOCK * _LONGEST_CADENCE
# Listeners up to which a turn comes every block, every second one, every fourth. Two sends of a block cost
# 1.7 times as much as one of two blocks: the price of promptness is paid while it is small beside what the
# process costs with nobody there, so that a listener's share is much the same from 500 to 10,000.
_EVERY_BLOCK_UP_TO: Final = 250
_EVERY_SECOND_UP_TO: Final = 30_000
_EVERY_FOURTH_UP_TO: Final = 60_000
# Only with so many fewer do turns come more often again: somebody who comes and goes changes nothing.
_RETURN: Final = 0.9
# Close with a reset: a slow listener's unsent bytes would stay in the kernel for minutes otherwise.
_LINGER_RESET: Final = struct.pack("ii", 1, 0)
_LEAST_SEND_BUFFER_BYTES: Final = 65_536


def cadence(listeners: int, *, burst_s: float, current: int = 1) -> int:
    """Blocks between two turns of a listener, 1, 2, 4 or 8: by how many there are, as the burst allows.

    A third of the burst at most comes at once: a player has two thirds of it in hand when the next is due.
    `current` is how many there are between turns now.
    """
    wanted = 1
    for limit in (_EVERY_BLOCK_UP_TO, _EVERY_SECOND_UP_TO, _EVERY_FOURTH_UP_TO):
        if listeners > (limit * _RETURN if current > wanted else limit):
            wanted *= 2
    while wanted > 1 and wanted * BLOCK_S > burst_s / 3:
        wanted //= 2
    return wanted


class Listener:
    """Somebody who listens: a way out, a cursor, counters. `sent_bytes` counts the header too."""

    __slots__ = ("lane", "next", "number", "outlet", "own", "peers", "sent_bytes")

    def __init__(self, outlet: Outlet, *, number: int, lane: Lane) -> None:
        self.outlet = outlet
        self.number = number
        self.lane = lane
        self.own: tuple[memoryview, ...] = ()
        self.next = 0
        self.sent_bytes = 0
        # Those of its lane in its bucket, itself among them.
        self.peers: list[Listener] = []


class Fanout:
    """Listeners of all mounts. `on_departure` is told of each that ends, after its socket is closed.

    `blocks_a_turn` is how many blocks are between two turns of a listener (see `cadence`).
    """

    def __init__(self, *, slow_listener: SlowListener, on_departure: Callable[[Departure], None]) -> None:
        self._slow_listener = slow_listener
        self._on_departure = on_departure
        self._buckets: list[dict[Lane, list[Listener]]] = [{} for _ in range(BUCKETS)]
        self._admitted = 0
        self.blocks_a_turn = 1
        # Ticks from one slice to the next.
        self._stride = 1
        self._by_number: dict[int, Listener] = {}
        self._by_fd: dict[int, Listener] = {}
        # The kernel tells who hung up, at one system call a slice for all of them: the idle need no send
        # that fails, and a listener that only closed its sending side is noticed too.
        self._hangups = select.epoll()
        # For the tally. `skips`: how often a slow listener was moved to the live sound.
        self.skips = 0
        self._sends = self._sent_bytes = self._blocked = 0
        self._slices = [0] * (len(SLICE_ENDS_S) + 1)
        self._slices_s = self._late_s = 0.0

    def __len__(self) -> int:
        """How many listen."""
        return len(self._by_number)

    def admit(self, listener: Listener, head: bytes, *, send_buffer_bytes: int) -> None:
        """Take a listener and its connected non-blocking socket over; send header and burst at once."""
        outlet = listener.outlet
        with contextlib.suppress(OSError):
            # Not TCP (a test's socket pair), or already gone: the send will tell.
            outlet.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Set, it no longer grows by itself: a listener that stops reading costs the kernel this, and not
        # megabytes. (The kernel doubles it for its own book-keeping.)
        outlet.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, max(_LEAST_SEND_BUFFER_BYTES, send_buffer_bytes)
        )
        first, listener.next = listener.lane.begin()
        listener.own = (memoryview(head), *first)
        # In turn: the buckets stay as even as chance leaves them, and nobody need look for the emptiest.
        bucket = self._buckets[self._admitted % BUCKETS]
        self._admitted += 1
        listener.peers = bucket.setdefault(listener.lane, [])
        listener.peers.append(listener)
        self._by_number[listener.number] = listener
        self._by_fd[outlet.fileno()] = listener
        with contextlib.suppress(OSError):
            # Not so many (fs.epoll.max_user_watches), or no memory: then a send that fails tells.
            self._hangups.register(outlet.fileno(), select.EPOLLRDHUP)
        if (end := self._serve_apart(listener)) is not None:
            self._end(listener, end)

    def serve(self, tick: int, *, late_s: float = 0.0) -> int:
        """Serve those whose turn is at this tick; after `close`, nobody. Nothing here waits.

        The answer is in how many ticks the next have their turn, never past the next block: whoever calls
        at every tick nevertheless does no harm. `late_s` is how late this tick is, for the tally.
        """
        if tick % TICKS_PER_BLOCK == 0:
            # Not in between: those whose turn was to come would be passed over.
            self._stride = self._stride_now()
        until_next = self._stride - tick % self._stride
        if until_next < self._stride or self._hangups.closed:
            return until_next
        began_s = time.monotonic()
        self.notice_hangups()
        turns = TICKS_PER_BLOCK * self.blocks_a_turn
        for first in range(tick % turns, tick % turns + self._stride):
            for number in range(first, BUCKETS, turns):
                for lane, listeners in self._buckets[number].items():
                    self._serve_peers(lane, listeners)
        took_s = time.monotonic() - began_s
        self._slices[bisect_left(SLICE_ENDS_S, took_s)] += 1
        self._slices_s += took_s
        self._late_s = late_s
        return until_next

    def dismiss(self, numbers: Iterable[int]) -> None:
        """End these listeners: they have listened for as long as they may. Some may be gone already."""
        for number in numbers:
            listener = self._by_number.get(number)
            if listener is not None:
                self._end(listener, End.EXPIRED)

    def tally(self) -> Tally:
        """What was done since the beginning."""
        return Tally(
            sends=self._sends,
            sent_bytes=self._sent_bytes,
            blocked=self._blocked,
            skips=self.skips,
            slices=tuple(self._slices),
            slices_s=self._slices_s,
            late_s=self._late_s,
        )

    def close(self) -> None:
        """End every listener."""
        for listener in list(self._by_number.values()):
            self._end(listener, End.CLOSED)
        self._hangups.close()

    def _stride_now(self) -> int:
        """Ticks from one slice to the next: as many as leave each slice small."""
        stride = TICKS_PER_BLOCK
        ticks = TICKS_PER_BLOCK * self.blocks_a_turn
        while stride > 1 and len(self) * stride > _SLICE_LISTENERS * ticks:
            stride //= 2
        return stride

    def _serve_peers(self, lane: Lane, listeners: list[Listener]) -> None:
        """Those of one lane in one bucket. All but a few take what is shared in one send, whole.

        Whatever else is done for one listener is not in this loop: all would pay for it at every turn.
        """
        ended: list[tuple[Listener, End]] = []
        # What those at block `at` are sent; None of them so far.
        at, span, shared = -1, NOTHING, b""
        sent_bytes = apart = blocked = 0
        for listener in listeners:
            if listener.next != at:
                at = listener.next
                span = lane.span(at) or NOTHING
                shared = span.joined
            if listener.own or not shared:
                apart += 1
                if (end := self._serve_apart(listener)) is not None:
                    ended.append((listener, end))
                continue
            try:
                sent = listener.outlet.send(shared)
            except BlockingIOError:
                blocked += 1
                continue
            except OSError:
                ended.append((listener, End.LEFT))
                apart += 1
                continue
            sent_bytes += sent
            listener.sent_bytes += sent
            if sent == span.size:
                listener.next = span.end
            else:
                _advance(listener, (), span.views, sent)
        self._sends += len(listeners) - apart - blocked
        self._sent_bytes += sent_bytes
        self._blocked += blocked
        for listener, end in ended:
            self._end(listener, end)

    def _serve_apart(self, listener: Listener) -> End | None:
        """Send what is the listener's own and the shared blocks after it; move it on if it is too slow."""
        span = listener.lane.span(listener.next)
        if span is None:
            if self._slow_listener == "drop":
                return End.SLOW
            # In the middle of a block: first the rest of that, so that its counting stays right.
            return self._send(listener, listener.own, ()) if listener.own else self._rejoin(listener)
        return self._send(listener, listener.own, span.views)

    def _rejoin(self, listener: Listener) -> End | None:
        """Move a slow listener to the live sound. It stands at a block's end, and blocks after it are gone.

        It is moved once it takes something: one that stops for minutes has what is live then.
        """
        stood, sent_before = listener.next, listener.sent_bytes
        block, listener.next = listener.lane.rejoin()
        span = listener.lane.span(listener.next) or NOTHING
        end = self._send(listener, (block,), span.views)
        if listener.sent_bytes == sent_before:
            listener.next = stood
        else:
            self.skips += 1
        return end

    def _send(
        self, listener: Listener, own: tuple[memoryview, ...], shared: tuple[memoryview, ...]
    ) -> End | None:
        """One gathered send of what is the listener's own and what is shared after it."""
        if not own and not shared:
            return None
        try:
            sent = listener.outlet.sendmsg((*own, *shared))
        except BlockingIOError:
            self._blocked += 1
            return None
        except OSError:
            return End.LEFT
        self._sends += 1
        self._sent_bytes += sent
        listener.sent_bytes += sent
        _advance(listener, own, shared, sent)
        return None

    def notice_hangups(self) -> None:
        """End those who hung up, some at once. `serve` does so too; before `close` only."""
        for fd, _ in self._hangups.poll(0, _HANGUPS_A_SLICE):
            self._end(self._by_fd[fd], End.LEFT)

    def _end(self, listener: Listener, end: End) -> None:
        fd = listener.outlet.fileno()
        del self._by_number[listener.number]
        self._by_fd.pop(fd, None)
        # A few hundred at most.
        listener.peers.remove(listener)
        # Closing is not enough where another process still has the same connection, as it is handed over.
        with contextlib.suppress(OSError, ValueError):  # not watched (see `admit`), or closed by others
            self._hangups.unregister(fd)
        if end is End.SLOW:
            with contextlib.suppress(OSError):
                listener.outlet.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        listener.outlet.close()
        self._on_departure(Departure(number=listener.number, end=end, sent_bytes=listener.sent_bytes))


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
