"""A station's rooms, opened to be looked at: library and newsroom, read once."""

from radiocast.config.station import StationConfig
from radiocast.folder import StationFolder
from radiocast.library.library import Library
from radiocast.newsroom.newsroom import Newsroom


async def open_rooms(folder: StationFolder, station: StationConfig) -> tuple[Library, Newsroom]:
    """Both scanned; the library MUST be closed by the caller."""
    library = Library(folder.media, folder.var / "library.sqlite", station.audio)
    newsroom = Newsroom(folder.root, folder.media, folder.var, station)
    await library.scan()
    await newsroom.scan()
    return library, newsroom
