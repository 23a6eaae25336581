"""What a headline's first word says to the desk: kill, withdrawn, correction. Pure.

Agencies send these in capitals before the headline ("KILL: ...", "WITHDRAWN - ..."). Only capitals count for
a kill: "Withdrawn: the toy that divided a town" is news.
"""

import re
from typing import Final

from radiocast.newsroom.reading import one_line

_KILL: Final = re.compile(
    r"\W*(?:(?:MANDATORY |STORY )?KILL(?:ED)?|(?:STORY )?WITHDRAWN|RETRACTED|RETRACTION)"
    r"\s*(?:[:|]|[-–—]\s)\s*"
)
_CORRECTION: Final = re.compile(
    r"\W*(?:CORRECTION|CORRECTED|Correction|Corrected|CORRECTIF|Correctif)\s*(?:[:|]|[-–—]\s?)\s*"
)
_NOT_WORD: Final = re.compile(r"[\W_]+")


def killed(headline: str) -> str | None:
    """The headline that this one withdraws (it may be ""), or None: it withdraws nothing."""
    found = _KILL.match(headline)
    return None if found is None else headline[found.end() :].strip()


def corrected(headline: str) -> str | None:
    """The headline behind "CORRECTION:", or None: it says nothing of one."""
    found = _CORRECTION.match(headline)
    return None if found is None else headline[found.end() :].strip()


def same_words(headline: str) -> str:
    """A headline as it is compared: case, punctuation and a leading mark of the desk set aside."""
    bare = killed(headline)
    bare = corrected(headline) if bare is None else bare
    return _NOT_WORD.sub(" ", one_line(headline if bare is None else bare).casefold()).strip()
