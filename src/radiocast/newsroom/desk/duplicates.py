"""Which stories are the same story, sent by several: near-duplicate headlines and bodies. Pure.

Theory of operation: a headline is a set of words, a text a set of pairs of neighbouring words, both without
the small words that sub-editors change. Two stories are as much alike as the geometric mean of how far
their headlines agree (Dice) and how much of the shorter text is in the longer (overlap): a wire story is cut
from below and gets a new headline, but not both another text and another headline. Stories of which each
says a figure at its top that is nowhere in the other are two stories, however alike: "3 hurt" is not
"30 hurt".

Only stories that share a phrase are compared, and of a phrase that many share, only neighbours in time: the
work grows with the text, not with the square of the stories.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from radiocast.model.story import Story

# What is further apart in time is not one piece of news, but a report that comes every few days.
SAME_NEWS: Final = timedelta(hours=48)
# Wire stories are cut from below: these words hold the news, and bound the work for a book of a story.
_WORDS_COMPARED: Final = 150
_CHARACTERS_READ: Final = 2000  # of a paragraph
# A text of fewer pairs of words is compared by its words. One without words, or of nothing but a form of
# words, leaves it to the headline. So little is no proof: one other word in seven makes another story.
_PAIRS_AT_LEAST: Final = 8
_LITTLE: Final = 0.85
_HEADLINE_WORDS_AT_LEAST: Final = 3
# A phrase in more stories than this, and than this share of them, is a form of words, not news.
_COMMON: Final = 8
_COMMON_SHARE: Final = 0.02
# Stories with the same phrase that each is compared with.
_NEIGHBOURS: Final = 6

_TOKEN: Final = re.compile(
    r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?"
    r"|[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts without spaces: each sign
    r"|[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_APOSTROPHE: Final = re.compile(r"['’](?:s\b)?")
# English and French: the words that say nothing about which news it is.
_SMALL_WORDS: Final = (
    "a an and are as at be been but by for from had has have he her his in into is it its more new not of on"
    " or over said say says she than that the their they this to up was were what when which who will with"
    " after amid under out off no mr mrs ms"
    " au aux avec ce ces dans de des du elle en est et il ils la le les leur lui mais ne ou par pas plus pour"
    " qu que qui sa se ses son sont sur un une"
)
_SMALL: Final = frozenset(_SMALL_WORDS.split())
_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
# "un" and "une" are articles, "sept" is a month in English, "cent" is money.
_FRENCH: Final = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12,
    "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60,
}  # fmt: skip
_FIGURES: Final = {
    **{word: value for value, word in enumerate(_UNITS.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), start=2)},
    "dozen": 12,
    **_FRENCH,
}
_SCALES: Final = {
    "hundred": 100, "thousand": 1000, "mille": 1000, "million": 10**6, "mn": 10**6, "milliard": 10**9,
    "billion": 10**9, "bn": 10**9,
}  # fmt: skip


def same_stories(stories: Iterable[Story], *, alike: float) -> dict[str, tuple[str, ...]]:
    """The slugs of each story's group, its own among them, sorted; no entry for a story that is alone.

    `alike` is from 0 to 1: how much alike two must be; 0 finds none. A like B and B like C are one group,
    unless the figures of two in it differ. The same stories in any order give the same groups. A correction
    is never the same as what it corrects.
    """
    if alike <= 0:
        return {}
    facts = [
        _Facts.of(story) for story in sorted(stories, key=lambda story: (story.versioncreated, story.slug))
    ]
    shared = _postings(facts)
    most = max(_COMMON, round(len(facts) * _COMMON_SHARE))
    telling = [
        _Telling(
            frozenset(word for word in each.headline if len(shared[f"\n{word}"]) <= most),
            frozenset(phrase for phrase in each.phrases if len(shared[phrase]) <= most),
        )
        for each in facts
    ]
    found = sorted(
        (-score, one, other)
        for one, other in _candidates(shared)
        # No pair is more alike than the root of how far its headlines agree: few are worth a closer look.
        if _agreement(facts[one].headline, facts[other].headline) >= alike * alike
        and (score := _score(facts[one], facts[other], telling[one], telling[other])) >= alike
    )
    groups = _Groups(facts)
    for _, one, other in found:
        groups.join(one, other)
    return groups.by_slug()


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a story says in figures: at its top, and anywhere."""

    top: frozenset[str]
    every: frozenset[str]

    def differ(self, other: "_Figures") -> bool:
        """Each says one at its top that the other does not say at all."""
        return not self.top <= other.every and not other.top <= self.every


@dataclass(frozen=True, slots=True)
class _Facts:
    story: Story
    language: str
    headline: frozenset[str]
    words: frozenset[str]
    phrases: frozenset[str]
    figures: _Figures

    @classmethod
    def of(cls, story: Story) -> "_Facts":
        headline = _words(story.headline)
        text = _words(story.description_text[:_CHARACTERS_READ])
        first = 0  # words up to the end of the first paragraph
        for paragraph in story.body_text:
            if len(text) >= 2 * _WORDS_COMPARED:
                break
            text += _words(paragraph[:_CHARACTERS_READ])
            first = first or len(text)
        # "One" in a sentence is mostly no figure.
        top = _figures(headline) | (_figures(text[:first] if first else text) - {"1"})
        telling = [word for word in text if word not in _SMALL][:_WORDS_COMPARED]
        return cls(
            story=story,
            language=re.split("[-_]", story.language.casefold())[0],
            headline=frozenset(word for word in headline if word not in _SMALL),
            words=frozenset(telling),
            phrases=frozenset(map(" ".join, pairwise(telling))),
            figures=_Figures(top, _figures(headline) | _figures(text)),
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    """The words of a headline and the phrases of a text that few stories have."""

    headline: frozenset[str]
    phrases: frozenset[str]


def _words(text: str) -> list[str]:
    """Words without case, accents, plurals and possessives; figures as figures."""
    plain = _APOSTROPHE.sub("", text.casefold())
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    words: list[str] = []
    tens = False  # "thirty-one": the tens wait for their units
    for token in _TOKEN.findall(plain):
        if token[0].isdigit():
            words.append(_number(token))
            tens = False
            continue
        value = _FIGURES.get(token)
        scale = _SCALES.get(_stem(token))
        if scale is not None and words and _is_figure(words[-1]):
            words[-1] = _number(str(float(words[-1]) * scale))
        elif value is not None and tens and 0 < value < 10:
            words[-1] = str(int(words[-1]) + value)
        else:
            words.append(_stem(token) if value is None else str(value))
        tens = value is not None and value >= 20
    return words


def _number(token: str) -> str:
    """`1,200` and `1 200.0` as `1200`; a comma before fewer or more than three digits is a decimal point."""
    whole = re.sub(r"[ ,](?=\d{3}(?!\d))", "", token).replace(",", ".")
    if len(whole) > 15:
        return whole
    value = float(whole)
    return str(int(value)) if value.is_integer() else str(value)


def _is_figure(word: str) -> bool:
    return word[0].isdigit() and len(word) <= 15


def _figures(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isdigit())


def _stem(word: str) -> str:
    if word[-1] != "s" or len(word) <= 3 or word[-2] == "s":
        return word
    return f"{word[:-3]}y" if len(word) > 4 and word.endswith("ies") else word[:-1]


def _postings(facts: list[_Facts]) -> Mapping[str, list[int]]:
    """In which stories each phrase is; pairs of a headline's words count as phrases of their own kind."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(facts):
        for phrase in each.phrases:
            found[phrase].append(index)
        for pair in pairwise(sorted(each.headline)):
            found["\n".join(pair)].append(index)
        for word in each.headline:
            found[f"\n{word}"].append(index)
    return found


def _candidates(shared: Mapping[str, list[int]]) -> set[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for places in shared.values():
        for apart in range(1, min(len(places), _NEIGHBOURS + 1)):
            pairs.update(zip(places, places[apart:], strict=False))
    return pairs


def _score(one: _Facts, other: _Facts, first: _Telling, second: _Telling) -> float:
    """How much alike two stories are, 0 to 1. `first` and `second` are what in them is no form of words."""
    agreed = _agreement(one.headline, other.headline)
    if (
        agreed == 0
        or one.figures.differ(other.figures)
        or bool(one.story.corrects) != bool(other.story.corrects)
        or (one.language and other.language and one.language != other.language)
        or other.story.versioncreated - one.story.versioncreated > SAME_NEWS
    ):
        return 0.0
    if min(len(first.phrases), len(second.phrases)) >= _PAIRS_AT_LEAST:
        return math.sqrt(agreed * _overlap(first.phrases, second.phrases))
    if min(len(one.phrases), len(other.phrases)) < _PAIRS_AT_LEAST and one.words and other.words:
        return _LITTLE * agreed * _overlap(one.words, other.words)
    if min(len(one.headline), len(other.headline)) < _HEADLINE_WORDS_AT_LEAST:
        return 0.0
    if first.headline or second.headline:
        agreed = min(agreed, _agreement(first.headline, second.headline))
    return _LITTLE * agreed * agreed


def _agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient: how much two sets agree, 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the smaller is in the larger, 0 to 1."""
    return len(one & other) / min(len(one), len(other))


class _Groups:
    """Union-find over stories by index. Groups whose figures differ are never joined."""

    def __init__(self, facts: list[_Facts]) -> None:
        self._facts = facts
        self._group = list(range(len(facts)))
        self._members = {index: [index] for index in self._group}
        self._figures = {index: {each.figures} for index, each in enumerate(facts)}

    def join(self, one: int, other: int) -> None:
        kept, gone = sorted((self._group[one], self._group[other]))
        if kept == gone or any(a.differ(b) for a in self._figures[kept] for b in self._figures[gone]):
            return
        for index in self._members[gone]:
            self._group[index] = kept
        self._members[kept] += self._members.pop(gone)
        self._figures[kept] |= self._figures.pop(gone)

    def by_slug(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for members in self._members.values():
            if len(members) > 1:
                slugs = tuple(sorted(self._facts[index].story.slug for index in members))
                found.update(dict.fromkeys(slugs, slugs))
        return found
