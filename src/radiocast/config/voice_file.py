"""`newsroom.voice:` and `newsroom.voices:` of `station.yaml`: who reads.

Owns: a voice and those that stand in for it; which parts of a bulletin may have a voice of their own.
Must not know: the other keys of the file, or how a voice is made to speak.
"""

from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.document import Findings, Keyed, Node
from radiocast.config.language import read_language_key
from radiocast.config.sections import Key, Section, entries
from radiocast.config.station import VoiceConfig, Voices
from radiocast.config.values import Choice, Duration, ListOf, Number, Schema, Text

# Voices deeper than this in each other's `fallback` are a mistake; the schema ends here as well.
_FALLBACK_DEPTH: Final = 3
# What each engine cannot do without, with how it is written.
_NEEDED: Final = {
    "command": ("command", "[my-voice, --stdin]"),
    "piper": ("model", "voices/en_GB-alba-medium.onnx"),
}

_VOICE_KEYS: Final = (
    Key(
        name="engine",
        value=Choice({"espeak-ng": "espeak-ng", "piper": "piper", "command": "command"}),
        doc="What speaks: the bundled espeak-ng, piper, or a command that reads text and writes WAV.",
        default="espeak-ng",
    ),
    Key(name="name", value=Text(), doc="The engine's name of the voice.", default="en-gb"),
    Key(
        name="words_per_minute",
        value=Number(least=80, most=450, whole=True),
        doc="How fast it reads; never faster.",
        default=165,
    ),
    Key(
        name="command",
        value=ListOf(each=Text(may_be_empty=False), of="the words of a command line", at_least=1),
        doc="Engine 'command' only: the program and its arguments; text on stdin, WAV on stdout.",
    ),
    Key(
        name="model",
        value=Text(wanted="a voice file such as voices/en_GB-alba-medium.onnx", may_be_empty=False),
        doc="Engine 'piper' only: the voice's .onnx file, its .onnx.json beside it; a path in the station's"
        " folder, or an absolute one.",
    ),
    Key(
        name="timeout",
        field="timeout_s",
        value=Duration(least_s=1, most_s=600),
        doc="After so long without speech the next voice is tried.",
        default="30s",
    ),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice, with those that speak when it fails."""

    depth: int = _FALLBACK_DEPTH

    def _section(self) -> Section:
        fallback = Key(
            name="fallback",
            value=ListOf(each=Voice(self.depth - 1), of="voices"),
            doc="Voices that are tried in turn when this one fails or hangs.",
        )
        return Section(keys=(*_VOICE_KEYS, *((fallback,) if self.depth else ())))

    def read(self, node: Node, name: str, findings: Findings) -> VoiceConfig | None:
        """The voice; an engine 'command' has its command, a 'piper' its voice file."""
        values = self._section().read(node, name, findings)
        if values is None:
            return None
        engine = values.get("engine", "espeak-ng")
        if isinstance(node, Keyed):
            key, example = _NEEDED.get(engine, ("", ""))
            if key and node.find(key) is None:
                findings.add(node, f"{name}.{key} is missing", f'engine "{engine}" needs it: {example}')
            if engine != "piper" and (model := node.find("model")) is not None:
                findings.add(model, f"{name}.model means nothing here", "write engine: piper, or delete it")
        return VoiceConfig(**values)

    def schema(self) -> Schema:
        """An object."""
        return self._section().schema()


@dataclass(frozen=True, slots=True)
class _ByLanguage:
    """`languages:` a voice for each language code."""

    def read(self, node: Node, name: str, findings: Findings) -> dict[str, VoiceConfig] | None:
        """Code, as `language_key` spells it, to voice. espeak-ng's default name is then the language."""
        voices: dict[str, VoiceConfig] = {}
        for key, child in entries(node, name, "languages with their voices", findings):
            code = read_language_key(key, name, findings)
            voice = Voice().read(child, f"{name}.{key.text}", findings)
            if code in voices:
                findings.add(key, f"{name}: {code} is there twice", "keep one of the two")
            elif code is not None and voice is not None:
                voices[code] = _named(voice, node=child, code=code)
        return voices

    def schema(self) -> Schema:
        """An object with languages for keys."""
        return {"type": ["object", "null"], "additionalProperties": Voice().schema()}


def _named(voice: VoiceConfig, *, node: Node, code: str) -> VoiceConfig:
    named = isinstance(node, Keyed) and node.find("name") is not None
    return voice if named or voice.engine != "espeak-ng" else voice.model_copy(update={"name": code})


_PARTS: Final = Section(
    keys=(
        Key(name="intro", value=Voice(), doc="The greeting."),
        Key(name="headlines", value=Voice(), doc="The round-up of headlines."),
        Key(name="stories", value=Voice(), doc="The stories."),
        Key(name="breaking", value=Voice(), doc="Breaking news."),
        Key(name="correction", value=Voice(), doc="Corrections."),
        Key(name="outro", value=Voice(), doc="The goodbye."),
    )
)
_VOICES: Final = Section(
    keys=(
        Key(name="languages", value=_ByLanguage(), doc="By a story's language: code: voice."),
        Key(name="parts", value=_PARTS, doc="By a bulletin's part; a language's voice goes before it."),
    )
)


@dataclass(frozen=True, slots=True)
class OtherVoices:
    """`voices:` for some languages and some parts."""

    def read(self, node: Node, name: str, findings: Findings) -> Voices | None:
        """The voices."""
        values: dict[str, Any] | None = _VOICES.read(node, name, findings)
        return None if values is None else Voices(**values)

    def schema(self) -> Schema:
        """An object."""
        return _VOICES.schema()
