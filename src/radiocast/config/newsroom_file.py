"""`newsroom:` of `station.yaml`: where articles come from, and the voices that read them.

Owns: a voice and those that stand in for it, the stories folder, the pronunciations.
Must not know: the other keys of the file, or how a voice is made to speak.
"""

from dataclasses import dataclass
from typing import Final

from radiocast.config.document import Findings, Items, Keyed, Node, Scalar
from radiocast.config.sections import Key, Section, Table
from radiocast.config.station import VoiceConfig
from radiocast.config.values import Choice, Duration, ListOf, Number, Schema, Text

# Voices deeper than this in each other's `fallback` are a mistake; the schema ends here as well.
_FALLBACK_DEPTH: Final = 3

_VOICE_KEYS: Final = (
    Key(
        name="engine",
        value=Choice({"espeak-ng": "espeak-ng", "command": "command"}),
        doc="What speaks: the bundled espeak-ng, or a command that reads text and writes WAV.",
        default="espeak-ng",
    ),
    Key(name="name", value=Text(), doc="The engine's name of the voice.", default="en-gb"),
    Key(
        name="words_per_minute",
        value=Number(least=80, most=450, whole=True),
        doc="How fast it reads.",
        default=165,
    ),
    Key(
        name="command",
        value=ListOf(each=Text(may_be_empty=False), of="the words of a command line", at_least=1),
        doc="Engine 'command' only: the program and its arguments; text on stdin, WAV on stdout.",
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
        """The voice; an engine 'command' has its command."""
        values = self._section().read(node, name, findings)
        if values is None:
            return None
        if values.get("engine") == "command" and isinstance(node, Keyed) and node.find("command") is None:
            findings.add(node, f"{name}.command is missing", 'engine "command" needs it: [piper, --model, …]')
        return VoiceConfig(**values)

    def schema(self) -> Schema:
        """An object."""
        return self._section().schema()


@dataclass(frozen=True, slots=True)
class Feeds:
    """`feeds:` of the contract, which this version does not read: only the empty list is."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[()] | None:
        """Nothing."""
        if (isinstance(node, Scalar) and node.empty) or (isinstance(node, Items) and not node.nodes):
            return ()
        findings.add(
            node,
            f"{name}: not in this version yet",
            "write feeds: [] and put articles into the stories folder",
        )
        return None

    def schema(self) -> Schema:
        """An empty array."""
        return {"type": ["array", "null"], "maxItems": 0}


NEWSROOM: Final = Section(
    keys=(
        Key(
            name="stories",
            value=Text(wanted="a folder such as media/news", may_be_empty=False),
            doc="Folder that articles are dropped into.",
            default="media/news",
        ),
        Key(name="feeds", value=Feeds(), doc="Not in this version yet: an empty list.", default=[]),
        Key(name="voice", value=Voice(), doc="Who reads the news."),
        Key(
            name="pronunciation",
            value=Table(each=Text(), of="words with their pronunciation"),
            doc="Word: how it is read.",
        ),
    )
)
