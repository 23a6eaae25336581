"""`mounts:` of `station.yaml`: a stream's address, its bit rate, and which addresses are taken.

Owns: what a mount may be called and how it may sound.
Must not know: the other keys of the file, or who serves the addresses.
"""

import re
from dataclasses import dataclass
from typing import Final

from radiocast.config.document import Findings, Items, Keyed, Node
from radiocast.config.listen_file import LISTENERS
from radiocast.config.sections import Key, Section
from radiocast.config.values import Choice, Schema, Text, scalar
from radiocast.model.block import MountSpec
from radiocast.model.units import LEGAL_BITRATES_KBPS

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
        Key(
            name="max_listeners",
            value=LISTENERS,
            doc="So many on this stream, and no more; without it the station's limit alone holds.",
        ),
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
            max_listeners=values.get("max_listeners"),
        )

    def schema(self) -> Schema:
        """An object; `channels` is a number there."""
        schema = _MOUNT.schema()
        schema["properties"]["channels"]["enum"] = [1, 2]
        return schema


def check_mounts(root: Node, mounts: tuple[MountSpec, ...], findings: Findings) -> None:
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
