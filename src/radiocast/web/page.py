"""The station's page: HTML with the state of the air in it, so that it says all without JavaScript.

Owns: how the page is put together, its words, and its Content-Security-Policy.
Must not know: requests. Everything that comes from outside passes `escape` on its way in; the style and
the script are inlined from the package and allowed by their hash, so that nothing else can run.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import Final, TypeVar

from radiocast.config.station import Identity
from radiocast.model.block import MountSpec
from radiocast.model.play import Kind
from radiocast.web.playlists import FORMS, stem
from radiocast.web.status_model import HeadlineShape, HistoryShape, NextShape, OnAirShape, StatusDocument

# What a listener calls it, and the colour it has (a class in the style sheet). station.js has the same table.
KIND_WORDS: Final = {
    Kind.TRACK: ("Music", "music"),
    Kind.SUSTAINER: ("Music", "music"),
    Kind.BULLETIN: ("News", "news"),
    Kind.STORY: ("News", "news"),
    Kind.IDENT: ("Station", "station"),
    Kind.SWEEPER: ("Station", "station"),
    Kind.PROMO: ("Promo", "station"),
    Kind.FILE: ("Programme", "music"),
    Kind.LIVE: ("Live", "news"),
    Kind.EMERGENCY: ("Stand-in", "station"),
}
# What a listener would not call a programme; staff see it in `/status`.
UNLISTED: Final = frozenset({Kind.IDENT, Kind.SWEEPER, Kind.EMERGENCY})
# Longer lines are set smaller, so that the play button stays on a phone's first screen.
LONG_HEADING: Final = 64
NEXT_SHOWN: Final = 6
HISTORY_SHOWN: Final = 12
HEADLINES_SHOWN: Final = 12
_NEWS_LINKS: Final = (
    '<p class="further"><a href="/news">All the news</a> <a href="/podcast.xml">Podcast</a> '
    '<a href="/news.xml">RSS</a></p>'
)


Item = TypeVar("Item", bound=NextShape)


def asset(name: str) -> str:
    """A text file of the package's."""
    return files("radiocast.web").joinpath("assets", name).read_text(encoding="utf-8")


def csp_hash(text: str) -> str:
    """A source expression of CSP level 2 for inline text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def clock_time(moment: datetime) -> str:
    """`14:05` in the zone that the moment carries."""
    return moment.strftime("%H:%M")


def length(seconds: float) -> str:
    """`3:07`, or `1:02:03` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class StationPage:
    """The page of one station; `render` fills it for one look at the air."""

    def __init__(
        self,
        identity: Identity,
        mounts: Sequence[MountSpec],
        *,
        burst_s: float,
        publishes: bool = False,
    ) -> None:
        """`publishes`: there are pages of the news and a podcast, too."""
        self._identity = identity
        self._mounts = tuple(mounts)
        self._burst_s = burst_s
        self._publishes = publishes
        self._template = Template(asset("station.html"))
        self._style, self._script = asset("station.css"), asset("station.js")
        self.favicon: Final = asset("favicon.svg")
        self.content_security_policy: Final = "; ".join(
            (
                "default-src 'none'",
                f"style-src {csp_hash(self._style)}",
                f"script-src {csp_hash(self._script)}",
                "img-src 'self'",
                "media-src 'self'",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    def render(self, document: StatusDocument, base: str) -> str:
        """The page as it is now. `base` is the address under which the asker knows us."""
        station, now = document.station, document.on_air
        heading, by = _said(now)
        word, colour = KIND_WORDS[now.kind] if now else ("", "station")
        lamp, note = _lamp(document)
        description = station.slogan or f"{station.name}, live on the internet."
        return self._template.substitute(
            style=self._style,
            script=self._script,
            language=escape(station.language),
            name=escape(station.name),
            slogan=escape(station.slogan),
            title=escape(f"{heading} · {station.name}" if now else station.name),
            description=escape(description),
            base=escape(base),
            stream=escape(base + (self._mounts[0].path if self._mounts else "/")),
            path=escape(self._mounts[0].path if self._mounts else "/"),
            burst=f"{self._burst_s:g}",
            lamp=lamp,
            lamp_text={"on": "On air", "cover": "Stand-in", "off": "Off air"}[lamp],
            note=escape(note),
            kind=word,
            kind_class=colour,
            kind_hidden="" if now and lamp != "cover" else "hidden",
            heading=escape(heading),
            heading_class="long" if len(heading) > LONG_HEADING else "",
            by=escape(by),
            progress=_progress(now),
            clock=clock_time(station.now),
            clock_iso=escape(station.now.isoformat(timespec="seconds")),
            timezone=escape(station.timezone),
            qualities="".join(_quality(mount) for mount in self._mounts),
            qualities_hidden="" if len(self._mounts) > 1 else "hidden",
            headlines="".join(_headline(h, now) for h in document.newsroom.headlines[:HEADLINES_SHOWN])
            or '<li class="none">No stories just now.</li>',
            next="".join(_coming(coming) for coming in _listed(document.next)[:NEXT_SHOWN])
            or '<li class="none">To be announced.</li>',
            history="".join(_aired(aired) for aired in _listed(document.history)[:HISTORY_SHOWN])
            or '<li class="none">Nothing yet: the station has just come on.</li>',
            addresses="".join(self._address(mount, base) for mount in self._mounts),
            listeners=_listeners(document.listeners.current),
            website=_website(station.url),
            alternates=_alternates(station.name, base) if self._publishes else "",
            news_links=_NEWS_LINKS if self._publishes else "",
            version=escape(document.version),
        )

    def _address(self, mount: MountSpec, base: str) -> str:
        url = escape(base + mount.path)
        playlists = " ".join(
            f'<a href="{escape(stem(mount.path) + form.ending)}">{form.ending[1:].upper()}</a>'
            for form in FORMS
        )
        return (
            f'<li><span class="rate">{_rate(mount)}</span><code>{url}</code>'
            f'<button type="button" class="copy" data-copy="{url}" hidden>Copy'
            f'<span class="unseen"> {url}</span></button><span class="lists">{playlists}</span></li>'
        )


def _said(now: OnAirShape | None) -> tuple[str, str]:
    """The big line and the small one under it."""
    if now is None:
        return "Coming on the air", ""
    if now.kind is Kind.EMERGENCY:
        return "Just a moment", ""  # its title is the station's name, which the page has already
    return now.headline or now.title or now.stream_title, now.artist


def _lamp(document: StatusDocument) -> tuple[str, str]:
    """The lamp's state and a sentence for listeners; staff have `/status`."""
    if not document.output.sound:
        return "off", "No sound is going out at the moment. We are on it."
    if document.on_air is not None and document.on_air.kind is Kind.EMERGENCY:
        return "cover", "Stand-in music plays until the studio is ready."
    return "on", ""


def _progress(now: OnAirShape | None) -> str:
    """The dial's needle, placed by attribute (a style attribute would need a laxer policy)."""
    share = min(1.0, now.elapsed_s / now.duration_s) if now and now.duration_s else None
    place = (
        "-9" if share is None else f"{share * 100:.2f}"
    )  # off the dial while nobody knows where it belongs
    return (
        f'<span id="elapsed">{length(now.elapsed_s) if now else ""}</span>'
        '<svg class="dial" id="dial" role="progressbar" aria-label="How far it has played" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{0 if share is None else round(share * 100)}" '
        'viewBox="0 0 100 10" preserveAspectRatio="none">'
        f'<line id="needle" x1="{place}" x2="{place}" y1="0" y2="10" '
        'vector-effect="non-scaling-stroke"/></svg>'
        f'<span id="left">{length(now.duration_s) if now and now.duration_s else ""}</span>'
    )


def _listed(items: Sequence[Item]) -> Sequence[Item]:
    return [item for item in items if item.kind not in UNLISTED]


def _row(at: datetime, kind: Kind, title: str, by: str) -> str:
    word, colour = KIND_WORDS[kind]
    return (
        f'<li><time datetime="{escape(at.isoformat(timespec="seconds"))}">{clock_time(at)}</time>'
        f'<span class="kind {colour}">{word}</span>'
        f'<span class="what"><b>{escape(title)}</b>{f" <i>{escape(by)}</i>" if by else ""}</span></li>'
    )


def _coming(coming: NextShape) -> str:
    return _row(coming.at, coming.kind, coming.title, coming.artist)


def _aired(aired: HistoryShape) -> str:
    return _row(aired.at, aired.kind, aired.headline or aired.title, aired.artist)


def _headline(story: HeadlineShape, now: OnAirShape | None) -> str:
    reading = now is not None and now.headline == story.headline
    credit = " · ".join(part for part in (escape(story.source), _story_time(story.at)) if part)
    return (
        f"<li{' class=reading' if reading else ''}><h3>{_linked(story)}</h3>"
        + (f"<p>{escape(story.description)}</p>" if story.description else "")
        + f'<p class="credit">{"<em>Being read now</em> · " if reading else ""}{credit}</p></li>'
    )


def _linked(story: HeadlineShape) -> str:
    """The headline, which leads to the story's page once it has one."""
    words = escape(story.headline)
    return f'<a href="{escape(story.page)}">{words}</a>' if story.page else words


def _alternates(name: str, base: str) -> str:
    return "\n".join(
        f'<link rel="alternate" type="application/rss+xml" title="{escape(name)}: {what}" '
        f'href="{escape(base)}/{what}.xml">'
        for what in ("news", "podcast")
    )


def _story_time(at: datetime) -> str:
    """`Sun 14:05`: a story may be days old, and a bare time would make it look like today's."""
    iso = escape(at.isoformat(timespec="seconds"))
    return f'<time datetime="{iso}">{at.strftime("%a")} {clock_time(at)}</time>'


def _rate(mount: MountSpec) -> str:
    return f"{mount.bitrate_kbps} kbit/s {'mono' if mount.channels == 1 else 'stereo'}"


def _quality(mount: MountSpec) -> str:
    return f'<option value="{escape(mount.path)}">{_rate(mount)}</option>'


def _listeners(count: int) -> str:
    return "1 listener" if count == 1 else f"{count:,} listeners"


def _website(url: str) -> str:
    """A link to the station's own site; only to the web, never `javascript:`."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    return f'<a href="{escape(url)}" rel="noopener">{escape(url.partition("://")[2].rstrip("/"))}</a>'
