"""The render process, `python -m radiocast.newsroom.production.render`: a job in, its result out.

One bulletin and out: what pydub and numpy needed goes back to the machine, and their work never
shares a GIL or an event loop with the air. Ended by SIGTERM, it ends its voices too; it also ends
when the process that started it dies.
"""

import asyncio
import contextlib
import resource
import sys
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from radiocast.children.child import die_with_parent, make_way, run_until_told
from radiocast.model.errors import MediaError, RadiocastError, VoiceError
from radiocast.model.play import Cue
from radiocast.newsroom.production.bulletin import RenderJob, RenderResult
from radiocast.newsroom.production.cutting import Frame, Stretch, part_of
from radiocast.newsroom.production.decoded import decode_once
from radiocast.newsroom.production.decoding import Sound, encode_flac
from radiocast.newsroom.production.mixing import SENTENCE_S, Mix, assemble, frame_of
from radiocast.newsroom.production.recording import Recorded, Session
from radiocast.newsroom.production.transcript import transcript
from radiocast.newsroom.script.rundown import Role
from radiocast.newsroom.voices.booth import Booth

JOB: Final = TypeAdapter(RenderJob)
RESULT: Final = TypeAdapter(RenderResult)

# A sounder is seconds, a bed a minute or so; an hour by mistake must not fill the memory.
_SOUNDER_MAX_S: Final = 30.0
_BED_MAX_S: Final = 300.0
# What sounder and bed take of a bulletin's time, until their lengths are known.
_GUESS: Final = Frame(opening=Stretch.fixed(5.0), tail=Stretch.fixed(3.0), sentence_s=SENTENCE_S)
# Breaking news waits so long for a voice that hangs, if there is another.
_URGENT_PATIENCE_S: Final = 4.0
_NICENESS: Final = 10


async def render(job: RenderJob) -> RenderResult:
    """Record, cut, assemble and write one bulletin: the audio at `job.out` and the script beside it.

    Raises VoiceError when there is neither a voice nor a sounder, MediaError when the audio cannot be
    written. A missing sounder or bed, or a sentence that no voice can say, is left out and named in
    `problems`.
    """
    problems: list[str] = []
    booth = Booth(
        voice=job.voice,
        voices=job.voices,
        pronunciation=job.pronunciation,
        cache=Path(job.cache),
        root=Path(job.root),
        patience_s=_URGENT_PATIENCE_S if job.urgent else inf,
    )
    session = Session(job.rundown, booth, words_per_minute=job.voice.words_per_minute)
    has_opening = any(passage.role is Role.SOUNDER for passage in job.rundown.passages)
    async with asyncio.TaskGroup() as tasks:
        # The voices are at work while sounder and bed are decoded.
        tasks.create_task(session.begin(_GUESS))
        opening = tasks.create_task(
            _media(job, "sounder", job.sounder if has_opening else "", _SOUNDER_MAX_S, problems)
        )
        under = tasks.create_task(_media(job, "bed", job.bed, _BED_MAX_S, problems))
    sounder, bed = opening.result(), under.result()
    recorded = await session.finish(frame_of(sounder, bed))
    problems += [*booth.problems, *recorded.problems]
    if not recorded.takes and sounder is None:
        raise VoiceError("; ".join(dict.fromkeys(problems)) or "the script has nothing to say")
    mix = await asyncio.to_thread(_mixed, job, recorded, sounder, bed)
    await _write(job, recorded, mix)
    return RenderResult(
        duration_s=mix.duration_s,
        cues=_cues(mix),
        timings=mix.timings,
        stories=tuple(
            part.slug for part, _ in mix.starts if part.role in {Role.CORRECTION, Role.STORY} and part.slug
        ),
        voice_failed=not recorded.takes,
        problems=tuple(dict.fromkeys(problems)),
        peak_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


async def _media(job: RenderJob, what: str, path: str, at_most_s: float, problems: list[str]) -> Sound | None:
    if not path:
        return None
    try:
        return await decode_once(Path(path), Path(job.cache) / "decoded", at_most_s=at_most_s)
    except RadiocastError as error:
        problems.append(f"the bulletin goes out without its {what}: {error}")
        return None


def _mixed(job: RenderJob, recorded: Recorded, sounder: Sound | None, bed: Sound | None) -> Mix:
    opening = next((part_of(each) for each in job.rundown.passages if each.role is Role.SOUNDER), None)
    return assemble(
        recorded.takes,
        opening_s=recorded.cut.opening_s,
        tail_s=recorded.cut.tail_s,
        sounder=(opening, sounder) if opening is not None and sounder is not None else None,
        bed=bed,
        duck_db=job.duck_db,
        speech_lufs=job.speech_lufs,
        true_peak_dbtp=job.true_peak_dbtp,
    )


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


async def _write(job: RenderJob, recorded: Recorded, mix: Mix) -> None:
    out = Path(job.out)
    part = out.with_name(f".{out.name}.part")
    text = transcript(recorded.cut.script, mix.timings, recorded.notes, duration_s=mix.duration_s)
    try:
        await asyncio.to_thread(out.with_suffix(".txt").write_text, text, "utf-8")
        await encode_flac(mix.windows, part)
        part.replace(out)
    except OSError as error:
        raise MediaError(f"{out}: the bulletin cannot be written: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def main() -> int:
    """Read the job, render it, print the result. 0 done, 1 not (the reason is in the result)."""
    die_with_parent()
    job = JOB.validate_json(sys.stdin.buffer.read())
    if not job.urgent:
        # Below the air in everything the kernel decides: a bulletin may be late, a block may not. What is
        # urgent is a few seconds of work, and the studio is as far ahead of the air.
        make_way(_NICENESS)
    try:
        result = run_until_told(render(job))
    except asyncio.CancelledError:
        return 1
    except RadiocastError as error:
        fault: Literal["voice", "media"] = "voice" if isinstance(error, VoiceError) else "media"
        result = RenderResult(error=str(error), fault=fault)
    sys.stdout.buffer.write(RESULT.dump_json(result))
    return 1 if result.error else 0


if __name__ == "__main__":
    sys.exit(main())
