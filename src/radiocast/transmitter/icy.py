"""ICY metadata: a title as bytes, sound with titles in it, and the way back.

Owns: the format. Pure: text and bytes in, bytes and text out.
Must not know: sockets, blocks, or who listens.

Format (as SHOUTcast began it and Icecast and players have it): after every `metaint` bytes of sound
stands one byte L, then 16 * L bytes `StreamTitle='...';`, padded with NUL. L = 0 means that the title is
still the same. No way of quoting exists: a player ends the value at the first `';`, a naive one at
the first apostrophe.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

_OPEN: Final = b"StreamTitle='"
_CLOSE: Final = b"';"
# The length is one byte that counts 16s.
MAX_METADATA_BYTES: Final = 255 * 16
MAX_TITLE_BYTES: Final = MAX_METADATA_BYTES - len(_OPEN) - len(_CLOSE)
# Metadata that says "the title is still the same".
UNCHANGED: Final = b"\0"

_APOSTROPHE: Final = "'"
_RIGHT_QUOTE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"
# Cc: NUL ends the value in C programs, CR and LF end a line in logs. Zl, Zp: line and paragraph separators.
# Cs: half of a surrogate pair is no character and has no UTF-8.
_NOT_IN_A_TITLE: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})
_ZERO_WIDTH_JOINER: Final = "\N{ZERO WIDTH JOINER}"


def clean(title: str) -> str:
    """The title as players will show it.

    Control characters become spaces, runs of blanks one space; every ASCII apostrophe becomes U+2019, so
    that neither `';` nor a single quote can end it early; cut to MAX_TITLE_BYTES of UTF-8 without
    tearing a character from its accents.
    """
    spaced = "".join(" " if unicodedata.category(char) in _NOT_IN_A_TITLE else char for char in title)
    return _cut(" ".join(spaced.split()).replace(_APOSTROPHE, _RIGHT_QUOTE))


def metadata(title: str) -> bytes:
    """The full metadata that announces a title: the length byte and what it counts."""
    value = _OPEN + clean(title).encode() + _CLOSE
    sixteens = -(-len(value) // 16)
    return bytes([sixteens]) + value.ljust(sixteens * 16, b"\0")


def mux(blocks: Iterable[bytes], titles: Iterable[str]) -> bytes:
    """What one listener gets: sound with metadata between the blocks, for reference.

    `titles` has the title of each block. A stream begins with sound, so the first title is never
    announced; the second block's always is, and each later one where it changes.
    """
    stream = bytearray()
    announced: str | None = None
    for number, (block, title) in enumerate(zip(blocks, titles, strict=True)):
        if number > 0:
            stream += UNCHANGED if clean(title) == announced else metadata(title)
            announced = clean(title)
        stream += block
    return bytes(stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleAt:
    """A title, and how many bytes of sound came before it."""

    position: int
    title: str


class _Expecting(Enum):
    SOUND = auto()
    LENGTH = auto()
    METADATA = auto()


class IcyDemuxer:
    """Takes a listener's bytes as they come; gives the sound, and the titles with their places.

    Rules: `feed` MUST get the body's bytes in order, in pieces of any size. Metadata in which no title
    can be found announces nothing.
    """

    def __init__(self, metaint: int) -> None:
        self._metaint = metaint
        self._expecting = _Expecting.SOUND
        self._missing = metaint
        self._metadata = bytearray()
        self._position = 0

    def feed(self, data: bytes | memoryview) -> tuple[bytes, list[TitleAt]]:
        """The sound in these bytes, and the titles that are complete with them."""
        sound = bytearray()
        titles: list[TitleAt] = []
        view = memoryview(data)
        while view:
            if self._expecting is _Expecting.LENGTH:
                self._missing = view[0] * 16
                self._expecting = _Expecting.METADATA
                view = view[1:]
            else:
                piece, view = view[: self._missing], view[self._missing :]
                self._missing -= len(piece)
                if self._expecting is _Expecting.SOUND:
                    sound += piece
                    self._position += len(piece)
                else:
                    self._metadata += piece
            if self._missing == 0:
                titles += self._turn()
        return bytes(sound), titles

    def _turn(self) -> list[TitleAt]:
        """What was expected is complete: expect what follows it."""
        if self._expecting is _Expecting.SOUND:
            self._expecting = _Expecting.LENGTH
            # How much metadata is not known yet; anything but 0 waits for the length byte.
            self._missing = 1
            return []
        found = read_title(bytes(self._metadata))
        self._metadata.clear()
        self._expecting = _Expecting.SOUND
        self._missing = self._metaint
        return [] if found is None else [TitleAt(position=self._position, title=found)]


def read_title(metadata_bytes: bytes) -> str | None:
    """The title in metadata without its length byte, read as players do: up to the first `';`."""
    start = metadata_bytes.find(_OPEN)
    if start < 0:
        return None
    start += len(_OPEN)
    end = metadata_bytes.find(_CLOSE, start)
    return None if end < 0 else metadata_bytes[start:end].decode("utf-8", "replace")


def _cut(title: str) -> str:
    encoded = title.encode()
    if len(encoded) <= MAX_TITLE_BYTES:
        return title
    # "ignore" drops the torn last character only: everything before it is whole UTF-8.
    kept = encoded[:MAX_TITLE_BYTES].decode("utf-8", "ignore")
    following = title[len(kept)]
    # A letter whose accents do not fit is left out with them, as is an emoji torn at a joiner.
    while kept and (_continues(following) or kept[-1] == _ZERO_WIDTH_JOINER):
        kept, following = kept[:-1], kept[-1]
    return kept.rstrip()


def _continues(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    return char == _ZERO_WIDTH_JOINER or unicodedata.category(char) in {"Mn", "Mc", "Me"}
