"""Sending recorded audio: whole or by range, at a pace that the stream does not feel.

Owns: how many fetch at once and how fast all of them together. The loop is the listeners': files are opened
and read in threads, and what is sent is rationed.
"""

import asyncio
import contextlib
import os
import time
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final

from aiohttp import web

from radiocast.web.conditional import Span, Unsatisfiable, Validators, asked_span

# Each holds two descriptors, of which the station keeps 200 spare, and two chunks of memory: 10 MB in all.
MOST_AT_ONCE: Final = 40
# All together, 34 Mbit/s: an episode of three minutes is 1.4 MB. Measured, it is 2 to 3 % of a core.
BYTES_PER_S: Final = 4 * 1024 * 1024
_CHUNK: Final = 128 * 1024
# A phone that has paused reads nothing; it comes again with a range.
_STALLED_S: Final = 60.0
_RETRY_AFTER_S: Final = 10
# Asked again each time, so that what is withdrawn is gone from caches too.
_HEADERS: Final = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, Content-Length, ETag",
}


class Ration:
    """So many bytes a second for everybody together; whoever asks first is served first. Pure."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_at = 0.0

    def wait_s(self, count: int, *, now: float) -> float:
        """For how long these bytes are to wait, from `now` on.

        A second's worth goes at once: a page's short audio starts without a wait.
        """
        self._free_at = max(now, self._free_at) + count / self._bytes_per_s
        return max(0.0, self._free_at - now - 1.0)


class Downloads:
    """Everybody who fetches a file just now."""

    def __init__(self, *, most: int = MOST_AT_ONCE, bytes_per_s: float = BYTES_PER_S) -> None:
        self._most = most
        self._ration = Ration(bytes_per_s)
        self._now = 0

    async def send(self, request: web.Request, path: Path, *, content_type: str) -> web.StreamResponse:
        """The file, or the part of it that is asked for. Raises HTTPNotFound."""
        if self._now >= self._most:
            return web.Response(
                status=503,
                text="Too many are fetching recordings just now; try again in a moment.\n",
                headers={"Retry-After": str(_RETRY_AFTER_S)},
            )
        self._now += 1
        try:
            try:
                file = await asyncio.to_thread(FileIO, path)
            except OSError as error:
                raise web.HTTPNotFound from error
            with contextlib.closing(file):
                return await self._answer(request, file, content_type)
        finally:
            self._now -= 1

    async def _answer(self, request: web.Request, file: FileIO, content_type: str) -> web.StreamResponse:
        status = os.fstat(file.fileno())
        size = status.st_size
        valid = Validators(
            etag=f"{status.st_mtime_ns:x}-{size:x}-{status.st_ino:x}",
            modified=datetime.fromtimestamp(status.st_mtime, UTC),
        )
        headers = {**_HEADERS, **valid.headers()}
        if valid.known_to(request):
            return web.Response(status=304, headers=headers)
        try:
            asked = asked_span(request, size) if valid.same_since(request) else None
        except Unsatisfiable:
            return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        span = asked or Span(start=0, end=size)
        if asked is not None:
            headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
        response = web.StreamResponse(status=200 if asked is None else 206, headers=headers)
        response.content_type = content_type
        response.content_length = span.end - span.start
        await response.prepare(request)
        if request.method != "HEAD":
            await self._copy(request, response, file, span)
        return response

    async def _copy(
        self, request: web.Request, response: web.StreamResponse, file: FileIO, span: Span
    ) -> None:
        at = span.start
        try:
            while at < span.end:
                data = await asyncio.to_thread(os.pread, file.fileno(), min(_CHUNK, span.end - at), at)
                if not data:
                    raise ConnectionError("the file has become shorter")  # noqa: TRY301 - ended like a broken line
                await asyncio.sleep(self._ration.wait_s(len(data), now=time.monotonic()))
                async with asyncio.timeout(_STALLED_S):
                    await response.write(data)
                at += len(data)
        except (ConnectionError, OSError, TimeoutError):
            # The header has promised more than there will be: only a broken connection says so.
            if request.transport is not None:
                request.transport.abort()
