"""The recording session: which sentences of a rundown are recorded, and the bulletin cut by what they last.

Owns: the estimate, and what is done where a sentence cannot be said. Must not know: voices, or the mix.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from radiocast.model.errors import VoiceError
from radiocast.newsroom.production.cutting import Cut, Frame, cut_to_time, spoken_s
from radiocast.newsroom.production.mixing import Take, spoken_ms
from radiocast.newsroom.production.shares import WITHIN_S
from radiocast.newsroom.production.transcript import cuts
from radiocast.newsroom.script.rundown import BREAKING, Passage, Role, Rundown
from radiocast.newsroom.voices.booth import Line, Recording

# Speech may be so much faster than estimated; and of every story that is read a sentence more is recorded,
# so that there is a choice.
_FASTER: Final = 1.08
_MORE: Final = 1
# Each round records what the one before turned out to lack. The second is mostly not needed.
_ROUNDS: Final = 4
_TOLD: Final = frozenset({Role.CORRECTION, Role.STORY})
_NEWS: Final = frozenset({Role.HEADLINE, Role.CORRECTION, Role.STORY})
_PARTS: Final = {
    Role.INTRO: "intro",
    Role.HEADLINE: "headlines",
    Role.CORRECTION: "correction",
    Role.STORY: "stories",
    Role.OUTRO: "outro",
}


class Booth(Protocol):
    """What a session needs of the booth."""

    async def record(self, lines: Sequence[Line]) -> list[Recording | VoiceError]:
        """Each line as it was spoken, or why it could not be, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A bulletin ready to be mixed. No takes: no voice could say anything of the news.

    `notes` say what was cut and why, for the record; `problems` what an operator should know.
    """

    cut: Cut
    takes: tuple[Take, ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]


class Session:
    """One rundown being recorded. First `begin`, with a guess of the frame, then `finish` with the frame."""

    def __init__(self, rundown: Rundown, booth: Booth, *, words_per_minute: int) -> None:
        self._written = rundown
        self._booth = booth
        self._words_per_minute = words_per_minute
        self._recorded: dict[Line, Recording | VoiceError] = {}

    async def begin(self, frame: Frame) -> None:
        """Record what will probably be read."""
        await self._record(self._likely(frame))

    async def finish(self, frame: Frame) -> Recorded:
        """The bulletin of what was recorded, after recording what it still lacks. Raises nothing."""
        sayable = self._sayable(recorded=True)
        cut = cut_to_time(sayable.rundown, self._length_of, frame)
        for _ in range(_ROUNDS):
            if abs(cut.length_s - self._written.target_s) <= WITHIN_S:
                break
            missing = [line for line in self._likely(frame) if line not in self._recorded]
            if not missing:
                break
            await self._record(missing)
            sayable = self._sayable(recorded=True)
            cut = cut_to_time(sayable.rundown, self._length_of, frame)
        takes = self._takes(sayable.rundown, cut)
        problems = [*cut.problems, *self._left_out()]
        if not self._has_news(takes):
            reasons = dict.fromkeys(str(r) for r in self._recorded.values() if isinstance(r, VoiceError))
            problems = [*reasons, "no voice could speak: the bulletin is its sounder alone"]
            takes = ()
        return Recorded(
            cut=cut, takes=takes, notes=self._notes(sayable, cut), problems=tuple(dict.fromkeys(problems))
        )

    def _likely(self, frame: Frame) -> list[Line]:
        """What will be read by all that is known by now, and a little more, so that there is a choice."""
        rundown = self._sayable(recorded=False).rundown
        likely = cut_to_time(rundown, self._length_of, frame)
        lines: list[Line] = []
        for place, part in zip(likely.places, likely.script.parts, strict=True):
            passage = rundown.passages[place]
            said = passage.sentences[: len(part.sentences) - len(passage.closing) + _MORE]
            lines += [self._line(passage, sentence) for sentence in (*said, *passage.closing)]
        return list(dict.fromkeys(lines))

    async def _record(self, lines: Iterable[Line]) -> None:
        wanted = [line for line in lines if line not in self._recorded]
        if wanted:
            self._recorded.update(zip(wanted, await self._booth.record(wanted), strict=True))

    def _line(self, passage: Passage, sentence: str) -> Line:
        part = "breaking" if self._written.bulletin == BREAKING else _PARTS.get(passage.role, "stories")
        return Line(text=sentence, language=passage.language, part=part)

    def _length_of(self, passage: Passage, sentence: str) -> float:
        """Measured, in the whole milliseconds that it will take; estimated where it is not recorded yet."""
        recording = self._recorded.get(self._line(passage, sentence))
        if isinstance(recording, Recording):
            return spoken_ms(recording.pcm) / 1000
        return spoken_s(sentence, self._words_per_minute) / _FASTER

    def _sayable(self, *, recorded: bool) -> "_Sayable":
        """The rundown without what cannot be said; with `recorded`, of what is recorded alone.

        A story is read up to the sentence that cannot be said, and is left out where that is one of those
        that are always read. Elsewhere that sentence alone is left out.
        """
        kept: dict[int, Passage] = {}
        for place, passage in enumerate(self._written.passages):
            if not passage.sentences:
                kept[place] = passage
                continue
            sentences = self._up_to_failure(passage, recorded=recorded)
            least = min(passage.least, len(passage.sentences)) if passage.role in _TOLD else 1
            if len(sentences) >= max(1, least):
                there = (each for each in passage.closing if self._is_there(passage, each, recorded=recorded))
                kept[place] = replace(passage, sentences=sentences, closing=tuple(there))
            elif passage.role is Role.CORRECTION:
                # What announces a correction says nothing without it.
                kept = {p: each for p, each in kept.items() if p != place - 1 or not _announces(each)}
        return _Sayable(replace(self._written, passages=tuple(kept.values())), tuple(kept))

    def _up_to_failure(self, passage: Passage, *, recorded: bool) -> tuple[str, ...]:
        there = [self._is_there(passage, sentence, recorded=recorded) for sentence in passage.sentences]
        if passage.role in _TOLD:
            return passage.sentences[: there.index(False) if False in there else None]
        return tuple(
            sentence for sentence, is_there in zip(passage.sentences, there, strict=True) if is_there
        )

    def _is_there(self, passage: Passage, sentence: str, *, recorded: bool) -> bool:
        recording = self._recorded.get(self._line(passage, sentence))
        return isinstance(recording, Recording) or (recording is None and not recorded)

    def _takes(self, rundown: Rundown, cut: Cut) -> tuple[Take, ...]:
        takes = []
        for place, part in zip(cut.places, cut.script.parts, strict=True):
            said = [self._recorded[self._line(rundown.passages[place], text)] for text in part.sentences]
            recordings = tuple(each for each in said if isinstance(each, Recording))
            if recordings:
                takes.append(Take(part=part, sentences=recordings))
        return tuple(takes)

    def _has_news(self, takes: Sequence[Take]) -> bool:
        """A bulletin of nothing but its frame is none, unless there is no news in it anyway."""
        if not any(passage.role in _NEWS for passage in self._written.passages):
            return bool(takes)
        return any(take.part.role in _NEWS for take in takes)

    def _notes(self, sayable: "_Sayable", cut: Cut) -> tuple[str, ...]:
        read = {
            sayable.places[place]: len(part.sentences) - len(sayable.rundown.passages[place].closing)
            for place, part in zip(cut.places, cut.script.parts, strict=True)
        }
        why = {sayable.places[place]: reason for place, reason in cut.why}
        return cuts(self._written, read, why)

    def _left_out(self) -> list[str]:
        """What was to be read and could not be, as sentences."""
        found = []
        for passage in self._written.passages:
            name = f"{passage.role} {passage.slug}".rstrip()
            for number, sentence in enumerate((*passage.sentences, *passage.closing)):
                reason = self._recorded.get(self._line(passage, sentence))
                if not isinstance(reason, VoiceError):
                    continue
                if passage.role not in _TOLD or number >= len(passage.sentences):
                    found.append(f"left out of the bulletin: a sentence of {name}: {reason}")
                    continue
                whole = number < min(passage.least, len(passage.sentences))
                found.append(f"left out of the bulletin: {'' if whole else 'the rest of '}{name}: {reason}")
                break
        return found


class _Sayable(NamedTuple):
    """A rundown of what can be said, and the places of its passages in the one that was written."""

    rundown: Rundown
    places: tuple[int, ...]


def _announces(passage: Passage) -> bool:
    return passage.role is Role.CORRECTION and not passage.slug
