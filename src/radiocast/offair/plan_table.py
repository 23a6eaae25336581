"""A plan as a table for people: an hour a group, an item a line, the reason at its end.

Owns: columns, marks and colours. Must not know: how a plan comes about.
"""

from datetime import datetime, timedelta
from typing import Final

from rich.text import Text

from radiocast.model.play import Kind, PlayItem, Start
from radiocast.offair.planning import Plan
from radiocast.schedule.calendar import Hold
from radiocast.schedule.forecast import ends_at
from radiocast.schedule.turn import Dropped
from radiocast.schedule.wording import clock_text, day_text, duration_words
from radiocast.schedule.zones import Change, changes, local_from

_MARKS: Final = {Start.HARD: "!", Start.SOFT: "~", Start.FOLLOW: " "}
_STYLES: Final = {
    Kind.BULLETIN: "bold cyan",
    Kind.STORY: "bold cyan",
    Kind.IDENT: "green",
    Kind.SWEEPER: "green",
    Kind.PROMO: "magenta",
    Kind.LIVE: "yellow",
    Kind.SUSTAINER: "bold red",
    Kind.EMERGENCY: "bold red",
}
_WHAT_AT_MOST: Final = 44
# What stands before a title, and what a reason needs at least to say something.
_BEFORE_WHAT: Final = 29
_REASON_AT_LEAST: Final = 26
# What ends this close to the start that follows has landed on it.
_LANDED: Final = timedelta(seconds=0.5)
_LEGEND: Final = (
    "! hard: at its second   ~ soft: at the next boundary   = lands on what follows   » faded out for it   "
    "x not played"
)


def table(plan: Plan, *, columns: int | None = None) -> list[Text]:
    """The lines, the first and the last about the whole. `columns` is the width that there is, if any is."""
    stretch = plan.stretch
    turned = changes(stretch.begin.timestamp(), stretch.end.timestamp(), plan.zone)
    lines = [
        Text.assemble(
            (f"{plan.station}  ", "bold"),
            f"{day_text(stretch.begin.date())} {stretch.begin:%H:%M}, "
            f"{duration_words(stretch.end.timestamp() - stretch.begin.timestamp())}, "
            f"{plan.zone.key}",
        ),
        Text(f"Planned {plan.remark}.", style="dim"),
    ]
    if not plan.items:
        return [*lines, Text("Nothing starts in this time.")]
    width = min(_what_at_most(columns), max(len(_what(item)) for item in plan.items))
    group: tuple[object, ...] = ()
    day = stretch.begin.date()
    waiting = list(turned)
    for seen, follows in zip(plan.foreseen, [*plan.items[1:], None], strict=True):
        item = seen.item
        shown = item.planned_start.astimezone(plan.zone)
        while waiting and waiting[0].at <= item.planned_start.timestamp():
            lines += [Text(""), Text(_change_text(waiting.pop(0)), style="bold yellow")]
        hold = plan.calendar.hold_at(item.planned_start.timestamp())
        hour = (shown.date(), shown.hour, shown.utcoffset(), hold and hold.event.name)
        if hour != group:
            lines.append(Text(""))
            if shown.date() != day:
                day = shown.date()
                lines += [Text(day_text(day), style="bold underline"), Text("")]
            lines.append(
                _hour_line(plan, shown, hold, same_hour=hour[:3] == group[:3], zone_too=bool(turned))
            )
            group = hour
        lines += [_dropped_line(entry, plan) for entry in seen.dropped]
        lines.append(_item_line(item, follows, shown, width))
    return [*lines, Text(""), Text(_LEGEND, style="dim")]


def _hour_line(plan: Plan, shown: datetime, hold: Hold | None, *, same_hour: bool, zone_too: bool) -> Text:
    """An hour and its clock; within an hour, what has changed about who has the air."""
    name = plan.calendar.clock_at(shown.timestamp()).name
    if hold is not None:
        until = clock_text(hold.until, plan.zone)
        name = f"event/{hold.event.name} has the air until {until} (else {name})"
    zone = f" {zone_word(shown)}" if zone_too else ""
    return Text.assemble(
        (f"{shown:%H}:{shown:%M}{zone}" if same_hour else f"{shown:%H}:00{zone}", "bold"), f"  {name}"
    )


def _dropped_line(entry: Dropped, plan: Plan) -> Text:
    """What is not played although its time came."""
    shown = entry.planned_start.astimezone(plan.zone)
    return Text(f"  {shown:%H:%M:%S}x        {entry.source} is not played: {entry.reason}", style="red")


def _item_line(item: PlayItem, follows: PlayItem | None, shown: datetime, width: int) -> Text:
    ends = ends_at(item)
    lasts_s = (ends - item.planned_start).total_seconds()
    late = ""
    if item.due is not None and (behind := (item.planned_start - item.due).total_seconds()) >= 1:
        late = f"{_minutes(behind)} late: " if "late" not in item.reason else ""
    what = _what(item)
    return Text.assemble(
        f"  {shown:%H:%M:%S}",
        (_MARKS[item.start], "bold red" if item.start is Start.HARD else "yellow"),
        f" {_minutes(lasts_s):>6}{_end_mark(item, ends, follows)} ",
        (f"{item.kind.value:<9} ", _STYLES.get(item.kind, "")),
        (f"{what if len(what) <= width else what[: width - 1] + '…':<{width}}", _STYLES.get(item.kind, "")),
        (f"  {late}{item.reason}", "dim"),
    )


def _end_mark(item: PlayItem, ends: datetime, follows: PlayItem | None) -> str:
    if (
        item.cut_at is not None
        and item.planned_start + timedelta(seconds=item.expected_s) > item.cut_at + _LANDED
    ):
        return "»"
    landed = (
        follows is not None and follows.start is Start.HARD and abs(follows.planned_start - ends) <= _LANDED
    )
    return "=" if landed and item.kind in {Kind.TRACK, Kind.SUSTAINER} else " "


def zone_word(shown: datetime) -> str:
    """What tells two hours of one name apart: `BST`, or `+10:30` where the zone has no letters."""
    name = shown.tzname() or ""
    offset = shown.strftime("%z")
    return name if name.isalpha() else f"{offset[:3]}:{offset[3:5]}"


def _change_text(change: Change) -> str:
    before, after = local_from(change.at + change.before_s), local_from(change.at + change.after_s)
    how = duration_words(abs(change.skipped_s))
    if change.skipped_s > 0:
        return f"--- the clocks go forward by {how}: there is no {before:%H:%M} to {after:%H:%M} ---"
    return f"--- the clocks go back by {how}: {after:%H:%M} to {before:%H:%M} comes again ---"


def _what_at_most(columns: int | None) -> int:
    if columns is None:
        return _WHAT_AT_MOST
    return max(12, min(_WHAT_AT_MOST, columns - _BEFORE_WHAT - _REASON_AT_LEAST))


def _what(item: PlayItem) -> str:
    return f"{item.artist} - {item.title}" if item.artist else item.title


def _minutes(seconds: float) -> str:
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
