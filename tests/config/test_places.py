"""Where values stand in a file."""

from pathlib import Path

from radiocast.config.places import places

TEXT = """\
station: {name: x}
listen:
  tls:
    cert: a.pem
mounts:
  - {path: /a}
  - path: /b
    bitrate: 64k
"""


def test_every_value_has_its_place_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "station.yaml"
    file.write_text(TEXT)
    found = places(file)
    assert found["station.name"] == (1, 17)
    assert found["listen.tls"] == (4, 5)
    assert found["listen.tls.cert"] == (4, 11)
    assert found["mounts[1].path"] == (6, 12)
    assert found["mounts[2].bitrate"] == (8, 14)
    assert "mounts[3]" not in found


def test_a_file_that_cannot_be_read_has_no_places(tmp_path: Path) -> None:
    file = tmp_path / "station.yaml"
    assert places(file) == {}
    file.write_bytes(b"\xff\xfe")
    assert places(file) == {}
    file.write_text("a: [")
    assert places(file) == {}
