"""How two schedules differ in what they say: clocks, grid, dates, and what is behind the names.

Owns: a line of words for each difference. Must not know: what either of them would play.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from difflib import SequenceMatcher
from typing import Any, Final

from radiocast.config.schedule import (
    After,
    At,
    Clock,
    DateRule,
    Entry,
    EveryTracks,
    Fill,
    ScheduleConfig,
)
from radiocast.config.values import duration_text, offset_text
from radiocast.schedule.days import Days
from radiocast.schedule.wording import hours_text

# Fields that say who something is, or where it stands, and not what it does.
_NOT_COMPARED: Final = frozenset({"name", "line", "written"})


def differences(before: ScheduleConfig, after: ScheduleConfig) -> Iterator[str]:
    """A line for each difference that can matter on the air; line numbers do not."""
    yield from _grid(before, after)
    yield from _clocks(before.clocks, after.clocks)
    yield from _named("exception", _dates(before), _dates(after))
    for what, old, new in (
        ("event", {e.name: e for e in before.events}, {e.name: e for e in after.events}),
        ("cart", before.carts, after.carts),
        ("rotation", before.rotations, after.rotations),
        ("bulletin", before.bulletins, after.bulletins),
    ):
        yield from _named(what, old, new)
    if before.sustainer != after.sustainer:
        yield f"sustainer: {before.sustainer} becomes {after.sustainer}"
    if before.dst != after.dst:
        yield f"dst: {_changed(before.dst, after.dst)}"
    if before.breaking != after.breaking:
        if before.breaking is None or after.breaking is None:
            yield f"breaking news: {'added' if before.breaking is None else 'removed'}"
        else:
            yield f"breaking news: {_changed(before.breaking, after.breaking)}"


def entry_text(entry: Entry) -> str:
    """An entry in a few words: `00:00 hard cart/id`."""
    match entry:
        case At():
            more = "" if entry.wait_up_to_s is None else f", waits up to {duration_text(entry.wait_up_to_s)}"
            more += ", next" if entry.make_next else ""
            more += "" if entry.duration_s is None else f", for {duration_text(entry.duration_s)}"
            return f"{offset_text(entry.offset_s)} {entry.start} {entry.play}{more}"
        case After():
            return f"then {entry.play}"
        case Fill():
            how = "" if entry.backtime else ", not back-timed"
            return f"{entry.source} until {offset_text(entry.until_s)}{how}"
        case EveryTracks():
            return f"every {entry.tracks} tracks {entry.play}"
        case _:
            return f"every {duration_text(entry.seconds)} {entry.play}"


def _grid(before: ScheduleConfig, after: ScheduleConfig) -> Iterator[str]:
    changed: dict[tuple[str, str], list[int]] = {}
    for slot, (old, new) in enumerate(zip(Days(before).week, Days(after).week, strict=True)):
        if old.clock.name != new.clock.name:
            changed.setdefault((old.clock.name, new.clock.name), []).append(slot)
    for (old_name, new_name), slots in changed.items():
        yield f"grid: {hours_text(slots)} plays {new_name} in place of {old_name}"


def _clocks(before: Mapping[str, Clock], after: Mapping[str, Clock]) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"clock {name}: removed"
        elif name not in before:
            yield f"clock {name}: added"
        else:
            # The whole entry is compared, its line number apart; what has no word of its own is "changed".
            old, new = ([replace(e, line=0) for e in clock[name].entries] for clock in (before, after))
            for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
                if tag == "equal":
                    continue
                gone, come = [entry_text(e) for e in old[a:b]], [entry_text(e) for e in new[c:d]]
                if gone == come:
                    yield f"clock {name}: " + "; ".join(
                        f"{text}: {_changed(x, y)}"
                        for text, x, y in zip(gone, old[a:b], new[c:d], strict=True)
                    )
                elif gone and come:
                    yield f"clock {name}: {'; '.join(gone)}  becomes  {'; '.join(come)}"
                else:
                    sign = "without" if gone else "with"
                    yield f"clock {name}: now {sign} {'; '.join(gone or come)}"


def _dates(schedule: ScheduleConfig) -> dict[str, DateRule]:
    named: dict[str, DateRule] = {}
    for rule in schedule.exceptions:
        form = "%m-%d" if rule.yearly else "%Y-%m-%d"
        dates = dict.fromkeys(day.strftime(form) for day in (rule.first, rule.last))
        hours = f" {hours_text(rule.hours).partition(' ')[2]}" if rule.hours else ""
        named["..".join(dates) + hours] = rule
    return named


def _named(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"{what} {name}: removed"
        elif name not in before:
            yield f"{what} {name}: added"
        elif told := _changed(before[name], after[name]):
            yield f"{what} {name}: {told}"


def _changed(old: Any, new: Any) -> str:
    """Which fields of two values of one shape differ, and how; empty for none."""
    told = []
    for field in fields(old):
        a, b = getattr(old, field.name), getattr(new, field.name)
        if a == b or field.name in _NOT_COMPARED:
            continue
        name = field.name.removesuffix("_s").replace("_", " ")
        if isinstance(a, tuple) or isinstance(b, tuple) or len(f"{a}{b}") > 60:
            told.append(f"{name} changed")
        else:
            told.append(f"{name} {_value(field.name, a)} becomes {_value(field.name, b)}")
    return ", ".join(told)


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return duration_text(value) if name.endswith("_s") and isinstance(value, float) else str(value)
