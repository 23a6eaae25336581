"""How soon the desk has on the air what cannot wait."""

from dataclasses import replace

import pytest

from radiocast.model.play import Kind, Outcome, Start, Transition
from radiocast.model.units import BLOCK_S
from radiocast.studio.desk import Desk
from tests.studio.desk_at_a_clock import LEAD_S, at, on_the_air
from tests.studio.station import NOWHERE, Script, item

TOLD_S = round(20.0 / BLOCK_S) * BLOCK_S


@pytest.mark.parametrize(("fade_before_s", "fade_s"), [(None, 1.5), (0.4, 0.4), (5.0, 1.5)])
async def test_it_is_as_late_as_the_studio_is_ahead_and_its_own_short_fade(
    fade_before_s: float | None, fade_s: float
) -> None:
    track = item(NOWHERE, name="track", length_s=600.0)
    news = item(NOWHERE, name="news", kind=Kind.STORY, start=Start.HARD, at=at(TOLD_S), priority=98)
    script = Script([track])

    def watch(second: float, desk: Desk) -> None:
        if second == TOLD_S:
            script.items.append(replace(news, fade_before_s=fade_before_s))
            desk.replan()

    heard = await on_the_air(script, seconds=40.0, watch=watch)
    late_s = heard.steady_s("news") - TOLD_S
    # What was rendered before is out of reach: the lead, and what the encoder holds.
    assert LEAD_S - BLOCK_S <= late_s - fade_s <= LEAD_S + BLOCK_S
    assert script.entry("news").transition is Transition.FADE
    assert script.entry("track").outcome is Outcome.CUT
