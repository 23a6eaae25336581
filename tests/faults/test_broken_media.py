"""A folder with every broken file at once: the good ones are played, each bad one has its sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.config.station import Audio
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.library.library import Library
from radiocast.model.errors import MediaError
from tests.faults import media as make

# Each: what makes it, the file, a word of what is wrong, a word of what to do about it.
BROKEN = {
    "zero.mp3": (make.zero_byte, "empty (0 bytes)", "copy it again"),
    "text.mp3": (make.text_named, "no sound", "replace"),
    "garbage.mp3": (make.garbage, "no sound", "replace"),
    "garbage.flac": (make.garbage, "no sound", "replace"),
    "garbage.ogg": (make.garbage, "no sound", "replace"),
    "garbage.m4a": (make.garbage, "no sound", "replace"),
    "garbage.wav": (make.garbage, "no sound", "replace"),
    "cut.m4a": (make.truncated, "no sound", "replace"),
    "folder.mp3": (make.folder_named, "is a folder", "rename it"),
    "fifo.mp3": (make.fifo_named, "no regular file", "put the sound file itself"),
    "link.flac": (make.dangling_link, "cannot be reached", "mend it"),
    "silence.opus": (make.all_silence, "nothing but silence", "replace it"),
}
BREAKS_OFF = {"cut.mp3": make.truncated, "cut.flac": make.truncated, "cut.wav": make.truncated}
ODD_NAMES = [
    "two words.flac",
    "-y.flac",
    'it\'s "quoted" `$(x)`; DROP TABLE file.flac',
    "concat:a|b.flac",
    "100%d [x]*?.flac",
    "Дождь ☔.flac",
    "line\nbreak.flac",
]


@pytest.fixture(params=make.ffmpegs(), ids=lambda path: "wheel" if "imageio" in path else "system")
def each_ffmpeg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make.use_ffmpeg(request.param, monkeypatch)
    yield
    ffmpeg_path.cache_clear()


@pytest.mark.usefixtures("each_ffmpeg")
async def test_every_broken_file_has_its_sentence_and_the_others_play(tmp_path: Path) -> None:
    media = tmp_path / "media"
    for name, (make_broken, _, _) in BROKEN.items():
        make_broken(media / "music" / name)
    for name, make_cut in BREAKS_OFF.items():
        make_cut(media / "music" / name)
    good = make.tone(media / "music" / "good.flac", 0.5)
    for name in ODD_NAMES:
        (media / "music" / name).write_bytes(good.read_bytes())
    library = Library(media, tmp_path / "var" / "library.sqlite", Audio())
    await library.scan()
    await library.analyse_all()
    playable = {file.path.removeprefix("music/"): file for file in library.files()}
    assert set(playable) == {"good.flac", *BREAKS_OFF, *ODD_NAMES}
    assert all(file.analysed for file in playable.values())
    sentences = {
        sentence.split()[0].removeprefix("media/music/"): sentence for sentence in library.problems()
    }
    assert set(sentences) == {*BROKEN, *BREAKS_OFF}
    for name, (_, wrong, to_do) in BROKEN.items():
        assert wrong in sentences[name]
        assert to_do in sentences[name]
        with pytest.raises(MediaError) as caught:
            await library.analyse(f"music/{name}")
        assert str(caught.value) == sentences[name]
    for name in BREAKS_OFF:
        assert "header promises 5.0 s" in sentences[name]
        assert playable[name].cue_out_s == playable[name].duration_s < 2.5
    assert all(sentence.endswith(".") and sentence.isprintable() for sentence in library.problems())
    # A second look changes nothing, and the answer is the same after a restart.
    before = (library.files(), library.problems())
    await library.scan()
    assert (library.files(), library.problems()) == before
    await library.close()
    restarted = Library(media, tmp_path / "var" / "library.sqlite", Audio())
    await restarted.scan()
    await restarted.analyse_all()
    assert (restarted.files(), restarted.problems()) == before
    await restarted.close()
