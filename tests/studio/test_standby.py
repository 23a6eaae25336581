"""Standby files: whole blocks for every mount, no hole where the loop comes round, replaced in one move."""

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.errors import EnvironmentFault, MediaError
from radiocast.model.units import block_bytes
from radiocast.studio.frames import check_block
from radiocast.studio.standby import encode_standby, standby_path
from tests.studio.sounds import decode, level_dbfs, sine, write_wav
from tests.studio.station import LOW, MOUNT


async def test_every_mount_gets_whole_good_blocks(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", sine(7.0))
    files = await encode_standby(source, (MOUNT, LOW), tmp_path / "emergency")
    assert files == (tmp_path / "emergency" / "live.mp3", tmp_path / "emergency" / "low.mp3")
    for path, mount in zip(files, (MOUNT, LOW), strict=True):
        data, size = path.read_bytes(), block_bytes(mount.bitrate_kbps)
        assert len(data) == 14 * size
        for at in range(0, len(data), size):
            check_block(data[at : at + size], mount)


async def test_it_loops_without_a_click_or_a_hole(tmp_path: Path) -> None:
    (path,) = await encode_standby(sine(5.0).tobytes(), (MOUNT,), tmp_path, gain_db=-6.0)
    sound = decode(path.read_bytes() * 3)
    assert level_dbfs(sound, 0.25).min() > -30
    # A sine of 441 Hz at this level moves by 0.0145 a sample at most; a click would be far more.
    assert np.abs(np.diff(sound[:, 0])).max() < 0.017
    middle = level_dbfs(sound[24_000:72_000], 1.0)[0]
    assert middle == pytest.approx(20 * np.log10(0.5) - 3.0 - 6.0, abs=0.6)


async def test_a_long_sound_is_cut_and_a_short_one_repeated(tmp_path: Path) -> None:
    size = block_bytes(128)
    (path,) = await encode_standby(sine(9.0).tobytes(), (MOUNT,), tmp_path, max_s=3.0)
    assert path.stat().st_size == 6 * size
    (path,) = await encode_standby(sine(0.2).tobytes(), (MOUNT,), tmp_path)
    assert path.stat().st_size == size


async def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    old = standby_path(tmp_path, MOUNT)
    old.write_bytes(b"old")
    text = tmp_path / "a.ogg"
    text.write_text("words")
    with pytest.raises(MediaError, match=r"a\.ogg"):
        await encode_standby(text, (MOUNT,), tmp_path)
    with pytest.raises(MediaError, match="no sound"):
        await encode_standby(b"", (MOUNT,), tmp_path)
    assert old.read_bytes() == b"old"
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        await encode_standby(sine(1.0).tobytes(), (MOUNT,), text / "folder")
    names = await asyncio.to_thread(lambda: sorted(path.name for path in tmp_path.iterdir()))
    assert names == ["a.ogg", "live.mp3"]


def test_it_is_light_to_import() -> None:
    code = "import sys, radiocast.studio.standby; print(*{'numpy', 'pydantic', 'aiohttp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
