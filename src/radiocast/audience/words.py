"""A stranger's words: as they came, and as they can be shown. Pure.

Texts have bytes that are no UTF-8 as `surrogateescape` does.
"""


def as_they_came(text: str) -> bytes:
    """The bytes that it was."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair: no decoder of bytes makes one
        return text.encode("utf-8", "surrogatepass")


def printable(text: str) -> str:
    """Without what moves a terminal's cursor."""
    return "".join(character if character.isprintable() else " " for character in text)
