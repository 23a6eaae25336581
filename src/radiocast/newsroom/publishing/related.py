"""Related stories: which others are about the same, by the rare words they share. Pure.

A word counts by how few stories have it (inverse document frequency), twice in a headline, three times as a
subject; a story's words are a vector, and two stories are as near as their vectors' cosine.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from radiocast.model.published import PublishedStory

MOST: Final = 4
# Below it two stories share a name or a turn of phrase, no subject.
_NEAR: Final = 0.15
# In more than this share of the stories a word tells nothing, nor in more than so many; with a handful of
# stories every word is in many.
_COMMON: Final = 0.25
_COMMON_AT_LEAST: Final = 4
_COMMON_AT_MOST: Final = 60
# The rarest words of a story stand for it: a month's thousands of stories are compared in a second or two.
_TELLING_WORDS: Final = 40
# The first paragraphs say what a story is about.
_BODY_WORDS: Final = 200
_HEADLINE_WEIGHT: Final = 2
_SUBJECT_WEIGHT: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
# "market", "markets" and "marketing" are one word: the stem is the first letters, in every language.
_STEM: Final = 6


def related(stories: Sequence[PublishedStory], *, most: int = MOST) -> Mapping[str, tuple[str, ...]]:
    """For every story's slug those of the nearest others, nearest first; of two as near, by slug.

    A correction and what it corrects are not related: they name each other anyway.
    """
    counted = {story.slug: _words(story) for story in stories}
    spread = Counter(word for words in counted.values() for word in words)
    too_many = max(_COMMON_AT_LEAST, min(_COMMON_AT_MOST, _COMMON * len(counted)))
    having: dict[str, list[tuple[str, float]]] = defaultdict(list)
    vectors: dict[str, list[tuple[str, float]]] = {}
    for slug, words in sorted(counted.items()):
        weights = sorted(
            (
                (word, (1 + math.log(count)) * math.log(1 + len(counted) / spread[word]))
                for word, count in words.items()
                if spread[word] <= too_many
            ),
            key=lambda each: (-each[1], each[0]),
        )
        # The length is of all its words, also those that nobody shares: else one shared word makes twins.
        length = math.sqrt(sum(weight**2 for _, weight in weights))
        shared = [(word, weight / length) for word, weight in weights if spread[word] > 1]
        vectors[slug] = shared[:_TELLING_WORDS]
        for word, weight in vectors[slug]:
            having[word].append((slug, weight))
    corrects = {story.slug: story.corrects for story in stories}
    found: dict[str, tuple[str, ...]] = {}
    for slug, vector in vectors.items():
        nearness: dict[str, float] = defaultdict(float)
        for word, weight in vector:
            for other, others_weight in having[word]:
                nearness[other] += weight * others_weight
        ranked = sorted(
            (-round(near, 9), other)
            for other, near in nearness.items()
            if near >= _NEAR and other not in (slug, corrects[slug]) and corrects[other] != slug
        )
        found[slug] = tuple(other for _, other in ranked[:most])
    return found


def _words(story: PublishedStory) -> Counter[str]:
    words = Counter(_stems(" ".join((story.description_text, *story.body_text)))[:_BODY_WORDS])
    for text, weight in ((story.headline, _HEADLINE_WEIGHT), (" ".join(story.subject), _SUBJECT_WEIGHT)):
        for word in _stems(text):
            words[word] += weight
    return words


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.casefold())]
