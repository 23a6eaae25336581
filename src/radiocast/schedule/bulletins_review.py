"""Bulletins that cannot be ready in time, or are too old when they air. Must not know how one is made."""

from collections.abc import Iterator, Mapping
from typing import Final

from radiocast.config.schedule import At, BulletinPlan, EveryTime, ScheduleConfig
from radiocast.config.values import duration_text
from radiocast.model.errors import Problem
from radiocast.schedule.clocks import HOUR_S
from radiocast.schedule.places import Places

# A busy machine takes longer than it did the last time.
_MARGIN: Final = 1.5


def too_late(schedule: ScheduleConfig, took_s: Mapping[str, float], places: Places) -> Iterator[Problem]:
    """Bulletins whose `render_by` is less than making them takes; those of no known time are passed over."""
    for plan in schedule.bulletins.values():
        took = took_s.get(plan.name)
        if took is None:
            continue
        name = f"bulletins.{plan.name}"
        if took > plan.render_by_s:
            yield places.warning(
                _place(plan, places, "render_by"),
                f"{name}: making it took {took:.0f} s the last time, and render_by gives it "
                f"{duration_text(plan.render_by_s)}: it will not be ready in time",
                f"write render_by: {duration_text(_ample(took))}, or ask for fewer stories",
            )
        elif took * _MARGIN > plan.render_by_s:
            yield places.notice(
                _place(plan, places, "render_by"),
                f"{name}: making it took {took:.0f} s of the {duration_text(plan.render_by_s)} that "
                "render_by gives it; on a busy day that may be too little",
                f"write render_by: {duration_text(_ample(took))}",
            )


def too_old(schedule: ScheduleConfig, places: Places) -> Iterator[Problem]:
    """Bulletins that are too old to air by the time they are due, or to stand in for the next one."""
    for plan in schedule.bulletins.values():
        name = f"bulletins.{plan.name}"
        if plan.freshness_s < plan.render_by_s:
            yield places.warning(
                _place(plan, places, "freshness"),
                f"{name}: it is made {duration_text(plan.render_by_s)} before it airs, and is stale after "
                f"{duration_text(plan.freshness_s)}: it would never air",
                f"write freshness: {duration_text(plan.render_by_s + HOUR_S)}",
            )
            continue
        apart_s = _least_apart(schedule, plan)
        if "previous_if_fresh" in plan.on_failure and apart_s and plan.freshness_s < apart_s:
            yield places.notice(
                _place(plan, places, "freshness"),
                f"{name}: it airs every {duration_text(apart_s)} and is stale after "
                f"{duration_text(plan.freshness_s)}, so that previous_if_fresh never finds one to air",
                f"write freshness: {duration_text(apart_s + 600)}, or leave previous_if_fresh out",
            )


def _least_apart(schedule: ScheduleConfig, plan: BulletinPlan) -> float:
    """The least time, in any clock, between two of its airings; 0 where it has none of its own."""
    apart: list[float] = []
    for clock in schedule.clocks.values():
        offsets: list[float] = []
        started_s = 0.0
        for entry in clock.entries:
            if isinstance(entry, At):
                started_s = entry.offset_s
            play = getattr(entry, "play", None)
            if play is None or play.type != "bulletin" or play.name != plan.name:
                continue
            if isinstance(entry, EveryTime):
                apart.append(entry.seconds)
            else:
                offsets.append(started_s)
        offsets.sort()
        if offsets:
            apart += [b - a for a, b in zip(offsets, [*offsets[1:], offsets[0] + HOUR_S], strict=True)]
    return min(apart, default=0.0)


def _ample(took_s: float) -> float:
    """A round time with room to spare, seconds."""
    return (took_s * 2 // 30 + 1) * 30.0


def _place(plan: BulletinPlan, places: Places, key: str) -> str:
    return places.first_of(f"bulletin/{plan.name}.{key}", f"bulletin/{plan.name}")
