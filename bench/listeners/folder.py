"""The folder of the station that is measured: noise under names, and a hard start every minute.

Noise, because no two blocks of it are the same, so that every listener's place in it is found.
"""

import subprocess
from pathlib import Path
from typing import Final

from radiocast.ffmpeg.binary import ffmpeg_path

MOUNT: Final = "/live.mp3"
BITRATE_KBPS: Final = 128
BURST_S: Final = 6.0
TRACKS: Final = (
    "Żółw - Zażółć gęślą jaźń",
    "Café - Mañana",
    "Ada - Five; six",
    "Bo - Rain",
    "Cy - Sea",
    "Di - 7",
)
_TRACK_S: Final = 20
_PIP_S: Final = 2

_SCHEDULE: Final = """\
carts:
  pip: {{kind: ident, cuts: [{{file: jingles/pip.flac}}]}}
rotations:
  noise: {{files: "music/**"}}
clocks:
  hour:
{minutes}
grid: {{default: hour}}
sustainer: rotation/noise
"""
_MINUTE: Final = """\
    - {{at: "{minute:02}:00", start: hard, play: cart/pip}}
    - {{fill: rotation/noise, until: "{next:02}:00"}}"""


def write_station(
    root: Path,
    *,
    max_listeners: int,
    workers: int = 0,
    slow_listener: str = "drop",
    burst_s: float = BURST_S,
    certificate: tuple[Path, Path] | None = None,
) -> None:
    """Make it. Raises EnvironmentFault without ffmpeg."""
    for folder in ("config", "media/music", "media/jingles"):
        (root / folder).mkdir(parents=True)
    tls = "tls: {{cert: {}, key: {}}}, ".format(*certificate) if certificate else ""
    (root / "config/station.yaml").write_text(
        "station: {name: Bench FM}\n"
        f"listen: {{{tls}host: 127.0.0.1, max_listeners: {max_listeners}, workers: {workers}, "
        f"burst: {burst_s:g}s, slow_listener: {slow_listener}}}\n"
        f"mounts: [{{path: {MOUNT}, bitrate: {BITRATE_KBPS}k}}]\n"
        "newsroom: {publish: false}\n",
        encoding="utf-8",
    )
    minutes = "\n".join(_MINUTE.format(minute=minute, next=minute + 1) for minute in range(60))
    (root / "config/schedule.yaml").write_text(_SCHEDULE.format(minutes=minutes), encoding="utf-8")
    for number, name in enumerate(TRACKS):
        artist, _, title = name.partition(" - ")
        tags = ("-metadata", f"artist={artist}", "-metadata", f"title={title}")
        _make(root / f"media/music/{number}.flac", seconds=_TRACK_S, seed=number, tags=tags)
    _make(root / "media/jingles/pip.flac", seconds=_PIP_S, seed=99, tags=("-metadata", "title=Pip"))


def _make(file: Path, *, seconds: int, seed: int, tags: tuple[str, ...]) -> None:
    noise = f"anoisesrc=color=pink:seed={seed}:amplitude=0.4:sample_rate=48000:duration={seconds}"
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-nostdin",
        "-f",
        "lavfi",
        "-i",
        noise,
        "-ac",
        "2",
        *tags,
        str(file),
    ]
    subprocess.run(command, check=True, timeout=60)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own making and its key. Raises OSError without the openssl program."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    # EC P-256 is what most certificates of today have.
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost")
    command = ["openssl", "req", "-x509", *kind, "-days", "2", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, timeout=30, capture_output=True)
    return cert, key
