"""Seats: who listens, how many may, and the counts that everybody reads.

Owns: the station's, each mount's and each address's limit, and the record of who sits where.
Must not know: sockets, or which process serves a listener. Pure: times come in as arguments.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from radiocast.model.audience import Asked, End
from radiocast.model.block import MountSpec
from radiocast.reception.proxies import unmapped
from radiocast.transmitter.terms import Terms


class Refusal(StrEnum):
    """Why somebody may not listen."""

    UNKNOWN_MOUNT = "unknown_mount"
    FULL = "full"  # as many listen as the station allows
    MOUNT_FULL = "mount_full"
    ADDRESS_FULL = "address_full"  # as many from that address as are allowed
    CLOSING = "closing"


class Seat:
    """Somebody who listens. `started_s` is monotonic; `address` is "" where addresses are not counted.

    There may be a hundred thousand, so that it keeps no more of the request than is needed to leave.
    """

    __slots__ = ("address", "mount", "number", "started_s")

    def __init__(self, number: int, *, mount: int, address: str, started_s: float) -> None:
        self.number = number
        self.mount = mount
        self.address = address
        self.started_s = started_s


class MountSeats:
    """How many sit at one mount."""

    __slots__ = ("current", "limit", "peak")

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.current = 0
        self.peak = 0


class Seats:
    """All seats of the station."""

    def __init__(self, mounts: Sequence[MountSpec], terms: Terms) -> None:
        self.mounts = tuple(MountSeats(spec.max_listeners) for spec in mounts)
        self._terms = terms
        # In the order in which they came.
        self._seats: dict[int, Seat] = {}
        # How many sit there from each; only counted where it is limited.
        self._by_address: dict[str, int] = {}
        self._last_number = 0
        # How many have listened, since the beginning.
        self.total = 0
        self.peak = 0
        # How many ended for each reason.
        self.ended: dict[End, int] = dict.fromkeys(End, 0)

    def __len__(self) -> int:
        """How many listen."""
        return len(self._seats)

    def __contains__(self, number: int) -> bool:
        """Whether this listener is there still."""
        return number in self._seats

    def take(self, mount: int, *, asked: Asked, now_s: float) -> Seat | Refusal:
        """A seat, counted from now on, or why there is none."""
        here = self.mounts[mount]
        if len(self._seats) >= self._terms.max_listeners:
            return Refusal.FULL
        if here.limit is not None and here.current >= here.limit:
            return Refusal.MOUNT_FULL
        address = ""
        if self._terms.max_per_address:
            address = counted_as(asked.address)
            beside = self._by_address.get(address, 0)
            if beside >= self._terms.max_per_address:
                return Refusal.ADDRESS_FULL
            self._by_address[address] = beside + 1
        self.total += 1
        self._last_number += 1
        seat = Seat(self._last_number, mount=mount, address=address, started_s=now_s)
        self._seats[seat.number] = seat
        here.current += 1
        here.peak = max(here.peak, here.current)
        self.peak = max(self.peak, len(self._seats))
        return seat

    def leave(self, number: int, end: End) -> Seat | None:
        """The seat is free again; None when it was before."""
        seat = self._seats.pop(number, None)
        if seat is None:
            return None
        self.mounts[seat.mount].current -= 1
        self.ended[end] += 1
        if end is End.REPLACED:
            self.total -= 1
        if self._terms.max_per_address:
            left = self._by_address[seat.address] - 1
            if left:
                self._by_address[seat.address] = left
            else:
                del self._by_address[seat.address]
        return seat

    def overdue(self, now_s: float) -> Iterator[Seat]:
        """Who has listened for longer than is allowed, the first come first."""
        if not self._terms.max_duration_s:
            return
        for seat in self._seats.values():
            if now_s - seat.started_s < self._terms.max_duration_s:
                return
            yield seat


def counted_as(address: str) -> str:
    """Whose connections an address's are counted with.

    An IPv6 address counts as its network of 64 bits: that is what a household has, and any device in it
    takes as many addresses as it likes (RFC 8981). What is no address is counted as it is.
    """
    try:
        found = unmapped(ip_address(address))
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
