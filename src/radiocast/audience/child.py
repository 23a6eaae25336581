"""The recording process: `python -m radiocast.audience.child KEEPING RUN`, its line on stdin.

Reads the transmitter's batches and writes them down; below the air in everything the kernel decides. A
batch stays in the line until it is written: killed at any moment, what it had not written is there for the
next one. It ends when the transmitter does, or at SIGTERM, and first writes down all that is in the line.
"""

import contextlib
import json
import logging
import select
import signal
import socket
import sqlite3
import sys
import time
from typing import Final

from radiocast.audience.clerk import HEARTBEAT_S, Clerk
from radiocast.audience.keeping import from_text
from radiocast.audience.outbox import MAX_PACKET_BYTES
from radiocast.children.child import die_with_parent, make_way
from radiocast.memory import keep_memory_small

_NICENESS: Final = 10
# Between two portions of what is too old: a station that kept ten million sessions forgets them in an hour.
_SOON_S: Final = 0.5


def main() -> int:
    """Record until the transmitter is gone or a signal comes: 0. It cannot be done now: 1."""
    # Also when the signal comes before everything is set up: the handler only writes into this pair.
    told, teller = socket.socketpair()
    teller.setblocking(False)
    signal.set_wakeup_fd(teller.fileno())
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the transmitter, which closes the line
    die_with_parent()
    keep_memory_small()
    make_way(_NICENESS)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    with socket.socket(fileno=sys.stdin.fileno()) as line, told, teller:
        line.setblocking(False)
        keeping = from_text(sys.argv[1])
        try:
            clerk = Clerk(keeping, run=sys.argv[2])
        except sqlite3.OperationalError as error:
            # What is in the line waits for the next attempt.
            logging.error("%s cannot be had now: %s", keeping.sessions, error)  # noqa: TRY400, LOG015
            return 1
        gone = False
        try:
            gone = _serve(clerk, line, told)
        finally:
            clerk.close(station_gone=gone)
            signal.set_wakeup_fd(-1)
    return 0


def _serve(clerk: Clerk, line: socket.socket, told: socket.socket) -> bool:
    """Until the transmitter is gone (True) or a signal wants it (False)."""
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    waiting.register(told, select.POLLIN)
    due_s = time.monotonic()
    said = ""
    while True:
        if time.monotonic() >= due_s:
            due_s = time.monotonic() + (_SOON_S if clerk.tend() else HEARTBEAT_S)
        said = _report(clerk, line, said)
        ready = {number for number, _ in waiting.poll(max(0.0, due_s - time.monotonic()) * 1000)}
        if told.fileno() in ready:
            return _take_all(clerk, line)
        if line.fileno() in ready and _take_one(clerk, line) is None:
            return True


def _take_all(clerk: Clerk, line: socket.socket) -> bool:
    """What is in the line now; whether its other end is closed."""
    while (taken := _take_one(clerk, line)) is not None:
        if not taken:
            return False
    return True


def _take_one(clerk: Clerk, line: socket.socket) -> bool | None:
    """Write the next batch down, and only then take it; False: there is none now; None: no more will come."""
    try:
        packet = line.recv(MAX_PACKET_BYTES, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return None
    if not packet:
        return None
    clerk.take(packet)
    line.recv(1)  # the rest of a packet goes with it
    return True


def _report(clerk: Clerk, line: socket.socket, said: str) -> str:
    """Tell the transmitter how things stand, where that is another than before; what was said."""
    saying = json.dumps({"lost": clerk.lost, "problems": clerk.problems})
    if saying != said:
        with contextlib.suppress(OSError):  # it does not listen now: it will be told next time
            line.send(saying.encode("ascii"))
            return saying
    return said


if __name__ == "__main__":
    sys.exit(main())
