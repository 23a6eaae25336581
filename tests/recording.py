"""A listener that records the stream at 128 kbit/s: what came when, its sound, which title stood where."""

import socket
import threading
import time

import numpy as np
import numpy.typing as npt

from radiocast.model.units import BLOCK_S, block_bytes
from radiocast.transmitter.icy import IcyDemuxer
from tests.serving import read_response
from tests.studio.sounds import decode

METAINT = block_bytes(128)


class Recording:
    """One listener; `close` ends it."""

    def __init__(self, sock: socket.socket) -> None:
        _, begun = read_response(sock)
        self._sock = sock
        self._data = bytearray(begun)
        self._arrived = [(time.time(), len(begun))]
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                data = self._sock.recv(65536)
            except OSError:
                return
            if not data:
                return
            self._data += data
            self._arrived.append((time.time(), len(self._data)))

    def close(self) -> None:
        self._sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)
        self._sock.close()

    def edge_s(self, at: float) -> float:
        """Which second of the sound had left the transmitter at a time of day."""
        sound, _ = IcyDemuxer(METAINT).feed(bytes(self._data[: max(n for t, n in self._arrived if t <= at)]))
        return len(sound) / METAINT * BLOCK_S

    def sound(self) -> npt.NDArray[np.float64]:
        sound, _ = IcyDemuxer(METAINT).feed(bytes(self._data))
        return decode(sound[: len(sound) // METAINT * METAINT])

    def titles(self) -> list[tuple[float, str]]:
        """Each title and the second of the sound from which on it is shown."""
        _, titles = IcyDemuxer(METAINT).feed(bytes(self._data))
        return [(title.position / METAINT * BLOCK_S, title.title) for title in titles]

    def title_at(self, at_s: float) -> str:
        """The title that is shown at a second of the sound."""
        return next((title for from_s, title in reversed(self.titles()) if from_s <= at_s), "")
