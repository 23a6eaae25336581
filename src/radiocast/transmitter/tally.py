"""Tallies added up."""

from collections.abc import Sequence

from radiocast.link.messages import Tally


def together(tallies: Sequence[Tally]) -> Tally:
    """What several fan-outs have done; `late_s` is the latest of any."""
    if not tallies:
        return Tally()
    return Tally(
        sends=sum(tally.sends for tally in tallies),
        sent_bytes=sum(tally.sent_bytes for tally in tallies),
        blocked=sum(tally.blocked for tally in tallies),
        skips=sum(tally.skips for tally in tallies),
        slices=tuple(map(sum, zip(*(tally.slices for tally in tallies), strict=True))),
        slices_s=sum(tally.slices_s for tally in tallies),
        late_s=max(tally.late_s for tally in tallies),
    )
