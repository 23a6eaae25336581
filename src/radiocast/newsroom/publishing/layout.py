"""What of a bulletin becomes an episode: its chapters, and what is cut out when a story is withdrawn. Pure.

Times are seconds from the episode's first sample. A cut moves everything behind it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from radiocast.model.play import Kind
from radiocast.model.published import Chapter, Stretch
from radiocast.newsroom.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.rundown import Role

# The last second of a bulletin is the tail of its bed.
_WHOLE_WITHIN_S: Final = 1.0
# A sentence that lacks its last breath was heard.
_BREATH_S: Final = 0.25
# After the last word of a bulletin that was broken off.
_TAIL_S: Final = 0.4
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
    starts = [timings[0].start_s for _, _, timings in groups]
    return tuple(
        Part(
            role=role,
            slug=slug,
            start_s=timings[0].start_s,
            spoken_until_s=timings[-1].start_s + timings[-1].duration_s,
            end_s=end_s,
            timings=timings,
        )
        for (role, slug, timings), end_s in zip(groups, [*starts[1:], bulletin.duration_s], strict=True)
    )


def heard(bulletin: RenderedBulletin, heard_s: float) -> tuple[Part, ...]:
    """The parts that were heard to the end of their last sentence."""
    every = parts(bulletin)
    if heard_s >= bulletin.duration_s - _WHOLE_WITHIN_S:
        return every
    return tuple(part for part in every if part.spoken_until_s <= heard_s + _BREATH_S)


def layout(bulletin: RenderedBulletin, heard_s: float) -> Layout | None:
    """The bulletin as far as it was heard; None where no story was told or named to its end."""
    told = heard(bulletin, heard_s)
    named = [part for part in told if part.slug]
    if not named:
        return None
    if len(told) == len(parts(bulletin)):
        duration_s = bulletin.duration_s
    else:
        # Broken off: nothing of the part that was on the air then.
        last = told[-1]
        duration_s = min(last.end_s, last.spoken_until_s + _TAIL_S)
    stories = tuple(dict.fromkeys(part.slug for part in told if part.is_story))
    return Layout(
        duration_s=duration_s,
        chapters=_chapters(bulletin, told, duration_s),
        stories=stories,
        stretches=tuple(
            Stretch(slug=part.slug, start_s=part.start_s, end_s=min(part.end_s, duration_s)) for part in named
        ),
    )


def without(whole: Layout, slugs: Collection[str]) -> tuple[Layout, tuple[tuple[float, float], ...]] | None:
    """The episode with these stories cut out, and what of the sound stays: from and to, in order.

    None where no story is left.
    """
    cut = [stretch for stretch in whole.stretches if stretch.slug in slugs]
    left = tuple(stretch for stretch in whole.stretches if stretch.slug not in slugs)
    stories = tuple(slug for slug in whole.stories if slug not in slugs)
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
        if chapter.slug not in slugs or not chapter.slug
    )
    made = Layout(
        duration_s=moved(whole.duration_s),
        chapters=tuple(chapter for chapter in chapters if chapter.end_s > chapter.start_s),
        stories=stories,
        stretches=tuple(
            Stretch(slug=each.slug, start_s=moved(each.start_s), end_s=moved(each.end_s)) for each in left
        ),
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


def _chapters(bulletin: RenderedBulletin, told: Sequence[Part], duration_s: float) -> tuple[Chapter, ...]:
    """A chapter from each cue on, but the headlines are one with what opens the bulletin."""
    headlines = [part.start_s for part in told if part.role is Role.HEADLINE]
    stories = [part for part in told if part.is_story]
    starts = [
        cue
        for cue in bulletin.cues
        if cue.at_s < duration_s
        and not (cue.kind is Kind.BULLETIN and _near(cue.at_s, headlines) and cue.at_s > 0)
    ]
    ends = [*(cue.at_s for cue in starts[1:]), duration_s]
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
