"""The listening sockets: bound where the configuration says, or a sentence about why not.

Owns: an address to listen on, and the addresses to open on this machine.
Must not know: what is served there.
"""

import errno
import socket
from dataclasses import dataclass
from typing import Final

from radiocast.model.errors import EnvironmentFault

# Below it a phone's connection that comes while the loop is in a slice would be refused by the kernel.
_LISTEN_BACKLOG: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the station listens, after `--host`, `--port` and `station.yaml` have been heard.

    `where` tells whoever runs the station where the port can be changed.
    """

    host: str
    port: int
    where: str = "with --port or in config/station.yaml under listen: port"


def bind(address: Address) -> socket.socket:
    """The listening socket; on `::` it is IPv6's and IPv4's.

    Raises EnvironmentFault that names host and port when it cannot be had.
    """
    host = address.host.removeprefix("[").removesuffix("]")
    try:
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        raise EnvironmentFault(_unusable(address, error)) from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in host:
            # Else it depends on the machine (net.ipv6.bindv6only) who can hear the station.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, address.port))
        sock.listen(_LISTEN_BACKLOG)
    except OSError as error:
        sock.close()
        raise EnvironmentFault(_unusable(address, error)) from error
    sock.setblocking(False)
    return sock


def base(scheme: str, sock: socket.socket) -> str:
    """The address of a listening socket, to open on this machine."""
    host, port = sock.getsockname()[:2]
    shown = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"


def _unusable(address: Address, error: OSError) -> str:
    if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT} or isinstance(error, socket.gaierror):
        what_to_do = (
            "This machine has no such address: choose one that it has, or 0.0.0.0 for all "
            "(:: with IPv6), with --host or in config/station.yaml under listen: host."
        )
    elif error.errno == errno.EACCES:
        what_to_do = (
            "Ports below 1024 are for the administrator (CAP_NET_BIND_SERVICE; docs/https.md has how): "
            f"choose another one {address.where}."
        )
    else:
        what_to_do = (
            "Another program may have it (perhaps a radiocast that is still running): end that one, "
            f"or choose another port {address.where}."
        )
    return f"port {address.port} on {address.host} cannot be used: {error.strerror or error}. {what_to_do}"
