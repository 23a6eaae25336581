"""An article file's name and bytes to a Story, or a StoryError that says why there is none. Pure."""

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.model.story import Story
from radiocast.newsroom.formats import markdown, plain, webpage
from radiocast.newsroom.formats.draft import MAX_HEADLINE_CHARS, Draft
from radiocast.newsroom.reading import cut_words, one_line, read_text

FORMATS: Final[dict[str, Callable[[str], Draft]]] = {
    ".txt": plain.take_apart,
    ".md": markdown.take_apart,
    ".markdown": markdown.take_apart,
    ".html": webpage.take_apart,
    ".htm": webpage.take_apart,
}


def story_from(name: str, data: bytes, *, modified: datetime) -> Story:
    """The story in a file of this name and content.

    `modified` stands for the article's date where it gives none. Raises StoryError with the reason, in
    words for an editor; any bytes give one or the other.
    """
    path = PurePath(name)
    take_apart = FORMATS.get(path.suffix.lower())
    if take_apart is None:
        raise StoryError(f"no format of ours: use {', '.join(FORMATS)}")
    draft = take_apart(read_text(data))
    headline = cut_words(one_line(draft.headline), MAX_HEADLINE_CHARS)
    if not any(character.isalnum() for character in headline):
        reason = "nothing but page furniture" if draft.dropped else "no headline"
        raise StoryError(f"{reason}: the first line of the article must be its headline")
    return Story(
        slug=path.stem,
        headline=headline,
        description_text=one_line(draft.description),
        byline=one_line(draft.byline),
        source=one_line(draft.source),
        body_text=tuple(text for text in map(one_line, draft.body) if text),
        language=one_line(draft.language),
        versioncreated=draft.date or modified,
        dropped=draft.dropped,
    )
