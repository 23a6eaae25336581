"""Numbers in words: the one module that touches num2words, which is loaded at the first number.

Pure otherwise. Every number comes in as its figures, so that "007" and "3.50" are not lost in a float.
"""

from functools import lru_cache
from typing import Final

# Longer rows of figures are no amounts: accounts, parcels. They are read figure by figure.
LONGEST: Final = 15


@lru_cache(maxsize=4096)
def cardinal(number: int, language: str) -> str:
    """A whole number: "two hundred and thirty-four". Without commas: a voice would pause at each."""
    # 20 ms and 5 MB, for the first story and not for the first audio byte.
    from num2words import num2words

    return str(num2words(number, lang=language)).replace(",", "")


@lru_cache(maxsize=512)
def ordinal(number: int, language: str) -> str:
    """A place in a row: "twenty-first"."""
    from num2words import num2words

    return str(num2words(number, lang=language, to="ordinal")).replace(",", "")


def figure_by_figure(figures: str, language: str) -> str:
    """Figures one by one: "077" as "zero seven seven"."""
    return " ".join(cardinal(int(figure), language) for figure in figures if figure.isdigit())


def whole(figures: str, language: str) -> str:
    """Figures alone, as an amount; figure by figure where they begin with a nought or are very many."""
    if len(figures) > LONGEST or (len(figures) > 1 and figures.startswith("0")):
        return figure_by_figure(figures, language)
    return cardinal(int(figures), language)
