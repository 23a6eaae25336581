"""The keys of `station.yaml`, and how they become a StationConfig.

Owns: the order of the file's sections, and those that have no module of their own.
Must not know: what is done with a value.
"""

import re
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from radiocast.config.document import Findings, Node
from radiocast.config.language import LANGUAGE
from radiocast.config.listen_file import Door
from radiocast.config.mount_file import Mount, check_mounts
from radiocast.config.newsroom_file import NEWSROOM
from radiocast.config.records_file import Kept
from radiocast.config.sections import Key, Section
from radiocast.config.station import (
    Audio,
    Identity,
    Listen,
    NewsroomConfig,
    Records,
    StationConfig,
    Titles,
)
from radiocast.config.values import Duration, ListOf, Number, Schema, Text, nearest, scalar


@dataclass(frozen=True, slots=True)
class Timezone:
    """A zone of the IANA database, by its name."""

    def read(self, node: Node, name: str, findings: Findings) -> str | None:
        """The name, known to be one."""
        value = scalar(node, name, findings, "a time zone such as Europe/London")
        if value is None:
            return None
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(value.text)
        except (ValueError, OSError, KeyError):
            # OSError: a name that is a folder of the database ("Europe"), or no file name at all.
            hint = nearest(value.text, available_timezones()) or "write it as Area/City, e.g. Europe/London"
            findings.add(node, f"{name}: there is no time zone {value.text!r}", hint)
            return None
        return value.text

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1, "examples": ["Europe/London", "UTC"]}


@dataclass(frozen=True, slots=True)
class TitlePattern:
    """A text with `{names}` in it, from a closed set."""

    names: tuple[str, ...]

    def read(self, node: Node, name: str, findings: Findings) -> str | None:
        """The pattern; every name in it is known, and nothing but a name stands in its braces."""
        text = Text().read(node, name, findings)
        if text is None:
            return None
        try:
            used = [part for part in Formatter().parse(text) if part[1] is not None]
        except ValueError:
            findings.add(node, f"{name}: a brace is opened and not closed, or the other way round")
            return None
        for _, word, spec, conversion in used:
            if word not in self.names or spec or conversion:
                hint = nearest(str(word), self.names)
                findings.add(node, f"{name}: {{{word}}} is nothing that can be put in here", hint)
                return None
        return text

    def schema(self) -> Schema:
        """A string, with the names as examples."""
        return {"type": "string", "examples": ["{" + name + "}" for name in self.names]}


def _url_complaint(text: str) -> str:
    if not text or re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        return ""
    return f"{text!r} is no address; write it with https:// in front"


_LEVEL: Final = Number(least=-40, most=-5)
_KEYS: Final = (
    Key(
        name="station",
        value=Section(
            keys=(
                Key(
                    name="name",
                    value=Text(wanted="the station's name", may_be_empty=False),
                    doc="The station's name, as listeners know it.",
                    required=True,
                ),
                Key(name="slogan", value=Text(), doc="A line under the name."),
                Key(
                    name="timezone",
                    value=Timezone(),
                    doc="The zone whose local time the schedule is written in.",
                    default="UTC",
                ),
                Key(name="language", value=LANGUAGE, doc="Language code.", default="en"),
                Key(name="genre", value=Text(), doc="What directories list it under.", default="News"),
                Key(name="url", value=Text(check=_url_complaint), doc="The station's home page."),
            )
        ),
        doc="Who is on the air.",
        required=True,
    ),
    Key(name="listen", value=Door(), doc="Where listeners connect."),
    Key(name="mounts", value=ListOf(each=Mount(), of="streams", at_least=1), doc="The streams."),
    Key(
        name="audio",
        value=Section(
            keys=(
                Key(name="speech_lufs", value=_LEVEL, doc="Loudness of speech.", default=-18),
                Key(name="music_lufs", value=_LEVEL, doc="Loudness of music.", default=-16),
                Key(
                    name="true_peak_dbtp",
                    value=Number(least=-20, most=0),
                    doc="No peak goes above it.",
                    default=-1,
                ),
                Key(
                    name="crossfade",
                    field="crossfade_s",
                    value=Duration(most_s=20),
                    doc="Longest overlap of two items; 0s never overlaps.",
                    default="2s",
                ),
                Key(
                    name="lead",
                    field="lead_s",
                    value=Duration(least_s=1, most_s=30),
                    doc="How far the studio runs ahead of the air.",
                    default="3s",
                ),
            )
        ),
        doc="Levels and timing.",
    ),
    Key(
        name="newsroom",
        value=NEWSROOM,
        doc="Where news comes from and how it is read.",
    ),
    Key(name="records", value=Kept(), doc="What is kept about who listened."),
    Key(
        name="titles",
        value=Section(
            keys=(
                Key(
                    name="track",
                    value=TitlePattern(("artist", "title", "station")),
                    doc="A music track.",
                    default="{artist} - {title}",
                ),
                Key(
                    name="story",
                    value=TitlePattern(
                        ("headline", "description", "byline", "source", "station", "bulletin")
                    ),
                    doc="A story while it is read.",
                    default="{headline}",
                ),
                Key(
                    name="bulletin",
                    value=TitlePattern(("station", "bulletin")),
                    doc="A bulletin outside its stories.",
                    default="{station} News",
                ),
            )
        ),
        doc="What a player's title line says.",
    ),
)


def _one_level_too_high() -> dict[str, str]:
    """Keys of a section that stand outside of it, as they do when the spaces before them are missing."""
    sections: dict[str, list[str]] = {}
    for key in _KEYS:
        for name in key.value.schema().get("properties", {}):
            sections.setdefault(name, []).append(f"{key.name}:")
    return {
        name: f"it belongs under {' or '.join(under)}, with two spaces in front"
        for name, under in sections.items()
    }


STATION: Final = Section(keys=_KEYS, misplaced=_one_level_too_high(), doc="A station.")


def read_station(root: Node, findings: Findings) -> StationConfig | None:
    """The configuration, or None with problems found."""
    values: dict[str, Any] = STATION.read(root, "", findings) or {}
    mounts = values.get("mounts", ())
    check_mounts(root, mounts, findings)
    if findings.problems:
        return None
    given: dict[str, Any] = {"mounts": mounts} if mounts else {}
    return StationConfig(
        station=Identity(**values["station"]),
        listen=values.get("listen", Listen()),
        audio=Audio(**values.get("audio", {})),
        newsroom=NewsroomConfig(**values.get("newsroom", {})),
        records=values.get("records", Records()),
        titles=Titles(**values.get("titles", {})),
        **given,
    )
