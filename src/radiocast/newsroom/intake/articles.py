"""An article file's name and bytes to a Story, or a StoryError that says why there is none. Pure."""

import re
from datetime import UTC, datetime, tzinfo
from pathlib import PurePath
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.model.story import DEFAULT_URGENCY, DroppedLine, PubStatus, Story
from radiocast.newsroom.intake import notices
from radiocast.newsroom.intake.formats import markdown, ninjs, plain, webpage
from radiocast.newsroom.intake.formats.draft import MAX_HEADLINE_CHARS, Draft
from radiocast.newsroom.intake.reading import (
    MAX_ARTICLE_BYTES,
    MAX_PAGE_BYTES,
    cut_words,
    one_line,
    read_text,
)

# Web pages are read by a library of native code: a child of the station does that, never its studio.
WEB_PAGES: Final = frozenset((".html", ".htm"))
FORMATS: Final = (".txt", ".md", ".markdown", ".html", ".htm", ".json", ".ninjs")
# "BREAKING:" before a headline: two is what agencies give such a story.
_URGENT: Final = 2
# A page of scripts and menus must not fill the studio's memory with what nobody reads.
_MAX_DROPPED: Final = 2000
_WORDS: Final = re.compile(r"[^\W_]+")
# Prefixes in a row ("UPDATE 2: CORRECTION: ...").
_MAX_PREFIXES: Final = 3


def at_most_bytes(name: str) -> int:
    """How large a file of this name may be."""
    return MAX_PAGE_BYTES if PurePath(name).suffix.lower() in WEB_PAGES else MAX_ARTICLE_BYTES


def story_from(name: str, data: bytes, *, modified: datetime, zone: tzinfo = UTC) -> Story:
    """The story in a file of this name and content.

    `modified` stands for the article's date where it gives none; dates without a zone are in `zone`. Raises
    StoryError with the reason, in words for an editor; any bytes give one or the other. For a web page this
    imports trafilatura: the studio has `intake` do that.
    """
    path = PurePath(name)
    draft = _draft(path.suffix.lower(), read_text(data, at_most_bytes=at_most_bytes(name)), zone)
    return story_of(draft, slug=path.stem, modified=modified, zone=zone, file=path.name)


def _draft(ending: str, text: str, zone: tzinfo) -> Draft:
    match ending:
        case ".txt":
            return plain.take_apart(text)
        case ".md" | ".markdown":
            return markdown.take_apart(text, zone=zone)
        case ".html" | ".htm":
            return webpage.take_apart(text, zone=zone)
        case ".json" | ".ninjs":
            return ninjs.take_apart(text, zone=zone)
        case _:
            raise StoryError(f"no format of ours: use {', '.join(FORMATS)}")


def story_of(
    draft: Draft, *, slug: str, modified: datetime, zone: tzinfo = UTC, file: str = "", feed: str = ""
) -> Story:
    """The story that a draft is, with what its notices ("EMBARGOED UNTIL ...", "KILL: ...") come to.

    Raises StoryError without a headline.
    """
    written = draft.date or modified
    headline, said = _without_prefixes(one_line(draft.headline))
    dropped = tuple(DroppedLine(line=0, text=text, rule=rule) for rule, text in said) + draft.dropped
    found = tuple((line.rule, line.text) for line in dropped if line.rule in notices.NAMES)
    told = notices.sum_up(found, zone=zone, written=written)
    headline = cut_words(headline, MAX_HEADLINE_CHARS)
    if not any(character.isalnum() for character in headline):
        reason = "nothing but page furniture" if draft.dropped else "no headline"
        raise StoryError(f"{reason}: the first line of the article must be its headline")
    size = sum(len(text) for text in draft.body)
    if size > MAX_ARTICLE_BYTES:
        raise StoryError(
            f"{size / 1024:.0f} KB of text is more than an article has: put in the article alone"
        )
    if len(dropped) > _MAX_DROPPED:
        left_out = DroppedLine(
            line=dropped[_MAX_DROPPED].line,
            text=f"… and {len(dropped) - _MAX_DROPPED} lines more",
            rule="more",
        )
        dropped = (*dropped[:_MAX_DROPPED], left_out)
    embargoes = [each for each in (draft.embargoed, told.embargoed) if each is not None]
    return Story(
        slug=slug,
        headline=headline,
        description_text=one_line(draft.description),
        byline=one_line(draft.byline),
        source=one_line(draft.source),
        body_text=tuple(text for text in map(one_line, draft.body) if text),
        language=one_line(draft.language),
        dateline=one_line(draft.dateline),
        versioncreated=written,
        embargoed=max(embargoes, default=None),
        expires=draft.expires,
        pubstatus=_stricter(draft.pubstatus, told.pubstatus),
        urgency=min(draft.urgency, _URGENT)
        if told.urgent and draft.urgency == DEFAULT_URGENCY
        else draft.urgency,
        breaking=draft.breaking,
        corrects=one_line(draft.corrects) or (name_of(headline) if told.correction else ""),
        ednote="; ".join(text for text in (one_line(draft.ednote), *told.words) if text),
        subject=draft.subject,
        rightsinfo=one_line(draft.rightsinfo),
        uri=one_line(draft.uri),
        file=file,
        feed=feed,
        dropped=dropped,
    )


def name_of(headline: str) -> str:
    """A headline as a name: its words in small letters, with hyphens.

    A correction that does not say what it corrects ("CORRECTION: ...") corrects the story with its headline:
    this stands in its `corrects` until somebody who knows the other stories puts in that one's slug.
    """
    return "-".join(_WORDS.findall(headline.casefold()))


def _without_prefixes(headline: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A headline without the notices before it, and those, as (rule, words)."""
    said: list[tuple[str, str]] = []
    for _ in range(_MAX_PREFIXES):
        found = notices.prefix(headline)
        if found is None:
            break
        said.append((found.rule, found.said))
        headline = found.headline
    return headline, tuple(said)


def _stricter(one: PubStatus, other: PubStatus) -> PubStatus:
    order = (PubStatus.USABLE, PubStatus.WITHHELD, PubStatus.CANCELED)
    return max(one, other, key=order.index)
