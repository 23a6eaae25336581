"""Instants as people type them, in the station's zone.

Owns: what a time without an offset means. Must not know: what time it is.
"""

from datetime import datetime
from zoneinfo import ZoneInfo


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant by the station's clocks; one without an offset is taken as said by those clocks."""
    return instant.replace(tzinfo=zone) if instant.tzinfo is None else instant.astimezone(zone)
