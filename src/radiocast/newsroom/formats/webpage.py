"""A web page: which of its text is the article, by trafilatura; then the rules for any text.

`markup` gives every block of text that a reader of the page would see; trafilatura says which of it
belongs to the article; the rest of the rules are the same for any text. Every block is then in the draft
or among its dropped lines. Where trafilatura finds nothing (a fragment, a page of three lines), the
article is what lies in <article>, else <main>, else outside the site's own header; where the page's text
is put in by a script, it is the JSON-LD's.

Headline, byline, source and dates are the page's own word (`page_facts`), unless the article shows better.
Importing trafilatura brings lxml and 30 MB: that happens in the functions, so that only a child of the
station pays for it (see `newsroom/intake.py`).
"""

import copy
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.byline import Byline, opens_byline, parse_byline
from radiocast.newsroom.formats.draft import (
    Draft,
    Line,
    drop,
    find_byline,
    lines_of,
    paragraphs,
    with_credit,
    with_dateline,
    without_furniture,
)
from radiocast.newsroom.formats.markup import Block, Page, read_markup
from radiocast.newsroom.formats.page_facts import PageFacts, page_facts
from radiocast.newsroom.formats.plain import take_lines_apart
from radiocast.newsroom.furniture import ends_sentence, rule_of
from radiocast.newsroom.notices import notice
from radiocast.newsroom.reading import clean

if TYPE_CHECKING:
    from configparser import ConfigParser

OUTSIDE: Final = "not part of the article"
# Under this, trafilatura gives up and takes the whole page's text as one line; articles of ours may be short.
_MIN_ARTICLE_CHARS: Final = 30
# Of a page whose markup is all of one kind trafilatura takes little or nothing: then the landmarks decide.
_MIN_SHARE: Final = 0.25
_SPACE: Final = re.compile(r"\W+")
# A block this long that is part of one of the article's lines is no chance find.
_PART_CHARS: Final = 20
# Each goes through the whole text: no page of an article needs many.
_SEARCHES_AT_MOST: Final = 500
_BYLINE_WITHIN: Final = 12
# A description of the page has its words; one of the whole site has others.
_SHARED_WORDS: Final = 0.4
_OF_THE_SITE: Final = re.compile(
    r"\b(?:latest|breaking news|headlines|your (?:source|home)|up to date|official (?:site|website)|"
    r"news (?:and|from|on))\b",
    re.IGNORECASE,
)
_LONG_WORD: Final = re.compile(r"[^\W\d_]{5,}")
# "By", where the page has marked the line as a byline and it need not be told from a headline.
_VON: Final = re.compile(r"^(?:article |artikel |text )?(?:von|por|di|door|av|af):? ", re.IGNORECASE)
# How many blocks down a headline that is not marked as one is looked for.
_HEADLINE_WITHIN: Final = 30


def take_apart(text: str, *, url: str = "", zone: tzinfo = UTC) -> Draft:
    """The parts of an HTML page, or of a piece of one. Any text gives a draft; it may be empty.

    `url` is where the page was fetched. Imports trafilatura: not for the studio's process.
    """
    extract = _Extract(_extracted(text))
    page = read_markup(text)
    if extract and not any(extract.has(block.line.text) for block in page.blocks):
        page = read_markup(text, hidden=True)
    facts = page_facts(page, zone=zone, url=url)
    headline, site = _headline(page.blocks, facts)
    article, dropped = _article(page, extract, headline)
    if not article and facts.body:
        # A page that a script puts together: its text is in what it tells search engines.
        article = [Block(line=line) for line in lines_of(clean(facts.body))]
    if not headline:
        return _told_apart_by_place([block.line for block in article], dropped, facts)
    rest = []
    for block in article:
        if block.role == "headline" or _same(block.line.text, headline):
            if not _same(block.line.text, headline):
                dropped.append(drop(block.line, "heading"))
        else:
            rest.append(block)
    description, rest = _description(rest, headline, facts)
    byline, rest, named = _byline(rest, facts, site)
    dropped += named
    kept, furniture = without_furniture(block.line for block in rest)
    dropped += furniture
    found = find_byline([Line(number=0, text=headline or "-", group=-1), *kept])
    if found is not None and found[0]:
        index, parsed = found[0] - 1, found[1]
        # What stands between headline and byline is the standfirst.
        above = kept[:index]
        if above and not description and len(above) == 1:
            description = above[0].text
            kept = kept[1:]
            index -= 1
        if byline.writer or byline.source:
            dropped.append(drop(kept[index], "byline"))
        byline = Byline(writer=byline.writer or parsed.writer, source=parsed.source or byline.source)
        kept = [*kept[:index], *kept[index + 1 :]]
    kept, repeated = _without_repeats(kept, headline, description, site)
    draft = Draft(
        headline=headline,
        description=description,
        byline=byline.writer,
        source=byline.source,
        language=facts.language,
        date=facts.date,
        expires=facts.expires,
        subject=facts.subject,
        rightsinfo=facts.rightsinfo,
        uri=facts.uri,
        body=paragraphs(kept),
        dropped=tuple(sorted([*dropped, *repeated], key=lambda line: line.line)),
    )
    draft = with_credit(with_dateline(draft, kept), [block.line for block in rest])
    # The agency of a dateline reported it; the site that carried it is named where nobody else is.
    return replace(draft, source=draft.source or site)


def _told_apart_by_place(lines: list[Line], dropped: list[DroppedLine], facts: PageFacts) -> Draft:
    """A page without a headline anywhere is plain text that somebody put between tags."""
    draft = take_lines_apart(tuple(lines))
    return replace(
        draft,
        language=facts.language,
        date=facts.date,
        source=draft.source or facts.site,
        uri=facts.uri,
        dropped=tuple(sorted([*draft.dropped, *dropped], key=lambda line: line.line)),
    )


def _article(page: Page, found: "_Extract", headline: str) -> tuple[list[Block], list[DroppedLine]]:
    """The blocks of the article, in order, and the lines that are of the page and not of the article."""
    candidates = [block for block in page.blocks if not block.aside]
    chosen = _chosen(candidates, found, headline)
    article = [block for index, block in enumerate(candidates) if index in chosen]
    kept = {id(block) for block in article}
    dropped = []
    for block in page.blocks:
        if id(block) in kept or _same(block.line.text, headline):
            continue
        rule = rule_of(block.line.text)
        in_header = "header" in block.landmarks and "article" not in block.landmarks
        place = block.aside or (rule.name if rule is not None else "page header" if in_header else OUTSIDE)
        dropped.append(drop(block.line, place))
    return article, dropped


def _chosen(blocks: Sequence[Block], found: "_Extract", headline: str) -> set[int]:
    """The indexes of the article's blocks: trafilatura's, else the landmark's; and what is marked as such."""
    within = _landmark(blocks)
    text = {
        index
        for index, block in enumerate(blocks)
        if not _same(block.line.text, headline) and found.has(block.line.text)
    }
    taken = sum(len(blocks[index].line.text) for index in text)
    if taken < _MIN_ARTICLE_CHARS or taken < _MIN_SHARE * sum(len(blocks[i].line.text) for i in within):
        return within
    # Headline, byline and standfirst are told apart later; notices stand outside the text.
    marked = {
        index
        for index in within
        if blocks[index].role in {"byline", "standfirst"}
        or _same(blocks[index].line.text, headline)
        or notice(blocks[index].line.text)
    }
    return text | marked | ((_overlooked(blocks, text) | _above(blocks, text)) & within)


def _landmark(blocks: Sequence[Block]) -> set[int]:
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


class _Extract:
    """trafilatura's text, to be asked whether a block is of it. Compared without blanks and punctuation."""

    def __init__(self, text: str) -> None:
        self._lines = {_letters(line) for line in text.split("\n")} - {""}
        self._all = " ".join(sorted(self._lines))
        self._long = [line for line in self._lines if len(line) >= _PART_CHARS]
        self._searches = _SEARCHES_AT_MOST

    def __bool__(self) -> bool:
        return bool(self._lines)

    def has(self, text: str) -> bool:
        letters = _letters(text)
        if not letters:
            return False
        if letters in self._lines:
            return True
        # A paragraph that the page breaks with <br>, or that trafilatura did.
        if len(letters) < _PART_CHARS or self._searches <= 0:
            return False
        self._searches -= 1
        return letters in self._all or any(line in letters for line in self._long)


def _letters(text: str) -> str:
    return _SPACE.sub("", text).casefold()


def _same(text: str, other: str) -> bool:
    return _letters(text) == _letters(other)


def _extracted(text: str) -> str:
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


def _headline(blocks: Sequence[Block], facts: PageFacts) -> tuple[str, str]:
    """The article's <h1>, else what the page calls it; and the site's name."""
    site = facts.site
    inside = _landmark(blocks)
    h1 = [
        block.line.text
        for index, block in sorted(enumerate(blocks), key=lambda pair: pair[0] not in inside)
        if block.role == "headline" and not block.aside and block.line.text.casefold() != site.casefold()
    ]
    said = facts.headline or facts.title
    # Of several, the one that the page's own headline is about: some sites set their name as <h1>.
    marked = next((text for text in h1 if _same(text, said)), h1[0] if h1 else "")
    if marked:
        return marked, site
    shown = _shown_of(blocks, facts.headline or facts.whole_title)
    # "Hill Gazette - Goat elected": what is in front is the site's name.
    leads = shown and _letters(shown) not in _letters(facts.title)
    return shown or said, facts.title if leads else site


def _shown_of(blocks: Sequence[Block], title: str) -> str:
    """The longest part of the page's title that stands over the text as well; "" where none does."""
    letters = _letters(title)
    parts = [
        block.line.text
        for block in blocks[:_HEADLINE_WITHIN]
        if not block.aside
        and len(_letters(block.line.text)) >= _PART_CHARS
        and _letters(block.line.text) in letters
    ]
    return max(parts, key=len, default="")


def _is_about(description: str, headline: str, rest: Sequence[Block]) -> bool:
    """Whether a page's description of itself is of this article, and not of the site."""
    words = {word.casefold() for word in _LONG_WORD.findall(description)}
    text = " ".join([headline, *(block.line.text for block in rest)]).casefold()
    shared = sum(word in text for word in words)
    return _OF_THE_SITE.search(description) is None or shared >= _SHARED_WORDS * len(words)


def _description(rest: list[Block], headline: str, facts: PageFacts) -> tuple[str, list[Block]]:
    """The standfirst that the page shows, else its description of itself if that is for readers."""
    shown = [block for block in rest if block.role == "standfirst"]
    if shown:
        return shown[0].line.text, [block for block in rest if block is not shown[0]]
    said = facts.description if _is_about(facts.description, headline, rest) else ""
    # Cut ones ("The council has decid…") are search engines', and many are the first paragraph over again.
    if said.endswith(("…", "...", "[…]", "[...]")) or (said and rule_of(said) is not None):
        return "", rest
    opening = _letters(" ".join(block.line.text for block in rest[:4]))
    # Shown over the text it is the standfirst; a whole sentence there is the text's first.
    stands_over = not ends_sentence(said) and any(_same(block.line.text, said) for block in rest[:3])
    return ("" if said and not stands_over and _letters(said)[:80] in opening else said), rest


def _byline(rest: list[Block], facts: PageFacts, site: str) -> tuple[Byline, list[Block], list[DroppedLine]]:
    """Who the page says wrote it: where it marks a byline, else in its facts. Marked lines leave the text."""
    marked = [block for block in rest if block.role == "byline"]
    rest = [block for block in rest if block.role != "byline"]
    dropped = [drop(block.line, "byline") for block in marked]
    texts = [_VON.sub("", block.line.text) for block in marked]
    for text in [*texts, facts.byline]:
        parsed = parse_byline(text if opens_byline(text) else f"By {text}") if text else None
        if parsed is not None and not _same(parsed.writer, site):
            return parsed, rest, dropped
    return Byline(), rest, dropped


def _without_repeats(
    kept: Sequence[Line], headline: str, description: str, site: str
) -> tuple[list[Line], list[DroppedLine]]:
    lines: list[Line] = []
    dropped: list[DroppedLine] = []
    for line in kept:
        text = line.text.casefold()
        if site and text == site.casefold():
            dropped.append(drop(line, "site name"))
        elif text in {headline.casefold(), description.casefold()}:
            dropped.append(drop(line, "repeated"))
        else:
            lines.append(line)
    return lines, dropped
