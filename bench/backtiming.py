"""Back-timing: how often a fill ends on the second, against plainer choices of the same rotation.

Plain is the next of the shuffle; greedy is that, and for the last track the one that fits best.

A week of a station with hard starts on the hour and the half-hour, bulletins of another length each time,
a sweeper every four tracks; 300 tracks by 60 artists, kept apart 60 minutes, titles four hours.
"""

import statistics
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from radiocast.config.load import parse_schedule
from radiocast.config.schedule import ScheduleConfig
from radiocast.model.media import MediaFile
from radiocast.model.play import FilePart, Kind, PlayItem, Start
from radiocast.schedule import backtime as backtime_module
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import ends_at
from radiocast.schedule.planner import next_item
from radiocast.schedule.state import PlanState

MONDAY: Final = datetime(2026, 1, 12, tzinfo=UTC)
WEEK: Final = timedelta(days=7)
SCHEDULE: Final = """\
carts:
  toh_id: {{kind: ident, files: "jingles/id*.ogg"}}
  sweep: {{kind: sweeper, files: "jingles/sweep*.ogg"}}
rotations:
  music: {{files: "music/**", separation: {{artist: 60m, title: 4h}}}}
bulletins:
  hourly: {{target: 3m, max: 4m}}
  brief: {{target: 90s, max: 2m}}
clocks:
  hour:
    - {{at: "00:00", start: hard, play: cart/toh_id}}
    - {{after: prev, play: bulletin/hourly}}
    - {{fill: rotation/music, until: "30:00", backtime: {backtime}}}
    - {{at: "30:00", start: hard, play: bulletin/brief}}
    - {{every: 4 tracks, play: cart/sweep}}
    - {{fill: rotation/music, backtime: {backtime}}}
grid: {{default: hour}}
sustainer: rotation/music
"""


def library(*, short: int = 0, tracks: int = 300, artists: int = 60, seed: int = 7) -> Catalogue:
    """Tracks of 2:00 to 6:00 as a pop library has them, of which so many last 30 to 90 s; tails to 2 s."""
    chance = Random(seed)
    files = []
    for index in range(tracks):
        length_s = min(360.0, max(120.0, chance.lognormvariate(5.35, 0.22)))
        if index < short:
            length_s = chance.uniform(30.0, 90.0)
        name = f"Artist {chance.randrange(artists)}"
        files.append(file(f"music/{index:03}.ogg", length_s, name, f"Song {index}", chance.uniform(0.0, 2.0)))
    for name, lengths in (("id", (6.5, 8.2, 7.1)), ("sweep", (3.8, 5.2, 4.4))):
        files += [file(f"jingles/{name}{i}.ogg", s, "", f"{name} {i}", 0.0) for i, s in enumerate(lengths)]
    return Catalogue(files, crossfade_s=2.0)


def file(path: str, length_s: float, artist: str, title: str, tail_s: float) -> MediaFile:
    """A measured file; music may follow over its tail."""
    cue_out_s = round(length_s * 48_000) / 48_000
    return MediaFile(
        path=path,
        title=title,
        artist=artist,
        duration_s=cue_out_s,
        analysed=True,
        cue_out_s=cue_out_s,
        segue_s=cue_out_s - (tail_s if tail_s >= 0.1 else 0.0),
    )


def config(*, backtime: bool) -> ScheduleConfig:
    """The week's schedule."""
    return parse_schedule(SCHEDULE.format(backtime="true" if backtime else "false"), Path("schedule.yaml"))


def played(
    config: ScheduleConfig, catalogue: Catalogue, *, seed: int = 1, span: timedelta = WEEK
) -> list[PlayItem]:
    """What is played: as decided, but bulletins last what they last, not what was expected."""
    chance = Random(seed)
    calendar, state = Calendar(config, ZoneInfo("UTC")), PlanState()
    since = earliest = MONDAY
    items: list[PlayItem] = []
    while earliest < MONDAY + span:
        decision = next_item(calendar, catalogue, state, playing_since=since, earliest=earliest, seed=seed)
        item, state = decision.item, decision.state
        items.append(item)
        since, earliest = item.planned_start, ends_at(item)
        if item.kind is Kind.BULLETIN:
            earliest = since + timedelta(seconds=round(item.expected_s * chance.uniform(0.75, 1.2), 3))
    return items


def misses(items: list[PlayItem]) -> list[float]:
    """How each hard start after music was met: seconds of it too many (faded) or too few (silent)."""
    found = []
    for before, item in pairwise(items):
        if item.start is Start.HARD and isinstance(before.part, FilePart) and before.kind is Kind.TRACK:
            media = before.part.media
            ends = before.planned_start + timedelta(seconds=media.cue_out_s - media.cue_in_s)
            found.append((ends - item.planned_start).total_seconds())
    return found


def main() -> None:
    """A table: a plain choice and back-timing, on two libraries."""
    print(f"{'':42}{'plain':>14}{'greedy':>14}{'back-timed':>14}")
    for short in (0, 30):
        catalogue = library(short=short)
        print(f"300 tracks, {short} of 30 to 90 s")
        columns = []
        for backtime, most_tracks in ((False, 1), (True, 1), (True, backtime_module.MOST_TRACKS)):
            with patch.object(backtime_module, "MOST_TRACKS", most_tracks):
                items = played(config(backtime=backtime), catalogue)
            found = misses(items)
            off = sorted(abs(over_s) for over_s in found)
            over = [over_s for over_s in found if over_s > 0]
            plays = Counter(
                item.part.media.path
                for item in items
                if isinstance(item.part, FilePart) and item.kind is Kind.TRACK
            )
            counts = sorted([*plays.values(), *[0] * (300 - len(plays))])
            columns.append(
                {
                    "hard starts after music": str(len(found)),
                    "landed within 0.5 s": f"{sum(o <= 0.5 for o in off) / len(off):.1%}",
                    "miss, median": f"{statistics.median(off):.2f} s",
                    "miss, 95th percentile": f"{off[int(len(off) * 0.95)]:.2f} s",
                    "miss, worst": f"{off[-1]:.2f} s",
                    "music lost, a start": f"{sum(over) / len(found):.2f} s",
                    "silence, worst": f"{max(0.0, -min(found)):.2f} s",
                    "tracks played": str(sum(counts)),
                    "plays of a track, least": str(counts[0]),
                    "plays of a track, 5 % / median / 95 %": f"{counts[15]} / {counts[150]} / {counts[285]}",
                    "plays of a track, most": str(counts[-1]),
                    "separation relaxed": str(sum("relaxed" in item.reason for item in items)),
                }
            )
        for name in columns[0]:
            print(f"  {name:<40}" + "".join(f"{column[name]:>14}" for column in columns))


if __name__ == "__main__":
    main()
