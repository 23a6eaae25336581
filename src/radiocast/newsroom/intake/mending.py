"""Text that was spoilt on its way here, made whole where it is certain how. Pure.

UTF-8 that somebody read as Windows-1252 ("itâ€™s"), and the joined letters of typesetters ("ﬁre").
"""

import re
from typing import Final

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


def _cp1252() -> dict[str, int]:
    """What each byte from 0x80 on is shown as; the five that Windows-1252 leaves open are C1 controls."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        shown = bytes([byte]).decode("cp1252", "ignore")
        if shown:
            table[shown] = byte
    return table


_BYTE_OF: Final = _cp1252()
_FOLLOWS: Final = "".join(re.escape(shown) for shown, byte in _BYTE_OF.items() if byte < 0xC0)
# No language has these: a circumflexed a before a euro sign (dashes and quotes), Ã or Â before a sign that
# stands in no word, the beginning of every emoji. "AMANHÃ”" (a word, and its closing quote) is none of them.
_CERTAIN: Final = re.compile("â€|Ã[¡-ª¬-º¼-¿]|Â[¡-ª¬-º¼-¿]|ðŸ")
_RUN: Final = re.compile(f"[\xc2-\xf4][{_FOLLOWS}]{{1,3}}")
# Programs throw away the byte that has no letter in Windows-1252: what is left of a closing quote.
_HALF_QUOTE: Final = "â€"
# Text goes through the wrong door twice at most.
_ROUNDS: Final = 2


def mend(text: str) -> str:
    """Text with its ligatures apart and its letters right; other text is given back as it is."""
    for _ in range(_ROUNDS):
        if _CERTAIN.search(text) is None:
            break
        text = _RUN.sub(_decoded, text)
    return text.replace(_HALF_QUOTE, "”").translate(_LIGATURES)


def _decoded(match: re.Match[str]) -> str:
    """The letters that these signs are the UTF-8 of; signs behind them stay."""
    data = bytes(_BYTE_OF[character] for character in match[0])
    for end in range(len(data), 1, -1):
        try:
            return data[:end].decode("utf-8") + match[0][end:]
        except UnicodeDecodeError:
            continue
    return match[0]
