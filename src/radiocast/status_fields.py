"""The fields of a status document, read with care: it comes from elsewhere, perhaps from another version.

Owns: what stands for a field that is missing or of another kind, and how numbers and times are written.
Must not know: which fields there are.
"""

import math
from datetime import datetime
from typing import Any

Json = dict[str, Any]


def part_of(document: Json, name: str) -> Json:
    """An object; empty where there is none."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def list_of(document: Json, name: str) -> list[Any]:
    """A list; empty where there is none."""
    value = document.get(name)
    return value if isinstance(value, list) else []


def objects_of(document: Json, name: str) -> list[Json]:
    """The objects of a list."""
    return [value for value in list_of(document, name) if isinstance(value, dict)]


def number_of(document: Json, name: str) -> float:
    """A number; 0 where there is none."""
    value = document.get(name)
    try:
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
    except OverflowError:  # of hundreds of digits
        return 0.0


def counts_of(document: Json, name: str) -> list[tuple[str, float]]:
    """An object of numbers, those that are not 0, the largest first."""
    counts = part_of(document, name)
    found = [(plain(reason), number_of(counts, reason)) for reason in counts]
    return sorted([one for one in found if one[1]], key=lambda one: -one[1])


def text_of(document: Json, name: str) -> str:
    """A text; empty where there is none."""
    value = document.get(name)
    return plain(value) if isinstance(value, str) else ""


def plain(text: str) -> str:
    """Without control characters: a title MUST NOT move the cursor or colour the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def clock(moment: object) -> str:
    """The digits of the moment itself: they are the station's time, wherever this terminal is."""
    return _moment(moment, "%H:%M") or "--:--"


def day(moment: object) -> str:
    """The same with its date."""
    return _moment(moment, "%Y-%m-%d %H:%M") or "----"


def length(played: float, whole: float | None = None) -> str:
    """Minutes and seconds, of how many."""
    text = f"{int(played) // 60}:{int(played) % 60:02}"
    return text if whole is None else f"{text} of {length(whole)}"


def span(seconds: float) -> str:
    """A long time, in two units."""
    minutes = int(seconds) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min {int(seconds) % 60} s"


def count(number: float, one: str, many: str | None = None) -> str:
    """So many of something."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def _moment(moment: object, form: str) -> str:
    try:
        return datetime.fromisoformat(str(moment)).strftime(form)
    except ValueError:
        return ""
