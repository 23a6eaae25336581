"""Language codes as text: whether one is well written, and how two are compared. Light to import."""

import re
from typing import Final

# BCP 47's frame: a language of two or three letters, then script, region or variant.
CODE: Final = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*"


def language_complaint(text: str) -> str:
    """What is wrong with a language code; empty for nothing."""
    return "" if re.fullmatch(CODE, text) else f"{text!r} is no language code; write e.g. en, en-GB or ru"


def language_key(text: str) -> str:
    """The code in the one spelling in which codes are compared: `fr_CA` is `fr-ca`."""
    return text.strip().casefold().replace("_", "-")
