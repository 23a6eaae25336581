"""Conditional requests: whether the asker has it already, and from where on (RFC 9110, sections 13 and 14).

Pure but for the request that it reads.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from aiohttp import web

# One range of bytes; of several the whole is sent, which the RFC allows and every player takes.
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


# At the end of the tag of what was sent gzipped: the same version in other bytes.
GZIP_MARK: Final = "-gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What tells one version of a thing from another. `etag` is strong, without its quotes."""

    etag: str
    modified: datetime

    def headers(self) -> dict[str, str]:
        """As the answer says them."""
        return {
            "ETag": f'"{self.etag}"',
            "Last-Modified": format_datetime(self.modified.replace(microsecond=0), usegmt=True),
        }

    def known_to(self, request: web.Request) -> bool:
        """Whether the asker has this version. With If-None-Match, If-Modified-Since does not count."""
        if "If-None-Match" in request.headers:
            return any(
                tag.value.removesuffix(GZIP_MARK) in (self.etag, "*") for tag in request.if_none_match or ()
            )
        since = request.if_modified_since
        return since is not None and self.modified.replace(microsecond=0) <= since

    def same_since(self, request: web.Request) -> bool:
        """Whether a Range still means what the asker has a part of (If-Range)."""
        word = request.headers.get("If-Range", "").strip()
        return word in ("", *self.headers().values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes `start` to `end`, the end not with it."""

    start: int
    end: int


class Unsatisfiable(Exception):  # noqa: N818 - the RFC's word; no fault of anybody's
    """The range begins behind the end."""


def asked_span(request: web.Request, size: int) -> Span | None:
    """The range that is asked for; None for the whole. Raises Unsatisfiable."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise Unsatisfiable
        return Span(start=size - length, end=size)
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None  # no range by its own words
    if start >= size:
        raise Unsatisfiable
    return Span(start=start, end=end)
