"""Recorded sound: decoded by Debian's ffmpeg, looked at for silence and for the station's tones."""

import subprocess
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
# Blocks of 0.1 s: fine enough to place a tone's start within a block of the stream (0.48 s).
WINDOW = 4800
SILENCE_DBFS = -60.0

Samples = npt.NDArray[np.float32]


def decode(sound: Path) -> tuple[Samples, str]:
    """Mono sound of a file, `(samples,) float32`, and what the decoder complained about."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-v", "error"]
    if sound.suffix == ".wav":
        # Decoded by the player already. One that is stopped may leave the length in the head unset.
        command += ["-ignore_length", "1"]
    else:
        command += ["-err_detect", "crccheck+bitstream+buffer"]
    done = subprocess.run(
        [*command, "-i", str(sound), "-f", "f32le", "-ac", "1", "-ar", str(RATE), "-"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode != 0:
        complaint = f"exit code {done.returncode}: {complaint}"
    return np.frombuffer(done.stdout, dtype="<f4"), complaint


def silences(samples: Samples, *, longer_than_s: float) -> list[tuple[float, float]]:
    """Where the sound is below -60 dBFS for longer than this: `(start, length)`, both in seconds."""
    windows = _windows(samples)
    levels = 20 * np.log10(np.maximum(np.sqrt(np.mean(windows**2, axis=1)), 1e-9))
    found: list[tuple[float, float]] = []
    at = 0
    for quiet, run in groupby((levels < SILENCE_DBFS).tolist()):
        length = len(list(run))
        if quiet and length * WINDOW / RATE > longer_than_s:
            found.append((at * WINDOW / RATE, length * WINDOW / RATE))
        at += length
    return found


def tones(
    samples: Samples, known_hz: tuple[float, ...], *, at_least_s: float = 1.0
) -> list[tuple[float, float]]:
    """Where which of the known pure tones is heard: `(start in seconds, frequency)`, in order.

    A window counts for a tone when four fifths of its energy lie within 3 % of it, so speech never does.
    Equal neighbours are one.
    """
    windows = _windows(samples) * np.hanning(WINDOW).astype(np.float32)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    total = np.maximum(power.sum(axis=1), 1e-12)
    labels = np.zeros(len(windows))
    for tone in known_hz:
        share = power[:, np.abs(hertz - tone) <= max(0.03 * tone, 20)].sum(axis=1) / total
        labels[share >= 0.8] = tone
    heard: list[tuple[float, float]] = []
    at = 0
    for tone, run in groupby(labels.tolist()):
        length = len(list(run))
        long_enough = length * WINDOW / RATE >= at_least_s
        if tone and long_enough and (not heard or heard[-1][1] != tone):
            heard.append((at * WINDOW / RATE, tone))
        at += length
    return heard


def _windows(samples: Samples) -> Samples:
    return samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
