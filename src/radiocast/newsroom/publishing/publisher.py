"""Publishing as the studio knows it: what was heard is queued, and worked off one at a time in a process.

Owns: the queue, which outlives the studio (`var/published/queue/`), when a job is tried again, and asking
which published stories were withdrawn since.
Must not know: how an episode or a page comes about.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from radiocast.config.station import StationConfig
from radiocast.model.errors import MediaError, RadiocastError
from radiocast.model.story import Story
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.production.storage import write_atomically
from radiocast.newsroom.publishing.job import Heard, PublishJob, PublishResult
from radiocast.newsroom.publishing.starting import PUBLISH_COMMAND, run_publish
from radiocast.newsroom.script.rundown import BREAKING

log = logging.getLogger(__name__)

_HEARD: Final = TypeAdapter(Heard)
_SIDECAR: Final = TypeAdapter(RenderedBulletin)
# How soon a withdrawal is seen, and how long after the start the first look is: the first sound comes first.
_LOOK_S: Final = 2.0
_SETTLE_S: Final = 15.0
# With nothing to publish, what is too old is looked for so often.
_TIDY: Final = timedelta(hours=6)
# A bulletin of minutes takes seconds; a withdrawn story may be in a month's episodes.
_WITHIN_S: Final = 600.0
_PAUSE: Final = timedelta(seconds=30)
_PAUSE_MOST: Final = timedelta(minutes=30)
_TRIES: Final = 6
# Hours of bulletins while the disk is full; more would only keep old news from being published.
_WAITING_MOST: Final = 48


class StoryRoom(Protocol):
    """What publishing needs of the newsroom."""

    def read_out(self, slugs: Iterable[str]) -> tuple[Story, ...]:
        """These stories as they were read out last; without those that are not known any more."""
        ...

    def withdrawn(self, slugs: Iterable[str]) -> Mapping[str, str]:
        """Those of these stories that may not be used any more, and why."""
        ...


class Publisher:
    """One station's. `run` MUST be running for anything to be published; nothing here blocks the loop."""

    def __init__(
        self,
        var: Path,
        media: Path,
        station: StationConfig,
        newsroom: StoryRoom,
        *,
        now: Callable[[], datetime],
        command: Sequence[str] = PUBLISH_COMMAND,
    ) -> None:
        self._folder = var / "published"
        self._queue = self._folder / "queue"
        self._speech = var / "speech"
        self._media = media
        self._station = station
        self._newsroom = newsroom
        self._now = now
        self._command = tuple(command)
        self._tries: dict[Path, int] = {}
        self._slugs: tuple[str, ...] = ()
        self._tidied: datetime | None = None
        self._wake = asyncio.Event()
        self._problems: tuple[str, ...] = ()
        self._failure = ""
        self._lost = ""
        self._failed: frozenset[str] = frozenset()
        self._pause = _PAUSE
        self._rest_until = datetime.fromtimestamp(0, UTC)

    def heard(self, audio: Path, told: Iterable[str], at: datetime) -> None:
        """The bulletin of this audio was on the air from `at` on, and these stories were told in it."""
        slugs = tuple(told)
        try:
            # Some KB into the page cache, once a bulletin: less than a thread for it would cost, and a studio
            # that is killed the next moment has not forgotten it.
            self._note(audio, at, slugs, self._newsroom.read_out(slugs))
        except OSError as error:
            self._lost = f"{audio.stem} is not published: {self._queue} cannot be written: {error}"
        self._wake.set()

    def problems(self) -> tuple[str, ...]:
        """What is wrong with publishing now, as sentences."""
        found = (self._failure, self._lost, *self._problems)
        return tuple(f"publishing: {problem}" for problem in found if problem)

    async def run(self) -> None:
        """Publish until cancelled."""
        await asyncio.sleep(_SETTLE_S)
        while True:
            self._wake.clear()
            try:
                if await self.work():
                    continue
            except Exception as error:
                # A mistake of ours; the air does not end for it.
                log.exception("publishing failed")
                self._failure = f"{type(error).__name__}: {error}; the log has more"
                await asyncio.sleep(_PAUSE.total_seconds())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._wake.wait()

    async def work(self) -> bool:
        """Do the next thing there is to do; whether there was one.

        After a failure, which is among `problems` until something succeeds, there is a pause for all but what
        is withdrawn in it.
        """
        withdrawn = dict(self._newsroom.withdrawn(self._slugs))
        resting = self._now() < self._rest_until
        if resting and withdrawn.keys() <= self._failed:
            return False
        try:
            waiting = [] if resting else await asyncio.to_thread(self._waiting)
            tidy = self._tidied is None or self._now() - self._tidied >= _TIDY
            if not (waiting or withdrawn or tidy):
                return False
            await self._do(waiting, withdrawn)
        except (RadiocastError, OSError) as error:
            self._failure = f"{error}. It is tried again"
            log.warning("publishing failed, and is tried again: %s", error)
            self._failed = frozenset(withdrawn)
            self._rest_until = self._now() + self._pause
            self._pause = min(_PAUSE_MOST, self._pause * 2)
        else:
            self._failure, self._pause, self._failed = "", _PAUSE, frozenset()
        return True

    async def _do(self, waiting: Sequence[Path], withdrawn: dict[str, str]) -> None:
        # What failed before lets the others go first.
        path = min(waiting, key=lambda each: (self._tries.get(each, 0), each.name), default=None)
        heard = None if path is None else await asyncio.to_thread(_load, path)
        if heard is not None and not await asyncio.to_thread(heard.bulletin.path.exists):
            # No other try brings it back, and each would keep the others waiting.
            self._lost = f"{heard.bulletin.path.name} is gone, so it is not published"
            heard = None
        if heard is not None:
            slugs = {timing.slug for timing in heard.bulletin.timings if timing.slug}
            withdrawn.update(self._newsroom.withdrawn(slugs))
        if path is not None:
            self._tries[path] = self._tries.get(path, 0) + 1
        try:
            result = await self._publish(heard, withdrawn)
        finally:
            if path is not None and self._tries[path] >= _TRIES:
                self._lost = f"{path.stem} could not be published in {_TRIES} tries, and is left out"
                await self._done(path)
        self._slugs, self._problems, self._tidied = result.slugs, result.problems, self._now()
        if result.error:
            raise MediaError(result.error)
        if path is not None:
            await self._done(path)

    async def _publish(self, heard: Heard | None, withdrawn: dict[str, str]) -> PublishResult:
        station = self._station
        job = PublishJob(
            published=str(self._folder),
            speech=str(self._speech),
            media=str(self._media),
            station=station.station.name,
            language=station.station.language,
            speech_lufs=station.audio.speech_lufs,
            true_peak_dbtp=station.audio.true_peak_dbtp,
            keep_days=station.newsroom.keep_days,
            now=self._now(),
            heard=heard,
            withdrawn=withdrawn,
        )
        return await run_publish(job, timeout_s=_WITHIN_S, command=self._command)

    async def _done(self, path: Path) -> None:
        self._tries.pop(path, None)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    def _note(self, audio: Path, at: datetime, told: tuple[str, ...], stories: tuple[Story, ...]) -> None:
        bulletin = _sidecar(audio)
        if bulletin is None:
            self._lost = f"{audio.name}: its record is lost, so it is not published"
            return
        if bulletin.voice_failed:
            return  # the sounder alone
        heard = Heard(bulletin=bulletin, at=at, told=told, stories=stories, episode=bulletin.name != BREAKING)
        write_atomically(self._queue / f"{at:%Y%m%dT%H%M%S}-{audio.stem}.json", _HEARD.dump_json(heard))

    def _waiting(self) -> list[Path]:
        waiting = sorted(self._queue.glob("[!.]*.json"))
        for path in waiting[:-_WAITING_MOST]:
            self._lost = f"more than {_WAITING_MOST} bulletins wait to be published; {path.stem} is left out"
            path.unlink(missing_ok=True)
        return waiting[-_WAITING_MOST:]


def _sidecar(audio: Path) -> RenderedBulletin | None:
    with contextlib.suppress(OSError, ValidationError):
        bulletin: RenderedBulletin = _SIDECAR.validate_json(audio.with_suffix(".json").read_bytes())
        return replace(bulletin, path=audio)
    return None


def _load(path: Path) -> Heard | None:
    """The job; None if it is damaged, which leaves nothing to publish."""
    with contextlib.suppress(OSError, ValidationError):
        heard: Heard = _HEARD.validate_json(path.read_bytes())
        return heard
    return None
