"""Which file of a rotation or a cart is next: order, separation, weights, and what fits the time left.

Theory of operation. A shuffled rotation takes at random from the third of its files that were least
recently on the air (all that never were come first), so that everything comes round and nothing comes
back soon; of these only what separation allows. Where the library is too small for that, it is relaxed
in steps, and the reason says so. A cart plays rounds: in one round each cut comes as often as its
weight says, spread out evenly.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from radiocast.config.schedule import Cart, Rotation
from radiocast.model.media import MediaFile
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.state import MAX_CUTS, PlanState, newest

# Nothing is begun that would be heard for less before a hard start, if something shorter is there.
LEAST_HEARD_S: Final = 5.0
# Less than this left over after a track makes a scrap of the next one.
_SCRAP_S: Final = 60.0
# How a reason tells that the library was too small.
RELAXED: Final = "separation relaxed"
# Tries at random for a track that separation allows, before all are looked through; a library of
# thousands would otherwise be walked for each track of the plan.
_PROBES: Final = 12
# What lands this close to the hard start has landed; the planner takes the start as next.
LANDED_S: Final = 0.25
# A cost that is worth leaving the rotation's own choice for: a track faded twenty seconds early is not.
_WORTH_FITTING: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A file, why it, and the state that remembers the choice."""

    media: MediaFile
    reason: str
    state: PlanState


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

    `room_s` is what is left until the next hard start, None if it is far off.
    """
    files = catalogue.match(rotation.files)
    if not files:
        return None
    name = f"rotation {rotation.name}"
    if rotation.order == "sequence":
        return _in_sequence(files, name, f"rotation/{rotation.name}", state, room_s)
    chance = _chance(seed, state, f"rotation/{rotation.name}")
    group, first, note = _shuffled(rotation, files, catalogue, state, at, chance)
    reason = f"{name}, {note or 'shuffled'}"
    if room_s is not None and _cost(first.air_s, room_s) > _WORTH_FITTING:
        fitted = min(group(), key=lambda media: _cost(media.air_s, room_s))
        if _cost(fitted.air_s, room_s) < _cost(first.air_s, room_s):
            return Choice(
                media=fitted,
                reason=f"{name}, fits the {minutes(room_s)} left" + (f", {note}" if note else ""),
                state=state,
            )
    return Choice(media=first, reason=reason, state=state)


def choose_cut(cart: Cart, catalogue: Catalogue, state: PlanState, *, seed: int) -> Choice | None:
    """The cart's next cut; None if none of its files is there."""
    weights: dict[str, int] = {}
    files: dict[str, MediaFile] = {}
    for cut in cart.cuts:
        for media in catalogue.match(cut.file):
            files.setdefault(media.path, media)
            weights.setdefault(media.path, cut.weight if cart.order == "weighted" else 1)
    if not files:
        return None
    key, name = f"cart/{cart.name}", f"cart {cart.name}"
    if cart.order == "sequence":
        paths = list(files)
        last = state.positions.get(key)
        path = paths[(paths.index(last) + 1) % len(paths)] if last in files else paths[0]
        changed = replace(state, positions=newest(state.positions, key, path))
        return Choice(media=files[path], reason=f"{name}, in sequence", state=changed)
    counts = {path: count for path, count in state.rounds.get(key, {}).items() if path in files}
    last = state.positions.get(key)
    chance = _chance(seed, state, key)
    # The cut that is furthest behind its share; of those behind alike one by chance, but not the last again.
    path = min(
        files,
        key=lambda p: ((counts.get(p, 0) + 0.5) / weights[p], p == last, chance.random()),
    )
    counts[path] = counts.get(path, 0) + 1
    if all(counts.get(p, 0) >= weights[p] for p in files):
        counts = {p: counts[p] - weights[p] for p in files if counts[p] > weights[p]}
    kept = dict(list(counts.items())[:MAX_CUTS])
    changed = replace(
        state,
        positions=newest(state.positions, key, path),
        rounds=newest(state.rounds, key, kept),
    )
    how = "by weight" if cart.order == "weighted" else "shuffled"
    return Choice(media=files[path], reason=f"{name}, {how}" if len(files) > 1 else name, state=changed)


def minutes(seconds: float) -> str:
    """`3:20`, for reasons."""
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"


def counted(count: int, noun: str) -> str:
    """`1 artist`, `3 artists`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _chance(seed: int, state: PlanState, name: str) -> random.Random:
    # Only random() is used of it: the one method whose values are the same in every Python.
    return random.Random(f"{seed}/{name}/{state.counter}")  # noqa: S311 - a shuffle, not a secret


def _one_of(files: Sequence[MediaFile], chance: random.Random) -> MediaFile:
    return files[int(chance.random() * len(files))]


def _early_one_of(files: Sequence[MediaFile], chance: random.Random) -> MediaFile:
    """One by chance, rather from the front: what waits longest is not left to wait much longer."""
    return files[int(chance.random() ** 2 * len(files))]


def _in_sequence(
    files: Sequence[MediaFile], name: str, key: str, state: PlanState, room_s: float | None
) -> Choice:
    paths = [media.path for media in files]
    media = files[bisect_right(paths, state.positions.get(key, "")) % len(files)]
    if room_s is not None and room_s < LEAST_HEARD_S and media.air_s > room_s:
        short = [other for other in files if other.air_s <= room_s]
        if short:
            fitted = max(short, key=lambda other: other.air_s)
            return Choice(media=fitted, reason=f"{name}, fits the {minutes(room_s)} left", state=state)
    changed = replace(state, positions=newest(state.positions, key, media.path))
    return Choice(media=media, reason=f"{name}, in sequence", state=changed)


def _cost(air_s: float, room_s: float) -> float:
    """How badly a track of this length serves the time that is left until a hard start.

    0 is well: it lands, or leaves room for another. A track that the start fades early costs its lost
    seconds, up to a limit; one that leaves a scrap costs the more, the shorter the scrap.
    """
    left = room_s - air_s
    if 0 <= left <= LANDED_S or left >= _SCRAP_S:
        return 0.0
    if left > 0:
        return 10.0 + (_SCRAP_S - left) / 2
    if room_s < _SCRAP_S / 2:
        return 100.0
    return min(-left, 90.0) * 0.4


def _shuffled(
    rotation: Rotation,
    files: Sequence[MediaFile],
    catalogue: Catalogue,
    state: PlanState,
    at: float,
    chance: random.Random,
) -> tuple[Callable[[], Sequence[MediaFile]], MediaFile, str]:
    """Who may be taken, who is, and a note if separation had to be relaxed."""
    last_aired = {played.path: index for index, played in enumerate(state.history)}
    never = [media for media in files if media.path not in last_aired]
    aired = _aired(files, never, last_aired)
    # At least two, so that three files are still a shuffle.
    share = min(len(never) + len(aired), max(2, -(-len(files) // 3)))
    pool = never if len(never) >= share else never + aired[: share - len(never)]
    artists, titles = _blocked(rotation, catalogue, state, at)

    def artist_free(media: MediaFile) -> bool:
        return catalogue.separation_keys(media.path)[0] not in artists

    def free(media: MediaFile) -> bool:
        artist, title = catalogue.separation_keys(media.path)
        return artist not in artists and title not in titles

    pick = _one_of if pool is never else _early_one_of
    for _ in range(_PROBES):
        media = pick(pool, chance)
        if free(media):
            return lambda: list(filter(free, never + aired)), media, ""
    everyone = never + aired
    group = list(filter(free, everyone))
    if group:
        return lambda: group, pick(list(filter(free, pool)) or group, chance), ""
    group = list(filter(artist_free, everyone))
    if group:
        near = group[: -(-len(group) // 3)]
        count = _count(catalogue.separation_keys(media.path)[1] for media in files)
        return lambda: group, _early_one_of(near, chance), f"{RELAXED}: only {counted(count, 'title')}"
    return lambda: everyone, *_longest_absent(files, everyone, catalogue, state)


def _aired(
    files: Sequence[MediaFile], never: Sequence[MediaFile], last_aired: Mapping[str, int]
) -> list[MediaFile]:
    """Those that were on the air, longest ago first; without the very last, if there is another."""
    if len(never) == len(files):
        return []
    aired = [media for media in files if media.path in last_aired]
    aired.sort(key=lambda media: last_aired[media.path])
    return aired[:-1] if never or len(aired) > 1 else aired


def _longest_absent(
    files: Sequence[MediaFile], everyone: Sequence[MediaFile], catalogue: Catalogue, state: PlanState
) -> tuple[MediaFile, str]:
    """The artist who was away longest, and of that artist what was away longest."""
    heard = {catalogue.separation_keys(played.path)[0]: i for i, played in enumerate(state.history)}
    longest: Callable[[MediaFile], int] = lambda media: heard.get(  # noqa: E731 - typed for min()
        catalogue.separation_keys(media.path)[0], -1
    )
    count = _count(catalogue.separation_keys(media.path)[0] for media in files)
    return min(everyone, key=longest), f"{RELAXED}: only {counted(count, 'artist')}"


def _count(keys: Iterable[str]) -> int:
    return len({key for key in keys if key})


def _blocked(
    rotation: Rotation, catalogue: Catalogue, state: PlanState, at: float
) -> tuple[set[str], set[str]]:
    """Artists and titles that were on the air too recently. What has no artist blocks none."""
    artists: set[str] = set()
    titles: set[str] = set()
    longest_s = max(rotation.artist_separation_s, rotation.title_separation_s)
    for played in reversed(state.history):
        age_s = abs(at - played.at)
        if age_s >= longest_s:
            break
        artist, title = catalogue.separation_keys(played.path)
        if age_s < rotation.artist_separation_s:
            artists.add(artist)
        if age_s < rotation.title_separation_s:
            titles.add(title)
    return artists - {""}, titles - {""}
