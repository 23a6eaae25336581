"""The keys of `station.yaml`, and how they become a StationConfig.

Owns: the file's sections but for `mounts` and `newsroom`, which have their own modules, and the order of all.
Must not know: what is done with a value.
"""

import re
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from radiocast.config.document import Findings, Node
from radiocast.config.language import LANGUAGE
from radiocast.config.mount_file import Mount, check_mounts
from radiocast.config.newsroom_file import NEWSROOM
from radiocast.config.sections import Key, Section
from radiocast.config.station import (
    Audio,
    Identity,
    Listen,
    NewsroomConfig,
    StationConfig,
    Titles,
)
from radiocast.config.values import Choice, Duration, ListOf, Number, Schema, Text, nearest, scalar


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


def _proxy_complaint(text: str) -> str:
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"{text!r} is neither an address nor a network such as 10.0.0.0/8"
    return ""


@dataclass(frozen=True, slots=True)
class Workers:
    """`workers:` of the contract: only 0, one process for the listeners, is there yet."""

    def read(self, node: Node, name: str, findings: Findings) -> int | None:
        """Zero."""
        number = Number(least=0, most=1024, whole=True).read(node, name, findings)
        if number:
            findings.add(node, f"{name}: not in this version yet", "remove the line, or write workers: 0")
            return None
        return None if number is None else 0

    def schema(self) -> Schema:
        """Zero."""
        return {"const": 0}


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
    Key(
        name="listen",
        value=Section(
            keys=(
                Key(
                    name="host",
                    value=Text(wanted="an address such as 0.0.0.0", may_be_empty=False),
                    doc="Address to listen on; 0.0.0.0 is all of them.",
                    default="0.0.0.0",  # noqa: S104 - a radio station is there to be heard
                ),
                Key(
                    name="port",
                    value=Number(least=0, most=65535, whole=True),
                    doc="TCP port; 0 takes any free one.",
                    default=8000,
                ),
                Key(
                    name="max_listeners",
                    value=Number(least=1, most=1_000_000, whole=True),
                    doc="One more is sent away with 503.",
                    default=10_000,
                ),
                Key(
                    name="burst",
                    field="burst_s",
                    value=Duration(most_s=60),
                    doc="Sound sent at once to a newcomer.",
                    default="6s",
                ),
                Key(name="workers", value=Workers(), doc="0: one process serves everybody.", default=0),
                Key(
                    name="slow_listener",
                    value=Choice({"drop": "drop", "skip": "skip"}),
                    doc="What happens to one that cannot keep up: disconnected, or loses whole blocks.",
                    default="drop",
                ),
                Key(
                    name="trusted_proxies",
                    value=ListOf(each=Text(check=_proxy_complaint), of="addresses or networks"),
                    doc="Only these may say on whose behalf they ask.",
                    default=[],
                ),
            ),
            not_yet={"tls": "delete it; until then put nginx or another proxy in front for https"},
        ),
        doc="Where listeners connect.",
    ),
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

STATION: Final = Section(keys=_KEYS, doc="A station.")


def read_station(root: Node, findings: Findings) -> StationConfig | None:
    """The configuration, or None with problems found."""
    values: dict[str, Any] = STATION.read(root, "", findings) or {}
    mounts = values.get("mounts", ())
    check_mounts(root, mounts, findings)
    if findings.problems:
        return None
    listen = {key: value for key, value in values.get("listen", {}).items() if key != "workers"}
    given: dict[str, Any] = {"mounts": mounts} if mounts else {}
    return StationConfig(
        station=Identity(**values["station"]),
        listen=Listen(**listen),
        audio=Audio(**values.get("audio", {})),
        newsroom=NewsroomConfig(**values.get("newsroom", {})),
        titles=Titles(**values.get("titles", {})),
        **given,
    )
