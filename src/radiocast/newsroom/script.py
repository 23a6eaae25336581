"""The script of a bulletin: what could be said, part by part, before it is cut and before any of it is sound.

Pure; English for now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.attribution import attribution
from radiocast.newsroom.reading import cut_words
from radiocast.newsroom.rundown import Passage, Role, Rundown
from radiocast.newsroom.speech_text import as_sentence, sentences, spoken
from radiocast.newsroom.titles import TitleWriter

# Seconds of silence after a part. 0.6 s between stories is what a newsreader breathes.
_PAUSE_S: Final = {
    Role.SOUNDER: 0.0,
    Role.INTRO: 0.5,
    Role.HEADLINE: 0.45,
    Role.CORRECTION: 0.6,
    Role.STORY: 0.6,
    Role.OUTRO: 0.0,
}
# What interrupts is short: the headline and the first sentences; the next bulletin has the rest. The name is
# none that a bulletin of the schedule can have.
BREAKING: Final = "breaking news"
BREAKING_S: Final = 45.0
# The longest sentence that is read whatever the time left: half a minute.
_FIRST_SENTENCE_CHARS: Final = 500


def write_rundown(
    plan: BulletinPlan,
    stories: Sequence[Story],
    *,
    at: datetime,
    station: str,
    titles: TitleWriter,
    language: str = "en",
) -> Rundown:
    """The rundown of `plan` for these stories, already chosen and in order.

    A plan of no stories (`max_stories` 0) gives headlines only. `at` MUST be in the station's zone: the
    greeting and the time check are its wall clock's.
    """
    writer = _Writer(plan, titles, station, at, plan.language or language)
    passages: list[Passage] = []
    if plan.sounder:
        passages.append(writer.part(Role.SOUNDER))
    headlines_only = plan.max_stories == 0
    # One story's headline would be read twice in a row.
    round_up = stories[: plan.max_headlines] if len(stories) > 1 or headlines_only else ()
    if plan.intro:
        passages.append(writer.part(Role.INTRO, *writer.intro(bool(stories), bool(round_up))))
    elif not stories:
        passages.append(writer.part(Role.INTRO, writer.no_news()))
    passages += [writer.headline(story) for story in round_up]
    passages += [writer.story(story) for story in (() if headlines_only else stories)]
    if plan.outro:
        passages.append(writer.part(Role.OUTRO, writer.outro()))
    return Rundown(
        bulletin=plan.name,
        at=at,
        language=writer.language,
        passages=tuple(passages),
        target_s=plan.target_s,
        min_s=plan.min_s,
        max_s=plan.max_s,
        max_stories=plan.max_stories,
    )


def write_breaking(
    story: Story, *, at: datetime, station: str, titles: TitleWriter, sounder: bool, language: str = "en"
) -> Rundown:
    """The rundown of one story as breaking news: at once what it is, then the story, then back.

    Its own headline is the title from the first sample on.
    """
    writer = _Writer(BulletinPlan(name=BREAKING), titles, station, at, language)
    told = writer.story(story)
    opening = replace(
        told,
        role=Role.INTRO,
        sentences=("Breaking news.",),
        closing=(),
        slug="",
        pause_s=_PAUSE_S[Role.INTRO],
    )
    sound = replace(opening, role=Role.SOUNDER, sentences=(), pause_s=0.0)
    return Rundown(
        bulletin=BREAKING,
        at=at,
        language=writer.language,
        passages=(*((sound,) if sounder else ()), opening, told),
        target_s=BREAKING_S,
        min_s=0.0,
        max_s=BREAKING_S * 2,
        max_stories=1,
    )


def greeting(at: datetime) -> str:
    """The greeting at this time of day; at night, when nobody agrees what it is, a plain one."""
    if at.hour < 5:
        return "Hello"
    if at.hour < 12:
        return "Good morning"
    return "Good afternoon" if at.hour < 18 else "Good evening"


_HOURS: Final = (
    *("twelve", "one", "two", "three", "four", "five"),
    *("six", "seven", "eight", "nine", "ten", "eleven"),
)
_FIVES: Final = ("", "five", "ten", "a quarter", "twenty", "twenty-five", "half")


def spoken_time(at: datetime) -> str:
    """The time as it is said: "nine o'clock", "half past six", "13 minutes past nine"."""
    hour, minute = at.hour, at.minute
    if minute == 0:
        return {0: "midnight", 12: "midday"}.get(hour, f"{_HOURS[hour % 12]} o'clock")
    name = _HOURS[(hour + (minute > 30)) % 12]
    count, side = (minute, "past") if minute <= 30 else (60 - minute, "to")
    if count % 5 == 0:
        return f"{_FIVES[count // 5]} {side} {name}"
    return f"{count} minute{'s' if count > 1 else ''} {side} {name}"


@dataclass(frozen=True, slots=True)
class _Writer:
    plan: BulletinPlan
    titles: TitleWriter
    station: str
    at: datetime
    language: str

    def part(self, role: Role, *said: str) -> Passage:
        title = self.titles.bulletin(self.plan.name)
        return Passage(
            role=role,
            language=self.language,
            sentences=said,
            least=len(said),
            title=title,
            stream_title=title,
            pause_s=_PAUSE_S[role],
        )

    def intro(self, any_story: bool, round_up: bool) -> tuple[str, ...]:
        said = [f"{greeting(self.at)}.", f"It is {spoken_time(self.at)}."]
        said.append(f"Here is the news from {spoken(self.station)}." if any_story else self.no_news())
        if round_up:
            said.append("The headlines.")
        return tuple(said)

    def no_news(self) -> str:
        return f"There is no news to report from {spoken(self.station)} at this hour."

    def outro(self) -> str:
        return f"That is the news from {spoken(self.station)}."

    def headline(self, story: Story) -> Passage:
        return self._of(Role.HEADLINE, story, (as_sentence(spoken(story.headline)),), Kind.BULLETIN)

    def story(self, story: Story) -> Passage:
        said = [as_sentence(spoken(story.headline))]
        for sentence in _telling(story):
            text = spoken(sentence)
            if not text:
                continue
            # A headline with not one sentence under it leaves a listener hanging: the first is always read,
            # unless it is no sentence but a page without a full stop.
            if len(said) == 1:
                text = cut_words(text, _FIRST_SENTENCE_CHARS)
            said.append(as_sentence(text))
        return self._of(Role.STORY, story, tuple(said), Kind.STORY, credit=attribution(story))

    def _of(
        self, role: Role, story: Story, said: tuple[str, ...], kind: Kind, *, credit: str = ""
    ) -> Passage:
        return Passage(
            role=role,
            language=story.language or self.language,
            sentences=said,
            least=min(2, len(said)),
            closing=(credit,) if credit else (),
            slug=story.slug,
            kind=kind,
            title=story.headline,
            headline=story.headline,
            stream_title=self.titles.story(story, bulletin=self.plan.name),
            pause_s=_PAUSE_S[role],
        )


def _telling(story: Story) -> tuple[str, ...]:
    """The sentences under a story's headline: its description, then its body, nothing said twice."""
    description = sentences(story.description_text)
    body = [sentence for paragraph in story.body_text for sentence in sentences(paragraph)]
    known = {_same(sentence) for sentence in (*description, story.headline)}
    return (*description, *(sentence for sentence in body if _same(sentence) not in known))


def _same(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
