"""Initials in English: which are a word (Nato), which are spelled (B B C), and what is merely shouted."""

import re
from typing import Final

from radiocast.newsroom.languages.english_words import AS_WORDS, SHOUTED, SPELLED, TITLES
from radiocast.newsroom.languages.language import ROMAN, beside_capitals


def _shouts(text: str) -> bool:
    """Whether the line is in capitals, so that capitals say nothing of a word."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    capitals = sum(word.isupper() for word in words)
    return len(words) >= 3 and capitals * 10 >= len(words) * 7


_INITIALS: Final = re.compile(r"(?<![A-Za-z&])([A-Z]{2,12}|[A-Z]{2,5}s)(?P<ends>['’]s)?(?![A-Za-z])")


def _initials(match: re.Match[str], shouting: bool) -> str:
    word = match[1]
    said = _known_initials(word, shouting)
    if not said and beside_capitals(match) and not shouting:
        said = word.capitalize()
    said = said or _unknown_initials(word, shouting, opens=match.start() == 0)
    return said + (match["ends"] or "")


def _known_initials(word: str, shouting: bool) -> str:
    if word in AS_WORDS:
        return AS_WORDS[word]
    if word == "US":
        return "U S"
    if word in SPELLED and not (shouting and word in _ALSO_WORDS):
        return letter_by_letter(word)
    return word.lower() if word in SHOUTED or word in SPELLED else ""


def _unknown_initials(word: str, shouting: bool, *, opens: bool) -> str:
    """Short ones and those that nobody could say as a word are spelled; the others are taken for words."""
    if not word.isupper():
        return letter_by_letter(word)
    if shouting:
        title = TITLES.get(word.capitalize(), "") if word in _SHOUTED_TITLES else ""
        return title or (word.capitalize() if opens else word.lower())
    if re.fullmatch(ROMAN, word):
        return word
    if len(word) <= 3 or not re.search("[AEIOUY]", word):
        return letter_by_letter(word)
    return word.capitalize()


_SHOUTED_TITLES: Final = frozenset(
    {"MR", "MRS", "MS", "DR", "PROF", "REV", "GEN", "LT", "COL", "SGT", "CAPT"}
)

_ALSO_WORDS: Final = frozenset({"IT", "WHO", "AI", "ABC", "EFF"})


def letter_by_letter(word: str) -> str:
    """Letters one by one; "M P's" for "MPs": alone, an s would be taken for a letter."""
    return " ".join(word[:-1]) + "'s" if word.endswith("s") else " ".join(word)


def spell_out(text: str) -> str:
    """The text with its initials as they are said."""
    shouting = _shouts(text)
    return _INITIALS.sub(lambda match: _initials(match, shouting), text)
