"""The pages behind entries, where a feed gives only summaries (`full_text: true`). The child's alone."""

import re
from dataclasses import replace
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.model.story import PubStatus
from radiocast.newsroom.intake.formats import webpage
from radiocast.newsroom.intake.reading import clean
from radiocast.newsroom.wire.fetching import Fetched
from radiocast.newsroom.wire.guard import shown
from radiocast.newsroom.wire.values import Kept, Page

# An entry's page is tried so often; then the summary must do until the entry changes.
TRIES: Final = 3
# So many pages for each time that a feed is asked: nobody's site is to be read at once.
PAGES_AT_MOST: Final = 20
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,30})", re.IGNORECASE)


def wanted(kept: tuple[Kept, ...]) -> tuple[Kept, ...]:
    """Entries whose page is to be fetched now, newest first."""
    waiting = [
        each
        for each in kept
        if each.present
        and each.summary
        and each.link
        and not each.page.taken
        and each.page.tries < TRIES
        and each.story.pubstatus is PubStatus.USABLE
    ]
    return tuple(waiting[:PAGES_AT_MOST])


def failed(page: Page, reason: str) -> Page:
    """A page that could not be had."""
    return replace(page, tries=page.tries + 1, error=reason)


def problem(kept: tuple[Kept, ...]) -> str:
    """What is wrong with pages that are wanted, or ""."""
    missing = [each for each in kept if each.present and each.page.error and not each.page.taken]
    if not missing:
        return ""
    pages = "a page" if len(missing) == 1 else f"{len(missing)} pages"
    return f"{pages} could not be had: {shown(missing[0].link)}: {missing[0].page.error}"


def read_page(answer: Fetched) -> tuple[tuple[str, ...], str]:
    """(paragraphs of the article, its writer). Raises StoryError: there is no article in it."""
    try:
        draft = webpage.take_apart(_decoded(answer), url=answer.url)
    except Exception as error:
        # Libraries of native code, and a page that somebody wrote: the summary must do.
        raise StoryError(f"its page cannot be read: {type(error).__name__}") from error
    if not draft.body:
        raise StoryError("there is no article in its page")
    return draft.body, draft.byline


def _decoded(answer: Fetched) -> str:
    """By what the header says, else the page itself, else UTF-8, else Windows-1252."""
    for said in (answer.content_type, answer.data[:2048].decode("ascii", "replace")):
        found = _CHARSET.search(said)
        if found is not None:
            try:
                return clean(answer.data.decode(found[1], "replace"))
            except (LookupError, ValueError):
                continue
    try:
        return clean(answer.data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return clean(answer.data.decode("cp1252", "replace"))
