"""Local time and instants: which instants a local time is, and when a zone changes its clocks.

Owns: everything that is hard about a day of 23 or 25 hours. Must not know: schedules, or what time it is.
Instants are POSIX seconds (float, UTC); local times are naive datetimes. Two aware datetimes of one zone
compare by their digits, which repeat for an hour every autumn, so none of them is compared here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

HOUR_S: Final = 3600.0
# A gap longer than this is a day that the zone left out (Samoa, 2011), not a change of the clocks.
LONGEST_GAP_S: Final = 2 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The clocks are changed at `at`: before it they are `before_s` ahead of UTC, from it on `after_s`."""

    at: float
    before_s: float
    after_s: float

    @property
    def skipped_s(self) -> float:
        """How much local time does not exist; negative for what comes twice."""
        return self.after_s - self.before_s

    @property
    def first_missing(self) -> datetime:
        """The local time that the clocks would have shown at that instant."""
        return local_from(self.at + self.before_s)


def local(instant: float, zone: ZoneInfo) -> datetime:
    """What the clocks show; `fold` 1 where they show it for the second time."""
    return datetime.fromtimestamp(instant, zone)


def local_from(shifted: float) -> datetime:
    """The naive datetime of seconds that have their offset from UTC in them already."""
    return datetime.fromtimestamp(shifted, UTC).replace(tzinfo=None)


def offset_s(instant: float, zone: ZoneInfo) -> float:
    """How far the zone is ahead of UTC then, in seconds."""
    offset = local(instant, zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


def instants(naive: datetime, zone: ZoneInfo) -> tuple[float, ...]:
    """The instants at which the clocks show a local time: one, two in autumn, or none in spring."""
    first = naive.replace(tzinfo=zone, fold=0).timestamp()
    second = naive.replace(tzinfo=zone, fold=1).timestamp()
    if first == second:
        return (first,)
    return (first, second) if first < second else ()


def missing_s(naive: datetime, zone: ZoneInfo) -> float:
    """How much local time is left out around this one; 0 if it exists."""
    late = naive.replace(tzinfo=zone, fold=0).timestamp()
    return max(0.0, late - naive.replace(tzinfo=zone, fold=1).timestamp())


def next_valid(naive: datetime, zone: ZoneInfo) -> float:
    """The instant at which the clocks jump over a local time that does not exist."""
    # With fold 0 it is read by the offset of before the change, and so comes out after it; and vice versa.
    late = naive.replace(tzinfo=zone, fold=0).timestamp()
    early = naive.replace(tzinfo=zone, fold=1).timestamp()
    return _change_between(early - 1, late + 1, zone)


def is_second(instant: float, zone: ZoneInfo) -> bool:
    """Whether the clocks show this local time for the second time."""
    return local(instant, zone).fold == 1


def is_ambiguous(instant: float, zone: ZoneInfo) -> bool:
    """Whether the clocks show this local time twice."""
    return len(instants(local(instant, zone).replace(tzinfo=None, fold=0), zone)) == 2


def changes(after: float, until: float, zone: ZoneInfo) -> tuple[Change, ...]:
    """Every change of the clocks in (after, until], found by looking at each hour."""
    found: list[Change] = []
    frm, before = after, offset_s(after, zone)
    while frm < until:
        to = min(frm + HOUR_S, until)
        then = offset_s(to, zone)
        if then != before:
            at = _change_between(frm, to, zone)
            found.append(Change(at=at, before_s=before, after_s=then))
        frm, before = to, then
    return tuple(found)


def offset_in_hour(instant: float, zone: ZoneInfo) -> float:
    """Seconds since the local clock's last full hour, as it reads then."""
    shown = local(instant, zone)
    return shown.minute * 60 + shown.second + shown.microsecond / 1e6


def hour_start(instant: float, zone: ZoneInfo) -> float:
    """When the local clock's present hour began; a virtual instant where it changed within that hour."""
    return float(round(instant - offset_in_hour(instant, zone)))


def day_start(day: date, zone: ZoneInfo) -> float:
    """When a local day begins; where the clocks skip its midnight, at the first instant after it."""
    naive = datetime.combine(day, time.min)
    found = instants(naive, zone)
    return found[0] if found else next_valid(naive, zone)


def _change_between(early: float, late: float, zone: ZoneInfo) -> float:
    """The second at which the offset becomes that of `late`, by halving."""
    then = offset_s(late, zone)
    low, high = int(early), int(late) if int(late) == late else int(late) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if offset_s(middle, zone) == then:
            high = middle
        else:
            low = middle
    return float(high)
