"""What a feed has in an entry, HTML or text, to the paragraphs that are read out. Pure.

A feed's content is the article alone, mostly a fragment: there is no page around it to be told apart. Its
blocks become lines, and the rules of furniture and byline hold as for every format. Any text gives
paragraphs.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.intake.byline import Byline
from radiocast.newsroom.intake.formats.draft import (
    Line,
    drop,
    find_byline,
    lines_of,
    paragraphs,
    without_furniture,
)
from radiocast.newsroom.intake.reading import clean, one_line

_SKIPPED: Final = re.compile(
    "script|style|figure|figcaption|aside|nav|form|button|noscript|template|svg|iframe|select|video|audio|"
    "object|canvas|math|head|title|table"
)
_BLOCKS: Final = re.compile(
    "p|div|section|article|main|header|footer|body|html|h[1-6]|ul|ol|dl|li|dt|dd|blockquote|hr|pre|address|center"
)
_DECLARATION: Final = re.compile(r"<(?:!--.*?(?:-->|\Z)|[!?][^>]*(?:>|\Z))", re.DOTALL)
_MARKUP: Final = re.compile(r"</?[A-Za-z][^<>]{0,1000}>|&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")
_BLOCK_TAG: Final = re.compile(r"<(?:p|div|br|li|h[1-6]|blockquote|section|article)\b", re.IGNORECASE)
_ANGLE: Final = re.compile("[<>]")
# A picture with all its sizes has a tag of some 2,000 characters.
_MAX_TAG_CHARS: Final = 3000
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")
# How weblogs end the entries of their feeds, and what cuts a summary short.
_FEED_TAIL: Final = re.compile(
    r"the (?:post|article|story) .{1,300} (?:appeared first|was first published) (?:on|in|at) .{1,100}"
    r"|(?:continue|keep) reading\b.{0,200}",
    re.IGNORECASE,
)
_CUT: Final = re.compile(
    r"\s*(?:\[\s*(?:…|\.{3}|&hellip;|&#8230;)\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3})"
    r"(?:\s*(?:read|see) (?:more|the full (?:story|article))\W*)?\s*$",
    re.IGNORECASE,
)
_LAST_SENTENCE: Final = re.compile(r"^(.*[.!?][\"'”’)\]]*)(?=\s)", re.DOTALL)
# Tags deeper than this are broken or hostile; no more of them are remembered.
_MAX_DEPTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Paragraphs, a byline that stood among the first of them, and what was dropped."""

    paragraphs: tuple[str, ...] = ()
    byline: Byline | None = None
    dropped: tuple[DroppedLine, ...] = ()


class _Blocks(HTMLParser):
    """HTML to text with a line for every <br> and a blank line between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if _SKIPPED.fullmatch(tag) and len(self._skipped) < _MAX_DEPTH:
            self._skipped.append(tag)
        elif tag == "br":
            self._parts.append("\n")
        elif tag in {"ul", "ol", "li"}:
            # A list belongs to the line over it: with "Related Articles" its links go too.
            while self._parts and not self._parts[-1].strip():
                self._parts.pop()
            self._parts.append("\n")
        elif _BLOCKS.fullmatch(tag):
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            # What was left open inside is closed with it, as browsers do.
            while self._skipped.pop() != tag:
                pass
            self._parts.append(" ")
        elif _BLOCKS.fullmatch(tag) and tag != "li":
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            # Line ends in HTML are blanks.
            self._parts.append(data.replace("\n", " "))

    def text(self) -> str:
        return "".join(self._parts)


def plain(text: str) -> str:
    """Mark-up and character references taken out of one line of text: a headline, a name."""
    # Twice: many feeds escape what was escaped already.
    for _ in range(2):
        if not _MARKUP.search(text):
            break
        text = _tags_out(text) if "<" in text else html.unescape(text)
    return one_line(text)


def read_fragment(text: str, *, is_html: bool) -> Fragment:
    """The paragraphs of an entry's content."""
    text = clean(text)
    is_html = is_html or _looks_html(text)
    if is_html:
        text = _tags_out(text)
    lines: list[Line] = []
    tails: list[DroppedLine] = []
    for line in lines_of(text):
        if _FEED_TAIL.fullmatch(line.text):
            tails.append(drop(line, "feed's own tail"))
        else:
            lines.append(line)
    kept, dropped = without_furniture(lines)
    found = find_byline(kept)
    if found is not None:
        index, _ = found
        dropped.append(drop(kept[index], "byline"))
        kept = [*kept[:index], *kept[index + 1 :]]
    ordered = sorted([*dropped, *tails], key=lambda line: line.line)
    return Fragment(
        # A line of HTML is a block of its own; in text a paragraph may have been wrapped.
        paragraphs=_uncut(tuple(line.text for line in kept) if is_html else paragraphs(kept)),
        byline=found[1] if found is not None else None,
        dropped=tuple(ordered),
    )


def _uncut(found: tuple[str, ...]) -> tuple[str, ...]:
    """Without the sentence that a feed cut in its middle ("The council has decid…")."""
    if not found:
        return ()
    cut = _CUT.search(found[-1][-200:])
    if cut is None:
        return found
    rest = found[-1][: len(found[-1]) - len(cut.group())]
    if not rest or rest.endswith((".", "!", "?", "”", '"')):
        return (*found[:-1], rest) if rest else found[:-1]
    whole = _LAST_SENTENCE.match(rest)
    return (*found[:-1], whole[1]) if whole else found[:-1]


def _looks_html(text: str) -> bool:
    return (
        re.search(r"</?(?:p|br|div|a|b|i|em|strong|img|span|ul|li|h[1-6])\b[^<>]{0,500}>", text) is not None
    )


def _without_endless_tags(text: str) -> str:
    """Text with "&lt;" for each "<" that begins no tag: the next ">" is too far away."""
    kept: list[str] = []
    end = closes = len(text) + _MAX_TAG_CHARS + 1
    for match in reversed(list(_ANGLE.finditer(text))):
        if match.group() == ">":
            closes = match.start()
        elif closes - match.start() > _MAX_TAG_CHARS:
            kept.append(f"&lt;{text[match.end() : end]}")
            end = match.start()
    kept.append(text[:end])
    return "".join(reversed(kept))


def _tags_out(text: str) -> str:
    if not _BLOCK_TAG.search(text):
        # Text with a link or two in it: its blank lines are all that parts its paragraphs.
        text = _BLANK_LINE.sub("<p>", text)
    # The standard library's parser reads on to the end for every tag and comment that is never closed.
    reader = _Blocks()
    reader.feed(_without_endless_tags(_DECLARATION.sub(" ", text)))
    reader.close()
    return reader.text()
