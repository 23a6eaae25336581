"""The readings of a bulletin: which second of its audio reads which story, and what goes with one.

Owns: the arithmetic between a bulletin's own seconds and those that are heard once parts are left out. Pure.
Must not know: why a story was withdrawn, or how the sound is cut.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from radiocast.model.play import Cue
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.script.rundown import Role

# Where a cue and a reading begin at one sample, they may differ by what rounding left.
_SAME_S: Final = 0.005
# A story counts as heard when so much of its reading was.
_HEARD: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One part as it is read, from its first word to that of the next part, or the end; in seconds.

    `slug` is the story's, empty for what is no story's. `told` is whether it is the story, not its headline.
    """

    slug: str
    told: bool
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is left out of an item: from this second of its audio up to that one; None is its end."""

    from_s: float
    to_s: float | None


def readings_of(bulletin: RenderedBulletin) -> tuple[Reading, ...]:
    """Every part that is read in it, in order; none where its timings are not known."""

    def part(timing: Timing) -> tuple[Role, str]:
        return timing.role, timing.slug

    parts = [(*key, next(spoken).start_s) for key, spoken in groupby(bulletin.timings, part)]
    ends = [*(start_s for _, _, start_s in parts[1:]), bulletin.duration_s][: len(parts)]
    return tuple(
        Reading(slug=slug, told=role in {Role.STORY, Role.CORRECTION}, from_s=start_s, to_s=end_s)
        for (role, slug, start_s), end_s in zip(parts, ends, strict=True)
    )


def slugs_of(readings: Iterable[Reading]) -> tuple[str, ...]:
    """The stories that are in it, be it by their headlines alone."""
    return tuple(dict.fromkeys(reading.slug for reading in readings if reading.slug))


def gaps_for(readings: Sequence[Reading], slugs: Collection[str]) -> tuple[Gap, ...]:
    """What is to be left out so that these stories are not in it. Neighbours are one gap."""
    if set(slugs_of(readings)) <= set(slugs) and readings and readings[-1].slug:
        # Nothing is left but an opening: breaking news whose story is gone.
        return (Gap(from_s=0.0, to_s=None),)
    gaps: list[Gap] = []
    for gone, run in groupby(readings, lambda reading: reading.slug in slugs):
        if gone:
            parts = list(run)
            last = parts[-1] is readings[-1]
            gaps.append(Gap(from_s=parts[0].from_s, to_s=None if last else parts[-1].to_s))
    return tuple(gaps)


def left_out_s(gaps: Iterable[Gap], from_s: float, to_s: float) -> float:
    """How much of the audio between two of its seconds is not heard."""
    return sum(max(0.0, min(to_s, _end(gap)) - max(from_s, gap.from_s)) for gap in gaps)


def cues_from(
    cues: Sequence[Cue], gaps: Sequence[Gap], *, from_s: float | None, heard_at_s: float
) -> tuple[Cue, ...]:
    """The cues from a second of the audio on, which is heard at `heard_at_s` of the item; None is its end.

    Those inside a gap go with it.
    """
    if from_s is None:
        return ()
    coming = (cue for cue in cues if cue.at_s >= from_s - _SAME_S)
    return tuple(
        replace(cue, at_s=heard_at_s + max(0.0, cue.at_s - from_s) - left_out_s(gaps, from_s, cue.at_s))
        for cue in coming
        if not any(gap.from_s - _SAME_S <= cue.at_s < _end(gap) - _SAME_S for gap in gaps)
    )


def place_after(gaps: Iterable[Gap], from_s: float, heard_s: float) -> float:
    """The second of the audio that is reached when so many seconds of it were heard from `from_s` on."""
    place_s = from_s + heard_s
    for gap in gaps:
        if from_s <= gap.from_s < place_s:
            place_s += _end(gap) - gap.from_s
    return place_s


def told_by(readings: Iterable[Reading], place_s: float, *, without: Collection[str]) -> tuple[str, ...]:
    """The stories that count as told when this second of the audio was reached; those left out do not."""
    told = (reading for reading in readings if reading.told and reading.slug not in without)
    return tuple(
        dict.fromkeys(
            reading.slug
            for reading in told
            if place_s >= reading.from_s + _HEARD * (reading.to_s - reading.from_s)
        )
    )


def _end(gap: Gap) -> float:
    return float("inf") if gap.to_s is None else gap.to_s
