"""The address under which an asker knows us, for links that work where they are opened.

Owns: how it is put together. What is believed of `Host` and of a proxy's word has been decided at reception.
"""

import socket

from aiohttp import web


def public_base(request: web.Request) -> str:
    """`scheme://host[:port]` as the asker sees it."""
    return f"{request.scheme}://{request.host}"


def own_address(sock: socket.socket) -> str:
    """`host:port` of our end of a connection, for who named none that can be believed."""
    name = sock.getsockname()
    if not isinstance(name, tuple):
        return "localhost"
    host, port = str(name[0]).partition("%")[0].removeprefix("::ffff:"), int(name[1])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
