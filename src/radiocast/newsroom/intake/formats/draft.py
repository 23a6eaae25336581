"""What every format gives, and the steps that all of them share: furniture, byline, dateline, paragraphs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from radiocast.model.story import DEFAULT_URGENCY, DroppedLine, PubStatus
from radiocast.newsroom.intake.byline import Byline, is_agency, is_anonymous, opens_byline, parse_byline
from radiocast.newsroom.intake.dateline import take_dateline
from radiocast.newsroom.intake.formats.hyphens import GOES_ON, Words, breaks_off
from radiocast.newsroom.intake.furniture import ends_sentence, rule_of
from radiocast.newsroom.intake.notices import notice
from radiocast.newsroom.intake.reading import one_line

# Newsreaders' headlines are under 100 characters; what is longer than this is a paragraph.
MAX_HEADLINE_CHARS: Final = 200
# How many lines down a byline is looked for: below headline, kicker, standfirst, date and share bar.
_BYLINE_WITHIN: Final = 8
# An agency's name alone is a credit under headline and standfirst, and furniture anywhere else.
_CREDIT_WITHIN: Final = 3
_CREDIT: Final = re.compile(
    r"[-–—(\[ ]*(?:(?:[Ss]ource|SOURCE|[Cc]redit)s?: ?"
    r"(?P<named>[A-Z][\w'’&.-]*(?: [\w'’&.-]+){0,4}?)|"
    r"(?P<agency>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2}))[)\] .]*"
)
# Text wrapped by an editor or a mail program has lines of about 60 to 80 characters; the last line of a
# paragraph alone is shorter.
_WRAPPED_MIN: Final = 40
_WRAPPED_MAX: Final = 100
_SHOWN_CHARS: Final = 200
_BULLETS: Final = "•▪●◦‣ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the file: its number from 1, and the run of lines without a blank one that it is in."""

    number: int
    text: str
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article's parts as its format gave them, by the names of `Story`; an empty one was not found.

    `date` is the version's. `body` has one paragraph each. `dropped` has every line that is in no other part,
    notices (see `notices`) among them: what those come to is worked out when the draft becomes a story.
    """

    headline: str = ""
    description: str = ""
    byline: str = ""
    source: str = ""
    language: str = ""
    dateline: str = ""
    date: datetime | None = None
    embargoed: datetime | None = None
    expires: datetime | None = None
    pubstatus: PubStatus = PubStatus.USABLE
    urgency: int = DEFAULT_URGENCY
    breaking: bool = False
    corrects: str = ""
    ednote: str = ""
    subject: tuple[str, ...] = ()
    rightsinfo: str = ""
    uri: str = ""
    body: tuple[str, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()


def lines_of(text: str, *, first: int = 1) -> tuple[Line, ...]:
    """The lines with something in them, blanks inside made one."""
    found: list[Line] = []
    group = 0
    for number, raw in enumerate(text.split("\n"), first):
        line = one_line(raw)
        if line:
            # An item of a list is a paragraph of its own, whatever it touches.
            group += line[0] in _BULLETS
            line = line.lstrip(_BULLETS) or line
            # A soft hyphen at the end of a line: the word goes on in the next, whatever the rest of it
            # looks like.
            text = line + GOES_ON if raw.rstrip().endswith("\xad") else line
            found.append(Line(number=number, text=text, group=group))
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
    list_group = next_of = -1
    for line in lines:
        said = notice(line.text)
        captioned, next_of = line.group == next_of, -1
        rule = rule_of(line.text) if said is None else None
        if said is not None:
            dropped.append(drop(line, said))
        elif rule is not None and not _credits_agency(line.text, after=len(kept)):
            dropped.append(drop(line, rule.name))
            list_group = line.group if rule.heads_list else list_group
            next_of = line.group if rule.takes_next else -1
        elif captioned:
            dropped.append(drop(line, "caption"))
        elif line.group == list_group and not ends_sentence(line.text):
            dropped.append(drop(line, "related"))
        else:
            list_group = -1
            kept.append(line)
    return kept, dropped


def _credits_agency(text: str, *, after: int) -> bool:
    """Whether an agency's name alone is a byline and no caption's credit: right under the headline."""
    byline = parse_byline(text) if 0 < after <= _CREDIT_WITHIN else None
    return byline is not None and not byline.writer


def find_byline(lines: Sequence[Line]) -> tuple[int, Byline] | None:
    """Where the byline is among the first lines, and what it says."""
    for index, line in enumerate(lines[:_BYLINE_WITHIN]):
        byline = parse_byline(line.text)
        if byline is None:
            continue
        # The first line is the headline, unless it opens as nothing but a byline does. And under a site's
        # name alone, "Ann Roe in Chirimba" may be a headline yet.
        told = bool(byline.source) or is_anonymous(byline.writer)
        told = told or any(len(above.text.split()) > 3 for above in lines[:index])
        # French's "Par" opens headlines, too.
        opens = opens_byline(line.text) and (index > 0 or not line.text.lower().startswith("par "))
        if opens or (index and told):
            return index, byline
    return None


def named_source(text: str) -> str:
    """The medium that a whole line names ("Source: Hill Gazette"), or ""."""
    found = _CREDIT.fullmatch(text)
    return (found["named"] or "").strip(" .") if found is not None else ""


def with_credit(draft: Draft, lines: Sequence[Line]) -> Draft:
    """The draft with the medium that its last line names ("Source: Hill Gazette"), where none is known.

    `lines` are all that were read; one that is still in the body leaves it.
    """
    if draft.source or not lines:
        return draft
    last = next((line for line in reversed(lines[-_CREDIT_WITHIN:]) if _CREDIT.fullmatch(line.text)), None)
    found = _CREDIT.fullmatch(last.text) if last is not None else None
    if last is None or found is None:
        return draft
    source = (found["named"] or found["agency"]).strip(" .")
    if found["named"] is None and not is_agency(source):
        return draft
    if draft.body and draft.body[-1] == last.text:
        dropped = tuple(sorted([*draft.dropped, drop(last, "credits")], key=lambda line: line.line))
        draft = replace(draft, body=draft.body[:-1], dropped=dropped)
    return replace(draft, source=source)


def with_dateline(draft: Draft, lines: Sequence[Line]) -> Draft:
    """The draft with its dateline taken off its first paragraph. `lines` are those the body was made of."""
    if not draft.body:
        return draft
    dateline = take_dateline(draft.body[0])
    if dateline is None:
        return draft
    rest = (dateline.rest,) if dateline.rest else ()
    number = lines[0].number if lines else 0
    said = DroppedLine(line=number, text=dateline.text, rule="dateline")
    return replace(
        draft,
        dateline=draft.dateline or dateline.place,
        source=draft.source or dateline.source,
        body=(*rest, *draft.body[1:]),
        dropped=tuple(sorted([*draft.dropped, said], key=lambda line: line.line)),
    )


def paragraphs(lines: Sequence[Line], *, wrapped: bool = False) -> tuple[str, ...]:
    """Lines as paragraphs: those that only a program wrapped are joined again, and words it broke.

    `wrapped`: it is known that a group of lines is one paragraph.
    """
    groups: list[list[str]] = []
    last: int | None = None
    for line in lines:
        if line.group != last:
            groups.append([])
            last = line.group
        groups[-1].append(line.text)
    words = Words(line.text for line in lines)
    found: list[str] = []
    for group in groups:
        joined = wrapped or (
            all(len(text) <= _WRAPPED_MAX for text in group)
            and (
                all(len(text) >= _WRAPPED_MIN for text in group[:-1])
                or any(breaks_off(text) and after[:1].islower() for text, after in pairwise(group))
            )
        )
        found.extend([words.joined(group)] if joined else (text.removesuffix(GOES_ON) for text in group))
    return tuple(found)
