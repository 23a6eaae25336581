"""Which blocks of a page are its article: trafilatura's word, the page's landmarks, and what is marked.

Importing trafilatura brings lxml and 30 MB: that happens in the functions, so that only a child of the
station pays for it (see `newsroom/intake/pages.py`).
"""

import copy
import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.intake.byline import opens_byline, parse_byline
from radiocast.newsroom.intake.formats.draft import drop
from radiocast.newsroom.intake.formats.markup import Block, Page
from radiocast.newsroom.intake.furniture import ends_sentence, rule_of
from radiocast.newsroom.intake.notices import notice

if TYPE_CHECKING:
    from configparser import ConfigParser

OUTSIDE: Final = "not part of the article"
# Under this, trafilatura gives up and takes the whole page's text as one line; articles of ours may be short.
_MIN_ARTICLE_CHARS: Final = 30
# Of a page whose markup is all of one kind trafilatura takes little or nothing: then the landmarks decide.
_MIN_SHARE: Final = 0.25
_SPACE: Final = re.compile(r"\W+")
# A block this long that is part of one of the article's lines is no chance find.
PART_CHARS: Final = 20
# Each goes through the whole text: no page of an article needs many.
_SEARCHES_AT_MOST: Final = 500
# Above the text: share bars and captions may stand between.
_BYLINE_WITHIN: Final = 12


def article_blocks(page: Page, found: "Extract", headline: str) -> tuple[list[Block], list[DroppedLine]]:
    """The blocks of the article, in order, and the lines that are of the page and not of the article."""
    candidates = [block for block in page.blocks if not block.aside]
    chosen = _chosen(candidates, found, headline)
    article = [block for index, block in enumerate(candidates) if index in chosen]
    kept = {id(block) for block in article}
    dropped = []
    for block in page.blocks:
        if id(block) in kept or same(block.line.text, headline):
            continue
        rule = rule_of(block.line.text)
        in_header = "header" in block.landmarks and "article" not in block.landmarks
        place = block.aside or (rule.name if rule is not None else "page header" if in_header else OUTSIDE)
        dropped.append(drop(block.line, place))
    return article, dropped


def _chosen(blocks: Sequence[Block], found: "Extract", headline: str) -> set[int]:
    """The indexes of the article's blocks: trafilatura's, else the landmark's; and what is marked as such."""
    within = landmark(blocks)
    text = {
        index
        for index, block in enumerate(blocks)
        if not same(block.line.text, headline) and found.has(block.line.text)
    }
    taken = sum(len(blocks[index].line.text) for index in text)
    if taken < _MIN_ARTICLE_CHARS or taken < _MIN_SHARE * sum(len(blocks[i].line.text) for i in within):
        return within
    # Headline, byline and standfirst are told apart later; notices stand outside the text.
    marked = {
        index
        for index in within
        if blocks[index].role in {"byline", "standfirst"}
        or same(blocks[index].line.text, headline)
        or notice(blocks[index].line.text)
    }
    return text | marked | ((_overlooked(blocks, text) | _above(blocks, text)) & within)


def landmark(blocks: Sequence[Block]) -> set[int]:
    """The indexes of what lies in <article>, else in <main>, else outside the site's own <header>."""
    for landmark in ("article", "main"):
        inside = {index for index, block in enumerate(blocks) if landmark in block.landmarks}
        if inside:
            if any(blocks[index].role == "headline" for index in inside):
                return inside
            heads = [index for index, block in enumerate(blocks) if block.role == "headline"]
            return {*heads[:1], *inside}
    outside = {
        i for i, block in enumerate(blocks) if "header" not in block.landmarks or block.role == "headline"
    }
    return outside or set(range(len(blocks)))


def _overlooked(blocks: Sequence[Block], chosen: set[int]) -> set[int]:
    """Sentences between two paragraphs of the article, left out for their shortness or links."""
    first, last = min(chosen), max(chosen)
    return {
        index
        for index in range(first, last)
        if not blocks[index].role
        and ends_sentence(blocks[index].line.text)
        and {index - 1, index + 1} <= chosen
    }


def _above(blocks: Sequence[Block], chosen: set[int]) -> set[int]:
    """Bylines in the lines right above the article's text; share bars and captions may stand between."""
    first = min(chosen, default=0)
    return {
        index
        for index in range(max(0, first - _BYLINE_WITHIN), first)
        if opens_byline(blocks[index].line.text) and parse_byline(blocks[index].line.text)
    }


class Extract:
    """trafilatura's text, to be asked whether a block is of it. Compared without blanks and punctuation."""

    def __init__(self, text: str) -> None:
        self._lines = {letters(line) for line in text.split("\n")} - {""}
        self._all = " ".join(sorted(self._lines))
        self._long = [line for line in self._lines if len(line) >= PART_CHARS]
        self._searches = _SEARCHES_AT_MOST

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._lines)

    def has(self, text: str) -> bool:
        """Whether this is a line of it, or a large part of one."""
        sought = letters(text)
        if not sought:
            return False
        if sought in self._lines:
            return True
        # A paragraph that the page breaks with <br>, or that trafilatura did.
        if len(sought) < PART_CHARS or self._searches <= 0:
            return False
        self._searches -= 1
        return sought in self._all or any(line in sought for line in self._long)


def letters(text: str) -> str:
    """A text without what programs change: blanks, punctuation, capitals."""
    return _SPACE.sub("", text).casefold()


def same(text: str, other: str) -> bool:
    """Whether two texts have the same letters."""
    return letters(text) == letters(other)


def extracted_by_trafilatura(text: str) -> str:
    """The article as trafilatura finds it, one paragraph a line; "" if it finds none."""
    import trafilatura

    # It complains of every page that is none; here that is an answer.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

    found = trafilatura.extract(text, include_comments=False, config=_config())
    return found or ""


@cache
def _config() -> "ConfigParser":
    from trafilatura.settings import DEFAULT_CONFIG

    config = copy.deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_MIN_ARTICLE_CHARS)
    return config
