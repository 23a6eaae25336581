"""The newsroom of a simulation: lengths of bulletins that do not depend on how fast the machine makes them.

Owns: how long the planner takes a bulletin to be; without audio also how long it is, and what it would say.
Must not know: voices, or when it airs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Cue, Kind
from radiocast.model.story import Story
from radiocast.newsroom.desk.airings import Airing, Record, with_airing
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.production.storage import load_sidecars

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
        self._record: Record = {}

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """What the bulletin would be, with its stories evenly spread over it."""
        at_most = plan.max_stories or plan.max_headlines
        stories = self._newsroom.select(at=at, record=self._record).chosen[:at_most]
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
        return None if now is not None else _of_length(plan.name, self._lengths_s)

    def mark_aired(self, slugs: Iterable[str], at: datetime, *, bulletin: str = "") -> None:
        """These stories come again only after the others."""
        self._record = with_airing(self._record, slugs, Airing(at=at, bulletin=bulletin))

    def _length_s(self, plan: BulletinPlan) -> float:
        return self._lengths_s.get(plan.name, plan.target_s)


class StagedNews:
    """The newsroom with its voices. The planner hears of a new bulletin's length when it goes on the air.

    On the air it hears of it when it is made; here that may be at any moment of the virtual clock.
    """

    def __init__(self, newsroom: Newsroom, lengths_s: Mapping[str, float]) -> None:
        """`lengths_s` are those of bulletins that were made before this run."""
        self._newsroom = newsroom
        self._lengths_s = dict(lengths_s)

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """As the newsroom's."""
        return await self._newsroom.render(plan, at=at)

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        """As the newsroom's, for the air; without `now`, of the last one that went on the air its length."""
        if now is not None:
            return self._newsroom.previous(plan, now=now)
        return _of_length(plan.name, self._lengths_s)

    def mark_aired(self, slugs: Iterable[str], at: datetime, *, bulletin: str = "") -> None:
        """As the newsroom's."""
        self._newsroom.mark_aired(slugs, at, bulletin=bulletin)

    def on_air(self, plan: BulletinPlan) -> None:
        """The bulletin of this plan starts; the next one MUST NOT be on its way yet."""
        made = self._newsroom.previous(plan)
        if made is not None:
            self._lengths_s[plan.name] = made.duration_s


def _of_length(name: str, lengths_s: Mapping[str, float]) -> RenderedBulletin | None:
    if name not in lengths_s:
        return None
    return RenderedBulletin(
        name=name,
        path=_NOWHERE,
        at=_LONG_AGO,
        duration_s=lengths_s[name],
        cues=(),
        stories=(),
        rendered_at=_LONG_AGO,
        took_s=0.0,
    )


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
