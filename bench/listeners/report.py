"""What was measured, as a table in the terminal and as JSON."""

import dataclasses
import json
import math
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.listeners.scenarios import Row

_HEADINGS = (
    "scenario", "server", "listeners", "µs/listener·s", "whole", "cores", "KB each", "MB",
    "first p50", "p99 ms", "wait s", "least s", "lost", "wrong", "dry",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """The rows, under what they are called.

    "whole": with what the idle server takes. "wait": the longest between two pieces of sound, in the steady
    state. "least": the least sound in hand of a player that began at its first byte.
    """
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    start = (
        row.scenario,
        row.server,
        f"{row.listeners:,}",
        f"{row.cpu_us:.1f}",
        f"{row.cpu_us_whole:.1f}",
        f"{row.cores:.3f}",
        f"{row.memory_bytes / 1024:.2f}",
        f"{row.resident_bytes / 1e6:.1f}",
    )
    if row.heard is None:
        return (*start, *("-",) * (len(_HEADINGS) - len(start)))
    heard = row.heard
    groups = (heard.stay, heard.churn)
    return (
        *start,
        _ms(heard.stay.first_byte_within_s(0.5)),
        _ms(heard.stay.first_byte_within_s(0.99)),
        f"{heard.stay.wait_steady_s:.2f}",
        "-" if heard.stay.margin_steady_s is None else f"{heard.stay.margin_steady_s:.2f}",
        str(sum(group.lost for group in groups)),
        str(sum(group.wrong for group in (*groups, heard.stalled))),
        str(sum(group.dry for group in groups)),
    )


def _ms(seconds: float) -> str:
    return "-" if math.isnan(seconds) else f"{seconds * 1000:.1f}"


def remarks(row: Row) -> list[str]:
    """What does not fit into a column."""
    said = list(row.notes)
    if row.studio_cores or row.records_cores:
        said.append(
            f"studio and its ffmpegs {row.studio_cores * 100:.1f} % of a core, "
            f"records {row.records_cores * 100:.1f} %, {row.processes} server processes"
        )
    if row.heard is not None:
        heard = row.heard
        said.append(
            f"longest wait while joining {heard.stay.wait_s:.2f} s; load generator {row.generator_cores:.2f} "
            f"cores, its longest pass {heard.longest_pass_s * 1000:.0f} ms"
        )
        if heard.churn.asked:
            said.append(
                f"came and went: {heard.churn.asked:,}, first byte "
                f"p50 {_ms(heard.churn.first_byte_within_s(0.5))} "
                f"p99 {_ms(heard.churn.first_byte_within_s(0.99))} ms, lost {heard.churn.lost}, "
                f"wrong {heard.churn.wrong}, dry {heard.churn.dry}"
            )
        if heard.stalled.asked:
            said.append(
                f"stopped reading: {heard.stalled.asked:,}, dropped {heard.stalled.dropped:,}, "
                f"skips {heard.stalled.skips:,}, wrong {heard.stalled.wrong}"
            )
        said += [f"! {fault}" for fault in heard.faults]
    if row.air is not None:
        air = row.air
        said.append(
            f"on the air: {air.emergency_blocks} blocks of emergency sound, {air.studio_restarts} studio "
            f"restarts, blocks at most {air.block_late_ms:.1f} ms late, {air.hard_starts} hard starts "
            f"at most {air.hard_start_late_ms:.1f} ms off, lead never under {air.lead_least_s:.1f} s, "
            f"{air.status_missed} looks without an answer"
        )
    if row.timeline:
        every = max(1, len(row.timeline) // 8)
        said.append(
            "over time: "
            + ", ".join(
                f"{moment.at_s:.0f} s {moment.resident_bytes / 1e6:.1f} MB {moment.descriptors} fd"
                for moment in (*row.timeline[:-1:every], row.timeline[-1])
            )
        )
    return said


def ratios(rows: Sequence[Row]) -> list[str]:
    """Ours against the others that served as many in the same scenario."""
    said = []
    for row in rows:
        if row.server != "radiocast":
            continue
        for other in rows:
            same = (other.scenario, other.listeners) == (row.scenario, row.listeners)
            if same and other.server != row.server and other.cpu_us > 0:
                said.append(
                    f"{row.scenario}, {row.listeners:,} listeners: "
                    f"{row.cpu_us / other.cpu_us:.3f} × {other.server}, "
                    f"{row.cpu_us_whole / other.cpu_us_whole:.3f} × with what the idle servers take"
                )
    return said


def write_json(rows: Sequence[Row], file: Path) -> None:
    """Everything, for whoever wants to look closer or draw it again."""
    whole = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "rows": [dataclasses.asdict(row) for row in rows],
    }
    file.write_text(json.dumps(whole, indent=1), encoding="utf-8")
