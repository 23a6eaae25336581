"""HTML to blocks of text, each with its line, what it lies in and what it is marked as.

By the standard library alone. Nothing is decided here: text in a menu or a footer is a block like any
other, and says so. What no reader of the page would see (scripts, styles, templates, what is hidden) is
not text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any, Final

from radiocast.newsroom.intake.formats.draft import Line, lines_of
from radiocast.newsroom.intake.reading import one_line

_UNSEEN: Final = frozenset(
    ("script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "head", "audio", "video",
     "math", "datalist")
)  # fmt: skip
# Where text lies that is not the article's, and what an editor is told about it.
_ASIDE: Final = {
    "nav": "menu", "aside": "side bar", "footer": "footer", "figure": "caption", "figcaption": "caption",
    "picture": "caption", "button": "form", "select": "form", "menu": "menu", "dialog": "pop-up",
}  # fmt: skip
_BLOCKS: Final = frozenset(
    ("p", "div", "section", "article", "main", "body", "html", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol",
     "dl", "li", "dt", "dd", "blockquote", "br", "hr", "table", "tr", "td", "th", "header", "hgroup", "pre",
     "address", "time", "center", "nav", "aside", "footer", "figure", "figcaption", "form", "button",
     "select", "option", "menu", "dialog")
)  # fmt: skip
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
# What a start tag closes that was left open: pages leave out </p> and </li>, as HTML lets them.
_CLOSED_BY: Final = {
    "head": _BLOCKS,
    "p": _BLOCKS - {"br", "hr", "time"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}
_BYLINE_CLASS: Final = re.compile(
    r"(?<![\w-])(by-?line|author(-name)?|article-author|writer)(?![\w-])", re.IGNORECASE
)
_STANDFIRST_CLASS: Final = re.compile(
    r"(?<![\w-])(standfirst|sub-?title|sub-?head(line)?|deck|dek|excerpt|article-summary|lede)(?![\w-])",
    re.IGNORECASE,
)
_HIDDEN: Final = re.compile(r"(display|visibility)\s*:\s*(none|hidden)", re.IGNORECASE)
# Scripts and styles go first: what looks like a comment inside one may end outside it.
_OPAQUE: Final = re.compile(
    r"<(?P<tag>script|style)\b(?P<marks>[^>]{0,2000})>.*?(?:</(?P=tag)\s*>|\Z)|"
    r"<(?:!--.*?(?:-->|\Z)|[!?][^>]*(?:>|\Z))",
    re.DOTALL | re.IGNORECASE,
)
_JSON_LD: Final = re.compile(r"application/ld\+json", re.IGNORECASE)
# A page nested deeper is broken or hostile; what lies deeper counts as lying this deep.
_MAX_DEPTH: Final = 100
# Pages carry a description of themselves of some KB, in one to five of these.
_MAX_JSON_LD: Final = 20
_MAX_JSON_LD_CHARS: Final = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text without a break.

    `role` is what it is marked as: headline (h1), heading, byline, standfirst or nothing. `landmarks` are
    those of article, main and header that it lies in. `aside` is the rule under which it is dropped; "" if
    it may be text.
    """

    line: Line
    role: str = ""
    landmarks: frozenset[str] = frozenset()
    aside: str = ""


@dataclass(slots=True)
class Page:
    """What was read: blocks in order, meta data by name in small letters, and every JSON-LD object."""

    blocks: list[Block] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    keywords: list[str] = field(default_factory=list)
    language: str = ""
    published: str = ""
    link: str = ""
    json_ld: list[Mapping[str, Any]] = field(default_factory=list)


def read_markup(text: str, *, hidden: bool = False) -> Page:
    """A page, or a piece of one, taken apart. Any text gives a page; it may be empty.

    `hidden` counts what its style hides as seen: some pages show their text by a script.
    """
    reader = _Reader(hidden=hidden)
    # The parser reads on to the end of the page for every comment or declaration that is never closed.
    reader.feed(_OPAQUE.sub(_blank, text))
    reader.close()
    return reader.page


def _blank(match: re.Match[str]) -> str:
    """Nothing in place of a comment or a script, as many lines long; what tells of the page stays."""
    if match["marks"] is not None and _JSON_LD.search(match["marks"]):
        return match[0]
    return "\n" * match[0].count("\n")


class _Reader(HTMLParser):
    def __init__(self, *, hidden: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._shows_hidden = hidden
        self.page = Page()
        self._stack: list[tuple[str, str, str, bool]] = []  # tag, role, aside, unseen
        self._unseen = 0  # how many of the open tags hold nothing that is seen
        self._text: list[str] = []
        self._line = 1
        self._group = 0
        self._title: list[str] | None = None
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        if tag in _BLOCKS:
            self._flush()
        while self._stack and tag in _CLOSED_BY.get(self._stack[-1][0], ()):
            self._unseen -= self._stack.pop()[3]
        if tag in _VOID or len(self._stack) >= _MAX_DEPTH:
            return
        hidden = "hidden" in values or _HIDDEN.search(values.get("style", "")) is not None
        unseen = tag in _UNSEEN or (hidden and not self._shows_hidden)
        self._stack.append((tag, _role(tag, values), _ASIDE.get(tag, ""), unseen))
        self._unseen += unseen

    def _note(self, tag: str, values: Mapping[str, str]) -> None:
        """What the page says of itself."""
        page = self.page
        if tag == "meta":
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            content = one_line(values.get("content", ""))
            if name == "article:tag" and content:
                page.keywords.append(content)
            page.meta.setdefault(name, content)
        elif tag == "html":
            page.language = values.get("lang", "")
        elif tag == "time":
            page.published = page.published or values.get("datetime", "")
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            page.link = page.link or values.get("href", "")
        elif tag == "title" and "title" not in page.meta:
            self._title = []
        elif tag == "script" and _JSON_LD.search(values.get("type", "")):
            self._script = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self.page.meta["title"] = one_line("".join(self._title))
            self._title = None
        if tag == "script" and self._script is not None:
            self._read_json("".join(self._script))
            self._script = None
        if tag in _BLOCKS:
            self._flush()
        # An end tag closes what was left open inside it, as browsers do; one without a start is nothing.
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index][0] == tag:
                self._unseen -= sum(unseen for *_, unseen in self._stack[index:])
                del self._stack[index:]
                break

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
            return
        if self._script is not None:
            self._script.append(data)
            return
        if self._unseen:
            return
        if not self._text and data.strip():
            self._line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _read_json(self, text: str) -> None:
        if len(self.page.json_ld) >= _MAX_JSON_LD or len(text) > _MAX_JSON_LD_CHARS:
            return
        try:
            loaded = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return  # pages are full of broken ones, and the text stands beside it
        self.page.json_ld += _objects(loaded)[:_MAX_JSON_LD]

    def _flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if any(tag == "pre" for tag, *_ in self._stack):
            # As it was typed: lines are lines, and blank ones part paragraphs.
            for line in lines_of(text, first=self._line - text[: len(text) - len(text.lstrip())].count("\n")):
                self._add(replace(line, group=self._group + 1 + line.group))
            self._group += text.count("\n") + 1
        elif one_line(text):
            self._add(Line(number=self._line, text=one_line(text), group=0))

    def _add(self, line: Line) -> None:
        roles = [role for _, role, _, _ in self._stack if role]
        tags = {tag for tag, *_ in self._stack}
        # Items of one list stand together, so that "Related Articles" takes its links with it.
        in_list = "ul" in tags or "ol" in tags
        if not line.group and not in_list and not (roles and roles[-1] == "heading"):
            self._group += 1
        self.page.blocks.append(
            Block(
                line=line if line.group else replace(line, group=self._group),
                role=roles[-1] if roles else "",
                landmarks=frozenset(tags & {"article", "main", "header"}),
                aside=next((aside for _, _, aside, _ in self._stack if aside), ""),
            )
        )


def _role(tag: str, values: Mapping[str, str]) -> str:
    marks = " ".join(values.get(name, "") for name in ("class", "rel", "itemprop", "id"))
    if tag == "h1":
        return "headline"
    if _BYLINE_CLASS.search(marks):
        return "byline"
    if _STANDFIRST_CLASS.search(marks):
        return "standfirst"
    return "heading" if tag in {"h2", "h3", "h4", "h5", "h6"} else ""


def _objects(loaded: object) -> list[Mapping[str, Any]]:
    """The objects of a JSON-LD script: it may be one, a list, or a graph."""
    if isinstance(loaded, list):
        return [each for each in loaded if isinstance(each, dict)]
    if not isinstance(loaded, dict):
        return []
    graph = loaded.get("@graph")
    return (
        [loaded, *(each for each in graph if isinstance(each, dict))] if isinstance(graph, list) else [loaded]
    )
