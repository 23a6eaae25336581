"""Words that a line's end broke: which were broken with a hyphen, and which have one. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

# The hyphen of Unicode, which no keyboard has: our mark of a line whose last word goes on in the next.
GOES_ON: Final = "\u2010"

_BREAKS: Final = re.compile(r"(?<![\w-])([^\W\d_]+)-$")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SPELT: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# "pre- and post-war" is no broken word.
_BETWEEN: Final = frozenset(("and", "or", "to", "und", "et", "ou"))
# What ends a word and is none.
_ENDINGS: Final = frozenset(
    ("able", "age", "ages", "al", "ally", "ance", "ed", "en", "ence", "ened", "ening", "er", "ers", "es",
     "est", "ful", "ing", "ings", "ion", "ions", "ish", "ity", "ive", "less", "ly", "ment", "ments", "ness",
     "ous", "s", "tion", "tions")
)  # fmt: skip
# Beginnings that keep their hyphen in most newspapers' style.
_KEEP_HYPHEN: Final = frozenset(
    ("co", "ex", "non", "self", "well", "half", "all", "anti", "mid", "pro", "vice", "semi", "pre", "post",
     "long", "short", "high", "low", "old", "new", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
     "eighty", "ninety")
)  # fmt: skip


def breaks_off(line: str) -> bool:
    """Whether a line ends in a word and a hyphen."""
    return line.endswith(GOES_ON) or _BREAKS.search(line) is not None


class Words:
    """Which words an article writes with a hyphen, and which without: its own spelling decides."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(lines)
        self._known: frozenset[str] | None = None

    def joined(self, lines: Sequence[str]) -> str:
        """Lines as one: broken words whole, a blank between the others."""
        pieces: list[str] = []
        for line, after in zip(lines, (*lines[1:], ""), strict=True):
            end = self._end(line, after) if after else line.removesuffix(GOES_ON)
            pieces.append(end)
        return "".join(pieces)

    def _end(self, line: str, after: str) -> str:
        """The line as it stands before the next: without its hyphen, with it, or with a blank behind it."""
        if line.endswith(GOES_ON):
            return line[:-1]
        broken, rest = _BREAKS.search(line), _WORD.match(after)
        if broken is None or rest is None or rest[0] in _BETWEEN:
            return line + " "
        first, second = broken[1].lower(), rest[0].lower()
        if not rest[0][0].islower():
            return line  # "Jean-" and "Pierre"
        if first + second in self._written:
            return line[:-1]
        keeps = f"{first}-{second}" in self._written or (first in _KEEP_HYPHEN and second not in _ENDINGS)
        return line if keeps else line[:-1]

    @property
    def _written(self) -> frozenset[str]:
        if self._known is None:
            self._known = frozenset(word.lower() for line in self._lines for word in _SPELT.findall(line))
        return self._known
