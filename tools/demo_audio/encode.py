"""Sound to tagged Opus files by ffmpeg, and the proof that a file is what the script makes."""

import hashlib
import subprocess
from pathlib import Path

import numpy as np

from demo_audio.dsp import RATE, Signal
from radiocast.ffmpeg.binary import ffmpeg_path

LICENCE = "CC0-1.0: made by this repository's own script (the script is GPL-3.0-or-later); use it as you like"


def pcm(x: Signal) -> bytes:
    """16-bit little-endian stereo, rounded; no dither, so that the same samples give the same bytes."""
    return np.clip(np.rint(x * 32767), -32768, 32767).astype("<i2").tobytes()


def fingerprint(x: Signal) -> str:
    """SHA-256 of the PCM that went into the encoder."""
    return hashlib.sha256(pcm(x)).hexdigest()


def write(x: Signal, path: Path, *, kbps: int, tags: dict[str, str]) -> None:
    """Encode `x` to Opus in Ogg. Raises CalledProcessError when ffmpeg fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    everything = tags | {"license": LICENCE, "comment": f"pcm-sha256={fingerprint(x)}"}
    metadata = [word for key, value in everything.items() for word in ("-metadata", f"{key}={value}")]
    subprocess.run(
        [
            ffmpeg_path(), "-nostdin", "-v", "error", "-y",
            "-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0",
            # Constrained, or much of what is soft and tonal here takes half as much again as it is given.
            "-c:a", "libopus", "-b:a", f"{kbps}k", "-vbr", "constrained", "-application", "audio",
            # Without this the stream's serial number is drawn at random.
            "-fflags", "+bitexact", "-flags:a", "+bitexact", *metadata, "-f", "ogg", str(path),
        ],
        input=pcm(x), check=True,
    )  # fmt: skip


def decode(path: Path) -> Signal:
    """A file as stereo float32 at RATE."""
    raw = subprocess.run(
        [
            ffmpeg_path(), "-nostdin", "-v", "error", "-i", str(path),
            "-f", "f32le", "-ar", str(RATE), "-ac", "2", "pipe:1",
        ],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    return np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float32)


def likeness(made: Signal, kept: Signal) -> float:
    """Correlation of a fresh rendering with a kept file's decoded sound; 1 is the same but for the codec."""
    n = min(len(made), len(kept))
    a, b = made[:n].ravel().astype(np.float64), kept[:n].ravel().astype(np.float64)
    return float(np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))
