"""What a simulation gives, as far as it has come: the figures, and the summary that the command prints.

Owns: what a schedule editor reads of a run. Must not know: how the station was run.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from radiocast.studio.tally import Tally

_HOUR_S: Final = 3600.0
# Troubles by how often they came; the log has them all.
_MOST_TOLD: Final = 6


@dataclass(slots=True, kw_only=True)
class Simulated:
    """What a run has given so far. `longest_silence_s` is None without audio."""

    hours: float = 0.0
    tally: Tally = field(default_factory=Tally)
    longest_silence_s: float | None = None
    rendered_bulletins: bool = False
    measured: int = 0
    took_s: float = 0.0
    ended: datetime | None = None

    def __str__(self) -> str:
        """The summary as the command prints it."""
        tally = self.tally
        speed = self.hours * _HOUR_S / self.took_s if self.took_s else 0.0
        lines = [f"{self.hours:g} h simulated in {self.took_s:.1f} s ({speed:.0f} x real time)"]
        if self.measured:
            lines[0] += f", after listening to {self.measured} new files"
        lines += tally.lines()
        silence = "n/a (no audio)" if self.longest_silence_s is None else f"{self.longest_silence_s:.2f} s"
        lines.append(f"longest silence {silence}")
        if tally.bulletins and not self.rendered_bulletins:
            said = "none rendered, each as long as the last one made, or as its target"
            lines.append(f"bulletins: {tally.bulletins}, {said}")
        worst = tally.troubles.most_common(_MOST_TOLD)
        lines += [f"  {sentence}" + (f" ({count} times)" if count > 1 else "") for sentence, count in worst]
        if len(tally.troubles) > len(worst):
            lines.append(f"  and {len(tally.troubles) - len(worst)} more; --as-run has them all")
        return "\n".join(lines)
