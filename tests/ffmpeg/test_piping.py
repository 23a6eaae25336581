"""Sound through one ffmpeg in one go."""

import threading
from collections.abc import Iterator

import pytest

from radiocast.ffmpeg.piping import piped
from radiocast.model.errors import MediaError

# Both ways as it is.
AS_IT_IS = ("-f", "s16le", "-ar", "48000", "-ac", "1", "-i", "pipe:0", "-f", "s16le", "pipe:1")
SOUND = bytes(range(256)) * 4000
MINUTE = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "60", "-f", "s16le", "pipe:1")
ENDLESS = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-f", "null", "-")


async def test_what_goes_in_comes_out() -> None:
    output, _ = await piped(AS_IT_IS, SOUND, timeout_s=60)
    assert output == SOUND


async def test_pieces_are_made_beside_the_loop_and_go_in_in_order() -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(SOUND), 100_000):
            made.append(threading.get_ident())
            yield SOUND[start : start + 100_000]

    output, _ = await piped(AS_IT_IS, pieces(), timeout_s=60)
    assert output == SOUND
    assert threading.get_ident() not in made


async def test_without_anything_to_go_in() -> None:
    output, _ = await piped(MINUTE, None, timeout_s=60)
    assert len(output) == 60 * 48_000 * 2


async def test_what_filters_measure_is_told() -> None:
    measure = (*AS_IT_IS[:8], "-af", "volumedetect", "-f", "null", "-")
    assert "mean_volume" in (await piped(measure, SOUND, timeout_s=60, told=True))[1]
    assert "mean_volume" not in (await piped(measure, SOUND, timeout_s=60))[1]


async def test_the_reason_is_ffmpegs_own() -> None:
    with pytest.raises(MediaError, match="No such file"):
        await piped(("-i", "/nowhere/at-all.wav", "-f", "null", "-"), None, timeout_s=60)


@pytest.mark.parametrize("size_bytes", [50_000, len(SOUND) * 3])
async def test_a_full_disk_is_a_failure_whatever_the_exit_code(size_bytes: int) -> None:
    """Regression: with the disk full at the end alone ffmpeg ended with 0, and half a bulletin was aired."""
    into = (*AS_IT_IS[:8], "-c:a", "flac", "-f", "flac", "-y", "file:/dev/full")
    with pytest.raises(MediaError, match="No space left on device"):
        await piped(into, (SOUND * 3)[:size_bytes], timeout_s=60)


async def test_a_piece_that_cannot_be_made_ends_it() -> None:
    class _PieceError(Exception):
        pass

    def pieces() -> Iterator[bytes]:
        yield SOUND
        raise _PieceError

    with pytest.raises(ExceptionGroup) as raised:
        await piped(AS_IT_IS, pieces(), timeout_s=60)
    assert raised.group_contains(_PieceError)


async def test_it_is_not_waited_for_for_ever() -> None:
    with pytest.raises(MediaError, match=r"longer than 0\.2 s"):
        await piped(ENDLESS, None, timeout_s=0.2)
