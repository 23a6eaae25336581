"""What the library knows of one media file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file under `media/` that can be put on the air.

    `path` is relative to `media/`, with forward slashes: the name that schedules use.
    `gain_db` brings it to the station's target loudness without passing its true-peak limit; it is 0
    until the file has been analysed (`analysed`).
    `cue_in_s` and `cue_out_s` bound what is not silence. `segue_s` is where its tail has sunk so far
    that the next item may start over it; `cue_out_s` where it ends at full level, so that such a file
    is joined to the sample and never overlapped.
    """

    path: str
    title: str
    artist: str = ""
    album: str = ""
    duration_s: float
    analysed: bool = False
    loudness_lufs: float | None = None
    gain_db: float = 0.0
    cue_in_s: float = 0.0
    cue_out_s: float
    segue_s: float

    @property
    def air_s(self) -> float:
        """Seconds it holds the air when the next item starts at its segue point."""
        return max(0.0, self.segue_s - self.cue_in_s)
