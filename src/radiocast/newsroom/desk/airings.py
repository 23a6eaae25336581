"""The record of airings: which story was heard when, and in which bulletin. `var/newsroom.json`.

Owns: the record's shape on disk, also an older one's, and its bounds. Must not know: what follows from it;
those are the desk's rules.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from radiocast.newsroom.production.storage import write_atomically

# A story that is gone and was not heard for so long is forgotten; one that is still there never is, or its
# limit of airings would begin again.
_FORGET_AFTER: Final = timedelta(days=60)
# A story of every hour for four days; of those before, only their number counts.
_MOST_TIMES: Final = 100
# 200 new stories a day for a month, 2 MB. The longest unheard go first.
_MOST_STORIES: Final = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """One time that a story was heard. `bulletin` is what it was heard in, empty where that is not known."""

    at: datetime
    bulletin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Everything known of a story's airings: the last ones, oldest first, and how many were `earlier`.

    `headline` is the story's when it was last heard, so that a correction can name it when it is gone.
    """

    headline: str = ""
    airings: tuple[Airing, ...] = ()
    earlier: int = 0

    @property
    def times(self) -> int:
        """How often it was heard."""
        return self.earlier + len(self.airings)

    @property
    def last(self) -> datetime | None:
        """When it was last heard."""
        return self.airings[-1].at if self.airings else None

    def again(self, airing: Airing, headline: str) -> "Heard":
        """With one airing more. The same second twice is one airing."""
        if any(each.at == airing.at for each in self.airings):
            return replace(self, headline=headline or self.headline)
        every = sorted((*self.airings, airing), key=lambda each: each.at)
        gone = max(0, len(every) - _MOST_TIMES)
        return Heard(
            headline=headline or self.headline, airings=tuple(every[gone:]), earlier=self.earlier + gone
        )


Record = Mapping[str, Heard]


class _File(BaseModel):
    """`var/newsroom.json`. Before version 2 a slug had the time when it was last heard."""

    model_config = ConfigDict(extra="ignore")

    version: int = 2
    aired: dict[str, Heard | AwareDatetime] = {}


_FILE: Final = TypeAdapter(_File)


def load_airings(path: Path) -> tuple[dict[str, Heard], str]:
    """What was heard, by slug, and a problem ("" if none): a damaged file is an empty one."""
    try:
        kept = _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValidationError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        return {}, f"{path}: what was aired before is not known, all stories count as new: {reason}"
    return {
        slug: heard if isinstance(heard, Heard) else Heard(airings=(Airing(at=heard),))
        for slug, heard in kept.aired.items()
    }, ""


def save_airings(path: Path, record: Record) -> None:
    """Write the record, whole or not at all. Raises OSError."""
    write_atomically(path, _FILE.dump_json(_File(aired=dict(record))))


def bounded(record: Record, *, now: datetime, present: Collection[str] = ()) -> dict[str, Heard]:
    """The record without what is long forgotten; of what is `present` nothing is."""
    kept = [
        (slug, heard)
        for slug, heard in record.items()
        if slug in present or (heard.last is not None and now - heard.last < _FORGET_AFTER)
    ]
    if len(kept) > _MOST_STORIES:
        kept.sort(
            key=lambda each: (each[0] in present, each[1].last or datetime.min.replace(tzinfo=now.tzinfo))
        )
        kept = kept[-_MOST_STORIES:]
    return dict(kept)


def with_airing(
    record: Record, slugs: Iterable[str], airing: Airing, headlines: Mapping[str, str] | None = None
) -> Record:
    """The record after these stories were heard; `headlines` by slug, as far as they are known."""
    known = headlines or {}
    heard = {slug: record.get(slug, Heard()).again(airing, known.get(slug, "")) for slug in slugs}
    return {**record, **heard}
