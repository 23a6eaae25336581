"""Which cut of a cart is next: those that may air now, in rounds by their weights.

Owns: air dates, days and dayparts of cuts, evergreens, and the shares of cuts.
Must not know: rotations, or when a cart is due.

Theory of operation. A cart plays rounds: in one round each cut comes as often as its weight says, spread
out evenly. What each has had of the present round is the planner's to remember, and survives a restart.
"""

from dataclasses import replace
from datetime import datetime

from radiocast.config.schedule import Cart, Cut
from radiocast.model.media import MediaFile
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import Choice, chance_of
from radiocast.schedule.days import allows
from radiocast.schedule.state import MAX_CUTS, PlanState, newest


def choose_cut(
    cart: Cart, catalogue: Catalogue, state: PlanState, *, shown: datetime, seed: int
) -> Choice | None:
    """The cart's next cut; None if none that may air is there. `shown` is what the station's clocks show."""
    weights: dict[str, int] = {}
    files: dict[str, MediaFile] = {}
    allowed = cuts_at(cart, catalogue, shown)
    for cut in allowed:
        for media in catalogue.match(cut.file):
            files.setdefault(media.path, media)
            weights.setdefault(media.path, cut.weight if cart.order == "weighted" else 1)
    if not files:
        return None
    key, name = f"cart/{cart.name}", f"cart {cart.name}"
    # In a station with evergreens it matters which is which.
    name += ", evergreen" if allowed[0].evergreen and not all(cut.evergreen for cut in cart.cuts) else ""
    last = state.positions.get(key)
    if cart.order == "sequence":
        path = _after(last, cart, catalogue, files)
        changed = replace(state, positions=newest(state.positions, key, path))
        return Choice(media=files[path], reason=f"{name}, in sequence", state=changed)
    remembered = state.rounds.get(key, {})
    counts = {path: count for path, count in remembered.items() if path in files}
    chance = chance_of(seed, state, key)
    # Not the last again, also where a round begins, if the round owes another cut its turn. Of those the one
    # that is furthest behind its share; of those behind alike one by chance.
    owed = [p for p in files if counts.get(p, 0) < weights[p]] or list(files)
    path = min(
        [p for p in owed if p != last] or owed,
        key=lambda p: ((counts.get(p, 0) + 0.5) / weights[p], chance.random()),
    )
    counts[path] = counts.get(path, 0) + 1
    if all(counts.get(p, 0) >= weights[p] for p in files):
        counts = {p: counts[p] - weights[p] for p in files if counts[p] > weights[p]}
    changed = replace(
        state,
        positions=newest(state.positions, key, path),
        rounds=newest(state.rounds, key, dict(list(counts.items())[:MAX_CUTS])),
    )
    how = "by weight" if cart.order == "weighted" else "shuffled"
    return Choice(media=files[path], reason=f"{name}, {how}" if len(files) > 1 else name, state=changed)


def cuts_at(cart: Cart, catalogue: Catalogue, shown: datetime) -> list[Cut]:
    """The cuts that may air at a local time and have a file; evergreens only where no other has."""
    second = shown.hour * 3600 + shown.minute * 60 + shown.second + shown.microsecond / 1e6
    there = [cut for cut in cart.cuts if catalogue.match(cut.file)]
    allowed = [cut for cut in there if allows(cut.window, shown.date(), second)]
    return [cut for cut in allowed if not cut.evergreen] or allowed


def _after(last: str | None, cart: Cart, catalogue: Catalogue, files: dict[str, MediaFile]) -> str:
    """The next in the order of the list, also behind one that may no longer air."""
    every = list(dict.fromkeys(media.path for cut in cart.cuts for media in catalogue.match(cut.file)))
    start = every.index(last) + 1 if last in every else 0
    return next(path for path in every[start:] + every[:start] if path in files)
