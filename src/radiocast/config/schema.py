"""JSON Schemas (draft 2020-12) of both files, for editors: made of the very keys that the loader reads."""

from collections.abc import Callable, Mapping
from typing import Any, Final

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def station_schema() -> dict[str, Any]:
    """The schema of `station.yaml`, ready for `json.dumps`."""
    from radiocast.config.station_file import STATION

    return {"$schema": _DIALECT, "title": "radiocast station.yaml", **STATION.schema()}


def schedule_schema() -> dict[str, Any]:
    """The schema of `schedule.yaml`, ready for `json.dumps`."""
    from radiocast.config.schedule_file import SCHEDULE

    return {"$schema": _DIALECT, "title": "radiocast schedule.yaml", **SCHEDULE.schema()}


# By what `radiocast schema` calls them.
SCHEMAS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "schedule": schedule_schema,
    "station": station_schema,
}
