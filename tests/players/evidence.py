"""What a player has shown, and what of it counts as proof.

Owns: the value a player's run leaves behind, and the comparisons of titles. No I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One player's run. `titles` in the order it reported them; `sound` is a file ffmpeg can read.

    `complaints` are the lines of its log that speak of damaged sound or a broken connection.
    """

    titles: tuple[str, ...]
    sound: Path
    complaints: tuple[str, ...] = ()
    log: Path


class PlayerFailedError(Exception):
    """A player that is missing, did not end well or left nothing behind; the text says which."""


Item = TypeVar("Item")


def changes(items: Iterable[Item]) -> list[Item]:
    """The items without repetitions in a row and without empty ones: a new title is a change."""
    return [item for item, _ in groupby(item for item in items if item)]


def is_run_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether `part` stands in `whole` without a gap: nothing left out, added or turned round."""
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))


def agree_but_for_the_ends(heard: Sequence[object], named: Sequence[object]) -> bool:
    """Whether two records of one stream agree.

    The first or last item of either may be missing from the other: a sound too short to count, a player
    that shows no title before its second, or one that has recorded further than it has played.
    """
    ends = (slice(None), slice(1, None), slice(None, -1), slice(1, -1))
    return any(list(heard[a]) == list(named[b]) and heard[a] for a in ends for b in ends)
