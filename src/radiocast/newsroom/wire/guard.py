"""Which addresses a feed may lead to. Pure: no names are looked up here, nothing is connected.

A feed's address is written by the operator, but redirects, links and names are written by others: they must
not make the station ask its own neighbours. The check is made on the address that is connected to (see
`fetching`), so that no redirect, no odd spelling and no name that changes its address gets around it.
"""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final
from urllib.parse import urlsplit

from radiocast.config.station import FeedConfig

SCHEMES: Final = ("http", "https")

# RFC 6598, a provider's own network behind its address translation: `is_private` does not count it.
_CARRIER: Final = IPv4Network("100.64.0.0/10")
# IPv6 addresses that carry an IPv4 one, which is what is reached: RFC 6052, in the last 32 bits, and
# RFC 3056, in the 32 after the prefix.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_6TO4: Final = IPv6Network("2002::/16")
# Where the IPv4 address stands in these is somebody's own arrangement: RFC 8215, RFC 4380.
_TUNNELS: Final = (IPv6Network("64:ff9b:1::/48"), IPv6Network("2001::/32"))
# RFC 4291 2.5.5.1, deprecated: ::a.b.c.d
_COMPATIBLE: Final = IPv6Network("::/96")


def refusal_of(address: str) -> str:
    """Why a feed may not connect to this IP address, or "": it may.

    Allowed is what is reachable all over the world and one host's: no private, loopback, link-local,
    multicast, reserved, unspecified or carrier-grade address, neither as itself nor inside an IPv6 one.
    """
    try:
        given: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    reached = _reached(given)
    kind = _kind(reached)
    if not kind:
        return ""
    inside = "" if reached == given else f" (it leads to {reached})"
    return f"{given}{inside} is {kind}; private_addresses: true would allow it"


def url_refusal(feed: FeedConfig) -> str:
    """What is wrong with a feed's address as it is written, or "". Nothing is looked up."""
    problem = malformed(feed.url)
    if problem:
        return problem
    host = urlsplit(feed.url).hostname or ""
    if feed.private_addresses:
        return ""
    if host == "localhost" or host.endswith(".localhost"):
        return f"{host} is this machine; private_addresses: true would allow it"
    try:
        ip_address(host)
    except ValueError:
        return ""
    return refusal_of(host)


def malformed(url: str) -> str:
    """Why this is no address that a feed or a page can have, or ""."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f"{shown(url)!r} is no address: {error}"
    if parts.scheme.lower() not in SCHEMES:
        return f"{shown(url)!r} is no address of a feed: it begins with http:// or https://"
    if not parts.hostname or any(character.isspace() for character in url.strip()):
        return (
            f"{shown(url)!r} is no address: it names no host"
            if not parts.hostname
            else (f"{shown(url)!r} is no address: there is a blank in it")
        )
    return ""


def shown(url: str) -> str:
    """An address as it may be shown and logged: without name and password, and not without end."""
    before, sign, after = url.partition("://")
    if sign:
        host, slash, path = after.partition("/")
        url = f"{before}://{host.rpartition('@')[2]}{slash}{path}"
    return url if len(url) <= 200 else url[:200] + "…"


def _reached(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _COMPATIBLE and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _kind(address: IPv4Address | IPv6Address) -> str:
    """What kind of address it is that no feed may have; "" for an ordinary one."""
    if isinstance(address, IPv4Address) and address in _CARRIER:
        return "in a provider's own network"
    if isinstance(address, IPv6Address) and (
        address.is_site_local or any(address in network for network in _TUNNELS)
    ):
        return "in a tunnel's or a site's own network"
    kinds = (
        (address.is_unspecified, "no host's"),
        (address.is_loopback, "this machine"),
        (address.is_link_local, "in this network"),
        (address.is_multicast, "for many hosts"),
        (address.is_reserved, "reserved"),
        (address.is_private or not address.is_global, "private"),
    )
    return next((name for is_it, name in kinds if is_it), "")
