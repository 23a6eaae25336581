"""Asking a server: one address to its bytes, or why there are none. The child's alone (aiohttp).

Bounds: a total time for everything with all redirects, so that a server that drips is cut; a size that counts
what comes out of the compression; five redirects, each checked like the first address. The address check is
made where the socket is made, on what the name was resolved to: there is nothing between it and the
connection.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from radiocast import __version__
from radiocast.newsroom.intake.reading import one_line
from radiocast.newsroom.wire.guard import malformed, refusal_of, shown

USER_AGENT: Final = f"radiocast/{__version__}"
REDIRECTS: Final = 5
_PERMANENT: Final = (301, 308)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
)
_CHUNK: Final = 2**16
# Servers' own words for a version are short; what is longer is not sent back to them.
_VALIDATOR_CHARS: Final = 500
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)

Allowed: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask for, and at most for how long and for how many bytes.

    `refused` says of an IP address why it may not be connected to, or ""; nothing else decides that.
    """

    url: str
    etag: str = ""
    modified: str = ""
    timeout_s: float = 20.0
    max_bytes: int = 4 * 1024 * 1024
    refused: Allowed = refusal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The bytes, out of their compression, from `url` after redirects; `moved_to`: where lasting ones led."""

    data: bytes
    url: str
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    moved_to: str = ""
    patience_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """What was known already (304)."""

    moved_to: str = ""
    patience_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The server says that it is gone for good (410)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why there is nothing, in words for an operator; `retry_after` where the server names a time."""

    reason: str
    retry_after: datetime | None = None


Answer: TypeAlias = Fetched | NotModified | Gone | Failed


class _TooLargeError(Exception):
    """More bytes than allowed."""


async def fetch(request: Request, *, now: datetime, resolver: AbstractResolver | None = None) -> Answer:
    """Ask, following redirects. Never raises for what a server, a name or a network does."""
    refusals: list[str] = []
    try:
        async with (
            asyncio.timeout(request.timeout_s),
            _session(request.refused, refusals, resolver) as session,
        ):
            return await _follow(session, request, now)
    except TimeoutError:
        return Failed(reason=f"not done within {request.timeout_s:g} s, cut off")
    except _TooLargeError:
        return Failed(reason=f"more than {request.max_bytes} bytes (max_bytes), cut off")
    except zlib.error:
        return Failed(reason="its compression is broken")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # What the guard refused comes up as a connection that failed.
        return Failed(reason=refusals[0] if refusals else _words(error))


def _session(
    refused: Allowed, refusals: list[str], resolver: AbstractResolver | None
) -> aiohttp.ClientSession:
    def make_socket(
        address: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]],
    ) -> socket.socket:
        family, kind, protocol, _, to = address
        reason = refused(str(to[0]))
        if reason:
            refusals.append(reason)
            raise OSError(reason)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        socket_factory=make_socket, resolver=resolver, use_dns_cache=False, force_close=True
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
    )


async def _follow(session: aiohttp.ClientSession, request: Request, now: datetime) -> Answer:
    url, moved_to, permanent = request.url, "", True
    for _ in range(REDIRECTS + 1):
        problem = malformed(url)
        if problem:
            return Failed(reason=problem)
        conditions = {"If-None-Match": request.etag, "If-Modified-Since": request.modified}
        headers = {name: value for name, value in conditions.items() if value}
        async with session.get(URL(url), headers=headers, allow_redirects=False) as response:
            if response.status not in _REDIRECTS or "Location" not in response.headers:
                answer = await _answer(response, request, now)
                if isinstance(answer, Fetched):
                    return replace(answer, url=url, moved_to=moved_to)
                return replace(answer, moved_to=moved_to) if isinstance(answer, NotModified) else answer
            permanent = permanent and response.status in _PERMANENT
            # Without what cannot be written: aiohttp hands on bytes that are no text as halves of characters.
            url = urljoin(url, one_line(response.headers["Location"]))
            moved_to = url if permanent else moved_to
    return Failed(reason=f"more than {REDIRECTS} redirects, the last to {shown(url)}")


async def _answer(response: aiohttp.ClientResponse, request: Request, now: datetime) -> Answer:
    patience_s = _max_age_s(response.headers)
    if response.status == 304:
        return NotModified(patience_s=patience_s)
    if response.status == 410:
        return Gone(reason="the server says that it is gone for good (410)")
    if response.status != 200:
        words = f"the server answered {response.status} {one_line(response.reason or '')[:60]}".rstrip()
        return Failed(reason=words, retry_after=_retry_after(response.headers, now))
    return Fetched(
        data=await _read(response, request.max_bytes),
        url="",
        content_type=response.headers.get("Content-Type", "")[:_VALIDATOR_CHARS],
        etag=_validator(response.headers, "ETag"),
        modified=_validator(response.headers, "Last-Modified"),
        patience_s=patience_s,
    )


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if (response.content_length or 0) > max_bytes:
        raise _TooLargeError
    inflater = _Inflater(response.headers.get("Content-Encoding", ""), max_bytes)
    async for chunk in response.content.iter_chunked(_CHUNK):
        inflater.take(chunk)
    return inflater.finish()


class _Inflater:
    """Undoes gzip and deflate and counts what comes out, so that a small bomb never becomes large."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ValueError(f"it is compressed as {self._encoding[:20]!r}, which was not asked for")
        self._max_bytes = max_bytes
        self._data = bytearray()
        self._pipe: zlib._Decompress | None = None

    def take(self, chunk: bytes) -> None:
        """More of what came. Raises _TooLargeError, zlib.error."""
        if self._encoding in {"", "identity"}:
            self._keep(chunk)
            return
        while chunk:
            if self._pipe is None:
                self._pipe = zlib.decompressobj(self._window(chunk))
            self._keep(self._pipe.decompress(chunk, self._max_bytes + 1 - len(self._data)))
            chunk = self._pipe.unconsumed_tail
            if self._pipe.eof:
                # A gzip file may have several members, one after another.
                chunk = self._pipe.unused_data if self._encoding != "deflate" else b""
                self._pipe = None

    def finish(self) -> bytes:
        """Everything. Raises ValueError when the end is missing."""
        if self._pipe is not None:
            raise ValueError("its compression ends in the middle")
        return bytes(self._data)

    def _keep(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > self._max_bytes:
            raise _TooLargeError

    def _window(self, chunk: bytes) -> int:
        if self._encoding != "deflate":
            return 16 + zlib.MAX_WBITS
        # RFC 9110 means zlib's format; some servers send the bare one. The header's low bits are 8 in zlib's.
        return zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= _VALIDATOR_CHARS and value.isascii() and value.isprintable() else ""


def _max_age_s(headers: Mapping[str, str]) -> float:
    found = _MAX_AGE.search(headers.get("Cache-Control", ""))
    return float(found[1]) if found else 0.0


def _retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """RFC 9110 10.2.3: seconds or a date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return now + timedelta(seconds=min(int(value[:9]), 10**8))
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _words(error: Exception) -> str:
    """A failed request as an operator would say it."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            words = f"no address is known for {error.host}"
        case aiohttp.ClientConnectorCertificateError():
            words = f"the certificate of {error.host} is not to be trusted"
        case aiohttp.ClientConnectorError():
            words = f"no connection to {error.host}: {error.os_error.strerror or error.os_error}"
        case aiohttp.ServerDisconnectedError():
            words = "the server hung up without an answer"
        case aiohttp.ClientPayloadError():
            words = "the answer ended in the middle"
        case aiohttp.InvalidURL():
            words = f"{shown(str(error.url))!r} is no address"
        case aiohttp.ClientError():
            words = f"no usable answer: {type(error).__name__}"
        case _:
            words = one_line(str(error))[:200] or type(error).__name__
    return words
