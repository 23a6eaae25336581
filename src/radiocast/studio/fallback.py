"""The sound of last resort, in memory: what the studio plays while nothing else can be played."""

from typing import Final

import numpy as np

from radiocast.assets import STANDBY_SOUND
from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.deck import decode_whole
from radiocast.studio.pcm import Pcm

# A suspended chord around A: neither sad nor expectant.
_CHORD_HZ: Final = (220.0, 330.0, 440.0, 495.0)
_CHORD_S: Final = 8
_CHORD_LEVEL: Final = 0.05


def chord() -> Pcm:
    """A soft chord that swells twice in eight seconds; whole periods, so that it loops without a seam."""
    t = np.arange(_CHORD_S * SAMPLE_RATE) / SAMPLE_RATE
    swell = 0.75 - 0.25 * np.cos(2 * np.pi * t / (_CHORD_S / 2))
    tones = sum(np.sin(2 * np.pi * hz * t) for hz in _CHORD_HZ)
    return np.repeat((_CHORD_LEVEL * swell * tones).astype(np.float32)[:, None], 2, axis=1)


async def standby_pcm() -> Pcm:
    """The built-in standby sound, decoded; the chord where the file is missing or broken."""
    try:
        return await decode_whole(STANDBY_SOUND)
    except MediaError:
        return chord()
