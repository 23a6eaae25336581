"""A feed's bytes to entries: RSS 0.9x, 1.0, 2.0 and Atom by feedparser; JSON Feed and ninjs by `jsonfeed`.

Any bytes give a `ParsedFeed` or a FeedError that says why. A feed that is broken gives the entries that are
whole, and says in `problem` what is wrong with it. The child's alone (feedparser). No files, no network, no
clock.
"""

import calendar
import contextlib
import io
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

import feedparser

from radiocast.model.errors import FeedError, StoryError
from radiocast.model.story import Withheld
from radiocast.newsroom.intake.reading import one_line
from radiocast.newsroom.wire.drafting import Content, Raw, entry_of, identities, in_reach
from radiocast.newsroom.wire.fragments import plain
from radiocast.newsroom.wire.headlines import killed
from radiocast.newsroom.wire.jsonfeed import RawFeed, looks_like_json, read_json
from radiocast.newsroom.wire.values import Entry, ParsedFeed

# RFC 6721: an Atom feed's tombstones. feedparser keeps only the last of them.
_DELETED: Final = re.compile(r"<(?:[\w.-]{1,40}:)?deleted-entry\b[^<>]{0,2000}", re.IGNORECASE)
_REF: Final = re.compile(r"\bref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')")
_ADDRESS_NAME: Final = re.compile(r"\s*[^\s@()]{1,100}@[^\s@()]{1,100}\s*\((?P<name>[^()]{1,200})\)\s*")
_NAME_ADDRESS: Final = re.compile(r"\s*(?P<name>[^<>@]{1,200}?)\s*<[^<>\s]{1,200}>\s*")
_ADDRESS: Final = re.compile(r"\s*[^\s@()<>]{1,100}@[^\s@()<>]{1,100}\s*")
_ENTRY_START: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")
_ENTRY_END: Final = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>")
_HTML_PAGE: Final = re.compile(rb"^\s*(?:<!doctype html|<html)", re.IGNORECASE)
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_TTL_MOST_MIN: Final = 10_000
# Reports name so many; the rest are counted.
_TOLD: Final = 20


def parse_feed(data: bytes, *, url: str, content_type: str = "", at_most: int = 100) -> ParsedFeed:
    """The newest `at_most` entries. Raises FeedError: these bytes are no feed.

    Relative links are taken from `url`. What is withdrawn is told of every entry, also of older ones.
    """
    if not data.strip():
        raise FeedError("the answer is empty")
    is_json = looks_like_json(data, content_type)
    raw = read_json(data) if is_json else _read_xml(data, content_type)
    names = identities(raw.entries)
    newest = _newest(raw.entries, names)
    entries: list[Entry] = []
    unreadable: list[Withheld] = []
    # What is withdrawn is never one too many.
    chosen = [*newest[:at_most], *(at for at in newest[at_most:] if _withdraws(raw.entries[at]))]
    for index in chosen:
        try:
            entries.append(entry_of(raw.entries[index], names[index], base=raw.base or url))
        except StoryError as error:
            title = plain(raw.entries[index].title[:200]) or names[index][:80]
            unreadable.append(Withheld(file=title, reason=str(error)))
    return ParsedFeed(
        title=plain(raw.title)[:100],
        language=one_line(raw.language)[:35],
        ttl_s=raw.ttl_s,
        entries=tuple(entries),
        deleted=raw.deleted,
        unreadable=tuple(unreadable[:_TOLD]),
        problem=raw.problem,
    )


def _withdraws(raw: Raw) -> bool:
    return raw.status.strip().lower() in {"canceled", "cancelled", "deleted"} or killed(raw.title) is not None


def _newest(raws: Sequence[Raw], names: Sequence[str]) -> list[int]:
    """Which entries, newest first; those without a date stay where the feed has them. Each identity once."""
    dated = sorted(
        range(len(raws)),
        key=lambda index: (raws[index].when or datetime.max.replace(tzinfo=UTC), -index),
        reverse=True,
    )
    first: dict[str, int] = {}
    for index in dated:
        first.setdefault(names[index], index)
    return list(first.values())


def _read_xml(data: bytes, content_type: str) -> RawFeed:
    headers = {"content-type": content_type} if content_type else {}
    try:
        # A stream and not the bytes: feedparser opens what looks like an address or a file's name.
        parsed = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # feedparser promises to raise nothing; what sgmllib, expat and codecs make of hostile bytes is
        # another matter.
        raise FeedError(f"it cannot be read: {type(error).__name__}: {one_line(str(error))[:150]}") from error
    entries = [dict(entry) for entry in parsed.entries]
    if not dict.get(parsed, "version") and not entries:
        raise FeedError(_no_feed(data, content_type))
    complaint = one_line(str(parsed.get("bozo_exception", "")))[:150] if parsed.bozo else ""
    if "amplification" in complaint:
        raise FeedError("it declares entities that grow without bound")
    problem = ""
    if complaint:
        if len(_ENTRY_END.findall(data)) < len(_ENTRY_START.findall(data)):
            # The last entry is cut: half an article is worse than none.
            entries = entries[:-1]
        count = f"{len(entries)} entries could be read all the same" if entries else "no entry could be read"
        problem = f"its XML is broken, {count}: {complaint}"
        if _only_encoding(parsed.bozo_exception):
            problem = ""
    feed = dict(parsed.feed)
    text = data.decode(str(dict.get(parsed, "encoding") or "utf-8"), "replace") if b"deleted" in data else ""
    return RawFeed(
        title=_text(feed.get("title")),
        language=_text(feed.get("language")),
        ttl_s=_ttl_s(feed.get("ttl")),
        entries=tuple(_raw(entry) for entry in entries),
        deleted=_deleted(text),
        problem=problem,
    )


def _only_encoding(error: object) -> bool:
    """Whether feedparser only minds a header: text/xml, or a declaration that it could set right."""
    return isinstance(error, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType)


def _no_feed(data: bytes, content_type: str) -> str:
    kind = content_type.partition(";")[0].strip()
    if kind in _HTML_TYPES or _HTML_PAGE.match(data[:500]):
        return "it is a web page and no feed: is the address the feed's own?"
    return f"it is no feed that can be read{f' ({kind[:60]})' if kind else ''}"


def _deleted(text: str) -> tuple[str, ...]:
    refs = (_REF.search(found) for found in _DELETED.findall(text))
    return tuple(dict.fromkeys(unescape(ref[1] or ref[2]) for ref in refs if ref))


def _raw(entry: Mapping[str, Any]) -> Raw:
    contents = [part for part in _maps(entry.get("content")) if _text(part.get("value"))]
    # Of several contents the one that is text; of those the longest.
    content = max(contents, key=lambda part: len(_text(part.get("value"))), default={})
    links = _maps(entry.get("links"))
    status = _map(entry.get("media_status")).get("state")
    return Raw(
        id=_text(entry.get("id")),
        link=_text(entry.get("link")) or _first_link(links),
        refs=tuple(
            _text(value)
            for value in (
                *(link.get("href") for link in links if link.get("rel") in {"related", "via"}),
                *_map(entry.get("thr_in-reply-to")).values(),
            )
            if _text(value)
        ),
        title=_text(entry.get("title")),
        summary=_content(_map(entry.get("summary_detail")), _text(entry.get("summary"))),
        content=_content(content, _text(content.get("value"))),
        authors=_authors(entry),
        source=_text(_map(entry.get("source")).get("title")) or _text(_by_name(entry, "dc_source")),
        language=_text(entry.get("language")) or _text(content.get("language")),
        published=_when(entry.get("published_parsed")) or _when(entry.get("created_parsed")),
        updated=_when(entry.get("updated_parsed")),
        embargoed=_date(_by_name(entry, "embargodate", "embargoed")),
        expires=_when(entry.get("expired_parsed")) or _date(_by_name(entry, "expirationdate", "expires")),
        status=_text(status) or _text(_by_name(entry, "pubstatus")),
        urgency=_number(_by_name(entry, "urgency")),
        corrects=_text(_by_name(entry, "corrects")),
        ednote=_text(_by_name(entry, "ednote")),
        rightsinfo=_text(entry.get("rights")),
        subject=tuple(
            text
            for tag in _maps(entry.get("tags"))
            if (text := _text(tag.get("label")) or _text(tag.get("term"))) and "://" not in text
        ),
    )


def _by_name(entry: Mapping[str, Any], *names: str) -> object:
    """The value of an element that is known by its local name, whatever prefix its feed gave it."""
    for key, value in entry.items():
        if key in names or key.rpartition("_")[2] in names:
            return value
    return None


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Names. RSS has an address with a name, which feedparser takes apart for old top-level domains only."""
    last = _text(entry.get("author"))
    written = _ADDRESS_NAME.fullmatch(last) or _NAME_ADDRESS.fullmatch(last)
    names = [_text(author.get("name")) for author in _maps(entry.get("authors"))]
    if _ADDRESS.fullmatch(last):
        return tuple(name for name in names[:-1] if name)
    if written is not None or not any(names):
        names = [*names[:-1], written["name"] if written is not None else last]
    return tuple(name for name in names if name)


def _first_link(links: Sequence[Mapping[str, Any]]) -> str:
    return next((_text(link.get("href")) for link in links if link.get("rel") == "alternate"), "")


def _content(detail: Mapping[str, Any], text: str) -> Content:
    kind = _text(detail.get("type"))
    return Content(text=text, is_html=kind in {*_HTML_TYPES, "html", "xhtml"})


def _when(value: object) -> datetime | None:
    if not isinstance(value, time.struct_time):
        return None
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return in_reach(datetime.fromtimestamp(calendar.timegm(value), UTC))
    return None


def _date(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    with contextlib.suppress(ValueError):
        return in_reach(datetime.fromisoformat(value.strip()))
    return None


def _number(value: object) -> int | None:
    text = _text(value).strip()
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() else None


def _ttl_s(value: object) -> float:
    text = _text(value).strip()
    minutes = int(text) if 0 < len(text) <= 5 and text.isascii() and text.isdigit() else 0
    return 60.0 * min(minutes, _TTL_MOST_MIN)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _map(value: object) -> Mapping[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [dict(each) for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
