"""The script of a bulletin: what is said, part by part, before any of it is sound. Pure; English for now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.attribution import attribution
from radiocast.newsroom.reading import cut_words
from radiocast.newsroom.speech_text import as_sentence, sentences, spoken
from radiocast.newsroom.titles import TitleWriter

# Seconds of silence after a part. 0.6 s between stories is what a newsreader breathes.
_PAUSE_S: Final = {"sounder": 0.0, "intro": 0.5, "headline": 0.45, "story": 0.6, "outro": 0.0}
# What a sounder holds of a bulletin's time before its length is known.
_SOUNDER_S: Final = 4.0
# "Words a minute" counts words of so many letters, the space and the share of pauses included: what
# espeak-ng was measured to read, within 5 % on long and on short words alike, at 120 to 180 words a minute.
_LETTERS_PER_WORD: Final = 6.4
# A figure is read as a word: "3.5" has three signs and takes the time of fourteen.
_LETTERS_PER_DIGIT: Final = 5


# What interrupts is short: the headline and the first sentences; the next bulletin has the rest. The name is
# none that a bulletin of the schedule can have.
BREAKING: Final = "breaking news"
BREAKING_S: Final = 45.0
# The longest sentence that is read whatever the time left: half a minute.
_FIRST_SENTENCE_CHARS: Final = 500


class Role(StrEnum):
    """What a part is in its bulletin."""

    SOUNDER = "sounder"
    INTRO = "intro"
    HEADLINE = "headline"
    STORY = "story"
    OUTRO = "outro"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptPart:
    """One part: the text to speak (empty for the sounder) and what a player shows from its start on.

    `slug` is the story's, for headlines and stories. `pause_s` is the silence after it.
    """

    role: Role
    text: str = ""
    slug: str = ""
    kind: Kind = Kind.BULLETIN
    title: str
    headline: str = ""
    stream_title: str
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A bulletin as text. `at` is when it is to be heard, in the station's zone."""

    bulletin: str
    at: datetime
    parts: tuple[ScriptPart, ...]
    estimate_s: float

    @property
    def stories(self) -> tuple[str, ...]:
        """Slugs of the stories that are read, in order."""
        return tuple(part.slug for part in self.parts if part.role is Role.STORY)

    def __str__(self) -> str:
        """The script as people read it, for the record beside the audio."""
        lines = [f"{self.bulletin}, {self.at.isoformat(timespec='minutes')}", ""]
        for part in self.parts:
            lines += [f"[{part.role}{' ' + part.slug if part.slug else ''}]", part.text or "(sound)", ""]
        return "\n".join(lines)


def spoken_s(text: str, words_per_minute: int) -> float:
    """An estimate of the seconds that this text takes to say."""
    digits = sum(character.isdigit() for character in text)
    letters = len(text) + digits * (_LETTERS_PER_DIGIT - 1)
    return letters * 60 / (words_per_minute * _LETTERS_PER_WORD)


def write_script(
    plan: BulletinPlan,
    stories: Sequence[Story],
    *,
    at: datetime,
    station: str,
    titles: TitleWriter,
    words_per_minute: int,
    pronunciation: Mapping[str, str] | None = None,
) -> Script:
    """The script of `plan` for these stories, already chosen and in order.

    Each story gets an equal share of what is left of `target_s`, and what one does not use goes to the
    next. A story is cut at the end of a sentence and always keeps its headline and first sentence. A
    plan of no stories (`max_stories` 0) gives headlines only. `at` MUST be in the station's zone: the
    greeting and the time check are its wall clock's.
    """
    writer = _Writer(plan, titles, pronunciation or {}, station, at)
    parts: list[ScriptPart] = []
    if plan.sounder:
        parts.append(writer.part(Role.SOUNDER, ""))
    headlines_only = plan.max_stories == 0
    # One story's headline would be read twice in a row.
    round_up = stories[: plan.max_headlines] if len(stories) > 1 or headlines_only else ()
    if plan.intro:
        parts.append(writer.part(Role.INTRO, writer.intro(bool(stories), bool(round_up))))
    elif not stories:
        parts.append(writer.part(Role.INTRO, writer.no_news()))
    parts += [writer.headline(story) for story in round_up]
    outro = [writer.part(Role.OUTRO, writer.outro())] if plan.outro else []
    left = plan.target_s - _length(parts, words_per_minute) - _length(outro, words_per_minute)
    read = () if headlines_only else stories[: plan.max_stories]
    for index, story in enumerate(read):
        part = writer.story(story, left / (len(read) - index), words_per_minute)
        left -= _length([part], words_per_minute)
        parts.append(part)
    parts += outro
    return Script(bulletin=plan.name, at=at, parts=tuple(parts), estimate_s=_length(parts, words_per_minute))


def write_breaking(
    story: Story,
    *,
    at: datetime,
    station: str,
    titles: TitleWriter,
    words_per_minute: int,
    sounder: bool,
    pronunciation: Mapping[str, str] | None = None,
) -> Script:
    """The script of one story as breaking news: at once what it is, then the story, then back.

    Its own headline is the title from the first sample on.
    """
    plan = BulletinPlan(name=BREAKING)
    writer = _Writer(plan, titles, pronunciation or {}, station, at)
    told = writer.story(story, BREAKING_S, words_per_minute)
    opening = [replace(told, role=Role.INTRO, text="Breaking news.", slug="", pause_s=_PAUSE_S["intro"])]
    if sounder:
        opening.insert(0, replace(told, role=Role.SOUNDER, text="", slug="", pause_s=0.0))
    parts = (*opening, told)
    return Script(bulletin=BREAKING, at=at, parts=parts, estimate_s=_length(parts, words_per_minute))


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
    pronunciation: Mapping[str, str]
    station: str
    at: datetime

    def part(self, role: Role, text: str) -> ScriptPart:
        title = self.titles.bulletin(self.plan.name)
        return ScriptPart(role=role, text=text, title=title, stream_title=title, pause_s=_PAUSE_S[role])

    def intro(self, any_story: bool, round_up: bool) -> str:
        said = [f"{greeting(self.at)}. It is {spoken_time(self.at)}."]
        said.append(f"Here is the news from {self._say(self.station)}." if any_story else self.no_news())
        if round_up:
            said.append("The headlines.")
        return " ".join(said)

    def no_news(self) -> str:
        return f"There is no news to report from {self._say(self.station)} at this hour."

    def outro(self) -> str:
        return f"That is the news from {self._say(self.station)}."

    def headline(self, story: Story) -> ScriptPart:
        return self._of(Role.HEADLINE, story, as_sentence(self._say(story.headline)), Kind.BULLETIN)

    def story(self, story: Story, limit_s: float, words_per_minute: int) -> ScriptPart:
        said = [as_sentence(self._say(story.headline))]
        credit = attribution(story)
        used = spoken_s(said[0], words_per_minute) + _PAUSE_S[Role.STORY]
        used += spoken_s(f" {credit}", words_per_minute) if credit else 0.0
        for sentence in _telling(story):
            text = self._say(sentence)
            if not text:
                continue
            # A headline with not one sentence under it leaves a listener hanging: the first is always read,
            # unless it is no sentence but a page without a full stop.
            if len(said) == 1:
                text = cut_words(text, _FIRST_SENTENCE_CHARS)
            used += spoken_s(f" {as_sentence(text)}", words_per_minute)
            if used > limit_s and len(said) > 1:
                break
            said.append(as_sentence(text))
        if credit:
            said.append(credit)
        return self._of(Role.STORY, story, " ".join(said), Kind.STORY)

    def _of(self, role: Role, story: Story, text: str, kind: Kind) -> ScriptPart:
        return ScriptPart(
            role=role,
            text=text,
            slug=story.slug,
            kind=kind,
            title=story.headline,
            headline=story.headline,
            stream_title=self.titles.story(story, bulletin=self.plan.name),
            pause_s=_PAUSE_S[role],
        )

    def _say(self, text: str) -> str:
        return spoken(text, self.pronunciation)


def _telling(story: Story) -> tuple[str, ...]:
    """The sentences under a story's headline: its description, then its body, nothing said twice."""
    description = sentences(story.description_text)
    body = [sentence for paragraph in story.body_text for sentence in sentences(paragraph)]
    known = {_same(sentence) for sentence in (*description, story.headline)}
    return (*description, *(sentence for sentence in body if _same(sentence) not in known))


def _same(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _length(parts: Sequence[ScriptPart], words_per_minute: int) -> float:
    sounders = sum(_SOUNDER_S for part in parts if part.role is Role.SOUNDER)
    return sounders + sum(spoken_s(part.text, words_per_minute) + part.pause_s for part in parts)
