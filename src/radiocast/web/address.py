"""The address under which an asker knows us, for links that work where they are opened.

Owns: what is believed of `Host` and of a proxy's `X-Forwarded-*`.
Must not know: routes. A header is believed only in a form that cannot break out of a playlist, a page
or a header; a proxy's word only when the connection comes from a network that the station trusts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final, Self

from aiohttp import web

from radiocast.model.errors import ConfigurationError, Problem

# A registered name or IPv4 (RFC 3986 section 3.2.2, without percent-encoding; `_` occurs in container
# names), or a bracketed IPv6 address, and a port.
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks whose `X-Forwarded-*` headers count."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """From `listen.trusted_proxies`; raises ConfigurationError with every entry that is no network."""
        networks: list[IPv4Network | IPv6Network] = []
        wrong: list[Problem] = []
        for text in texts:
            try:
                networks.append(ip_network(text.strip(), strict=False))
            except ValueError:
                wrong.append(
                    Problem(
                        file=Path("config/station.yaml"),
                        line=0,
                        column=0,
                        message=f"listen.trusted_proxies: {text!r} is no IP address or network",
                        hint="write e.g. 127.0.0.1 or 10.0.0.0/8",
                    )
                )
        if wrong:
            raise ConfigurationError(tuple(wrong))
        return cls(tuple(networks))

    def __contains__(self, peer: object) -> bool:
        """Whether this peer address (text, as the socket gives it) is one of the proxies."""
        try:
            address = ip_address(str(peer).partition("%")[0])
        except ValueError:
            return False  # a Unix socket has no address, and is nobody's proxy unless it is asked for
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped  # a dual-stack socket shows IPv4 peers so
        return any(address in network for network in self.networks)


def public_base(request: web.Request, proxies: TrustedProxies) -> str:
    """`scheme://host[:port]` as the asker sees it. With no believable Host, the socket's own address."""
    scheme, host = request.scheme, request.headers.get("Host", "")
    if request.remote in proxies:
        # Each proxy of a chain appends its own; the first is what the listener's program said.
        forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
        scheme = forwarded if forwarded in _SCHEMES else scheme
        host = request.headers.get("X-Forwarded-Host", "").partition(",")[0].strip() or host
    if _HOST.fullmatch(host) is None:
        host = _own_address(request)
    return f"{scheme}://{host}"


def _own_address(request: web.Request) -> str:
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if not isinstance(name, tuple):
        return "localhost"
    host, port = str(name[0]).partition("%")[0], int(name[1])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
