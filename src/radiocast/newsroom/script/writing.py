"""The script of a bulletin: what could be said, part by part, before it is cut and before any of it is sound.

Pure. The words are the languages' and the station's (`wording`); which stories, and in what order, is
the desk's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.languages.language import PLACEHOLDERS
from radiocast.newsroom.script.attribution import attribution
from radiocast.newsroom.script.rundown import BREAKING, Passage, Role, Rundown
from radiocast.newsroom.script.speech_text import as_sentence, sentences, spoken
from radiocast.newsroom.script.telling import headline_of, repeats, telling
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.newsroom.script.wording import Wording

# Seconds of silence after a part. 0.6 s between stories is what a newsreader breathes.
_PAUSE_S: Final = {
    Role.SOUNDER: 0.0,
    Role.INTRO: 0.5,
    Role.HEADLINE: 0.45,
    Role.CORRECTION: 0.6,
    Role.STORY: 0.6,
    Role.OUTRO: 0.0,
}
# What interrupts is short: the headline and the first sentences; the next bulletin has the rest.
BREAKING_S: Final = 45.0
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def write_rundown(
    plan: BulletinPlan,
    stories: Sequence[Story],
    *,
    at: datetime,
    station: str,
    titles: TitleWriter,
    language: str = "en",
    wording: Wording | None = None,
    corrected: Mapping[str, str] = _NONE,
) -> Rundown:
    """The rundown of `plan` for these stories, already chosen and in order.

    Stories that correct another (`corrects`) are read as corrections, before the news; `corrected` has the
    headline of what each corrects, by that story's slug. There may be more stories than the plan reads, for
    when short ones leave time. A plan of no stories (`max_stories` 0) gives headlines and corrections only.
    `at` MUST be in the station's zone: the greeting and the time check are its wall clock's.
    """
    writer = _Writer(plan, titles, station, at, plan.language or language, wording or Wording())
    corrections = [story for story in stories if story.corrects]
    news = [story for story in stories if not story.corrects]
    passages: list[Passage] = []
    if plan.sounder:
        passages.append(writer.part(Role.SOUNDER))
    headlines_only = plan.max_stories == 0
    # One story's headline would be read twice in a row.
    round_up = news[: plan.max_headlines] if len(news) > 1 or headlines_only else []
    opening = writer.opening(bool(stories), bool(round_up))
    if opening:
        passages.append(writer.part(Role.INTRO, *opening))
    passages += [writer.headline(story) for story in round_up]
    for story in corrections:
        passages += writer.correction(story, corrected.get(story.corrects, ""))
    passages += [writer.story(story) for story in ([] if headlines_only else news)]
    closing = writer.framed("outro") if plan.outro else ()
    if closing:
        passages.append(writer.part(Role.OUTRO, *closing))
    return Rundown(
        bulletin=plan.name,
        at=at,
        passages=tuple(passages),
        target_s=plan.target_s,
        max_s=plan.max_s,
        max_stories=plan.max_stories,
    )


def write_breaking(
    story: Story,
    *,
    at: datetime,
    station: str,
    titles: TitleWriter,
    sounder: bool,
    language: str = "en",
    wording: Wording | None = None,
) -> Rundown:
    """The rundown of one story as breaking news: at once what it is, then the story, then back.

    Its own headline is the title from the first sample on.
    """
    writer = _Writer(BulletinPlan(name=BREAKING), titles, station, at, language, wording or Wording())
    # It has been called breaking news by then; saying so again in front of the headline is once too often.
    told = writer.story(replace(story, breaking=False))
    opening = replace(
        told,
        role=Role.INTRO,
        language=writer.language,
        sentences=writer.framed("breaking"),
        least=len(writer.framed("breaking")),
        closing=(),
        slug="",
        pause_s=_PAUSE_S[Role.INTRO],
    )
    sound = replace(opening, role=Role.SOUNDER, sentences=(), least=0, pause_s=0.0)
    return Rundown(
        bulletin=BREAKING,
        at=at,
        passages=(*((sound,) if sounder else ()), *((opening,) if opening.sentences else ()), told),
        target_s=BREAKING_S,
        max_s=BREAKING_S * 2,
        max_stories=1,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one bulletin's passages. `asked` is the language that the bulletin should be in."""

    plan: BulletinPlan
    titles: TitleWriter
    station: str
    at: datetime
    asked: str
    wording: Wording

    @property
    def language(self) -> str:
        """The language of the frame: the one asked for, if there are sentences in it."""
        return self.wording.frame(self.asked)

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

    def framed(self, name: str) -> tuple[str, ...]:
        """The sentences of one of the frame's templates."""
        return self._said(
            self.language,
            name,
            greeting=self.wording.greeting(self.language, self.at, station=self.station),
            time=self.wording.clock(self.language, self.at),
            station=self.station,
            bulletin=self.plan.name,
        )

    def opening(self, any_story: bool, round_up: bool) -> tuple[str, ...]:
        if self.plan.intro:
            said = self.framed("intro" if any_story else "intro_no_news")
            return (*said, *(self.framed("headlines") if round_up else ()))
        return () if any_story else self.framed("no_news")

    def headline(self, story: Story) -> Passage:
        language = self._language_of(story)
        said = self._said(language, "headline", headline=headline_of(story, language))
        return self._of(Role.HEADLINE, story, said, least=len(said), kind=Kind.BULLETIN)

    def story(self, story: Story) -> Passage:
        language = self._language_of(story)
        headline = headline_of(story, language)
        told = telling(story, language)
        name = "breaking_story" if story.breaking else "story"
        # Where the first sentence is the headline over again, it is its own headline.
        opens = told and not story.breaking and repeats(story.headline, told[0], language)
        opening = () if opens else self._said(language, name, headline=headline)
        said = (*opening, *told)
        credit = attribution(story, language, self.wording, told=" ".join((headline, *told)))
        least = len(opening) + 1 if told else len(opening)
        return self._of(Role.STORY, story, said, least=least, credit=credit, kind=Kind.STORY)

    def correction(self, story: Story, corrected: str) -> list[Passage]:
        """What was said, and what is right; whole, for half a correction is a second mistake."""
        language = self._language_of(story)
        was = headline_of(replace(story, headline=corrected), language) if corrected else ""
        right = telling(story, language) or (headline_of(story, language),)
        name = "correction" if was else "correction_unnamed"
        announced = language if self.wording.has(language, name) else self.language
        headline = was or headline_of(story, language)
        if not was and repeats(story.headline, right[0], language):
            # The first sentence says it all, and more.
            headline, right = right[0], right[1:]
        opening = self._said(announced, name, headline=headline)
        if announced == language:
            said = (*opening, *right)
            return [self._of(Role.CORRECTION, story, said, least=len(said), kind=Kind.STORY)]
        # In a language without a word for it, the frame's says what is coming.
        lead = self.part(Role.CORRECTION, *opening)
        return [lead, self._of(Role.CORRECTION, story, right, least=len(right), kind=Kind.STORY)]

    def _language_of(self, story: Story) -> str:
        return story.language or self.asked

    def _said(self, language: str, name: str, **values: str) -> tuple[str, ...]:
        values = {key: value for key, value in values.items() if key in PLACEHOLDERS[name]}
        filled = self.wording.say(language, name, **values)
        return tuple(as_sentence(spoken(each, language)) for each in sentences(filled, language))

    def _of(
        self, role: Role, story: Story, said: tuple[str, ...], *, least: int, kind: Kind, credit: str = ""
    ) -> Passage:
        language = self._language_of(story)
        shown = self.wording.shown(story, language)
        return Passage(
            role=role,
            language=language,
            sentences=said,
            least=min(least, len(said)),
            closing=(credit,) if credit else (),
            slug=story.slug,
            kind=kind,
            title=shown,
            headline=shown,
            stream_title=self.titles.story(replace(story, headline=shown), bulletin=self.plan.name),
            pause_s=_PAUSE_S[role],
        )
