import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.web.icecast import status_json
from radiocast.web.status import status
from tests.web.conftest import Serve
from tests.web.fake_air import IDENTITY, LIVE, LOW, WELL, FakeAir, config

# Icecast 2.4.4's own keys, as in its status-json.xsl.
SOURCE_KEYS = {
    "audio_info",
    "bitrate",
    "channels",
    "dummy",
    "genre",
    "ice-bitrate",
    "listener_peak",
    "listeners",
    "listenurl",
    "samplerate",
    "server_description",
    "server_name",
    "server_type",
    "server_url",
    "stream_start",
    "stream_start_iso8601",
    "title",
}


def icestats(mounts: int) -> dict[str, Any]:
    document = status(replace(WELL, mounts=WELL.mounts[:mounts]), IDENTITY, "http://radio.example:8000")
    stats: dict[str, Any] = json.loads(status_json(document, "http://radio.example:8000"))["icestats"]
    return stats


def test_source_is_absent_an_object_or_an_array() -> None:
    assert "source" not in icestats(0)
    assert isinstance(icestats(1)["source"], dict)
    assert [source["listenurl"] for source in icestats(2)["source"]] == [
        "http://radio.example:8000/live.mp3",
        "http://radio.example:8000/low.mp3",
    ]


def test_the_server_says_who_and_since_when() -> None:
    stats = icestats(1)
    assert set(stats) == {
        "admin", "host", "location", "server_id", "server_start", "server_start_iso8601", "source"
    }  # fmt: skip
    assert stats["host"] == "radio.example"
    assert stats["server_start"] == "Sun, 07 Jun 2026 12:05:00 +0100"
    assert stats["server_start_iso8601"] == "2026-06-07T12:05:00+0100"


def test_a_source_has_icecasts_keys_and_types() -> None:
    source = icestats(2)["source"][1]
    assert set(source) == SOURCE_KEYS
    assert source["audio_info"] == "channels=1;samplerate=48000;bitrate=48"
    assert (source["bitrate"], source["channels"], source["listeners"], source["listener_peak"]) == (
        48,
        1,
        34,
        45,
    )
    assert source["server_type"] == "audio/mpeg"
    assert source["dummy"] is None


@pytest.mark.parametrize("title", ["1979", "99 Luftballons", "true", "null", "1e5", ""])
def test_a_title_that_looks_like_something_else_stays_text(title: str) -> None:
    mount = replace(WELL.mounts[0], stream_title=title)
    document = status(replace(WELL, mounts=(mount,)), IDENTITY, "http://h")
    assert json.loads(status_json(document, "http://h"))["icestats"]["source"]["title"] == title


@given(title=st.text(st.characters(exclude_categories=())))
def test_any_title_gives_valid_json(title: str) -> None:
    mount = replace(WELL.mounts[0], stream_title=title)
    document = status(replace(WELL, mounts=(mount,)), IDENTITY, "http://h")
    text = status_json(document, "http://h").encode()
    assert json.loads(text)["icestats"]["source"]["title"] == title.encode("utf-8", "replace").decode()


async def test_https_behind_a_trusted_proxy_shows_in_listenurl(serve: Serve, air: FakeAir) -> None:
    air.now = replace(WELL, mounts=WELL.mounts[:1])
    client = await serve(config(mounts=(LIVE, LOW), trusted_proxies=("127.0.0.1",)))
    answer = await client.get(
        "/status-json.xsl", headers={"Host": "radio.example", "X-Forwarded-Proto": "https"}
    )
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (await answer.json())["icestats"]["source"]["listenurl"] == "https://radio.example/live.mp3"
