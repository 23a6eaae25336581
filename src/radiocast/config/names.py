"""The names that `play:`, `fill:` and `sustainer:` use, and whether there is anything behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from radiocast.config.document import Findings, Keyed, Node
from radiocast.config.schedule import Source
from radiocast.config.values import Text, nearest, scalar

SourceType = Literal["cart", "rotation", "bulletin", "file"]
_TYPES: Final[Mapping[str, SourceType]] = {
    "cart": "cart",
    "rotation": "rotation",
    "bulletin": "bulletin",
    "file": "file",
}


def file_complaint(text: str) -> str:
    """What is wrong with a path or pattern under media/; empty for nothing."""
    if text.startswith("media/"):
        return f"paths are under media/ already: write '{text.removeprefix('media/')}'"
    if text.startswith(("/", "~")) or ".." in text.split("/"):
        return f"{text!r} is outside media/; write a path under it, e.g. music/track.ogg"
    if "\\" in text:
        return f"write forward slashes: '{text.replace(chr(92), '/')}'"
    return ""


FILE: Final = Text(
    wanted="a file under media/, e.g. jingles/id.ogg", may_be_empty=False, check=file_complaint
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every name the file defines, also those whose definition has a mistake in it."""

    carts: tuple[str, ...]
    rotations: tuple[str, ...]
    bulletins: tuple[str, ...]
    clocks: tuple[str, ...]

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Names":
        """The names in the file's tables."""

        def keys(table: str) -> tuple[str, ...]:
            node = nodes.get(table)
            return tuple(key.text for key, _ in node.pairs) if isinstance(node, Keyed) else ()

        return cls(
            carts=keys("carts"),
            rotations=keys("rotations"),
            bulletins=keys("bulletins"),
            clocks=keys("clocks"),
        )

    def sources(self, *, music_only: bool = False) -> tuple[str, ...]:
        """All that can be played, in the schedule's own words."""
        named = [f"rotation/{name}" for name in self.rotations] + [f"cart/{name}" for name in self.carts]
        return tuple(named if music_only else named + [f"bulletin/{name}" for name in self.bulletins])


def read_source(
    node: Node, name: str, names: Names, findings: Findings, *, music_only: bool = False
) -> Source | None:
    """What a `play:` names, known to exist. `music_only` refuses a bulletin: it cannot fill time.

    A file is only looked at as a path: whether it is there is for the review, which has the library.
    """
    value = scalar(node, name, findings, "something to play, e.g. rotation/music")
    if value is None:
        return None
    known = names.sources(music_only=music_only)
    kind, slash, rest = value.text.partition("/")
    if kind == "stream" and slash:
        findings.add(
            node, f"{name}: stream/ is not in this version yet", "play a file or a rotation meanwhile"
        )
        return None
    source_type = _TYPES.get(kind)
    if source_type is None or not slash or not rest:
        same = [full for full in known if full.partition("/")[2] == value.text]
        hint = f"did you mean {same[0]!r}?" if same else nearest(value.text, known)
        message = f"{name}: {value.text!r} is nothing that can be played"
        findings.add(node, message, hint or "write cart/NAME, rotation/NAME, bulletin/NAME or file/PATH")
        return None
    if music_only and source_type == "bulletin":
        findings.add(node, f"{name}: a bulletin cannot fill time", "use it with at:, after: or every:")
        return None
    complaint = ""
    if source_type == "file":
        complaint = file_complaint(rest)
        if complaint:
            findings.add(node, f"{name}: {complaint}")
    elif value.text not in known:
        complaint = f"there is no {value.text}"
        findings.add(node, f"{name}: {complaint}", nearest(value.text, known))
    return None if complaint else Source(type=source_type, name=rest)
