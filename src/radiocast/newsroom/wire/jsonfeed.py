"""JSON Feed 1 and 1.1, and lists of ninjs items, to raw entries. Pure.

An item of a JSON Feed may carry an object `_ninjs` with IPTC ninjs fields (headline, description_text,
body_text, byline, versioncreated, embargoed, expires, pubstatus, urgency, ednote, language, subject,
rightsinfo) and `corrects`, the id of the item that it corrects; they go before the feed's own. A bare array,
or an object with `items` or `associations`, of ninjs items is a feed too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from radiocast.model.errors import FeedError
from radiocast.newsroom.intake.reading import one_line
from radiocast.newsroom.wire.drafting import Content, Raw, in_reach

_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed as its format has it. `base` is what relative links are taken from; "": the feed's address."""

    title: str = ""
    language: str = ""
    base: str = ""
    ttl_s: float = 0.0
    entries: tuple[Raw, ...] = ()
    deleted: tuple[str, ...] = ()
    problem: str = ""


def looks_like_json(data: bytes, content_type: str) -> bool:
    """Whether these bytes begin as JSON does; what their server calls them counts where they do not."""
    opening = data.removeprefix(_BOM).lstrip()[:1]
    return opening in {b"{", b"["} or ("json" in content_type.lower() and opening != b"<")


def read_json(data: bytes) -> RawFeed:
    """The feed. Raises FeedError with the place where its JSON is broken."""
    try:
        found = json.loads(data.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FeedError(f"its JSON is not in UTF-8: byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise FeedError(
            f"its JSON is broken at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise FeedError(f"its JSON cannot be read: {one_line(str(error))[:100]}") from error
    feed: Mapping[str, Any] = found if isinstance(found, dict) else {}
    items = found if isinstance(found, list) else feed.get("items", feed.get("associations"))
    if isinstance(items, Mapping):
        items = list(items.values())  # ninjs 1: associations by name
    if not isinstance(items, list):
        raise FeedError("its JSON is no feed: there is no list of items in it")
    objects = [item for item in items if isinstance(item, dict)]
    left = len(items) - len(objects)
    return RawFeed(
        title=_text(feed.get("title")),
        language=_text(feed.get("language")),
        entries=tuple(_raw(item) for item in objects),
        problem=f"{left} of its items are no objects" if left else "",
    )


def _raw(item: Mapping[str, Any]) -> Raw:
    more = item.get("_ninjs")
    ninjs: Mapping[str, Any] = {**item, **more} if isinstance(more, dict) else item
    links = ninjs.get("links") if isinstance(ninjs.get("links"), list) else []
    return Raw(
        id=_id(item),
        link=_text(item.get("url")) or _text(item.get("external_url")) or _href(links),
        title=_text(ninjs.get("headline")) or _text(item.get("title")) or _text(ninjs.get("title")),
        summary=Content(text=_text(ninjs.get("description_text")) or _text(item.get("summary"))),
        content=_content(ninjs),
        authors=_authors(ninjs),
        source=_text(ninjs.get("source")) or _name(ninjs.get("infosource")),
        language=_text(ninjs.get("language")),
        published=_date(
            ninjs.get("firstcreated") or ninjs.get("contentcreated") or item.get("date_published")
        ),
        updated=_date(ninjs.get("versioncreated") or item.get("date_modified")),
        embargoed=_date(ninjs.get("embargoed")),
        expires=_date(ninjs.get("expires")),
        status=_text(ninjs.get("pubstatus")),
        urgency=_number(ninjs.get("urgency")),
        corrects=_text(ninjs.get("corrects")),
        ednote=_text(ninjs.get("ednote")),
        rightsinfo=_text(ninjs.get("rightsinfo")) or _text(ninjs.get("usageterms")),
        subject=tuple(filter(None, (_name(tag) for tag in _list(ninjs.get("subject") or item.get("tags"))))),
    )


def _id(item: Mapping[str, Any]) -> str:
    """JSON Feed: ids may be numbers, to be read as texts. ninjs: `uri`."""
    for key in ("id", "uri", "guid"):
        value = item.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)[:40]
    return ""


def _content(ninjs: Mapping[str, Any]) -> Content:
    for key in ("body_text", "body_html", "body_xhtml", "content_html", "content_text"):
        value = ninjs.get(key)
        if isinstance(value, list):
            value = "\n\n".join(each for each in value if isinstance(each, str))
        if isinstance(value, str) and value.strip():
            return Content(text=value, is_html=key.endswith("html"))
    # ninjs 2: a list of bodies by role.
    for body in _list(ninjs.get("bodies")):
        if isinstance(body, dict) and _text(body.get("value")):
            return Content(text=body["value"], is_html="html" in _text(body.get("contenttype")))
    return Content()


def _authors(ninjs: Mapping[str, Any]) -> tuple[str, ...]:
    if _text(ninjs.get("byline")):
        return (_text(ninjs.get("byline")),)
    authors = _list(ninjs.get("authors")) or [ninjs.get("author")]
    return tuple(name for name in (_name(author) for author in authors) if name)


def _href(links: object) -> str:
    return next((_text(link.get("href")) for link in _list(links) if isinstance(link, dict)), "")


def _name(value: object) -> str:
    if isinstance(value, list):
        return next((name for name in map(_name, value[:5]) if name), "")
    if isinstance(value, Mapping):
        return _text(value.get("name"))
    return _text(value)


def _date(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return in_reach(datetime.fromisoformat(value.strip()))
    except ValueError:
        return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
