"""Playlists: small files that open the stream in a player.

Owns: M3U, PLS and XSPF, and under which addresses each mount has them.
Must not know: requests. Absolute URLs, because players resolve relative ones against the wrong thing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistForm:
    """One playlist format: its ending, what it is called on the wire, and how it is written."""

    ending: str
    content_type: str
    write: Callable[[str, str], str]


def _line(text: str) -> str:
    """Text on one line: line ends and control characters would start an entry of their own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def m3u(url: str, name: str) -> str:
    """Extended M3U in UTF-8; -1 is the length of a stream that does not end."""
    return f"#EXTM3U\n#EXTINF:-1,{_line(name)}\n{url}\n"


def pls(url: str, name: str) -> str:
    """PLS version 2, an INI file whose keys end in the entry's number."""
    return f"[playlist]\nNumberOfEntries=1\nFile1={url}\nTitle1={_line(name)}\nLength1=-1\nVersion=2\n"


def xspf(url: str, name: str) -> str:
    """XSPF 1 (xspf.org/spec)."""
    title = escape(_line(name), quote=False)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<playlist version="1" xmlns="http://xspf.org/ns/0/">\n'
        f"  <title>{title}</title>\n"
        f"  <trackList>\n    <track>\n      <title>{title}</title>\n"
        f"      <location>{escape(url, quote=False)}</location>\n    </track>\n  </trackList>\n</playlist>\n"
    )


# audio/x-mpegurl and audio/x-scpls are what Icecast answers and players register for.
FORMS: Final = (
    PlaylistForm(ending=".m3u", content_type="audio/x-mpegurl", write=m3u),
    PlaylistForm(ending=".pls", content_type="audio/x-scpls", write=pls),
    PlaylistForm(ending=".xspf", content_type="application/xspf+xml", write=xspf),
)


def stem(mount_path: str) -> str:
    """The address of a mount without its ending: `/live` of `/live.mp3`."""
    folder, _, name = mount_path.rpartition("/")
    return f"{folder}/{name.rsplit('.', 1)[0]}"


def playlist_addresses(mount_paths: Iterable[str]) -> dict[str, tuple[PlaylistForm, str]]:
    """Address of each playlist → its form and its mount's path.

    Of two mounts that differ only in their ending the first has the name. `/live.*` always exists and
    opens the first mount if none is called live.
    """
    paths = tuple(mount_paths)
    table: dict[str, tuple[PlaylistForm, str]] = {}
    for base, path in [*((stem(path), path) for path in paths), *(("/live", path) for path in paths[:1])]:
        for form in FORMS:
            table.setdefault(base + form.ending, (form, path))
    return table
