"""What players are compared with: `/status` and the as-run log, two records of one air, agree."""

import json

import pytest

from tests.players.evidence import changes, is_run_of
from tests.players.small_station import SmallStation, without_apostrophes

STATION, BULLETIN = "Players FM", "Players FM News"


@pytest.mark.timeout(240)
def test_status_and_the_as_run_log_agree(station: SmallStation) -> None:
    logs = sorted((station.root / "var/as-run").glob("*.jsonl"))
    entries = [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]
    logged: list[str] = []
    for entry in entries:
        # The log is written when an item has ended; what was dropped was on nobody's air.
        if entry["start_actual"] is None:
            continue
        if entry["kind"] == "bulletin":
            logged += [BULLETIN, *entry["headline"].split(" / ")]
        elif entry["artist"]:
            logged.append(f"{entry['artist']} - {entry['title']}")
        else:
            logged.append(STATION)  # the built-in sound that stands in
    shown = station.titles.titles()
    assert len(logged) >= 1
    assert is_run_of(changes(without_apostrophes(title) for title in logged), shown), (
        f"logged {logged}\nshown {shown}"
    )
