# ruff: noqa: E501 - a pattern is read whole
"""Where a story was written, from the head of its first paragraph: "HARARE (Reuters) - ...". Pure."""

import re
from dataclasses import dataclass
from typing import Final

from radiocast.newsroom.intake.byline import is_agency

# "CHIRIMBA/MUTOKO LAKE DISTRICT, Marulia, March 12, 2026 (New Ziana) –" is as long as they get.
_WITHIN_CHARS: Final = 120
_CAPITALS: Final = (
    r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.-]+(?:[ /-](?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.-]*|of|on|upon|de|da|la|le|el))*"
)
_NAME: Final = r"[A-ZÀ-ÖØ-Þ][\w'’.-]+(?: (?:[A-ZÀ-ÖØ-Þ][\w'’.-]*|of|on|upon|de|da|la|le|el)){0,3}"
_DAY: Final = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
    r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:, ?\d{4})?|"
    r"\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.?(?:,? \d{4})?)"
)
_AGENCY: Final = r" ?\((?P<agency>[^()]{2,40})\)"
_DASH: Final = r"\s*(?:--?|–|—|―|:)\s*"
_WITH_AGENCY: Final = re.compile(
    rf"(?P<place>(?:{_CAPITALS}|{_NAME})(?:, {_NAME}){{0,2}}(?:, {_DAY})?)?{_AGENCY}{_DASH}(?=\S|$)"
)
_IN_CAPITALS: Final = re.compile(
    rf"(?P<place>{_CAPITALS}(?:, {_NAME}){{0,2}}(?:, {_DAY})?)(?:\s+--?\s+|\s*[–—―]+\s*|: +)(?=[^\W_]|[\"“‘'])"
)
_WITH_DAY: Final = re.compile(
    rf"(?P<place>{_NAME}(?:, {_NAME})?, {_DAY})(?:\s+--?\s+|\s*[–—―]+\s*|: +)(?=\S)"
)
_WITH_COLON: Final = re.compile(rf"(?P<place>{_NAME}): (?=[A-Z])")
_WITH_DASH: Final = re.compile(rf"(?P<place>{_NAME})\s+[–—]\s+(?=[A-Z\"“‘])")
# What stands before a colon and is no place.
_NO_PLACE: Final = re.compile(
    r"\b(note|update|updated|warning|correction|question|answer|analysis|opinion|breaking|watch|listen|read|fact|"
    r"exclusive|live|photo|photos|video|picture|editor|source|sources|q|a|summary|background|first|second|third|"
    r"result|results|weather|sport|business|attention|remember|one|two|three|time|date|venue|what|who|when|where|why|"
    r"how|but|and|the|this|that|it|he|she|they|we|you|i|yes|no|bbc|un|eu|us|uk|kill|hold|mayor|minister|president|captain|mr|mrs|ms|miss|dr|"
    r"sir|lady|prof|professor|chief|judge|king|queen|bishop|father|mother|brother|sister|colonel|general|major|"
    r"spoiler|disclaimer|introduction|overview|today|yesterday|tomorrow|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|anchor|reporter|sergeant|inspector|police|court|council|government)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """`text` is the dateline as it was written, `place` what it says of place and day, `source` the agency.

    `rest` is the paragraph without it; empty if the dateline stood alone.
    """

    text: str
    place: str
    source: str
    rest: str


def take_dateline(paragraph: str) -> Dateline | None:
    """The dateline that this first paragraph begins with, or None: it begins with its text.

    Forms: "HARARE (Reuters) - ...", "LONDON, May 3 (AP) — ...", "(Reuters) - ...", "CHIRIMBA — ...",
    "Bulawayo, 12 March: ...", "Bulawayo: ...". A name before a colon is a place when nothing else is
    called so; "Warning: ..." is none.
    """
    head = paragraph[:_WITHIN_CHARS]
    match = _WITH_AGENCY.match(head)
    if match is not None and _agency(match["agency"]):
        return _made(paragraph, match, match["agency"])
    match = _IN_CAPITALS.match(head)
    if match is not None and not _NO_PLACE.search(match["place"]):
        return _made(paragraph, match, "")
    match = _WITH_DAY.match(head)
    if match is not None:
        return _made(paragraph, match, "")
    match = _WITH_COLON.match(head) or _WITH_DASH.match(head)
    if match is not None and _could_be_place(match["place"]):
        return _made(paragraph, match, "")
    return None


def _could_be_place(name: str) -> bool:
    """Whether a name that nothing marks as a place may be one: a word or two, none of `_NO_PLACE`."""
    return len(name.split()) <= 2 and not name.endswith(".") and _NO_PLACE.search(name) is None


def _made(paragraph: str, match: re.Match[str], agency: str) -> Dateline:
    return Dateline(
        text=match[0].strip(),
        place=(match["place"] or "").strip(" ,"),
        source=" ".join(agency.split()),
        rest=paragraph[match.end() :].strip(),
    )


def _agency(name: str) -> bool:
    """A known agency, or a name: a comment in brackets has small letters."""
    words = name.split()
    return is_agency(name) or (len(words) <= 4 and all(word[0].isupper() for word in words))
