"""What a player's title line says while a file plays.

Owns: the `titles.track` template, and what stands in where a file has no artist.
Must not know: ICY, which makes the title safe for the wire.
"""

from radiocast.config.station import StationConfig
from radiocast.model.play import Cue, Kind, PlayItem

# Sound that belongs to the station itself: a listener reads whom they hear, not a jingle's file name.
_STATION_SOUND = frozenset({Kind.IDENT, Kind.SWEEPER, Kind.PROMO, Kind.EMERGENCY})


def file_cue(item: PlayItem, config: StationConfig) -> Cue:
    """The one cue of an item that is a file: its title from the first sample on."""
    if item.kind in _STATION_SOUND:
        stream_title = config.station.name
    elif not item.artist:
        stream_title = item.title
    else:
        stream_title = _fill(config.titles.track, artist=item.artist, title=item.title, config=config)
    return Cue(at_s=0.0, kind=item.kind, title=item.title, artist=item.artist, stream_title=stream_title)


def _fill(template: str, *, artist: str, title: str, config: StationConfig) -> str:
    """The template filled in; the plain form where the template names what there is not."""
    try:
        return template.format(artist=artist, title=title, station=config.station.name)
    except (KeyError, IndexError, ValueError):
        return f"{artist} - {title}"
