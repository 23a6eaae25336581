"""From `newsroom.voice` and `newsroom.voices` in station.yaml to who reads a sentence."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Final

from radiocast.config.language_code import language_key
from radiocast.config.station import VoiceConfig, Voices
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.command import CommandVoice
from radiocast.newsroom.voices.engine import EngineVoice
from radiocast.newsroom.voices.pronunciation import Notation
from radiocast.newsroom.voices.voice import Voice

# Raised when the same text would sound otherwise: recordings of before are made again.
_ESPEAK_VERSION: Final = 3
_PIPER_VERSION: Final = 1
# espeak-ng voices whose phonemes we know.
_NOTATIONS: Final = {"en": Notation.ESPEAK, "fr": Notation.ESPEAK_FRENCH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who reads what: the station's voice, and those that some languages and parts have instead."""

    voice: VoiceConfig
    voices: Voices

    def chain(self, *, language: str, part: str) -> tuple[VoiceConfig, ...]:
        """The voices that are asked in turn: the language's, else the part's, else the station's.

        Where a story is in a language that nobody was named for, espeak-ng reads it in that language's
        own voice if it has one, and not with an English mouth.
        """
        code = language_key(language)
        own = self.voices.languages.get(code) or self.voices.languages.get(_base(code))
        if own is not None:
            return tuple(_flat(own))
        named = self.voices.parts.get(part, self.voice)
        return tuple(dict.fromkeys(_in_language(each, code) for each in _flat(named)))


def _flat(config: VoiceConfig) -> Iterator[VoiceConfig]:
    yield config.model_copy(update={"fallback": ()})
    for each in config.fallback:
        yield from _flat(each)


def _in_language(config: VoiceConfig, code: str) -> VoiceConfig:
    spoken = _base(_espeak_language(config))
    known = _espeak_languages()
    if config.engine != "espeak-ng" or _base(code) == spoken or not {spoken, _base(code)} <= known:
        return config
    return config.model_copy(update={"name": code if code in known else _base(code)})


def _espeak_language(config: VoiceConfig) -> str:
    """The language code that an espeak-ng voice is called by; some have other names."""
    return language_key(config.name.partition("+")[0])


def _base(code: str) -> str:
    return code.partition("-")[0]


@lru_cache(maxsize=1)
def _espeak_languages() -> frozenset[str]:
    """The codes of espeak-ng's voices, by the files that it keeps them in. Empty without it."""
    spec = find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        return frozenset()
    files = (Path(spec.origin).parent / "espeak-ng-data/lang").rglob("*")
    # English is there as plain "en" and by its regions; en-GB is one of the names of "en".
    return frozenset({"en-gb", *(language_key(file.name) for file in files if file.is_file())})


def engage(config: VoiceConfig, *, root: Path, cache: Path) -> Voice:
    """The voice, its fallbacks apart. Starts nothing. Raises VoiceError when it cannot be made.

    Paths that are not absolute are looked for in `root`, the station's folder, where commands are run too.
    What is measured of a piper voice is kept in `cache`.
    """
    if config.engine == "command":
        programs = filter(None, map(which, config.command[:1]))
        return CommandVoice(
            config.command,
            name=config.name or "command",
            folder=root,
            identity=f"command {config.command!r} {_files(root, *programs, *config.command)}",
            timeout_s=config.timeout_s,
        )
    if config.engine == "piper":
        return _piper(config, root, cache)
    return _espeak(config)


def _espeak(config: VoiceConfig) -> EngineVoice:
    command = (
        *(sys.executable, "-m", "radiocast.newsroom.voices.espeak"),
        *("--voice", config.name, "--wpm", str(config.words_per_minute)),
    )
    carried = _version("espeakng-loader")
    return EngineVoice(
        command,
        name=f"espeak-ng {config.name}",
        identity=f"espeak-ng {_ESPEAK_VERSION} {carried} {config.name} {config.words_per_minute}",
        notation=_NOTATIONS.get(_base(_espeak_language(config)), Notation.PLAIN),
        timeout_s=config.timeout_s,
    )


def _piper(config: VoiceConfig, root: Path, cache: Path) -> EngineVoice:
    model = root / config.model
    name = f"piper {model.stem}"
    if not config.model:
        raise VoiceError(f"voice {name}: there is no voice file: set newsroom.voice.model")
    if find_spec("piper") is None:
        raise VoiceError(f"voice {name}: piper is not installed: pip install radiocast[piper]")
    if not model.is_file():
        raise VoiceError(f"voice {name}: {model} is not there: it is the voice file (newsroom.voice.model)")
    if not Path(f"{model}.json").is_file():
        raise VoiceError(
            f"voice {name}: {model}.json is not there: a voice's description lies beside its .onnx"
        )
    files, speed = _files(root, str(model), f"{model}.json"), config.words_per_minute
    command = (
        *(sys.executable, "-m", "radiocast.newsroom.voices.piper", "--model", str(model)),
        *("--wpm", str(speed), "--pace", str(cache / "pace.json")),
        *("--speaker", config.name),
    )
    return EngineVoice(
        command,
        name=name,
        identity=f"piper {_PIPER_VERSION} {_version('piper-tts')} {files} {config.name} {speed}",
        notation=Notation.PIPER,
        timeout_s=config.timeout_s,
    )


def _files(root: Path, *names: str) -> str:
    """Size and time of those that are files: a program or a voice file that changed sounds otherwise."""
    found: list[str] = []
    for name in names:
        try:
            state = (root / name).stat()
        except (OSError, ValueError):
            continue
        found.append(f"{name}:{state.st_size}:{state.st_mtime_ns}")
    return " ".join(found)


@lru_cache(maxsize=8)
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
