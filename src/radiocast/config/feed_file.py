"""`newsroom.feeds:` of `station.yaml`: which feeds are read, how often, and how far they are trusted.

Owns: a feed's keys and what they may be.
Must not know: the other keys of the file, or how a feed is fetched.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.amounts import Size
from radiocast.config.document import Findings, Items, Keyed, Node, Scalar
from radiocast.config.language import LANGUAGE
from radiocast.config.names import url_complaint
from radiocast.config.sections import Key, Section
from radiocast.config.station import FeedConfig
from radiocast.config.values import Boolean, Duration, ListOf, Number, Schema, Text

_DAY_S: Final = 86_400.0
_YEAR_S: Final = 366 * _DAY_S
# More often than this is no manners to whoever serves the feed.
_EVERY_AT_LEAST_S: Final = 30.0
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


def _name_complaint(text: str) -> str:
    if re.fullmatch(_NAME, text):
        return ""
    return f"{text[:40]!r} cannot be a feed's name: it names files; letters, digits, - and _, 64 at most"


def _feed_url_complaint(text: str) -> str:
    return url_complaint(text, of="a feed", example="https://example.org/rss")


_FEED: Final = Section(
    keys=(
        Key(
            name="name",
            value=Text(
                wanted="a name such as wire", may_be_empty=False, check=_name_complaint, pattern=f"^{_NAME}$"
            ),
            doc="The feed's name in this station: in the log, in files, in stories' names.",
            required=True,
        ),
        Key(
            name="url",
            value=Text(
                wanted="an address such as https://example.org/rss",
                may_be_empty=False,
                check=_feed_url_complaint,
                pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://.",
            ),
            doc="Its address: RSS, Atom or JSON Feed.",
            required=True,
        ),
        Key(
            name="every",
            field="every_s",
            value=Duration(least_s=_EVERY_AT_LEAST_S, most_s=_DAY_S),
            doc="How often it is asked; less often while it fails.",
            default="5m",
        ),
        Key(
            name="stale_after",
            field="stale_after_s",
            value=Duration(least_s=60, most_s=_YEAR_S),
            doc="Its stories are stale after so long; without it newsroom.desk.stale_after holds.",
        ),
        Key(
            name="expire_after",
            field="expire_after_s",
            value=Duration(least_s=60, most_s=_YEAR_S),
            doc="Its stories are gone after so long.",
            default="7d",
        ),
        Key(name="source", value=Text(), doc="Who is credited where a story names nobody; else its title."),
        Key(name="language", value=LANGUAGE, doc="Language of its stories where they do not say."),
        Key(
            name="urgency",
            value=Number(least=1, most=9, whole=True),
            doc="Its stories' urgency where they do not say: 1 most, 9 least.",
            default=5,
        ),
        Key(
            name="full_text",
            value=Boolean(),
            doc="Fetch each entry's page where the feed gives only a summary.",
            default=False,
        ),
        Key(
            name="private_addresses",
            value=Boolean(),
            doc="It, and what it redirects to, may be on this machine or in this network.",
            default=False,
        ),
        Key(
            name="timeout",
            field="timeout_s",
            value=Duration(least_s=1, most_s=300),
            doc="One request takes no longer.",
            default="20s",
        ),
        Key(
            name="max_bytes",
            value=Size(least=1024, most=64 * 1024 * 1024),
            doc="A larger answer is refused.",
            default="4MB",
        ),
        Key(
            name="max_stories",
            value=Number(least=1, most=1000, whole=True),
            doc="At most so many of its newest stories are kept.",
            default=100,
        ),
    ),
    doc="A feed.",
)


@dataclass(frozen=True, slots=True)
class _Feed:
    """One feed."""

    def read(self, node: Node, name: str, findings: Findings) -> FeedConfig | None:
        """The feed; None unless it has its name and its address."""
        if isinstance(node, Scalar) and not node.empty:
            findings.add(node, f"{name} should be a block of keys", f"{{name: wire, url: {node.text}}}")
            return None
        values: dict[str, Any] = _FEED.read(node, name, findings) or {}
        return FeedConfig(**values) if {"name", "url"} <= set(values) else None

    def schema(self) -> Schema:
        """An object."""
        return _FEED.schema()


@dataclass(frozen=True, slots=True)
class Feeds:
    """`feeds:` a list of feeds, no two of one name."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[FeedConfig, ...] | None:
        """The feeds, in order."""
        feeds = ListOf(each=_Feed(), of="feeds").read(node, name, findings)
        if isinstance(node, Items):
            _check_unique(node, findings)
        return feeds

    def schema(self) -> Schema:
        """An array."""
        schema = ListOf(each=_Feed(), of="feeds").schema()
        return {**schema, "type": ["array", "null"]}


def _check_unique(node: Items, findings: Findings) -> None:
    """Names that differ only in case would share their files on some disks."""
    first: dict[str, Scalar] = {}
    for child in node.nodes:
        name = child.find("name") if isinstance(child, Keyed) else None
        if not isinstance(name, Scalar) or name.empty:
            continue
        before = first.setdefault(name.text.casefold(), name)
        if before is not name:
            message = f"there is already a feed {before.text} on line {before.line}"
            findings.add(name, message, "give each feed a name of its own")
