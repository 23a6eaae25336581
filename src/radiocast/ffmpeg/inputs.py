"""How a media file or a stream is named to ffmpeg, so that its name and content can ask for nothing else."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from radiocast import __version__
from radiocast.model.errors import MediaError

# What a radio stream comes through: crypto is for HLS with encrypted segments, httpproxy for a station
# behind a proxy. No file, no pipe, no raw socket: what the other end sends must not make ffmpeg open one.
_STREAM_PROTOCOLS: Final = "http,https,tcp,tls,crypto,httpproxy"
# What radio streams are made of. Lists that name other places (ffconcat, SDP) are not among them, HLS is.
_STREAM_FORMATS: Final = "mp3,aac,ogg,flac,wav,hls,mpegts,mov,matroska,asf"


def file_input(path: Path, *, start_s: float = 0.0) -> tuple[str, ...]:
    """Arguments that open one local file, from `start_s` on, whatever its name looks like.

    The `file:` prefix keeps a name with a colon or a leading dash from being read as a protocol or an
    option; the whitelist keeps a playlist in a file's clothes (an HLS list named .mp3) from fetching
    addresses. A start inside the file is sample-accurate when the sound is decoded, not copied.
    """
    seek = ("-ss", f"{start_s:.6f}") if start_s > 0 else ()
    return ("-protocol_whitelist", "file", *seek, "-i", f"file:{path}")


def stream_input(url: str, *, timeout_s: float) -> tuple[str, ...]:
    """Arguments that open one remote stream; what sends nothing for `timeout_s` is given up.

    It never connects again by itself: whoever plays it decides about that. Raises MediaError for an
    address that is not http or https.
    """
    if urlsplit(url).scheme.lower() not in {"http", "https"}:
        raise MediaError(f"{shown_url(url)}: a stream is relayed from an http or https address")
    return (
        *("-protocol_whitelist", _STREAM_PROTOCOLS, "-format_whitelist", _STREAM_FORMATS),
        *("-user_agent", f"radiocast/{__version__}", "-rw_timeout", str(round(timeout_s * 1_000_000))),
        # A live stream comes no faster than it plays: half a second is enough to tell what it is.
        *("-analyzeduration", "500000", "-i", url),
    )


def shown_url(url: str) -> str:
    """An address as messages show it: without user, password and query, which may be secrets."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{host}{port}{parts.path}"
