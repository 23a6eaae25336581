"""A desk alone on an air whose wall clock a test sets, slews and stops: no encoder, no sound, no waiting.

The transmitter's pacing is played by hand: block k goes on the air at k blocks of the steady clock, and at
that moment the studio is told by the wall's clock when the next one is due, as the real one does.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from radiocast.config.station import Audio
from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import Credit
from radiocast.model.units import BLOCK_S, BLOCK_SAMPLES, samples
from radiocast.studio.deck import READ_AHEAD_S, Sound
from radiocast.studio.desk import Desk
from radiocast.studio.mixer import Mixer, Takes, Voice
from radiocast.studio.outlet import LinkOutlet
from radiocast.studio.pcm import Pcm, silence
from radiocast.studio.ready import Programme, ReadyItem
from radiocast.studio.timeline import place_of
from tests.studio.station import START

LEAD_BLOCKS = 7  # the default lead of 3 s
LEAD_S = LEAD_BLOCKS * BLOCK_S
# What the desk renders past a block's end (`playout._LEAD_IN`), about.
LEAD_IN = 3_000


@dataclass(frozen=True, kw_only=True)
class Wall:
    """The wall's clock as seen from the steady one: START at 0, then slewed, and set `by_s` at times."""

    sets: Sequence[tuple[float, float]] = ()  # (steady second, by how many seconds)
    slew_ppm: float = 0.0

    def ahead_s(self, steady_s: float) -> float:
        return steady_s * self.slew_ppm * 1e-6 + sum(by_s for at_s, by_s in self.sets if at_s <= steady_s)

    def at(self, steady_s: float) -> datetime:
        return START + timedelta(seconds=steady_s + self.ahead_s(steady_s))


class SilentDeck:
    """So many frames of silence; their end is known ten seconds before, as that of a decoder's is."""

    def __init__(self, name: str, seconds: float, *, breaks: bool = False) -> None:
        self.name = name
        self._breaks = breaks
        self._left = samples(seconds)

    @property
    def remaining(self) -> int | None:
        return self._left if self._left <= samples(READ_AHEAD_S) else None

    @property
    def failure(self) -> str:
        return "it breaks off" if self._breaks and self.remaining is not None else ""

    async def ready(self, frames: int) -> int:
        return min(frames, self._left)

    def take(self, frames: int) -> Pcm:
        frames = min(frames, self._left)
        self._left -= frames
        return silence(frames)

    async def close(self) -> None:
        pass


class NotingMixer(Mixer):
    """Notes which deck's first sample is which of the time-line."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[tuple[str, int]] = []
        self.put_on: dict[str, Voice] = {}

    def start(self, source: Takes, *, at: int, gain_db: float = 0.0, rise: int = 0) -> Voice:
        assert isinstance(source, SilentDeck)
        self.starts.append((source.name, at))
        voice = super().start(source, at=at, gain_db=gain_db, rise=rise)
        self.put_on[source.name] = voice
        return voice


class Silent:
    """Equipment without sound. An item lasts `duration_s`, or what `lasts_s` says of its name.

    Those in `breaks` break off there.
    """

    def __init__(self, lasts_s: Mapping[str, float], breaks: Collection[str]) -> None:
        self._lasts_s = lasts_s
        self._breaks = breaks
        self.noting = NotingMixer()

    def mixer(self) -> Mixer:
        return self.noting

    async def open(self, ready: ReadyItem) -> Sound:
        name = ready.item.id
        return SilentDeck(name, self._lasts_s.get(name, ready.duration_s), breaks=name in self._breaks)

    def stand_in(self) -> Sound:
        return SilentDeck("standby", 24 * 3600.0)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What went on the air: each item with its first sample."""

    wall: Wall
    starts: Sequence[tuple[str, int]]
    voices: Mapping[str, Voice]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.starts]

    def steady_s(self, name: str) -> float:
        """The steady second at which a listener heard its first sample."""
        (sample,) = [sample for item, sample in self.starts if item == name]
        block, offset_s = place_of(sample)
        return block * BLOCK_S + offset_s

    def late_s(self, name: str, due: datetime) -> float:
        """How long after `due` that was, by the wall's clock of that moment."""
        return (self.wall.at(self.steady_s(name)) - due).total_seconds()


async def on_the_air(
    programme: Programme,
    *,
    seconds: float,
    wall: Wall | None = None,
    crossfade_s: float = 2.0,
    lasts_s: Mapping[str, float] | None = None,
    breaks: Collection[str] = (),
    watch: Callable[[float, Desk], None] | None = None,
) -> Heard:
    """Play so many seconds of the steady clock. `watch` is told of each block's second as it goes out."""
    wall = wall or Wall()
    equipment = Silent(lasts_s or {}, breaks)
    steady_s = 0.0
    outlet = LinkOutlet(
        cast("Endpoint", None), now=lambda: wall.at(steady_s).timestamp(), monotonic=lambda: steady_s
    )
    async with asyncio.TaskGroup() as tasks:
        desk = Desk(
            programme=programme,
            outlet=outlet,
            audio=Audio.model_validate({"crossfade": crossfade_s}),
            title="Test FM",
            tasks=tasks,
            equipment=equipment,
        )
        rendered = 0
        for on_air in range(round(seconds / BLOCK_S)):
            steady_s = on_air * BLOCK_S
            due = wall.at(steady_s).timestamp()
            up_to = on_air + LEAD_BLOCKS
            outlet.credit(Credit(up_to=up_to, next_seq=on_air, next_due=due, listeners=1))
            if watch is not None:
                watch(steady_s, desk)
            if on_air == 0:
                desk.sign_on(None)
            for _ in range(5):
                await asyncio.sleep(0)  # the next item is prepared meanwhile
            while rendered < up_to:
                await desk.render(rendered, BLOCK_SAMPLES + (LEAD_IN if rendered == 0 else 0))
                rendered += 1
            for entry in desk.log.entries(on_air):
                programme.finished(entry)
        desk.stop_preparing()
        await desk.close()
    return Heard(wall=wall, starts=tuple(equipment.noting.starts), voices=equipment.noting.put_on)


def at(seconds: float) -> datetime:
    """So many seconds after START."""
    return START + timedelta(seconds=seconds)
