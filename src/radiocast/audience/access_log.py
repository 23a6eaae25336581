r"""A line of the access log, as Icecast writes it: Apache's Combined format and the seconds. Pure.

    ADDRESS - - [22/Nov/2026:21:14:02 +0000] "GET /live.mp3 HTTP/1.1" 200 BYTES "referer" "agent" SECONDS

The time is that of the end, as in Icecast: what reads these logs takes the seconds off to find the beginning.

Everything in quotes is a stranger's word. Nothing but printable ASCII gets into a line, and neither a quote
nor a backslash: they stand as `\x22` and `\x5c`, like every other byte, in hexadecimal. So there is one
reading of a line, for the regular expressions too that know no escapes (`"[^"]*"`), and nothing moves a
terminal's cursor. Apache writes `\"`, which those take for the end of the field.
"""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.audience.words import as_they_came

# strftime's %b speaks the language of whoever started the station; the format is English.
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ESCAPED: Final = {
    byte: f"\\x{byte:02x}" for byte in range(256) if byte < 0x20 or byte > 0x7E or byte in b'"\\'
}
_TABLE: Final = {**{byte: chr(byte) for byte in range(256)}, **_ESCAPED}
# An address is digits, letters, colons and points, and perhaps a zone; it stands without quotes.
_NO_ADDRESS: Final = re.compile(r"[^0-9A-Za-z.:%_-]")
# For whom no address is kept. A hyphen would be Apache's way; but then GoAccess and others leave the line
# out.
UNKNOWN_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - an address that is shown, none to listen on


def line(  # noqa: PLR0913 - the format has that many fields
    *,
    address: str,
    request: str,
    status: int,
    sent_bytes: int,
    referer: str,
    agent: str,
    ended_unix_s: float,
    seconds: float,
    zone: ZoneInfo,
) -> bytes:
    """One line with its end. Texts may be anything; `surrogateescape`d bytes come out as they came in."""
    return (
        f'{_bare(address)} - - [{_time(ended_unix_s, zone)}] "{escaped(request)}" {status:d} {sent_bytes:d} '
        f'"{escaped(referer)}" "{escaped(agent)}" {max(0, int(seconds)):d}\n'
    ).encode("ascii")


def escaped(text: str) -> str:
    """For between two quotes; `-` for nothing, as everybody writes it."""
    if not text:
        return "-"
    return "".join(map(_TABLE.__getitem__, as_they_came(text)))


def _bare(address: str) -> str:
    return _NO_ADDRESS.sub("_", address) or UNKNOWN_ADDRESS


def _time(unix_s: float, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(unix_s, zone)
    return f"{at.day:02d}/{_MONTHS[at.month - 1]}/{at.year:04d}:{at:%H:%M:%S} {at:%z}"[:26]
