"""Markdown with YAML front matter.

Front matter keys are those of `fields`. What it does not give, the text gives: the first heading is the
headline, then the rules of plain text hold.
"""

import re
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final

from radiocast.model.errors import StoryError
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
from radiocast.newsroom.intake.formats.fields import Given, draft_of
from radiocast.newsroom.intake.formats.plain import take_lines_apart
from radiocast.newsroom.intake.reading import one_line

if TYPE_CHECKING:
    import yaml

_FENCE: Final = re.compile(r"\A\s*---[ \t]*\n(?P<yaml>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPEN_FENCE: Final = re.compile(r"\A\s*---[ \t]*\n\s*[A-Za-z_]+[ \t]*:")
_CODE: Final = re.compile(r"^(```|~~~).*?(^\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT: Final = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"(#{1,6})\s+(?P<text>.*?)\s*#*$")
_MAX_HEADING_CHARS: Final = 1000
_UNDERLINE: Final = re.compile(r"(=+|-+)")
_LIST: Final = re.compile(r"(?:>\s?)*(?:[-*+]\s+|\d{1,3}[.)]\s+)?")
_ITEM: Final = re.compile(r"(?:>\s?)*(?:[-*+]\s+|\d{1,3}[.)]\s+)")
# A sign without which the pattern need not be tried, the pattern, what stays of it. Each run is bounded, so
# that no line, however long or odd, takes much more than its length to read.
_INLINE: Final = (
    ("![", re.compile(r"!\[[^\]]{0,200}\](?:\([^)]{0,400}\)|\[[^\]]{0,100}\])"), ""),  # images are not read
    ("](", re.compile(r"\[([^\]]{1,200})\]\([^)]{0,400}\)"), r"\1"),
    ("][", re.compile(r"\[([^\]]{1,200})\]\[[^\]]{0,100}\]"), r"\1"),
    ("[^", re.compile(r"\[\^[^\]]{1,100}\]:?"), ""),
    ("<", re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    ("<", re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    ("*", re.compile(r"(\*{1,3})(?=[^\s*])(.{1,200}?)(?<=\S)\1"), r"\2"),
    ("__", re.compile(r"(_{2,3})(?=\S)(.{1,200}?)(?<=\S)\1"), r"\2"),
    ("_", re.compile(r"(?<![\w_])_(?=\S)([^_]{1,200}?)(?<=\S)_(?![\w_])"), r"\1"),
    ("~~", re.compile(r"~~(?=\S)(.{1,200}?)(?<=\S)~~"), r"\1"),
    ("`", re.compile(r"(`+)(.{1,200}?)\1"), r"\2"),
    ("\\", re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


def take_apart(text: str, *, zone: tzinfo = UTC) -> Draft:
    """The parts of a Markdown article. Raises StoryError with the line where front matter is broken."""
    front, body, first = _front_matter(text)
    draft = draft_of(front, zone=zone)
    lines = _plain_lines(body, first)
    if not draft.headline:
        heading = next((index for index, line in enumerate(lines) if line.text.startswith("\x01")), None)
        if heading is not None:
            draft = replace(draft, headline=_bare(lines[heading].text))
            del lines[heading]
    bare = tuple(replace(line, text=_bare(line.text)) for line in lines)
    if not draft.headline:
        return _merge(draft, take_lines_apart(bare))
    kept, dropped = without_furniture(bare)
    # A page that repeats its headline above the text says it once.
    if kept and kept[0].text.casefold() == draft.headline.casefold():
        dropped.append(drop(kept[0], "repeated"))
        del kept[0]
    found = find_byline(kept)
    if found is not None and (found[0] <= 2 or not draft.byline):
        index, byline = found
        standfirst = " ".join(line.text for line in kept[:index])
        if draft.byline or draft.source:
            dropped.append(drop(kept[index], "byline"))
        if draft.description:
            dropped += [drop(line, "repeated") for line in kept[:index]]
        kept = kept[index + 1 :]
        draft = replace(
            draft,
            byline=draft.byline or byline.writer,
            source=draft.source or byline.source,
            description=draft.description or standfirst,
        )
    draft = replace(draft, body=paragraphs(kept), dropped=tuple(sorted(dropped, key=lambda line: line.line)))
    return with_credit(with_dateline(draft, kept), bare)


def _merge(front: Draft, page: Draft) -> Draft:
    """What front matter says, and what it leaves to the page."""
    return replace(
        front,
        headline=page.headline,
        description=front.description or page.description,
        byline=front.byline or page.byline,
        source=front.source or page.source,
        dateline=front.dateline or page.dateline,
        body=page.body,
        dropped=page.dropped,
    )


def _front_matter(text: str) -> tuple[dict[str, Given], str, int]:
    """(front matter, the text under it, the number of that text's first line)."""
    import yaml

    match = _FENCE.match(text)
    if match is None:
        if _OPEN_FENCE.match(text):
            raise StoryError("line 1: the front matter is never closed: put a line of --- under it")
        return {}, text, 1
    first = text.count("\n", 0, match.start("yaml")) + 1
    try:
        # Nodes, not values: each is the text that was written (it would be a pity to read out 12:30 as
        # 750), and knows its line.
        root = yaml.compose(match["yaml"], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first + (mark.line if mark is not None else 0)
        problem = one_line(str(error.problem or error.context or "not YAML"))
        raise StoryError(
            f"line {line}: the front matter is broken: {problem} (quote a value that has a colon in it)"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise StoryError(f"line {first}: the front matter is broken: {one_line(str(error))[:200]}") from error
    rest = text[match.end() :], text.count("\n", 0, match.end()) + 1
    if root is None:
        return {}, *rest
    if not isinstance(root, yaml.MappingNode):
        if not _OPEN_FENCE.match(text):  # two rules with text between them, not front matter
            return {}, text, 1
        raise StoryError(f"line {first}: the front matter must be lines of `key: value`")
    given = {
        key.value.strip().lower(): Given(texts=_texts(value), line=first + key.start_mark.line)
        for key, value in root.value
        if isinstance(key, yaml.ScalarNode)
    }
    return given, *rest


def _texts(node: "yaml.Node") -> tuple[str, ...]:
    """A scalar's text, or a list's; what is nested deeper is for other programs."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        return (str(node.value),)
    if isinstance(node, SequenceNode):
        return tuple(str(each.value) for each in node.value if isinstance(each, ScalarNode))
    return ()


def _plain_lines(text: str, first: int) -> list[Line]:
    """Lines without mark-up; a heading keeps a mark (U+0001, which no text from `reading` has)."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match.group().count("\n")

    text = _COMMENT.sub(blank, _CODE.sub(blank, text))
    found: list[Line] = []
    items = 0
    for line in lines_of(text, first=first):
        heading = _HEADING.fullmatch(line.text) if len(line.text) <= _MAX_HEADING_CHARS else None
        if heading is not None:
            plain = _inline(heading["text"])
            if plain:
                # A heading is a group of its own, whatever it touches.
                found.append(Line(number=line.number, text=f"\x01{plain}", group=-line.number - 1))
            continue
        below = found[-1] if found else None
        if below is not None and below.number == line.number - 1 and _UNDERLINE.fullmatch(line.text):
            found[-1] = Line(number=below.number, text=f"\x01{_bare(below.text)}", group=-below.number - 1)
            continue
        items += _ITEM.match(line.text) is not None
        plain = _inline(_LIST.sub("", line.text, count=1))
        if plain:
            # An item of a list is a paragraph of its own; what is under it without a mark goes on with it.
            found.append(replace(line, text=plain, group=line.group + items))
    return found


def _inline(text: str) -> str:
    for sign, pattern, plain in _INLINE:
        if sign in text:
            text = pattern.sub(plain, text)
    return one_line(text)


def _bare(text: str) -> str:
    return text.removeprefix("\x01")
