"""From `newsroom.voice` in station.yaml to a voice."""

import sys
from collections.abc import Iterator

from radiocast.config.station import VoiceConfig
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.command import CommandVoice
from radiocast.newsroom.voices.fallback import FallbackVoice
from radiocast.newsroom.voices.voice import Voice


def make_voice(config: VoiceConfig) -> FallbackVoice:
    """The configured voice with its fallbacks behind it, in order.

    A voice that cannot even be made is left out and named in `problems`. Raises VoiceError when
    none can be.
    """
    voices: list[Voice] = []
    problems: list[str] = []
    for each in _chain(config):
        try:
            voices.append(_one(each))
        except VoiceError as error:
            problems.append(str(error))
    if not voices:
        raise VoiceError("; ".join(problems))
    chain = FallbackVoice(voices)
    chain.problems += problems
    return chain


def _chain(config: VoiceConfig) -> Iterator[VoiceConfig]:
    yield config
    for each in config.fallback:
        yield from _chain(each)


def _one(config: VoiceConfig) -> Voice:
    if config.engine == "command":
        return CommandVoice(config.command, name=config.name or "command", timeout_s=config.timeout_s)
    command = (
        *(sys.executable, "-m", "radiocast.newsroom.voices.espeak"),
        *("--voice", config.name, "--wpm", str(config.words_per_minute)),
    )
    return CommandVoice(command, name=f"espeak-ng {config.name}", timeout_s=config.timeout_s)
