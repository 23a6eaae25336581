"""The source client of Icecast: takes a mount of ours with its titles, and gives Icecast the same stream."""

import base64
import contextlib
import socket
import threading
import urllib.parse
from types import TracebackType
from typing import Final, Self

from bench.listeners.building import BenchError
from radiocast.transmitter.icy import IcyDemuxer

_TIMEOUT_S: Final = 10.0
_CREDENTIALS: Final = base64.b64encode(b"source:bench").decode()


class Relay:
    """Runs in a thread for the length of a block; `failed` says why it ended before, if it did."""

    def __init__(self, *, source_port: int, source_path: str, port: int, path: str) -> None:
        self._source = (source_port, source_path)
        self._port, self._path = port, path
        self._sockets: list[socket.socket] = []
        self._ending = False
        self.failed = ""
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(_TIMEOUT_S)
        for sock in self._sockets:
            sock.close()

    def _connect(self, port: int) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S)
        self._sockets.append(sock)
        return sock

    def _run(self) -> None:
        try:
            self._relay()
        except (OSError, BenchError) as error:
            if not self._ending:
                self.failed = str(error) or type(error).__name__

    def _relay(self) -> None:
        source, sink = self._connect(self._source[0]), self._connect(self._port)
        sink.sendall(
            f"PUT {self._path} HTTP/1.0\r\nAuthorization: Basic {_CREDENTIALS}\r\n"
            "Content-Type: audio/mpeg\r\nice-name: bench\r\nice-bitrate: 128\r\n\r\n".encode()
        )
        answer = _head(sink)[0]
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            raise BenchError(f"Icecast takes no source: {answer!r}")
        source.sendall(f"GET {self._source[1]} HTTP/1.0\r\nIcy-MetaData: 1\r\n\r\n".encode())
        head, data = _head(source)
        metaint = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"icy-metaint:")
        )
        demuxer = IcyDemuxer(metaint)
        while data:
            sound, titles = demuxer.feed(data)
            sink.sendall(sound)
            for title in titles:
                self._announce(title.title)
            data = source.recv(65536)
        raise BenchError("the station ended the stream that Icecast was fed with")

    def _announce(self, title: str) -> None:
        query = urllib.parse.urlencode(
            {"mount": self._path, "mode": "updinfo", "charset": "UTF-8", "song": title}
        )
        with socket.create_connection(("127.0.0.1", self._port), timeout=_TIMEOUT_S) as sock:
            sock.sendall(
                f"GET /admin/metadata?{query} HTTP/1.0\r\n"
                f"Authorization: Basic {_CREDENTIALS}\r\n\r\n".encode()
            )
            sock.recv(4096)


def _head(sock: socket.socket) -> tuple[bytes, bytes]:
    """A response's header, and what came behind it already."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(4096)
        if not piece:
            raise BenchError(f"no answer but {data!r}")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest
