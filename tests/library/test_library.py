import asyncio
import os
import threading
from pathlib import Path

import pytest

from radiocast.config.station import Audio
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.library.analysis import Analysis, analyse_file
from radiocast.library.library import Library
from radiocast.library.tags import Tags, read_tags
from radiocast.model.errors import EnvironmentFault, MediaError
from tests.faults import media as make

ANALYSE, READ = "radiocast.library.library.analyse_file", "radiocast.library.library.read_tags"


def old_tone(path: Path, seconds: float = 1.0) -> Path:
    make.tone(path, seconds)
    make.make_old(path)
    return path


class Counted:
    """The real analysis, counted; `hold` keeps it from starting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        self.niceness: list[int] = []
        self.started = asyncio.Event()
        self.hold = asyncio.Event()
        self.hold.set()
        monkeypatch.setattr(ANALYSE, self)

    async def __call__(self, path: Path, *, expected_s: float, niceness: int = 0) -> Analysis:
        self.paths.append(path.name)
        self.niceness.append(niceness)
        self.started.set()
        await self.hold.wait()
        return await analyse_file(path, expected_s=expected_s, niceness=niceness)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


async def test_a_scan_finds_what_can_be_played(library: Library, media: Path) -> None:
    path = make.tagged(media / "music" / "x.flac", title="So", artist="Ann", album="Al", seconds=1.25)
    make.make_old(path, old_tone(media / "jingles" / "02 - id_one.wav"))
    (media / "cover.jpg").write_bytes(b"x")
    result = await library.scan()
    jingle, music = library.files()
    assert (music.path, music.title, music.artist, music.album) == ("music/x.flac", "So", "Ann", "Al")
    assert (jingle.path, jingle.title, jingle.artist) == ("jingles/02 - id_one.wav", "id one", "")
    assert music.duration_s == music.cue_out_s == music.segue_s == 1.25
    assert (music.analysed, music.gain_db, music.loudness_lufs, music.cue_in_s) == (False, 0.0, None, 0.0)
    assert result.playable == 2
    assert result.new == (jingle.path, music.path)
    assert result.ignored == ("cover.jpg",)
    assert result.changed == result.gone == result.pending == result.problems == ()


async def test_what_is_known_comes_from_the_database(
    media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_tone(media / "x.flac")
    first = Library(media, tmp_path / "library.sqlite", Audio())
    await first.scan()
    measured = await first.analyse("x.flac")
    await first.close()

    def read(path: Path) -> Tags:
        raise AssertionError(f"{path} is read again")

    monkeypatch.setattr(READ, read)
    second = Library(media, tmp_path / "library.sqlite", Audio())
    result = await second.scan()
    assert second.files() == (measured,)
    assert result.new == ("x.flac",), "new to this run"
    assert (await second.scan()).new == ()
    await second.close()


async def test_changed_and_deleted_files(library: Library, media: Path) -> None:
    path, other = old_tone(media / "x.flac", 1.0), old_tone(media / "y.flac")
    await library.scan()
    await library.analyse("x.flac")
    make.tone(path, 2.0)
    make.make_old(path, seconds=30)
    other.unlink()
    result = await library.scan()
    assert (result.new, result.changed, result.gone) == ((), ("x.flac",), ("y.flac",))
    (file,) = library.files()
    assert file.duration_s == 2.0
    assert not file.analysed, "the old measurement is of another sound"
    with pytest.raises(MediaError, match=r"media/y\.flac is not in the library"):
        await library.analyse("y.flac")


async def test_a_file_that_comes_back_is_not_measured_again(
    library: Library, media: Path, counted: Counted
) -> None:
    path = old_tone(media / "x.flac")
    await library.scan()
    measured = await library.analyse("x.flac")
    away = path.rename(media.parent / "x.flac")
    await library.scan()
    assert library.files() == ()
    away.rename(path)
    await library.scan()
    assert await library.analyse("x.flac") == measured
    assert counted.paths == ["x.flac"]


async def test_a_file_that_grows_during_the_scan_waits_for_the_next(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make.tone(media / "x.wav", 2.0)
    whole = path.read_bytes()
    path.write_bytes(whole[:50_000])
    old_tone(media / "y.flac")

    def read(read_path: Path) -> Tags:
        tags = read_tags(read_path)
        if read_path == path:
            path.write_bytes(whole)  # the copy goes on while the scan looks at it
        return tags

    monkeypatch.setattr(READ, read)
    result = await library.scan()
    assert result.pending == ("x.wav",)
    assert [file.path for file in library.files()] == ["y.flac"]
    assert library.problems() == ()
    monkeypatch.setattr(READ, read_tags)
    result = await library.scan()
    assert result.pending == ()
    assert result.new == ("x.wav",)
    assert library.files()[0].duration_s == 2.0


async def test_a_fresh_file_that_does_not_grow_is_taken_at_once(library: Library, media: Path) -> None:
    make.tone(media / "x.flac")
    assert (await library.scan()).new == ("x.flac",)


async def test_tags_are_read_off_the_loop(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_tone(media / "x.flac")
    reading, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def read(path: Path) -> Tags:
        loop.call_soon_threadsafe(reading.set)
        assert go_on.wait(10), "the loop is held up: it could not let this thread go on"
        return Tags(title="slow disk", duration_s=1.0)

    monkeypatch.setattr(READ, read)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        scan = group.create_task(library.scan())
        await reading.wait()
        go_on.set()
        assert (await scan).playable == 1
    assert library.files()[0].title == "slow disk"


@pytest.mark.usefixtures("each_ffmpeg")
async def test_a_measured_file_has_its_gain_and_cue_points(media: Path, tmp_path: Path) -> None:
    path = make.padded(media / "x.flac", before_s=1.0, sound_s=3.0, after_s=1.0, level_dbfs=-20.0)
    make.make_old(path)
    audio = Audio(music_lufs=-16.0, true_peak_dbtp=-1.0)
    library = Library(media, tmp_path / "library.sqlite", audio)
    await library.scan()
    file = await library.analyse("x.flac")
    assert file.analysed
    assert file.loudness_lufs is not None
    assert file.gain_db == pytest.approx(-16.0 - file.loudness_lufs)
    assert file.duration_s == 5.0
    assert file.cue_in_s == pytest.approx(0.98, abs=0.03)
    assert file.cue_out_s == file.segue_s == pytest.approx(4.05, abs=0.03)
    assert library.files() == (file,)
    speech = await library.analyse("x.flac", target_lufs=-18.0)
    assert speech.gain_db == pytest.approx(file.gain_db - 2.0)
    assert library.files() == (file,), "a caller's target is the caller's own"
    await library.close()


async def test_new_targets_count_at_once_without_measuring_again(
    media: Path, tmp_path: Path, counted: Counted
) -> None:
    path = make.fading(media / "x.flac", full_s=2.0, fade_s=4.0)
    make.make_old(path)
    gains, segues = [], []
    for audio in (Audio(), Audio.model_validate({"music_lufs": -20, "crossfade": 0.5})):
        library = Library(media, tmp_path / "library.sqlite", audio)
        await library.scan()
        file = await library.analyse("x.flac")
        gains.append(file.gain_db)
        segues.append(file.cue_out_s - file.segue_s)
        await library.close()
    assert gains[0] - gains[1] == pytest.approx(4.0)
    assert segues == [pytest.approx(1.1, abs=0.2), pytest.approx(0.5)]
    assert counted.paths == ["x.flac"]


async def test_asked_for_twice_it_is_measured_once(library: Library, media: Path, counted: Counted) -> None:
    old_tone(media / "x.flac")
    await library.scan()
    first, second, _ = await asyncio.gather(
        library.analyse("x.flac"), library.analyse("x.flac"), library.analyse_all()
    )
    assert first == second
    assert counted.paths == ["x.flac"]


async def test_when_the_first_who_asked_goes_the_second_still_gets_it(
    library: Library, media: Path, counted: Counted
) -> None:
    old_tone(media / "x.flac")
    await library.scan()
    counted.hold.clear()
    first = asyncio.ensure_future(library.analyse("x.flac"))
    await counted.started.wait()
    second = asyncio.ensure_future(library.analyse("x.flac"))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    counted.hold.set()
    assert (await second).analysed


async def test_past_its_time_limit_the_file_comes_back_as_it_is(
    library: Library, media: Path, counted: Counted
) -> None:
    old_tone(media / "x.flac")
    await library.scan()
    counted.hold.clear()
    file = await library.analyse("x.flac", timeout_s=0.01)
    assert not file.analysed
    assert file in library.files(), "slow is not broken"
    counted.hold.set()
    assert (await library.analyse("x.flac")).analysed


async def test_all_are_measured_in_the_background_politely_and_once(
    library: Library, media: Path, counted: Counted
) -> None:
    for name in ("b.flac", "a.wav"):
        old_tone(media / name, 0.5)
    make.make_old(make.all_silence(media / "silence.flac"))
    await library.scan()
    assert await library.analyse_all() == 2
    assert counted.paths == ["a.wav", "b.flac", "silence.flac"]
    assert all(niceness > 0 for niceness in counted.niceness)
    assert all(file.analysed for file in library.files())
    assert library.problems() == ("media/silence.flac holds nothing but silence: replace it, or delete it.",)
    assert await library.analyse_all() == 0
    assert len(counted.paths) == 3


async def test_a_file_that_changes_while_it_is_measured_is_left_to_the_next_scan(
    library: Library, media: Path, counted: Counted
) -> None:
    path = old_tone(media / "x.flac", 1.0)
    await library.scan()
    counted.hold.clear()
    asked = asyncio.ensure_future(library.analyse("x.flac"))
    await counted.started.wait()
    make.tone(path, 2.0)
    counted.hold.set()
    with pytest.raises(MediaError, match="being changed"):
        await asked
    assert library.problems() == ()
    await library.scan()
    assert (await library.analyse("x.flac")).duration_s == 2.0


async def test_a_file_deleted_before_it_is_measured(library: Library, media: Path) -> None:
    path = old_tone(media / "x.flac")
    await library.scan()
    path.unlink()
    with pytest.raises(MediaError, match=r"media/x\.flac is not there any more"):
        await library.analyse("x.flac")
    assert library.files() == ()


async def test_what_the_studio_could_not_play_stays_away_until_it_changes(
    library: Library, media: Path
) -> None:
    path = old_tone(media / "x.flac")
    await library.scan()
    library.mark_unplayable("x.flac", "the deck got no sound in 5 s\n")
    assert library.files() == ()
    (problem,) = library.problems()
    assert problem.startswith("media/x.flac failed on the air (the deck got no sound in 5 s): ")
    await library.scan()
    assert library.files() == ()
    with pytest.raises(MediaError, match="failed on the air"):
        await library.analyse("x.flac")
    make.make_old(path, seconds=10)
    await library.scan()
    assert [file.path for file in library.files()] == ["x.flac"]
    assert library.problems() == ()


async def test_a_known_fault_is_not_covered_by_the_studios_word(library: Library, media: Path) -> None:
    make.make_old(make.all_silence(media / "x.flac"))
    await library.scan()
    with pytest.raises(MediaError) as caught:
        await library.analyse("x.flac")
    library.mark_unplayable("x.flac", str(caught.value))
    assert library.problems() == (str(caught.value),)


async def test_marking_a_file_that_was_never_seen(library: Library, media: Path) -> None:
    library.mark_unplayable("gone.mp3", "no such file")
    assert len(library.problems()) == 1
    await library.scan()
    assert library.problems() == ()


async def test_without_ffmpeg_the_station_is_told_so_and_the_file_is_not_blamed(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_tone(media / "x.flac")
    make.make_old(make.tone(media / "y.mka"))
    monkeypatch.setenv("RADIOCAST_FFMPEG", "/nowhere/ffmpeg")
    ffmpeg_path.cache_clear()
    result = await library.scan()
    assert result.playable == 1
    assert "/nowhere/ffmpeg" in result.problems[0]
    with pytest.raises(EnvironmentFault, match="/nowhere/ffmpeg"):
        await library.analyse("x.flac")
    assert len(library.files()) == 1
    monkeypatch.delenv("RADIOCAST_FFMPEG")
    ffmpeg_path.cache_clear()
    assert (await library.scan()).playable == 2


async def test_a_file_that_may_be_read_again_is_taken_up_unchanged(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make.unreadable(media / "x.flac")
    make.make_old(path)
    real = os.open

    def refuse(name: object, *args: int) -> int:
        if name == path:
            raise PermissionError(13, "Permission denied")
        return real(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)  # the tests may run as root, whom no mode stops
    await library.scan()
    assert library.files() == ()
    assert "chmod a+r" in library.problems()[0]
    monkeypatch.setattr(os, "open", real)
    path.chmod(0o644)
    await library.scan()
    assert [file.path for file in library.files()] == ["x.flac"]


async def test_a_database_that_cannot_be_written_is_a_problem_and_no_more(
    media: Path, tmp_path: Path
) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    old_tone(media / "x.flac")
    library = Library(media, tmp_path / "var" / "library.sqlite", Audio())
    result = await library.scan()
    assert (await library.analyse("x.flac")).analysed
    assert result.playable == 1
    assert "cannot be written" in result.problems[0]
    await library.close()


async def test_no_media_folder_is_a_problem_and_no_more(media: Path, library: Library) -> None:
    await asyncio.to_thread(media.rmdir)
    result = await library.scan()
    assert result.playable == 0
    assert result.problems == (f"{media} is not there: make this folder, and put sound files into it.",)
    old_tone(media / "x.flac")
    assert (await library.scan()).problems == ()


async def test_scans_at_the_same_time_come_one_after_the_other(library: Library, media: Path) -> None:
    old_tone(media / "x.flac")
    first, second = await asyncio.gather(library.scan(), library.scan())
    assert first.new == ("x.flac",)
    assert second.new == ()


async def test_a_scan_while_files_are_measured_loses_nothing(
    media: Path, tmp_path: Path, counted: Counted
) -> None:
    for number in range(4):
        old_tone(media / f"{number}.flac", 0.3)
    library = Library(media, tmp_path / "library.sqlite", Audio())
    await library.scan()
    await asyncio.gather(library.analyse_all(), library.scan(), library.scan())
    await library.close()
    again = Library(media, tmp_path / "library.sqlite", Audio())
    await again.scan()
    assert all(file.analysed for file in again.files())
    await again.close()
    assert len(counted.paths) == 4
