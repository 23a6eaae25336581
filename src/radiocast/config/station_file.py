"""The keys of `station.yaml`: what each accepts, and how they become a StationConfig."""

import re
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from radiocast.config.document import Findings, Items, Keyed, Node, Scalar
from radiocast.config.station import (
    Audio,
    Identity,
    Listen,
    NewsroomConfig,
    StationConfig,
    Titles,
    VoiceConfig,
)
from radiocast.config.values import (
    Choice,
    Duration,
    Key,
    ListOf,
    Number,
    Schema,
    Section,
    Table,
    Text,
    nearest,
    scalar,
)
from radiocast.model.block import MountSpec
from radiocast.model.units import LEGAL_BITRATES_KBPS

# Voices deeper than this in each other's `fallback` are a mistake; the schema ends here as well.
_FALLBACK_DEPTH: Final = 3
# Addresses the product answers itself; a mount under one of them would never be reached.
_OWN_ADDRESSES: Final = frozenset(
    {
        "/status",
        "/status-json.xsl",
        "/events",
        "/metrics",
        "/healthz",
        "/favicon.ico",
        "/favicon.svg",
        "/robots.txt",
    }
)
_OWN_FOLDERS: Final = ("/api/", "/status/", "/static/", "/assets/", "/schema/", "/admin/")
_PLAYLIST_ENDINGS: Final = (".m3u", ".m3u8", ".pls", ".xspf")


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
class Bitrate:
    """A constant bit rate of MPEG-1 Layer III, written `128k`."""

    def read(self, node: Node, name: str, findings: Findings) -> int | None:
        """Kilobits a second."""
        value = scalar(node, name, findings, "a bit rate such as 128k")
        if value is None:
            return None
        digits = value.text[:-1] if value.text[-1:] in {"k", "K"} else ""
        if digits.isascii() and digits.isdigit() and len(digits) <= 4:
            if int(digits) in LEGAL_BITRATES_KBPS:
                return int(digits)
            near = min(LEGAL_BITRATES_KBPS, key=lambda legal: abs(legal - int(digits)))
            findings.add(node, f"{name}: MP3 has no bit rate of {value.text}", f"the nearest is {near}k")
        else:
            hint = "write it as 128k"
            if value.text.isascii() and value.text.isdigit() and len(value.text) <= 4:
                hint = f"write the unit: did you mean '{value.text}k'?"
            findings.add(node, f"{name}: {value.text!r} is no bit rate", hint)
        return None

    def schema(self) -> Schema:
        """One of the legal rates."""
        return {"enum": [f"{rate}k" for rate in LEGAL_BITRATES_KBPS]}


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


def _language_complaint(text: str) -> str:
    ok = re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text)
    return "" if ok else f"{text!r} is no language code; write e.g. en, en-GB or ru"


def _proxy_complaint(text: str) -> str:
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"{text!r} is neither an address nor a network such as 10.0.0.0/8"
    return ""


def _mount_complaint(text: str) -> str:
    if not text.startswith("/"):
        return f"an address begins with a slash: write '/{text}'"
    if not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", text) or ".." in text:
        return f"{text!r} is no address of a stream; letters, digits, dots, dashes, as in /live.mp3"
    folded = text.casefold()
    own = folded in _OWN_ADDRESSES or f"{folded}/" in _OWN_FOLDERS or folded.startswith(_OWN_FOLDERS)
    if own or folded.endswith(_PLAYLIST_ENDINGS):
        return f"{text} is an address the station itself answers; choose another, such as /live.mp3"
    return ""


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


_MOUNT: Final = Section(
    keys=(
        Key(
            name="path",
            value=Text(
                wanted="an address such as /live.mp3",
                may_be_empty=False,
                check=_mount_complaint,
                pattern=r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$",
            ),
            doc="The stream's address, e.g. /live.mp3.",
            required=True,
        ),
        Key(
            name="format", value=Choice({"mp3": "mp3"}), doc="MP3 is what every player knows.", default="mp3"
        ),
        Key(
            name="bitrate",
            field="bitrate_kbps",
            value=Bitrate(),
            doc="Constant bit rate.",
            default="128k",
        ),
        Key(name="channels", value=Choice({"1": 1, "2": 2}), doc="1 is mono, 2 stereo.", default=2),
    )
)


@dataclass(frozen=True, slots=True)
class Mount:
    """One stream."""

    def read(self, node: Node, name: str, findings: Findings) -> MountSpec | None:
        """The mount."""
        values = _MOUNT.read(node, name, findings)
        if values is None or "path" not in values:
            return None
        return MountSpec(
            path=values["path"],
            bitrate_kbps=values.get("bitrate_kbps", 128),
            channels=values.get("channels", 2),
        )

    def schema(self) -> Schema:
        """An object; `channels` is a number there."""
        schema = _MOUNT.schema()
        schema["properties"]["channels"]["enum"] = [1, 2]
        return schema


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
                Key(
                    name="language", value=Text(check=_language_complaint), doc="Language code.", default="en"
                ),
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
        value=Section(
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
        ),
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
    _check_mounts(root, mounts, findings)
    if findings.problems:
        return None
    newsroom = {key: value for key, value in values.get("newsroom", {}).items() if key != "feeds"}
    listen = {key: value for key, value in values.get("listen", {}).items() if key != "workers"}
    given: dict[str, Any] = {"mounts": mounts} if mounts else {}
    return StationConfig(
        station=Identity(**values["station"]),
        listen=Listen(**listen),
        audio=Audio(**values.get("audio", {})),
        newsroom=NewsroomConfig(**newsroom),
        titles=Titles(**values.get("titles", {})),
        **given,
    )


def _check_mounts(root: Node, mounts: tuple[MountSpec, ...], findings: Findings) -> None:
    """No two mounts share an address, nor the name of their playlists."""
    node = root.find("mounts") if isinstance(root, Keyed) else None
    if not isinstance(node, Items) or len(node.nodes) != len(mounts):
        return  # one of them could not be read; that comes first
    seen: dict[str, str] = {}
    for place, mount in zip(node.nodes, mounts, strict=True):
        stem = mount.path.casefold().removesuffix(".mp3")
        if stem in seen:
            twice = seen[stem] == mount.path
            message = (
                f"{mount.path} is there twice"
                if twice
                else (f"{mount.path} and {seen[stem]} would share the playlist {stem}.m3u")
            )
            findings.add(place, message, "give each mount a path of its own")
        seen.setdefault(stem, mount.path)
