"""Our loudness against ffmpeg's ebur128, which measures sample by sample."""

from pathlib import Path

import numpy as np
import pytest

from radiocast.newsroom.production.loudness import hop_energies, integrated_lufs
from radiocast.newsroom.production.sound import Pcm
from tests.newsroom.production.test_sound import tone
from tests.newsroom.sounds import loudness, speech_like, written


def _gappy() -> Pcm:
    """Speech with pauses, one half softer by more than the gate: it does not count."""
    silence = np.zeros((24000, 1), np.int16)
    loud, soft = speech_like(6, 1, level=0.12), speech_like(6, 2, level=0.01)
    return np.concatenate([loud, silence, speech_like(4, 3, level=0.08), silence, soft])


@pytest.mark.parametrize(
    "pcm",
    [
        tone(5, level=0.1, hz=1000),
        tone(5, level=0.1, hz=60),
        tone(5, level=0.1, hz=6000),
        speech_like(10, 4),
        _gappy(),
    ],
    ids=["1 kHz", "60 Hz", "6 kHz", "speech", "speech with pauses"],
)
def test_it_is_what_the_meter_says(pcm: Pcm, tmp_path: Path) -> None:
    stereo = written(np.repeat(pcm, 2, axis=1), tmp_path / "sound.wav")
    assert integrated_lufs(hop_energies(pcm)) == pytest.approx(loudness(stereo)[0], abs=0.15)


def test_what_is_too_short_or_too_soft_has_none() -> None:
    assert integrated_lufs(hop_energies(tone(0.35))) is None
    assert integrated_lufs(hop_energies(np.zeros((48000, 1), np.int16))) is None
