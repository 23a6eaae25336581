"""The station's name, spoken by espeak-ng out of the espeakng-loader wheel, and sung by a vocoder.

The singing is the old trick of radio jingles: chords shaped by a voice (the Sonovox, the vocoder).
It makes a virtue of a synthetic voice. Only what these jingles need of espeak's C interface is here.
"""

import ctypes

import numpy as np
from numpy.typing import NDArray

from demo_audio.dsp import RATE, Signal, apply_response, bell, butter_high, butter_low, chain, edges
from demo_audio.theory import hertz

_AUDIO_OUTPUT_SYNCHRONOUS = 2  # speak_lib.h: AUDIO_OUTPUT_SYNCHRONOUS
_CHARS_UTF8 = 1
_PARAM_RATE, _PARAM_PITCH, _PARAM_RANGE = 1, 3, 4
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(
    text: str, *, voice: str = "en-gb", words_per_minute: int = 150, pitch: int = 42, lilt: int = 60
) -> Signal:
    """The text as mono speech at RATE, silence trimmed, peak 1. `pitch` and `lilt` are espeak's 0 to 100."""
    import espeakng_loader  # the wheel is in the station's dependencies

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(
        _AUDIO_OUTPUT_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0
    )
    if rate <= 0:
        raise RuntimeError(f"espeak-ng did not start: {rate}")
    pieces: list[NDArray[np.int16]] = []

    def take(wav: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if wav and count:
            pieces.append(np.ctypeslib.as_array(wav, (count,)).copy())
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(voice.encode())
    for parameter, value in ((_PARAM_RATE, words_per_minute), (_PARAM_PITCH, pitch), (_PARAM_RANGE, lilt)):
        library.espeak_SetParameter(parameter, value, 0)
    data = text.encode() + b"\0"
    library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 0, 0, _CHARS_UTF8, None, None)
    library.espeak_Terminate()
    pcm = np.concatenate(pieces).astype(np.float64) / 32768
    heard = np.flatnonzero(np.abs(pcm) > 0.02 * np.abs(pcm).max())
    pcm = pcm[max(0, heard[0] - rate // 50) : heard[-1] + rate // 20]
    return edges(_resample(pcm, rate), 0.005, 0.02)


def _resample(x: NDArray[np.float64], rate: int) -> Signal:
    """To RATE by padding the spectrum; `x` is given silence at both ends, so nothing wraps."""
    quiet = np.zeros(rate // 5)
    x = np.concatenate([quiet, x, quiet])
    n = round(len(x) * RATE / rate)
    spectrum = np.fft.rfft(x)
    wide = np.zeros(n // 2 + 1, complex)
    wide[: len(spectrum)] = spectrum[: len(wide)]
    y = np.fft.irfft(wide, n)[round(0.2 * RATE) - 480 : -round(0.2 * RATE) + 480]
    return (y / np.abs(y).max()).astype(np.float32)


def presenter(dry: Signal) -> Signal:
    """A warmer, closer speaker: rumble out, chest in, the buzz around 3 kHz eased, levels evened."""
    x = apply_response(
        dry,
        chain(
            butter_high(90, 2),
            bell(180, 3, 1.2),
            bell(3200, -3, 1.2),
            bell(6500, -4, 1.0),
            butter_low(7800, 2),
        ),
    )
    level = np.sqrt(np.convolve(x**2, np.ones(2400) / 2400, mode="same")) + 0.02
    return (x / level**0.45 * 0.25).astype(np.float32)


def sung(dry: Signal, chords: list[tuple[float, tuple[int, ...]]]) -> Signal:
    """The words on chords, stereo: `chords` are (second at which it begins, MIDI notes)."""
    n = len(dry)
    carrier = np.zeros((n, 2), np.float32)
    rng = np.random.default_rng(5)
    t = np.arange(n) / RATE
    for k, (start, notes) in enumerate(chords):
        end = chords[k + 1][0] if k + 1 < len(chords) else n / RATE
        gate = np.clip((t - start) / 0.03, 0, 1) * np.clip((end + 0.03 - t) / 0.03, 0, 1)
        for note in notes:
            for side, cents in ((0, -6), (0, 4), (1, -3), (1, 7)):
                hz = hertz(note + cents / 100)
                phase = rng.uniform(0, 2 * np.pi)
                wobble = 2 * np.pi * hz * t + 0.25 * np.sin(2 * np.pi * 5.1 * t + phase)
                for h in range(1, int(7000 / hz)):
                    carrier[:, side] += (gate * np.sin(h * wobble + h * phase) / h**0.7).astype(np.float32)
    carrier += (0.35 * rng.standard_normal((n, 2)) * np.std(carrier)).astype(np.float32)  # for the consonants
    return np.stack([_vocode(dry, carrier[:, side]) for side in (0, 1)], axis=1)


def _vocode(modulator: Signal, carrier: Signal) -> Signal:
    """Give `carrier` the modulator's spectral envelope: 28 bands, half-overlapping frames of 21 ms."""
    size, hop = 1024, 256
    window = np.hanning(size + 1)[:size]
    f = np.fft.rfftfreq(size, 1 / RATE)
    centres = np.geomspace(120, 7500, 28)
    bands = np.exp(-0.5 * (np.log2(np.maximum(f, 20)[None] / centres[:, None]) / 0.16) ** 2)
    m = np.pad(modulator, size)
    c = np.pad(carrier, size)
    out = np.zeros(len(m))
    for start in range(0, len(m) - size, hop):
        a = np.abs(np.fft.rfft(m[start : start + size] * window)) ** 2
        b = np.fft.rfft(c[start : start + size] * window)
        want = np.sqrt(bands @ a)
        have = np.sqrt(bands @ np.abs(b) ** 2) + 1e-3
        shape = (want / have) @ bands / bands.sum(axis=0).clip(1e-3)
        out[start : start + size] += np.fft.irfft(b * shape, size) * window
    out = out[size : size + len(modulator)]
    return (out / (np.abs(out).max() + 1e-9)).astype(np.float32)
