"""From a source's name in the schedule to something that can be played, before it has its time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from radiocast.config.schedule import Rotation, ScheduleConfig, Source
from radiocast.model.play import BulletinPart, FilePart, Kind, Part
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import Choice, choose_cut, choose_track
from radiocast.schedule.state import PlanState


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a source plays, and the state that remembers the choice.

    `longest_s` is what it may last where that is not known for sure: a bulletin is made shortly before
    it airs, a file has a tail over which the next may start. `fade_s` is how long it fades where it is
    cut, None for the studio's own. `reason` is the choice's own word, empty where there was none to make.
    """

    kind: Kind
    part: Part
    title: str
    artist: str = ""
    expected_s: float
    longest_s: float
    fade_s: float | None = None
    reason: str
    state: PlanState


def make(
    source: Source,
    schedule: ScheduleConfig,
    catalogue: Catalogue,
    state: PlanState,
    *,
    at: float,
    room_s: float | None,
    seed: int,
    durations: Mapping[str, float],
) -> Made | None:
    """What a source plays next; None if it has nothing that can be played.

    `room_s` is what is left until the next hard start, None if it is far off: a rotation chooses what
    fits. `durations` are the lengths of bulletins where they are known, in seconds.
    """
    match source.type:
        case "bulletin":
            return _bulletin(source.name, schedule, state, durations)
        case "cart":
            cart = schedule.carts.get(source.name)
            return (
                None
                if cart is None
                else _file(cart.kind, choose_cut(cart, catalogue, state, seed=seed), catalogue)
            )
        case "rotation":
            kind, rotation = Kind.TRACK, schedule.rotations.get(source.name)
        case "file":
            kind, rotation = Kind.FILE, Rotation(name=source.name, files=source.name)
    if rotation is None:
        return None
    choice = choose_track(rotation, catalogue, state, at=at, room_s=room_s, seed=seed)
    if choice is not None and source.type == "file":
        choice = replace(choice, reason=choice.reason.removeprefix("rotation "))
    return _file(kind, choice, catalogue)


def _bulletin(
    name: str, schedule: ScheduleConfig, state: PlanState, durations: Mapping[str, float]
) -> Made | None:
    plan = schedule.bulletins.get(name)
    if plan is None:
        return None
    expected_s = max(1.0, durations.get(name, plan.target_s))
    return Made(
        kind=Kind.BULLETIN,
        part=BulletinPart(bulletin=name),
        title=f"Bulletin {name}",
        expected_s=expected_s,
        longest_s=max(expected_s, plan.max_s),
        reason="",
        state=state,
    )


def _file(kind: Kind, choice: Choice | None, catalogue: Catalogue) -> Made | None:
    if choice is None:
        return None
    return Made(
        kind=kind,
        part=FilePart(media=choice.media),
        title=choice.media.title,
        artist=choice.media.artist,
        expected_s=catalogue.held_s(choice.media),
        longest_s=catalogue.held_s(choice.media, next_overlaps=False),
        reason=choice.reason,
        state=choice.state,
    )
