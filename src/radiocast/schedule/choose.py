"""Which track of a rotation is next: order, weights, and separation.

Owns: who may be taken, who is wanted most, and what is done where the library is too small.
Must not know: what time is left (`landing`), carts (`carts`), or which names are the same (`separation`).

Theory of operation. A shuffled rotation takes at random from the third of its files that were least
recently on the air (all that never were come first), so that everything comes round and nothing comes
back soon; of these only what separation allows. With weights, waiting counts as often as the weight says:
what weighs three times as much comes round three times as soon. Where the library is too small for its
separation, that is relaxed in steps, and the reason says so: first titles, then artists.
"""

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

from radiocast.config.schedule import Rotation
from radiocast.model.media import MediaFile
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.separation import Heard
from radiocast.schedule.state import PlanState, newest

# Nothing is begun that would be heard for less before a hard start, if something shorter is there.
LEAST_HEARD_S: Final = 5.0
# How a reason tells that the library was too small.
RELAXED: Final = "separation relaxed"
# Tries at random for a track that separation allows, before all are looked through; a library of
# thousands would otherwise be walked for each track of the plan.
_PROBES: Final = 12
# What lands this close before the start has landed; the planner takes the start as next. It is less than
# what the studio bridges as a breath.
LANDED_S: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A file, why it, and the state that remembers the choice."""

    media: MediaFile
    reason: str
    state: PlanState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The files of a rotation, the most wanted first. `near` is how many of them a shuffle takes from.

    `even`: of these all alike, since none of them was ever on the air; else rather from the front.
    """

    files: Sequence[MediaFile]
    near: int
    even: bool

    def one(self, chance: random.Random) -> MediaFile:
        """One by chance: what waits longest is not left to wait much longer."""
        at = chance.random()
        return self.files[int((at if self.even else at**2) * self.near)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """Who may be taken, the most wanted first, and as how much of its separation the rotation keeps.

    `note` says what had to be relaxed; empty if nothing was. `absent`: no artist may, and they are in order
    of their artists' absence.
    """

    files: Sequence[MediaFile]
    rotation: Rotation
    note: str = ""
    absent: bool = False


def choose_track(
    rotation: Rotation,
    catalogue: Catalogue,
    state: PlanState,
    *,
    at: float,
    room_s: float | None,
    seed: int,
) -> Choice | None:
    """The rotation's next track; None if no playable file matches.

    `room_s` is what is left until something cuts it, None if that is far off: it counts only where
    hardly anything would be heard.
    """
    files = catalogue.match(rotation.files)
    if not files:
        return None
    name, key = f"rotation {rotation.name}", f"rotation/{rotation.name}"
    hurried = room_s if room_s is not None and room_s < LEAST_HEARD_S else None
    if rotation.order == "sequence":
        return _in_sequence(files, name, key, catalogue, state, hurried)
    heard = catalogue.heard(state.history)
    chance = chance_of(seed, state, key)
    ranked = wanted(rotation, catalogue, heard, seed)
    if hurried is not None:
        fitted = _fitting(ranked.files, catalogue, hurried)
        if catalogue.held_s(fitted) <= hurried:
            return Choice(media=fitted, reason=f"{name}, fits the {minutes(hurried)} left", state=state)
    how = "by weight" if rotation.order == "weighted" else "shuffled"
    for _ in range(_PROBES):
        media = ranked.one(chance)
        if not heard.free_from(catalogue.keys(media.path), rotation, at):
            return Choice(media=media, reason=f"{name}, {how}", state=state)
    may = eligible(rotation, catalogue, heard, ranked, at)
    media = among(may, ranked).one(chance)
    return Choice(media=media, reason=f"{name}, {may.note or how}", state=state)


def wanted(rotation: Rotation, catalogue: Catalogue, heard: Heard, seed: int) -> Wanted:
    """The rotation's files by how long they have waited; without the very last, if there is another."""
    files = catalogue.match(rotation.files)
    near = max(2, -(-len(files) // 3))
    if rotation.order == "weighted":
        ranked = _by_weight(rotation, catalogue, heard, seed)
        # Of a third, what weighs much would often be passed over, and come hardly more often than the rest.
        return Wanted(files=ranked, near=max(1, min(near, len(ranked)) // 4), even=False)
    waiting = heard.waiting(rotation.files, files)
    never = waiting.never
    if not waiting.aired:
        return Wanted(files=never, near=len(never), even=True)
    ranked = [*never, *waiting.aired.values()]
    if len(ranked) > 1:
        ranked.pop()
    # At least two, so that three files are still a shuffle.
    even = len(never) >= near
    return Wanted(files=ranked, near=len(never) if even else min(near, len(ranked)), even=even)


def eligible(rotation: Rotation, catalogue: Catalogue, heard: Heard, ranked: Wanted, at: float) -> Eligible:
    """Who may be taken at an instant, and what had to be relaxed for there to be anybody."""
    keys = catalogue.keys
    free = [media for media in ranked.files if not heard.free_from(keys(media.path), rotation, at)]
    if free:
        return Eligible(files=free, rotation=rotation)
    files = catalogue.match(rotation.files)
    artists_only = replace(rotation, title_separation_s=0.0)
    free = [media for media in ranked.files if not heard.free_from(keys(media.path), artists_only, at)]
    if free:
        count = _count(keys(media.path).title for media in files)
        return Eligible(files=free, rotation=artists_only, note=f"{RELAXED}: only {counted(count, 'title')}")
    # The artist who was away longest, and of that artist what was away longest.
    absent = sorted(ranked.files, key=lambda media: heard.artist_last(keys(media.path)))
    count = _count(keys(media.path).principal for media in files)
    return Eligible(
        files=absent,
        rotation=replace(artists_only, artist_separation_s=0.0),
        note=f"{RELAXED}: only {counted(count, 'artist')}",
        absent=True,
    )


def among(may: Eligible, ranked: Wanted) -> Wanted:
    """Those who may be taken, to take one by chance from."""
    if may.absent:
        return Wanted(files=may.files, near=1, even=True)
    if may.note:
        return Wanted(files=may.files, near=-(-len(may.files) // 3), even=False)
    allowed = {media.path for media in may.files}
    near = sum(media.path in allowed for media in ranked.files[: ranked.near])
    return Wanted(files=may.files, near=near or len(may.files), even=ranked.even)


def minutes(seconds: float) -> str:
    """`3:20`, for reasons."""
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"


def counted(count: int, noun: str) -> str:
    """`1 artist`, `3 artists`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def chance_of(seed: int, state: PlanState, name: str) -> random.Random:
    """Chance for one decision; the same one for the same question."""
    # Only random() is used of it: the one method whose values are the same in every Python.
    return random.Random(f"{seed}/{name}/{state.counter}")  # noqa: S311 - a shuffle, not a secret


def _by_weight(rotation: Rotation, catalogue: Catalogue, heard: Heard, seed: int) -> list[MediaFile]:
    """By waiting times weight. What never was on the air has waited since some time before sign-on."""
    weights = catalogue.weights(rotation)
    last, count, total = heard.paths, heard.count, sum(weights.values())

    def urgency(media: MediaFile) -> float:
        path = media.path
        index = last.get(path)
        if index is not None:
            return weights[path] * (count - index)
        return weights[path] * count + total * (crc32(f"{seed}/{path}".encode()) / 2**32)

    ranked = sorted(catalogue.match(rotation.files), key=urgency, reverse=True)
    newest_path = next(reversed(last), None)
    return [media for media in ranked if media.path != newest_path] or ranked


def _in_sequence(
    files: Sequence[MediaFile],
    name: str,
    key: str,
    catalogue: Catalogue,
    state: PlanState,
    hurried_s: float | None,
) -> Choice:
    paths = [media.path for media in files]
    media = files[bisect_right(paths, state.positions.get(key, "")) % len(files)]
    if hurried_s is not None and catalogue.held_s(media) > hurried_s:
        fitted = _fitting(files, catalogue, hurried_s)
        if catalogue.held_s(fitted) <= hurried_s:
            return Choice(media=fitted, reason=f"{name}, fits the {minutes(hurried_s)} left", state=state)
    changed = replace(state, positions=newest(state.positions, key, media.path))
    return Choice(media=media, reason=f"{name}, in sequence", state=changed)


def _fitting(files: Sequence[MediaFile], catalogue: Catalogue, room_s: float) -> MediaFile:
    """The longest that fits; if none does, the shortest."""

    def fit(media: MediaFile) -> tuple[bool, float]:
        held_s = catalogue.held_s(media)
        return (True, held_s) if held_s <= room_s else (False, -held_s)

    return max(files, key=fit)


def _count(keys: Iterable[str]) -> int:
    return len({key for key in keys if key})
