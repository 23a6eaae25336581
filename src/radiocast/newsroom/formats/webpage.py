"""A saved web page: the standard library's HTML parser, and what pages say of themselves.

The headline is the article's <h1>, else og:title, else <title> without the site's name. Text is taken from
<article>, else <main>, else <body>; what lies in script, style, nav, aside, footer, figure and forms is
never text. Then the rules of furniture and byline hold, as for every format. The site that the page says it
is of is its source, where the byline names none.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.byline import parse_byline
from radiocast.newsroom.formats.draft import Draft, Line, drop, find_byline, without_furniture
from radiocast.newsroom.formats.markdown import as_datetime
from radiocast.newsroom.reading import one_line

_SKIPPED: Final = re.compile(
    "script|style|nav|aside|footer|figure|figcaption|form|button|noscript|template|svg|iframe|select|video|audio|"
    "object|canvas|menu|dialog|picture|head"
)
_BLOCKS: Final = re.compile(
    "p|div|section|article|main|body|html|h[1-6]|[uod]l|li|dt|dd|blockquote|br|hr|table|tr|td|th|header|hgroup|pre|"
    "address|time|center"
)
_VOID: Final = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_BYLINE_CLASS: Final = re.compile(r"\b(by-?line|author(-name)?|article-author|writer)\b", re.IGNORECASE)
_STANDFIRST_CLASS: Final = re.compile(
    r"\b(standfirst|sub-?title|sub-?head(line)?|deck|dek|excerpt|article-summary|lede)\b", re.IGNORECASE
)
_TITLE_TAIL: Final = re.compile(r"\s+[|–—»·-]\s+(?P<site>[^|–—»·]{2,60})$")
_DECLARATION: Final = re.compile(r"<(?:!--.*?(?:-->|\Z)|[!?][^>]*(?:>|\Z))", re.DOTALL)
# A page nested deeper is broken or hostile; what lies deeper counts as lying this deep.
_MAX_DEPTH: Final = 100


class _Reader(HTMLParser):
    """Collects text blocks with their line, the landmark they are in, and the page's meta data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[Line, str, frozenset[str]]] = []  # line, role, landmarks
        self.meta: dict[str, str] = {}
        self.language = ""
        self.published = ""
        self._stack: list[tuple[str, str]] = []  # tag, role
        self._skipping = 0  # how many of the open tags hold no text of the article
        self._text: list[str] = []
        self._line = 1
        self._group = 0
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            self.meta.setdefault(name, one_line(values.get("content", "")))
        elif tag == "html":
            self.language = values.get("lang", "")
        elif tag == "time":
            self.published = self.published or values.get("datetime", "")
        elif tag == "title" and "title" not in self.meta:
            self._title = []
        if _BLOCKS.fullmatch(tag):
            self._flush()
        if not _VOID.fullmatch(tag) and len(self._stack) < _MAX_DEPTH:
            self._stack.append((tag, _role(tag, values)))
            self._skipping += _SKIPPED.fullmatch(tag) is not None

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self.meta["title"] = one_line("".join(self._title))
            self._title = None
        if _BLOCKS.fullmatch(tag):
            self._flush()
        # An end tag closes what was left open inside it, as browsers do; one without a start is nothing.
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index][0] == tag:
                self._skipping -= sum(
                    _SKIPPED.fullmatch(open_tag) is not None for open_tag, _ in self._stack[index:]
                )
                del self._stack[index:]
                break

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
            return
        if self._skipping:
            return
        if not self._text and data.strip():
            self._line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        text = one_line("".join(self._text))
        self._text.clear()
        if not text:
            return
        roles = [role for _, role in self._stack if role]
        landmarks = frozenset(tag for tag, _ in self._stack if tag in {"article", "main", "header"})
        # Items of one list stand together, so that "Related Articles" takes its links with it.
        in_list = any(tag in {"ul", "ol"} for tag, _ in self._stack)
        if not in_list and not (roles and roles[-1] == "heading"):
            self._group += 1
        line = Line(number=self._line, text=text, group=self._group)
        self.blocks.append((line, roles[-1] if roles else "", landmarks))


def _role(tag: str, values: dict[str, str]) -> str:
    marks = " ".join(values.get(name, "") for name in ("class", "rel", "itemprop", "id"))
    if tag == "h1":
        return "headline"
    if _BYLINE_CLASS.search(marks):
        return "byline"
    if _STANDFIRST_CLASS.search(marks):
        return "standfirst"
    return "heading" if tag in {"h2", "h3", "h4", "h5", "h6"} else ""


def take_apart(text: str) -> Draft:
    """The parts of an HTML page. Mark-up of any kind gives a draft; it may be empty."""
    reader = _Reader()
    # The standard library's parser reads on to the end of the page for every comment that is never closed.
    reader.feed(_DECLARATION.sub(lambda match: "\n" * match.group().count("\n"), text))
    reader.close()
    blocks = _article(reader.blocks)
    headline, site = _headline(blocks, reader)
    rest = [(line, role) for line, role in blocks if role != "headline" and line.text != headline]
    description = next((line.text for line, role in rest if role == "standfirst"), "")
    description = description or reader.meta.get("og:description") or reader.meta.get("description", "")
    byline, source, rest = _byline(rest, reader)
    kept, dropped = without_furniture(line for line, role in rest if role not in {"byline", "standfirst"})
    dropped += [drop(line, "byline") for line, role in rest if role == "byline"]
    found = find_byline(kept)
    if found is not None:
        index, parsed = found
        byline, source = byline or parsed.writer, source or parsed.source
        kept = [*kept[:index], *kept[index + 1 :]]
    kept, repeated = _without_repeats(kept, headline, description, site)
    # Cut descriptions ("The council has decid…") are search engines', not a newsreader's.
    if description.endswith(("…", "...")) or rule_like(description):
        description = ""
    return Draft(
        headline=headline,
        description=description,
        byline=byline,
        source=source or reader.meta.get("og:site_name", ""),
        language=reader.language,
        date=as_datetime(
            reader.meta.get("article:published_time") or reader.meta.get("datepublished") or reader.published
        ),
        body=tuple(line.text for line in kept),
        dropped=tuple(sorted([*dropped, *repeated], key=lambda line: line.line)),
    )


def rule_like(text: str) -> bool:
    """Whether a description is itself furniture ("Read more")."""
    kept, _ = without_furniture([Line(number=1, text=text, group=0)] if text else [])
    return not kept


def _article(blocks: Sequence[tuple[Line, str, frozenset[str]]]) -> list[tuple[Line, str]]:
    """Blocks of <article>, else of <main>, else all outside the site's own <header>."""
    for landmark in ("article", "main"):
        inside = [(line, role) for line, role, marks in blocks if landmark in marks]
        if inside:
            heads = [
                (line, role) for line, role, marks in blocks if role == "headline" and landmark not in marks
            ]
            has_headline = any(role == "headline" for _, role in inside)
            return inside if has_headline else [*heads[:1], *inside]
    outside = [(line, role) for line, role, marks in blocks if "header" not in marks or role == "headline"]
    return outside or [(line, role) for line, role, _ in blocks]


def _headline(blocks: Sequence[tuple[Line, str]], reader: _Reader) -> tuple[str, str]:
    site = reader.meta.get("og:site_name", "")
    title = reader.meta.get("title", "")
    tail = _TITLE_TAIL.search(title)
    if tail is not None:
        title, site = title[: tail.start()], site or tail["site"].strip()
    elif site and title.endswith(site):
        title = title.removesuffix(site).rstrip(" |–—»·-")
    h1 = [
        line.text for line, role in blocks if role == "headline" and line.text.casefold() != site.casefold()
    ]
    return (h1[0] if h1 else "") or reader.meta.get("og:title") or title, site


def _byline(rest: list[tuple[Line, str]], reader: _Reader) -> tuple[str, str, list[tuple[Line, str]]]:
    candidates = [line.text for line, role in rest if role == "byline"]
    author = reader.meta.get("author") or reader.meta.get("article:author", "")
    if author and "://" not in author:
        candidates.append(author)
    for text in candidates:
        parsed = parse_byline(text if text.lower().startswith("by") else f"By {text}")
        if parsed is not None:
            return parsed.writer, parsed.source, rest
    return "", "", rest


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
            lines.append(replace(line))
    return lines, dropped
