"""The PROXY protocol: who a TCP proxy says is behind a connection. Bytes in, values out.

Owns: versions 1 and 2 of the preface (the HAProxy project's proxy-protocol.txt, sections 2.1 and 2.2). Pure.
Must not know: sockets, or which proxies are trusted.

No request and no TLS begins as a preface does, so that it is seen by its first bytes. Whose is believed is
for the lobby to decide.
"""

import re
import struct
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from radiocast.reception.proxies import unmapped

# How the two begin.
VERSION_1: Final = b"PROXY "
# "107 chars" with CRLF and without NUL is the longest line there can be (section 2.1).
_V1_MAX_BYTES: Final = 107
VERSION_2: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_V2_HEAD_BYTES: Final = 16
# Addresses and what some proxies tell beside them (TLVs: the name asked for, a certificate's). The format
# allows 64 KB; nobody sends a tenth of this.
_V2_MAX_BYTES: Final = 4096
MAX_PREFACE_BYTES: Final = _V2_HEAD_BYTES + _V2_MAX_BYTES

_V1_FAMILIES: Final = {"TCP4": 4, "TCP6": 6}
# Version 2 in the high half of byte 13; the command in the low half.
_V2_LOCAL: Final = 0x20
_V2_PROXY: Final = 0x21
# Address family and transport, byte 14: TCP over IPv4 and over IPv6, and how long an address is. Everything
# else is skipped (section 2.2).
_V2_ADDRESS_BYTES: Final = {0x11: 4, 0x21: 16}
_PORT_MAX: Final = 0xFFFF
_PORT: Final = re.compile(r"0|[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preface:
    """A whole preface of `length` bytes. `address` is the client's, "" where the proxy speaks for itself."""

    length: int
    address: str


@dataclass(frozen=True, slots=True)
class Absent:
    """What came is no preface."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A preface has begun, or may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A preface that is none."""

    reason: str


def read(received: bytes) -> Preface | Absent | Incomplete | Malformed:
    """What the first bytes of a connection are. Nothing at all is Incomplete."""
    try:
        if received.startswith(VERSION_1):
            return _version_1(received)
        if received.startswith(VERSION_2):
            return _version_2(received)
    except _NoPreface as error:
        return Malformed(reason=str(error))
    if VERSION_1.startswith(received) or VERSION_2.startswith(received):
        return Incomplete()
    return Absent()


class _NoPreface(Exception):  # noqa: N818 - it never leaves this module
    pass


def _version_1(received: bytes) -> Preface | Incomplete:
    """`PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, or `PROXY UNKNOWN` and anything."""
    end = received.find(b"\r\n", 0, _V1_MAX_BYTES)
    if end < 0:
        if len(received) >= _V1_MAX_BYTES:
            raise _NoPreface(f"a PROXY line longer than {_V1_MAX_BYTES} bytes")
        return Incomplete()
    length = end + 2
    words = received[:end].decode("latin-1").split(" ")
    if words[1] == "UNKNOWN":
        return Preface(length=length, address="")
    family = _V1_FAMILIES.get(words[1])
    if family is None or len(words) != 6:  # PROXY, family, two addresses, two ports
        raise _NoPreface("a PROXY line that names no connection")
    try:
        source, target = ip_address(words[2]), ip_address(words[3])
    except ValueError as error:
        raise _NoPreface("a PROXY line with what is no address") from error
    if source.version != family or target.version != family:
        raise _NoPreface("a PROXY line with an address of another family")
    if not all(_PORT.fullmatch(word) and int(word) <= _PORT_MAX for word in words[4:]):
        raise _NoPreface("a PROXY line with what is no port")
    return Preface(length=length, address=str(unmapped(source)))


def _version_2(received: bytes) -> Preface | Incomplete:
    if len(received) < _V2_HEAD_BYTES:
        return Incomplete()
    command, family, size = struct.unpack_from("!BBH", received, len(VERSION_2))
    if command not in {_V2_LOCAL, _V2_PROXY}:
        raise _NoPreface("a PROXY preface of an unknown version or command")
    if size > _V2_MAX_BYTES:
        raise _NoPreface(f"a PROXY preface longer than {_V2_MAX_BYTES} bytes")
    length = _V2_HEAD_BYTES + size
    if len(received) < length:
        return Incomplete()
    address_bytes = _V2_ADDRESS_BYTES.get(family)
    if command == _V2_LOCAL or address_bytes is None:
        return Preface(length=length, address="")
    if size < 2 * address_bytes + 4:  # two addresses, two ports
        raise _NoPreface("a PROXY preface shorter than its addresses")
    source = received[_V2_HEAD_BYTES : _V2_HEAD_BYTES + address_bytes]
    return Preface(length=length, address=str(unmapped(ip_address(source))))
