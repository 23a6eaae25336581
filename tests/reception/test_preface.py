import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.reception.preface import (
    MAX_PREFACE_BYTES,
    Absent,
    Incomplete,
    Malformed,
    Preface,
    read,
)

SIGNATURE = bytes.fromhex("0D0A0D0A000D0A515549540A")
BEHIND = b"GET / HTTP/1.1\r\n\r\n"


def version_2(
    source: str = "192.0.2.1",
    *,
    command: int = 0x21,
    family: int | None = None,
    behind_addresses: bytes = b"",
) -> bytes:
    address = ip_address(source)
    addresses = address.packed + address.packed + struct.pack("!HH", 56324, 443)
    kind = (0x11 if address.version == 4 else 0x21) if family is None else family
    body = addresses + behind_addresses
    return SIGNATURE + struct.pack("!BBH", command, kind, len(body)) + body


V1 = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"
V1_LONGEST = b"PROXY UNKNOWN " + b" ".join([b":".join([b"ffff"] * 8)] * 2 + [b"65535"] * 2) + b"\r\n"
# PP2_TYPE_AUTHORITY: the name that was asked for.
AUTHORITY = b"\x02\x00\x0dradio.example"
WHOLE = [
    (V1, "192.0.2.1"),
    (b"PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "2001:db8::1"),
    (b"PROXY TCP6 ::ffff:192.0.2.1 ::1 0 65535\r\n", "192.0.2.1"),
    (b"PROXY UNKNOWN\r\n", ""),
    (V1_LONGEST, ""),
    (version_2(), "192.0.2.1"),
    (version_2("2001:db8::1"), "2001:db8::1"),
    (version_2("::ffff:192.0.2.1"), "192.0.2.1"),
    (version_2(behind_addresses=AUTHORITY), "192.0.2.1"),
    (version_2(behind_addresses=bytes(4096 - 12)), "192.0.2.1"),
    # LOCAL: the proxy itself, looking whether we live.
    (version_2(command=0x20), ""),
    (SIGNATURE + b"\x20\x00\x00\x00", ""),
    # UDP, a Unix socket, nothing in particular.
    (version_2(family=0x12), ""),
    (version_2(family=0x31), ""),
    (SIGNATURE + b"\x21\x00\x00\x00", ""),
]


def test_the_longest_line_is_as_the_specification_counts_it() -> None:
    assert len(V1_LONGEST) == 107


@pytest.mark.parametrize(("preface", "address"), WHOLE)
def test_whose_word_a_proxy_brings(preface: bytes, address: str) -> None:
    wanted = Preface(length=len(preface), address=address)
    assert read(preface) == wanted
    assert read(preface + BEHIND) == wanted
    assert read(preface + preface) == wanted
    assert read(preface + b"\x16\x03\x01") == wanted
    for cut in range(len(preface)):
        assert read(preface[:cut]) == Incomplete()


@pytest.mark.parametrize(
    "line",
    [
        b"PROXY \r\n",
        b"PROXY  TCP4 192.0.2.1 198.51.100.1 1 2\r\n",
        b"PROXY TCP4\r\n",
        b"PROXY TCP5 192.0.2.1 198.51.100.1 1 2\r\n",
        b"PROXY tcp4 192.0.2.1 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n",
        b"PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 radio.example 1 2\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP6 192.0.2.1 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 2001:db8::2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 1 65536\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 -1 2\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 01 2\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 \xb2 2\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n\r\n",
        b"PROXY UNKNOWN " + b"x" * 100,
        b"PROXY TCP4 " + b"1" * 200 + b"\r\n",
    ],
)
def test_lines_that_are_no_preface(line: bytes) -> None:
    assert isinstance(read(line), Malformed)


@pytest.mark.parametrize(
    "preface",
    [
        SIGNATURE + b"\x11\x11\x00\x0c" + bytes(12),  # version 1 in the form of version 2
        SIGNATURE + b"\x22\x11\x00\x0c" + bytes(12),  # no such command
        SIGNATURE + b"\x21\x11\x00\x0b" + bytes(11),  # shorter than its addresses
        SIGNATURE + b"\x21\x21\x00\x0c" + bytes(12),
        SIGNATURE + b"\x21\x11\x00\x00",
        SIGNATURE + b"\x21\x11\x10\x01",  # longer than anybody needs; refused before it has come
        SIGNATURE + b"\x20\x00\xff\xff",
    ],
)
def test_bytes_that_are_no_preface(preface: bytes) -> None:
    assert isinstance(read(preface), Malformed)


@pytest.mark.parametrize(
    "start",
    [BEHIND, b"\x16\x03\x01\x02\x00", b"\r\n\r\nGET /", b"PROXYGET / ", b"proxy TCP4", b"POST / ", b"\x00"],
)
def test_what_does_not_begin_as_a_preface(start: bytes) -> None:
    assert read(start) == Absent()


@given(
    st.one_of(
        st.binary(max_size=80),
        st.binary(max_size=120).map(lambda some: b"PROXY " + some),
        st.binary(max_size=120).map(lambda some: SIGNATURE + some),
        st.text("0123456789.: PROXYTC46\r\n", max_size=120).map(lambda some: b"PROXY TCP" + some.encode()),
    )
)
def test_whatever_comes_has_a_meaning(received: bytes) -> None:
    """Nothing raises; a whole one stays the same whatever is behind it; no more is wanted than the limit."""
    found = read(received)
    if isinstance(found, Preface):
        assert 0 < found.length <= min(len(received), MAX_PREFACE_BYTES)
        assert found.address == "" or str(ip_address(found.address)) == found.address
        assert read(received[: found.length]) == found
        assert read(received + b"more") == found
    elif isinstance(found, Incomplete):
        assert len(received) < MAX_PREFACE_BYTES
