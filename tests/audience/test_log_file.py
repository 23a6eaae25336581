"""The log file: rotated, moved away under it, on a full disk."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.audience.log_file import LogFile


def _lines(count: int, start: int = 0) -> list[bytes]:
    return [f"line {number:04d}\n".encode() for number in range(start, start + count)]


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "access.log"
    for start in (0, 5):
        log = LogFile(path, files=3, max_bytes=1000)
        log.write(_lines(5, start))
        log.close()

    assert path.read_bytes() == b"".join(_lines(10))
    assert path.stat().st_mode & 0o007 == 0  # addresses are not for everybody


@pytest.mark.parametrize("files", [1, 2, 3, 5])
def test_it_is_rotated_by_size_and_only_so_many_are_kept(tmp_path: Path, files: int) -> None:
    path = tmp_path / "access.log"
    log = LogFile(path, files=files, max_bytes=100)
    log.write(_lines(47))  # 10 bytes each
    log.close()

    kept = [path, *(tmp_path / f"access.log.{number}" for number in range(1, files))]
    assert sorted(kept) == sorted(tmp_path.iterdir())
    everything = b"".join(file.read_bytes() for file in reversed(kept))
    assert everything == b"".join(_lines(47))[-len(everything) :]
    assert [file.stat().st_size for file in kept] == [70, *[100] * (files - 1)]


@given(sizes=st.lists(st.integers(1, 60), max_size=60), limit=st.integers(1, 100))
def test_no_line_is_cut_and_none_is_lost_while_there_are_files(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "access.log"
    lines = [bytes([65 + number % 26]) * size + b"\n" for number, size in enumerate(sizes)]
    log = LogFile(path, files=100, max_bytes=limit)
    for start in range(0, len(lines), 7):
        log.write(lines[start : start + 7])
    log.close()

    names = [f"access.log.{number}" for number in range(99, 0, -1)] + ["access.log"]
    files = [path.with_name(name) for name in names if path.with_name(name).exists()]
    assert b"".join(file.read_bytes() for file in files) == b"".join(lines)
    assert all(len(file.read_bytes().splitlines()) == 1 or file.stat().st_size <= limit for file in files)


def test_with_no_files_nothing_is_written(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "access.log", files=0, max_bytes=100)
    log.write(_lines(3))

    assert not list(tmp_path.iterdir())
    assert not log.problem


def test_an_outer_logrotate_gets_the_old_file_and_we_go_on_in_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    log = LogFile(path, files=2, max_bytes=1000)
    log.write(_lines(1))
    path.rename(tmp_path / "taken")
    log.write(_lines(1, 1))
    path.unlink()
    log.write(_lines(1, 2))
    os.truncate(path, 0)  # logrotate's copytruncate
    log.write(_lines(1, 3))
    log.close()

    assert (tmp_path / "taken").read_bytes() == b"line 0000\n"
    assert path.read_bytes() == b"line 0003\n"


def test_a_full_disk_costs_lines_never_half_a_line_and_is_told_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "access.log"
    log = LogFile(path, files=2, max_bytes=1000)
    log.write(_lines(2))
    really = os.write
    room = [13]

    def write(descriptor: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = min(room[0], len(data))
        room[0] -= taken
        return really(descriptor, data[:taken])

    monkeypatch.setattr(os, "write", write)
    log.write(_lines(3, 2))
    log.write(_lines(1, 5))
    assert path.read_bytes() == b"".join(_lines(2))
    assert log.lost == 4
    assert "No space left on device" in log.problem
    assert str(path) in log.problem

    room[0] = 1000
    log.write(_lines(1, 6))
    log.close()
    assert path.read_bytes() == b"line 0000\nline 0001\nline 0006\n"
    assert not log.problem


def test_a_name_that_is_a_folder_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "access.log").mkdir()
    log = LogFile(tmp_path / "access.log", files=2, max_bytes=100)
    log.write(_lines(2))

    assert "is a directory" in log.problem.lower()
    assert log.lost == 2
