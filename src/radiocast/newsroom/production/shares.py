"""How far into each story: fair shares of the time that there is, which together land on a second. Pure.

Owns: the search over cuts. Must not know: rundowns, or what a story says. All lengths are seconds.

Theory of operation. A story is cut at the end of a sentence. Its fair share is what all get, the earlier a
little more; what a short one leaves goes to the others. Every cut of every story is weighed at once, in a
table over the total length in tenths of a second: of all the ways to land the one nearest to the fair shares
is taken. A thousand cuts are a few milliseconds.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

# So near to its target a bulletin lands, seconds.
WITHIN_S: Final = 2.0
# What lands goes before what does not, however fair.
_NOT_LANDED: Final = 1e9
# The first story's share against the last's: "earlier stories first", and no more than that.
_LEAD_SHARE: Final = 1.25
# The table's step, and the most steps that it has: what is longer than half an hour is weighed more coarsely.
_STEP_S: Final = 0.1
_STEPS: Final = 18_000
# A second beside the target weighs as much as a story that is five seconds off its share.
_MISS_WEIGHT: Final = 25.0
# Pauses of the usual length are better than others, but cost no more than a second of a story's share.
_STRETCH_WEIGHT: Final = 0.5


class Story(NamedTuple):
    """A story's length up to each place where it may be cut, shortest first."""

    lengths_s: tuple[float, ...]


class Room(NamedTuple):
    """What stories should last together, and how much less or more pauses make up for; at most `most_s`."""

    target_s: float
    less_s: float
    more_s: float
    most_s: float

    def miss_s(self, total_s: float) -> float:
        """By how much so long a total misses the target, once pauses have done what they can."""
        return max(0.0, total_s - self.target_s - self.more_s, self.target_s - self.less_s - total_s)


class Cuts(NamedTuple):
    """For each story which of its lengths it has, and what all are together."""

    chosen: tuple[int, ...]
    total_s: float


def fair_cuts(stories: Sequence[Story], room: Room) -> Cuts:
    """The cuts that land nearest to the target, as fair as can be.

    Where not even the shortest fit `most_s`, those; where the longest are too short, these.
    """
    shortest = [story.lengths_s[0] for story in stories]
    longest = [story.lengths_s[-1] for story in stories]
    if sum(longest) <= min(room.target_s, room.most_s):
        return Cuts(tuple(len(story.lengths_s) - 1 for story in stories), sum(longest))
    base_s = sum(shortest)
    # Further than a story's last sentence beyond the target nothing is looked for.
    reach_s = max(0.0, min(sum(longest), room.most_s, room.target_s + 60.0) - base_s)
    step_s = max(_STEP_S, reach_s / _STEPS)
    # Each story's length may be rounded up on its way into the table.
    steps = int(reach_s / step_s) + len(stories) + 1
    cost = np.full(steps, np.inf)
    cost[0] = 0.0
    picks = np.zeros((len(stories), steps), np.int16)
    shares = fair_shares(stories, room.target_s)
    moves = [
        [round((length - story.lengths_s[0]) / step_s) for length in story.lengths_s] for story in stories
    ]
    for number, (story, share) in enumerate(zip(stories, shares, strict=True)):
        reached = np.full(steps, np.inf)
        for pick, (length, move) in enumerate(zip(story.lengths_s, moves[number], strict=True)):
            if move >= steps:
                break
            weighed = cost[: steps - move] + (length - share) ** 2
            better = weighed < reached[move:]
            reached[move:][better] = weighed[better]
            picks[number, move:][better] = pick
        cost = reached
    totals = base_s + np.arange(steps) * step_s
    off = np.maximum(
        0.0, np.maximum(totals - room.target_s - room.more_s, room.target_s - room.less_s - totals)
    )
    cost = (
        cost
        + np.where(off > WITHIN_S, _NOT_LANDED, 0.0)
        + _MISS_WEIGHT * off**2
        + _STRETCH_WEIGHT * (totals - room.target_s) ** 2
    )
    # Lengths were rounded on their way into the table.
    cost[totals > room.most_s - len(stories) * step_s / 2] = np.inf
    at = int(np.argmin(cost)) if np.isfinite(cost).any() else 0
    chosen = [0] * len(stories)
    for number in range(len(stories) - 1, -1, -1):
        chosen[number] = int(picks[number, at])
        at -= moves[number][chosen[number]]
    return Cuts(
        tuple(chosen), sum(story.lengths_s[pick] for story, pick in zip(stories, chosen, strict=True))
    )


def fair_shares(stories: Sequence[Story], total_s: float) -> tuple[float, ...]:
    """What each gets of so much time: the same, the earlier a little more; what one leaves, the others."""
    last = max(1, len(stories) - 1)
    weights = [_LEAD_SHARE - (_LEAD_SHARE - 1) * number / last for number in range(len(stories))]

    def at(level_s: float) -> tuple[float, ...]:
        return tuple(
            min(max(level_s * weight, story.lengths_s[0]), story.lengths_s[-1])
            for story, weight in zip(stories, weights, strict=True)
        )

    low, high = 0.0, max((story.lengths_s[-1] for story in stories), default=0.0)
    for _ in range(30):  # to a millionth of a second
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle)) < total_s else (low, middle)
    return at(high)
