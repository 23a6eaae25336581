"""The station's certificate and its key: read, renewed while the station runs, and watched for its end.

Owns: what TLS we speak, and which certificate newcomers are shown.
Must not know: what is said over it.

A certificate lives for weeks, and whoever renews it (certbot, lego, acme.sh) writes the files anew and need
not tell anybody: the files are looked at again and again. A new pair is used for those who come from then
on; one that cannot be used leaves the one before in use, and says so.
"""

import logging
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.model.errors import ConfigurationError, Problem
from radiocast.reception.secure import SecureSocket

_log = logging.getLogger(__name__)

# How often whoever runs the station should `look`: two calls of stat.
LOOK_EVERY_S: Final = 5.0
# Let's Encrypt's are renewed 30 days before they end; with a week left something is wrong.
EXPIRES_SOON: Final = timedelta(days=7)

_Stamp = tuple[int, int, int, int]


class Certificate:
    """The pair in use. `context` is for servers, and another object after a renewal.

    Raises ConfigurationError when there is no pair to begin with. `look` reads files: it may be called
    in another thread than the rest, by one at a time.
    """

    def __init__(self, cert: Path, key: Path) -> None:
        self.cert, self.key = cert, key
        # Before reading: what is written meanwhile is noticed at the next look.
        self._stamps = self._stamp()
        self.context, self.ends_at = _load(cert, key)
        # Why the files that lie there now are not in use; empty when they are.
        self._renewal = ""

    def begin(self, sock: socket.socket, /) -> SecureSocket:
        """TLS on a connection of which nothing has been read; raises OSError if it is gone, and closes it."""
        return SecureSocket(sock, self.context)

    def look(self) -> None:
        """Take a new pair up if the files are others than before, or were no pair the last time."""
        stamps = self._stamp()
        if stamps == self._stamps and not self._renewal:
            return
        self._stamps = stamps
        try:
            context, ends_at = _load(self.cert, self.key)
        except ConfigurationError as error:
            said = str(error)
            if said != self._renewal:
                _log.warning("the renewed certificate is not used, the one before stays: %s", said)
            self._renewal = said
            return
        # One assignment each: a handshake has either this or that.
        self.context, self.ends_at, self._renewal = context, ends_at, ""
        _log.info("the certificate %s was renewed; it ends on %s", self.cert, _date(ends_at))

    def problems(self, now: datetime) -> tuple[str, ...]:
        """What whoever runs the station should know; empty while all is well. `now` is aware."""
        found: list[str] = []
        if self._renewal:
            found.append(
                f"The renewed certificate is not used, the one before stays, which ends on "
                f"{_date(self.ends_at)}: {self._renewal}"
            )
        if now >= self.ends_at:
            found.append(
                f"The certificate {self.cert} ended on {_date(self.ends_at)}: players and browsers refuse "
                f"https. Renew it; the new one is taken up without a restart."
            )
        elif self.ends_at - now <= EXPIRES_SOON:
            found.append(
                f"The certificate {self.cert} ends on {_date(self.ends_at)}, and is not renewed yet: see "
                f"why its renewal fails. A new one is taken up without a restart."
            )
        return tuple(found)

    def _stamp(self) -> tuple[_Stamp | None, ...]:
        """What changes when a file is written, replaced, or its rights are changed."""
        stamps: list[_Stamp | None] = []
        for file in (self.cert, self.key):
            try:
                found = file.stat()
            except OSError:
                stamps.append(None)
            else:
                stamps.append((found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
        return tuple(stamps)


def _load(cert: Path, key: Path) -> tuple[ssl.SSLContext, datetime]:
    """A context for servers, and when the certificate ends. Raises ConfigurationError."""
    text, key_text = _read(cert), _read(key)
    start = text.find(ssl.PEM_HEADER)
    if start < 0:
        raise _unusable(
            cert,
            message="there is no certificate in it",
            hint="listen.tls.cert is a PEM file with BEGIN CERTIFICATE, e.g. certbot's fullchain.pem",
        )
    if "PRIVATE KEY-----" not in key_text:
        raise _unusable(
            key,
            message="there is no private key in it",
            hint="listen.tls.key is a PEM file with BEGIN PRIVATE KEY, e.g. certbot's privkey.pem",
        )
    if "ENCRYPTED" in key_text:
        raise _unusable(
            key,
            message="the key wants a passphrase, and nobody is there to type one",
            hint="write it without: openssl pkey -in KEY -out NEW",
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Compression tells secrets by its sizes (CRIME); a renegotiation costs us a handshake at a client's word.
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        # The empty passphrase is for a key whose wrapping we did not recognise: the terminal is never asked.
        context.load_cert_chain(cert, key, password=b"")
        last = text.index(ssl.PEM_FOOTER, start) + len(ssl.PEM_FOOTER)
        ends_at = ends(ssl.PEM_cert_to_DER_cert(text[start:last]))
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable(
                key,
                message=f"this key does not belong to the certificate {cert}",
                hint="give the two files that were made together",
            ) from error
        raise _unusable(
            cert,
            message=f"the certificate and {key} cannot be used: {error.reason or error}",
            hint="make sure that both are whole PEM files, and the key at least RSA 2048 or EC P-256",
        ) from error
    except (OSError, ValueError, IndexError) as error:
        raise _unusable(
            cert,
            message=f"the certificate cannot be read: {error}",
            hint="make sure that it is a whole PEM file, the station's own certificate first",
        ) from error
    return context, ends_at


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        raise _unusable(
            file,
            message=f"it cannot be read: {error.strerror or error}",
            hint="name the file itself; a path that does not begin with / is one in the station's folder"
            if missing
            else "the account that runs the station needs the right to read it, and to enter its folders",
        ) from error


def _unusable(file: Path, message: str, hint: str) -> ConfigurationError:
    return ConfigurationError((Problem(file=file, line=0, column=0, message=message, hint=hint),))


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


# DER, as far as it takes to find one date (X.690; the fields are RFC 5280 section 4.1's).
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17


def ends(der: bytes) -> datetime:
    """When a certificate ends (`notAfter`). Raises ValueError or IndexError for what is no certificate."""
    at, _ = _enter(der, 0)  # Certificate
    at, _ = _enter(der, at)  # TBSCertificate
    if der[at] == _VERSION:
        at = _element(der, at)[1]
    for _ in ("serialNumber", "signature", "issuer"):
        at = _element(der, at)[1]
    at, _ = _enter(der, at)  # Validity
    at = _element(der, at)[1]  # notBefore
    start, end = _element(der, at)
    text = der[start:end].decode("ascii")
    if der[at] == _UTC_TIME:
        # Two digits of a year: 50 to 99 are of the last century (RFC 5280 section 4.1.2.5.1).
        text = ("19" if text >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _enter(der: bytes, at: int) -> tuple[int, int]:
    if der[at] != _SEQUENCE:
        raise ValueError("it is no X.509 certificate")
    return _element(der, at)


def _element(der: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at `at` start and end."""
    size, start = der[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(der[at + 2 : start], "big")
    if start + size > len(der):
        raise ValueError("it is cut off")
    return start, start + size
