"""Language codes, as `station.language`, a feed's and a bulletin's are written."""

import re
from typing import Final

from radiocast.config.document import Findings, Scalar
from radiocast.config.values import Text

# BCP 47's frame: a language of two or three letters, then script, region or variant.
_CODE: Final = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*"


def language_complaint(text: str) -> str:
    """What is wrong with a language code; empty for nothing."""
    return "" if re.fullmatch(_CODE, text) else f"{text!r} is no language code; write e.g. en, en-GB or ru"


LANGUAGE: Final = Text(wanted="a language code such as en", check=language_complaint, pattern=f"^{_CODE}$")


def language_key(text: str) -> str:
    """The code in the one spelling in which codes are compared: `fr_CA` is `fr-ca`."""
    return text.strip().casefold().replace("_", "-")


def read_language_key(key: Scalar, name: str, findings: Findings) -> str | None:
    """The language code that is a table's key, as `language_key` spells it; None with a problem found."""
    if complaint := language_complaint(key.text):
        findings.add(key, f"{name}: {complaint}")
        return None
    return language_key(key.text)
