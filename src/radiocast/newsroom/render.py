"""The render process: `python -m radiocast.newsroom.render`, a job in JSON on stdin, the result on stdout.

One bulletin and out: what pydub and numpy needed goes back to the machine, and their work never
shares a GIL or an event loop with the air. Ended by SIGTERM, it ends its voices too; it also ends
when the process that started it dies.
"""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from radiocast.model.errors import MediaError, RadiocastError, VoiceError
from radiocast.model.play import Cue
from radiocast.newsroom.bulletin import RenderJob, RenderResult
from radiocast.newsroom.cutting import cut_to_time, spoken_s
from radiocast.newsroom.decoding import Sound, colour_speech, decode, encode_flac
from radiocast.newsroom.production import Mix, Take, assemble, levelled
from radiocast.newsroom.rundown import Role, Script, ScriptPart
from radiocast.newsroom.sound import trimmed
from radiocast.newsroom.voices.choose import make_voice
from radiocast.newsroom.voices.fallback import FallbackVoice

JOB: Final = TypeAdapter(RenderJob)
RESULT: Final = TypeAdapter(RenderResult)

# A sounder is seconds, a bed a minute or so; an hour by mistake must not fill the memory.
_SOUNDER_MAX_S: Final = 30.0
_BED_MAX_S: Final = 300.0
# Voices are started one after another faster than they speak; two at once fill both cores of a small
# machine, and more would only take them from the air.
_AT_ONCE: Final = 2
_PR_SET_PDEATHSIG: Final = 1


async def render(job: RenderJob) -> RenderResult:
    """Record, assemble and write one bulletin: the audio at `job.out` and the script beside it.

    Raises VoiceError when there is neither a voice nor a sounder, MediaError when the audio cannot be
    written. A missing sounder or bed, or a part that no voice can say, is left out and named in `problems`.
    """
    problems: list[str] = []
    script = cut_to_time(job.rundown, lambda text: spoken_s(f" {text}", job.voice.words_per_minute))
    opening = next((part for part in script.parts if part.role is Role.SOUNDER), None)
    sounder = await _media("sounder", job.sounder, _SOUNDER_MAX_S, problems) if opening is not None else None
    bed = await _media("bed", job.bed, _BED_MAX_S, problems)
    takes = await _record(job, script, problems)
    if not takes and sounder is None:
        raise VoiceError("; ".join(problems) or "the script has nothing to say")
    mix = await asyncio.to_thread(
        assemble,
        takes,
        sounder=(opening, sounder) if opening is not None and sounder is not None else None,
        bed=bed,
        duck_db=job.duck_db,
        speech_lufs=job.speech_lufs,
        true_peak_dbtp=job.true_peak_dbtp,
    )
    await _write(job, script, mix)
    return RenderResult(
        duration_s=mix.duration_s,
        cues=_cues(mix),
        stories=tuple(part.slug for part, _ in mix.starts if part.role is Role.STORY),
        voice_failed=not takes,
        problems=tuple(problems),
        peak_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


async def _media(what: str, path: str, at_most_s: float, problems: list[str]) -> Sound | None:
    if not path:
        return None
    try:
        return await decode(Path(path), at_most_s=at_most_s)
    except MediaError as error:
        problems.append(f"the bulletin goes out without its {what}: {error}")
        return None


async def _record(job: RenderJob, script: Script, problems: list[str]) -> list[Take]:
    """Every part that a voice could say. None but the frame of a bulletin is no bulletin: then nothing."""
    parts = [part for part in script.parts if part.text]
    if not parts:
        return []
    try:
        voice = make_voice(job.voice)
    except VoiceError as error:
        problems.append(str(error))
        return []
    turn = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        recordings = [tasks.create_task(_take(job, voice, part, turn)) for part in parts]
    takes: list[Take] = []
    left_out: list[str] = []
    for part, recording in zip(parts, recordings, strict=True):
        take = recording.result()
        if isinstance(take, Take):
            takes.append(take)
        else:
            left_out.append(f"left out of the bulletin: {part.role} {part.slug}".rstrip() + f": {take}")
    problems += [*voice.problems, *left_out]
    news = {Role.HEADLINE, Role.STORY}
    if any(part.role in news for part in parts) and not any(take.part.role in news for take in takes):
        problems[:] = [problem for problem in problems if problem not in left_out]
        problems.append("no voice could speak: the bulletin is its sounder alone")
        return []
    return takes


async def _take(
    job: RenderJob, voice: FallbackVoice, part: ScriptPart, turn: asyncio.Semaphore
) -> Take | RadiocastError:
    """The part as recorded, or why it could not be."""
    async with turn:
        try:
            speech = await voice.speak(part.text)
            sound = await colour_speech(speech.pcm, speech.rate)
        except (VoiceError, MediaError) as error:
            return error
        pcm = trimmed(levelled(sound, job.speech_lufs, job.true_peak_dbtp))
        return Take(part=part, pcm=pcm) if len(pcm) else VoiceError(f"voice {speech.voice}: it is silent")


def _cues(mix: Mix) -> tuple[Cue, ...]:
    """A cue wherever what a player shows changes: the bulletin, each headline, each story, the outro."""
    cues: list[Cue] = []
    for part, at_s in mix.starts:
        cue = Cue(
            at_s=at_s if cues else 0.0,
            kind=part.kind,
            title=part.title,
            headline=part.headline,
            stream_title=part.stream_title,
        )
        # Sounder and intro are one to a listener; two stories never are.
        if not cues or part.slug or replace(cue, at_s=0.0) != replace(cues[-1], at_s=0.0):
            cues.append(cue)
    return tuple(cues)


async def _write(job: RenderJob, script: Script, mix: Mix) -> None:
    out = Path(job.out)
    part = out.with_name(f".{out.name}.part")
    try:
        await asyncio.to_thread(out.with_suffix(".txt").write_text, str(script), "utf-8")
        await encode_flac(mix.pcm, part)
        part.replace(out)
    except OSError as error:
        raise MediaError(f"{out}: the bulletin cannot be written: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _die_with_parent() -> None:
    """Ask Linux for SIGTERM when the starting process dies; elsewhere the time limit must do."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


async def _main(job: RenderJob) -> RenderResult:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        # Cancellation goes through every `finally` on its way out: no voice, no ffmpeg and no half file stay.
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await render(job)


def main() -> int:
    """Read the job, render it, print the result. 0 done, 1 not (the reason is in the result)."""
    _die_with_parent()
    job = JOB.validate_json(sys.stdin.buffer.read())
    if not job.urgent:
        # Below the air in everything the kernel decides: a bulletin may be late, a block may not. What is
        # urgent is a few seconds of work, and the studio is as far ahead of the air.
        with contextlib.suppress(OSError):
            os.nice(10)
    try:
        result = asyncio.run(_main(job))
    except asyncio.CancelledError:
        return 1
    except RadiocastError as error:
        fault: Literal["voice", "media"] = "voice" if isinstance(error, VoiceError) else "media"
        result = RenderResult(error=str(error), fault=fault)
    sys.stdout.buffer.write(RESULT.dump_json(result))
    return 1 if result.error else 0


if __name__ == "__main__":
    sys.exit(main())
