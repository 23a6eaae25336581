import os
from pathlib import Path

import pytest

from radiocast.library.store import Stamp
from radiocast.library.walk import AUDIO_ENDINGS, stamp_of, walk_media


def put(media: Path, *names: str) -> None:
    for name in names:
        path = media / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"123")


def paths(media: Path) -> list[str]:
    return [found.path for found in walk_media(media).files]


def test_sound_files_by_path_in_order_whatever_their_case(media: Path) -> None:
    put(media, "music/b.MP3", "music/a/c.Flac", "jingles/id 1.ogg", "top.opus")
    assert paths(media) == ["jingles/id 1.ogg", "music/a/c.Flac", "music/b.MP3", "top.opus"]
    assert walk_media(media).files[0].stamp.size == 3


def test_every_ending_that_is_promised_is_found(media: Path) -> None:
    put(media, *(f"x{ending}" for ending in AUDIO_ENDINGS))
    assert len(paths(media)) == len(AUDIO_ENDINGS)


def test_news_is_the_newsrooms(media: Path) -> None:
    put(media, "news/story.mp3", "news/breaking/x.mp3", "beds/news.ogg", "beds/news/x.ogg", "news.mp3")
    assert paths(media) == ["beds/news.ogg", "beds/news/x.ogg", "news.mp3"]


def test_hidden_and_partial_files_are_passed_over_and_others_listed(media: Path) -> None:
    put(
        media,
        *(
            "music/.x.mp3",
            "music/.sync/y.mp3",
            "music/x.mp3.tmp",
            "music/x.mp3.part",
            "music/x.mp3~",
            "a.crdownload",
        ),
        *("music/cover.jpg", "music/list.m3u", "README", "music/x.mp3"),
    )
    walk = walk_media(media)
    assert [found.path for found in walk.files] == ["music/x.mp3"]
    assert walk.ignored == ["README", "music/cover.jpg", "music/list.m3u"]
    assert walk.faults == {}


def test_links_are_followed_and_circles_end(media: Path, tmp_path: Path) -> None:
    put(tmp_path / "nas", "far.mp3")
    put(media, "music/near.mp3")
    (media / "archive").symlink_to(tmp_path / "nas")
    (media / "music" / "round").symlink_to(media)
    (media / "music" / "again.mp3").symlink_to(media / "music" / "near.mp3")
    assert paths(media) == ["archive/far.mp3", "music/again.mp3", "music/near.mp3"]


def test_a_name_that_is_not_utf8_is_a_fault(media: Path) -> None:
    (Path(os.fsdecode(os.fsencode(media) + b"/caf\xe9.mp3"))).write_bytes(b"123")
    walk = walk_media(media)
    assert walk.files == []
    assert "not UTF-8" in walk.faults["caf\udce9.mp3"]


def test_a_missing_media_folder_is_a_fault(tmp_path: Path) -> None:
    assert "make this folder" in walk_media(tmp_path / "media").faults[""]
    (tmp_path / "file").write_text("")
    assert "make this folder" in walk_media(tmp_path / "file").faults[""]


def test_a_folder_that_cannot_be_listed_is_a_fault_and_the_others_are_walked(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(media, "locked/x.mp3", "open/y.mp3")
    real = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)  # the tests may run as root, whom no mode stops
    walk = walk_media(media)
    assert [found.path for found in walk.files] == ["open/y.mp3"]
    assert "cannot be listed (Permission denied)" in walk.faults["locked"]


def test_the_stamp_changes_with_the_file(media: Path) -> None:
    path = media / "x.mp3"
    assert stamp_of(path) is None
    path.write_bytes(b"123")
    os.utime(path, ns=(5, 1_234_567_890_123_456_789))
    assert stamp_of(path) == Stamp(size=3, mtime_ns=1_234_567_890_123_456_789)
