"""The line of the access log: one reading, whatever a stranger writes."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.audience.access_log import escaped, line
from tests.audience.records import COMBINED, NOON

_LONDON = ZoneInfo("Europe/London")
_TEXTS = st.text(st.characters(), max_size=80)
# What has been tried on access logs before.
_INJECTIONS = [
    'x" 200 0 "-" "-" 0',
    '\r\n10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /admin HTTP/1.1" 200 1 "-" "-" 1',
    "\x1b]0;owned\x07\x1b[2J",
    "\x9b2J",
    "\u2028\u2029\x85\x0b\x0c",
    "back\\slash\\",
    '\\" 200',
    "\x00",
    b"\xff\xfe\xc3".decode("utf-8", "surrogateescape"),
    "\ud83d",
    "Zażółć 📻",
]


def _line(address: str = "203.0.113.7", request: str = "GET /live.mp3 HTTP/1.1", **words: str) -> str:
    return line(
        address=address,
        request=request,
        status=200,
        sent_bytes=960_000,
        referer=words.get("referer", ""),
        agent=words.get("agent", "VLC/3.0.20"),
        ended_unix_s=NOON + 61.9,
        seconds=61.9,
        zone=_LONDON,
    ).decode("ascii")


def _unescaped(text: str) -> bytes:
    """What the escapes stand for."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def test_it_is_the_line_that_icecast_writes() -> None:
    assert _line(referer="https://example.org/") == (
        '203.0.113.7 - - [03/Nov/2026:12:01:01 +0000] "GET /live.mp3 HTTP/1.1" 200 960000 '
        '"https://example.org/" "VLC/3.0.20" 61\n'
    )


def test_the_time_is_the_stations_with_its_offset() -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=_LONDON).timestamp()
    text = line(
        address="::1", request="", status=404, sent_bytes=0, referer="", agent="",
        ended_unix_s=summer, seconds=0.2, zone=_LONDON,
    )  # fmt: skip

    assert text == b'::1 - - [01/Jul/2026:23:30:00 +0100] "-" 404 0 "-" "-" 0\n'


@given(request=_TEXTS, referer=_TEXTS, agent=_TEXTS, address=_TEXTS)
@example(request=_INJECTIONS[1], referer=_INJECTIONS[0], agent=_INJECTIONS[2], address=_INJECTIONS[1])
def test_what_a_stranger_writes_is_read_back_and_forges_nothing(
    request: str, referer: str, agent: str, address: str
) -> None:
    text = _line(address, request, referer=referer, agent=agent)

    assert text.endswith("\n")
    assert all(" " <= character <= "~" for character in text[:-1])
    found = COMBINED.match(text[:-1])
    assert found is not None
    assert (found["status"], found["bytes"], found["seconds"]) == ("200", "960000", "61")
    for name, said in (("request", request), ("referer", referer), ("agent", agent)):
        assert found[name] == "-" if not said else _unescaped(found[name]) == _bytes(said)


@pytest.mark.parametrize("words", _INJECTIONS)
def test_known_injections_stay_in_their_field(words: str) -> None:
    found = COMBINED.match(_line(words, words, referer=words, agent=words).removesuffix("\n"))

    assert found is not None
    assert {_unescaped(found[name]) for name in ("request", "referer", "agent")} == {_bytes(words)}
    assert not set(found["host"]) & set(' "\\[]')


def test_bytes_that_are_no_text_stand_in_hexadecimal() -> None:
    assert escaped(b'a\xff"\\\n\x7f'.decode("utf-8", "surrogateescape")) == r"a\xff\x22\x5c\x0a\x7f"
    assert escaped("é") == r"\xc3\xa9"
    assert escaped("") == "-"


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
