"""A TLS client whose every byte a test lets through, and the pairs of certificate and key that are kept here.

`first` and `second` are valid until 2120 and 2130; `ended`, with the key of `first`, ended in 2024.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from radiocast.reception.certificate import Certificate
from radiocast.reception.secure import RECORD_BYTES, SecureSocket

PAIRS = Path(__file__).parent / "certificates"


def certificate(name: str = "first") -> Certificate:
    return Certificate(PAIRS / f"{name}.crt", PAIRS / f"{name}.key")


def trusting(*names: str) -> ssl.SSLContext:
    """A client's context that believes these certificates and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A connection that is cut is no end of what was sent; Debian 12's Python would take it for one.
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    # They are signed by themselves, and by no authority.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for name in names or ("first",):
        context.load_verify_locations(PAIRS / f"{name}.crt")
    return context


def pair(buffer_bytes: int | None = None) -> tuple[socket.socket, socket.socket]:
    """The server's and the client's end; small buffers where asked, so that records are torn."""
    server, client = socket.socketpair()
    if buffer_bytes is not None:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_bytes)
    return server, client


class TlsClient:
    """TLS on a non-blocking connected socket, from the other side. `heard` is all that was decrypted."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext | None = None) -> None:
        self.sock = sock
        sock.setblocking(False)
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = (context or trusting()).wrap_bio(self._came, self._goes, server_hostname="localhost")
        self.heard = bytearray()
        self.ended = False

    def step(self) -> bool:
        """Go on with the handshake; whether it is done."""
        self._take(1 << 20)
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._give()
        return True

    def send(self, data: bytes) -> None:
        """Encrypt and send, in one piece."""
        self.tls.write(data)
        self._give()

    def hang_up(self) -> None:
        """Say that nothing more will be sent, and send nothing more."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self._give()
        self.sock.shutdown(socket.SHUT_WR)

    def read(self, encrypted_bytes: int = 1 << 24) -> bytes:
        """What has come since the last time, taking so many encrypted bytes at most from the kernel."""
        start = len(self.heard)
        self._take(encrypted_bytes)
        try:
            while data := self.tls.read(RECORD_BYTES):
                self.heard += data
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:  # what `read` says of the end once this side has ended
            self.ended = True
        except ssl.SSLError as error:
            if (
                error.reason == "UNEXPECTED_EOF_WHILE_READING"
            ):  # which Python 3.11.2 has no name of its own for
                raise ssl.SSLEOFError(*error.args) from error
            raise
        return bytes(self.heard[start:])

    def close(self) -> None:
        self.sock.close()

    def _take(self, size: int) -> None:
        while size > 0:
            try:
                data = self.sock.recv(min(size, 1 << 16))
            except BlockingIOError:
                return
            except ConnectionResetError:
                self.ended = True
                return
            if not data:
                self._came.write_eof()
                return
            size -= len(data)
            self._came.write(data)

    def _give(self) -> None:
        data = self._goes.read()
        if data:
            assert self.sock.send(data) == len(data)


def shake_hands(server: SecureSocket, client: TlsClient) -> None:
    """Both sides' handshake, to its end. Raises OSError where the server's does."""
    server_done = client_done = False
    # A handshake takes a few flights; on one machine each has arrived when it has been sent.
    for _ in range(20):
        with contextlib.suppress(BlockingIOError):
            server.do_handshake()
            server_done = True
        client_done = client_done or client.step()
        if server_done and client_done:
            return
    raise AssertionError("the handshake does not end")


def drain(server: SecureSocket, client: TlsClient) -> None:
    """Let the client read until it has all that counts as sent."""
    for _ in range(1_000):
        client.read()
        with contextlib.suppress(BlockingIOError):
            server.flush()
            client.read()
            return
    raise AssertionError("neither side moves")


@contextlib.contextmanager
def joined(
    ends: tuple[socket.socket, socket.socket],
    context: ssl.SSLContext | None = None,
    shown: Certificate | None = None,
) -> Iterator[tuple[SecureSocket, TlsClient]]:
    """TLS on both ends of a connection, the server's and the client's; both are closed in the end."""
    server, client = ends
    server.setblocking(False)
    secure = (shown or certificate()).begin(server)
    with contextlib.closing(secure), contextlib.closing(TlsClient(client, context)) as other:
        shake_hands(secure, other)
        yield secure, other
