"""What every format gives, and the steps that all of them share: furniture, byline, paragraphs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from radiocast.model.story import DroppedLine
from radiocast.newsroom.byline import Byline, parse_byline
from radiocast.newsroom.furniture import ends_sentence, rule_of
from radiocast.newsroom.reading import one_line

# Newsreaders' headlines are under 100 characters; what is longer than this is a paragraph.
MAX_HEADLINE_CHARS: Final = 200
# How many lines down a byline is looked for: below headline, kicker, standfirst, date and share bar.
_BYLINE_WITHIN: Final = 8
# Text wrapped by an editor or a mail program has lines of about 60 to 80 characters; the last line of a
# paragraph alone is shorter.
_WRAPPED_MIN: Final = 40
_WRAPPED_MAX: Final = 100
_SHOWN_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the file: its number from 1, and the run of lines without a blank one that it is in."""

    number: int
    text: str
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article's parts as its format gave them; an empty one was not found."""

    headline: str = ""
    description: str = ""
    byline: str = ""
    source: str = ""
    language: str = ""
    date: datetime | None = None
    body: tuple[str, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()


def lines_of(text: str, *, first: int = 1) -> tuple[Line, ...]:
    """The lines with something in them, blanks inside made one."""
    found: list[Line] = []
    group = 0
    for number, raw in enumerate(text.split("\n"), first):
        line = one_line(raw)
        if line:
            found.append(Line(number=number, text=line, group=group))
        else:
            group += 1
    return tuple(found)


def drop(line: Line, rule: str) -> DroppedLine:
    """The record of a line that is not read out."""
    shown = line.text if len(line.text) <= _SHOWN_CHARS else line.text[:_SHOWN_CHARS] + "…"
    return DroppedLine(line=line.number, text=shown, rule=rule)


def without_furniture(lines: Iterable[Line]) -> tuple[list[Line], list[DroppedLine]]:
    """Lines of the article, and what the rules of `furniture` dropped.

    Under a heading such as "Related Articles" the other stories' headlines go with it: the lines of the
    same group, as long as none ends like a sentence.
    """
    kept: list[Line] = []
    dropped: list[DroppedLine] = []
    list_group = -1
    for line in lines:
        rule = rule_of(line.text)
        if rule is not None:
            dropped.append(drop(line, rule.name))
            list_group = line.group if rule.heads_list else list_group
        elif line.group == list_group and not ends_sentence(line.text):
            dropped.append(drop(line, "related"))
        else:
            list_group = -1
            kept.append(line)
    return kept, dropped


def find_byline(lines: Sequence[Line]) -> tuple[int, Byline] | None:
    """Where the byline is among the first lines, and what it says."""
    for index, line in enumerate(lines[:_BYLINE_WITHIN]):
        byline = parse_byline(line.text)
        # The first line is the headline, unless it opens as nothing but a byline does.
        if byline is not None and (index or line.text.lower().startswith("by ")):
            return index, byline
    return None


def paragraphs(lines: Sequence[Line]) -> tuple[str, ...]:
    """Lines as paragraphs: those that only a program wrapped are joined again, hyphens mended."""
    groups: list[list[str]] = []
    last = -1
    for line in lines:
        if line.group != last:
            groups.append([])
            last = line.group
        groups[-1].append(line.text)
    found: list[str] = []
    for group in groups:
        wrapped = all(len(text) <= _WRAPPED_MAX for text in group) and all(
            len(text) >= _WRAPPED_MIN for text in group[:-1]
        )
        found.extend([_join(group)] if wrapped else group)
    return tuple(found)


_BROKEN_WORD: Final = re.compile(r"(?<=[a-z])- (?=[a-z])")


def _join(lines: Sequence[str]) -> str:
    joined = " ".join(lines)
    return _BROKEN_WORD.sub("", joined) if any(line.endswith("-") for line in lines[:-1]) else joined
