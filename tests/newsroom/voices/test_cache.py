import os
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.voices.cache import SpeechCache, _read, _wav


def tone(frames: int = 4800, step: int = 5) -> Pcm:
    return (np.sin(np.arange(frames) / step) * 9000).astype(np.int16).reshape(-1, 1)


def used(cache: SpeechCache, key: str, seconds: int) -> None:
    os.utime(cache.path(key), (seconds, seconds))


def test_a_sentence_is_found_again(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path / "speech")
    assert cache.get("a") is None
    cache.put({"a": ("Hello.", tone())})
    found = cache.get("a")
    assert found is not None
    assert found.dtype == np.int16
    assert np.array_equal(found, tone())


def test_people_can_listen_to_it(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    cache.put({"a": ("Café.", tone())})
    with wave.open(str(cache.path("a"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        assert file.readframes(10_000) == tone().tobytes()
    assert "Café.".encode() in cache.path("a").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:30],
        lambda data: data[:-100] + bytes(100),
        lambda data: b"\0" * len(data),
        lambda data: data.replace(b"WAVE", b"WAXE"),
        lambda data: data.replace((48_000).to_bytes(4, "little"), (44_100).to_bytes(4, "little"), 1),
    ],
)
def test_a_damaged_sentence_is_as_good_as_none_and_can_be_put_again(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    cache = SpeechCache(tmp_path)
    cache.put({"a": ("Hello.", tone())})
    cache.path("a").write_bytes(damage(cache.path("a").read_bytes()))
    assert cache.get("a") is None
    assert not cache.path("a").exists()
    cache.put({"a": ("Hello.", tone())})
    assert cache.get("a") is not None


def test_what_was_longest_unused_goes_first(tmp_path: Path) -> None:
    size = len(_wav("x", tone()))
    cache = SpeechCache(tmp_path, max_bytes=4 * size)
    for age, key in enumerate("abcd"):
        cache.put({key: ("x", tone())})
        used(cache, key, 1000 + age)
    assert cache.get("a") is not None  # and is the latest used now
    cache.put({"e": ("x", tone())})
    assert {path.stem for path in tmp_path.iterdir()} == {"a", "d", "e"}


def test_the_folder_never_grows_over_its_bound_by_more_than_was_just_put(tmp_path: Path) -> None:
    size = len(_wav("x", tone()))
    cache = SpeechCache(tmp_path, max_bytes=10 * size)
    for number in range(60):
        cache.put({f"k{number}": ("x", tone())})
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10 * size


def test_files_of_others_stay_and_abandoned_ones_go(tmp_path: Path) -> None:
    (tmp_path / "pace.json").write_text("{}", "utf-8")
    old, new = tmp_path / ".old.part", tmp_path / ".new.part"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1000, 1000))
    SpeechCache(tmp_path).put({"a": ("x", tone())})
    assert {path.name for path in tmp_path.iterdir()} == {"pace.json", ".new.part", "a.wav"}


def test_two_renders_at_once_never_meet_half_a_sentence(tmp_path: Path) -> None:
    # So small a bound that each put removes what the others have just put or are about to read.
    caches = [SpeechCache(tmp_path, max_bytes=50_000) for _ in range(4)]

    def work(cache: SpeechCache) -> None:
        for round_ in range(15):
            cache.put({f"k{n}": ("x", tone(2000 + n)) for n in range(5)})
            for n in range(5):
                found = cache.get(f"k{n}")
                assert found is None or np.array_equal(found, tone(2000 + n)), round_

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, cache) for cache in caches]:
            done.result()


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = SpeechCache(tmp_path / "file" / "speech")
    assert cache.get("a") is None
    with pytest.raises(OSError, match="file"):
        cache.put({"a": ("x", tone())})


@given(
    st.one_of(
        st.binary(max_size=100), st.binary(max_size=20).map(lambda tail: _wav("x", tone(50))[:70] + tail)
    )
)
def test_any_bytes_are_a_sentence_or_none(data: bytes) -> None:
    found = _read(data)
    assert found is None or found.shape[1] == 1
