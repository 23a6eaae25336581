"""Proxies in front of the station: whose word is believed, and what they say about the one who asks.

Owns: `listen.trusted_proxies`, and reading `X-Forwarded-For`, `-Proto` and `-Host`.
Must not know: sockets. A proxy's word counts only when the connection comes from a network that the station
trusts; any name only in a form that cannot break out of a playlist, a page or a header.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Self

# A registered name or IPv4 (RFC 3986 section 3.2.2, without percent-encoding; `_` occurs in container
# names), or a bracketed IPv6 address, and a port.
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
# An address with a port behind it, as some proxies write: 192.0.2.1:4711, [2001:db8::1]:4711.
_WITH_PORT: Final = re.compile(r"(?:([0-9.]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?", re.ASCII)
_MAPPED: Final = "::ffff:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as far as can be believed. `host` is the authority it asked under, "" where none can."""

    address: str
    secure: bool
    host: str


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks whose word counts."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """From `listen.trusted_proxies`, which has been checked: raises ValueError for what is no network."""
        return cls(tuple(ip_network(text, strict=False) for text in texts))

    def __contains__(self, peer: object) -> bool:
        """Whether this peer address (text, as the socket gives it) is one of the proxies."""
        if not self.networks:
            return False
        address = _address(str(peer))
        # A Unix socket has no address, and is nobody's proxy.
        return address is not None and any(address in network for network in self.networks)

    def asker(self, peer: str, headers: Mapping[str, str], *, secure: bool, authority: str) -> Asker:
        """Who asks by these headers, whose names are lower case, on a connection from `peer`.

        `secure` is whether the connection is; `authority` what the request itself names.
        """
        if peer in self:
            peer = self._forwarded_for(peer, headers.get("x-forwarded-for", ""))
            # Each proxy of a chain appends its own; the first is what the listener's program said.
            scheme = _first(headers.get("x-forwarded-proto", "")).lower()
            secure = scheme == "https" if scheme in {"http", "https"} else secure
            authority = _first(headers.get("x-forwarded-host", "")) or authority
        return Asker(
            address=peer, secure=secure, host=authority if _HOST.fullmatch(authority) is not None else ""
        )

    def _forwarded_for(self, peer: str, forwarded: str) -> str:
        """The nearest address that is none of ours: each proxy appends the one that it was asked from.

        What stands to the left of that is its word alone. Where a proxy of ours wrote what is no address, or
        everybody is trusted, it is the farthest that can be believed.
        """
        believed = peer
        for text in reversed(forwarded.split(",")):
            found = _WITH_PORT.fullmatch(text.strip())
            address = _address((found[1] or found[2]) if found is not None else text.strip())
            if address is None:
                break
            believed = str(address)
            if not any(address in network for network in self.networks):
                break
        return believed


def plain_address(peer: str) -> str:
    """A peer's address as people know it: a socket for both families shows IPv4 as `::ffff:192.0.2.1`."""
    return peer[len(_MAPPED) :] if peer.startswith(_MAPPED) and "." in peer else peer


def unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """As people know it: an IPv4 address in an IPv6 one (RFC 4291 section 2.5.5.2) is that."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return unmapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _first(values: str) -> str:
    return values.partition(",")[0].strip(" \t")
