"""The command line: which scenarios, how large, and where the figures go."""

import argparse
import dataclasses
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import bench.listeners
from bench.listeners import scenarios
from bench.listeners.building import BenchError, Programs, build
from bench.listeners.plot import draw
from bench.listeners.report import ratios, remarks, table, write_json
from bench.listeners.scenarios import Row, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One of them, at its full size, and at the size at which all are run one after the other."""

    run: Callable[[Programs, Size], Iterator[Row]]
    full: Size
    moderate: Size


SCENARIOS: Final = {
    "compare": Scenario(
        run=scenarios.compare,
        full=Size(listeners=5_000, seconds=30),
        moderate=Size(listeners=5_000, seconds=20),
    ),
    "growth": Scenario(
        run=scenarios.growth,
        full=Size(listeners=10_000, seconds=20),
        moderate=Size(listeners=5_000, seconds=10),
    ),
    "joining": Scenario(
        run=scenarios.joining,
        full=Size(listeners=5_000, seconds=10),
        moderate=Size(listeners=5_000, seconds=10),
    ),
    "churn": Scenario(
        run=scenarios.churn,
        full=Size(listeners=5_000, seconds=60, churn=2_000),
        moderate=Size(listeners=5_000, seconds=30, churn=2_000),
    ),
    # A minute: until then the sockets' own memory hides who does not read.
    "stalled": Scenario(
        run=scenarios.stalled,
        full=Size(listeners=5_000, seconds=75),
        moderate=Size(listeners=2_000, seconds=60),
    ),
    "workers30k": Scenario(
        run=scenarios.workers,
        full=Size(listeners=30_000, seconds=300, workers=3),
        moderate=Size(listeners=10_000, seconds=30, workers=2),
    ),
    "hundred": Scenario(
        run=scenarios.hundred,
        full=Size(listeners=100_000, seconds=180, workers=6, churn=1_000),
        moderate=Size(listeners=20_000, seconds=30, workers=2, churn=500),
    ),
    "standstill": Scenario(
        run=scenarios.standstill,
        full=Size(listeners=100_000, seconds=45, workers=6, churn=1_000),
        moderate=Size(listeners=20_000, seconds=30, workers=2, churn=500),
    ),
    "tls": Scenario(
        run=scenarios.tls, full=Size(listeners=2_000, seconds=30), moderate=Size(listeners=500, seconds=15)
    ),
}


def run(arguments: Sequence[str]) -> int:
    """Run what is asked for.

    1 where a listener of ours was lost, heard a wrong byte or would have run dry, and where it was
    interrupted; 2 where the benchmark cannot be run.
    """
    asked = _parse(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rows: list[Row] = []
    failed = 0
    try:
        programs = build()
        for name in asked.scenarios or SCENARIOS:
            scenario = SCENARIOS[name]
            size = _changed(scenario.full if asked.scenarios else scenario.moderate, asked)
            print(f"\n{name}: {_described(size)}", flush=True)
            if size != scenario.full:
                print(f"  (in full: {_described(scenario.full)})")
            _show(scenario.run(programs, size), rows)
    except BenchError as error:
        print(error, file=sys.stderr)
        failed = 2
    except KeyboardInterrupt:
        print("ended before its time", file=sys.stderr)
        failed = 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    _write(rows, asked)
    well = all(row.heard is None or row.heard.well for row in rows if row.server.startswith("radiocast"))
    return failed or int(not well)


def _interrupt(_number: int, _frame: object) -> None:
    # SIGTERM unwinds as Ctrl-C does, so that every process is ended by who started it.
    raise KeyboardInterrupt


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.listeners",
        description=bench.listeners.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--listeners", type=int, help="so many")
    parser.add_argument("--seconds", type=float, help="of the steady state")
    parser.add_argument("--rate", type=float, help="so many join a second")
    parser.add_argument("--workers", type=int, help="processes that serve")
    parser.add_argument("--churn", type=float, help="so many come and go each second, beside those who stay")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything that was measured")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="processor per listener by their number")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.scenarios) - SCENARIOS.keys()):
        parser.error(f"no scenario {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
    return asked


def _changed(size: Size, asked: argparse.Namespace) -> Size:
    wanted = {field.name: getattr(asked, field.name) for field in dataclasses.fields(Size)}
    return dataclasses.replace(size, **{name: value for name, value in wanted.items() if value is not None})


def _described(size: Size) -> str:
    said = f"{size.listeners:,} listeners joining at {size.rate:,.0f}/s, {size.seconds:g} s"
    said += f", {size.workers} workers" if size.workers else ""
    return said + (f", {size.churn:,.0f} a second leaving and joining" if size.churn else "")


def _show(measured: Iterator[Row], rows: list[Row]) -> None:
    """Print a scenario's rows as they come, and put them with the others."""
    first = len(rows)
    try:
        for row in measured:
            rows.append(row)
            print(f"  {row.server}, {row.listeners:,}: " + "\n    ".join(remarks(row)), flush=True)
    finally:
        print(table(rows[first:]))
        for line in ratios(rows[first:]):
            print(line)


def _write(rows: Sequence[Row], asked: argparse.Namespace) -> None:
    if asked.json and rows:
        write_json(rows, asked.json)
        print(f"figures: {asked.json}")
    if asked.svg and rows:
        curves: dict[str, list[tuple[int, float]]] = {}
        grown = [row for row in rows if row.scenario == "growth"] or rows
        for row in grown:
            curves.setdefault(row.server, []).append((row.listeners, row.cpu_us))
        asked.svg.write_text(draw(curves, title="What a listener costs: 128 kbit/s with titles"), "utf-8")
        print(f"plot: {asked.svg}")
