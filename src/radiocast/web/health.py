"""The judgement: is the station well, and if not, what is wrong and what to do.

Owns: the limits, and the sentences that whoever looks at three in the morning reads.
Must not know: HTTP. Values in, sentences out. The judge is what goes out, not what should.
"""

from typing import Final

from radiocast.model.play import Kind
from radiocast.model.report import ScheduleReport
from radiocast.transmitter.snapshot import AirSnapshot, StudioState
from radiocast.web.source import HouseLook

# Stations' silence detectors commonly wait 10 to 30 s; no music of ours rests that long.
SILENT_TOO_LONG_S: Final = 10.0
# A block is due every 0.48 s, and a listener has about 6 s in hand: five blocks late is not jitter
# any more, and nobody's player has run dry yet.
BLOCK_OVERDUE_S: Final = 2.4
# A file full of mistakes would bury the other problems; `radiocast check` shows them all.
SCHEDULE_ERRORS_SHOWN: Final = 5
_QUIET: Final = HouseLook()


def no_sound(air: AirSnapshot) -> str:
    """Why a listener hears nothing now, with what to do; empty while sound goes out."""
    age_s = air.output.block_age_s
    if age_s is None:
        return (
            "No sound has gone out yet: the transmitter has neither the studio's blocks nor emergency sound. "
            "If this lasts more than a few seconds, read the log's last lines and run `radiocast check`."
        )
    if age_s > BLOCK_OVERDUE_S:
        return (
            f"Nothing has been sent for {age_s:.0f} s: the transmitter is stuck or the machine was stopped. "
            "Look at the machine's load and memory; if it does not recover by itself, restart radiocast."
        )
    if air.output.silent_for_s > SILENT_TOO_LONG_S:
        return f"Silence has been going out for {air.output.silent_for_s:.0f} s{_silent_thing(air)}"
    return ""


def problems(air: AirSnapshot, house: HouseLook = _QUIET) -> tuple[str, ...]:
    """Everything that is wrong now, the worst first, in a sentence or two each; empty when all is well."""
    found = [no_sound(air), _studio(air), *air.problems, *house.problems]
    if air.report is not None:
        found += _schedule(air.report.schedule)
        found += air.report.problems
    return tuple(dict.fromkeys(problem for problem in found if problem))


def _silent_thing(air: AirSnapshot) -> str:
    if air.on_air is None:
        return ". The log says what was on the air last."
    item = air.on_air.on_air
    what = f", while {item.title or item.kind.value} ({item.source}) plays. "
    if item.kind is Kind.EMERGENCY:
        return what + "The emergency sound itself is silent: restart radiocast, so that it makes a new one."
    return what + "Listen to it by itself, and take it out of media/ or the schedule if it has no sound."


def _studio(air: AirSnapshot) -> str:
    studio = air.studio
    emergency = air.on_air is not None and air.on_air.on_air.kind is Kind.EMERGENCY
    covered = "; emergency sound is on the air meanwhile" if emergency else ""
    match studio.state:
        case StudioState.DOWN:
            return (
                f"The studio is down (restarted {studio.restarts} times so far){covered}. "
                "It is started again by itself; if it goes down again, the log says why, "
                "and `radiocast check` tries every file."
            )
        case StudioState.STARTING:
            again = f" again (restart {studio.restarts})" if studio.restarts else ""
            return (
                f"The studio is starting{again}{covered}. This takes a few seconds; "
                "if it lasts longer, the log says what it waits for."
            )
        case StudioState.ON_AIR if emergency and _is_standby(air):
            return (
                "Nothing in media/ can be played: the built-in standby sound is on the air. "
                "Put sound files where the schedule looks for them; `radiocast check` tells what is missing."
            )
        case StudioState.ON_AIR if emergency:
            return (
                "Emergency sound is on the air although the studio runs: it does not deliver in time. "
                "Look at the machine's load, and at whether media/ lies on a slow or a lost disk."
            )
        case StudioState.ON_AIR:
            return ""


def _is_standby(air: AirSnapshot) -> bool:
    """Whether the studio itself plays the standby sound, as the planner's last resort."""
    return air.on_air is not None and air.on_air.on_air.source == "standby"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def _schedule(schedule: ScheduleReport) -> list[str]:
    if schedule.ok:
        return []
    kept = (
        "The last good plan stays on the air; mend the file and save it."
        if schedule.loaded_at is not None
        else "There is no plan yet, so stand-in sound plays; mend the file and save it."
    )
    if not schedule.errors:
        return [f"{schedule.file or 'The schedule'} is not the plan on the air. {kept}"]
    shown = [
        f"{error.file}:{error.line}:{error.column}: {_sentence(error.message)} {kept}"
        for error in schedule.errors[:SCHEDULE_ERRORS_SHOWN]
    ]
    more = len(schedule.errors) - len(shown)
    return [*shown, f"{schedule.file} has {more} more mistakes: run `radiocast check`."] if more else shown
