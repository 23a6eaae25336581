"""The newsroom with real voices, ffmpeg and render process: from files to sound."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import Audio, Identity, NewsroomConfig, StationConfig, Titles, VoiceConfig
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.errors import EnvironmentFault, MediaError, VoiceError
from radiocast.model.play import Kind
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.bulletin import RenderedBulletin, RenderJob
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.rendering import run_render
from radiocast.newsroom.storage import remove_old
from radiocast.newsroom.voices.wav import wav
from tests.newsroom.test_sound import tone
from tests.newsroom.texts import MARKDOWN, PAGE, WEBPAGE

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PLAN = BulletinPlan(name="hourly", target_s=30.0)
# Speaks at once: a tone whose pitch tells how long the text was, as long as 50 letters a second.
TONE_VOICE = (
    "import math, struct, sys, wave\n"
    "text = sys.stdin.read()\n"
    "hz, count = 300 + 8 * (len(text) % 100), 16000 * max(16, len(text)) // 50\n"
    "out = wave.open(sys.stdout.buffer, 'wb'); out.setparams((1, 2, 16000, 0, 'NONE', ''))\n"
    "wave = (int(9000 * math.sin(2 * math.pi * hz * n / 16000)) for n in range(count))\n"
    "out.writeframes(struct.pack(f'<{count}h', *wave))\n"
)


def tone_hz(text: str) -> int:
    return 300 + 8 * (len(text) % 100)


def says(code: str, *, timeout: float = 20.0) -> VoiceConfig:
    command = (sys.executable, "-c", code)
    return VoiceConfig.model_validate(
        {"engine": "command", "name": "fake", "command": command, "timeout": timeout}
    )


Make = Callable[..., Newsroom]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    news = tmp_path / "media" / "news"
    news.mkdir(parents=True)
    (tmp_path / "media" / "beds").mkdir()

    def build(voice: VoiceConfig | None = None, titles: Titles | None = None) -> Newsroom:
        config = StationConfig(
            station=Identity(name="Newsline", timezone="Europe/London"),
            audio=Audio(),
            newsroom=NewsroomConfig(voice=voice or says(TONE_VOICE)),
            titles=titles or Titles(),
        )
        return Newsroom(tmp_path, tmp_path / "media", tmp_path / "var", config)

    return build


def put(tmp_path: Path, name: str, data: str | bytes, *, minutes_old: float = 0) -> Path:
    path = tmp_path / "media" / "news" / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    when = AT.timestamp() - 60 * minutes_old
    os.utime(path, (when, when))
    return path


def sound(bulletin: RenderedBulletin) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-i",
        str(bulletin.path),
        "-f",
        "s16le",
        "-ac",
        "1",
        "-ar",
        "48000",
        "-",
    ]
    pcm = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(pcm, "<i2") / 32768.0


def loudness(path: Path) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) as ffmpeg's own meter says."""
    command = [
        ffmpeg_path(),
        "-nostats",
        "-i",
        str(path),
        "-af",
        "ebur128=peak=true:framelog=verbose",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]), float(
        re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1]
    )


def write_wav(path: Path, seconds: float, hz: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(tone(seconds, level=0.3, hz=hz)[:, 0].tobytes(), SAMPLE_RATE))


async def test_articles_become_stories_and_bad_ones_are_withheld(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE, minutes_old=10)
    put(tmp_path, "bus.md", MARKDOWN)
    put(tmp_path, "coins.html", WEBPAGE)
    put(tmp_path, "huge.txt", b"x" * 2**20)
    put(tmp_path, "empty.txt", b"")
    put(tmp_path, "latin.txt", b"Caf\xe9 burns\n\nNobody was hurt.")
    put(tmp_path, "nul.txt", b"Well \x00runs dry\n\nNobody was hurt.")
    put(tmp_path, "odd.md", '---\nheadline: "Ann\'s \';\\r\\n \\"dry\\" well 🎉"\n---\nBody.')
    put(tmp_path, "bus.txt", "Another of that name\n\nBody.")
    put(tmp_path, "letter.docx", b"PK")
    for ignored in (".hidden.txt", "half.txt.part", "half.tmp", "~lock.txt"):
        put(tmp_path, ignored, "Not to be read\n\nBody.")
    (tmp_path / "media/news/breaking").mkdir()
    (tmp_path / "media/news/breaking/now.txt").write_text("Not yet\n\nBody.", "utf-8")
    os.mkfifo(tmp_path / "media/news/pipe.txt")
    newsroom = make()
    await newsroom.scan()
    headlines = {story.slug: story.headline for story in newsroom.stories()}
    assert headlines == {
        "ferry": "Ferry captains refuse to sail as harbour board withholds winter pay",
        "bus": "Library bus: 40 villages, one driver",
        "coins": "Well digger finds Roman coin hoard",
        "latin": "Café burns",
        "nul": "Well runs dry",
        "odd": "Ann's '; \"dry\" well 🎉",
    }
    reasons = {each.file: each.reason for each in newsroom.withheld()}
    assert reasons.keys() == {"huge.txt", "empty.txt", "bus.txt", "letter.docx"}
    assert "1024 KB" in reasons["huge.txt"]
    report = newsroom.report()
    assert (report.stories, report.withheld, len(report.headlines)) == (6, 4, 6)
    assert newsroom.problems() == ()


async def test_a_scan_reads_what_changed_and_forgets_what_went(make: Make, tmp_path: Path) -> None:
    path = put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    before = newsroom.stories()
    await newsroom.scan()
    assert newsroom.stories()[0] is before[0]  # not read again
    put(tmp_path, "well.txt", "Well runs wet\n\nBody.", minutes_old=-1)
    await newsroom.scan()
    assert newsroom.stories()[0].headline == "Well runs wet"
    path.unlink()
    await newsroom.scan()
    assert newsroom.stories() == ()


async def test_a_folder_that_is_away_keeps_the_last_stories(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    (tmp_path / "media/news").rename(tmp_path / "media/away")
    await newsroom.scan()
    assert len(newsroom.stories()) == 1
    assert "the last known are used" in newsroom.problems()[0]
    (tmp_path / "media/away").rename(tmp_path / "media/news")
    await newsroom.scan()
    assert newsroom.problems() == ()


async def test_every_cue_is_where_its_part_is_heard(make: Make, tmp_path: Path) -> None:
    for number in range(4):
        put(
            tmp_path,
            f"s{number}.txt",
            f"Story number {'x' * number} of today\n\n{'Long ' * (3 + number)}word.",
            minutes_old=number,
        )
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    script = newsroom.script(PLAN, at=AT)
    assert [cue.at_s for cue in bulletin.cues] == sorted(cue.at_s for cue in bulletin.cues)
    assert len(bulletin.cues) == len(script.parts) == 1 + 3 + 4 + 1
    heard = sound(bulletin)
    assert len(heard) / SAMPLE_RATE == pytest.approx(bulletin.duration_s, abs=0.001)
    for cue, part in zip(bulletin.cues, script.parts, strict=True):
        assert (cue.stream_title, cue.headline, cue.kind) == (part.stream_title, part.headline, part.kind)
        start = round(cue.at_s * SAMPLE_RATE)
        # Silence up to the cue, then this part's own tone within 50 ms.
        assert start == 0 or np.abs(heard[start - 4800 : start]).max() < 0.004
        onset = int(np.argmax(np.abs(heard[start:]) > 0.02))
        assert onset < 0.05 * SAMPLE_RATE
        piece = heard[start + onset : start + onset + 9600]
        peak_hz = np.argmax(np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 48000)))
        assert peak_hz == pytest.approx(tone_hz(part.text), abs=3)


async def test_a_whole_bulletin_with_sounder_and_bed(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE)
    put(tmp_path, "bus.md", MARKDOWN)
    write_wav(tmp_path / "media/jingles/sounder.wav", 2.0, 900)
    write_wav(tmp_path / "media/beds/news.wav", 4.0, 150)
    newsroom = make(VoiceConfig())
    await newsroom.scan()
    plan = replace(PLAN, sounder="jingles/sounder.wav", bed="beds/news.wav", duck_db=-20.0, target_s=40.0)
    bulletin = await newsroom.render(plan, at=AT)
    assert bulletin.problems == ()
    assert 20 < bulletin.duration_s < 60
    assert [cue.kind for cue in bulletin.cues] == [Kind.BULLETIN] * 3 + [Kind.STORY] * 2 + [Kind.BULLETIN]
    assert bulletin.stories == ("ferry", "bus")
    lufs, peak = loudness(bulletin.path)
    assert lufs == pytest.approx(-18.0, abs=1.0)
    assert peak < -1.0
    heard = sound(bulletin)

    def level_db(hz: float, second: float) -> float:
        piece = heard[int(second * SAMPLE_RATE) :][:4800] * np.hanning(4800)
        return float(20 * np.log10(np.abs(np.fft.rfft(piece)[round(hz / 10)]) + 1e-9))

    assert (
        level_db(900, 1.0) > level_db(900, bulletin.cues[3].at_s + 1) + 30
    )  # the sounder opens, then is gone
    before_speech, at_end = level_db(150, 2.7), level_db(150, bulletin.duration_s - 0.15)
    pause = min(level_db(150, cue.at_s - 0.35) for cue in bulletin.cues[1:])
    assert before_speech - pause == pytest.approx(15, abs=3)  # ducked from -5 to -20 against speech
    assert at_end < before_speech - 10  # faded out
    text = bulletin.path.with_suffix(".txt").read_text("utf-8")
    assert "Good morning. It is nine o'clock. Here is the news from Newsline." in text
    assert "Eleven captains who carry the lake's mail" in text
    assert "Gabriella Clare reports for the Mirror." in text
    assert not any(word in text for word in ("1 of 35", "Related", "Facebook"))


async def test_speech_is_at_its_level_without_a_bed(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE)
    newsroom = make(VoiceConfig())
    await newsroom.scan()
    lufs, peak = loudness((await newsroom.render(PLAN, at=AT)).path)
    assert lufs == pytest.approx(-18.0, abs=1.0)
    assert peak < -1.0


async def test_broken_sounder_and_missing_bed_are_left_out_and_named(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    (tmp_path / "media/text.mp3").write_text("this is no sound", "utf-8")
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, sounder="text.mp3", bed="beds/none.ogg"), at=AT)
    assert bulletin.stories == ("well",)
    assert ["its sounder:" in text for text in bulletin.problems] == [True, False]
    assert "no such file" in bulletin.problems[1]
    assert newsroom.problems() == tuple(f"bulletin hourly: {problem}" for problem in bulletin.problems)
    await newsroom.render(PLAN, at=AT)
    assert newsroom.problems() == ()


async def test_no_stories_is_a_short_bulletin_that_says_so(make: Make) -> None:
    bulletin = await make().render(PLAN, at=AT)
    assert bulletin.stories == ()
    assert not bulletin.voice_failed
    assert {cue.stream_title for cue in bulletin.cues} == {"Newsline News"}
    assert 2 < bulletin.duration_s < 15


async def test_headlines_only(make: Make, tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"s{number}.txt", f"Story {number} of today\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, max_stories=0), at=AT)
    assert bulletin.headlines_only
    assert (bulletin.stories, len([cue for cue in bulletin.cues if cue.headline])) == ((), 3)
    assert newsroom.previous(PLAN) is None


@pytest.mark.parametrize(
    ("voice", "reason"),
    [
        (says("raise SystemExit('hoarse')"), "hoarse"),
        (says("import time; time.sleep(60)", timeout=0.5), "not done within 0.5 s"),
        (says("print('garbage')"), "no WAV"),
        (
            says(f"import sys; sys.stdout.buffer.write({wav(bytes(range(200)) * 4, 8000)[:300]!r})"),
            "cut short",
        ),
    ],
)
async def test_when_every_voice_fails_the_sounder_stands_alone(
    make: Make, tmp_path: Path, voice: VoiceConfig, reason: str
) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    write_wav(tmp_path / "media/sounder.wav", 1.5, 900)
    newsroom = make(voice)
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, sounder="sounder.wav"), at=AT)
    assert bulletin.voice_failed
    assert bulletin.duration_s == pytest.approx(1.5, abs=0.1)
    assert (bulletin.stories, [cue.stream_title for cue in bulletin.cues]) == ((), ["Newsline News"])
    assert any(reason in problem for problem in bulletin.problems)
    assert newsroom.previous(PLAN) is None
    with pytest.raises(VoiceError, match=reason):
        await newsroom.render(PLAN, at=AT)  # nor is there a sounder
    assert any("not rendered" in problem for problem in newsroom.problems())


async def test_a_failing_voice_falls_back_and_is_named(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    broken = says("raise SystemExit('hoarse')").model_copy(update={"fallback": (says(TONE_VOICE),)})
    newsroom = make(broken)
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert bulletin.stories == ("well",)
    assert not bulletin.voice_failed
    assert any("hoarse" in problem for problem in bulletin.problems)


async def test_a_part_that_cannot_be_said_is_left_out(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "good.txt", "Well runs dry\n\nBody.")
    put(tmp_path, "bad.txt", "Unspeakable thing\n\nBody.")
    newsroom = make(
        says(TONE_VOICE.replace("hz,", "sys.exit('oh') if 'Unspeakable thing. Body' in text else 0\nhz,"))
    )
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert bulletin.stories == ("good",)
    assert any("left out of the bulletin: story bad" in problem for problem in bulletin.problems)


async def test_what_aired_survives_a_restart(make: Make, tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"s{number}.txt", f"Story {number} of today\n\nBody.", minutes_old=number)
    newsroom = make()
    await newsroom.scan()
    assert newsroom.script(PLAN, at=AT).stories == ("s0", "s1", "s2")
    newsroom.mark_aired(["s0"], AT)
    newsroom.mark_aired(["s1"], AT + timedelta(minutes=30))
    again = make()
    await again.scan()
    assert again.script(PLAN, at=AT).stories == ("s2", "s0", "s1")
    assert list((tmp_path / "var").iterdir()) == [tmp_path / "var" / "newsroom.json"]


async def test_a_damaged_state_file_is_a_problem_and_no_more(make: Make, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/newsroom.json").write_bytes(b'{"aired": {"s0"')
    newsroom = make()
    assert "newsroom.json" in newsroom.problems()[0]
    newsroom.mark_aired(["s0"], AT)
    assert newsroom.problems() == ()
    assert make().problems() == ()


async def test_the_previous_bulletin_survives_a_restart_while_fresh(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    assert newsroom.previous(PLAN) is None
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    (tmp_path / "var/bulletins/broken.json").write_text("{", "utf-8")
    again = make()
    assert again.previous(PLAN) == bulletin
    assert again.report().last_bulletin is not None
    assert again.previous(PLAN, now=bulletin.rendered_at + timedelta(seconds=PLAN.freshness_s + 1)) is None
    assert again.previous(PLAN, now=bulletin.rendered_at + timedelta(seconds=60)) == bulletin
    bulletin.path.unlink()
    assert again.previous(PLAN) is None


async def test_two_renders_for_one_time_do_not_meet(make: Make) -> None:
    newsroom = make()
    first, second = await asyncio.gather(newsroom.render(PLAN, at=AT), newsroom.render(PLAN, at=AT))
    assert first.path != second.path
    assert first.path.is_file()
    assert second.path.is_file()


def test_the_last_twenty_are_kept(tmp_path: Path) -> None:
    for number in range(25):
        for ending in (".flac", ".txt", ".json"):
            path = tmp_path / f"hourly-{number}{ending}"
            path.touch()
            os.utime(path, (number, number))
    remove_old(tmp_path, spare=[tmp_path / "hourly-0.flac"])
    kept = {path.stem for path in tmp_path.iterdir()}
    assert kept == {"hourly-0", *(f"hourly-{number}" for number in range(5, 25))}


async def test_no_folder_for_bulletins_is_the_machines_fault(make: Make, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be", "utf-8")
    newsroom = make()
    with pytest.raises(EnvironmentFault, match="bulletins cannot be kept"):
        await newsroom.render(PLAN, at=AT)
    newsroom.mark_aired(["well"], AT)
    assert any("cannot be kept" in problem for problem in newsroom.problems())


def test_a_bad_zone_and_a_bad_title_are_problems(tmp_path: Path) -> None:
    config = StationConfig(station=Identity(name="N", timezone="Europe/Lndon"), titles=Titles(story="{nope}"))
    newsroom = Newsroom(tmp_path, tmp_path / "media", tmp_path / "var", config)
    assert len(newsroom.problems()) == 2


def _job(newsroom: Newsroom, tmp_path: Path, voice: VoiceConfig) -> RenderJob:
    return RenderJob(script=newsroom.script(PLAN, at=AT), voice=voice, out=str(tmp_path / "out.flac"))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _still_there(pid: int) -> bool:
    """Whether a process outlives five seconds; an orphan is reaped by init a moment after it is killed."""
    for _ in range(500):
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.01)
    return True


async def test_a_render_that_is_not_wanted_any_more_ends_with_its_voice(make: Make, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()) + ' '); time.sleep(60)"
    job = _job(make(), tmp_path, says(code, timeout=60))
    render = asyncio.create_task(run_render(job, timeout_s=60))
    pid = int((await asyncio.to_thread(note.read_text, "utf-8")).split()[0])
    render.cancel()
    with pytest.raises(asyncio.CancelledError):
        await render
    assert not await asyncio.to_thread(_still_there, pid)
    assert _names(tmp_path) == ["media", "pid"]  # no half-written audio


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('bug')", "bug"),
        ("print('garbage')", "exit code 0"),
        ("import time; time.sleep(60)", "not rendered within 0.5 s"),
    ],
)
async def test_a_render_process_that_breaks_is_a_media_error(
    make: Make, tmp_path: Path, code: str, reason: str
) -> None:
    job = _job(make(), tmp_path, VoiceConfig())
    with pytest.raises(MediaError, match=reason):
        await run_render(job, timeout_s=0.5 if "sleep" in code else 20, command=(sys.executable, "-c", code))
