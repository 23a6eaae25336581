# ruff: noqa: E501 - a pattern is read whole
"""Dates and times as newspapers, wires and front matter write them, to instants. Pure: no clock.

"2026-03-12T06:00+02:00", "12 March 2026, 6am", "06:00 GMT, Thursday March 12". What has no zone is in the
zone given; what has no year or no day is the one nearest to, or next after, the moment given.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

# Names that mean one offset in the news; "IST" and "CST" mean several and are not among them.
_OFFSET_H: Final = {
    "Z": 0, "GMT": 0, "UTC": 0, "WET": 0, "BST": 1, "WAT": 1, "CET": 1, "CEST": 2, "CAT": 2, "SAST": 2,
    "EET": 2, "EEST": 3, "EAT": 3, "MSK": 3, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13,
}  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"(?<!\d){_DAY}(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?(?![\d:])",
        rf"\b{_MONTH} {_DAY}(?:,? (?P<year>\d{{4}}))?(?![\d:])",
    )
)
_CLOCKS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d:])(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.]\d\d)?(?:\.\d{1,9})? ?(?P<half>[ap]\.?m\b\.?)?(?: ?(?:hrs|hours))?",
        r"(?<![\d:])(?P<hour>\d{1,2})(?P<minute>) ?(?P<half>[ap]\.?m\b\.?)",
        r"(?<![\d:])(?P<hour>\d\d)(?P<minute>\d\d)(?P<half>)(?: ?(?:hrs|hours))?(?!\d)",
        r"\b(?:(?P<noon>noon|midday)|midnight)\b",
    )
)
_OFFSET: Final = re.compile(
    r"(?:\b(?:gmt|utc) ?)?(?P<sign>[+-])(?P<h>\d\d?):?(?P<m>\d\d)?(?!\d)", re.IGNORECASE
)
_ZONE: Final = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_OFFSET_H)})(?![A-Za-z])")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?", re.IGNORECASE
)
_LITTLE: Final = re.compile(r"\b(?:at|on|the|of|from|local time|time)\b|[\s,;()T/|-]+|\.$", re.IGNORECASE)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{8}(?:T|$)", re.ASCII)
_SPACED_OFFSET: Final = re.compile(r"\s+(?=([+-]\d\d:?\d\d|Z)$)")
# What says when something happened is short.
_MAX_CHARS: Final = 80


def moment(text: str, zone: tzinfo, *, near: datetime | None = None) -> datetime | None:
    """The instant that this text is, in UTC, or None: it is not one, or not one that is certain.

    The whole text must be date and time; one without a time of day is its midnight. `near` is when the text was
    written: without a year it is the nearest such day, without a day the next such time after it; without
    `near`, such text is none.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MAX_CHARS:
        return None
    try:
        given = datetime.fromisoformat(_SPACED_OFFSET.sub("", text)) if _ISO.match(text) else None
    except ValueError:
        given = None
    try:
        return _in_utc(given, zone) if given is not None else _written(text, zone, near)
    except (ValueError, OverflowError):  # the 31st of February, 27 o'clock, the year 0
        return None


def _in_utc(local: datetime, zone: tzinfo) -> datetime:
    return (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)


def _written(text: str, zone: tzinfo, near: datetime | None) -> datetime | None:
    day, rest = _take(_DATES, text)
    # The offset goes first: "+02:00" has the shape of a time of day.
    offset = (
        _OFFSET.search(rest)
        if re.search(r"\d[:.]?\d\d.*[+-]\d|gmt ?[+-]|utc ?[+-]", rest, re.IGNORECASE)
        else None
    )
    if offset is not None:
        rest = rest[: offset.start()] + " " + rest[offset.end() :]
        delta = timedelta(hours=int(offset["h"]), minutes=int(offset["m"] or 0))
        zone = timezone(-delta if offset["sign"] == "-" else delta)
    clock, rest = _take(_CLOCKS, rest)
    named = _ZONE.search(rest) if offset is None else None
    if named is not None:
        rest = rest[: named.start()] + " " + rest[named.end() :]
        zone = timezone(timedelta(hours=_OFFSET_H[named[0]]))
    weekday = _WEEKDAY.search(rest)
    if _LITTLE.sub("", _WEEKDAY.sub("", rest)):
        return None
    at = _time(clock)
    if day is None:
        # "2015" alone is rather a year than a quarter past eight.
        bare = text.isdigit()
        return None if clock is None or near is None or bare else _next(at, zone, near, weekday)
    month = (
        int(day["number"]) if "number" in day.re.groupindex else _MONTHS.index(day["month"][:3].lower()) + 1
    )
    if day["year"]:
        return datetime.combine(date(int(day["year"]), month, int(day["day"])), at, zone).astimezone(UTC)
    if near is None:
        return None
    years = [near.year - 1, near.year, near.year + 1]
    found = [
        datetime.combine(date(year, month, int(day["day"])), at, zone)
        for year in years
        if _exists(year, month, int(day["day"]))
    ]
    return min(found, key=lambda each: abs(each - near)).astimezone(UTC) if found else None


def _next(at: time, zone: tzinfo, near: datetime, weekday: re.Match[str] | None) -> datetime | None:
    """The next time that it is so late, on that day of the week if one is named, from `near` on."""
    local = near.astimezone(zone)
    for days in range(9):
        found = datetime.combine(local.date() + timedelta(days=days), at, zone)
        wanted = weekday is None or _WEEKDAYS.index(weekday[0][:3].lower()) == found.weekday()
        if wanted and found >= local:
            return found.astimezone(UTC)
    return None


def _take(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[re.Match[str] | None, str]:
    """The first pattern's match, and the text without it."""
    for pattern in patterns:
        match = pattern.search(text)
        if match is not None:
            return match, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _time(clock: re.Match[str] | None) -> time:
    if clock is None:
        return time()
    if "noon" in clock.re.groupindex:
        return time(12 if clock["noon"] else 0)
    hour, half = int(clock["hour"]), (clock["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(clock[0])
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, int(clock["minute"] or 0))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
