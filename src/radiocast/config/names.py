"""The names that `play:`, `fill:` and `sustainer:` use, and whether there is anything behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from radiocast.config.document import Findings, Keyed, Node, Scalar
from radiocast.config.schedule import Source
from radiocast.config.values import Text, nearest, scalar

SourceType = Literal["cart", "rotation", "bulletin", "file", "stream"]
_TYPES: Final[Mapping[str, SourceType]] = {
    "cart": "cart",
    "rotation": "rotation",
    "bulletin": "bulletin",
    "file": "file",
    "stream": "stream",
}
_LONGEST_NAME: Final = 100
# What cannot play somewhere, with what is said about it and what to do: by the kind of source.
Refusals = Mapping[str, tuple[str, str]]
NOT_IN_FILL: Final[Refusals] = {
    "bulletin": ("a bulletin cannot fill time", "use it with at:, after: or every:"),
}
NOT_IN_EVERY: Final[Refusals] = {
    "stream": ("a stream has no end of its own", "use it with at: and a duration:, or as a fill:"),
}
NOT_AS_SUSTAINER: Final[Refusals] = {
    "bulletin": ("a bulletin cannot fill time", "name a rotation"),
    "stream": ("the sustainer plays when a stream is lost, so it cannot be one", "name a rotation"),
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


def url_complaint(text: str, *, of: str = "a stream", example: str = "https://example.org/live") -> str:
    """What is wrong with the address of a stream, or of something else; empty for nothing."""
    scheme, separator, _ = text.partition("://")
    if not separator or scheme.casefold() not in {"http", "https"}:
        return f"{text!r} is no address of {of}; write it with https:// or http:// in front"
    if not text.isascii() or not text.isprintable() or set(' "<>\\^`{|}') & set(text):
        return f"{text!r} is no address: there is a character in it that addresses do not have"
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        return f"{text!r} is no address; write it as {example}"
    if "@" in parts.netloc:
        return "an address with a password in it would show in the log; ask for one without"
    return ""


def name_complaint(text: str) -> str:
    """What is wrong with a name that staff give; empty for nothing."""
    if not text.strip():
        return "a name is empty"
    if not text.isprintable() or "/" in text or text != text.strip() or len(text) > _LONGEST_NAME:
        return f"{text[:40]!r} cannot be a name: no slashes, no spaces at its ends, 100 characters at most"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every name the file defines, also those whose definition has a mistake in it.

    `sources` are all that can be played, in the schedule's own words.
    """

    clocks: frozenset[str]
    sources: frozenset[str]

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Names":
        """The names in the file's tables."""

        def keys(table: str) -> list[str]:
            node = nodes.get(table)
            return [key.text for key, _ in node.pairs] if isinstance(node, Keyed) else []

        sources = (
            f"{kind}/{name}"
            for kind, table in (("cart", "carts"), ("rotation", "rotations"), ("bulletin", "bulletins"))
            for name in keys(table)
        )
        return cls(clocks=frozenset(keys("clocks")), sources=frozenset(sources))

    def like(self, text: str, refused: Refusals) -> str:
        """A hint with the source that looks most like this."""
        known = sorted(full for full in self.sources if full.partition("/")[0] not in refused)
        same = [full for full in known if full.partition("/")[2] == text]
        return f"did you mean {same[0]!r}?" if same else nearest(text, known)


def read_clock_name(node: Node, name: str, names: Names, findings: Findings) -> str | None:
    """The name of a clock that there is."""
    text = Text(wanted="a clock's name", may_be_empty=False).read(node, name, findings)
    if text is not None and text not in names.clocks:
        findings.add(node, f"{name}: there is no clock {text!r}", nearest(text, sorted(names.clocks)))
        return None
    return text


def read_source(
    node: Node, name: str, names: Names, findings: Findings, refused: Refusals | None = None
) -> Source | None:
    """What a `play:` names, known to exist. `refused` are the kinds that cannot play there.

    A file is only looked at as a path, a stream as an address: whether they are there shows later.
    """
    refused = refused or {}
    value = scalar(node, name, findings, "something to play, e.g. rotation/music")
    if value is None:
        return None
    kind, slash, rest = value.text.partition("/")
    source_type = _TYPES.get(kind)
    if source_type is None or not slash or not rest:
        _not_a_source(value, name, names, refused, findings)
    elif source_type in refused:
        said, hint = refused[source_type]
        findings.add(node, f"{name}: {said}", hint)
    elif source_type in {"file", "stream"}:
        complaint = file_complaint(rest) if source_type == "file" else url_complaint(rest)
        if not complaint:
            return Source(type=source_type, name=rest)
        findings.add(node, f"{name}: {complaint}")
    elif value.text not in names.sources:
        findings.add(node, f"{name}: there is no {value.text}", names.like(value.text, refused))
    else:
        return Source(type=source_type, name=rest)
    return None


def _not_a_source(value: Scalar, name: str, names: Names, refused: Refusals, findings: Findings) -> None:
    hint = ""
    if value.text.casefold().startswith(("http://", "https://")) and "stream" not in refused:
        hint = f"did you mean 'stream/{value.text}'?"
    hint = hint or names.like(value.text, refused)
    kinds = [kind for kind in _TYPES if kind not in refused]
    known = "write " + ", ".join(f"{kind}/…" for kind in kinds)
    findings.add(value, f"{name}: {value.text!r} is nothing that can be played", hint or known)
