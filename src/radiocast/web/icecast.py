"""`/status-json.xsl` in the shape of Icecast 2.4.4, for everything that already reads Icecast.

Owns: that shape, without its defects (a title `1979` stays text, any title gives valid JSON, https
behind a proxy shows in `listenurl`).
Must not know: requests; it is a view of the status document.
"""

import json
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from radiocast.model.units import SAMPLE_RATE
from radiocast.web.status_model import MountShape, StatusDocument

# strftime's %F T%T%z, as Icecast writes it: an offset without a colon.
_ISO: Final = "%Y-%m-%dT%H:%M:%S%z"


def status_json(document: StatusDocument, base: str) -> str:
    """The JSON text, in ASCII. `source` is absent, an object or an array for 0, 1 or more mounts."""
    stats: dict[str, object] = {
        "admin": "",
        "host": urlsplit(base).hostname or "",
        "location": "",
        "server_id": f"radiocast {document.version}",
        "server_start": _rfc2822(document.started_at),
        "server_start_iso8601": document.started_at.strftime(_ISO),
    }
    sources = [_source(mount, document) for mount in document.mounts]
    if sources:
        stats["source"] = sources[0] if len(sources) == 1 else sources
    return json.dumps({"icestats": stats})


def _source(mount: MountShape, document: StatusDocument) -> dict[str, object]:
    return {
        "audio_info": f"channels={mount.channels};samplerate={SAMPLE_RATE};bitrate={mount.bitrate_kbps}",
        "bitrate": mount.bitrate_kbps,
        "channels": mount.channels,
        "genre": document.station.genre,
        "ice-bitrate": mount.bitrate_kbps,
        "listener_peak": mount.peak,
        "listeners": mount.listeners,
        "listenurl": mount.url,
        "samplerate": SAMPLE_RATE,
        "server_description": document.station.slogan,
        "server_name": document.station.name,
        "server_type": "audio/mpeg",
        "server_url": document.station.url,
        "stream_start": _rfc2822(document.started_at),
        "stream_start_iso8601": document.started_at.strftime(_ISO),
        "title": mount.stream_title,
        "dummy": None,
    }


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment)
