import importlib
import io
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.library.tags import TEXT_CHARS, clean, read_tags, shown, title_from_name
from radiocast.model.errors import MediaError
from tests.faults import media as make

# Its frame classes are made at run time and untyped.
id3: Any = importlib.import_module("mutagen.id3")

ENDINGS = (".mp3", ".ogg", ".opus", ".flac", ".m4a", ".wav")


@pytest.mark.parametrize("ending", ENDINGS)
def test_tags_of_every_format(tmp_path: Path, ending: str) -> None:
    args = ("-write_id3v2", "1") if ending == ".wav" else ()
    if ending == ".ogg":
        args = ("-c:a", "libvorbis")
    path = make.tagged(
        tmp_path / f"x{ending}",
        title="Чайка / Möwe",
        artist="Zoë",
        album="Über allem",
        seconds=1.5,
        args=args,
    )
    if ending == ".wav":  # ffmpeg writes RIFF INFO; taggers write ID3 into a WAV
        wav = mutagen.File(path)
        assert wav is not None
        wav.add_tags()
        wav.tags.add(id3.TIT2(encoding=id3.Encoding.UTF16, text="Чайка / Möwe"))
        wav.tags.add(id3.TPE1(encoding=id3.Encoding.UTF16, text="Zoë"))
        wav.tags.add(id3.TALB(encoding=id3.Encoding.UTF16, text="Über allem"))
        wav.save()
    tags = read_tags(path)
    assert (tags.title, tags.artist, tags.album) == ("Чайка / Möwe", "Zoë", "Über allem")
    assert tags.duration_s == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize(
    "encoding", [id3.Encoding.LATIN1, id3.Encoding.UTF16, id3.Encoding.UTF16BE, id3.Encoding.UTF8]
)
@pytest.mark.parametrize("version", [3, 4])
def test_id3_in_every_encoding(tmp_path: Path, encoding: int, version: int) -> None:
    path = make.tone(tmp_path / "x.mp3", 0.3)
    frames = id3.ID3()
    frames.add(id3.TIT2(encoding=encoding, text="Für Elise"))
    frames.save(path, v2_version=version)
    assert read_tags(path).title == "Für Elise"


def test_several_artists_are_joined_and_control_characters_go(tmp_path: Path) -> None:
    path = make.tone(tmp_path / "x.mp3", 0.3)
    frames = id3.ID3()
    frames.add(id3.TPE1(encoding=id3.Encoding.UTF8, text=["Ann\x00a", "Bob\r\nSmith", " "]))
    frames.add(id3.TIT2(encoding=id3.Encoding.UTF8, text="A\x1b[31m red'; \u202etitle\U0001f600"))
    frames.add(id3.TALB(encoding=id3.Encoding.UTF8, text="x" * 100_000))
    frames.save(path)
    tags = read_tags(path)
    assert tags.artist == "Ann, a, Bob Smith"  # a NUL divides values in ID3v2.4
    assert tags.title == "A [31m red'; title\U0001f600"
    assert tags.album == "x" * TEXT_CHARS


def test_no_tags_gives_a_title_from_the_name(tmp_path: Path) -> None:
    tags = read_tags(make.tone(tmp_path / "03 - Blue_Train.flac", 0.3))
    assert (tags.title, tags.artist, tags.album) == ("Blue Train", "", "")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("03 - Blue_Train.mp3", "Blue Train"),
        ("03-Blue Train.mp3", "Blue Train"),
        ("3. Blue.Train.mp3", "Blue.Train"),
        ("1-07 Blue__Train.ogg", "Blue Train"),
        ("07 Blue Train.ogg", "Blue Train"),
        ("99 Luftballons.mp3", "99 Luftballons"),
        ("12 - 99 Luftballons.mp3", "99 Luftballons"),
        ("24-7 Spyz.mp3", "24-7 Spyz"),
        ("1999.mp3", "1999"),
        ("07.mp3", "07"),
        ("03 - .mp3", "03 -"),
        ("___.mp3", "Untitled"),
        ("-rf.mp3", "rf"),
        ("a\nb.mp3", "a b"),
    ],
)
def test_title_from_name(name: str, title: str) -> None:
    assert title_from_name(name) == title


@pytest.mark.parametrize("ending", [*ENDINGS, ".aac", ".wma", ".mka"])
@pytest.mark.parametrize("make_broken", [make.garbage, make.text_named])
def test_garbage_says_nothing_and_raises_nothing(tmp_path: Path, ending: str, make_broken: object) -> None:
    assert callable(make_broken)
    path = make_broken(tmp_path / f"04 - junk{ending}")
    tags = read_tags(path)
    assert tags.title == "junk"


@given(st.sampled_from(["mp3", "ogg", "flac", "m4a", "wav", "aiff", "ape", "wma"]), st.binary(max_size=400))
def test_no_bytes_raise_anything_but_media_error(
    tmp_path_factory: pytest.TempPathFactory, kind: str, tail: bytes
) -> None:
    # Invariant: read_tags gives Tags or MediaError whatever the bytes; most start as a real format does.
    start = {
        "mp3": b"ID3\x04\x00\x00\x00\x00\x02\x00",
        "ogg": b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis",
        "flac": b"fLaC\x00\x00\x00\x22",
        "m4a": b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00",
        "wav": b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00",
        "aiff": b"FORM\xff\xff\xff\xffAIFFCOMM",
        "ape": b"MAC \x96\x0f",
        "wma": b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel",
    }[kind]
    path = tmp_path_factory.getbasetemp() / f"any.{kind}"
    path.write_bytes(start + tail)
    tags = read_tags(path)
    assert tags.duration_s is None or tags.duration_s > 0


@pytest.mark.parametrize(
    "raised", [KeyError("x"), IndexError(), RecursionError(), MemoryError(), OSError(5, "I/O")]
)
def test_whatever_mutagen_raises_stays_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    def explode(file: io.BufferedReader) -> None:
        raise raised

    path = make.tone(tmp_path / "07 - fine.flac", 0.3)
    monkeypatch.setattr(mutagen, "File", explode)
    assert read_tags(path).title == "fine"


@pytest.mark.parametrize("length", [0, -1.0, float("nan"), float("inf"), 1e9, None, "long"])
def test_a_nonsense_duration_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: object) -> None:
    class Nonsense:
        tags = None

        class info:  # noqa: N801 - mutagen's own name for it
            pass

    Nonsense.info.length = length  # type: ignore[attr-defined]
    path = make.tone(tmp_path / "x.wav", 0.3)
    monkeypatch.setattr(mutagen, "File", lambda _: Nonsense)
    assert read_tags(path).duration_s is None


@pytest.mark.parametrize(
    ("make_broken", "words"),
    [
        (make.zero_byte, "empty"),
        (make.folder_named, "regular file"),
        (make.fifo_named, "regular file"),
        (make.dangling_link, "not there"),
    ],
)
def test_what_cannot_be_opened_says_why_and_what_to_do(
    tmp_path: Path, make_broken: object, words: str
) -> None:
    assert callable(make_broken)
    path = make_broken(tmp_path / "x.mp3")
    with pytest.raises(MediaError, match=words) as caught:
        read_tags(path)
    assert ": " in str(caught.value), "it says what to do after a colon"


def test_a_file_that_may_not_be_read_names_the_right_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = make.unreadable(tmp_path / "x.flac")
    monkeypatch.setattr("os.open", refuse)  # the tests may run as root, whom no mode stops
    with pytest.raises(MediaError, match=r"chmod a\+r") as caught:
        read_tags(path)
    assert isinstance(caught.value.__cause__, PermissionError)


@given(st.text(max_size=2000))
def test_clean_text_fits_on_one_line(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= TEXT_CHARS
    assert cleaned == clean(cleaned), "cleaning twice changes nothing"
    assert not any(char in cleaned for char in "\r\n\t\x00\x1b\u2028\u202e\ufeff")
    cleaned.encode()


@given(st.text(max_size=300))
def test_shown_paths_can_be_printed_and_encoded(path: str) -> None:
    assert shown(path).isprintable()
    shown(path).encode()
