from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.newsroom.wire import store
from radiocast.newsroom.wire.merging import merge
from radiocast.newsroom.wire.values import Entry, FeedFile, FeedState, ParsedFeed
from tests.newsroom.wire.feeds import NOW, config


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    entry = Entry(id="1", headline="Ferry back", body=("It sailed.",), published=NOW, subject=("Lake",))
    kept, _ = merge(config(), (), ParsedFeed(entries=(entry,)), now=NOW)
    file = FeedFile(feed="wire", state=FeedState(etag='"1"', asked=NOW, last_ok=NOW), entries=kept)
    store.save(tmp_path / "wire", file)
    assert store.load(tmp_path / "wire", "wire") == (file, "")
    assert [path.name for path in (tmp_path / "wire").iterdir()] == ["wire.json"]


def test_a_feed_never_heard_of_has_nothing(tmp_path: Path) -> None:
    assert store.load(tmp_path, "wire") == (FeedFile(feed="wire"), "")


NAIVE = b'{"feed": "wire", "state": {"asked": "2026-03-11T12:00:00"}}'


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version": 1, "entries": [{}]}', NAIVE, b"\xff\xfe"]
)
def test_a_damaged_file_is_an_empty_one_and_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wire.json").write_bytes(content)
    file, problem = store.load(tmp_path, "wire")
    assert file == FeedFile(feed="wire")
    assert "wire.json: what feed wire said before is not known" in problem
    store.save(tmp_path, replace(file, feed="wire"))
    assert store.load(tmp_path, "wire") == (FeedFile(feed="wire"), "")


@settings(deadline=None)
@given(st.text(), st.text())
def test_every_name_has_a_file_of_its_own_in_the_folder(one: str, other: str) -> None:
    folder = Path("/var/wire")
    assert store.path_of(folder, one).parent == folder
    assert store.path_of(folder, one).name not in {".json", "..json"}
    assert (store.path_of(folder, one) == store.path_of(folder, other)) is (one == other)
