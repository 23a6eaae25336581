"""What stands before a headline and is for the desk: kill, withdrawn, correction, urgent. Pure.

The words and their rules are those of `newsroom.notices`, which hold for every format.
"""

import re
from dataclasses import dataclass
from typing import Final

from radiocast.newsroom.intake import notices
from radiocast.newsroom.intake.reading import one_line

# Notices in a row ("UPDATE 2: CORRECTION: ...").
_AT_MOST: Final = 3
_NOT_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A headline without the notices before it, and those, as (rule, words)."""

    headline: str
    said: tuple[tuple[str, str], ...] = ()

    def says(self, rule: str) -> bool:
        """Whether a notice of this rule is among them."""
        return any(name == rule for name, _ in self.said)


def marked(headline: str) -> Marked:
    """The headline taken apart; a headline that is nothing but a notice leaves none."""
    said: list[tuple[str, str]] = []
    for _ in range(_AT_MOST):
        found = notices.prefix(headline)
        if found is None:
            break
        said.append((found.rule, found.said))
        headline = found.headline
    alone = notices.notice(headline.rstrip(": "))
    if alone is not None:
        said.append((alone, headline))
        headline = ""
    return Marked(headline=headline, said=tuple(said))


def killed(headline: str) -> str | None:
    """The headline that this one withdraws (it may be ""), or None: it withdraws nothing."""
    found = marked(headline)
    return found.headline if found.says(notices.KILL) else None


def corrected(headline: str) -> str | None:
    """The headline behind "CORRECTION:", or None: it says nothing of one."""
    found = marked(headline)
    return found.headline if found.says(notices.CORRECTION) else None


def same_words(headline: str) -> str:
    """A headline as it is compared: case, punctuation and notices set aside."""
    return _NOT_WORD.sub(" ", one_line(marked(headline).headline).casefold()).strip()
