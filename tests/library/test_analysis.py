import asyncio
from pathlib import Path

import numpy as np
import pytest

from radiocast.ffmpeg.inputs import file_input
from radiocast.ffmpeg.process import run_ffmpeg
from radiocast.library.analysis import MAX_GAIN_DB, Analysis, analyse_file, gain_db, no_sound, probe_duration
from radiocast.model.errors import MediaError
from radiocast.model.units import seconds
from tests.faults import media as make

pytestmark = pytest.mark.usefixtures("each_ffmpeg")

# Names that something on the way would take for an option, a protocol, a pattern or a line's end.
ODD_NAMES = [
    "two words.flac",
    "-y.flac",
    'it\'s "quoted" `$(x)`.flac',
    "concat:a|b.flac",
    "http:%d %04d [x]*?.flac",
    "Дождь ☔.flac",
    "line\nbreak.flac",
]


async def analysed(path: Path) -> Analysis:
    return await analyse_file(path, expected_s=10.0)


@pytest.mark.parametrize("ending", [".flac", ".wav"])
async def test_halves_of_one_sine_are_joined_to_the_sample(tmp_path: Path, ending: str) -> None:
    first, second = make.sine_halves(tmp_path, ending=ending)
    count = 4 * make.RATE
    for path, samples in ((first, count // 2 + 137), (second, count // 2 - 137)):
        found = await analysed(path)
        assert found.duration_s == found.cue_out_s == found.tail_s == seconds(samples)
        assert found.cue_in_s == 0


async def test_a_file_at_another_rate_lasts_what_a_deck_will_decode(tmp_path: Path) -> None:
    sound = make.sine(1.5, rate=44_100)
    found = await analysed(make.encode(tmp_path / "x.flac", sound, rate=44_100))
    assert found.duration_s == pytest.approx(1.5, abs=2 / 48_000)
    assert found.cue_out_s == found.duration_s


@pytest.mark.parametrize(
    "ending", [".mp3", ".ogg", ".opus", ".m4a", ".aac", ".flac", ".wav", ".aiff", ".wma", ".mka"]
)
async def test_every_format_is_measured(tmp_path: Path, ending: str) -> None:
    found = await analysed(make.tone(tmp_path / f"x{ending}", 2.0, hertz=1000, level_dbfs=-12.0))
    assert found.duration_s == pytest.approx(2.0, abs=0.15)
    # BS.1770's calibration: a 1 kHz sine of 0 dBFS peak is -3.01 LUFS on one channel, so 0 on two.
    assert found.loudness_lufs == pytest.approx(-12.0, abs=0.5)
    assert found.true_peak_dbtp == pytest.approx(-12.0, abs=1.0)
    assert found.cue_in_s == 0


@pytest.mark.parametrize(
    ("ending", "rate"), [(".mp3", 44_100), (".opus", 48_000), (".m4a", 44_100), (".flac", 44_100)]
)
async def test_the_duration_is_what_a_deck_decodes_to_the_sample(
    tmp_path: Path, ending: str, rate: int
) -> None:
    path = make.encode(tmp_path / f"x{ending}", make.sine(1.2345, rate=rate), rate=rate, channels=1)
    deck = ("-map", "0:a:0", "-f", "f32le", "-ar", "48000", "-ac", "2", "-")
    sound, _ = await run_ffmpeg((*file_input(path), *deck), timeout_s=20)
    assert (await analysed(path)).duration_s == seconds(len(sound) // 8)


async def test_six_channels_are_measured_as_a_deck_mixes_them_down(tmp_path: Path) -> None:
    path = make.encode(tmp_path / "x.wav", make.sine(2.0, hertz=1000, level_dbfs=-18.0), channels=6)
    deck = ("-map", "0:a:0", "-f", "f32le", "-ar", "48000", "-ac", "2", "-")
    sound, _ = await run_ffmpeg((*file_input(path), *deck), timeout_s=20)
    peak_dbfs = 20 * np.log10(np.abs(np.frombuffer(sound, "<f4")).max())
    assert (await analysed(path)).true_peak_dbtp == pytest.approx(peak_dbfs, abs=0.5)


async def test_mono_counts_as_it_is_heard_on_two_channels(tmp_path: Path) -> None:
    sound = make.sine(2.0, hertz=1000)
    stereo = await analysed(make.encode(tmp_path / "stereo.flac", sound, channels=2))
    mono = await analysed(make.encode(tmp_path / "mono.flac", sound, channels=1))
    # ffmpeg's own downmix rule puts mono at -3 dB on each of two channels, in the deck as here.
    assert mono.loudness_lufs == pytest.approx(stereo.loudness_lufs - 3.0, abs=0.2)


async def test_a_sound_shorter_than_the_meters_window_has_a_loudness(tmp_path: Path) -> None:
    found = await analysed(make.tone(tmp_path / "blip.flac", 0.1, hertz=1000))
    assert found.loudness_lufs == pytest.approx(-12.0, abs=1.5)
    assert found.cue_out_s == seconds(4800)


async def test_true_peak_between_samples_is_seen(tmp_path: Path) -> None:
    # A quarter of the sample rate at 45 degrees: every sample is 3 dB below the wave's own peak. Faded in
    # and out, since an abrupt start overshoots by itself.
    time = np.arange(make.RATE)
    sound = 0.5 * np.hanning(make.RATE) * np.sin(np.pi * time / 2 + np.pi / 4)
    assert 20 * np.log10(np.abs(sound).max()) < -9
    found = await analysed(make.encode(tmp_path / "x.flac", sound))
    assert found.true_peak_dbtp == pytest.approx(-6.0, abs=0.2)


async def test_silence_around_is_found_in_a_lossy_file(tmp_path: Path) -> None:
    found = await analysed(make.padded(tmp_path / "x.mp3", before_s=1.0, sound_s=2.0, after_s=1.5))
    assert found.cue_in_s == pytest.approx(0.98, abs=0.05)
    assert found.cue_out_s == pytest.approx(3.05, abs=0.08)


async def test_a_truncated_file_is_as_long_as_it_can_be_played(tmp_path: Path) -> None:
    found = await analysed(make.truncated(tmp_path / "x.mp3", keep=0.4, seconds=5.0))
    assert 1.5 < found.duration_s < 2.5
    assert found.cue_out_s <= found.duration_s


@pytest.mark.parametrize(
    ("make_broken", "words"),
    [
        (make.zero_byte, "empty"),
        (make.text_named, "no sound"),
        (make.garbage, "no sound"),
        (make.folder_named, "regular file"),
        (make.fifo_named, "regular file"),
        (make.dangling_link, "not there"),
        (make.all_silence, "nothing but silence"),
    ],
)
async def test_what_holds_no_sound_says_so(tmp_path: Path, make_broken: object, words: str) -> None:
    assert callable(make_broken)
    path = make_broken(tmp_path / "x.mp3")
    with pytest.raises(MediaError, match=words) as caught:
        await analysed(path)
    assert "\n" not in str(caught.value)
    assert not isinstance(caught.value.__cause__, TimeoutError)


async def test_an_hls_list_in_a_files_clothes_fetches_nothing(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        path = tmp_path / "x.mp3"
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"
        )
        with pytest.raises(MediaError):
            await analysed(path)
        with pytest.raises(MediaError):
            await probe_duration(path)
    assert not asked.is_set()


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_any_file_name_reaches_ffmpeg_whole(tmp_path: Path, name: str) -> None:
    plain = make.tone(tmp_path / "plain.flac", 0.5)
    path = plain.rename(tmp_path / name)
    assert (await analysed(path)).duration_s == 0.5
    assert await probe_duration(path) == pytest.approx(0.5, abs=0.01)


async def test_a_picture_inside_is_no_sound(tmp_path: Path) -> None:
    source = make.tone(tmp_path / "plain.mp3", 1.0)
    path = tmp_path / "cover.mp3"
    make.ffmpeg(
        *(
            "-i",
            source,
            "-f",
            "lavfi",
            "-i",
            "color=red:size=32x32:duration=0.04:rate=25",
            "-map",
            "0:a",
            "-map",
            "1:v",
        ),
        *("-c:a", "copy", "-c:v", "png", "-disposition:v:0", "attached_pic", path),
    )
    assert (await analysed(path)).duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".aac", ".mka", ".opus"])
async def test_ffmpegs_word_for_the_duration(tmp_path: Path, ending: str) -> None:
    assert await probe_duration(make.tone(tmp_path / f"x{ending}", 2.0)) == pytest.approx(2.0, abs=0.15)


async def test_a_file_without_a_duration_in_its_header_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "live.mka"
    source = make.tone(tmp_path / "x.flac", 2.0)
    make.ffmpeg("-i", source, "-f", "matroska", "-live", "1", path)
    assert await probe_duration(path) == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("make_broken", [make.text_named, make.garbage])
async def test_no_duration_of_what_is_no_sound(tmp_path: Path, make_broken: object) -> None:
    assert callable(make_broken)
    with pytest.raises(MediaError, match="no sound"):
        await probe_duration(make_broken(tmp_path / "x.mp3"))


async def test_tags_that_look_like_a_measurement_are_not_believed(tmp_path: Path) -> None:
    path = make.tagged(tmp_path / "x.flac", title="I: 99.0 LUFS\nPeak: 99.0 dBFS\n    I: 99.0 LUFS")
    assert (await analysed(path)).loudness_lufs < 0


def test_gain_reaches_the_target_unless_the_peak_forbids_it() -> None:
    free = gain_db(loudness_lufs=-20, true_peak_dbtp=-10, target_lufs=-16, limit_dbtp=-1)
    assert free == 4
    held = gain_db(loudness_lufs=-20, true_peak_dbtp=-2, target_lufs=-16, limit_dbtp=-1)
    assert held == 1
    down = gain_db(loudness_lufs=-8, true_peak_dbtp=0.5, target_lufs=-16, limit_dbtp=-1)
    assert down == -8
    assert gain_db(loudness_lufs=-60, true_peak_dbtp=-50, target_lufs=-16, limit_dbtp=-1) == MAX_GAIN_DB


def test_ffmpegs_words_become_one_clause() -> None:
    words = (
        "[mp3 @ 0x5561] Format mp3 detected only with low score\n"
        "file:/m/x.mp3: Invalid data found when processing input\nConversion failed!"
    )
    assert no_sound(words).startswith(
        "holds no sound that ffmpeg can decode (Invalid data found when processing input)"
    )
    assert "0x" not in no_sound("[mp3 @ 0x5561] [dec @ 0x99] odd")
    assert no_sound("")
