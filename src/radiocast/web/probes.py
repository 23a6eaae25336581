"""Players that ask twice: first for two bytes, to see what comes, and then for the stream.

Owns: which listener is one with which. Pure: times come in as arguments.
Must not know: connections, or what either is answered.

Safari and all that plays by Apple's AVFoundation ask for `bytes=0-1` first. Answered 206 they forget to ask
for titles (karlheyes/icecast-kh issue 441); answered with the stream they ask for it anew, with titles, and
leave the first connection open: one listener who counts as two and gets twice the bytes (issue 400).
"""

from typing import Final

from radiocast.reception.arrival import Arrival

# The second question comes when the first has been answered: in a round trip or two.
_FOLLOWS_WITHIN_S: Final = 10.0
# A thousand a second who all probe. Beyond it somebody is counted twice.
_MOST: Final = 10_000
_PROBE: Final = "bytes=0-1"

_Player = tuple[str, str, str]


class Probes:
    """Who has asked for two bytes and not yet for the stream."""

    def __init__(self) -> None:
        # When, and which listener it is, by player; the oldest first.
        self._probes: dict[_Player, tuple[float, int]] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._probes)

    def probed(self, arrival: Arrival, number: int, *, now_s: float) -> None:
        """Remember this listener if all that it asked for is two bytes."""
        if not _is_probe(arrival):
            return
        player = _player(arrival)
        self._probes.pop(player, None)
        self._probes[player] = now_s, number
        while len(self._probes) > _MOST or self._oldest_s() < now_s - _FOLLOWS_WITHIN_S:
            del self._probes[next(iter(self._probes))]

    def followed(self, arrival: Arrival, *, now_s: float) -> int | None:
        """Which listener has now come for the stream; None where it is a new one, as nearly always."""
        if not self._probes or _is_probe(arrival):
            return None
        since_s, number = self._probes.pop(_player(arrival), (float("-inf"), 0))
        return number if now_s - since_s <= _FOLLOWS_WITHIN_S else None

    def _oldest_s(self) -> float:
        since_s, _ = next(iter(self._probes.values()))
        return since_s


def _is_probe(arrival: Arrival) -> bool:
    return arrival.request.headers.get("range", "").replace(" ", "").lower() == _PROBE


def _player(arrival: Arrival) -> _Player:
    return arrival.asked.address, arrival.asked.agent, arrival.request.path
