"""The recording session with a booth whose sentences last exactly as long as they say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from radiocast.model.errors import VoiceError
from radiocast.newsroom.production.recording import Recorded, Session
from radiocast.newsroom.production.shares import WITHIN_S
from radiocast.newsroom.script.rundown import Role, Rundown
from radiocast.newsroom.voices.booth import Line, Recording
from tests.newsroom.production.test_cutting import FRAME, rundown


class FakeBooth:
    """Says "4.000 …" in 4 s, at half the rate with `slow=2`; cannot say what has one of `cannot` in it."""

    def __init__(self, *cannot: str, slow: float = 1.0) -> None:
        self.cannot = cannot
        self.slow = slow
        self.asked: list[Line] = []
        self.rounds = 0

    async def record(self, lines: Sequence[Line]) -> list[Recording | VoiceError]:
        self.rounds += 1
        self.asked += lines
        return [self._one(line) for line in lines]

    def _one(self, line: Line) -> Recording | VoiceError:
        if any(word in line.text for word in self.cannot):
            return VoiceError("hoarse")
        seconds = float(line.text.split(maxsplit=1)[0]) * self.slow
        return Recording(
            line=line, pcm=np.zeros((round(seconds * 48_000), 1), np.int16), key=line.text, voice="fake"
        )


async def recorded(written: Rundown, booth: FakeBooth, *, words_per_minute: int = 165) -> Recorded:
    session = Session(written, booth, words_per_minute=words_per_minute)
    await session.begin(FRAME)
    return await session.finish(FRAME)


def stories(done: Recorded) -> list[str]:
    return [take.part.slug for take in done.takes if take.part.role is Role.STORY]


ORDINARY = [[3.0, 6.5, 7.1, 4.2, 5.3, 8.8, 6.1, 3.9, 7.7], [2.5, 9.9, 3.3, 5.5, 4.4, 8.1, 6.2, 7.3]] * 4


@pytest.mark.parametrize("slow", [0.7, 0.8, 1.0, 1.3, 2.0])
async def test_it_lands_whatever_the_estimate_was_worth(slow: float) -> None:
    # A sentence here is some 15 letters, estimated at under a second: the estimate is always wrong.
    booth = FakeBooth(slow=slow)
    done = await recorded(rundown(ORDINARY), booth)
    assert done.cut.length_s == pytest.approx(180, abs=WITHIN_S)
    assert done.problems == ()
    assert booth.rounds <= 5
    assert len(booth.asked) == len(set(booth.asked)), "nothing is asked for twice"


async def test_not_much_more_is_recorded_than_is_read() -> None:
    booth = FakeBooth()
    written = rundown(ORDINARY)
    done = await recorded(written, booth, words_per_minute=30)
    said = {sentence for take in done.takes for sentence in take.part.sentences}
    assert len({line.text for line in booth.asked} - said) <= 2 * 8


async def test_too_little_news_is_all_recorded_in_one_go() -> None:
    booth = FakeBooth()
    done = await recorded(rundown([[3.0, 4.0], [2.0, 5.0]]), booth)
    assert (stories(done), booth.rounds, done.problems) == (["s0", "s1"], 1, ())


async def test_another_story_takes_the_place_of_one_that_cannot_be_said() -> None:
    done = await recorded(rundown(ORDINARY, max_stories=3), FakeBooth("story-s1-1"))
    assert stories(done) == ["s0", "s2", "s3"]
    assert done.cut.length_s == pytest.approx(180, abs=WITHIN_S)
    assert done.problems == ("left out of the bulletin: story s1: hoarse",)


async def test_the_record_says_what_of_the_rundown_was_not_read() -> None:
    done = await recorded(
        rundown([*ORDINARY[:3], [2.0, 3.0, 4.0]], max_stories=2, target_s=90.0), FakeBooth()
    )
    read = next(take.part for take in done.takes if take.part.slug == "s0" and take.part.role is Role.STORY)
    assert f"cut: {len(ORDINARY[0]) + 1 - len(read.sentences)} sentences of story s0" in done.notes
    assert "not read: story s3: 2 stories are the most there may be" in done.notes


async def test_a_correction_that_cannot_be_said_is_not_announced_either() -> None:
    written = rundown(ORDINARY[:2], corrections=[[3.0, 2.0]])
    place = next(p for p, each in enumerate(written.passages) if each.role is Role.CORRECTION)
    lead = replace(written.passages[place], slug="", sentences=("1.000 lead",), closing=(), least=1)
    written = replace(written, passages=(*written.passages[:place], lead, *written.passages[place:]))
    assert [take.part.role for take in (await recorded(written, FakeBooth())).takes].count(
        Role.CORRECTION
    ) == 2
    done = await recorded(written, FakeBooth("correction-c0-1"))
    assert [take.part.role for take in done.takes].count(Role.CORRECTION) == 0
    assert "left out of the bulletin: correction c0: hoarse" in done.problems


async def test_a_story_ends_before_what_cannot_be_said_and_keeps_its_credit() -> None:
    done = await recorded(rundown([ORDINARY[0]]), FakeBooth("story-s0-3"))
    take = next(take for take in done.takes if take.part.role is Role.STORY)
    assert [text.rsplit("-", 1)[-1] for text in take.part.sentences] == ["0", "1", "2", "s0"]
    assert done.problems == ("left out of the bulletin: the rest of story s0: hoarse",)


async def test_of_the_frame_only_the_sentence_itself_is_left_out() -> None:
    done = await recorded(rundown(ORDINARY[:2]), FakeBooth("intro--1", "credit-s1"))
    intro = next(take for take in done.takes if take.part.role is Role.INTRO)
    assert len(intro.sentences) == 3
    assert stories(done) == ["s0", "s1"]
    assert done.problems == (
        "left out of the bulletin: a sentence of intro: hoarse",
        "left out of the bulletin: a sentence of story s1: hoarse",
    )


async def test_a_frame_without_news_is_no_bulletin() -> None:
    done = await recorded(rundown(ORDINARY[:2]), FakeBooth("story-", "headline-"))
    assert done.takes == ()
    assert done.problems == ("hoarse", "no voice could speak: the bulletin is its sounder alone")


async def test_where_there_is_no_news_the_frame_says_so() -> None:
    done = await recorded(rundown([]), FakeBooth())
    assert [take.part.role for take in done.takes] == [Role.INTRO, Role.OUTRO]


async def test_each_part_has_its_own_voice() -> None:
    booth = FakeBooth()
    await recorded(rundown(ORDINARY[:2], corrections=[[3.0, 2.0]]), booth)
    assert {line.part for line in booth.asked} == {"intro", "headlines", "correction", "stories", "outro"}
