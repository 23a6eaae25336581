"""How long a schedule of 5,000 lines takes to load.

python -m bench loading
"""

import statistics
import time
from pathlib import Path

from radiocast.config.load import parse_schedule
from radiocast.config.schedule import ScheduleConfig

LINES = 5_000
RUNS = 7
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def schedule_of(lines: int) -> str:
    """A station's schedule of so many lines: 168 rules in its grid, the rest shared out as such files are."""
    room = lines - 168 - 20
    carts = _carts(room * 3 // 10)
    rotations = _rotations(room // 10)
    clocks = _clocks(room * 3 // 10)
    exceptions = _exceptions(room // 10)
    grid = [
        f'  "{day} {hour:02d}": clock{(i * 24 + hour) % 40}'
        for i, day in enumerate(DAYS)
        for hour in range(24)
    ]
    head = [
        "carts:",
        *carts,
        "rotations:",
        *rotations,
        *_BULLETINS,
        "clocks:",
        *clocks,
        "grid:",
        "  default: clock0",
    ]
    tail = [
        "breaking: {folder: media/news/breaking, priority: 98, max_age: 10m}",
        "sustainer: rotation/music0",
    ]
    before = [*head, *grid, "exceptions:", *exceptions]
    events = _events(lines - len(before) - len(tail) - 1)
    return "\n".join((*before, "events:", *events, *tail)) + "\n"


_BULLETINS = (
    "bulletins:",
    "  hourly: {target: 3m, min: 1m, max: 4m, render_by: 90s, bed: beds/news.ogg, duck_db: -14,",
    "           parts: [sounder: jingles/sounder.ogg, intro, headlines: {max: 3}, stories: {max: 5}, outro],",
    "           on_failure: [previous_if_fresh, headlines_only, skip]}",
)


def _carts(lines: int) -> list[str]:
    """Sixty of them, with as many cuts as there are lines for."""
    written: list[str] = []
    for number in range(60):
        written += [f"  cart{number}:", "    kind: promo", "    cuts:"]
        written += [
            f"      - {{file: promos/{number}/{cut}.ogg, valid: 2026-{cut % 12 + 1:02d}-01..2026-12-31, "
            f'days: mon-fri, daypart: "06:00-10:00", weight: {cut % 3 + 1}}}'
            for cut in range(lines // 60 - 3)
        ]
    return written


def _rotations(lines: int) -> list[str]:
    return [
        f'  music{number}: {{files: "music/{number}/**", separation: {{artist: 60m, title: 4h}}, '
        f'weights: {{"music/{number}/hits/**": 3}}}}'
        for number in range(lines)
    ]


def _clocks(lines: int) -> list[str]:
    """Forty hours, with as many starts as there are lines for."""
    written: list[str] = []
    for number in range(40):
        written += [
            f"  clock{number}:",
            "    - {every: 4 tracks, play: cart/cart1}",
            "    - {every: 20m, play: cart/cart2}",
        ]
        starts = (lines // 40 - 3) // 3
        for index in range(starts):
            at, until = _offset(3600 * index // starts), _offset(3600 * (index + 1) // starts)
            cart = f"cart/cart{index % 60}"
            written += [
                f'    - {{at: "{at}", start: soft, wait_up_to: 90s, drop_after: 5m, play: {cart}}}',
                "    - {after: prev, play: bulletin/hourly}",
                f'    - {{fill: rotation/music{index}, until: "{until}"}}',
            ]
    return written


def _offset(second: int) -> str:
    return f"{second // 60:02d}:{second % 60:02d}"


def _date(number: int) -> str:
    return f"{2026 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"


def _exceptions(lines: int) -> list[str]:
    return [f'  - {{date: {_date(n)}, hours: "06-12", clock: clock{n % 40}}}' for n in range(lines)]


def _events(lines: int) -> list[str]:
    return [
        f'  - {{name: event{n}, at: "{_date(n)}T20:00", start: hard, priority: 80, duration: 1h, '
        f"play: rotation/music{n % 40}}}"
        for n in range(lines)
    ]


def load_s(text: str) -> tuple[float, ScheduleConfig]:
    started = time.perf_counter()
    config = parse_schedule(text, Path("schedule.yaml"))
    return time.perf_counter() - started, config


def main() -> None:
    text = schedule_of(LINES)
    loads = [load_s(text) for _ in range(RUNS)]
    took = [seconds for seconds, _ in loads]
    config = loads[0][1]
    cuts = sum(len(cart.cuts) for cart in config.carts.values())
    entries = sum(len(clock.entries) for clock in config.clocks.values())
    print(
        f"{text.count(chr(10))} lines, {len(text) // 1024} KiB: {cuts} cuts, {entries} entries, "
        f"{len(config.grid)} rules, {len(config.exceptions)} exceptions, {len(config.events)} events"
    )
    print(
        f"loaded in {statistics.median(took):.3f} s (median of {RUNS}; {min(took):.3f} to {max(took):.3f} s)"
    )


if __name__ == "__main__":
    main()
