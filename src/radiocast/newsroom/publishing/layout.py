"""What of a bulletin becomes an episode: its chapters, and what is cut out when a story is withdrawn. Pure.

Times are seconds from the episode's first sample. A cut moves everything behind it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from radiocast.model.published import Chapter, Stretch
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.script.rundown import Role

# A cue and the sentence that starts there are the same moment.
_SAME_S: Final = 0.05
_READ: Final = (Role.STORY, Role.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bulletin as it is heard: its sentences, and the pause behind them up to the next part."""

    role: Role
    slug: str
    start_s: float
    spoken_until_s: float
    end_s: float
    timings: tuple[Timing, ...]

    @property
    def is_story(self) -> bool:
        """Whether a story is told in it, not merely named."""
        return self.role in _READ and bool(self.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An episode without its sound. `stories` are the slugs of those read in it, in order."""

    duration_s: float
    chapters: tuple[Chapter, ...]
    stories: tuple[str, ...]
    stretches: tuple[Stretch, ...]


def parts(bulletin: RenderedBulletin) -> tuple[Part, ...]:
    """The parts in which something is said, in order."""
    groups = [
        (role, slug, tuple(timings))
        for (role, slug), timings in groupby(
            sorted(bulletin.timings, key=lambda timing: timing.start_s), key=lambda t: (t.role, t.slug)
        )
    ]
    ends = [*(timings[0].start_s for _, _, timings in groups), bulletin.duration_s][1:]
    return tuple(
        Part(
            role=role,
            slug=slug,
            start_s=timings[0].start_s,
            spoken_until_s=timings[-1].start_s + timings[-1].duration_s,
            end_s=end_s,
            timings=timings,
        )
        for (role, slug, timings), end_s in zip(groups, ends, strict=True)
    )


def layout(bulletin: RenderedBulletin) -> Layout:
    """The whole of the bulletin."""
    every = parts(bulletin)
    return Layout(
        duration_s=bulletin.duration_s,
        chapters=_chapters(bulletin, every),
        stories=tuple(dict.fromkeys(part.slug for part in every if part.is_story)),
        stretches=tuple(
            Stretch(slug=part.slug, told=part.is_story, start_s=part.start_s, end_s=part.end_s)
            for part in every
            if part.slug
        ),
    )


def without(
    whole: Layout, slugs: Collection[str], *, untold: Collection[str] = ()
) -> tuple[Layout, tuple[tuple[float, float], ...]] | None:
    """The episode with these stories cut out, and what of the sound stays: from and to, in order.

    Of stories that are `untold`, which the air did not come to, the headline stays: it was heard. None where
    nothing is left that is told, or named.
    """
    gone, silent = frozenset(slugs), frozenset(slugs) | frozenset(untold)

    def goes(stretch: Stretch) -> bool:
        return stretch.slug in (silent if stretch.told else gone)

    cut = [stretch for stretch in whole.stretches if goes(stretch)]
    left = tuple(stretch for stretch in whole.stretches if not goes(stretch))
    stories = tuple(slug for slug in whole.stories if slug not in silent)
    if not left or (whole.stories and not stories):
        return None

    def moved(second: float) -> float:
        gone = sum(min(second, each.end_s) - each.start_s for each in cut if each.start_s < second)
        return round(second - gone, 6)

    chapters = tuple(
        Chapter(
            start_s=moved(chapter.start_s),
            end_s=moved(chapter.end_s),
            title=chapter.title,
            slug=chapter.slug,
        )
        for chapter in whole.chapters
        if not chapter.slug or chapter.slug not in silent
    )
    made = Layout(
        duration_s=moved(whole.duration_s),
        chapters=tuple(chapter for chapter in chapters if chapter.end_s > chapter.start_s),
        stories=stories,
        stretches=tuple(replace(each, start_s=moved(each.start_s), end_s=moved(each.end_s)) for each in left),
    )
    return made, kept([(each.start_s, each.end_s) for each in cut], whole.duration_s)


def kept(cuts: Sequence[tuple[float, float]], duration_s: float) -> tuple[tuple[float, float], ...]:
    """What is left between the cuts, from and to."""
    found: list[tuple[float, float]] = []
    now_s = 0.0
    for start_s, end_s in [*sorted(cuts), (duration_s, duration_s)]:
        if start_s > now_s:
            found.append((now_s, start_s))
        now_s = max(now_s, end_s)
    return tuple(found)


def _chapters(bulletin: RenderedBulletin, every: Sequence[Part]) -> tuple[Chapter, ...]:
    """A chapter from each cue on, but the headlines are one with what opens the bulletin."""
    headlines = [part.start_s for part in every if part.role is Role.HEADLINE]
    stories = [part for part in every if part.is_story]
    starts = [cue for cue in bulletin.cues if cue.at_s == 0 or not _near(cue.at_s, headlines)]
    ends = [*(cue.at_s for cue in starts[1:]), bulletin.duration_s]
    return tuple(
        Chapter(
            start_s=cue.at_s,
            end_s=end_s,
            title=cue.headline or cue.title,
            slug=next((part.slug for part in stories if _near(cue.at_s, [part.start_s])), ""),
        )
        for cue, end_s in zip(starts, ends, strict=True)
    )


def _near(second: float, others: Sequence[float]) -> bool:
    return any(abs(second - other) <= _SAME_S for other in others)
