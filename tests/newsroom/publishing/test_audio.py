"""The sound of what is published."""

import numpy as np
import pytest

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.loudness import hop_energies, integrated_lufs
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.publishing.audio import levelled
from tests.newsroom.sounds import speech_like

TARGET_LUFS = -18.0


def _loudness(pcm: Pcm) -> float | None:
    return integrated_lufs(hop_energies(pcm))


def _spiky() -> Pcm:
    """Softly spoken, with a loud crack twice a second: at -18 LUFS most of them are over the limit."""
    seconds = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    wave = 800 * np.sin(2 * np.pi * 500 * seconds)
    wave[(seconds % 0.5) < 0.003] *= 20
    return np.asarray(np.rint(wave)[:, None], np.int16)


@pytest.mark.parametrize("pcm", [speech_like(12, 1), _spiky()], ids=["speech", "spiky"])
def test_it_is_as_loud_as_asked_whatever_the_limiter_takes_away(pcm: Pcm) -> None:
    level = levelled(pcm, TARGET_LUFS, -1.0)
    assert _loudness(level) == pytest.approx(TARGET_LUFS, abs=0.15)
    assert np.abs(level).max() <= 32768 * 10 ** (-2 / 20) + 1


def test_silence_stays_silence() -> None:
    silence = np.zeros((SAMPLE_RATE, 1), np.int16)
    assert not levelled(silence, TARGET_LUFS, -1.0).any()
