"""The listeners' door: every mount's address, its headers, and who is let in.

Owns: what is said on the wire before the first byte of sound.
Must not know: how sound is sent, or how requests are read; an admitted listener's connection is the
transmitter's.

All of it is HTTP/1.0 with `Connection: close`, which is what Icecast says and every player has been tried
with: old radios, TuneIn and AV receivers break on chunks, and `ICY 200 OK` breaks newer HTTP libraries.
"""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from radiocast import __version__
from radiocast.config.station import Identity
from radiocast.model.audience import Record
from radiocast.model.block import MountSpec
from radiocast.model.units import SAMPLE_RATE, block_bytes
from radiocast.reception.answer import answer, http_date, lines, send, status_line, unavailable
from radiocast.reception.arrival import Arrival
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.transmitter import Transmitter
from radiocast.web.probes import Probes

_ALLOWED: Final = "GET, HEAD, OPTIONS"
# As karlheyes/icecast-kh allows and exposes them; web players read the icy-* of other origins by it.
_CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", _ALLOWED),
    ("Access-Control-Allow-Headers", "Origin, Icy-MetaData, Range, Authorization"),
    (
        "Access-Control-Expose-Headers",
        "Icy-MetaInt, Icy-Br, Icy-Name, Icy-Genre, Icy-Url, Icy-Description, Icy-Pub, Ice-Audio-Info",
    ),
    ("Vary", "Origin"),
)
# A proxy that kept a live stream would play yesterday's; the date is the one that Icecast sends.
_NOT_KEPT: Final = (
    ("Cache-Control", "no-cache, no-store"),
    ("Expires", "Mon, 26 Jul 1997 05:00:00 GMT"),
    ("Pragma", "no-cache"),
)
# How long a browser may remember what OPTIONS told it; more than this none does.
_PREFLIGHT_S: Final = 86_400

# What those are told who may not listen.
SENTENCES: Final[Mapping[Refusal, str]] = {
    Refusal.UNKNOWN_MOUNT: "There is no stream at this address.",
    Refusal.FULL: "Every place at this station is taken.",
    Refusal.MOUNT_FULL: "Every place at this stream is taken.",
    Refusal.ADDRESS_FULL: "As many listen from your address already as this station allows.",
    Refusal.CLOSING: "The station is closing down.",
}


class Head:
    """A mount's response header, which all who come in one second get as the same bytes."""

    def __init__(self, spec: MountSpec, identity: Identity, *, titled: bool) -> None:
        self._first = status_line(HTTPStatus.OK) + lines([("Server", f"radiocast/{__version__}")])
        rest = [
            ("Connection", "close"),
            ("Content-Type", "audio/mpeg"),
            *_NOT_KEPT,
            *_CORS,
            ("icy-br", str(spec.bitrate_kbps)),
            (
                "ice-audio-info",
                f"channels={spec.channels};samplerate={SAMPLE_RATE};bitrate={spec.bitrate_kbps}",
            ),
            ("icy-name", identity.name),
            ("icy-description", identity.slogan),
            ("icy-genre", identity.genre),
            ("icy-url", identity.url),
            # 0: a server that relays us shall not list us in a public directory without being told to.
            ("icy-pub", "0"),
        ]
        if titled:
            rest.append(("icy-metaint", str(block_bytes(spec.bitrate_kbps))))
        self._rest = lines(rest) + b"\r\n"
        self._date = ""
        self._now = b""

    def now(self) -> bytes:
        """The header as it is said now, up to and with the empty line."""
        date = http_date()
        if date != self._date:
            self._date = date
            self._now = self._first + lines([("Date", date)]) + self._rest
        return self._now


class Door:
    """Every mount's door. `record` is told of what is answered and not listened to."""

    def __init__(
        self, transmitter: Transmitter, identity: Identity, *, record: Callable[[Record], None]
    ) -> None:
        self._transmitter = transmitter
        self._record = record
        self._probes = Probes()
        # Without titles in the sound, and with them.
        self._heads = {
            spec.path: (Head(spec, identity, titled=False), Head(spec, identity, titled=True))
            for spec in transmitter.mounts
        }

    def receive(self, arrival: Arrival) -> bool:
        """Whether a mount was asked for. Then it is dealt with: it listens, or is answered and closed."""
        heads = self._heads.get(arrival.request.path)
        if heads is None:
            return False
        titled = _wants_titles(arrival)
        match arrival.request.method:
            case "GET":
                self._listen(arrival, heads[titled], titled=titled)
            case "HEAD":
                self._answer(arrival, HTTPStatus.OK, heads[titled].now())
            case "OPTIONS":
                fields = (*_CORS, ("Allow", _ALLOWED), ("Access-Control-Max-Age", str(_PREFLIGHT_S)))
                self._answer(arrival, HTTPStatus.NO_CONTENT, answer(HTTPStatus.NO_CONTENT, fields))
            case _:
                # What follows (a source's sound, an upload) is nobody's.
                status = HTTPStatus.METHOD_NOT_ALLOWED
                text = "A stream is listened to: use GET.\n"
                self._answer(arrival, status, answer(status, (*_CORS, ("Allow", _ALLOWED)), text))
        return True

    def _listen(self, arrival: Arrival, head: Head, *, titled: bool) -> None:
        """Let a listener in.

        A range of a stream is the stream: iOS, when it gets the two bytes that it asks for first, goes on to
        ask for no titles.
        """
        now_s = time.monotonic()
        probe = self._probes.followed(arrival, now_s=now_s)
        if probe is not None:
            self._transmitter.replace(probe)
        admitted = self._transmitter.admit(
            arrival.way_out, arrival.request.path, icy=titled, head=head.now(), asked=arrival.asked
        )
        if isinstance(admitted, Refusal):
            refusal = unavailable(SENTENCES[admitted], _CORS)
            self._answer(arrival, HTTPStatus.SERVICE_UNAVAILABLE, refusal)
        else:
            self._probes.probed(arrival, admitted.number, now_s=now_s)

    def _answer(self, arrival: Arrival, status: HTTPStatus, data: bytes) -> None:
        self._record(send(arrival, status, data))


def _wants_titles(arrival: Arrival) -> bool:
    # Some proxies say it twice.
    return arrival.request.headers.get("icy-metadata", "").partition(",")[0].strip() == "1"
