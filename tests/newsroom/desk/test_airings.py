"""The record of airings: what is kept, what is forgotten, and what a crash leaves."""

import json
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.desk.airings import Airing, Heard, bounded, load_airings, save_airings, with_airing
from tests.newsroom.texts import WHEN

HOUR = timedelta(hours=1)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "var" / "newsroom.json"
    record = with_airing(
        {}, ["well", "goat"], Airing(at=WHEN, bulletin="hourly"), {"well": "The well is open"}
    )
    record = with_airing(record, ["well"], Airing(at=WHEN + HOUR), {"well": "The well is shut"})
    save_airings(file, record)
    assert load_airings(file) == (record, "")
    assert record["well"].headline == "The well is shut"
    assert [airing.bulletin for airing in record["well"].airings] == ["hourly", ""]
    assert list(file.parent.iterdir()) == [file]


def test_the_record_of_an_older_version_is_read(tmp_path: Path) -> None:
    file = tmp_path / "newsroom.json"
    file.write_text(json.dumps({"aired": {"well": WHEN.isoformat()}}), "utf-8")
    assert load_airings(file) == ({"well": Heard(airings=(Airing(at=WHEN),))}, "")


def test_a_damaged_record_is_an_empty_one_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "newsroom.json"
    file.write_bytes(b'{"aired": {"well"')
    record, problem = load_airings(file)
    assert record == {}
    assert "all stories count as new: Invalid JSON" in problem
    assert load_airings(tmp_path / "none.json") == ({}, "")


def test_the_headline_is_kept_when_nobody_knows_it_any_more() -> None:
    record = with_airing({}, ["well"], Airing(at=WHEN), {"well": "The well is open"})
    record = with_airing(record, ["well"], Airing(at=WHEN + HOUR))
    assert (record["well"].headline, record["well"].times) == ("The well is open", 2)


def test_one_second_is_one_airing() -> None:
    record = with_airing({}, ["well"], Airing(at=WHEN, bulletin="hourly"))
    assert with_airing(record, ["well"], Airing(at=WHEN))["well"].times == 1


def test_of_many_airings_the_last_are_kept_and_all_are_counted() -> None:
    heard = Heard()
    for hour in range(250):
        heard = heard.again(Airing(at=WHEN + hour * HOUR), "")
    assert (heard.times, len(heard.airings), heard.last) == (250, 100, WHEN + 249 * HOUR)


def test_what_is_gone_and_long_unheard_is_forgotten_and_what_is_there_never_is() -> None:
    record = with_airing({}, ["gone", "there", "heard"], Airing(at=WHEN))
    record = with_airing(record, ["heard"], Airing(at=WHEN + 24 * 30 * HOUR))
    kept = bounded(record, now=WHEN + 24 * 61 * HOUR, present={"there"})
    assert kept.keys() == {"there", "heard"}


def test_the_longest_unheard_go_when_there_are_too_many() -> None:
    record = {
        f"s{number}": Heard(airings=(Airing(at=WHEN + timedelta(seconds=number)),)) for number in range(6100)
    }
    kept = bounded(record, now=WHEN, present={"s0"})
    assert len(kept) == 6000
    assert {"s0", "s6099"} <= kept.keys()
    assert "s1" not in kept


@given(st.lists(st.integers(0, 400)))
def test_the_order_in_which_airings_are_told_does_not_matter(minutes: list[int]) -> None:
    heard = Heard()
    for minute in minutes:
        heard = heard.again(Airing(at=WHEN + timedelta(minutes=minute)), "")
    assert [airing.at for airing in heard.airings] == sorted(airing.at for airing in heard.airings)
    assert heard.times >= len(heard.airings)
    if len(set(minutes)) <= 100:
        assert heard.times == len(set(minutes))
