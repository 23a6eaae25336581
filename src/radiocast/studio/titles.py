"""What a player's title line says while a file plays.

Owns: what stands in where a file has no artist, or is the station's own sound.
Must not know: the templates, which the newsroom's TitleWriter fills for everything that is titled.
"""

from radiocast.model.play import Cue, Kind, PlayItem
from radiocast.newsroom.script.titles import TitleWriter

# Sound that belongs to the station itself: a listener reads whom they hear, not a jingle's file name.
_STATION_SOUND = frozenset({Kind.IDENT, Kind.SWEEPER, Kind.PROMO, Kind.EMERGENCY})


def file_cue(item: PlayItem, titles: TitleWriter) -> Cue:
    """The one cue of an item that is a file: its title from the first sample on."""
    own = item.kind in _STATION_SOUND
    return Cue(
        at_s=0.0,
        kind=item.kind,
        title=item.title,
        artist=item.artist,
        stream_title=titles.station if own else titles.track(item.artist, item.title),
    )
