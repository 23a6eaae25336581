"""What a web page says of itself to search engines and social networks: JSON-LD, OpenGraph, meta. Pure.

schema.org's NewsArticle is believed first, since editors' systems write it; then OpenGraph's, then the
page's own <title>, <time> and <html lang>.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from radiocast.newsroom.intake.formats.markup import Page
from radiocast.newsroom.intake.moments import moment
from radiocast.newsroom.intake.reading import one_line

_ARTICLE: Final = re.compile(
    r"(?:News|Reportage|Opinion|Analysis|Background|Review)?(?:NewsArticle|Article)|BlogPosting|LiveBlogPosting|Report"
)
_TITLE_TAIL: Final = re.compile(r"\s+[|–—»·-]\s+(?P<site>[^|–—»·]{2,60})$")
_NAME: Final = re.compile(
    r"(?:(?:[A-ZÀ-ÖØ-Þ0-9][^\s:/]*|of|the|and|&|de|du|la|le|der|die|das|für|und) ?){1,6}|[\w-]+(?:\.[\w-]+)+"
)
_SCHEME: Final = re.compile(r"^(?:https?://)?www\.|^https?://")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_MAX_SITE_CHARS: Final = 60
# Names of programs that stand where a writer's should.
_NOBODY: Final = re.compile(
    r"(?:admin(?:istrator)?|editor|webmaster|guest|user\d*|staff|root|.*@.*|https?:.*)", re.IGNORECASE
)
_MAX_NAMES: Final = 6
_MAX_DESCRIPTION_CHARS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """Each as the page gives it, or empty.

    `site` is the page's own name, `title` its <title> without that, `body` the text in JSON-LD.
    """

    headline: str
    title: str
    whole_title: str
    description: str
    byline: str
    site: str
    language: str
    date: datetime | None
    expires: datetime | None
    subject: tuple[str, ...]
    rightsinfo: str
    uri: str
    body: str


def page_facts(page: Page, *, zone: tzinfo, url: str = "") -> PageFacts:
    """The facts of a page; what is no date, or of a shape of its own, is left out."""
    meta = page.meta
    article = next((each for each in page.json_ld if _is_article(each)), {})
    title, tail = _title(meta.get("title", ""), meta.get("og:site_name", ""))
    dates = [
        _text(article.get("dateModified")),
        meta.get("article:modified_time", ""),
        _text(article.get("datePublished")),
        meta.get("article:published_time", ""),
        meta.get("datepublished", ""),
        meta.get("date", ""),
        meta.get("dc.date.issued", ""),
        page.published,
    ]
    authors = (
        _names(article.get("author")) or _names([meta.get("author", ""), meta.get("article:author", "")])[:1]
    )
    return PageFacts(
        headline=_text(article.get("headline")) or meta.get("og:title", "") or meta.get("twitter:title", ""),
        title=title,
        whole_title=meta.get("title", ""),
        description=(
            _text(article.get("description")) or meta.get("og:description", "") or meta.get("description", "")
        )[:_MAX_DESCRIPTION_CHARS],
        byline=_listed(authors),
        site=_site(next(iter(_names(article.get("publisher"))), "") or meta.get("og:site_name", "")) or tail,
        language=_language(_text(article.get("inLanguage")), page.language, meta.get("og:locale", "")),
        date=next((at for at in (moment(text, zone) for text in dates) if at is not None), None),
        expires=moment(_text(article.get("expires")) or meta.get("article:expiration_time", ""), zone),
        subject=tuple(dict.fromkeys([*_keywords(article.get("keywords")), *page.keywords]))[:20],
        rightsinfo=_text(article.get("copyrightNotice"))
        or meta.get("copyright", "")
        or meta.get("dc.rights", ""),
        uri=url or page.link or meta.get("og:url", ""),
        body=_body(article.get("articleBody")),
    )


def _is_article(each: Mapping[str, Any]) -> bool:
    kinds = each.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.fullmatch(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _title(title: str, site: str) -> tuple[str, str]:
    """A <title> without the site's name behind it, and that name."""
    tail = _TITLE_TAIL.search(title)
    if tail is not None:
        name = tail["site"].strip()
        # The title without it is shorter in any case; a source is what has the shape of a name.
        return title[: tail.start()], name if _NAME.fullmatch(name) else ""
    if site and title.endswith(site):
        return title.removesuffix(site).rstrip(" |–—»·-"), site
    return title, ""


def _site(name: str) -> str:
    """A site's name; of an address its host, of a sentence nothing."""
    # Search engines are told more than a name: "Valley Herald | News | Weather".
    name = _SCHEME.sub("", re.split(r"\s+[|–—]\s+", name)[0]).rstrip("/")
    return name if len(name) <= _MAX_SITE_CHARS else ""


def _language(*given: str) -> str:
    return next((tag for tag in (text.replace("_", "-") for text in given) if _TAG.fullmatch(tag)), "")


def _text(value: object) -> str:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return next((_text(each) for each in value if _text(each)), "")
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("@value"))
    return ""


def _names(value: object) -> list[str]:
    """Names of people or houses, however they are wrapped; addresses and programs' users are none."""
    each = value if isinstance(value, list) else [value]
    names = [_text(one) for one in each[:_MAX_NAMES]]
    return [name for name in dict.fromkeys(names) if name and not _NOBODY.fullmatch(name)]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def _keywords(value: object) -> Iterable[str]:
    texts = value if isinstance(value, list) else [value]
    for text in texts:
        if isinstance(text, str):
            yield from (one_line(part) for part in text.split(",") if one_line(part))


def _body(value: object) -> str:
    return value if isinstance(value, str) else ""
