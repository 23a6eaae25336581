"""A newsroom that makes no sound: bulletins that are as long as they are planned to be.

Owns: how long a bulletin of a simulation without audio lasts, and what it would say.
Must not know: voices, or when it airs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Cue
from radiocast.newsroom.bulletin import RenderedBulletin
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.script import Script
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
    """The newsroom's stories without its voices. Renders at once."""

    def __init__(self, newsroom: Newsroom, lengths_s: Mapping[str, float]) -> None:
        """`lengths_s` are those of bulletins that were made before; the others last their target."""
        self._newsroom = newsroom
        self._lengths_s = lengths_s

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """What the bulletin would be; its parts are evenly spread over it."""
        length_s = self._length_s(plan)
        script = self._newsroom.script(plan, at=at)
        return RenderedBulletin(
            name=plan.name,
            path=_NOWHERE,
            at=at,
            duration_s=length_s,
            cues=_spread(script, length_s),
            stories=script.stories,
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
        """As the newsroom's."""
        self._newsroom.mark_aired(slugs, at)

    def _length_s(self, plan: BulletinPlan) -> float:
        return self._lengths_s.get(plan.name, plan.target_s)


def _spread(script: Script, length_s: float) -> tuple[Cue, ...]:
    """A cue for each part whose name a player would show."""
    cues: list[Cue] = []
    for index, part in enumerate(script.parts):
        cue = Cue(
            at_s=length_s * index / len(script.parts) if cues else 0.0,
            kind=part.kind,
            title=part.title,
            headline=part.headline,
            stream_title=part.stream_title,
        )
        if not cues or part.slug or replace(cue, at_s=0.0) != replace(cues[-1], at_s=0.0):
            cues.append(cue)
    return tuple(cues)
