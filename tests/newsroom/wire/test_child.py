"""One round of asking, in this process: what servers do, and what is kept of it."""

import asyncio
import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.station import FeedConfig
from radiocast.model.story import PubStatus
from radiocast.newsroom.wire import child, store
from radiocast.newsroom.wire.merging import shown
from radiocast.newsroom.wire.parsing import parse_feed
from radiocast.newsroom.wire.polling import due_at
from radiocast.newsroom.wire.values import FeedFile, FeedResult, WireJob
from tests.newsroom.wire.feeds import NOW, atom, config, item, json_feed, rss
from tests.newsroom.wire.serving import Asked, answer, dripping, endless, refusing, serving, tagged

ONE = rss(item("1", "Ferry back", "It sailed."))


async def ask(folder: Path, *feeds: FeedConfig, now: datetime = NOW) -> dict[str, FeedResult]:
    told: list[FeedResult] = []
    await child.ask_all(WireJob(feeds=feeds, folder=str(folder), now=now), told.append)
    assert len(told) == len(feeds)
    return {result.name: result for result in told}


def kept(folder: Path, name: str = "wire") -> FeedFile:
    file, problem = store.load(folder, name)
    assert problem == ""
    return file


def headlines(folder: Path, feed: FeedConfig) -> list[str]:
    return [story.headline for story in shown(feed, kept(folder, feed.name).entries)]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ONE, "application/rss+xml"),
        (
            atom("<entry><id>1</id><title>Ferry back</title><updated>2026-03-11T09:00:00Z</updated></entry>"),
            "",
        ),
        (json_feed([{"id": "1", "title": "Ferry back"}]), "application/feed+json"),
    ],
)
async def test_stories_of_every_kind_of_feed(tmp_path: Path, body: bytes, content_type: str) -> None:
    async with serving() as server:
        server.paths["/feed"] = answer(200, body, content_type=content_type)
        feed = config(url=server.url("/feed"))
        results = await ask(tmp_path, feed)
    assert results["wire"].changed
    assert results["wire"].state.last_ok == NOW
    assert headlines(tmp_path, feed) == ["Ferry back"]


async def test_what_is_known_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counted(data: bytes, *, url: str, content_type: str = "", at_most: int = 100) -> object:
        parsed.append(url)
        return parse_feed(data, url=url, content_type=content_type, at_most=at_most)

    monkeypatch.setattr(child, "parse_feed", counted)
    async with serving() as server:
        server.paths["/tagged"] = tagged(ONE, '"one"', last_modified="Wed, 11 Mar 2026 08:00:00 GMT")
        server.paths["/bare"] = answer(200, ONE)
        feeds = [config("tagged", server.url("/tagged")), config("bare", server.url("/bare"))]
        first = await ask(tmp_path, *feeds)
        second = await ask(tmp_path, *feeds, now=NOW + timedelta(minutes=5))
        again = server.asked_for("/tagged")[1].headers
    assert again["if-none-match"] == '"one"'
    assert again["if-modified-since"] == "Wed, 11 Mar 2026 08:00:00 GMT"
    assert len(parsed) == 2
    for name in ("tagged", "bare"):
        assert first[name].changed
        assert not second[name].changed
        assert second[name].state.last_ok == NOW + timedelta(minutes=5)
        assert len(kept(tmp_path, name).entries) == 1


async def test_another_configuration_asks_for_everything_anew(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = tagged(ONE, '"one"')
        await ask(tmp_path, config(url=server.url("/rss")))
        changed = await ask(tmp_path, config(url=server.url("/rss"), urgency=2))
    assert "if-none-match" not in server.asked[1].headers
    assert changed["wire"].changed
    assert kept(tmp_path).entries[0].story.urgency == 2


async def odd_bytes(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """What no text may hold, wherever a server can put it."""
    if asked.path == "/odd":
        writer.write(b"HTTP/1.1 301 \xff\xfe\r\nLocation: /odd-\xff\xfe\r\nContent-Length: 0\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 500 \xed\xa0\x80\xff\r\nETag: \xff\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


BAD = {
    "odd": odd_bytes,
    "refusing": refusing(),
    "error": answer(500),
    "drip": dripping(),
    "endless": endless(),
    "bomb": answer(200, gzip.compress(bytes(30_000_000)), content_encoding="gzip"),
    "page": answer(200, b"<html><body><h1>Sorry</h1></body></html>", content_type="text/html"),
    "circle": answer(301, location="/circle"),
    "file": answer(302, location="file:///etc/passwd"),
    "words": answer(200, b"no feed"),
    "nested": answer(200, b"[" * 200_000),
}


async def test_bad_servers_harm_neither_a_good_one_nor_what_they_said_before(tmp_path: Path) -> None:
    async with serving() as server:
        names = [*BAD, "good"]
        for name in names:
            server.paths[f"/{name}"] = answer(200, ONE)
        feeds = [
            config(name, server.url(f"/{name}"), timeout="1" if name == "drip" else "100", max_bytes=200_000)
            for name in names
        ]
        await ask(tmp_path, *feeds)
        server.paths.update({f"/{name}": script for name, script in BAD.items()})
        server.paths["/odd-"] = odd_bytes
        server.paths["/good"] = answer(200, rss(item("2", "Bridge open")))
        results = await ask(tmp_path, *feeds, now=NOW + timedelta(minutes=5))
    assert headlines(tmp_path, feeds[-1]) == ["Ferry back", "Bridge open"]
    for name in BAD:
        state = results[name].state
        assert (state.failures, state.last_ok) == (1, NOW), name
        assert state.error, name
        assert state.error.isprintable(), name
        assert child.RESULT.validate_json(child.RESULT.dump_json(results[name])) == results[name]
        assert not results[name].changed
        assert [each.story.headline for each in kept(tmp_path, name).entries] == ["Ferry back"]


async def test_a_feed_that_fails_is_asked_more_and_more_rarely_and_then_as_before(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(500)
        feed = config(url=server.url("/rss"), every="300")
        now, waits = NOW, []
        for _ in range(7):
            state = (await ask(tmp_path, feed, now=now))["wire"].state
            due = due_at(feed, state, started=NOW)
            assert due is not None
            waits.append((due - now).total_seconds())
            now = due
        for wait, times in zip(waits, [1, 2, 4, 8, 12, 12, 12], strict=True):
            assert 300 * times <= wait <= 300 * times * 1.05
        server.paths["/rss"] = answer(200, ONE)
        state = (await ask(tmp_path, feed, now=now))["wire"].state
    assert state.failures == 0
    assert state.error == ""
    assert headlines(tmp_path, feed) == ["Ferry back"]


async def test_retry_after_is_obeyed(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(429, retry_after="7200")
        feed = config(url=server.url("/rss"), every="300")
        state = (await ask(tmp_path, feed))["wire"].state
    assert due_at(feed, state, started=NOW) == NOW + timedelta(hours=2)


async def test_what_is_gone_is_left_alone_and_its_stories_stay(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, ONE)
        feed = config(url=server.url("/rss"))
        await ask(tmp_path, feed)
        server.paths["/rss"] = answer(410)
        state = (await ask(tmp_path, feed))["wire"].state
    assert state.gone
    assert due_at(feed, state, started=NOW) is None
    assert headlines(tmp_path, feed) == ["Ferry back"]


async def test_a_permanent_move_is_remembered_until_it_fails(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/old"] = answer(301, location="/new")
        server.paths["/new"] = answer(200, ONE)
        feed = config(url=server.url("/old"))
        for _ in range(2):
            await ask(tmp_path, feed)
        assert [asked.path for asked in server.asked] == ["/old", "/new", "/new"]
        server.paths["/new"] = answer(410)
        assert not (await ask(tmp_path, feed))["wire"].state.gone
        server.paths["/old"] = answer(200, ONE)
        state = (await ask(tmp_path, feed))["wire"].state
    assert server.asked[-1].path == "/old"
    assert (state.failures, state.moved_to) == (0, "")


async def test_a_broken_feed_says_so_and_gives_what_it_can(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, rss(item("1", "One"), item("2", "Two", "Half"))[:-40])
        feed = config(url=server.url("/rss"))
        state = (await ask(tmp_path, feed))["wire"].state
    assert state.failures == 0
    assert "broken" in state.problem
    assert headlines(tmp_path, feed) == ["One"]


async def test_withdrawn_entries_are_canceled(tmp_path: Path) -> None:
    async with serving() as server:
        feed = config(url=server.url("/rss"))
        server.paths["/rss"] = answer(200, rss(item("1", "Ferry sinks"), item("2", "Bridge open")))
        await ask(tmp_path, feed)
        server.paths["/rss"] = answer(200, rss(item("1", "KILL: Ferry sinks"), item("2", "Bridge open")))
        results = await ask(tmp_path, feed)
    assert results["wire"].changed
    statuses = {each.id: each.story.pubstatus for each in kept(tmp_path).entries}
    assert statuses == {"1": PubStatus.CANCELED, "2": PubStatus.USABLE}


async def test_without_leave_a_feed_on_this_machine_is_refused(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, ONE)
        feed = config(url=server.url("/rss"), private_addresses=False)
        state = (await ask(tmp_path, feed))["wire"].state
    assert "private_addresses" in state.error
    assert server.asked == []


PAGE = (
    b"<html><head><title>Ferry back</title></head><body><nav>Home</nav><article><h1>Ferry back</h1>"
    + b"".join(
        b"<p>The ferry sailed at dawn with %d goats and a choir on board, said the harbour master.</p>"
        % number
        for number in range(2, 9)
    )
    + b"</article><footer>Imprint</footer></body></html>"
)


async def test_full_text_takes_the_article_from_its_page(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(
            200,
            rss(
                item("1", "Ferry back", "A summary.", link=server.url("/ferry")),
                item("2", "Bridge open", "Another summary.", link=server.url("/nothing")),
                item("3", "Bus", "The whole article is here. " * 50, link=server.url("/whole")),
            ),
        )
        server.paths["/ferry"] = answer(200, PAGE, content_type="text/html; charset=utf-8", etag='"p"')
        feed = config(url=server.url("/rss"), full_text=True)
        for turn in range(5):
            state = (await ask(tmp_path, feed, now=NOW + timedelta(minutes=turn)))["wire"].state
        assert len(server.asked_for("/ferry")) == 1
        assert len(server.asked_for("/nothing")) == 3
        assert server.asked_for("/whole") == []
    stories = {each.id: each.story for each in kept(tmp_path).entries}
    assert len(stories["1"].body_text) == 7
    assert stories["2"].body_text == ("Another summary.",)
    assert "404" in state.pages
    assert state.failures == 0


async def test_the_page_of_another_host_is_guarded_too(tmp_path: Path) -> None:
    async with serving("127.0.0.2") as public, serving("127.0.0.1") as private:
        public.paths["/rss"] = answer(200, rss(item("1", "One", "Summary.", link=private.url("/page"))))
        private.paths["/page"] = answer(200, PAGE)
        feed = config(url=public.url("/rss"), full_text=True)
        await child.ask_all(
            WireJob(feeds=(feed,), folder=str(tmp_path), now=NOW),
            lambda _: None,
            refusal=lambda _: lambda address: "" if address == "127.0.0.2" else "not allowed",
        )
    assert private.asked == []
    assert kept(tmp_path).entries[0].story.body_text == ("Summary.",)


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    async with serving() as server:
        server.paths["/rss"] = answer(200, ONE)
        result = (await ask(blocked, config(url=server.url("/rss"))))["wire"]
    assert result.unsaved
    assert result.state.failures == 0


async def test_feeds_are_asked_side_by_side(tmp_path: Path) -> None:
    """A server that answers only when another one has been asked too."""
    met = asyncio.Barrier(2)
    async with serving() as server:
        plain = answer(200, ONE)

        async def together(*args: object) -> None:
            await met.wait()
            await plain(*args)  # type: ignore[arg-type]

        server.paths["/a"] = server.paths["/b"] = together
        results = await ask(tmp_path, config("a", server.url("/a")), config("b", server.url("/b")))
    assert [result.state.failures for result in results.values()] == [0, 0]


async def test_a_page_that_is_back_is_no_problem_any_more(tmp_path: Path) -> None:
    async with serving() as server:
        server.paths["/rss"] = tagged(
            rss(item("1", "Ferry back", "A summary.", link=server.url("/ferry"))), '"one"'
        )
        feed = config(url=server.url("/rss"), full_text=True)
        assert "a page could not be had" in (await ask(tmp_path, feed))["wire"].state.pages
        server.paths["/ferry"] = answer(200, PAGE, content_type="text/html")
        result = (await ask(tmp_path, feed, now=NOW + timedelta(minutes=5)))["wire"]
    assert result.changed
    assert result.state.pages == ""
    assert len(kept(tmp_path).entries[0].story.body_text) == 7


async def test_a_fault_of_ours_is_one_feeds_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(data: bytes, *, url: str, content_type: str, at_most: int) -> object:
        if url.endswith("/bad"):
            raise ZeroDivisionError("a bug")
        return parse_feed(data, url=url, content_type=content_type, at_most=at_most)

    monkeypatch.setattr(child, "parse_feed", faulty)
    async with serving() as server:
        server.paths["/bad"] = server.paths["/good"] = answer(200, ONE)
        feeds = config("bad", server.url("/bad")), config("good", server.url("/good"))
        results = await ask(tmp_path, *feeds)
    assert results["bad"].state.error == "it cannot be read: ZeroDivisionError: a bug"
    assert results["good"].state.failures == 0
    assert headlines(tmp_path, feeds[1]) == ["Ferry back"]
