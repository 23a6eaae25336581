"""A bulletin made now, into a file: `radiocast bulletin`."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.config.load import load_schedule, load_station
from radiocast.ffmpeg.process import run_ffmpeg
from radiocast.folder import StationFolder
from radiocast.model.errors import UsageError
from radiocast.offair.opening import open_rooms


async def render_bulletin(folder: StationFolder, *, name: str, out: Path) -> str:
    """Render a bulletin now and write it to `out`; a line about it. Raises UsageError for an unknown name."""
    station = load_station(folder.station_file)
    schedule = load_schedule(folder.schedule_file)
    names = sorted(schedule.bulletins)
    if not name and len(names) == 1:
        name = names[0]
    if name not in schedule.bulletins:
        raise UsageError(
            f"there is no bulletin {name!r}; the schedule has: {', '.join(names) or 'none'} (--name)"
        )
    library, newsroom = await open_rooms(folder, station)
    await library.close()
    zone = ZoneInfo(station.station.timezone)
    made = await newsroom.render(schedule.bulletins[name], at=datetime.now(zone))
    await run_ffmpeg(("-y", "-i", f"file:{made.path}", f"file:{out}"), timeout_s=120)
    cues = "".join(f"\n  {cue.at_s:6.1f} s  {cue.stream_title}" for cue in made.cues)
    return f"{out}: {made.duration_s:.1f} s, {len(made.stories)} stories, made in {made.took_s:.1f} s{cues}"
