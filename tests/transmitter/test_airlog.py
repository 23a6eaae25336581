from datetime import UTC, datetime, timedelta

import pytest

from radiocast.model.block import Ended
from radiocast.model.play import Kind, Outcome
from radiocast.model.units import BLOCK_S
from radiocast.transmitter.airlog import HISTORY_ITEMS, AirLog
from radiocast.transmitter.continuity import CoverBlock
from radiocast.transmitter.snapshot import Airing
from tests.transmitter.sound import item, studio_block

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(block: int) -> datetime:
    return NOON + timedelta(seconds=block * BLOCK_S)


def cover(*, begins: bool, level_dbfs: float = -18.0) -> CoverBlock:
    return CoverBlock(audio=(), stream_title="Standby", level_dbfs=level_dbfs, begins=begins)


def airing(log: AirLog) -> Airing:
    assert log.now is not None
    return log.now


def on_air(log: AirLog) -> str:
    return airing(log).on_air.item_id


def test_the_item_on_the_air_is_that_of_the_block_that_leaves() -> None:
    log = AirLog()
    log.studio_block(studio_block(0, on_air=item("one")), at(0))
    log.studio_block(studio_block(1), at(1))
    assert on_air(log) == "one"
    assert airing(log).started_at == at(0)
    log.studio_block(
        studio_block(2, on_air=item("two"), ended=(Ended(item_id="one", outcome=Outcome.AIRED),)), at(2)
    )
    assert on_air(log) == "two"
    (first,) = log.history
    assert (first.on_air.item_id, first.started_at, first.ended_at) == ("one", at(0), at(2))
    assert first.outcome is Outcome.AIRED


def test_a_bulletins_parts_change_what_is_on_and_are_one_item_of_history() -> None:
    log = AirLog()
    log.studio_block(studio_block(0, on_air=item("b", "The News", Kind.BULLETIN)), at(0))
    log.studio_block(studio_block(1, on_air=item("b", "Rain", Kind.STORY)), at(1))
    assert (airing(log).on_air.title, airing(log).started_at) == ("Rain", at(1))
    log.studio_block(
        studio_block(2, ended=(Ended(item_id="b", outcome=Outcome.CUT, reason="hard start"),)), at(2)
    )
    aired = log.history[0]
    assert len(log.history) == 1
    assert (aired.on_air.title, aired.on_air.kind, aired.outcome) == ("The News", Kind.BULLETIN, Outcome.CUT)
    assert aired.reason == "hard start"


def test_overlapping_items_each_come_into_history_when_they_end() -> None:
    log = AirLog()
    log.studio_block(studio_block(0, on_air=item("one")), at(0))
    log.studio_block(studio_block(1, on_air=item("two")), at(1))
    assert not list(log.history)
    log.studio_block(studio_block(2, ended=(Ended(item_id="one", outcome=Outcome.AIRED),)), at(2))
    assert [past.on_air.item_id for past in log.history] == ["one"]
    assert on_air(log) == "two"


def test_a_stall_is_covered_and_the_item_goes_on_after_it() -> None:
    log = AirLog()
    log.studio_block(studio_block(0, on_air=item("one")), at(0))
    log.cover_block(cover(begins=True), at(1))
    log.cover_block(cover(begins=False), at(2))
    assert (airing(log).on_air.kind, airing(log).started_at) == (Kind.EMERGENCY, at(1))
    log.studio_block(studio_block(1), at(3))
    assert on_air(log) == "one"
    (episode,) = log.history
    assert (episode.on_air.kind, episode.ended_at) == (Kind.EMERGENCY, at(3))


def test_what_a_lost_studio_had_on_the_air_was_cut() -> None:
    log = AirLog()
    log.studio_block(studio_block(0, on_air=item("one")), at(0))
    log.studio_lost(at(1))
    log.cover_block(cover(begins=True), at(1))
    log.studio_lost(at(2))
    aired = log.history[0]
    assert len(log.history) == 1
    assert (aired.on_air.item_id, aired.outcome, aired.ended_at) == ("one", Outcome.CUT, at(1))
    assert aired.reason != ""
    log.studio_block(studio_block(0, on_air=item("fresh")), at(3))
    assert on_air(log) == "fresh"
    assert [aired.on_air.kind for aired in log.history] == [Kind.EMERGENCY, Kind.TRACK]


def test_history_is_newest_first_and_bounded_and_the_unknown_is_left_out() -> None:
    log = AirLog()
    for number in range(HISTORY_ITEMS + 5):
        ended = (Ended(item_id=f"{number - 1}", outcome=Outcome.AIRED),)
        log.studio_block(studio_block(number, on_air=item(f"{number}"), ended=ended), at(number))
    assert len(log.history) == HISTORY_ITEMS
    assert log.history[0].on_air.item_id == f"{HISTORY_ITEMS + 3}"


def test_a_studio_that_never_tells_of_ends_does_not_fill_the_memory() -> None:
    log = AirLog()
    for number in range(40):
        log.studio_block(studio_block(number, on_air=item(f"{number}")), at(number))
    assert len(log.history) == HISTORY_ITEMS
    assert on_air(log) == "39"


def test_the_meter_averages_power_over_three_seconds_and_counts_silence() -> None:
    log = AirLog()
    for number in range(6):
        log.studio_block(studio_block(number, level_dbfs=-20.0), at(number))
    assert log.level_dbfs == pytest.approx(-20.0)
    assert log.silent_for_s == 0
    for number in range(3):
        log.studio_block(studio_block(number, level_dbfs=-120.0), at(number))
    assert log.level_dbfs == pytest.approx(-23.0, abs=0.1)
    assert log.silent_for_s == pytest.approx(3 * BLOCK_S)
    log.cover_block(cover(begins=True), at(9))
    assert log.silent_for_s == 0


def test_before_the_first_block_nothing_is_on() -> None:
    log = AirLog()
    assert log.now is None
    assert log.level_dbfs == -120.0
