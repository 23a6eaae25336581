"""The aiohttp application: listener door, playlists, site, status.

Owns: HTTP, its headers, and pages.
Must not know: the studio's side of the house; what it shows comes through the transmitter.
"""
