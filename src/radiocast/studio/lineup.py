"""What comes next: asked for in good time, its deck open early, thrown away when the plan changes.

Owns: the one item after the one that plays. Must not know: samples of the time-line, or what plays.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from radiocast.model.errors import MediaError
from radiocast.model.play import StreamPart
from radiocast.model.units import samples
from radiocast.studio.deck import BufferDeck, Deck, Sound
from radiocast.studio.edited import EditedSound
from radiocast.studio.pcm import Pcm
from radiocast.studio.ready import Programme, ReadyItem
from radiocast.studio.relay import RelayDeck

# Files that cannot be opened are passed over at once, but a library full of them must not start ffmpeg
# as fast as the machine can.
_PATIENT_TRIES: Final = 3
_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cued:
    """An item with its deck open."""

    ready: ReadyItem
    sound: Sound


class Lineup:
    """One place for the next item. `ask` fills it, `open_deck` lets it open, `take` empties it."""

    def __init__(
        self,
        programme: Programme,
        *,
        standby: Callable[[], Pcm],
        failed: Callable[[ReadyItem, str], Awaitable[None]],
        open_deck: Callable[[ReadyItem], Awaitable[Sound]] | None = None,
        keep: int = 0,
        urgent: Callable[[], None] = lambda: None,
    ) -> None:
        """`open_deck` takes the place of ffmpeg's decks.

        What is read can be cut while it plays, and its last `keep` frames had again. `urgent` is called when
        an urgent item is ready.
        """
        self._programme = programme
        self._standby = standby
        self._failed = failed
        self._deck_of = open_deck or self._open
        self._keep = keep
        self._urgent = urgent
        self._task: asyncio.Task[Cued] | None = None
        self._known: ReadyItem | None = None
        self._may_open = asyncio.Event()
        self._said = asyncio.Event()

    @property
    def known(self) -> ReadyItem | None:
        """The next item, once the programme has said which; its deck need not be open."""
        return self._known

    def ask(self, tasks: asyncio.TaskGroup, *, playing_since: datetime, earliest: datetime) -> None:
        """Ask the programme. Whatever was asked for before MUST have been taken or thrown away."""
        self._known = None
        self._said.clear()
        self._may_open.clear()
        self._task = tasks.create_task(self._prepare(playing_since, earliest), name="next item")

    async def told(self, timeout_s: float) -> None:
        """Wait until the programme has said what comes next, but no longer than this."""
        if self._known is None and self._task is not None and not self._task.done():
            waiter = asyncio.ensure_future(self._said.wait())
            either = {self._task, waiter}
            await asyncio.wait(either, timeout=max(0.0, timeout_s), return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()

    def open_deck(self) -> None:
        """It is wanted soon: open its deck as soon as it is known."""
        self._may_open.set()

    async def cued(self, timeout_s: float) -> Cued | None:
        """The next item with its deck open; None when that takes longer. It stays until `take`."""
        if self._task is None:
            return None
        self.open_deck()
        if not self._task.done():
            await asyncio.wait({self._task}, timeout=max(0.0, timeout_s))
        return self._task.result() if self._task.done() else None

    def take(self) -> None:
        """The next item is on the air: it is no longer the next."""
        self._task = self._known = None

    def cancel(self) -> None:
        """Stop preparing; `throw_away` still has to be awaited."""
        if self._task is not None:
            self._task.cancel()

    async def throw_away(self) -> None:
        """Forget the next item; its deck is closed."""
        task, self._task, self._known = self._task, None, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is None:
            await task.result().sound.close()

    async def _prepare(self, playing_since: datetime, earliest: datetime) -> Cued:
        tries = 0
        while True:
            ready = await self._programme.next_item(playing_since=playing_since, earliest=earliest)
            self._known = ready
            self._said.set()
            if not ready.urgent:
                await self._may_open.wait()
            try:
                sound = await self._deck_of(ready)
            except MediaError as error:
                self._known = None
                self._said.clear()
                await self._failed(ready, str(error))
            else:
                if ready.urgent:
                    # Once this task is done.
                    asyncio.get_running_loop().call_soon(self._urgent)
                if ready.readings:
                    sound = EditedSound(sound, keep=self._keep)
                return Cued(ready=ready, sound=sound)
            tries += 1
            if tries > _PATIENT_TRIES:
                await asyncio.sleep(min(_LONGEST_PAUSE_S, _PAUSE_S * 2 ** (tries - _PATIENT_TRIES - 1)))

    async def _open(self, ready: ReadyItem) -> Sound:
        if isinstance(ready.item.part, StreamPart):
            relay = RelayDeck(ready.item.part.url, length_s=ready.duration_s)
            await relay.open()
            return relay
        if ready.path is None:
            return BufferDeck(self._standby(), loop_frames=samples(ready.duration_s))
        deck = Deck(ready.path, cue_in_s=ready.cue_in_s, cue_out_s=ready.cue_out_s)
        await deck.open()
        return deck
