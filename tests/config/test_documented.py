"""What docs/schedule.md shows is what the loader reads, and the demo station's files are good ones."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from radiocast.config.load import load_schedule, load_station, parse_schedule, parse_station
from radiocast.config.schedule import ScheduleConfig
from radiocast.config.schedule_file import SCHEDULE
from radiocast.config.schema import SCHEMAS
from radiocast.config.station import NewsroomConfig
from radiocast.model.errors import ConfigurationError
from tests.config.test_schema import fits, plain

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/schedule.md").read_text(encoding="utf-8")
SMALLEST, *PIECES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
WHOLE = "".join(PIECES)


def whole() -> ScheduleConfig:
    return parse_schedule(WHOLE, Path("s"))


def test_the_page_s_smallest_schedule_is_one() -> None:
    assert parse_schedule(SMALLEST, Path("s")).default_clock == "hour"


def test_the_page_s_other_pieces_make_one_schedule() -> None:
    config = whole()
    assert [len(clock.entries) for clock in config.clocks.values()] == [7, 4, 2, 2]
    assert config.bulletins["hourly"].sounder == "jingles/sounder.ogg"
    assert [event.name for event in config.events] == ["election", "noon", "late music"]
    assert len(config.grid) == len(config.exceptions) == 3
    assert config.breaking is not None


def test_the_page_shows_every_section_and_the_defaults_it_names() -> None:
    shown = set(re.findall(r"^(\w+):", WHOLE, re.MULTILINE))
    assert shown == {key.name for key in SCHEDULE.keys}
    config = whole()
    assert config.dst == parse_schedule(SMALLEST, Path("s")).dst


@pytest.mark.parametrize("text", [SMALLEST, WHOLE])
def test_the_page_s_schedules_fit_the_schema(text: str) -> None:
    assert fits(plain(text), SCHEMAS["schedule"]())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start: hard, play: cart/ident", "start: hard, wait_up_to: 9s, play: cart/ident", "does not wait"),
        (
            "start: hard, play: cart/ident",
            "start: hard, make_next: true, play: cart/ident",
            "make_next means",
        ),
        ("drop_after: 5m", "drop_after: 5s", "would be dropped"),
        ("priority: 60, play", "duration: 3m, play", "the length of a bulletin is its own"),
        ("duration: 50m, ", "", "duration is missing"),
        ("20:00, start: hard", "20:00, days: mon, start: hard", "days means nothing"),
        ("concert}", "concert, backtime: true}", "backtime means nothing"),
        ("order: weighted", "order: sequential", "weights mean nothing"),
        ("order: shuffle, separation", "order: weighted, separation", "has no weights"),
        ("name: noon", "name: election", "already"),
    ],
)
def test_what_the_page_says_is_refused_is_refused(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigurationError, match=said) as caught:
        parse_schedule(WHOLE.replace(old, new, 1), Path("s"))
    assert len(caught.value.problems) == 1


VOICES = re.findall(
    r"^ *```yaml\n(.*?)^ *```", (ROOT / "docs/voices.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("text", VOICES)
def test_what_the_page_of_voices_shows_is_read(text: str) -> None:
    text = "station: {name: x}\n" + dedent(text)
    assert parse_station(text, Path("s")).newsroom != NewsroomConfig()
    assert fits(plain(text), SCHEMAS["station"]())


def test_the_page_of_voices_has_its_examples() -> None:
    assert len(VOICES) == 4


def test_the_demo_station_is_configured_without_a_mistake() -> None:
    assert load_station(ROOT / "config/station.yaml").station.name
    assert load_schedule(ROOT / "config/schedule.yaml").clocks
    for name in ("schedule", "station"):
        assert fits(plain((ROOT / f"config/{name}.yaml").read_text(encoding="utf-8")), SCHEMAS[name]())
