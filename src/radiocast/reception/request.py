"""A request's header, read: bytes in, values or a refusal out.

Owns: the limits and what is no HTTP. Pure.
Must not know: sockets, or what is at which address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_HEADER_BYTES: Final = 16 * 1024
MAX_HEADER_LINES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The header of one request. `path` has no query and is percent-decoded; header names are lower case.

    Several lines of one name are joined by ", " (RFC 9110 section 5.3). Bytes that are no UTF-8 come as
    `surrogateescape` has them.
    """

    method: str
    target: str
    path: str
    version: tuple[int, int]
    headers: Mapping[str, str]
    line: str
