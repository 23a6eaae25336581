import numpy as np
import pytest

from radiocast.model.errors import MediaError, VoiceError
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.voices import colouring
from radiocast.newsroom.voices.colouring import coloured
from radiocast.newsroom.voices.voice import Speech


def burst(
    seconds: float, *, hz: float, rate: int = 22_050, level: float = 9000, pad_s: float = 0.1
) -> Speech:
    """A tone with an attack and a decay, between two silences."""
    at = np.arange(int(seconds * rate)) / rate
    shape = np.minimum(1, np.minimum(at, seconds - at) * 50)
    pad = np.zeros(int(pad_s * rate))
    samples = np.concatenate((pad, np.sin(2 * np.pi * hz * at) * shape * level, pad))
    return Speech(pcm=samples.astype("<i2").tobytes(), rate=rate, voice="fake")


def pcm(result: Pcm | VoiceError) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    assert not isinstance(result, VoiceError), result
    assert result.shape[1] == 1
    return result[:, 0].astype(np.float64)


async def test_a_sentence_sounds_the_same_alone_and_among_others() -> None:
    loud = burst(1.3, hz=3000, level=30_000)
    soft = burst(0.7, hz=400, level=4000)
    together = await coloured([loud, soft, loud, soft, soft])
    (alone,) = await coloured([soft])
    for index in (1, 3, 4):
        one, other = pcm(together[index]), pcm(alone)
        assert len(one) == len(other)
        # -66 dB under full scale, -50 dB under the sentence: what is left of the compressor's memory.
        assert np.max(np.abs(one - other)) <= 12


async def test_lengths_are_kept_at_any_rate_and_silence_is_not() -> None:
    speeches = [
        burst(0.5 + rate / 1e5, hz=500, rate=rate) for rate in (8000, 16_000, 22_050, 24_000, 44_100, 48_000)
    ]
    for speech, result in zip(speeches, await coloured(speeches), strict=True):
        expected = 0.5 + speech.rate / 1e5
        # 10 ms before, 80 ms after; the filters ring a little.
        assert len(pcm(result)) / 48_000 == pytest.approx(expected + 0.09, abs=0.03)


async def test_a_quiet_voice_is_not_taken_for_silence() -> None:
    (quiet,) = await coloured([burst(0.8, hz=300, level=60)])
    assert len(pcm(quiet)) / 48_000 == pytest.approx(0.89, abs=0.03)


async def test_rumble_goes_and_speech_stays() -> None:
    low, mid = await coloured([burst(1.0, hz=25), burst(1.0, hz=700)])
    assert np.abs(pcm(low)).max() < 0.2 * np.abs(pcm(mid)).max()


async def test_silence_is_no_speech() -> None:
    silent, fine = await coloured([Speech(pcm=bytes(4000), rate=8000, voice="fake"), burst(0.5, hz=500)])
    assert isinstance(silent, VoiceError)
    assert len(pcm(fine))


async def test_none_are_none() -> None:
    assert await coloured([]) == []


async def test_a_batch_that_fails_costs_only_the_bad_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    bad = burst(0.25, hz=500)
    real = colouring._through_ffmpeg

    async def through(pcms: list[bytes], rate: int) -> list[Pcm]:
        asked.append(len(pcms))
        if bad.pcm in pcms:
            raise MediaError("out of sorts")
        return await real(pcms, rate)

    monkeypatch.setattr(colouring, "_through_ffmpeg", through)
    first, second, third = await coloured([burst(0.5, hz=300), bad, burst(0.5, hz=600)])
    assert asked == [3, 1, 1, 1]
    assert len(pcm(first))
    assert len(pcm(third))
    assert "cannot be coloured: out of sorts" in str(second)


async def test_long_batches_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colouring, "_BATCH_BYTES", 30_000)
    results = await coloured([burst(0.3, hz=300 + 50 * n) for n in range(7)])
    assert all(len(pcm(result)) for result in results)
