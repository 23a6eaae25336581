"""A feed as it was read, and what is kept of it, to what is kept from now on. Pure: the time is an argument.

Rules, in order:

1. An entry is the same as long as its identity is. Its slug is made once, from its first headline.
2. What it says now replaces what it said. `versioncreated` moves only when that is something else.
3. A date in the future, or none, is the time of the first sighting.
4. What is withdrawn is canceled: by a tombstone, by its status, by a headline "KILL:" or "WITHDRAWN:" of its
   own, or of another entry that can be tied to it. It never comes back.
5. "CORRECTION:" is a correction: of the known entry that it can be tied to, else of what the desk finds by
   its name.
6. An entry that the feed has no more stays until it expires. One that is older than that is not taken.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from radiocast.config.station import FeedConfig
from radiocast.model.story import PubStatus, Story, Withheld
from radiocast.newsroom.intake import notices
from radiocast.newsroom.intake.articles import name_of
from radiocast.newsroom.wire.headlines import corrected, killed, marked, same_words
from radiocast.newsroom.wire.naming import medium, slug_of
from radiocast.newsroom.wire.values import Entry, Kept, Page, ParsedFeed

# A minute's reading: what is shorter is mostly a summary of something on a page.
_ARTICLE_CHARS: Final = 900
# "BREAKING:" before a headline: what agencies give such a story.
_URGENT: Final = 2
_STRICTER: Final = (PubStatus.USABLE, PubStatus.WITHHELD, PubStatus.CANCELED)


def merge(
    feed: FeedConfig, known: Iterable[Kept], parsed: ParsedFeed, *, now: datetime, zone: tzinfo = UTC
) -> tuple[tuple[Kept, ...], tuple[Withheld, ...]]:
    """(what is kept from now on, newest first; entries that give no story, and why).

    `zone` is where a time without one ("EMBARGOED UNTIL 6PM") is meant.
    """
    by_id = {kept.id: kept for kept in known}
    withheld = list(parsed.unreadable)
    present: set[str] = set()
    oldest = now - timedelta(seconds=feed.expire_after_s)
    # Oldest first: a correction finds what it corrects also where both come at once.
    for entry in reversed(parsed.entries):
        present.add(entry.id)
        before = by_id.get(entry.id)
        if before is None and entry.when is not None and entry.when <= oldest:
            continue
        if before is None and killed(entry.headline) is not None:
            target = _target(entry, by_id.values(), by_headline=True)
            if target is not None:
                by_id[target.id] = _canceled(target, now)
                withheld.append(
                    Withheld(file=entry.headline, reason=f"it withdraws the story {target.story.slug}")
                )
                continue
        by_id[entry.id] = _kept(feed, parsed, entry, before, by_id.values(), now=now, zone=zone)
    for identity in parsed.deleted:
        if identity in by_id:
            by_id[identity] = _canceled(by_id[identity], now)
    return prune(feed, by_id.values(), now=now, present=present), tuple(withheld)


def prune(
    feed: FeedConfig, kept: Iterable[Kept], *, now: datetime, present: set[str] | None = None
) -> tuple[Kept, ...]:
    """What is kept, newest first, without what has expired.

    `present` are the entries in the feed; None: as they were. Those that are there stay although they have
    expired, lest one without a date were new again tomorrow; they are too old to be shown.
    """
    oldest = now - timedelta(seconds=feed.expire_after_s)
    marked = [
        each
        if present is None or each.present is (each.id in present)
        else replace(each, present=not each.present)
        for each in kept
    ]
    alive = [each for each in marked if each.present or each.story.versioncreated > oldest]
    alive.sort(key=lambda each: each.story.versioncreated, reverse=True)
    # Twice: once what is in the feed, once what was.
    return tuple(alive[: 2 * feed.max_stories])


def shown(feed: FeedConfig, kept: Iterable[Kept]) -> tuple[Story, ...]:
    """The stories of a feed as the desk gets them: the newest, and what its configuration says of all."""
    newest = sorted(kept, key=lambda each: each.story.versioncreated, reverse=True)[: feed.max_stories]
    return tuple(_shown(feed, each.story) for each in newest)


def _shown(feed: FeedConfig, story: Story) -> Story:
    ends = story.versioncreated + timedelta(seconds=feed.expire_after_s)
    expires = ends if story.expires is None else min(ends, story.expires)
    return replace(story, feed=feed.name, expires=expires, stale_after_s=feed.stale_after_s)


def with_page(kept: Kept, page: Page, body: tuple[str, ...], byline: str) -> Kept:
    """An entry with the text of its page; with no body the feed's own stays."""
    if not body:
        return replace(kept, page=page)
    story = replace(kept.story, body_text=body, byline=kept.story.byline or byline)
    return replace(kept, page=page, story=story)


def _kept(
    feed: FeedConfig,
    parsed: ParsedFeed,
    entry: Entry,
    before: Kept | None,
    others: Iterable[Kept],
    *,
    now: datetime,
    zone: tzinfo,
) -> Kept:
    digest = _digest(entry)
    summary = sum(map(len, entry.body)) < _ARTICLE_CHARS
    if before is not None and before.story.pubstatus is PubStatus.CANCELED:
        # By whomever it was withdrawn, it does not come back.
        return replace(before, digest=digest)
    written = entry.when or (now if before is None else before.first_seen)
    story = _story(feed, parsed, entry, written=written, zone=zone)
    story = replace(story, versioncreated=min(entry.when or now, now))
    corrects = _corrects(entry, others)
    if before is None:
        slug = slug_of(feed.name, entry, {each.story.slug for each in others})
        return Kept(
            id=entry.id,
            link=entry.link,
            first_seen=now,
            digest=digest,
            summary=summary,
            story=replace(story, slug=slug, corrects=corrects),
        )
    was = before.story
    page = before.page
    # An entry that corrects itself is a new version, and no correction of another. What was tied stays so.
    tied = corrects if was.corrects and corrects in {each.story.slug for each in others} else was.corrects
    story = replace(story, slug=was.slug, corrects=tied)
    if feed.full_text and (page.taken or page.etag or page.modified):
        # The page's text is the better one, until the page is read again.
        story = replace(story, body_text=was.body_text, byline=story.byline or was.byline)
        page = page if digest == before.digest else replace(page, taken=False, tries=0)
    if killed(entry.headline) is not None:
        # What is withdrawn is known by the headline it had.
        story = replace(story, headline=was.headline)
    if _content(story) == _content(was):
        story = replace(story, versioncreated=was.versioncreated)
    elif not was.versioncreated < story.versioncreated:
        story = replace(story, versioncreated=now)
    return replace(before, link=entry.link, digest=digest, summary=summary, story=story, page=page)


def _story(feed: FeedConfig, parsed: ParsedFeed, entry: Entry, *, written: datetime, zone: tzinfo) -> Story:
    """The entry's story, with what its notices ("EMBARGOED UNTIL ...") come to; no slug yet."""
    source = entry.source or feed.source or medium(parsed.title)
    nobody = entry.byline.casefold() in {source.casefold(), parsed.title.casefold()}
    marks = marked(entry.headline)
    lines = tuple((line.rule, line.text) for line in entry.dropped if line.rule in notices.NAMES)
    told = notices.sum_up((*marks.said, *lines), zone=zone, written=written)
    embargoes = [each for each in (entry.embargoed, told.embargoed) if each is not None]
    usual = min(feed.urgency, _URGENT) if told.urgent else feed.urgency
    return Story(
        slug="",
        headline=marks.headline or entry.headline,
        description_text=entry.description,
        byline="" if nobody else entry.byline,
        source=source,
        body_text=entry.body,
        # Of an entry that has the feed's own language nobody knows whether anybody thought of it.
        language=(entry.language if entry.language != parsed.language else "")
        or feed.language
        or parsed.language,
        dateline=entry.dateline,
        versioncreated=written,
        embargoed=max(embargoes, default=None),
        expires=entry.expires,
        pubstatus=max(entry.pubstatus, told.pubstatus, key=_STRICTER.index),
        urgency=entry.urgency or usual,
        ednote="; ".join(text for text in (entry.ednote, *told.words) if text),
        subject=entry.subject,
        rightsinfo=entry.rightsinfo,
        uri=entry.link or entry.id,
        feed=feed.name,
        dropped=entry.dropped,
    )


def _content(story: Story) -> tuple[object, ...]:
    return (
        story.headline,
        story.description_text,
        story.byline,
        story.body_text,
        story.pubstatus,
        story.embargoed,
    )


def _canceled(kept: Kept, now: datetime) -> Kept:
    if kept.story.pubstatus is PubStatus.CANCELED:
        return kept
    return replace(kept, story=replace(kept.story, pubstatus=PubStatus.CANCELED, versioncreated=now))


def _corrects(entry: Entry, others: Iterable[Kept]) -> str:
    """What a correction corrects: a slug of this feed's, else the name by which the desk finds the story."""
    bare = corrected(entry.headline)
    if not entry.corrects and bare is None:
        return ""
    target = _target(entry, others, by_headline=False)
    return target.story.slug if target is not None else entry.corrects or name_of(bare or "")


def _target(entry: Entry, others: Iterable[Kept], *, by_headline: bool) -> Kept | None:
    """The known story that an entry is about: what it refers to, what has its link, what has its headline."""
    known = [kept for kept in others if kept.id != entry.id and not kept.story.corrects]
    refs = set(entry.refs)
    for kept in known:
        if refs & {kept.id, kept.link, kept.story.slug} - {""}:
            return kept
    for kept in known:
        if entry.link and kept.link == entry.link:
            return kept
    words = same_words(entry.headline)
    if not by_headline or not words:
        return None
    return next((kept for kept in known if same_words(kept.story.headline) == words), None)


def _digest(entry: Entry) -> str:
    said = "\x00".join((entry.headline, entry.description, entry.byline, *entry.body))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
