"""Lines on a terminal, in colour and cut to its width; in a pipe, plain and whole."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text


def columns() -> int | None:
    """How wide the terminal is; None where stdout is none."""
    console = Console(file=sys.stdout)
    return console.width if console.is_terminal else None


def show(lines: Iterable[Text], *, cut: bool = False) -> None:
    """Print them to stdout. `cut`: what is wider than the terminal ends in an ellipsis there."""
    console = Console(file=sys.stdout, highlight=False)
    for line in lines:
        if console.is_terminal and cut:
            console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
        else:
            # Wrapping is the terminal's own business: what is copied from it stays in one piece.
            console.print(line, soft_wrap=True)
