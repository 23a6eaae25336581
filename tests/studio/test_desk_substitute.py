"""What the log says of an item that is heard in the place of what was planned."""

from dataclasses import replace

import pytest

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start
from tests.studio.desk_at_a_clock import at, on_the_air
from tests.studio.station import NOWHERE, Script, item

WHY = "bulletin hourly could not be made: no voice; the previous one airs"


@pytest.mark.parametrize(
    ("ends", "outcome", "reason"),
    [
        ("whole", Outcome.SUBSTITUTED, WHY),
        ("breaks off", Outcome.FAILED, f"it breaks off; {WHY}"),
        ("cut", Outcome.CUT, f"faded out for file/breaking; {WHY}"),
    ],
)
async def test_a_stand_in_is_told_with_why_it_is_one_however_it_ends(
    ends: str, outcome: Outcome, reason: str
) -> None:
    news = replace(item(NOWHERE, name="news", length_s=30.0, kind=Kind.BULLETIN), substitute=WHY)
    items = [news]
    if ends == "cut":
        breaking = item(NOWHERE, name="breaking", kind=Kind.STORY, start=Start.HARD, at=at(15.0), priority=98)
        items.append(breaking)
    script = Script(items)
    await on_the_air(script, seconds=40.0, breaks=["news"] if ends == "breaks off" else [])
    entry = script.entry("news")
    assert (entry.outcome, entry.reason) == (outcome, reason)


async def test_what_is_as_it_was_planned_has_aired() -> None:
    script = Script([item(NOWHERE, name="news", length_s=30.0, kind=Kind.BULLETIN)])
    await on_the_air(script, seconds=40.0)
    entry: AsRunEntry = script.entry("news")
    assert (entry.outcome, entry.reason) == (Outcome.AIRED, "a test")
