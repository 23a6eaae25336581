"""What the planner remembers from item to item, and how it is kept across a restart.

Every collection has a bound, so that the state stays a few tens of KB however long the station runs; a
separation of days makes it some 50 KB more for each.
Instants are POSIX seconds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, Final, TypeVar

# Files that aired, for shuffle: at three minutes each this is more than a day.
LEAST_HISTORY: Final = 600
# And as many as the longest separation that can be asked for needs: seven days of tracks of a minute.
MAX_HISTORY: Final = 10_080
# Names of sources, rotations and carts; no schedule of a station has as many.
MAX_NAMES: Final = 500
# Starts that wait; each of them is dropped in time.
MAX_PENDING: Final = 50
# Recordings of one cart with a count above zero.
MAX_CUTS: Final = 500
# Fill items chosen ahead of a time that must be met.
MAX_LANDING: Final = 20
_VERSION: Final = 3
# The year 9999 and the longest run of a counter that JSON readers agree on.
_MAX_INSTANT: Final = 253_402_300_799.0
_MAX_COUNT: Final = 2**53

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A file that went on the air, and when."""

    path: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """When a source was last on the air, and how many fill items had been played by then."""

    at: float
    fills: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A start whose time has come; it waits for the end of what plays.

    `clock` and `index` are the owner and the place of an `Occurrence`, and so is `rank`.
    """

    at: float
    clock: str
    index: int
    source: str
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A stream that a clock's entry gave the air until an instant: lost or interrupted, it comes back."""

    source: str
    clock: str
    until: float
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The entry `after: prev` that is next, and the hard start its chain began with, if it was one."""

    clock: str
    index: int
    hard_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Fill items chosen ahead, so that they end together at an instant: the paths still to be played."""

    at: float
    owner: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    """Everything the planner remembers; `PlanState()` is a station that signs on.

    `counter` counts items decided, `considered` is the instant up to which every anchor has been
    played, is pending or was dropped, `started` when the last item starts. `fills` counts fill items.
    `positions` holds the last path of each sequential rotation or cart, `rounds` how often each cut of
    a cart has been played in its present round. `speech` is the priority of the item on the air if that is
    speech, `landing` what is chosen up to the next time that must be met. `lasts_s` is how long the last
    item sounds if it is a file: with the tail over which the next may start.
    """

    counter: int = 0
    considered: float | None = None
    started: float | None = None
    fills: int = 0
    speech: int | None = None
    chain: Chain | None = None
    landing: Landing | None = None
    relay: Relay | None = None
    lasts_s: float = 0.0
    pending: tuple[Pending, ...] = ()
    history: tuple[Played, ...] = ()
    airings: Mapping[str, Airing] = field(default_factory=dict)
    positions: Mapping[str, str] = field(default_factory=dict)
    rounds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def passed_over(self, on_air: "PlanState") -> "PlanState":
        """This state, of an item that failed before it began, while what `on_air` is of still plays."""
        return replace(self, speech=on_air.speech, started=on_air.started, lasts_s=on_air.lasts_s)

    def to_json(self) -> str:
        """The state as a line of JSON, for `from_json`."""
        return json.dumps(
            {
                "version": _VERSION,
                "counter": self.counter,
                "considered": self.considered,
                "started": self.started,
                "fills": self.fills,
                "speech": self.speech,
                "landing": [self.landing.at, self.landing.owner, list(self.landing.paths)]
                if self.landing
                else None,
                "relay": [self.relay.source, self.relay.clock, self.relay.until, self.relay.priority]
                if self.relay
                else None,
                "lasts_s": self.lasts_s,
                "chain": [self.chain.clock, self.chain.index, self.chain.hard_at] if self.chain else None,
                "pending": [[p.at, p.clock, p.index, p.source, p.rank] for p in self.pending],
                "history": [[p.path, p.at] for p in self.history],
                "airings": {name: [airing.at, airing.fills] for name, airing in self.airings.items()},
                "positions": dict(self.positions),
                "rounds": {name: dict(counts) for name, counts in self.rounds.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "PlanState":
        """The state from its JSON; a fresh one where the text is not a whole and sound state."""
        try:
            return _read(json.loads(text))
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
            # A state is a convenience: without it the station signs on as if for the first time.
            return cls()


def remembered(history: tuple[Played, ...], played: Played, *, longest_s: float) -> tuple[Played, ...]:
    """The history with this item; without the oldest that neither shuffle nor so long a separation needs."""
    kept = (*history, played)[-MAX_HISTORY:]
    forgotten = 0
    while len(kept) - forgotten > LEAST_HISTORY and abs(played.at - kept[forgotten].at) >= longest_s:
        forgotten += 1
    return kept[forgotten:] if forgotten else kept


def newest(mapping: Mapping[str, _T], name: str, value: _T) -> dict[str, _T]:
    """The mapping with this entry last; the oldest go when there are more than MAX_NAMES."""
    changed = {key: kept for key, kept in mapping.items() if key != name}
    changed[name] = value
    for old in list(changed)[: max(0, len(changed) - MAX_NAMES)]:
        del changed[old]
    return changed


def _read(data: Any) -> PlanState:
    """Raises one of the errors that `from_json` expects for anything unsound."""
    if data["version"] != _VERSION:
        raise ValueError("a state of another version")
    chain = data["chain"]
    landing, relay = data["landing"], data["relay"]
    return PlanState(
        counter=_count(data["counter"]),
        considered=_instant_or_none(data["considered"]),
        started=_instant_or_none(data["started"]),
        fills=_count(data["fills"]),
        speech=None if data["speech"] is None else _count(data["speech"]),
        landing=None
        if landing is None
        else Landing(
            at=_instant(landing[0]),
            owner=_text(landing[1]),
            paths=tuple(_text(path) for path in landing[2][:MAX_LANDING]),
        ),
        relay=None
        if relay is None
        else Relay(
            source=_text(relay[0]),
            clock=_text(relay[1]),
            until=_instant(relay[2]),
            priority=_count(relay[3]),
        ),
        lasts_s=_instant(data["lasts_s"]),
        chain=None
        if chain is None
        else Chain(clock=_text(chain[0]), index=_count(chain[1]), hard_at=_instant_or_none(chain[2])),
        pending=tuple(
            Pending(
                at=_instant(at),
                clock=_text(clock),
                index=_count(index),
                source=_text(source),
                rank=_count(rank),
            )
            for at, clock, index, source, rank in data["pending"][-MAX_PENDING:]
        ),
        history=tuple(
            Played(path=_text(path), at=_instant(at)) for path, at in data["history"][-MAX_HISTORY:]
        ),
        airings={
            _text(name): Airing(at=_instant(at), fills=_count(fills))
            for name, (at, fills) in list(data["airings"].items())[-MAX_NAMES:]
        },
        positions={_text(name): _text(path) for name, path in list(data["positions"].items())[-MAX_NAMES:]},
        rounds={
            _text(name): {_text(path): _count(count) for path, count in list(counts.items())[:MAX_CUTS]}
            for name, counts in list(data["rounds"].items())[-MAX_NAMES:]
        },
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_COUNT:
        raise ValueError("not a count")
    return value


def _instant(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not an instant")
    instant = float(value)
    if not isfinite(instant) or not 0 <= instant <= _MAX_INSTANT:
        raise ValueError("not an instant")
    return instant


def _instant_or_none(value: Any) -> float | None:
    return None if value is None else _instant(value)
