"""What docs/schedule.md shows is what the loader reads, and the demo station's files are good ones."""

import re
from pathlib import Path

import pytest

from radiocast.config.load import load_schedule, load_station, parse_schedule
from radiocast.model.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/schedule.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_s_smallest_schedule_is_one() -> None:
    assert parse_schedule(BLOCKS[0], Path("s")).default_clock == "hour"


def test_the_page_s_other_pieces_make_one_schedule() -> None:
    # The clock of the page names two carts that its readers will have made by then.
    carts = BLOCKS[1] + '  promo: {kind: promo, files: "promos/*"}\n'
    config = parse_schedule(carts + "".join(BLOCKS[2:]), Path("s"))
    assert len(config.clocks["news_hour"].entries) == 7
    assert config.bulletins["hourly"].sounder == "jingles/sounder.ogg"


def test_what_the_page_says_is_not_there_yet_is_refused_by_name() -> None:
    page = (ROOT / "docs/schedule.md").read_text(encoding="utf-8")
    later = page[page.index("## Not there yet") :]
    for word in ("exceptions", "events", "breaking", "dst"):
        assert f"`{word}`" in later
        with pytest.raises(ConfigurationError, match=f"{word}: not in this version yet"):
            parse_schedule(f"{BLOCKS[0]}{word}: []\n", Path("s"))


def test_the_demo_station_is_configured_without_a_mistake() -> None:
    assert load_station(ROOT / "config/station.yaml").station.name
    assert load_schedule(ROOT / "config/schedule.yaml").clocks
