"""The render process itself: what it leaves behind when it is ended, and what it says when it breaks."""

import asyncio
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from radiocast.config.station import VoiceConfig
from radiocast.model.errors import MediaError
from radiocast.newsroom.production.bulletin import RenderJob
from radiocast.newsroom.production.rendering import run_render
from radiocast.newsroom.script.rundown import BREAKING, Passage, Role, Rundown
from tests.newsroom.rooms import AT, TONE_VOICE, says, write_wav
from tests.newsroom.sounds import decoded


def passage(role: Role, *sentences: str, slug: str = "", least: int | None = None) -> Passage:
    return Passage(
        role=role,
        language="en",
        sentences=sentences,
        least=len(sentences) if least is None else least,
        slug=slug,
        title=slug or "News",
        stream_title=slug or "News",
        pause_s=0.5,
    )


RUNDOWN = Rundown(
    bulletin="hourly",
    at=AT,
    passages=(
        passage(Role.SOUNDER),
        passage(Role.INTRO, "Good morning."),
        passage(Role.STORY, "Well runs dry.", "Nobody was hurt.", slug="well"),
        passage(Role.OUTRO, "That is the news."),
    ),
    target_s=30.0,
    max_s=60.0,
    max_stories=5,
)


def job(folder: Path, voice: VoiceConfig, **more: object) -> RenderJob:
    made = RenderJob(
        rundown=RUNDOWN,
        voice=voice,
        root=str(folder),
        cache=str(folder / "speech"),
        out=str(folder / "out.flac"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _still_there(pid: int) -> bool:
    """Whether a process outlives five seconds; an orphan is reaped by init a moment after it is killed."""
    for _ in range(500):
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.01)
    return True


async def test_a_bulletin_and_what_is_told_of_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "sounder.wav", 1.5, 900)
    result = await run_render(
        job(tmp_path, says(TONE_VOICE), sounder=str(tmp_path / "sounder.wav")), timeout_s=60
    )
    assert (result.stories, result.problems, result.voice_failed) == (("well",), (), False)
    assert [timing.text for timing in result.timings] == [
        "Good morning.",
        "Well runs dry.",
        "Nobody was hurt.",
        "That is the news.",
    ]
    assert [cue.title for cue in result.cues] == ["News", "well", "News"]
    assert len(decoded(tmp_path / "out.flac")) / 48_000 == result.duration_s
    script = (tmp_path / "out.txt").read_text("utf-8").splitlines()
    assert script[:4] == [
        f"hourly, 2026-03-12T09:00+00:00, 0:{result.duration_s:04.1f}",
        "",
        "[sounder]",
        "0:00.0  (sound)",
    ]
    assert "[story well]" in script
    assert _names(tmp_path) == ["out.flac", "out.txt", "sounder.wav", "speech"]


async def test_breaking_news_is_read_by_the_voice_for_it(tmp_path: Path) -> None:
    rundown = replace(RUNDOWN, bulletin=BREAKING)
    made = job(tmp_path, says("raise SystemExit('wrong voice')"), rundown=rundown, urgent=True)
    made = replace(made, voices=made.voices.model_copy(update={"parts": {"breaking": says(TONE_VOICE)}}))
    result = await run_render(made, timeout_s=60)
    assert (result.stories, result.problems) == (("well",), ())


async def test_a_render_that_is_not_wanted_any_more_ends_with_its_voice(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()) + ' '); time.sleep(60)"
    render = asyncio.create_task(run_render(job(tmp_path, says(code, timeout=60)), timeout_s=60))
    pid = int((await asyncio.to_thread(note.read_text, "utf-8")).split()[0])
    render.cancel()
    with pytest.raises(asyncio.CancelledError):
        await render
    assert not await asyncio.to_thread(_still_there, pid)
    assert _names(tmp_path) == ["pid"]  # no half-written audio


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('bug')", "bug"),
        ("print('garbage')", "exit code 0"),
        ("import time; time.sleep(60)", "not rendered within 0.5 s"),
    ],
)
async def test_a_render_process_that_breaks_is_a_media_error(tmp_path: Path, code: str, reason: str) -> None:
    limit_s = 0.5 if "sleep" in code else 20
    with pytest.raises(MediaError, match=reason):
        await run_render(
            job(tmp_path, VoiceConfig()), timeout_s=limit_s, command=(sys.executable, "-c", code)
        )


async def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be written"):
        await run_render(
            job(tmp_path, says(TONE_VOICE), out=str(tmp_path / "nowhere" / "out.flac")), timeout_s=60
        )
