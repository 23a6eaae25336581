"""A worker that took listeners with it is told of for a while."""

import time

import pytest

from radiocast.model.audience import End
from radiocast.transmitter.crew import Crew
from radiocast.transmitter.terms import ORDINARY
from tests.transmitter.sound import LIVE


@pytest.fixture
async def crew() -> Crew:
    return Crew([LIVE], ORDINARY, size=2, depth_blocks=10, on_departure=lambda _: None)


async def lose(crew: Crew, post: int, numbers: set[int]) -> None:
    await crew._tell_of_lost(crew._posts[post], numbers, -9)


async def test_who_lost_listeners_just_now_is_told(crew: Crew) -> None:
    assert crew.problems() == ()
    await lose(crew, 1, {4, 5, 6})
    (said,) = crew.problems()
    assert said.startswith("Worker 2 died just now, and 3 listeners lost ")
    assert crew.now()[1].lost == 3


async def test_a_death_that_cost_nobody_is_no_problem(crew: Crew) -> None:
    await lose(crew, 0, set())
    assert crew.problems() == ()


@pytest.mark.parametrize(("ago_s", "told"), [(130, ["died 2 min ago"]), (599, ["died 9 min ago"]), (601, [])])
async def test_a_loss_of_long_ago_is_none_any_more(crew: Crew, ago_s: float, told: list[str]) -> None:
    await lose(crew, 0, {1})
    crew._posts[0].last_loss = time.monotonic() - ago_s, 1
    assert [part for said in crew.problems() for part in told if part in said] == told
    assert len(crew.problems()) == len(told)
    assert crew.now()[0].lost == 1


async def test_at_closing_nobody_is_lost() -> None:
    ended: list[End] = []
    crew = Crew(
        [LIVE], ORDINARY, size=1, depth_blocks=10, on_departure=lambda departure: ended.append(departure.end)
    )
    crew.close()
    await lose(crew, 0, {1, 2})
    assert ended == [End.CLOSED, End.CLOSED]
    assert crew.problems() == ()
