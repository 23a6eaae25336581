"""What a story says of itself in so many words: front matter's and ninjs's keys, to a `Draft`. Pure.

The keys are ninjs's own and what writers call the same thing. Every bad value is a StoryError that says
the line, the key and what to write; a story whose embargo cannot be understood must not go out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.model.story import DEFAULT_URGENCY, PubStatus
from radiocast.newsroom.intake.byline import opens_byline, parse_byline
from radiocast.newsroom.intake.formats.draft import Draft
from radiocast.newsroom.intake.moments import moment
from radiocast.newsroom.intake.reading import one_line

# What "not given" looks like.
_NOTHING: Final = frozenset(("", "~", "null", "none", "n/a"))
_USABLE: Final = ("usable", "published", "publish", "final", "ready", "release", "released")
_WITHHELD: Final = ("withheld", "hold", "held", "on hold", "draft", "pending")
_CANCELED: Final = ("canceled", "cancelled", "kill", "killed", "withdrawn", "retracted")
_STATUSES: Final = {
    **dict.fromkeys(_USABLE, PubStatus.USABLE),
    **dict.fromkeys(_WITHHELD, PubStatus.WITHHELD),
    **dict.fromkeys(_CANCELED, PubStatus.CANCELED),
}
_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One key's value, its texts in order, and the line where it stands (0: unknown)."""

    texts: tuple[str, ...]
    line: int = 0


def draft_of(given: Mapping[str, Given], *, zone: tzinfo) -> Draft:
    """The parts that these keys give (in small letters). Dates without a zone are in `zone`.

    Raises StoryError for a date, status, urgency or flag that is none.
    """
    fields = _Fields(given, zone)
    byline, source = (
        fields.text("byline", "by", "author", "authors", joint=" and "),
        fields.text("source", "infosource", "provider"),
    )
    parsed = parse_byline(byline if opens_byline(byline) else f"By {byline}") if byline else None
    if parsed is not None:
        byline, source = parsed.writer, source or parsed.source
    return Draft(
        headline=fields.text("headline", "title"),
        description=fields.text("description_text", "description", "standfirst", "summary", "subtitle"),
        byline=byline,
        source=source,
        language=fields.text("language", "lang"),
        dateline=fields.text("dateline", "located"),
        date=fields.moment(
            "versioncreated", "date", "updated", "contentcreated", "firstcreated", "published"
        ),
        embargoed=fields.moment("embargoed", "embargo"),
        expires=fields.moment("expires"),
        # `draft: true` is what site generators call it.
        pubstatus=PubStatus.WITHHELD if fields.flag("draft") else fields.status("pubstatus", "status"),
        urgency=fields.urgency("urgency"),
        breaking=fields.flag("breaking"),
        corrects=fields.text("corrects"),
        ednote=fields.text("ednote"),
        subject=fields.texts("subject", "subjects", "tags", "keywords"),
        rightsinfo=fields.text("rightsinfo", "copyrightnotice", "usageterms", "rights"),
        uri=fields.text("uri", "link", "url"),
    )


class _Fields:
    """Values by the first of several keys that has one."""

    def __init__(self, given: Mapping[str, Given], zone: tzinfo) -> None:
        self._given = given
        self._zone = zone

    def _find(self, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...], int]:
        for key in keys:
            given = self._given.get(key)
            texts = (
                tuple(text for text in map(one_line, given.texts) if text.lower() not in _NOTHING)
                if given
                else ()
            )
            if given is not None and texts:
                return key, texts, given.line
        return "", (), 0

    def text(self, *keys: str, joint: str = ", ") -> str:
        return joint.join(self._find(keys)[1])

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Several; one text with commas in it is several too."""
        _, found, _ = self._find(keys)
        parts = found[0].split(",") if len(found) == 1 else found
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def moment(self, *keys: str) -> datetime | None:
        key, found, line = self._find(keys)
        if not key:
            return None
        at = moment(found[0], self._zone)
        if at is None:
            raise bad_value(
                line, key, found[0], "is no date: write it as 2026-03-12 06:00, or 2026-03-12T06:00+02:00"
            )
        return at

    def status(self, *keys: str) -> PubStatus:
        key, found, line = self._find(keys)
        if not key:
            return PubStatus.USABLE
        # IPTC's own codes: "stat:usable", "http://cv.iptc.org/newscodes/pubstatusg2/usable".
        word = found[0].lower().rsplit("/", 1)[-1].removeprefix("stat:").strip()
        if word not in _STATUSES:
            raise bad_value(line, key, found[0], "is no status: usable, withheld or canceled")
        return _STATUSES[word]

    def urgency(self, *keys: str) -> int:
        key, found, line = self._find(keys)
        if not key:
            return DEFAULT_URGENCY
        if found[0] not in tuple("123456789"):
            raise bad_value(line, key, found[0], "is no urgency: 1 (most urgent) to 9")
        return int(found[0])

    def flag(self, *keys: str) -> bool:
        key, found, line = self._find(keys)
        if key and found[0].lower() not in _FLAGS:
            raise bad_value(line, key, found[0], "is neither yes nor no")
        return bool(key) and _FLAGS[found[0].lower()]


def bad_value(line: int, key: str, value: str, why: str) -> StoryError:
    """The error of a value that cannot be what its key wants."""
    place = f"line {line}: " if line else ""
    shown = value if len(value) <= 60 else value[:60] + "…"
    return StoryError(f"{place}{key}: {shown!r} {why}")
