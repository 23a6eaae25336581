"""Names for a day: the same all day, another the next, and no way back."""

import ipaddress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.audience.salt import Salt

_ZONE = ZoneInfo("Pacific/Auckland")


class _Clock:
    def __init__(self, text: str) -> None:
        self.unix_s = 0.0
        self.set(text)

    def set(self, text: str) -> None:
        self.unix_s = datetime.fromisoformat(text).replace(tzinfo=_ZONE).timestamp()

    def __call__(self) -> float:
        return self.unix_s


def test_a_name_lasts_for_the_stations_day_and_over_a_restart(tmp_path: Path) -> None:
    clock = _Clock("2026-11-03T00:00:01")
    path = tmp_path / "salt"
    name = Salt(path, _ZONE, now=clock).name("203.0.113.7")

    clock.set("2026-11-03T23:59:59")
    salt = Salt(path, _ZONE, now=clock)

    assert salt.name("203.0.113.7") == name
    assert salt.name("203.0.113.8") != name
    clock.set("2026-11-04T00:00:00")
    assert salt.name("203.0.113.7") != name


def test_it_is_a_private_address_for_whatever_reads_the_log(tmp_path: Path) -> None:
    clock = _Clock("2026-11-03T12:00")
    name = ipaddress.ip_address(Salt(tmp_path / "salt", _ZONE, now=clock).name("\udcff nonsense"))

    assert name in ipaddress.ip_network("fd00::/8")
    assert name.is_private


def test_yesterdays_salt_is_overwritten_also_when_nobody_listens(tmp_path: Path) -> None:
    clock = _Clock("2026-11-03T12:00")
    path = tmp_path / "salt"
    salt = Salt(path, _ZONE, now=clock)
    salt.turn()
    before, inode = path.read_text().split(), path.stat().st_ino
    assert path.stat().st_mode & 0o777 == 0o600

    clock.set("2026-11-04T00:00:09")
    salt.turn()

    after = path.read_text().split()
    assert after[0] == "2026-11-04"
    assert after[1] != before[1]
    assert path.stat().st_ino == inode  # in place: the old bytes are not left on the disk under no name


def test_a_clock_that_was_ahead_does_not_keep_a_salt_for_years(tmp_path: Path) -> None:
    clock = _Clock("2031-01-01T12:00")
    salt = Salt(tmp_path / "salt", _ZONE, now=clock)
    name = salt.name("203.0.113.7")
    clock.set("2026-11-03T12:00")

    assert salt.name("203.0.113.7") != name
    assert (tmp_path / "salt").read_text().startswith("2026-11-03 ")


def test_what_is_no_salt_is_replaced(tmp_path: Path) -> None:
    clock = _Clock("2026-11-03T12:00")
    for text in (b"", b"2026-11-03 00", b"2026-11-03 xyz", b"\xff" * 2000, b"2026-11-03 " + b"0" * 63):
        (tmp_path / "salt").write_bytes(text)
        (tmp_path / "salt").chmod(0o644)
        salt = Salt(tmp_path / "salt", _ZONE, now=clock)
        name = salt.name("203.0.113.7")

        assert (tmp_path / "salt").stat().st_mode & 0o777 == 0o600
        assert Salt(tmp_path / "salt", _ZONE, now=clock).name("203.0.113.7") == name


def test_where_nothing_can_be_written_names_are_given_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "salt").mkdir()
    salt = Salt(tmp_path / "salt", _ZONE, now=_Clock("2026-11-03T12:00"))

    assert salt.name("203.0.113.7") == salt.name("203.0.113.7")
    assert "cannot be written" in salt.problem
