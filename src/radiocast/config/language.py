"""Language codes in our files, as `station.language`, a feed's and a bulletin's are written."""

from typing import Final

from radiocast.config.document import Findings, Scalar
from radiocast.config.language_code import CODE, language_complaint, language_key
from radiocast.config.values import Text

LANGUAGE: Final = Text(wanted="a language code such as en", check=language_complaint, pattern=f"^{CODE}$")


def read_language_key(key: Scalar, name: str, findings: Findings) -> str | None:
    """The language code that is a table's key, as `language_key` spells it; None with a problem found."""
    if complaint := language_complaint(key.text):
        findings.add(key, f"{name}: {complaint}")
        return None
    return language_key(key.text)
