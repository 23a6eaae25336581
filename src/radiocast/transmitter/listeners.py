"""Listeners: let in, served by a worker or in this process, let go, and counted.

Owns: seats, hall and crew together: who listens, who of the two serves them, and what is recorded of it.
Must not know: what is on the air and when, the studio, HTTP.
"""

from collections.abc import Callable, Sequence
from typing import Final

from radiocast.link.messages import Departure, Tally, Ticket
from radiocast.model.audience import Asked, End, Joined, Left, Record
from radiocast.model.block import MountSpec
from radiocast.reception.outlet import Outlet
from radiocast.transmitter.clock import Clock
from radiocast.transmitter.crew import Crew
from radiocast.transmitter.fanout import cadence
from radiocast.transmitter.hall import Hall
from radiocast.transmitter.seats import Refusal, Seat, Seats
from radiocast.transmitter.snapshot import ListenersNow, MountNow
from radiocast.transmitter.tally import together
from radiocast.transmitter.terms import Terms

# Somebody may have hung up since the last slice, up to a block ago.
_PERHAPS_FREE: Final = frozenset({Refusal.FULL, Refusal.MOUNT_FULL, Refusal.ADDRESS_FULL})


class Listeners:
    """Everybody on all mounts. `record` is told who joins and who leaves.

    Everything is synchronous and returns at once; `crew.run` has to be kept going where there are `workers`.
    """

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        terms: Terms,
        *,
        workers: int,
        record: Callable[[Record], None],
        clock: Clock,
    ) -> None:
        self._specs = tuple(mounts)
        self._numbers = {spec.path: number for number, spec in enumerate(mounts)}
        self._terms = terms
        self._record = record
        self._clock = clock
        self._seats = Seats(mounts, terms)
        # Whose seats are free, though their connections are not closed yet.
        self._replaced: dict[int, Seat] = {}
        self._refused: dict[Refusal, int] = dict.fromkeys(Refusal, 0)
        self._closing = False
        self._hall = Hall(mounts, terms, on_departure=self._departed)
        self.burst_blocks = self._hall.burst_blocks
        self.crew = Crew(
            mounts,
            terms,
            size=workers,
            depth_blocks=self._hall.depth_blocks,
            on_departure=self._departed,
        )

    def __len__(self) -> int:
        """How many listen."""
        return len(self._seats)

    # Being served

    def put(self, audio: Sequence[bytes], title: str) -> None:
        """The next block of every mount."""
        self._hall.put(audio, title)
        self.crew.put(audio, title)

    def keep_terms(self, now_s: float) -> None:
        """Once a block: how often everybody has a turn now, and an end for who has listened for too long."""
        fanout = self._hall.fanout
        fanout.blocks_a_turn = cadence(len(self), burst_s=self._terms.burst_s, current=fanout.blocks_a_turn)
        self.crew.pace(fanout.blocks_a_turn)
        overdue = [seat.number for seat in self._seats.overdue(now_s)]
        # Who was replaced, until it is gone: its worker may have been told before it had it.
        self._dismiss([*overdue, *self._replaced])

    def serve(self, tick: int, *, late_s: float) -> int:
        """Serve those of this process whose turn is at this tick; in how many ticks others have theirs."""
        return self._hall.fanout.serve(tick, late_s=late_s)

    # Coming and going

    def admit(
        self, outlet: Outlet, mount_path: str, *, icy: bool, head: bytes, asked: Asked
    ) -> Seat | Refusal:
        """As the transmitter's `admit`."""
        taken = self._take_seat(outlet, mount_path, asked=asked)
        if taken in _PERHAPS_FREE:
            # Whoever comes back at once is not to be refused for its own last connection.
            self._hall.fanout.notice_hangups()
            taken = self._take_seat(outlet, mount_path, asked=asked)
        if isinstance(taken, Refusal):
            self._refused[taken] += 1
            return taken
        self._record(Joined(number=taken.number, mount=mount_path, asked=asked))
        ticket = Ticket(number=taken.number, mount=taken.mount, titled=icy, head=head)
        if not self.crew.admit(ticket, outlet):
            self._hall.admit(ticket, outlet)
        return taken

    def _take_seat(self, outlet: Outlet, mount_path: str, *, asked: Asked) -> Seat | Refusal:
        mount = self._numbers.get(mount_path)
        if mount is None:
            return Refusal.UNKNOWN_MOUNT
        if self._closing:
            return Refusal.CLOSING
        if len(self._hall) >= self._terms.hall_room and not self.crew.has_room_for(outlet):
            # With no descriptor left nobody could be told that the station is well, nor a worker started.
            return Refusal.FULL
        return self._seats.take(mount, asked=asked, now_s=self._clock.monotonic_s())

    def replace(self, number: int) -> None:
        """Let a listener go whose player is about to listen on another connection; they count as one.

        Its place is free at once. Nothing happens when it is gone already.
        """
        seat = self._seats.leave(number, End.REPLACED)
        if seat is not None:
            self._replaced[number] = seat
            self._dismiss([number])

    def close(self) -> None:
        """End everybody and admit nobody more. Safe to call twice."""
        if not self._closing:
            self._closing = True
            self._hall.fanout.close()
            self.crew.close()

    def _dismiss(self, numbers: Sequence[int]) -> None:
        self._hall.fanout.dismiss(numbers)
        self.crew.dismiss(numbers)

    def _departed(self, departure: Departure) -> None:
        seat, end = self._replaced.pop(departure.number, None), End.REPLACED
        if seat is None:
            seat, end = self._seats.leave(departure.number, departure.end), departure.end
        if seat is None:
            return
        self._record(
            Left(
                number=seat.number,
                end=end,
                sent_bytes=departure.sent_bytes,
                seconds=self._clock.monotonic_s() - seat.started_s,
            )
        )

    # What others see

    def tally(self) -> Tally:
        """What all fan-outs have done, also those of workers that are gone."""
        return together([self._hall.fanout.tally(), self.crew.tally()])

    def now(self) -> ListenersNow:
        """How many there are and were."""
        seats = self._seats
        return ListenersNow(
            current=len(seats),
            peak=seats.peak,
            total=seats.total,
            slow_dropped=seats.ended[End.SLOW],
            slow_skips=self.tally().skips,
            lost=seats.ended[End.LOST],
            ended=tuple(seats.ended.items()),
        )

    def mounts_now(self) -> tuple[MountNow, ...]:
        """Each mount as it is now."""
        return tuple(
            MountNow(spec=spec, listeners=seats.current, peak=seats.peak, stream_title=ring.title)
            for spec, seats, ring in zip(self._specs, self._seats.mounts, self._hall.rings, strict=True)
        )

    def refused(self) -> tuple[tuple[Refusal, int], ...]:
        """How many were not let in, by reason."""
        return tuple(self._refused.items())
