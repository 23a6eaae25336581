"""Whether everybody in `newsroom.voice` and `newsroom.voices` can speak, and every pronunciation be said.

Owns: which key of the file a voice or a word stands at. Must not know: how a voice is made to speak.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from radiocast.config.document import Findings, Items, Keyed, Node, read_document
from radiocast.config.station import NewsroomConfig, VoiceConfig
from radiocast.model.errors import Problem, Severity, VoiceError
from radiocast.newsroom.voices.choose import engage
from radiocast.newsroom.voices.pronunciation import entry_problem

# Whoever checks a station waits for it: a voice that takes longer for a few words is none for bulletins.
_LIMIT_S: Final = 20.0
_WORDS: Final = "One, two."
# Where something stands in the file: keys, and numbers of entries in a list.
_Keys = tuple[str | int, ...]


async def speaking_problems(file: Path, newsroom: NewsroomConfig, *, root: Path, var: Path) -> list[Problem]:
    """A problem for each voice that cannot say two words, and for each pronunciation that is no good.

    `file` is the station.yaml that `newsroom` was read from.
    """
    tree = await asyncio.to_thread(_tree, file)
    problems = [
        _problem(file, tree, ("newsroom", "pronunciation", word), told, Severity.WARNING)
        for word, said in newsroom.pronunciation.items()
        if (told := entry_problem(word, said))
    ]
    heard: dict[VoiceConfig, str] = {}
    for keys, config in _voices(newsroom):
        alone = config.model_copy(update={"fallback": ()})
        if alone not in heard:
            heard[alone] = await _complaint(alone, root, var / "speech")
        if heard[alone]:
            problems.append(_problem(file, tree, keys, heard[alone], Severity.ERROR))
    return problems


def _voices(newsroom: NewsroomConfig) -> Iterator[tuple[_Keys, VoiceConfig]]:
    yield from _with_fallback(("newsroom", "voice"), newsroom.voice)
    for code, voice in newsroom.voices.languages.items():
        yield from _with_fallback(("newsroom", "voices", "languages", code), voice)
    for part, voice in newsroom.voices.parts.items():
        yield from _with_fallback(("newsroom", "voices", "parts", part), voice)


def _with_fallback(keys: _Keys, voice: VoiceConfig) -> Iterator[tuple[_Keys, VoiceConfig]]:
    yield keys, voice
    for number, each in enumerate(voice.fallback):
        yield from _with_fallback((*keys, "fallback", number), each)


async def _complaint(config: VoiceConfig, root: Path, cache: Path) -> str:
    """Why this voice cannot speak; empty when it can."""
    limited = config.model_copy(update={"timeout_s": min(config.timeout_s, _LIMIT_S)})
    try:
        voice = await asyncio.to_thread(engage, limited, root=root, cache=cache)
    except VoiceError as error:
        return str(error)
    (result,) = await voice.record([_WORDS])
    return str(result) if isinstance(result, VoiceError) else ""


def _tree(file: Path) -> Node | None:
    try:
        return read_document(file.read_text("utf-8-sig"), Findings(file))
    except (OSError, ValueError):
        return None


def _problem(file: Path, tree: Node | None, keys: _Keys, message: str, severity: Severity) -> Problem:
    """The problem at the value that the keys lead to, or as far as they lead: defaults stand nowhere."""
    node, line, column = tree, 0, 0
    for key in keys:
        if isinstance(node, Keyed):
            node = next((value for name, value in node.pairs if _same(name.text, key)), None)
        elif isinstance(node, Items) and isinstance(key, int) and key < len(node.nodes):
            node = node.nodes[key]
        else:
            node = None
        if node is None:
            break
        line, column = node.line, node.column
    return Problem(file=file, line=line, column=column, message=message, severity=severity)


def _same(written: str, key: str | int) -> bool:
    """Whether a key of the file is this one; language codes are compared in one spelling."""
    return written == key or written.casefold().replace("_", "-") == key
