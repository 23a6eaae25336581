"""From a source's name in the schedule to something that can be played, before it has its time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from radiocast.config.schedule import Rotation, ScheduleConfig, Source
from radiocast.model.play import BulletinPart, FilePart, Kind, Part, StreamPart
from radiocast.schedule.carts import choose_cut
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import Choice, choose_track
from radiocast.schedule.state import PlanState

# What a relay without an end of its own is taken to last.
_RELAY_S: Final = 3600.0


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


def make(  # noqa: PLR0913 - all that a choice may depend on
    source: Source,
    schedule: ScheduleConfig,
    catalogue: Catalogue,
    state: PlanState,
    *,
    at: float,
    shown: datetime,
    room_s: float | None,
    seed: int,
    durations: Mapping[str, float],
) -> Made | None:
    """What a source plays next; None if it has nothing that can be played (`why_nothing`).

    `shown` is what the station's clocks show at `at`. `room_s` is what is left until something cuts it, None
    if that is far off. `durations` are the lengths of bulletins where they are known, in seconds.
    """
    match source.type:
        case "bulletin":
            return _bulletin(source.name, schedule, state, durations)
        case "stream":
            return _stream(source.name, state, room_s)
        case "cart":
            cart = schedule.carts.get(source.name)
            choice = None if cart is None else choose_cut(cart, catalogue, state, shown=shown, seed=seed)
            return None if cart is None or choice is None else of_file(cart.kind, choice, catalogue)
        case "rotation" | "file":
            rotation = rotation_of(source, schedule)
            if rotation is None:
                return None
            choice = choose_track(rotation, catalogue, state, at=at, room_s=room_s, seed=seed)
            if choice is None:
                return None
            if source.type == "file":
                choice = replace(choice, reason=choice.reason.removeprefix("rotation "))
            return of_file(Kind.FILE if source.type == "file" else Kind.TRACK, choice, catalogue)


def why_nothing(source: Source, schedule: ScheduleConfig, catalogue: Catalogue, shown: datetime) -> str:
    """Why a source plays nothing; it MUST be that it does. `shown` as in `make`."""
    cart = schedule.carts.get(source.name) if source.type == "cart" else None
    dated = cart is not None and any(catalogue.match(cut.file) for cut in cart.cuts)
    if cart is not None and dated:
        return f"no cut of cart {cart.name} may air on {shown:%Y-%m-%d} at {shown:%H:%M}"
    return "it has nothing that can be played"


def rotation_of(source: Source, schedule: ScheduleConfig) -> Rotation | None:
    """The rotation that a source is; the files of a pattern are one."""
    if source.type == "file":
        return Rotation(name=source.name, files=source.name)
    return schedule.rotations.get(source.name) if source.type == "rotation" else None


def of_file(kind: Kind, choice: Choice, catalogue: Catalogue) -> Made:
    """A chosen file. Music is taken to follow it."""
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


def _stream(url: str, state: PlanState, room_s: float | None) -> Made:
    """A relay; when it ends says who plays it. Until its own title is known it has that of its address."""
    lasts_s = _RELAY_S if room_s is None else room_s
    address = urlsplit(url)
    title = f"{address.hostname or ''}{unquote(address.path).rstrip('/')}" or url
    return Made(
        kind=Kind.LIVE,
        part=StreamPart(url=url),
        title=title,
        expected_s=lasts_s,
        longest_s=lasts_s,
        reason="relayed",
        state=state,
    )


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
