"""Sound through ffmpeg: what goes in comes out, and what cannot be written is said."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.errors import MediaError
from radiocast.newsroom.production.decoded import decode_once
from radiocast.newsroom.production.decoding import decode, encode_flac
from radiocast.newsroom.production.sound import Pcm
from tests.newsroom.rooms import write_wav
from tests.newsroom.sounds import decoded, speech_like


def windows(pcm: Pcm, frames: int) -> Iterator[Pcm]:
    return (pcm[start : start + frames] for start in range(0, len(pcm), frames))


async def test_what_comes_window_by_window_is_whole_in_the_file(tmp_path: Path) -> None:
    pcm = np.repeat(speech_like(3.0, 1), 2, axis=1)
    await encode_flac(windows(pcm, 48_000), tmp_path / "sound.flac")
    assert np.array_equal(decoded(tmp_path / "sound.flac", channels=2) * 32768, pcm)


async def test_what_cannot_be_written_is_a_media_error(tmp_path: Path) -> None:
    """Regression: ffmpeg that ends at once while windows are still coming."""
    pcm = np.zeros((48_000, 2), np.int16)
    endless = (pcm for _ in range(10_000))
    with pytest.raises(MediaError, match="No such file"):
        await encode_flac(endless, tmp_path / "nowhere" / "sound.flac")


async def test_what_fails_while_it_is_mixed_is_not_swallowed(tmp_path: Path) -> None:
    def broken() -> Iterator[Pcm]:
        yield np.zeros((48_000, 2), np.int16)
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as error:
        await encode_flac(broken(), tmp_path / "sound.flac")
    assert error.group_contains(ZeroDivisionError)


async def test_a_file_is_decoded_once(tmp_path: Path) -> None:
    write_wav(tmp_path / "bed.wav", 2.0, 150)
    folder = tmp_path / "kept"
    first = await decode_once(tmp_path / "bed.wav", folder, at_most_s=30)
    (kept,) = folder.iterdir()
    stamp = kept.stat().st_ino
    again = await decode_once(tmp_path / "bed.wav", folder, at_most_s=30)
    plain = await decode(tmp_path / "bed.wav", at_most_s=30)
    assert np.array_equal(first.pcm, again.pcm)
    assert np.array_equal(first.pcm, plain.pcm)
    assert first.loudness_lufs == again.loudness_lufs == plain.loudness_lufs
    assert kept.stat().st_ino == stamp
    short = await decode_once(tmp_path / "bed.wav", folder, at_most_s=1)
    assert len(short.pcm) == 48_000


async def test_only_the_last_few_are_kept(tmp_path: Path) -> None:
    for number in range(8):
        write_wav(tmp_path / f"{number}.wav", 0.5, 150)
        await decode_once(tmp_path / f"{number}.wav", tmp_path / "kept", at_most_s=30)
    assert len(list((tmp_path / "kept").iterdir())) == 6


async def test_where_nothing_can_be_kept_it_is_decoded_each_time(tmp_path: Path) -> None:
    write_wav(tmp_path / "bed.wav", 0.5, 150)
    (tmp_path / "kept").write_text("no folder", "utf-8")
    for _ in range(2):
        assert len((await decode_once(tmp_path / "bed.wav", tmp_path / "kept", at_most_s=30)).pcm) == 24_000
    with pytest.raises(MediaError, match="no such file"):
        await decode_once(tmp_path / "none.wav", tmp_path / "kept", at_most_s=30)
