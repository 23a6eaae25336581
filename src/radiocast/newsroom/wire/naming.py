"""What a feed's stories and the feed itself are called: slugs, files, the medium in a title. Pure."""

import hashlib
import re
import unicodedata
from typing import Final

from radiocast.newsroom.wire.headlines import corrected, killed
from radiocast.newsroom.wire.values import Entry

_SLUG_WORDS_CHARS: Final = 40
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
# What stands beside a medium's name in the title of its feed.
_NO_MEDIUM: Final = re.compile(
    r"(?:the )?(?:rss|atom|feeds?|news ?feed|home ?page|home|front ?page|index|"
    r"(?:latest|top|breaking|all|recent|local|world|national|international|uk|us)?[ -]?"
    r"(?:news|stories|headlines|articles|posts|updates|items)|"
    r"world|politics|sports?|business|culture|technology|health|science|latest|actualités|à la une)"
    r"(?: (?:rss|feed|headlines))*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s+[-–—|»·>]\s+|\s*[|»]\s*|:\s+")


def slug_of(feed: str, entry: Entry, taken: set[str]) -> str:
    """Readable, stable, and good for an address: feed, words of the headline, digest of the identity."""
    digest = hashlib.sha256(f"{feed}\x00{entry.id}".encode("utf-8", "replace")).hexdigest()
    words = simple(killed(entry.headline) or corrected(entry.headline) or entry.headline)
    if len(words) > _SLUG_WORDS_CHARS:
        words = words[:_SLUG_WORDS_CHARS].rpartition("-")[0] or words[:_SLUG_WORDS_CHARS]
    for length in (6, 12, 64):
        slug = "-".join(part for part in (simple(feed), words, digest[:length]) if part)
        if slug not in taken:
            break
    return slug


def simple(text: str) -> str:
    """Text in small Latin letters, digits and hyphens; "" where nothing of it can be written so."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain.casefold()).strip("-")


def medium(title: str) -> str:
    """The medium in a feed's title: "Valley Herald - Latest headlines" is the Valley Herald's."""
    parts = [part.strip() for part in _BETWEEN.split(title) if part.strip()]
    named = [part for part in parts if not _NO_MEDIUM.fullmatch(part)]
    return named[0] if named else title
