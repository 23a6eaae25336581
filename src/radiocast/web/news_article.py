"""A story as machines read it: schema.org NewsArticle, in JSON-LD (https://schema.org/NewsArticle).

Owns: which property holds what, and JSON that cannot leave its script element. Must not know: HTML.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from radiocast.config.station import Identity
from radiocast.model.published import Listed, PublishedStory, page_name
from radiocast.model.story import Credit
from radiocast.web.xml_text import one_line


def news_article(
    story: PublishedStory,
    corrections: Sequence[Listed],
    *,
    identity: Identity,
    url: str,
    base: str,
    picture: str,
) -> str:
    """The story as JSON-LD for a script element. `url` is its page's, `picture` a path under `base`."""
    zone = ZoneInfo(identity.timezone)
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": identity.name,
        "url": f"{base}/",
        "logo": {"@type": "ImageObject", "url": base + picture},
    }
    values: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": one_line(story.headline),
        "description": one_line(story.description_text),
        "articleBody": "\n\n".join(map(one_line, story.body_text)),
        "datePublished": _iso(story.firstaired, zone),
        "dateModified": _iso(modified(story), zone),
        "inLanguage": story.language or identity.language,
        "author": [_author(credit) for credit in story.credits] or [publisher],
        "publisher": publisher,
        "image": [base + picture],
        "isAccessibleForFree": True,
    }
    if story.dateline:
        values["dateline"] = one_line(story.dateline)
    if story.subject:
        values["keywords"] = [one_line(subject) for subject in story.subject]
    if story.rightsinfo:
        values["copyrightNotice"] = one_line(story.rightsinfo)
    if is_web(story.uri):
        values["isBasedOn"] = story.uri
    if story.audio is not None:
        values["audio"] = {
            "@type": "AudioObject",
            "contentUrl": f"{url}.mp3",
            "encodingFormat": "audio/mpeg",
            "contentSize": str(story.audio.bytes),
            "duration": f"PT{story.audio.duration_s:.1f}S",
            "name": one_line(story.headline),
        }
    if corrections:
        values["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": one_line(each.description_text or each.headline),
                "url": f"{base}/news/{page_name(each.slug)}",
                "datePublished": _iso(each.firstaired, zone),
            }
            for each in corrections
        ]
    return script_json(values)


def script_json(value: object) -> str:
    """JSON for inside a script element: nothing in it can end the element, or begin another."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def modified(story: PublishedStory) -> datetime:
    """When the page of this story is from."""
    return max(story.versioncreated, story.firstaired)


def _author(credit: Credit) -> dict[str, object]:
    source: dict[str, object] = {"@type": "Organization", "name": one_line(credit.source)}
    if not credit.byline:
        return source
    person: dict[str, object] = {"@type": "Person", "name": one_line(credit.byline)}
    return {**person, "worksFor": source} if credit.source else person


def is_web(url: str) -> bool:
    """Whether this leads to the web, never `javascript:`."""
    return url.lower().startswith(("http://", "https://")) and url.isprintable() and " " not in url


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
