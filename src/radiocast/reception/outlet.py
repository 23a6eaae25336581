"""The way out to a client, whatever its connection speaks."""

from typing import Protocol


class Outlet(Protocol):
    """A connected, non-blocking way out to a client: a socket, or TLS over one that behaves as one does."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Send what can be sent now; how many bytes. Raises BlockingIOError when that is none."""
        ...

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        """The same, gathered from several pieces."""
        ...

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """An option of the socket."""
        ...

    def fileno(self) -> int:
        """The connection's descriptor, by which the kernel tells who hung up."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...
