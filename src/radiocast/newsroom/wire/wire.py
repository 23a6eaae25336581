"""The wire as the newsroom knows it: feeds are asked when they are due, their stories read back.

Owns: the child process and what the studio knows of each feed. Reads only JSON that the child wrote; must not
import what the child needs for the net.
"""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.children.parent import child, hand_over
from radiocast.config.station import FeedConfig
from radiocast.model.report import FeedReport
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.wire import store
from radiocast.newsroom.wire.guard import shown as shown_url
from radiocast.newsroom.wire.merging import shown
from radiocast.newsroom.wire.polling import configured, is_due
from radiocast.newsroom.wire.values import FeedFile, FeedResult, FeedState, WireJob

WIRE_COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.wire.child")

_JOB: Final = TypeAdapter(WireJob)
_RESULT: Final = TypeAdapter(FeedResult)
# So many feeds are asked by one child, which bounds its memory; the others are due still, and come next.
_AT_ONCE: Final = 8
# Beyond the time that a feed has for itself: Python's start, parsing on a busy machine, the pages of full
# texts.
_CHILD_S: Final = 30.0
# One failure is a hiccup that nobody need get up for; this many in a row are a problem of the station.
_FAILURES_TOLD: Final = 3


@dataclass(slots=True)
class _Feed:
    """One feed as it is known in the studio."""

    config: FeedConfig
    state: FeedState
    stories: tuple[Story, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    problem: str = ""
    # Its child died: it is asked alone, so that it takes no other with it.
    suspect: bool = False


class Wire:
    """The feeds of one station; used from one event loop. `var` is the station's folder for what it keeps.

    What was known when the station last ran is known from the start.
    """

    def __init__(
        self,
        feeds: Sequence[FeedConfig],
        var: Path,
        *,
        known: Path | None = None,
        zone: str = "UTC",
        seed: int = 0,
        started: datetime | None = None,
        command: Sequence[str] = WIRE_COMMAND,
        child_s: float = _CHILD_S,
    ) -> None:
        """`known` is another `var`, for what this one does not know yet: a station's own, of a simulation.

        `zone` is the station's, for times that have none. `seed` decides the jitter. `started` is when the
        first round begins; else with the first `poll`.
        """
        self._zone = zone
        self._folder = var / "wire"
        self._known = None if known is None else known / "wire"
        self._seed = seed
        self._started = started
        self._command = tuple(command)
        self._child_s = child_s
        self._feeds = {config.name: self._loaded(config) for config in feeds}
        self._one_round = asyncio.Lock()

    def stories(self) -> tuple[Story, ...]:
        """Every feed's stories, withheld and canceled ones too, in the order of the configuration."""
        return tuple(story for feed in self._feeds.values() for story in feed.stories)

    def withheld(self) -> tuple[Withheld, ...]:
        """Entries that give no story, and why, by feed."""
        return tuple(
            Withheld(file=f"{name}: {each.file}", reason=each.reason)
            for name, feed in self._feeds.items()
            for each in feed.withheld
        )

    def reports(self) -> tuple[FeedReport, ...]:
        """Each feed's health. One that has not been asked yet is well."""
        return tuple(
            FeedReport(
                name=name,
                ok=not feed.state.failures,
                last_ok=feed.state.last_ok,
                error=feed.state.error or feed.state.problem or feed.state.pages,
            )
            for name, feed in self._feeds.items()
        )

    def problems(self) -> tuple[str, ...]:
        """What is wrong, as sentences: a feed that failed several times or is gone, a file not written."""
        found = [feed.problem for feed in self._feeds.values()]
        found += [_sentence(feed) for feed in self._feeds.values()]
        return tuple(problem for problem in found if problem)

    async def poll(self, now: datetime) -> bool:
        """Ask the feeds that are due at `now`; whether there are other stories than before.

        Never raises for what a feed or the child does. While one round is under way another does nothing.
        """
        now = now.astimezone(UTC)
        self._started = started = self._started or now
        if self._one_round.locked():
            return False
        async with self._one_round:
            due = self._due(now, started)
            return bool(due) and await self._ask(due, now)

    def _due(self, now: datetime, started: datetime) -> list[_Feed]:
        due = [
            feed
            for feed in self._feeds.values()
            if is_due(feed.config, feed.state, now, started=started, seed=self._seed)
        ]
        # Who has waited longest first: more feeds than one child takes must not leave the last ones out for
        # ever.
        due.sort(key=lambda feed: feed.state.asked or started)
        innocent = [feed for feed in due if not feed.suspect]
        return innocent[:_AT_ONCE] or due[:1]

    async def _ask(self, due: list[_Feed], now: datetime) -> bool:
        job = WireJob(
            feeds=tuple(feed.config for feed in due), folder=str(self._folder), now=now, zone=self._zone
        )
        waiting = {feed.config.name: feed for feed in due}
        begun = changed = False
        # The feed's own time once for itself and once for its pages.
        limit_s = 2 * max(feed.config.timeout_s for feed in due) + self._child_s
        try:
            async with child(self._command, errors=False) as process, asyncio.timeout(limit_s):
                begun = True
                await hand_over(process, _JOB.dump_json(job, by_alias=True))
                # It has nothing more to say after its last feed; what it may still wait for is not waited
                # for.
                while waiting:
                    result = await _next_result(process)
                    feed = waiting.pop(result.name)
                    changed |= await self._learn(feed, result)
        except TimeoutError:
            reason = f"its reading was not done within {limit_s:g} s, ended"
            return self._failed(waiting, reason, now, suspect=True) or changed
        except (EOFError, OSError, ValueError, KeyError) as error:
            if not begun:
                return self._failed(waiting, f"the feeds' process cannot be started: {error}", now)
            # What ended it is the kernel's to know: killed for its memory, or a fault in a library.
            return self._failed(waiting, "its reading broke off", now, suspect=True) or changed
        return changed

    async def _learn(self, feed: _Feed, result: FeedResult) -> bool:
        feed.suspect = False
        feed.state = result.state
        feed.problem = ""
        if result.unsaved:
            feed.problem = f"{self._folder}: what feed {result.name} says cannot be kept: {result.unsaved}"
            return False
        if not result.changed:
            return False
        loaded = await asyncio.to_thread(self._loaded, feed.config)
        before = (feed.stories, feed.withheld)
        feed.stories, feed.withheld, feed.problem = loaded.stories, loaded.withheld, loaded.problem
        return before != (feed.stories, feed.withheld)

    def _loaded(self, config: FeedConfig) -> _Feed:
        file, problem = store.load(self._folder, config.name)
        if file == FeedFile(feed=config.name) and self._known is not None:
            file, _ = store.load(self._known, config.name)
        return _Feed(
            config=config,
            state=_current(config, file),
            stories=shown(config, file.entries),
            withheld=file.withheld,
            problem=problem,
        )

    def _failed(
        self, waiting: dict[str, _Feed], reason: str, now: datetime, *, suspect: bool = False
    ) -> bool:
        """The child gave no answer about these feeds: that is theirs to be patient about."""
        for feed in waiting.values():
            feed.suspect = suspect
            feed.state = replace(
                feed.state,
                configured=configured(feed.config),
                asked=now,
                failures=feed.state.failures + 1,
                error=reason,
            )
        return False


def _current(config: FeedConfig, file: FeedFile) -> FeedState:
    """The state as it holds for this configuration; of another, when it last went well."""
    if file.state.configured == configured(config):
        return file.state
    return FeedState(last_ok=file.state.last_ok)


def _sentence(feed: _Feed) -> str:
    state, name = feed.state, feed.config.name
    if state.gone:
        return (
            f"feed {name}: {state.error}; it is asked no more: change its url in station.yaml or take it out"
        )
    if state.failures < _FAILURES_TOLD:
        return ""
    failed = f"feed {name}: nothing could be had from {shown_url(feed.config.url)}"
    if state.last_ok is None:
        return f"{failed} yet: {state.error}"
    return (
        f"{failed} since {state.last_ok:%Y-%m-%d %H:%M} UTC: {state.error}; "
        "what it said before is used until it expires"
    )


async def _next_result(process: Process) -> FeedResult:
    """Raises EOFError when there is no more, ValueError for what is no result."""
    assert process.stdout is not None  # noqa: S101 - opened with PIPE
    line = await process.stdout.readline()
    if not line:
        raise EOFError
    try:
        result: FeedResult = _RESULT.validate_json(line)
    except ValidationError as error:
        raise ValueError("the child said what is no result") from error
    return result
