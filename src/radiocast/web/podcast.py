"""The podcast: an RSS feed with an episode for each bulletin, and each episode's chapters.

Owns: RSS 2.0 with the namespaces that directories ask for (itunes; podcast of podcastindex.org), and chapters
in JSON, version 1.2. Must not know: requests. Addresses begin with `BASE` until somebody asks.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Final

from radiocast.config.station import Identity
from radiocast.model.published import Episode, Listed, page_name
from radiocast.web.archive import Published
from radiocast.web.xml_text import BASE, one_line, xml

# Twelve days of hourly bulletins; older ones stay where they are for as long as they are kept.
EPISODES_SHOWN: Final = 300
CHAPTERS_TYPE: Final = "application/json+chapters"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0">\n<channel>\n'
)
_TAIL: Final = "</channel>\n</rss>\n"


def podcast_feed(published: Published, identity: Identity) -> str:
    """The feed, newest first."""
    description = identity.slogan or f"The news from {identity.name}, as it was heard on the air."
    channel = [
        f"<title>{xml(one_line(identity.name))}</title>",
        f"<link>{website(identity)}</link>",
        f'<atom:link href="{BASE}/podcast.xml" rel="self" type="application/rss+xml"/>',
        f"<description>{xml(one_line(description))}</description>",
        f"<language>{xml(identity.language)}</language>",
        f"<lastBuildDate>{_date(published.modified)}</lastBuildDate>",
        "<generator>radiocast</generator>",
        # Minutes: a bulletin comes out a few minutes after it was heard.
        "<ttl>15</ttl>",
        (
            f"<image><url>{BASE}{published.picture}</url><title>{xml(one_line(identity.name))}</title>"
            f"<link>{website(identity)}</link></image>"
        ),
        f'<itunes:image href="{BASE}{published.picture}"/>',
        f"<itunes:author>{xml(one_line(identity.name))}</itunes:author>",
        '<itunes:category text="News"><itunes:category text="Daily News"/></itunes:category>',
        "<itunes:explicit>false</itunes:explicit>",
        "<itunes:type>episodic</itunes:type>",
        "<podcast:medium>podcast</podcast:medium>",
    ]
    items = [
        _item(episode, published.stories) for episode in list(published.episodes.values())[:EPISODES_SHOWN]
    ]
    return _HEAD + "\n".join([*channel, *items]) + "\n" + _TAIL


def chapters_json(episode: Episode, published: Published, base: str) -> str:
    """The chapters of an episode, each with its story's page."""
    chapters: list[dict[str, object]] = []
    for chapter in episode.chapters:
        page = published.page(chapter.slug) if chapter.slug else ""
        shown: dict[str, object] = {
            "startTime": round(chapter.start_s, 3),
            "endTime": round(chapter.end_s, 3),
            "title": one_line(chapter.title),
        }
        if page:
            shown["url"] = base + page
        chapters.append(shown)
    return json.dumps({"version": "1.2.0", "chapters": chapters}, ensure_ascii=False)


def website(identity: Identity) -> str:
    """The station's own site if it has one, else its page here; as XML has it."""
    is_web = identity.url.lower().startswith(("http://", "https://"))
    return xml(one_line(identity.url)) if is_web else f"{BASE}/"


def clock_length(seconds: float) -> str:
    """`03:07`, or `1:02:03` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _item(episode: Episode, stories: Mapping[str, Listed]) -> str:
    address = f"{BASE}/podcast/{xml(episode.id)}"
    lines = [chapter for chapter in episode.chapters if chapter.slug]
    told = "; ".join(one_line(chapter.title) for chapter in lines)
    # The notes are HTML, and that as text; cleaned already, and not again: `BASE` must stay.
    notes = "".join(_note(chapter.slug, chapter.title, stories) for chapter in lines)
    described = escape(f"<ul>{notes}</ul>") if notes else xml(one_line(episode.title))
    return "\n".join(
        (
            "<item>",
            f"<title>{xml(one_line(episode.title))}</title>",
            f"<link>{BASE}/news</link>",
            f'<guid isPermaLink="false">{xml(episode.id)}</guid>',
            f"<pubDate>{_date(episode.published)}</pubDate>",
            f"<description>{described}</description>",
            f'<enclosure url="{address}.mp3" length="{episode.bytes}" type="audio/mpeg"/>',
            f"<itunes:duration>{clock_length(episode.duration_s)}</itunes:duration>",
            f"<itunes:summary>{xml(told or one_line(episode.title))}</itunes:summary>",
            "<itunes:episodeType>full</itunes:episodeType>",
            "<itunes:explicit>false</itunes:explicit>",
            f'<podcast:chapters url="{address}.json" type="{CHAPTERS_TYPE}"/>',
            "</item>",
        )
    )


def _note(slug: str, title: str, stories: Mapping[str, Listed]) -> str:
    """A line of the show notes, as HTML, which is what the description of a feed is."""
    name = page_name(slug)
    words = xml(one_line(title))
    return f'<li><a href="{BASE}/news/{name}">{words}</a></li>' if name in stories else f"<li>{words}</li>"


def _date(moment: datetime) -> str:
    return format_datetime(moment)
