"""A bulletin's script as it is kept beside its audio: what was said when, what was cut and why. Pure."""

from collections.abc import Mapping, Sequence

from radiocast.newsroom.production.bulletin import Timing
from radiocast.newsroom.script.rundown import Role, Rundown, Script


def transcript(script: Script, timings: Sequence[Timing], notes: Sequence[str], *, duration_s: float) -> str:
    """For people: each sentence behind its time in the bulletin, part by part; the cuts at the end."""
    lines = [f"{script.bulletin}, {script.at.isoformat(timespec='minutes')}, {_clock(duration_s)}"]
    heard = list(timings)
    for part in script.parts:
        said = [heard.pop(0) for _ in part.sentences if heard and heard[0].text in part.sentences]
        if part.sentences and not said:
            continue
        lines += ["", f"[{part.role}{' ' + part.slug if part.slug else ''}]"]
        lines += [f"{_clock(each.start_s)}  {each.text}" for each in said]
        if part.role is Role.SOUNDER:
            lines.append(f"{_clock(0.0)}  (sound)")
    if notes:
        lines += ["", "[cut]", *notes]
    return "\n".join(lines) + "\n"


def cuts(written: Rundown, read: Mapping[int, int], why: Mapping[int, str]) -> tuple[str, ...]:
    """What of a rundown is not in its bulletin, in words.

    `read` says how many sentences of which passage are, by its place; `why` has reasons for what is not.
    """
    notes: list[str] = []
    for place, passage in enumerate(written.passages):
        name = f"{passage.role} {passage.slug}".rstrip()
        lacking = len(passage.sentences) - read.get(place, 0)
        if passage.sentences and place not in read:
            is_story = passage.role is Role.STORY
            usual = f"{written.max_stories} stories are the most there may be" if is_story else "not recorded"
            notes.append(f"not read: {name}: {why.get(place, usual)}")
        elif lacking:
            notes.append(f"cut: {lacking} {'sentence' if lacking == 1 else 'sentences'} of {name}")
    return tuple(notes)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}"
