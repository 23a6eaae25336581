"""`newsroom:` of `station.yaml`: where stories come from, the desk's rules, how they are read and kept.

Owns: the section's own keys; its feeds and voices have their own modules.
Must not know: the other sections of the file, or what is done with a value.
"""

from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from radiocast.config.amounts import Days
from radiocast.config.document import Findings, Node
from radiocast.config.feed_file import Feeds
from radiocast.config.language import read_language_key
from radiocast.config.sections import Key, Section, Table, entries
from radiocast.config.station import DeskConfig
from radiocast.config.values import Boolean, Duration, Number, Schema, Text
from radiocast.config.voice_file import OtherVoices, Voice

_DAY_S: Final = 86_400.0
_YEAR_DAYS: Final = 366

_DESK: Final = Section(
    keys=(
        Key(
            name="airings",
            value=Number(least=0, most=1000, whole=True),
            doc="A story airs at most so often; 0 is no limit.",
            default=0,
        ),
        Key(
            name="apart",
            field="apart_s",
            value=Duration(most_s=_YEAR_DAYS * _DAY_S),
            doc="At least so long between two airings of a story.",
            default="0s",
        ),
        Key(
            name="stale_after",
            field="stale_after_s",
            value=Duration(least_s=60, most_s=_YEAR_DAYS * _DAY_S),
            doc="Older stories are not news any more: a feed's is not read, your own article comes last.",
            default="48h",
        ),
        Key(
            name="corrections",
            value=Number(least=0, most=100, whole=True),
            doc="A correction airs in so many bulletins.",
            default=3,
        ),
        Key(
            name="duplicates",
            value=Number(least=0, most=1),
            doc="Stories so much alike are one, credited to all who sent it: 0 to 1; 0 turns it off.",
            default=0.6,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """`desk:` the editor's rules."""

    def read(self, node: Node, name: str, findings: Findings) -> DeskConfig | None:
        """The rules."""
        values: dict[str, Any] | None = _DESK.read(node, name, findings)
        return None if values is None else DeskConfig(**values)

    def schema(self) -> Schema:
        """An object."""
        return _DESK.schema()


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with `{names}` in it. Which names there are, the language's own sentences say."""

    def read(self, node: Node, name: str, findings: Findings) -> str | None:
        """The sentence; its braces are closed, and nothing but a name stands in them."""
        text = Text(wanted="a sentence", may_be_empty=True).read(node, name, findings)
        if text is None:
            return None
        try:
            used = [part for part in Formatter().parse(text) if part[1] is not None]
        except ValueError:
            findings.add(node, f"{name}: a brace is opened and not closed, or the other way round")
            return None
        for _, word, spec, conversion in used:
            if not str(word).isidentifier() or spec or conversion:
                findings.add(node, f"{name}: {{{word}}} is nothing that can be put in here")
                return None
        return text

    def schema(self) -> Schema:
        """A string."""
        return Text().schema()


@dataclass(frozen=True, slots=True)
class Templates:
    """`templates:` by language, by name."""

    _sentences = Table(each=Template(), of="sentences by name")

    def read(self, node: Node, name: str, findings: Findings) -> dict[str, dict[str, str]] | None:
        """Code, as `language_key` spells it, to names with their sentences."""
        templates: dict[str, dict[str, str]] = {}
        for key, child in entries(node, name, "languages with their sentences", findings):
            code = read_language_key(key, name, findings)
            sentences = self._sentences.read(child, f"{name}.{key.text}", findings)
            if code in templates:
                findings.add(key, f"{name}: {code} is there twice", "keep one of the two")
            elif code is not None:
                templates[code] = sentences or {}
        return templates

    def schema(self) -> Schema:
        """An object of objects."""
        return {"type": ["object", "null"], "additionalProperties": self._sentences.schema()}


NEWSROOM: Final = Section(
    keys=(
        Key(
            name="stories",
            value=Text(wanted="a folder such as media/news", may_be_empty=False),
            doc="Folder that articles are dropped into.",
            default="media/news",
        ),
        Key(name="feeds", value=Feeds(), doc="Feeds that stories come from.", default=[]),
        Key(name="desk", value=_Desk(), doc="The editor's rules."),
        Key(name="voice", value=Voice(), doc="Who reads the news."),
        Key(name="voices", value=OtherVoices(), doc="Who reads some languages and parts instead."),
        Key(
            name="pronunciation",
            value=Table(each=Text(), of="words with their pronunciation"),
            doc="Word: how it is read, as it sounds (CHEE-koff) or in IPA between slashes (/ˈtʃiːkɒf/).",
        ),
        Key(name="templates", value=Templates(), doc="Language: sentences of the bulletin in other words."),
        Key(
            name="publish",
            value=Boolean(),
            doc="What aired gets a page, the bulletins a podcast.",
            default=True,
        ),
        Key(name="keep", field="keep_days", value=Days(), doc="For so many days.", default="30d"),
    )
)
