"""Publishing one job: what was heard becomes pages and an episode, what was withdrawn is taken out.

Owns: the order of things. Readers are told at every step only of what is whole: a withdrawn story is off the
pages before its episodes are made anew.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from radiocast.model.errors import MediaError
from radiocast.model.published import Episode, PublishedStory, StoryAudio, page_name
from radiocast.model.story import Story
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.publishing import layout as laying
from radiocast.newsroom.publishing.audio import decoded, joined, levelled, write_mp3
from radiocast.newsroom.publishing.job import Heard, PublishJob, PublishResult
from radiocast.newsroom.publishing.layout import Layout, Part
from radiocast.newsroom.publishing.related import related
from radiocast.newsroom.publishing.shelf import Shelf

# A recorded sentence by its key; None where the cache has lost it.
Recorded = Callable[[str], Pcm | None]
# The longest silence that is kept between two sentences of a story.
_PAUSE_MOST_S: Final = 0.6
# A little more sound is no other episode.
_SAME_LENGTH_S: Final = 0.5


async def publish(job: PublishJob, recorded: Recorded) -> PublishResult:
    """Bring `job.published` up to date.

    Raises OSError where the folder cannot be written. What is wrong with single files is told in `problems`;
    `error` is why the bulletin itself could not be published.
    """
    press = _Press(job, recorded)
    press.take_out()
    error = ""
    if job.heard is not None:
        try:
            await press.bring_out(job.heard)
        except MediaError as reason:
            error = str(reason)  # what is withdrawn goes nevertheless
    await press.mend()
    return replace(press.finish(), error=error)


class _Press:
    def __init__(self, job: PublishJob, recorded: Recorded) -> None:
        self._job = job
        self._recorded = recorded
        self._shelf = Shelf(Path(job.published))
        self._problems = self._shelf.problems
        # Those withdrawn before count until they are heard again: a job may have ended half done.
        told = () if job.heard is None else job.heard.told
        self._gone = frozenset(job.withdrawn) | (self._shelf.withdrawn - frozenset(told))

    def take_out(self) -> None:
        """Withdrawn stories and what is too old, at once, with every episode that speaks of them."""
        shelf = self._shelf
        shelf.remove_old(self._job.now, self._job.keep_days)
        gone = [story.slug for story in shelf.stories if story.slug in self._gone]
        for slug in gone:
            shelf.withdraw(slug, self._job.now)
        shelf.write_index(leaving_out=(episode.id for episode in self._to_mend()))

    async def bring_out(self, heard: Heard) -> None:
        """The bulletin and the stories that were told in it; without those that are withdrawn."""
        bulletin = heard.bulletin
        told = [
            part
            for part in laying.parts(bulletin)
            if part.is_story and part.slug in heard.told and part.slug not in self._gone
        ]
        if not bulletin.timings:
            self._problems.append(f"{bulletin.path}: when what was said is not known, so it is not published")
            return
        # Stereo to mono once, for the episode and for stories that the cache has lost.
        sound = await decoded(bulletin.path)
        id_ = page_name(bulletin.path.stem.replace("+0000", "Z"))
        if heard.episode:
            await self._bring_out_episode(heard, id_, sound)
        in_episode = (id_,) if self._shelf.episode(id_) is not None else ()
        by_slug = {story.slug: story for story in heard.stories}
        for part in told:
            story = by_slug.get(part.slug)
            if story is None:
                self._problems.append(f"{part.slug}: it aired and is not there any more, so it has no page")
                continue
            at = heard.at + timedelta(seconds=part.start_s)
            await self._bring_out_story(story, part, at, in_episode, sound)

    async def mend(self) -> None:
        """Make the episodes anew that speak of withdrawn stories; what cannot be made anew is taken down."""
        for episode in self._to_mend():
            path = self._shelf.episode_audio(episode.id)
            whole = Layout(
                duration_s=episode.duration_s,
                chapters=episode.chapters,
                stories=episode.stories,
                stretches=episode.stretches,
            )
            found = laying.without(whole, self._gone)
            if found is None:
                self._shelf.remove_episode(episode.id)
                continue
            left, keep = found
            try:
                await self._keep_episode(_laid(episode, left), joined(await decoded(path), keep))
            except MediaError as error:
                self._shelf.remove_episode(episode.id)
                self._problems.append(f"episode {episode.id} is taken down with the story in it: {error}")

    def finish(self) -> PublishResult:
        """Who is related to whom now, and the index."""
        shelf = self._shelf
        shelf.hang_artwork(Path(self._job.media))
        near = related(shelf.stories)
        there = {episode.id for episode in shelf.episodes}
        for story in shelf.stories:
            episodes = tuple(id_ for id_ in story.episodes if id_ in there)
            shelf.put_story(replace(story, related=near[story.slug], episodes=episodes))
        shelf.write_index()
        return PublishResult(
            slugs=tuple(
                sorted(
                    {story.slug for story in shelf.stories}
                    | {stretch.slug for episode in shelf.episodes for stretch in episode.stretches}
                )
            ),
            problems=tuple(self._problems),
        )

    def _to_mend(self) -> tuple[Episode, ...]:
        return tuple(
            episode
            for episode in self._shelf.episodes
            if any(stretch.slug in self._gone for stretch in episode.stretches)
        )

    async def _bring_out_episode(self, heard: Heard, id_: str, sound: Pcm) -> None:
        bulletin = heard.bulletin
        whole = laying.layout(bulletin)
        untold = frozenset(whole.stories) - frozenset(heard.told)
        found = laying.without(whole, self._gone, untold=untold)
        if found is None:
            return
        left, keep = found
        before = self._shelf.episode(id_)
        if before is not None and before.duration_s >= left.duration_s - _SAME_LENGTH_S:
            return  # heard again, or this job done again
        episode = Episode(
            id=id_,
            bulletin=bulletin.name,
            title=f"{bulletin.cues[0].title if bulletin.cues else bulletin.name}, {_when(bulletin.at)}",
            language=self._job.language,
            published=heard.at,
            duration_s=0.0,
            bytes=0,
            chapters=(),
            stories=(),
        )
        await self._keep_episode(_laid(episode, left), await self._levelled(joined(sound, keep)))

    async def _keep_episode(self, episode: Episode, pcm: Pcm) -> None:
        size = await write_mp3(
            pcm,
            self._shelf.episode_audio(episode.id),
            title=episode.title,
            station=self._job.station,
            at=episode.published,
            chapters=episode.chapters,
        )
        self._shelf.put_episode(replace(episode, bytes=size))

    async def _bring_out_story(
        self, story: Story, part: Part, at: datetime, in_episode: tuple[str, ...], sound: Pcm
    ) -> None:
        before = self._shelf.story(story.slug)
        same = before is not None and before.versioncreated == story.versioncreated
        audio = before.audio if same and before is not None else None
        spoken = self._spoken(part, sound)
        if audio is None or audio.duration_s < len(spoken) / SAMPLE_RATE - _SAME_LENGTH_S:
            audio = await self._write_story_audio(story, spoken, at)
        earlier = before.episodes if before is not None else ()
        self._shelf.put_story(
            PublishedStory(
                slug=story.slug,
                headline=story.headline,
                description_text=story.description_text,
                byline=story.byline,
                source=story.source,
                body_text=story.body_text,
                language=story.language or self._job.language,
                dateline=story.dateline,
                versioncreated=story.versioncreated,
                urgency=story.urgency,
                corrects=story.corrects,
                subject=story.subject,
                rightsinfo=story.rightsinfo,
                uri=story.uri,
                also=story.also,
                firstaired=min(at, before.firstaired) if before is not None else at,
                lastaired=max(at, before.lastaired) if before is not None else at,
                episodes=tuple(dict.fromkeys((*earlier, *in_episode))),
                audio=audio,
                related=before.related if before is not None else (),
            )
        )

    async def _write_story_audio(self, story: Story, spoken: Pcm, at: datetime) -> StoryAudio | None:
        path = self._shelf.story_audio(story.slug)
        try:
            pcm = await self._levelled(spoken)
            size = await write_mp3(pcm, path, title=story.headline, station=self._job.station, at=at)
        except MediaError as error:
            self._problems.append(f"{story.slug}: its page has no audio: {error}")
            path.unlink(missing_ok=True)
            return None
        return StoryAudio(bytes=size, duration_s=round(len(pcm) / SAMPLE_RATE, 3))

    async def _levelled(self, pcm: Pcm) -> Pcm:
        return await asyncio.to_thread(levelled, pcm, self._job.speech_lufs, self._job.true_peak_dbtp)

    def _spoken(self, part: Part, sound: Pcm) -> Pcm:
        """The story as the newsreader read it, without bed; with it, where a recording is lost."""
        takes = [self._recorded(timing.key) if timing.key else None for timing in part.timings]
        whole = [take for take in takes if take is not None]
        if len(whole) < len(takes):
            return joined(sound, [(part.start_s, part.spoken_until_s)])
        return _in_a_row(whole, part)


def _laid(episode: Episode, left: Layout) -> Episode:
    return replace(
        episode,
        duration_s=left.duration_s,
        chapters=left.chapters,
        stories=left.stories,
        stretches=left.stretches,
    )


def _when(at: datetime) -> str:
    """In figures, which are the same in every language."""
    return at.strftime("%Y-%m-%d %H:%M")


def _in_a_row(takes: list[Pcm], part: Part) -> Pcm:
    """The sentences with the pauses that they had in the bulletin."""
    pieces: list[Pcm] = []
    for number, (take, timing) in enumerate(zip(takes, part.timings, strict=True)):
        pieces.append(take.reshape(-1, 1))
        if number < len(takes) - 1:
            pause_s = part.timings[number + 1].start_s - timing.start_s - timing.duration_s
            frames = round(min(_PAUSE_MOST_S, max(0.0, pause_s)) * SAMPLE_RATE)
            pieces.append(np.zeros((frames, 1), np.int16))
    return np.concatenate(pieces)
