"""Templates: a text with names in braces, filled by values. Pure."""

import string
from collections.abc import Mapping


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{name}` replaced. Raises ValueError for anything else in braces.

    A template is a text and no program: nothing but these names can be reached from it.
    """
    pieces: list[str] = []
    for text, name, spec, conversion in string.Formatter().parse(template):
        pieces.append(text)
        if name is None:
            continue
        if name not in values or spec or conversion:
            names = ", ".join("{" + key + "}" for key in values)
            raise ValueError(f"it may hold {names}, and nothing else in braces")
        pieces.append(values[name])
    return "".join(pieces)
