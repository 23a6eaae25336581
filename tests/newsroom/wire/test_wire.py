"""The wire as the studio has it: the real child, in a process of its own."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.config.station import FeedConfig
from radiocast.newsroom.wire.wire import Wire
from tests.newsroom.wire.feeds import NOW, config, item, rss
from tests.newsroom.wire.serving import answer, serving

ROUND = timedelta(hours=2)
# Beyond the spread of the first round.
FIRST = NOW + timedelta(seconds=10)


def wire(var: Path, *feeds: FeedConfig, command: tuple[str, ...] = (), child_s: float = 60.0) -> Wire:
    more = {"command": command} if command else {}
    return Wire(feeds, var, started=NOW, child_s=child_s, **more)  # type: ignore[arg-type]


def headlines(desk: Wire) -> list[str]:
    return [story.headline for story in desk.stories()]


async def test_from_the_net_to_stories(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(
            200, rss(item("1", "Ferry back", "It sailed.", more="<author>Ann Roe</author>"))
        )
        desk = wire(tmp_path, config(url=server.url("/rss"), every="300"))
        assert desk.stories() == ()
        assert [(report.ok, report.last_ok) for report in desk.reports()] == [(True, None)]
        assert await desk.poll(NOW - timedelta(seconds=1)) is False
        assert server.asked == []
        assert await desk.poll(FIRST) is True
        assert await desk.poll(FIRST + timedelta(seconds=1)) is False
        assert len(server.asked) == 1
        assert await desk.poll(FIRST + ROUND) is False
        assert len(server.asked) == 2
    (story,) = desk.stories()
    assert (story.headline, story.byline, story.source, story.feed) == (
        "Ferry back",
        "Ann Roe",
        "Valley Herald",
        "wire",
    )
    (report,) = desk.reports()
    assert (report.name, report.ok, report.last_ok, report.error) == ("wire", True, FIRST + ROUND, "")
    assert desk.problems() == ()
    # Another life of the studio knows it all from the start.
    again = wire(tmp_path, config(url=server.url("/rss"), every="300"))
    assert again.stories() == desk.stories()
    assert again.reports() == desk.reports()


async def test_a_feed_that_is_down_is_reported_and_becomes_a_problem(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry back")))
        desk = wire(tmp_path, config(url=server.url("/rss"), every="300"))
        await desk.poll(FIRST)
        server.paths["/rss"] = answer(500)
        for turn in range(1, 4):
            assert desk.problems() == ()
            assert await desk.poll(FIRST + turn * ROUND) is False
            (report,) = desk.reports()
            assert (report.ok, report.last_ok) == (False, FIRST)
            assert "500" in report.error
    (problem,) = desk.problems()
    assert problem.startswith("feed wire: nothing could be had from http://127.0.0.1")
    assert headlines(desk) == ["Ferry back"]


async def test_a_feed_that_is_gone_is_a_problem_at_once_and_asked_no_more(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(410)
        desk = wire(tmp_path, config(url=server.url("/rss")))
        await desk.poll(FIRST)
        await desk.poll(FIRST + timedelta(days=30))
        assert len(server.asked) == 1
    assert "change its url in station.yaml" in desk.problems()[0]


async def test_entries_that_give_no_story_are_told(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("urn:1", "")))
        desk = wire(tmp_path, config(url=server.url("/rss")))
        assert await desk.poll(FIRST) is True
    (withheld,) = desk.withheld()
    assert (withheld.file, withheld.reason) == ("wire: urn:1", "neither a title nor a text")


async def test_one_round_at_a_time(tmp_path: Path) -> None:
    release = asyncio.Event()
    arrived = asyncio.Event()
    async with serving() as server:
        plain = answer(200, rss(item("1", "Ferry back")))

        async def held(*args: object) -> None:
            arrived.set()
            await release.wait()
            await plain(*args)  # type: ignore[arg-type]

        server.paths["/rss"] = held
        desk = wire(tmp_path, config(url=server.url("/rss"), timeout="60"))
        first = asyncio.create_task(desk.poll(FIRST))
        await arrived.wait()
        assert await desk.poll(FIRST) is False
        release.set()
        assert await first is True
        assert len(server.asked) == 1


async def test_more_feeds_than_one_child_takes_are_all_asked(tmp_path: Path) -> None:
    async with serving() as server:
        feeds = []
        for number in range(11):
            server.paths[f"/{number}"] = answer(200, rss(item("1", f"Story {number}")))
            feeds.append(config(f"feed-{number}", server.url(f"/{number}")))
        desk = wire(tmp_path, *feeds)
        assert await desk.poll(FIRST) is True
        assert len(server.asked) == 8
        assert await desk.poll(FIRST) is True
    assert sorted(headlines(desk)) == sorted(f"Story {number}" for number in range(11))


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(1)",
        "print('no result', flush=True); import time; time.sleep(600)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        'import sys; sys.stdin.buffer.read(); print(\'{"name": "another"}\')',
        "import sys; sys.stdout.write('x' * 10_000_000)",
    ],
)
async def test_whatever_the_child_does_the_studio_goes_on(tmp_path: Path, program: str) -> None:
    desk = wire(tmp_path, config("a"), config("b"), command=(sys.executable, "-c", program))
    assert await desk.poll(FIRST) is False
    assert [(report.ok, report.error) for report in desk.reports()] == [(False, "its reading broke off")] * 2
    # Neither is to take the other with it again: one at a time.
    later = FIRST + ROUND
    await desk.poll(later)
    asked = [state.state.asked for state in desk._feeds.values()]
    assert sorted(asked) == [FIRST, later]  # type: ignore[type-var]


async def test_a_child_that_hangs_is_ended(tmp_path: Path) -> None:
    feed = config(timeout="1")
    desk = wire(tmp_path, feed, command=(sys.executable, "-c", "import time; time.sleep(600)"), child_s=-1.5)
    assert await desk.poll(FIRST) is False
    assert "not done within 0.5 s" in desk.reports()[0].error


async def test_a_simulation_begins_with_what_the_station_knows(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry back")))
        feed = config(url=server.url("/rss"))
        await wire(tmp_path / "var", feed).poll(FIRST)
        desk = Wire((feed,), tmp_path / "scratch", known=tmp_path / "var", started=NOW)
        assert headlines(desk) == ["Ferry back"]
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry sunk")))
        assert await desk.poll(FIRST + ROUND) is True
    assert headlines(desk) == ["Ferry sunk"]
    assert headlines(wire(tmp_path / "var", feed)) == ["Ferry back"]


async def test_a_child_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    desk = wire(tmp_path, config(), command=(str(tmp_path / "nothing"),))
    assert await desk.poll(FIRST) is False
    assert "cannot be started" in desk.reports()[0].error


async def test_a_cancelled_round_leaves_no_process(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    program = f"import os, time; open({str(pid)!r} + '.part', 'w').write(str(os.getpid()))"
    program += f"; os.rename({str(pid)!r} + '.part', {str(pid)!r}); time.sleep(600)"
    desk = wire(tmp_path, config(), command=(sys.executable, "-c", program))
    polling = asyncio.create_task(desk.poll(FIRST))
    while not pid.exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_damaged_file_is_told_and_mended_by_the_next_round(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "wire.json").write_text("{")
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry back")))
        desk = wire(tmp_path, config(url=server.url("/rss")))
        assert "not known" in desk.problems()[0]
        assert await desk.poll(FIRST) is True
    assert desk.problems() == ()
    assert headlines(desk) == ["Ferry back"]


def test_the_studio_imports_nothing_of_the_net() -> None:
    heavy = {"aiohttp", "feedparser", "lxml", "trafilatura", "radiocast.newsroom.wire.child"}
    program = f"import sys, radiocast.newsroom.wire.wire; print(sorted({heavy!r} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


async def test_the_first_round_begins_with_the_first_poll_whatever_the_clock_says(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry back", date="")))
        desk = Wire((config(url=server.url("/rss")),), tmp_path)
        await desk.poll(NOW)
        assert await desk.poll(FIRST.astimezone(ZoneInfo("Asia/Tokyo"))) is True
    (story,) = desk.stories()
    assert story.versioncreated == FIRST
    assert story.versioncreated.tzinfo is not None
    assert story.versioncreated.utcoffset() == timedelta(0)


async def test_the_child_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """A studio that is killed in the middle of a round leaves nothing behind."""
    arrived = asyncio.Event()

    async def held(*_: object) -> None:
        arrived.set()
        await asyncio.Event().wait()

    program = (
        "import asyncio, sys; from pathlib import Path; from datetime import datetime, UTC;"
        "from radiocast.newsroom.wire.wire import Wire; from tests.newsroom.wire.feeds import NOW, config;"
        "desk = Wire((config(url=sys.argv[1], timeout='300'),), Path(sys.argv[2]), started=NOW);"
        "asyncio.run(desk.poll(datetime.now(UTC)))"
    )
    async with serving() as server:
        server.paths["/rss"] = held
        studio = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, server.url("/rss"), str(tmp_path)
        )
        await arrived.wait()
        (child,) = children(studio.pid)
        studio.kill()
        await studio.wait()
        while alive(child):  # noqa: ASYNC110 - another process ends
            await asyncio.sleep(0.01)


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def alive(pid: str) -> bool:
    """Whether it runs; one that has ended and that nobody reaps does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
