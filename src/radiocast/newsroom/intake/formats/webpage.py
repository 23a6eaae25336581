"""A web page: which of its text is the article, by trafilatura; then the rules for any text.

`markup` gives every block of text that a reader of the page would see; trafilatura says which of it
belongs to the article; the rest of the rules are the same for any text. Every block is then in the draft
or among its dropped lines. Where trafilatura finds nothing (a fragment, a page of three lines), the
article is what lies in <article>, else <main>, else outside the site's own header; where the page's text
is put in by a script, it is the JSON-LD's.

Headline, byline, source and dates are the page's own word (`page_facts`), unless the article shows better.
Not for the studio's process: see `extraction`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.intake.byline import Byline, opens_byline, parse_byline
from radiocast.newsroom.intake.formats.draft import (
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
from radiocast.newsroom.intake.formats.extraction import (
    PART_CHARS,
    Extract,
    article_blocks,
    extracted_by_trafilatura,
    landmark,
    letters,
    same,
)
from radiocast.newsroom.intake.formats.markup import Block, read_markup
from radiocast.newsroom.intake.formats.page_facts import PageFacts, page_facts
from radiocast.newsroom.intake.formats.plain import take_lines_apart
from radiocast.newsroom.intake.furniture import ends_sentence, rule_of
from radiocast.newsroom.intake.reading import clean

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
    extract = Extract(extracted_by_trafilatura(text))
    page = read_markup(text)
    if extract and not any(extract.has(block.line.text) for block in page.blocks):
        page = read_markup(text, hidden=True)
    facts = page_facts(page, zone=zone, url=url)
    headline, site = _headline(page.blocks, facts)
    article, dropped = article_blocks(page, extract, headline)
    if not article and facts.body:
        # A page that a script puts together: its text is in what it tells search engines.
        article = [Block(line=line) for line in lines_of(clean(facts.body))]
    if not headline:
        return _told_apart_by_place([block.line for block in article], dropped, facts)
    rest = []
    for block in article:
        if block.role == "headline" or same(block.line.text, headline):
            if not same(block.line.text, headline):
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


def _headline(blocks: Sequence[Block], facts: PageFacts) -> tuple[str, str]:
    """The article's <h1>, else what the page calls it; and the site's name."""
    site = facts.site
    inside = landmark(blocks)
    h1 = [
        block.line.text
        for index, block in sorted(enumerate(blocks), key=lambda pair: pair[0] not in inside)
        if block.role == "headline" and not block.aside and block.line.text.casefold() != site.casefold()
    ]
    said = facts.headline or facts.title
    # Of several, the one that the page's own headline is about: some sites set their name as <h1>.
    marked = next((text for text in h1 if same(text, said)), h1[0] if h1 else "")
    if marked:
        return marked, site
    shown = _shown_of(blocks, facts.headline or facts.whole_title)
    # "Hill Gazette - Goat elected": what is in front is the site's name.
    leads = shown and letters(shown) not in letters(facts.title)
    return shown or said, facts.title if leads else site


def _shown_of(blocks: Sequence[Block], title: str) -> str:
    """The longest part of the page's title that stands over the text as well; "" where none does."""
    whole = letters(title)
    parts = [
        block.line.text
        for block in blocks[:_HEADLINE_WITHIN]
        if not block.aside
        and len(letters(block.line.text)) >= PART_CHARS
        and letters(block.line.text) in whole
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
    opening = letters(" ".join(block.line.text for block in rest[:4]))
    # Shown over the text it is the standfirst; a whole sentence there is the text's first.
    stands_over = not ends_sentence(said) and any(same(block.line.text, said) for block in rest[:3])
    return ("" if said and not stands_over and letters(said)[:80] in opening else said), rest


def _byline(rest: list[Block], facts: PageFacts, site: str) -> tuple[Byline, list[Block], list[DroppedLine]]:
    """Who the page says wrote it: where it marks a byline, else in its facts. Marked lines leave the text."""
    marked = [block for block in rest if block.role == "byline"]
    rest = [block for block in rest if block.role != "byline"]
    dropped = [drop(block.line, "byline") for block in marked]
    texts = [_VON.sub("", block.line.text) for block in marked]
    for text in [*texts, facts.byline]:
        parsed = parse_byline(text if opens_byline(text) else f"By {text}") if text else None
        if parsed is not None and not same(parsed.writer, site):
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
