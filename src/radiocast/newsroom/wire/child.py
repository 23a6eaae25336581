"""The wire's child: `python -m radiocast.newsroom.wire.child`, a job on stdin, a line for each feed out.

It asks the feeds that are due, all at once, reads what they send, and writes `var/wire/NAME.json`; then it is
gone. What comes from the net is read here and nowhere else: whatever it does to a parser, the air does not
notice. It ends when the process that started it dies.
"""

import asyncio
import contextlib
import hashlib
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from radiocast.children.child import die_with_parent, make_way, stay_small
from radiocast.config.station import FeedConfig
from radiocast.model.errors import FeedError, StoryError
from radiocast.newsroom.intake.reading import one_line
from radiocast.newsroom.wire import pages, store
from radiocast.newsroom.wire.fetching import Answer, Failed, Fetched, Gone, NotModified, Request, fetch
from radiocast.newsroom.wire.guard import refusal_of
from radiocast.newsroom.wire.merging import merge, prune, with_page
from radiocast.newsroom.wire.parsing import parse_feed
from radiocast.newsroom.wire.polling import configured
from radiocast.newsroom.wire.values import FeedFile, FeedResult, FeedState, Kept, WireJob

JOB: Final = TypeAdapter(WireJob)
RESULT: Final = TypeAdapter(FeedResult)

# Below the air in everything the kernel decides: a story may be a second late, a block may not.
_NICENESS: Final = 10
# Addresses, not memory: Python, lxml and their libraries take about 400 MB of them before the first feed.
_ADDRESS_SPACE_BYTES: Final = 1536 * 1024 * 1024
_PAGES_AT_ONCE: Final = 4

Refusal = Callable[[FeedConfig], Callable[[str], str]]


def refusal_for(feed: FeedConfig) -> Callable[[str], str]:
    """Which IP addresses this feed may not lead to."""
    return (lambda _: "") if feed.private_addresses else refusal_of


async def ask_all(
    job: WireJob, tell: Callable[[FeedResult], None], *, refusal: Refusal = refusal_for
) -> None:
    """Ask every feed of the job at once; `tell` each one's result as soon as it is there."""
    one_at_a_time = asyncio.Lock()
    async with asyncio.TaskGroup() as tasks:
        for feed in job.feeds:
            tasks.create_task(_ask(feed, job, tell, refusal(feed), one_at_a_time))


async def _ask(
    feed: FeedConfig,
    job: WireJob,
    tell: Callable[[FeedResult], None],
    refused: Callable[[str], str],
    one_at_a_time: asyncio.Lock,
) -> None:
    folder = Path(job.folder)
    before, _ = store.load(folder, feed.name)
    state = _begun(feed, before.state)
    answer = await fetch(_request(feed, state, refused), now=job.now)
    async with one_at_a_time:
        # In a thread, so that a large feed does not make others miss their time; one after the other, so that
        # no two of them share the memory.
        after = await asyncio.to_thread(_taken, feed, replace(before, state=state), answer, job)
    if feed.full_text and not after.state.failures:
        after = await _with_pages(feed, after, refused, job.now)
    unsaved = ""
    try:
        await asyncio.to_thread(store.save, folder, after)
    except OSError as error:
        unsaved = error.strerror or str(error)
    changed = (after.entries, after.withheld) != (before.entries, before.withheld)
    tell(FeedResult(name=feed.name, changed=changed, state=after.state, unsaved=unsaved))


def _begun(feed: FeedConfig, state: FeedState) -> FeedState:
    """What is known holds as long as the feed's configuration does; when it last went well is history."""
    digest = configured(feed)
    return state if state.configured == digest else FeedState(configured=digest, last_ok=state.last_ok)


def _request(feed: FeedConfig, state: FeedState, refused: Callable[[str], str]) -> Request:
    return Request(
        url=state.moved_to or feed.url,
        etag=state.etag,
        modified=state.modified,
        timeout_s=feed.timeout_s,
        max_bytes=feed.max_bytes,
        refused=refused,
    )


def _taken(feed: FeedConfig, before: FeedFile, answer: Answer, job: WireJob) -> FeedFile:
    """The feed's file after this answer; pure but for the time that parsing takes."""
    now = job.now
    state = replace(before.state, asked=now)
    kept = prune(feed, before.entries, now=now)
    known = replace(before, feed=feed.name, entries=kept)
    match answer:
        case Fetched():
            try:
                return _read(feed, replace(known, state=state), answer, job)
            except FeedError as error:
                return replace(known, state=_ill(state, str(error)))
            except Exception as error:
                # What one server sent, or a fault of ours in reading it, must not take other feeds with it.
                words = f"it cannot be read: {type(error).__name__}: {one_line(str(error))[:150]}"
                return replace(known, state=_ill(state, words))
        case NotModified():
            return replace(known, state=_well(state, answer, now))
        case Gone(reason=reason):
            # What a permanent redirect led to may be gone where the first address knows of another.
            return replace(known, state=_ill(state, reason, gone=not state.moved_to))
        case Failed(reason=reason, retry_after=retry_after):
            return replace(known, state=_ill(state, reason, not_before=retry_after))


def _read(feed: FeedConfig, known: FeedFile, answer: Fetched, job: WireJob) -> FeedFile:
    """With what the feed says now. Raises FeedError: it is no feed."""
    now = job.now
    body = hashlib.sha256(answer.data).hexdigest()[:16]
    state = _well(known.state, answer, now)
    state = replace(state, etag=answer.etag, modified=answer.modified, body=body)
    if body == known.state.body:
        # A server without ETag; nothing need be read again.
        return replace(known, state=state)
    parsed = parse_feed(
        answer.data, url=answer.url, content_type=answer.content_type, at_most=feed.max_stories
    )
    entries, withheld = merge(feed, known.entries, parsed, now=now, zone=ZoneInfo(job.zone))
    patience_s = max(state.patience_s, parsed.ttl_s)
    return replace(
        known,
        state=replace(state, problem=parsed.problem, patience_s=patience_s),
        entries=entries,
        withheld=withheld,
    )


def _well(state: FeedState, answer: Fetched | NotModified, now: datetime) -> FeedState:
    return replace(
        state,
        last_ok=now,
        failures=0,
        error="",
        gone=False,
        not_before=None,
        moved_to=answer.moved_to or state.moved_to,
        patience_s=max(answer.patience_s, state.patience_s)
        if isinstance(answer, NotModified)
        else answer.patience_s,
    )


def _ill(
    state: FeedState, reason: str, *, gone: bool = False, not_before: datetime | None = None
) -> FeedState:
    """A failure; what a redirect was remembered for is asked at its first address again."""
    return replace(
        state,
        failures=state.failures + 1,
        error=reason,
        gone=gone,
        not_before=not_before,
        moved_to="",
    )


async def _with_pages(
    feed: FeedConfig, file: FeedFile, refused: Callable[[str], str], now: datetime
) -> FeedFile:
    """The pages of entries that want theirs, within the time that the feed has."""
    turn = asyncio.Semaphore(_PAGES_AT_ONCE)
    done: dict[str, Kept] = {}

    async def take(kept: Kept) -> None:
        async with turn:
            done[kept.id] = await _with_page(feed, kept, refused, now)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(feed.timeout_s), asyncio.TaskGroup() as tasks:
            for kept in pages.wanted(file.entries):
                tasks.create_task(take(kept))
    entries = tuple(done.get(kept.id, kept) for kept in file.entries)
    return replace(file, state=replace(file.state, pages=pages.problem(entries)), entries=entries)


async def _with_page(feed: FeedConfig, kept: Kept, refused: Callable[[str], str], now: datetime) -> Kept:
    request = Request(
        url=kept.link,
        etag=kept.page.etag,
        modified=kept.page.modified,
        timeout_s=feed.timeout_s,
        max_bytes=feed.max_bytes,
        refused=refused,
    )
    match await fetch(request, now=now):
        case Fetched() as answer:
            try:
                body, byline = await asyncio.to_thread(pages.read_page, answer)
            except StoryError as error:
                return replace(kept, page=pages.failed(kept.page, str(error)))
            page = replace(kept.page, taken=True, error="", etag=answer.etag, modified=answer.modified)
            return with_page(kept, page, body, byline)
        case NotModified():
            return replace(kept, page=replace(kept.page, taken=True, error=""))
        case Gone(reason=reason) | Failed(reason=reason):
            return replace(kept, page=pages.failed(kept.page, reason))


def _tell(result: FeedResult) -> None:
    sys.stdout.buffer.write(RESULT.dump_json(result) + b"\n")
    sys.stdout.buffer.flush()


def main() -> int:
    """Read the job, do it, tell of each feed. 0 done."""
    die_with_parent(signal.SIGKILL)
    make_way(_NICENESS)
    stay_small(_ADDRESS_SPACE_BYTES)
    asyncio.run(ask_all(JOB.validate_json(sys.stdin.buffer.read()), _tell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
