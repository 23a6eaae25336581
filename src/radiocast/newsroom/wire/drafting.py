"""What RSS, Atom and JSON Feed give of an entry, in one shape, to an `Entry`. Pure.

Owns: which part is body and which is description, bylines, limits, and when there is no story in an entry.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin

from radiocast.model.errors import StoryError
from radiocast.model.story import PubStatus
from radiocast.newsroom.intake.byline import Byline, parse_byline
from radiocast.newsroom.intake.dateline import take_dateline
from radiocast.newsroom.intake.formats.draft import MAX_HEADLINE_CHARS
from radiocast.newsroom.intake.reading import MAX_ARTICLE_BYTES, cut_words, one_line
from radiocast.newsroom.wire.fragments import Fragment, plain, read_fragment
from radiocast.newsroom.wire.guard import malformed
from radiocast.newsroom.wire.values import Entry

# An entry's identity is sent by others, and kept; longer ones are kept as a digest.
_ID_CHARS: Final = 500
# A summary of one paragraph up to this long is a standfirst; a longer one is the beginning of the article.
_STANDFIRST_CHARS: Final = 400
_SUBJECTS: Final = 20
# Twice what an article's text may be: the mark-up around it.
_MARKUP_CHARS: Final = 2 * MAX_ARTICLE_BYTES
# Content systems' accounts, not writers.
_NOBODY: Final = frozenset(
    {
        "admin",
        "administrator",
        "editor",
        "editors",
        "webmaster",
        "newsroom",
        "user",
        "root",
        "staff",
        "author",
    }
)
_BETWEEN: Final = re.compile(r"\s+[-–—|]\s+")
_STATUS: Final = {
    "usable": PubStatus.USABLE,
    "withheld": PubStatus.WITHHELD,
    "canceled": PubStatus.CANCELED,
    "cancelled": PubStatus.CANCELED,
    "deleted": PubStatus.CANCELED,
    "blocked": PubStatus.WITHHELD,
    "embargoed": PubStatus.WITHHELD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A text of an entry, and whether it is HTML."""

    text: str = ""
    is_html: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An entry as its format has it, nothing taken apart yet. `authors` are names or whole bylines."""

    id: str = ""
    link: str = ""
    refs: tuple[str, ...] = ()
    title: str = ""
    summary: Content = Content()
    content: Content = Content()
    authors: tuple[str, ...] = ()
    source: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    embargoed: datetime | None = None
    expires: datetime | None = None
    status: str = ""
    urgency: int | None = None
    corrects: str = ""
    ednote: str = ""
    rightsinfo: str = ""
    subject: tuple[str, ...] = ()

    @property
    def when(self) -> datetime | None:
        """The later of its dates."""
        return max((date for date in (self.published, self.updated) if date is not None), default=None)


def identities(raws: Iterable[Raw]) -> list[str]:
    """An identity for each entry: its own, else its link, else a digest of what it says.

    An id that two entries with different links share is none: then the link is.
    """
    found = list(raws)
    links: dict[str, set[str]] = {}
    for raw in found:
        links.setdefault(raw.id, set()).add(raw.link)
    return [_identity(raw, shared=len(links[raw.id]) > 1) for raw in found]


def _identity(raw: Raw, *, shared: bool) -> str:
    own = raw.id.strip() if not shared else ""
    chosen = own or raw.link.strip() or f"{raw.id.strip()} {raw.title} {raw.summary.text[:200]}"
    if len(chosen) <= _ID_CHARS and (own or raw.link.strip()):
        return one_line(chosen)
    return "sha256:" + hashlib.sha256(chosen.encode("utf-8", "replace")).hexdigest()


def entry_of(raw: Raw, identity: str, *, base: str) -> Entry:
    """The entry. Raises StoryError with the reason why there is no story in it."""
    content, summary = _read(raw.content), _read(raw.summary)
    body, description = _parts(content, summary)
    headline = plain(raw.title)
    if not any(character.isalnum() for character in headline):
        # JSON Feed and microblogs: an entry need not have a title.
        headline, body = _first_sentence(description, body)
    source = plain(raw.source)[:100]
    headline = cut_words(_without_medium(headline, source), MAX_HEADLINE_CHARS)
    body, description = _unrepeated(headline, source, body, description)
    status = _STATUS.get(raw.status.strip().lower(), PubStatus.USABLE)
    if not any(character.isalnum() for character in headline) and status is PubStatus.USABLE:
        raise StoryError("neither a title nor a text")
    size = sum(len(text) for text in body)
    if size > MAX_ARTICLE_BYTES:
        raise StoryError(f"{size / 1024:.0f} KB of text is more than an article has")
    byline = _byline(raw.authors) or content.byline or summary.byline or Byline()
    dateline = take_dateline(body[0]) if body else None
    if dateline is not None:
        body = (*((dateline.rest,) if dateline.rest else ()), *body[1:])
    return Entry(
        id=identity,
        link=absolute(base, raw.link),
        refs=tuple(one_line(ref) for ref in (*raw.refs, raw.corrects) if ref),
        headline=headline,
        description=description,
        byline=byline.writer,
        source=byline.source or source or (dateline.source if dateline is not None else ""),
        language=one_line(raw.language)[:35],
        dateline=dateline.place if dateline is not None else "",
        body=body,
        published=raw.published,
        updated=raw.updated,
        embargoed=raw.embargoed,
        expires=raw.expires,
        pubstatus=status,
        urgency=raw.urgency if raw.urgency is not None and 1 <= raw.urgency <= 9 else None,
        corrects=one_line(raw.corrects),
        ednote=plain(raw.ednote),
        rightsinfo=plain(raw.rightsinfo)[:500],
        subject=tuple(dict.fromkeys(text for text in map(plain, raw.subject[:_SUBJECTS]) if text)),
        dropped=content.dropped or summary.dropped,
    )


def absolute(base: str, link: str) -> str:
    """A link as an address, or "" where it is none of the web."""
    try:
        whole = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
    return one_line(whole) if whole and not malformed(whole) else ""


def in_reach(date: datetime | None) -> datetime | None:
    """A date in UTC that arithmetic can be done on; anything else is none."""
    if date is None:
        return None
    try:
        date = (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return date if 1970 <= date.year <= 2200 else None


def _read(content: Content) -> Fragment:
    if len(content.text) > _MARKUP_CHARS:
        raise StoryError(f"{len(content.text) / 1024:.0f} KB of mark-up is more than an article has")
    return read_fragment(content.text, is_html=content.is_html) if content.text else Fragment()


def _parts(content: Fragment, summary: Fragment) -> tuple[tuple[str, ...], str]:
    """(body, description): a summary beside a content is a standfirst, unless the content begins with it."""
    if not content.paragraphs:
        return summary.paragraphs, ""
    standfirst = " ".join(summary.paragraphs)
    opening = " ".join(content.paragraphs)[: len(standfirst) + 20]
    if len(standfirst) > _STANDFIRST_CHARS or _same(opening[: len(standfirst)], standfirst):
        standfirst = ""
    return content.paragraphs, standfirst


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _first_sentence(description: str, body: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A headline out of the text; the body is left without it where it was a paragraph."""
    if description:
        return description, body
    if not body:
        return "", ()
    first = body[0]
    for end in (". ", "! ", "? "):
        head, sign, _ = first.partition(end)
        first = head + sign.strip() if sign and len(head) < len(first) else first
    if len(first) > MAX_HEADLINE_CHARS:
        return first, body
    rest = body[0][len(first) :].strip()
    return first.rstrip("."), (*((rest,) if rest else ()), *body[1:])


def _without_medium(headline: str, source: str) -> str:
    """A headline such as "Ferry back - Valley Herald", as search engines have it, without the medium."""
    *parts, last = _BETWEEN.split(headline)
    if source and parts and last.casefold() == source.casefold():
        return headline[: len(headline) - len(last)].rstrip(" -–—|")
    return headline


def _unrepeated(
    headline: str, source: str, body: tuple[str, ...], description: str
) -> tuple[tuple[str, ...], str]:
    """(body, description) without a first line that is the headline again, with or without its medium."""
    again = {tuple(text.casefold().split()) for text in (headline, f"{headline} {source}")}
    if body and tuple(body[0].casefold().split()) in again:
        body = body[1:]
    return body, "" if tuple(description.casefold().split()) in again else description


def _byline(authors: tuple[str, ...]) -> Byline | None:
    named = (plain(author) for author in authors)
    names = [name for name in named if name and "@" not in name and name.casefold() not in _NOBODY]
    names = list(dict.fromkeys(names))[:4]
    if not names:
        return None
    text = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    return parse_byline(text if text.lower().startswith("by ") else f"By {text}") or (
        Byline(source=names[0])
        if len(names) == 1 and len(names[0]) <= 60 and names[0] != names[0].lower()
        else None
    )
