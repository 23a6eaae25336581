"""Feeds for tests, with invented news."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from radiocast.config.station import FeedConfig

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


def config(name: str = "wire", url: str = "http://feeds.example/rss", **more: object) -> FeedConfig:
    given = {"name": name, "url": url, "private_addresses": True, **more}
    return FeedConfig.model_validate(given)


def item(  # one <item>, and what else stands in it
    guid: str,
    title: str,
    text: str = "",
    *,
    link: str = "",
    date: str = "Wed, 11 Mar 2026 08:00:00 GMT",
    more: str = "",
) -> str:
    parts = [
        f'<guid isPermaLink="false">{guid}</guid>' if guid else "",
        f"<title>{title}</title>" if title else "",
        f"<link>{link}</link>" if link else "",
        f"<pubDate>{date}</pubDate>" if date else "",
        f"<description><![CDATA[{text}]]></description>" if text else "",
        more,
    ]
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, title: str = "Valley Herald", more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>{title}</title>{more}{''.join(items)}</channel></rss>"
    ).encode()


def atom(*entries: str, title: str = "Valley Herald") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'
        ' xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="en-GB">'
        f"<id>urn:feed</id><title>{title}</title>{''.join(entries)}</feed>"
    ).encode()


def json_feed(items: Sequence[object], **more: object) -> bytes:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Valley Herald", "items": list(items)}
    return json.dumps({**feed, **more}).encode()
