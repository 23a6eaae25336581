"""Records as the transmitter makes them, and the lines that become of them, read back."""

import re

from radiocast.model.audience import Answered, Asked, End, Joined, Left

# What log analysers use for Combined, with Icecast's seconds; it knows no escapes.
COMBINED = re.compile(
    r'^(?P<host>\S+) (?P<ident>\S+) (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" '
    r'(?P<status>\d{3}) (?P<bytes>\d+) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)" (?P<seconds>\d+)$'
)
# 2026-11-03 12:00:00 UTC
NOON = 1793707200.0


def joined(
    number: int,
    *,
    at: float = NOON,
    mount: str = "/live.mp3",
    address: str = "203.0.113.7",
    agent: str = "VLC/3.0.20",
    line: str = "",
    referer: str = "",
) -> Joined:
    asked = Asked(
        address=address,
        line=line or f"GET {mount} HTTP/1.1",
        at_unix_s=at,
        agent=agent,
        referer=referer,
    )
    return Joined(number=number, mount=mount, asked=asked)


def left(number: int, *, seconds: float = 60.0, sent: int = 960_000, end: End = End.LEFT) -> Left:
    return Left(number=number, end=end, sent_bytes=sent, seconds=seconds)


def answered(*, at: float = NOON, line: str = "GET / HTTP/1.1", status: int = 200) -> Answered:
    asked = Asked(address="203.0.113.8", line=line, at_unix_s=at, agent="curl/8")
    return Answered(asked=asked, status=status, sent_bytes=5120, seconds=0.01)
