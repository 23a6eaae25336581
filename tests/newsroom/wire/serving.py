"""A web server on this machine that answers each path as a test has scripted it, and remembers who asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Script = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; header names in small letters."""

    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class Server:
    """`paths` may be changed at any time; an unknown path is a 404."""

    host: str
    port: int
    paths: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]


@contextlib.asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[Server]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await converse(reader, writer)
        finally:
            under_way.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            asked = Asked(path=head[0].split(" ")[1], headers=headers)
            server.asked.append(asked)
            script = server.paths.get(asked.path, answer(404))
            await script(asked, writer)

    under_way: set[asyncio.Task[object]] = set()
    listening = await asyncio.start_server(handle, host, 0)
    server = Server(host=host, port=listening.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listening.close()
        for task in under_way:
            task.cancel()
        # They close their connections; what a script is cancelled in the middle of is no news.
        await asyncio.gather(*under_way, return_exceptions=True)


def answer(status: int, body: bytes = b"", **headers: str) -> Script:
    """Always this; `content_type` is the header Content-Type, and so on."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        await _write(writer, status, body, headers)

    return script


def tagged(body: bytes, etag: str, **headers: str) -> Script:
    """This, or 304 to who has it already."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        known = asked.headers.get("if-none-match") == etag
        await _write(writer, 304 if known else 200, b"" if known else body, {**headers, "etag": etag})

    return script


def refusing() -> Script:
    """Hangs up without a word."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        writer.close()

    return script


def dripping(head: bytes = b"<rss>") -> Script:
    """A byte now and then, for ever: no single wait is long."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + head)
        while True:
            await writer.drain()
            writer.write(b" ")
            await asyncio.sleep(0.02)

    return script


def endless(chunk: bytes = b"<item/>" * 1000) -> Script:
    """A body without an end, as fast as it is taken."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()

    return script


async def _write(writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, str]) -> None:
    given = {"connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if status != 304:
        given.setdefault("content-length", str(len(body)))
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in given.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    await writer.drain()
