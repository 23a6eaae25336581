"""What a language brings: its sentences, its clock, its way of writing out. Pure.

Every field but the code has a default without a word of any language in it, so that a story in a language
nobody has written down is still read: as it stands, its credit being names alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

PartOfDay = Literal["morning", "afternoon", "evening", "night"]
# A pattern, and what is put in its place; applied in order.
Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

# The house's sentences, and what each may hold in braces. `intro`, `no_news` and the like may be several
# sentences. `time` is the time as spoken, `greeting` the one of
# `greeting_morning` to `greeting_night` that fits.
PLACEHOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "greeting_morning": ("station",),
    "greeting_afternoon": ("station",),
    "greeting_evening": ("station",),
    "greeting_night": ("station",),
    "intro": ("greeting", "time", "station", "bulletin"),
    "intro_no_news": ("greeting", "time", "station", "bulletin"),
    "no_news": ("greeting", "time", "station", "bulletin"),
    "headlines": ("station",),
    "headline": ("headline",),
    "story": ("headline",),
    "breaking_story": ("headline",),
    "correction": ("headline",),
    "correction_unnamed": ("headline",),
    "correction_title": ("headline",),
    "breaking": ("station", "time"),
    "outro": ("greeting", "time", "station", "bulletin"),
    "credit_of": ("writer", "source"),
    "credit_one": ("who",),
    "credit_many": ("who",),
    "credit_one_from": ("who", "place"),
    "credit_many_from": ("who", "place"),
    "credit_place": ("place",),
}
# What a language without a file has of them: names, and no words.
WORDLESS: Final[Mapping[str, str]] = {
    "headline": "{headline}",
    "story": "{headline}",
    "breaking_story": "{headline}",
    "correction_title": "{headline}",
    "credit_of": "{writer}, {source}",
    "credit_one": "{who}.",
    "credit_many": "{who}.",
    "credit_one_from": "{who}, {place}.",
    "credit_many_from": "{who}, {place}.",
    "credit_place": "{place}.",
}


def part_of_day(at: datetime) -> PartOfDay:
    """Night until five, morning until noon, afternoon until six, then evening."""
    if at.hour < 5:
        return "night"
    if at.hour < 12:
        return "morning"
    return "afternoon" if at.hour < 18 else "evening"


def in_figures(at: datetime) -> str:
    """The time as a clock shows it."""
    return f"{at:%H:%M}"


def as_written(text: str) -> str:
    """The text itself."""
    return text


def commas(names: Sequence[str]) -> str:
    """Names one after another."""
    return ", ".join(names)


def nothing_around(name: str, _: bool = False) -> str:
    """The name itself."""
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.

    `code` is its two or three letters. `templates` are the house's sentences, by the names in
    `PLACEHOLDERS`. `clock` gives the time as it is spoken, from a wall clock's. `written_out` gets one line
    without quotation marks and writes figures, abbreviations and initialisms as they are spoken; words it
    does not know stay. `listed` joins names ("A, B and C"). `medium` gives a medium its article ("the
    Mirror"), from its written name; `writer` says who is behind a byline, and whether a medium is named
    with it ("Our correspondent", "a correspondent").

    `never_end` are words, lower case and without their stop, whose full stop ends no sentence. `little`
    are words that add nothing: two sentences that differ in these alone say the same. `labels` matches
    what newsrooms put before a headline and nobody reads out ("UPDATE 2 -"). `dot` and `at_sign` are what
    is said in an address.
    """

    code: str
    templates: Mapping[str, str] = field(default_factory=lambda: WORDLESS)
    part_of_day: Callable[[datetime], PartOfDay] = part_of_day
    clock: Callable[[datetime], str] = in_figures
    written_out: Callable[[str], str] = as_written
    listed: Callable[[Sequence[str]], str] = commas
    medium: Callable[[str], str] = nothing_around
    writer: Callable[[str, bool], str] = nothing_around
    never_end: frozenset[str] = frozenset()
    little: frozenset[str] = frozenset()
    labels: str = ""
    dot: str = "."
    at_sign: str = "@"


def rewrite(text: str, rules: Sequence[Rule]) -> str:
    """The text with each rule applied to it, in order."""
    for pattern, put in rules:
        text = pattern.sub(put, text)
    return text


def words(row: str) -> tuple[str, ...]:
    """The words of a table that is written as rows of text."""
    return tuple(row.split())


def any_of(words: Sequence[str]) -> str:
    """A pattern of these words, the longest first, so that "km" does not hide "km/h"."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CAPITALS_BEFORE: Final = re.compile(r"[A-ZÀ-Þ]{4,20} $")
_CAPITALS_AFTER: Final = re.compile(r" [A-ZÀ-Þ]{4}")


def beside_capitals(match: re.Match[str]) -> bool:
    """Whether a word in capitals stands next to a long one: "LAC KANDO", "BUS CRASH"."""
    before = match.string[max(0, match.start() - 21) : match.start()]
    return bool(_CAPITALS_BEFORE.search(before) or _CAPITALS_AFTER.match(match.string, match.end()))


_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
ROMAN: Final = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3}|XL(?:IX|IV|V?I{0,3})|L(?:X{0,3})(?:IX|IV|V?I{0,3}))"


def roman(numeral: str) -> int:
    """The value of a Roman numeral of letters up to C."""
    values = [_ROMAN[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
