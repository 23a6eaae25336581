"""The site's own RSS: the stories that were heard, whole.

Owns: RSS 2.0 with content:encoded. Must not know: requests. Addresses begin with `BASE` until somebody asks.
"""

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Final

from radiocast.config.station import Identity
from radiocast.model.published import PublishedStory, page_name
from radiocast.web.archive import Published
from radiocast.web.podcast import website
from radiocast.web.xml_text import BASE, one_line, xml

STORIES_SHOWN: Final = 50
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
)
_TAIL: Final = "</channel>\n</rss>\n"


def news_feed(stories: Sequence[PublishedStory], published: Published, identity: Identity) -> str:
    """The feed of these stories."""
    description = identity.slogan or f"The news from {identity.name}."
    channel = [
        f"<title>{xml(one_line(identity.name))}</title>",
        f"<link>{website(identity)}</link>",
        f'<atom:link href="{BASE}/news.xml" rel="self" type="application/rss+xml"/>',
        f"<description>{xml(one_line(description))}</description>",
        f"<language>{xml(identity.language)}</language>",
        f"<lastBuildDate>{format_datetime(published.modified)}</lastBuildDate>",
        "<generator>radiocast</generator>",
        "<ttl>15</ttl>",
    ]
    return _HEAD + "\n".join([*channel, *(_item(story) for story in stories)]) + "\n" + _TAIL


def _item(story: PublishedStory) -> str:
    page = f"{BASE}/news/{page_name(story.slug)}"
    paragraphs = "".join(f"<p>{xml(one_line(text))}</p>" for text in story.body_text)
    lines = [
        "<item>",
        f"<title>{xml(one_line(story.headline))}</title>",
        f"<link>{page}</link>",
        # Not the address: that begins with whatever name we are asked for by.
        f'<guid isPermaLink="false">{xml(page_name(story.slug))}</guid>',
        f"<pubDate>{format_datetime(story.firstaired)}</pubDate>",
        f"<description>{xml(xml(one_line(story.description_text or _first(story))))}</description>",
        # Escaped, not in CDATA: there is nothing then that could end it.
        f"<content:encoded>{xml(paragraphs)}</content:encoded>",
    ]
    lines += [
        f"<dc:creator>{xml(one_line(', '.join(filter(None, (each.byline, each.source)))))}</dc:creator>"
        for each in story.credits
    ]
    lines += [
        f"<category>{xml(one_line(subject))}</category>" for subject in story.subject if subject.strip()
    ]
    if story.audio is not None:
        lines.append(f'<enclosure url="{page}.mp3" length="{story.audio.bytes}" type="audio/mpeg"/>')
    return "\n".join([*lines, "</item>"])


def _first(story: PublishedStory) -> str:
    return story.body_text[0] if story.body_text else story.headline
