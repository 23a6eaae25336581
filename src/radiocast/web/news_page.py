"""The pages of the news: the list, a story, and what is said where a story was withdrawn.

Owns: HTML, and its Content-Security-Policy.
Must not know: requests. Stories come from anywhere: every word of theirs passes `xml` on its way in.
There is no script; the style is inlined and allowed by its hash.
"""

from collections.abc import Sequence
from datetime import datetime
from string import Template
from typing import Final
from zoneinfo import ZoneInfo

from radiocast import __version__
from radiocast.config.station import Identity
from radiocast.model.published import Chapter, Episode, Listed, PublishedStory, page_name
from radiocast.model.story import Credit
from radiocast.web.archive import Published
from radiocast.web.news_article import is_web, modified, news_article
from radiocast.web.page import asset, csp_hash, length
from radiocast.web.xml_text import one_line, xml

STORIES_A_PAGE: Final = 60
_EPISODES_SHOWN: Final = 5
# Of a description this much is shown where a page is shared.
_SHARED_CHARS: Final = 300


class NewsPages:
    """The pages of one station. `base` is everywhere the address under which the asker knows us."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._zone = ZoneInfo(identity.timezone)
        self._template = Template(asset("news.html"))
        self._style = asset("news.css")
        self.content_security_policy: Final = "; ".join(
            (
                "default-src 'none'",
                f"style-src {csp_hash(self._style)}",
                "img-src 'self'",
                "media-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    def story(self, story: PublishedStory, published: Published, base: str) -> str:
        """A story's page."""
        url = f"{base}/news/{page_name(story.slug)}"
        corrections = published.corrections.get(story.slug, ())
        parts = [
            *(self._correction(each) for each in corrections),
            f'<article lang="{_language(story.language, self._identity)}">',
            f"<h1>{xml(one_line(story.headline))}</h1>",
        ]
        if story.description_text:
            parts.append(f'<p class="standfirst">{xml(one_line(story.description_text))}</p>')
        if story.credits:
            parts.append(f'<p class="credit" lang="en">{_credits(story.credits)}</p>')
        parts.append(f'<p class="dates" lang="en">{self._dates(story)}</p>')
        parts.append(self._corrected(story, published))
        if story.audio is not None:
            parts.append(_audio(f"/news/{page_name(story.slug)}.mp3", story.audio.duration_s))
        parts += ['<div class="body">', *_paragraphs(story), "</div>"]
        if story.rightsinfo:
            parts.append(f'<p class="small">{xml(one_line(story.rightsinfo))}</p>')
        if is_web(story.uri):
            href = xml(story.uri)
            parts.append(f'<p class="small" lang="en"><a href="{href}" rel="noopener">The original</a></p>')
        parts.append("</article>")
        parts.append(self._heard(story, published))
        parts.append(self._related(story, published))
        description = _shortened(story.description_text or (story.body_text or ("",))[0])
        head = [
            f'<link rel="canonical" href="{xml(url)}">',
            '<meta property="og:type" content="article">',
            f'<meta property="og:site_name" content="{xml(self._identity.name)}">',
            f'<meta property="og:title" content="{xml(one_line(story.headline))}">',
            f'<meta property="og:description" content="{xml(description)}">',
            f'<meta property="og:url" content="{xml(url)}">',
            f'<meta property="og:image" content="{xml(base)}{published.picture}">',
            f'<meta property="article:published_time" content="{self._iso(story.firstaired)}">',
            f'<meta property="article:modified_time" content="{self._iso(modified(story))}">',
        ]
        if story.audio is not None:
            head += [
                f'<meta property="og:audio" content="{xml(url)}.mp3">',
                '<meta property="og:audio:type" content="audio/mpeg">',
            ]
        ld = news_article(
            story,
            corrections,
            identity=self._identity,
            url=url,
            base=base,
            picture=published.picture,
        )
        head.append(f'<script type="application/ld+json">{ld}</script>')
        return self._whole(
            base,
            title=f"{one_line(story.headline)} · {self._identity.name}",
            description=description,
            head="\n".join(head),
            main="\n".join(part for part in parts if part),
        )

    def listing(self, published: Published, page: int, base: str) -> str | None:
        """The list of stories, `page` counted from 1; None where there is no such page."""
        stories = list(published.stories.values())
        pages = max(1, -(-len(stories) // STORIES_A_PAGE))
        if not 1 <= page <= pages:
            return None
        shown = stories[(page - 1) * STORIES_A_PAGE : page * STORIES_A_PAGE]
        parts = ['<div class="page">', "<h1>The news</h1>"]
        if page == 1:
            parts.append(self._latest(published))
        parts.append('<section class="more" aria-labelledby="h-stories"><h2 id="h-stories">Stories</h2>')
        parts.append(
            f'<ol class="list">{"".join(map(self._listed, shown))}</ol>'
            if shown
            else '<p class="small">No story has been read yet; the next bulletin will have some.</p>'
        )
        older = (
            f'<a href="/news?page={page + 1}" rel="next">Older stories</a>'
            if page < pages
            else "<span></span>"
        )
        newer = (
            f'<a href="/news?page={page - 1}" rel="prev">Newer stories</a>' if page > 1 else "<span></span>"
        )
        if pages > 1:
            parts.append(f'<nav class="pages" aria-label="Pages">{newer}{older}</nav>')
        parts.append("</section></div>")
        url = f"{base}/news" if page == 1 else f"{base}/news?page={page}"
        description = f"What {self._identity.name} has reported, to read and to hear."
        head = (
            f'<link rel="canonical" href="{xml(url)}">\n<meta property="og:type" content="website">\n'
            f'<meta property="og:title" content="{xml(self._identity.name)}: the news">\n'
            f'<meta property="og:url" content="{xml(url)}">\n'
            f'<meta property="og:image" content="{xml(base)}{published.picture}">'
        )
        return self._whole(
            base,
            title=f"News · {self._identity.name}",
            description=description,
            head=head,
            main="\n".join(parts),
            here=page == 1,
        )

    def withdrawn(self, base: str) -> str:
        """What is said in a withdrawn story's place; nothing of the story, not even what it was called."""
        return self._whole(
            base,
            title=f"Withdrawn · {self._identity.name}",
            description="This story has been withdrawn.",
            head='<meta name="robots" content="noindex">',
            main="<h1>This story has been withdrawn</h1>\n"
            '<p class="standfirst">The newsroom no longer stands by it. What else there is: '
            '<a href="/news">the news</a>.</p>',
        )

    def _whole(
        self, base: str, *, title: str, description: str, head: str, main: str, here: bool = False
    ) -> str:
        return self._template.substitute(
            style=self._style,
            name=xml(self._identity.name),
            title=xml(title),
            description=xml(description),
            base=xml(base),
            head=head,
            main=main,
            here=' aria-current="page"' if here else "",
            website=_website(self._identity.url),
            version=xml(__version__),
        )

    def _correction(self, correction: Listed) -> str:
        """At the top of what was wrong: that it was, and where it is put right."""
        text = correction.description_text
        return (
            '<aside class="correction" aria-label="Correction"><p class="label">Correction</p>'
            f'<p lang="{_language(correction.language, self._identity)}">'
            f'<a href="/news/{page_name(correction.slug)}">{xml(one_line(correction.headline))}</a></p>'
            + (f"<p>{xml(one_line(text))}</p>" if text else "")
            + f'<p class="small">{self._time(correction.firstaired)}</p></aside>'
        )

    def _corrected(self, story: PublishedStory, published: Published) -> str:
        """In a correction: what it corrects."""
        wrong = published.stories.get(page_name(story.corrects)) if story.corrects else None
        if wrong is None:
            return ""
        return (
            f'<p class="small" lang="en">This corrects: <a href="/news/{page_name(wrong.slug)}" '
            f'lang="{_language(wrong.language, self._identity)}">{xml(one_line(wrong.headline))}</a></p>'
        )

    def _dates(self, story: PublishedStory) -> str:
        written = f"Written {self._time(story.versioncreated)}"
        first, last = self._time(story.firstaired), self._time(story.lastaired)
        aired = f"on the air {first}" + (f", last {last}" if first != last else "")
        return f"{written} · {aired}"

    def _heard(self, story: PublishedStory, published: Published) -> str:
        episodes = [published.episodes[id_] for id_ in reversed(story.episodes) if id_ in published.episodes]
        if not episodes:
            return ""
        rows = "".join(_episode(each, _chapter_of(each, story.slug)) for each in episodes[:_EPISODES_SHOWN])
        return (
            '<section class="more" aria-labelledby="h-heard"><h2 id="h-heard">Heard in</h2>'
            f'<ul class="heard">{rows}</ul></section>'
        )

    def _latest(self, published: Published) -> str:
        episodes = list(published.episodes.values())[:_EPISODES_SHOWN]
        if not episodes:
            return ""
        first = episodes[0]
        rows = "".join(_episode(each, None) for each in episodes[1:])
        return (
            '<section aria-labelledby="h-latest"><h2 class="day" id="h-latest">Latest bulletin</h2>'
            f'<figure class="sound"><figcaption>{xml(one_line(first.title))} '
            f"<span>{length(first.duration_s)}</span></figcaption>"
            f'<audio controls preload="none" src="/podcast/{xml(first.id)}.mp3" '
            f'aria-label="{xml(one_line(first.title))}"></audio></figure>'
            + (f'<ul class="heard">{rows}</ul>' if rows else "")
            + '<p class="small">Every bulletin comes as a podcast, too: put the address of '
            '<a href="/podcast.xml">this feed</a> into your podcast app.</p></section>'
        )

    def _related(self, story: PublishedStory, published: Published) -> str:
        near = [published.stories.get(page_name(slug)) for slug in story.related]
        rows = "".join(self._listed(each) for each in near if each is not None)
        if not rows:
            return ""
        return (
            '<section class="more" aria-labelledby="h-related"><h2 id="h-related">Related stories</h2>'
            f'<ul class="list">{rows}</ul></section>'
        )

    def _listed(self, story: Listed) -> str:
        credit = " · ".join(
            part for part in (xml(one_line(story.source)), self._time(story.lastaired)) if part
        )
        text = story.description_text
        return (
            f'<li lang="{_language(story.language, self._identity)}">'
            f'<h3><a href="/news/{page_name(story.slug)}">{xml(one_line(story.headline))}</a></h3>'
            + (f"<p>{xml(one_line(text))}</p>" if text else "")
            + f'<p class="small" lang="en">{"Correction · " if story.corrects else ""}{credit}</p></li>'
        )

    def _time(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f'<time datetime="{self._iso(moment)}">{local.day} {local:%B %Y, %H:%M}</time>'

    def _iso(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat(timespec="seconds")


def _credits(credits_: Sequence[Credit]) -> str:
    first, *others = credits_
    text = _credit(first, "By ")
    if others:
        text += " · also reported by " + ", ".join(_credit(each, "") for each in others)
    return text


def _credit(credit: Credit, by: str) -> str:
    writer = f"{by}<b>{xml(one_line(credit.byline))}</b>" if credit.byline else ""
    return ", ".join(part for part in (writer, xml(one_line(credit.source))) if part)


def _paragraphs(story: PublishedStory) -> list[str]:
    place = f'<span class="dateline">{xml(one_line(story.dateline))}</span> – ' if story.dateline else ""
    texts = [xml(one_line(text)) for text in story.body_text]
    return [f"<p>{place if not number else ''}{text}</p>" for number, text in enumerate(texts)]


def _audio(src: str, duration_s: float) -> str:
    return (
        '<figure class="sound" lang="en"><figcaption>Listen to this story '
        f"<span>{length(duration_s)}</span></figcaption>"
        f'<audio controls preload="none" src="{xml(src)}" aria-label="Listen to this story"></audio></figure>'
    )


def _chapter_of(episode: Episode, slug: str) -> Chapter | None:
    return next((chapter for chapter in episode.chapters if chapter.slug == slug), None)


def _episode(episode: Episode, chapter: Chapter | None) -> str:
    # A media fragment: browsers begin there.
    start = f"#t={chapter.start_s:.1f}" if chapter is not None and chapter.start_s > 0 else ""
    return (
        f'<li><a href="/podcast/{xml(episode.id)}.mp3{start}">{xml(one_line(episode.title))}</a>'
        f"<span>{length(episode.duration_s)}</span></li>"
    )


def _language(language: str, identity: Identity) -> str:
    return xml(one_line(language or identity.language))


def _website(url: str) -> str:
    """A link to the station's own site; only to the web, never `javascript:`."""
    if not is_web(url):
        return ""
    return f'<a href="{xml(url)}" rel="noopener">{xml(url.partition("://")[2].rstrip("/"))}</a>'


def _shortened(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= _SHARED_CHARS else words[: _SHARED_CHARS - 1].rsplit(" ", 1)[0] + "…"
