"""A request's header, read: bytes in, values or a refusal out.

Owns: the limits and what is no HTTP. Pure.
Must not know: sockets, or what is at which address.

Rules (RFC 9112, and where it leaves a choice the one that cannot be read in two ways)
- HTTP/1.0 and HTTP/1.1. Lines end in CRLF or, as Icecast takes it and some radios send it, in LF alone; the
  header ends with an empty line. Empty lines before it are skipped.
- Refused: control characters anywhere, also percent-encoded ones in the path; a line folded into the next; a
  space before a colon; several hosts or lengths, a length beside a transfer coding.
- A `Host` may be missing in HTTP/1.1, too: there are radios that know only their own station's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

MAX_HEADER_BYTES: Final = 16 * 1024
MAX_HEADER_LINES: Final = 64

BAD_REQUEST: Final = 400
HEADER_TOO_LARGE: Final = 431
VERSION_NOT_SUPPORTED: Final = 505

# Strangers' texts in an answer or a log: so much of them tells what they are.
_SHOWN_CHARS: Final = 60
_VERSIONS: Final = {"HTTP/1.1": (1, 1), "HTTP/1.0": (1, 0)}
_LINE_END: Final = re.compile(rb"\n\r?\n")
# Control characters, tab and line ends excepted; and CR that is no end of a line.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_CONTROL_DECODED: Final = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ABSOLUTE: Final = re.compile(r"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The header of one request. `path` has no query and is percent-decoded; header names are lower case.

    `path` begins with "/", or is "*" (OPTIONS only). `authority` is what stands in an absolute target, else
    in `Host`, else ""; nothing has looked at it yet. Several lines of one name are joined by ", " (RFC 9110
    section 5.3). Bytes that are no UTF-8 come as `surrogateescape` has them.
    """

    method: str
    target: str
    path: str
    version: tuple[int, int]
    headers: Mapping[str, str]
    line: str
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """No request of ours. `status` is what HTTP calls it, `reason` a sentence for whoever sent it."""

    status: int
    reason: str


def header_end(received: bytes | bytearray, start: int = 0) -> int:
    """Where the header ends, behind its empty line; 0 when that has not come.

    `received` MUST NOT begin with an empty line. `start` is how many bytes were looked through before.
    """
    # The end may have begun in what was there before: "\n\r".
    found = _LINE_END.search(received, max(0, start - 2))
    return found.end() if found is not None else 0


def parse(header: bytes) -> Request | Unreadable:
    """Read a whole header, its empty line included."""
    if len(header) > MAX_HEADER_BYTES:
        return TOO_LONG
    # The line of the request is one, the empty line is none.
    if header.count(b"\n") - 1 > MAX_HEADER_LINES:
        return TOO_MANY_LINES
    try:
        line, *lines = _lines(header)
        method, target, version = _request_line(line)
        headers = _fields(lines)
        path, authority = _place(method, target, headers.get("host", ""))
    except _NotHttp as error:
        return Unreadable(status=error.status, reason=error.reason)
    return Request(
        method=method,
        target=target,
        path=path,
        version=version,
        headers=headers,
        line=line,
        authority=authority,
    )


class _NotHttp(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, what: str) -> None:
        self.status = BAD_REQUEST
        self.reason = f"This is no request that can be understood. {what}"


class _OtherVersion(_NotHttp):
    def __init__(self) -> None:
        self.status = VERSION_NOT_SUPPORTED
        self.reason = "HTTP/1.0 and HTTP/1.1 are spoken here"


def _lines(header: bytes) -> list[str]:
    text = header.decode("utf-8", "surrogateescape")
    if _CONTROL.search(text) is not None:
        raise _NotHttp("There is a control character in it")
    return text.replace("\r\n", "\n").split("\n")


def _request_line(line: str) -> tuple[str, str, tuple[int, int]]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/"):
        raise _NotHttp("Its first line is not METHOD TARGET HTTP/1.1")
    method, target, protocol = parts
    version = _VERSIONS.get(protocol)
    if version is None:
        raise _OtherVersion
    if _TOKEN.fullmatch(method) is None:
        raise _NotHttp("Its method is no name")
    return method, target, version


def _fields(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        if not line:
            break
        name, colon, value = line.partition(":")
        # Also a folded line: a name has no space in it, in front or behind.
        if not colon or _TOKEN.fullmatch(name) is None:
            raise _NotHttp(f"{_shown(line)} is not NAME: VALUE")
        key, value = name.lower(), value.strip(" \t")
        headers[key] = value if key not in headers else _joined(key, headers[key], value)
    if "content-length" in headers:
        if _LENGTH.fullmatch(headers["content-length"]) is None:
            raise _NotHttp("Its length is no number")
        if "transfer-encoding" in headers:
            raise _NotHttp("It has a length and a transfer coding")
    return headers


def _joined(key: str, earlier: str, value: str) -> str:
    """The value of a header that comes again."""
    if key == "host":
        raise _NotHttp("It names two hosts")
    if key == "content-length":
        raise _NotHttp("It has two lengths")
    return f"{earlier}, {value}"


def _place(method: str, target: str, host: str) -> tuple[str, str]:
    """Path and authority."""
    path, authority = target, host
    if not target.startswith("/") and (target != "*" or method != "OPTIONS"):
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None:
            raise _NotHttp(f"{_shown(target)} is no address")
        # RFC 9112 section 3.2.2: a Host beside it is to be ignored.
        authority, path = absolute[1], absolute[2]
        if not path.startswith("/"):
            path = f"/{path}"
    path = path.partition("?")[0]
    if "%" in path:
        path = unquote(path, errors="surrogateescape")
        if _CONTROL_DECODED.search(path) is not None:
            raise _NotHttp("There is a control character in its path")
    return path, authority


def _shown(text: str) -> str:
    return ascii(text[:_SHOWN_CHARS])


TOO_LONG: Final = Unreadable(
    status=HEADER_TOO_LARGE, reason=f"A request's header may have {MAX_HEADER_BYTES} bytes here"
)
TOO_MANY_LINES: Final = Unreadable(
    status=HEADER_TOO_LARGE, reason=f"A request's header may have {MAX_HEADER_LINES} lines here"
)
