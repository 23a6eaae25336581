"""How long what a schedule names holds the air, by the library at hand.

Owns: the shortest and the longest of what a source may play. Must not know: what time it is, or where
in an hour anything stands. Seconds throughout.
"""

from radiocast.config.schedule import After, Clock, Fill, ScheduleConfig, Source
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.clocks import played_by


class Lengths:
    """The lengths of one schedule's sources in one library."""

    def __init__(self, schedule: ScheduleConfig, catalogue: Catalogue) -> None:
        self._schedule = schedule
        self._catalogue = catalogue

    def of(self, source: Source) -> list[float]:
        """Each thing that a source may play; empty if it has none. A stream has no length: none either."""
        schedule = self._schedule
        if source.type == "bulletin":
            plan = schedule.bulletins.get(source.name)
            return [] if plan is None else [plan.target_s]
        return [media.air_s for pattern in self.patterns(source) for media in self._catalogue.match(pattern)]

    def patterns(self, source: Source) -> tuple[str, ...]:
        """The files and patterns behind a source; none for a bulletin or a stream."""
        schedule = self._schedule
        if source.type == "file":
            return (source.name,)
        if source.type == "rotation" and source.name in schedule.rotations:
            return (schedule.rotations[source.name].files,)
        if source.type == "cart" and source.name in schedule.carts:
            return tuple(cut.file for cut in schedule.carts[source.name].cuts)
        return ()

    def has_any(self, source: Source) -> bool:
        """Whether a source can be played at all, as far as the library knows; of a stream nobody does."""
        return source.type == "stream" or bool(self.of(source))

    def chain(self, clock: Clock, index: int, *, longest: bool = False) -> tuple[float, ...]:
        """How long an entry and each `after: prev` straight behind it last, at least (or at most)."""
        lasting: list[float] = []
        for entry in clock.entries[index:]:
            source = None if isinstance(entry, Fill) else played_by(entry)
            if source is None or (lasting and not isinstance(entry, After)):
                break
            bound = getattr(entry, "duration_s", None)
            each = [bound if s is None else s if bound is None else min(s, bound) for s in self._each(source)]
            lasting.append((max if longest else min)((s for s in each if s is not None), default=0.0))
        return tuple(lasting)

    def _each(self, source: Source) -> list[float | None]:
        return [None] if source.type == "stream" else list(self.of(source))
