"""The recording booth: sentences in, each spoken once by the voice that is meant for it, and kept.

Owns: which voice reads which sentence, who takes over when it fails, and what need not be spoken again.
Must not know: bulletins, or what is done with the sound.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from radiocast.config.station import VoiceConfig, Voices
from radiocast.model.errors import VoiceError
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.voices.cache import SpeechCache
from radiocast.newsroom.voices.choose import Cast, engage
from radiocast.newsroom.voices.colouring import COLOUR_VERSION, coloured
from radiocast.newsroom.voices.pronunciation import Pronunciation, worded
from radiocast.newsroom.voices.voice import Speech, Voice

_KEY_BYTES: Final = 16
# A voice that says of each sentence why it cannot would fill the status page.
_MOST_PROBLEMS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence to be recorded. `part` is the bulletin's part as `newsroom.voices.parts` names it."""

    text: str
    language: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A sentence as it was spoken: mono at 48 kHz, trimmed, coloured for the air, not yet levelled.

    `key` names it in the cache. `voice` is who spoke it; `cached` that nobody had to.
    """

    line: Line
    pcm: Pcm
    key: str
    voice: str
    cached: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds it lasts."""
        return len(self.pcm) / 48_000


class Booth:
    """Records sentences. `problems` are sentences for the status page about what failed on the way.

    `cache` is the folder of recorded sentences, made when needed. Voice files and programs that are no
    absolute paths are looked for in `root`. A voice that failed twice is not asked again by this booth.
    `patience_s`: a voice that another stands in for is waited for no longer, whatever its own `timeout` says.
    """

    def __init__(
        self,
        *,
        voice: VoiceConfig,
        voices: Voices,
        pronunciation: Mapping[str, str],
        cache: Path,
        root: Path,
        patience_s: float = inf,
    ) -> None:
        self._cast = Cast(voice=voice, voices=voices)
        self._pronunciation = Pronunciation(pronunciation)
        self._folder = cache
        self._cache = SpeechCache(cache)
        self._root = root
        self._patience_s = patience_s
        self._made: dict[VoiceConfig, Voice | VoiceError] = {}
        self._problems = dict.fromkeys(self._pronunciation.problems)

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong, each once, in the order of its happening; of very many the first."""
        told = tuple(self._problems)
        more = len(told) - _MOST_PROBLEMS
        return (*told[:_MOST_PROBLEMS], f"and {more} more of the voices") if more > 1 else told

    async def record(self, lines: Sequence[Line]) -> list[Recording | VoiceError]:
        """Each line as a recording, or why no voice could say it; in the order given.

        Raises nothing. Cancelled, it leaves no process behind; what was recorded by then is kept.
        """
        chains: dict[tuple[VoiceConfig, ...], dict[Line, Recording | VoiceError | None]] = {}
        for line in lines:
            chain = self._cast.chain(language=line.language, part=line.part)
            chains.setdefault(chain, {})[line] = None
        done: dict[Line, Recording | VoiceError] = {}
        for chain, wanted in chains.items():
            done |= await self._by_chain(chain, list(wanted))
        return [done[line] for line in lines]

    async def _by_chain(
        self, chain: tuple[VoiceConfig, ...], lines: list[Line]
    ) -> dict[Line, Recording | VoiceError]:
        done: dict[Line, Recording | VoiceError] = {}
        reasons: dict[Line, dict[str, None]] = {line: {} for line in lines}
        for config in self._patient(chain):
            left = [line for line in lines if line not in done]
            if not left:
                break
            voice = await self._voice(config)
            results: Sequence[Recording | VoiceError]
            results = (
                [voice] * len(left) if isinstance(voice, VoiceError) else await self._by_voice(voice, left)
            )
            for line, result in zip(left, results, strict=True):
                if isinstance(result, Recording):
                    done[line] = result
                else:
                    reasons[line][str(result)] = None
                    self._problems[str(result)] = None
        return {line: done.get(line) or VoiceError("; ".join(reasons[line])) for line in lines}

    def _patient(self, chain: tuple[VoiceConfig, ...]) -> Iterator[VoiceConfig]:
        for config in chain[:-1]:
            yield config.model_copy(update={"timeout_s": min(config.timeout_s, self._patience_s)})
        yield chain[-1]

    async def _voice(self, config: VoiceConfig) -> Voice | VoiceError:
        if config not in self._made:
            try:
                # It looks at files.
                self._made[config] = await asyncio.to_thread(
                    engage, config, root=self._root, cache=self._folder
                )
            except VoiceError as error:
                self._made[config] = error
        return self._made[config]

    async def _by_voice(self, voice: Voice, lines: list[Line]) -> list[Recording | VoiceError]:
        pieces = (self._pronunciation.pieces(line.text, line.language) for line in lines)
        texts = [worded(said, voice.notation) for said in pieces]
        keys = [_key(voice.identity, text) for text in texts]
        kept = await asyncio.to_thread(self._kept, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        fresh = await self._spoken(voice, missing) if missing else {}
        results: list[Recording | VoiceError] = []
        for line, key in zip(lines, keys, strict=True):
            pcm = kept[key] if key in kept else fresh[key]
            if isinstance(pcm, VoiceError):
                results.append(pcm)
            else:
                results.append(Recording(line=line, pcm=pcm, key=key, voice=voice.name, cached=key in kept))
        return results

    def _kept(self, keys: Sequence[str]) -> dict[str, Pcm]:
        found = ((key, self._cache.get(key)) for key in dict.fromkeys(keys))
        return {key: pcm for key, pcm in found if pcm is not None}

    async def _spoken(self, voice: Voice, texts: Mapping[str, str]) -> dict[str, Pcm | VoiceError]:
        """Key to sound, for texts that nobody has spoken yet. What could be is kept."""
        answers = dict(zip(texts, await voice.record(list(texts.values())), strict=True))
        speeches = {key: each for key, each in answers.items() if isinstance(each, Speech)}
        sounds = dict(zip(speeches, await coloured(list(speeches.values())), strict=True))
        fresh = {
            key: (texts[key], sound) for key, sound in sounds.items() if not isinstance(sound, VoiceError)
        }
        try:
            await asyncio.to_thread(self._cache.put, fresh)
        except OSError as error:
            self._problems[f"{self._folder}: recorded sentences cannot be kept there: {error}"] = None
        failed = {key: each for key, each in answers.items() if isinstance(each, VoiceError)}
        return {**failed, **sounds}


def _key(identity: str, text: str) -> str:
    """The name of a recording: who, in which colour, what."""
    content = "\0".join((identity, str(COLOUR_VERSION), text))
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=_KEY_BYTES).hexdigest()
