"""Cutting a rundown to its time: which stories are read, and how far into each. Pure.

Owns: the rules of what goes first where there is too much. Must not know: voices or sound; how long a
sentence takes to say is told. How far into each story is `shares`.

Stories are cut at the ends of sentences. What a cut leaves lacking or too much is spread over the pauses
between stories and the bed's beginning and end, which nobody hears; never over the speed of speech.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from radiocast.newsroom.production.shares import WITHIN_S, Cuts, Room, Story, fair_cuts
from radiocast.newsroom.script.rundown import Passage, Role, Rundown, Script, ScriptPart

# "Words a minute" counts words of so many letters, the space and the share of pauses included: what our
# espeak-ng was measured to read, within 1 % over many sentences at 120 to 200 words a minute.
_LETTERS_PER_WORD: Final = 5.36
# A figure is read as a word: "3.5" has three signs and takes the time of fourteen.
_LETTERS_PER_DIGIT: Final = 5
# A pause after a story may be so much shorter or longer than it is written: 0.5 to 0.9 s for 0.6.
_PAUSE_LESS_S: Final = 0.1
_PAUSE_MORE_S: Final = 0.3
_ROUNDING_S: Final = 0.01
# Sets of stories that are tried where the first ones do not land: a few milliseconds each.
_TRIES: Final = 6
# What is told and not only announced: it may be cut, and the pause after it may stretch.
_TOLD: Final = frozenset({Role.CORRECTION, Role.STORY})

LengthOf = Callable[[Passage, str], float]


class Stretch(NamedTuple):
    """A pause, or music alone, that may be shorter or longer than usual; seconds."""

    least_s: float
    usual_s: float
    most_s: float

    @classmethod
    def fixed(cls, seconds: float) -> "Stretch":
        """One that is always so long."""
        return cls(seconds, seconds, seconds)


_NOTHING: Final = Stretch.fixed(0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What of a bulletin is no speech: before the first word, after the last, between a part's sentences.

    No pause between two parts is longer than `longest_pause_s`.
    """

    opening: Stretch = _NOTHING
    tail: Stretch = _NOTHING
    sentence_s: float = 0.0
    longest_pause_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A bulletin of settled length; the script's pauses are settled too. Behind the last part is the tail.

    `places` are those that the script's parts have in the rundown, one for each. `why` gives reasons for
    passages that are not read, by place, where it is time; `problems` are what an operator should know.
    """

    script: Script
    places: tuple[int, ...]
    opening_s: float
    tail_s: float
    length_s: float
    why: tuple[tuple[int, str], ...] = ()
    problems: tuple[str, ...] = ()


def spoken_s(text: str, words_per_minute: int) -> float:
    """An estimate of the seconds that this text takes to say."""
    digits = sum(character.isdigit() for character in text)
    letters = len(text) + digits * (_LETTERS_PER_DIGIT - 1)
    return letters * 60 / (words_per_minute * _LETTERS_PER_WORD)


def cut_to_time(rundown: Rundown, length_of: LengthOf, frame: Frame) -> Cut:
    """The bulletin, within 2 s of its target wherever the news allows it, and never over its maximum.

    The first stories are read, at most `max_stories`; a later one stands in for one of them only where they
    are all too short. Too little news gives a short bulletin. Too much for the target costs the last
    stories; what is then still too long for the maximum costs headlines, stories, and sentences that
    are otherwise always read, in this order.
    """
    return _Cutter(rundown, length_of, frame).cut()


def part_of(passage: Passage, sentences: int | None = None, *, pause_s: float | None = None) -> ScriptPart:
    """The passage with so many of its sentences, None for all, and its closing."""
    return ScriptPart(
        role=passage.role,
        sentences=(*passage.sentences[:sentences], *passage.closing),
        slug=passage.slug,
        kind=passage.kind,
        title=passage.title,
        headline=passage.headline,
        stream_title=passage.stream_title,
        pause_s=passage.pause_s if pause_s is None else pause_s,
    )


class _Measured:
    """A passage and its length, closing and usual pause included, with its first 0, 1, 2 … sentences."""

    def __init__(self, passage: Passage, length_of: LengthOf, frame: Frame) -> None:
        self.passage = passage
        self.is_told = passage.role in _TOLD
        count = len(passage.sentences)
        self.least = max(1, min(passage.least, count)) if self.is_told and count else count
        self.pause = _pause(passage, frame)
        said = sum(length_of(passage, sentence) + frame.sentence_s for sentence in passage.closing)
        lengths = [said]
        for sentence in passage.sentences:
            lengths.append(lengths[-1] + length_of(passage, sentence) + frame.sentence_s)
        # A gap stands between sentences, not behind the last.
        self.lengths_s = tuple(max(0.0, length - frame.sentence_s) + self.pause.usual_s for length in lengths)

    def cuts(self) -> Story:
        return Story(self.lengths_s[self.least :])


def _pause(passage: Passage, frame: Frame) -> Stretch:
    usual_s = min(passage.pause_s, frame.longest_pause_s)
    if passage.role not in _TOLD:
        return Stretch.fixed(usual_s)
    return Stretch(
        max(0.0, usual_s - _PAUSE_LESS_S), usual_s, min(frame.longest_pause_s, usual_s + _PAUSE_MORE_S)
    )


class _Cutter:
    """One rundown being cut. `_parts` are the passages that are still in, by their place in it."""

    def __init__(self, rundown: Rundown, length_of: LengthOf, frame: Frame) -> None:
        self._rundown = rundown
        self._frame = frame
        self._all = {
            place: _Measured(passage, length_of, frame)
            for place, passage in enumerate(rundown.passages)
            if passage.sentences
        }
        self._parts = dict(self._all)
        self._stories = [place for place, part in self._all.items() if part.passage.role is Role.STORY]
        self._why: dict[int, str] = {}

    def cut(self) -> Cut:
        first = self._stories[: self._rundown.max_stories]
        while len(first) > 1 and self._shortest_s(first) > self._rundown.target_s + WITHIN_S:
            self._why[first.pop()] = f"no time for it in {self._rundown.target_s:g} s"
        first = self._within_maximum(first)
        read, chosen = self._best(first)
        return self._settled(read, chosen)

    # --- What may be in it at all ---------------------------------------------------------------------

    def _read(self, stories: Sequence[int]) -> list[int]:
        """Places of all that is read with these stories, in order."""
        return [
            place
            for place, part in self._parts.items()
            if part.passage.role is not Role.STORY or place in stories
        ]

    def _fixed_s(self, read: Sequence[int]) -> float:
        """What is no story of it: the frame, and what is not told; the last part's pause is the tail."""
        parts = [self._parts[place] for place in read]
        fixed = sum(part.lengths_s[-1] for part in parts if not part.is_told)
        spare_s = parts[-1].pause.usual_s if parts else 0.0
        return self._frame.opening.usual_s + self._frame.tail.usual_s + fixed - spare_s

    def _stretches(self, read: Sequence[int]) -> list[Stretch]:
        return [
            self._frame.opening,
            self._frame.tail,
            *(self._parts[place].pause for place in read[:-1]),
        ]

    def _shortest_s(self, stories: Sequence[int]) -> float:
        """The shortest bulletin with these stories."""
        read = self._read(stories)
        told = sum(part.lengths_s[part.least] for part in self._told(read))
        return self._fixed_s(read) + told - sum(each.usual_s - each.least_s for each in self._stretches(read))

    def _told(self, read: Sequence[int]) -> list[_Measured]:
        return [self._parts[place] for place in read if self._parts[place].is_told]

    def _within_maximum(self, stories: list[int]) -> list[int]:
        """The stories of these that the maximum has room for; what else it has no room for goes, too."""
        most_s = self._rundown.max_s
        reason = f"more than {most_s:g} s without"
        roles = {role: [p for p, part in self._all.items() if part.passage.role is role] for role in Role}
        headlines, told = roles[Role.HEADLINE], [*roles[Role.CORRECTION], *stories]
        # Headlines alone are a bulletin too: then the first stays.
        droppable = headlines if told else headlines[1:]
        for place in reversed(droppable):
            if self._shortest_s(stories) <= most_s:
                return stories
            del self._parts[place]
            self._why[place] = reason
        while len(stories) > 1 and self._shortest_s(stories) > most_s:
            self._why[stories.pop()] = reason
        # Half a correction would be a second mistake.
        for place in reversed(stories):
            part = self._parts[place]
            while part.least > 1 and self._shortest_s(stories) > most_s:
                part.least -= 1
        for place in (*roles[Role.OUTRO], *roles[Role.INTRO]):
            # Nobody's configuration should come to this; but what is heard of the news goes before manners.
            if self._shortest_s(stories) > most_s and len(self._parts) > 1:
                del self._parts[place]
                self._why[place] = reason
        return stories

    # --- Which stories, and how far --------------------------------------------------------------------

    def _best(self, first: Sequence[int]) -> tuple[list[int], Cuts]:
        """What is read, and its cuts: of the first set of stories that lands, else of the nearest miss."""
        tried: list[tuple[float, list[int], Cuts]] = []
        for stories in islice(self._sets(first), _TRIES):
            read = self._read(stories)
            room = self._room(read)
            cuts = fair_cuts([part.cuts() for part in self._told(read)], room)
            tried.append((room.miss_s(cuts.total_s), read, cuts))
            if tried[-1][0] <= WITHIN_S:
                break
        _, read, cuts = min(tried, key=lambda each: each[0])
        for place in first:
            if place not in read:
                self._why[place] = f"without it the bulletin is nearer to {self._rundown.target_s:g} s"
        return read, cuts

    def _room(self, read: Sequence[int]) -> Room:
        """The time that stories and corrections have."""
        fixed_s = self._fixed_s(read)
        stretches = self._stretches(read)
        return Room(
            target_s=self._rundown.target_s - fixed_s,
            # Pauses that may be longer let speech be shorter, and the other way round.
            less_s=sum(each.most_s - each.usual_s for each in stretches),
            more_s=sum(each.usual_s - each.least_s for each in stretches),
            most_s=self._rundown.max_s - fixed_s,
        )

    def _sets(self, first: Sequence[int]) -> Iterator[list[int]]:
        """Sets of stories, the most wanted first; only such as may land, but the first."""
        yield list(first)
        spare = [place for place in self._stories if place not in first and place in self._parts]
        wanted = (
            *self._with_stand_ins(first, spare),
            # A story fewer, or another in the last one's place: other sentences, other sums.
            *([*first[:-1], other] for other in spare if first),
            *([list(first[:-1])] if len(first) > 1 else []),
        )
        seen = [list(first)]
        for stories in wanted:
            if stories not in seen and self._may_land(stories):
                seen.append(stories)
                yield stories

    def _with_stand_ins(self, first: Sequence[int], spare: Sequence[int]) -> Iterator[list[int]]:
        """The shortest, but not the lead, give way to the longest of the others, one after the other."""
        stories, longest = list(first), sorted(spare, key=lambda p: -self._all[p].lengths_s[-1])
        for place in longest:
            if len(stories) < 2:
                return
            shortest = min(stories[1:], key=lambda p: self._all[p].lengths_s[-1])
            if self._all[place].lengths_s[-1] <= self._all[shortest].lengths_s[-1]:
                return
            stories = sorted([*(other for other in stories if other != shortest), place])
            yield stories

    def _may_land(self, stories: Sequence[int]) -> bool:
        read = self._read(stories)
        room, told = self._room(read), self._told(read)
        shortest_s = sum(part.lengths_s[part.least] for part in told)
        longest_s = sum(part.lengths_s[-1] for part in told)
        return longest_s >= room.target_s - room.less_s - WITHIN_S and shortest_s <= min(
            room.target_s + room.more_s + WITHIN_S, room.most_s
        )

    # --- What comes of it ------------------------------------------------------------------------------

    def _settled(self, read: list[int], cuts: Cuts) -> Cut:
        told = [place for place in read if self._parts[place].is_told]
        counts = {
            place: self._parts[place].least + pick for place, pick in zip(told, cuts.chosen, strict=True)
        }
        usual_s = self._fixed_s(read) + cuts.total_s
        settled = _spread(self._rundown, usual_s, self._stretches(read))
        pauses = dict(zip(read[:-1], settled[2:], strict=True)) if read else {}
        kept = {
            place: passage
            for place, passage in enumerate(self._rundown.passages)
            if place in read or not passage.sentences
        }
        parts = tuple(
            part_of(passage, counts.get(place), pause_s=pauses.get(place, 0.0))
            for place, passage in kept.items()
        )
        length_s = usual_s + sum(settled) - sum(each.usual_s for each in self._stretches(read))
        return Cut(
            script=Script(bulletin=self._rundown.bulletin, at=self._rundown.at, parts=parts),
            places=tuple(kept),
            opening_s=settled[0],
            tail_s=settled[1],
            length_s=length_s,
            why=tuple(self._why.items()),
            problems=self._problems(length_s),
        )

    def _problems(self, length_s: float) -> tuple[str, ...]:
        most_s = self._rundown.max_s
        if length_s > most_s + _ROUNDING_S:
            return (f"it is {length_s:.0f} s long and cannot be cut to its max of {most_s:g} s",)
        return ()


def _spread(rundown: Rundown, usual_s: float, stretches: Sequence[Stretch]) -> list[float]:
    """Each stretch as long as makes the whole land; as usual where there is too little to land at all."""
    wanted_s = min(rundown.target_s, rundown.max_s) - usual_s
    room = [each.most_s - each.usual_s if wanted_s > 0 else each.usual_s - each.least_s for each in stretches]
    most_s = sum(room)
    hopeless = abs(wanted_s) > most_s + WITHIN_S and usual_s <= rundown.max_s
    if not most_s or hopeless:
        return [each.usual_s for each in stretches]
    share = max(-1.0, min(1.0, wanted_s / most_s))
    return [each.usual_s + share * own for each, own in zip(stretches, room, strict=True)]
