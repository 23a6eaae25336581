from pathlib import Path

import pytest

from radiocast.model.errors import MediaError
from radiocast.model.units import FRAMES_PER_BLOCK, block_bytes, frame_bytes
from radiocast.transmitter import frames
from radiocast.transmitter.emergency import Emergency
from tests.transmitter.sound import LIVE, LOW, block_sound

MOUNTS = (LIVE, LOW)


def loop(spec_frames: int) -> Emergency:
    files = [
        (block_sound(spec, 0) + block_sound(spec, 1))[: spec_frames * frame_bytes(spec.bitrate_kbps)]
        for spec in MOUNTS
    ]
    return Emergency.from_bytes(MOUNTS, files, title="Standby")


@pytest.mark.parametrize("count", [1, 3, 20, 33])
def test_the_loop_goes_round_without_losing_or_repeating_a_frame(count: int) -> None:
    emergency = loop(count)
    for at, spec in enumerate(MOUNTS):
        size = frame_bytes(spec.bitrate_kbps)
        played = b"".join(emergency.block(number)[at] for number in range(7))
        assert len(played) == 7 * block_bytes(spec.bitrate_kbps)
        frames.check(played, bitrate_kbps=spec.bitrate_kbps, channels=spec.channels)
        one = emergency.loops[at]
        assert [played[start : start + size] for start in range(0, len(played), size)] == [
            one[frame % count * size : (frame % count + 1) * size] for frame in range(7 * FRAMES_PER_BLOCK)
        ]


def test_silence_is_there_without_any_file() -> None:
    emergency = Emergency.silent(MOUNTS, title="Newsline")
    assert [len(sound) for sound in emergency.block(5)] == [7680, 2880]
    assert emergency.level_dbfs == -120.0


def test_files_that_cannot_go_on_the_air_are_refused_by_mount(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"/low\.mp3.*bit rate"):
        Emergency.from_bytes(MOUNTS, [block_sound(LIVE, 0), block_sound(LIVE, 0)[:2880]], title="")
    with pytest.raises(MediaError, match="1 files for 2 mounts"):
        Emergency.from_bytes(MOUNTS, [block_sound(LIVE, 0)], title="")
    with pytest.raises(MediaError, match="0 bytes"):
        Emergency.from_bytes((LIVE,), [b""], title="")
    with pytest.raises(MediaError, match=r"gone\.mp3 cannot be read: No such file"):
        Emergency.from_files((LIVE,), [tmp_path / "gone.mp3"], title="")
    (tmp_path / "huge.mp3").touch()
    with (tmp_path / "huge.mp3").open("r+b") as huge:
        huge.truncate(24_000_001)
    with pytest.raises(MediaError, match="more than"):
        Emergency.from_files((LIVE,), [tmp_path / "huge.mp3"], title="")


def test_files_from_disk(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(block_sound(LIVE, 0))
    emergency = Emergency.from_files((LIVE,), [str(tmp_path / "a.mp3")], title="t", level_dbfs=-12.0)
    assert emergency.block(3) == (block_sound(LIVE, 0),)
    assert (emergency.title, emergency.level_dbfs) == ("t", -12.0)
