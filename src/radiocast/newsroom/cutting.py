"""Cutting a rundown to its time: which stories are read, and how far into each. Pure.

A passage is cut at the end of a sentence, or left out.
"""

from collections.abc import Callable, Sequence
from typing import Final

from radiocast.newsroom.rundown import Passage, Role, Rundown, Script, ScriptPart

# What a sounder holds of a bulletin's time before its length is known.
SOUNDER_S: Final = 4.0
# "Words a minute" counts words of so many letters, the space and the share of pauses included: what
# espeak-ng was measured to read, within 5 % on long and on short words alike, at 120 to 180 words a minute.
_LETTERS_PER_WORD: Final = 6.4
# A figure is read as a word: "3.5" has three signs and takes the time of fourteen.
_LETTERS_PER_DIGIT: Final = 5


def spoken_s(text: str, words_per_minute: int) -> float:
    """An estimate of the seconds that this text takes to say."""
    digits = sum(character.isdigit() for character in text)
    letters = len(text) + digits * (_LETTERS_PER_DIGIT - 1)
    return letters * 60 / (words_per_minute * _LETTERS_PER_WORD)


def cut_to_time(rundown: Rundown, length_of: Callable[[str], float]) -> Script:
    """The script: each story gets an equal share of what is left of the target, its rest goes to the next.

    `length_of` says how many seconds a sentence takes.
    """
    fixed = [passage for passage in rundown.passages if passage.role is not Role.STORY]
    stories = [passage for passage in rundown.passages if passage.role is Role.STORY][: rundown.max_stories]
    left = rundown.target_s - sum(_length(part_of(each), length_of) for each in fixed)
    cut: dict[int, ScriptPart] = {}
    for index, story in enumerate(stories):
        part = _cut(story, left / (len(stories) - index), length_of)
        left -= _length(part, length_of)
        cut[id(story)] = part
    parts = tuple(
        cut[id(passage)] if passage.role is Role.STORY else part_of(passage)
        for passage in rundown.passages
        if passage.role is not Role.STORY or id(passage) in cut
    )
    return Script(bulletin=rundown.bulletin, at=rundown.at, parts=parts)


def estimated_s(script: Script, words_per_minute: int) -> float:
    """About how long it will last."""
    return sum(_length(part, lambda text: spoken_s(f" {text}", words_per_minute)) for part in script.parts)


def part_of(passage: Passage, sentences: int | None = None) -> ScriptPart:
    """The passage with so many of its sentences, None for all, and its closing."""
    return ScriptPart(
        role=passage.role,
        language=passage.language,
        sentences=(*passage.sentences[:sentences], *passage.closing),
        slug=passage.slug,
        kind=passage.kind,
        title=passage.title,
        headline=passage.headline,
        stream_title=passage.stream_title,
        pause_s=passage.pause_s,
    )


def _cut(passage: Passage, limit_s: float, length_of: Callable[[str], float]) -> ScriptPart:
    used = _said(passage.closing, length_of) + passage.pause_s
    taken = 0
    for sentence in passage.sentences:
        used += length_of(sentence)
        if used > limit_s and taken >= passage.least:
            break
        taken += 1
    return part_of(passage, taken)


def _length(part: ScriptPart, length_of: Callable[[str], float]) -> float:
    sound = SOUNDER_S if part.role is Role.SOUNDER else _said(part.sentences, length_of)
    return sound + part.pause_s


def _said(sentences: Sequence[str], length_of: Callable[[str], float]) -> float:
    return sum(map(length_of, sentences))
