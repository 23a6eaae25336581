"""The doors: listening sockets, and what happens when nobody more can come in.

Owns: accepting, the descriptor that is kept for bad times, and leaving the doors alone for a while.
Must not know: what becomes of those who come in.

A connection that cannot be accepted for want of a descriptor stays in the kernel's queue, and its door
readable: asked again and again, it would take a whole core. So one descriptor is kept in reserve, with which
it is accepted, whoever has to go for it; where even that does not help, the doors are left alone for a while.
"""

import errno
import logging
import os
import select
import socket
from collections.abc import Iterable
from typing import Final

from radiocast.reception.proxies import plain_address

log = logging.getLogger(__name__)

_PAUSE_S: Final = 0.5
_NO_DESCRIPTOR: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
# Not the connection in front that is at fault, but the door.
_BROKEN: Final = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP})


class NoDescriptorError(OSError):
    """Somebody waits at the door, and there is no descriptor or memory for them."""


class BrokenDoorError(OSError):
    """This door does not open any more."""


class Doors:
    """The doors of one lobby, watched by its epoll. The sockets stay the caller's."""

    def __init__(self, doors: Iterable[socket.socket], epoll: select.epoll) -> None:
        self._epoll = epoll
        self._doors = {door.fileno(): door for door in doors}
        self._paused_until_s: float | None = None
        self._spare = _spare()
        for descriptor in self._doors:
            epoll.register(descriptor, select.EPOLLIN)

    def __contains__(self, descriptor: int) -> bool:
        """Whether this is a door's descriptor."""
        return descriptor in self._doors

    @property
    def paused_until_s(self) -> float | None:
        """When `resume` is wanted; None while the doors are open."""
        return self._paused_until_s

    def accept(self, descriptor: int) -> tuple[socket.socket, str]:
        """Let the next one in: a connection that does not block, and its address, "" for a Unix socket.

        Raises BlockingIOError when nobody is there, NoDescriptorError and BrokenDoorError as they say, and
        another OSError when whoever was there has gone (accept(2)): the next one may be.
        """
        door = self._doors[descriptor]
        try:
            sock, address = door.accept()
        except BlockingIOError:
            raise
        except OSError as error:
            if error.errno in _BROKEN:
                raise BrokenDoorError(error.errno, error.strerror) from error
            if error.errno not in _NO_DESCRIPTOR:
                raise
            # It is said even when nobody is there.
            sock, address = self._accept_by_the_last(door, error)
        sock.setblocking(False)
        return sock, plain_address(str(address[0])) if isinstance(address, tuple) else ""

    @property
    def last_is_used(self) -> bool:
        """Whether the descriptor in reserve is in use: then one must be given back, and `keep_one` follow."""
        return self._spare is None

    def keep_one(self) -> None:
        """Have a descriptor in reserve again, if there is one."""
        if self._spare is None:
            self._spare = _spare()

    def _accept_by_the_last(self, door: socket.socket, error: OSError) -> tuple[socket.socket, object]:
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None
            try:
                return door.accept()
            except BlockingIOError:
                self.keep_one()
                raise
            except OSError:
                self.keep_one()
        raise NoDescriptorError(error.errno, error.strerror) from error

    def pause(self, now_s: float, error: OSError) -> None:
        """Leave the doors alone for a moment."""
        if self._paused_until_s is None:
            log.warning("nobody can be let in for %.1f s: %s", _PAUSE_S, error)
            for descriptor in self._doors:
                self._epoll.modify(descriptor, 0)
        self._paused_until_s = now_s + _PAUSE_S

    def resume(self, now_s: float) -> None:
        """Open the doors again if that time has come."""
        if self._paused_until_s is not None and now_s >= self._paused_until_s:
            self._paused_until_s = None
            self.keep_one()
            for descriptor in self._doors:
                self._epoll.modify(descriptor, select.EPOLLIN)

    def close(self) -> None:
        """Give back the reserve."""
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None


def _spare() -> int | None:
    try:
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
