"""A newsroom that makes no sound: bulletins that are as long as they are planned to be.

Owns: how long a bulletin of a simulation without audio lasts, and what it would say.
Must not know: voices, or when it airs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Cue, Kind
from radiocast.model.story import Story
from radiocast.newsroom.bulletin import RenderedBulletin
from radiocast.newsroom.desk import choose
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.storage import load_sidecars

# No such file: nothing here is to be played.
_NOWHERE: Final = Path("not-rendered")
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


def last_lengths(bulletins: Path) -> dict[str, float]:
    """How long each bulletin lasted the last time it was made, in seconds by name, as `var/` remembers."""
    made = (
        bulletin
        for bulletin in load_sidecars(bulletins)
        if not (bulletin.voice_failed or bulletin.headlines_only)
    )
    # Oldest first: the last one counts.
    return {bulletin.name: bulletin.duration_s for bulletin in made}


class PlannedNews:
    """The newsroom's stories without its voices. Renders at once, and remembers what has aired for a run."""

    def __init__(self, newsroom: Newsroom, lengths_s: Mapping[str, float]) -> None:
        """`lengths_s` are those of bulletins that were made before; the others last their target."""
        self._newsroom = newsroom
        self._lengths_s = lengths_s
        self._aired: dict[str, datetime] = {}

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """What the bulletin would be, with its stories evenly spread over it."""
        at_most = plan.max_stories or plan.max_headlines
        stories = choose(self._newsroom.stories(), aired=self._aired, now=at, at_most=at_most)
        length_s = self._length_s(plan)
        return RenderedBulletin(
            name=plan.name,
            path=_NOWHERE,
            at=at,
            duration_s=length_s,
            cues=_cues(plan.name, stories, length_s),
            stories=tuple(story.slug for story in stories[: plan.max_stories]),
            rendered_at=at,
            took_s=0.0,
            headlines_only=plan.max_stories == 0,
        )

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        """The last one, for its length; none that could be played again."""
        if now is not None or plan.name not in self._lengths_s:
            return None
        return RenderedBulletin(
            name=plan.name,
            path=_NOWHERE,
            at=_LONG_AGO,
            duration_s=self._length_s(plan),
            cues=(),
            stories=(),
            rendered_at=_LONG_AGO,
            took_s=0.0,
        )

    def mark_aired(self, slugs: Iterable[str], at: datetime) -> None:
        """These stories come again only after the others."""
        self._aired.update(dict.fromkeys(slugs, at))

    def _length_s(self, plan: BulletinPlan) -> float:
        return self._lengths_s.get(plan.name, plan.target_s)


def _cues(name: str, stories: Sequence[Story], length_s: float) -> tuple[Cue, ...]:
    opening = Cue(at_s=0.0, kind=Kind.BULLETIN, title=name, stream_title=name)
    apart_s = length_s / (len(stories) + 1)
    told = (
        Cue(
            at_s=apart_s * number,
            kind=Kind.STORY,
            title=story.headline,
            headline=story.headline,
            stream_title=story.headline,
        )
        for number, story in enumerate(stories, start=1)
    )
    return (opening, *told)
