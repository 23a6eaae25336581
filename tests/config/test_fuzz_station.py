"""Any station file is a station, or is told with a line."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.load import parse_station
from radiocast.config.schema import station_schema
from tests.config.schedule_files import damaged
from tests.config.test_fuzz_schedule import problems_of
from tests.config.test_schema import fits, plain
from tests.config.test_station_file import WHOLE

SCHEMA = station_schema()
# Each line of the door, and of what is kept.
DOOR_LINES = (
    "  port: 0",
    "  tls: {cert: tls/a.pem, key: /etc/tls/b.pem, port: 8443}",
    "  max_listeners: 1",
    "  max_per_address: 1000000",
    "  max_duration: 1d12h",
    "  burst: 0s",
    "  workers: 64",
    "  slow_listener: skip",
    "  trusted_proxies: ['::1', 10.1.2.3/8]",
)
RECORDS_LINES = (
    "  addresses: full",
    "  keep: 3650 d",
    "  access_log: {files: 0, size: 1024MB}",
)
# Each line of the newsroom, so that any set of them is a file.
LINES = (
    "  stories: media/desk",
    "  feeds: [{name: wire, url: https://a.example/rss, every: 1h, max_bytes: 2MB, full_text: true}]",
    "  desk: {airings: 2, apart: 1h30m, duplicates: 0}",
    "  voice: {engine: piper, model: voices/a.onnx, fallback: [{name: fr}]}",
    "  voices: {languages: {fr-CA: {}}, parts: {outro: {engine: command, command: [say]}}}",
    "  pronunciation: {Chikov: /ˈtʃiːkɒf/, '1984': x}",
    "  templates: {fr: {intro: '{greeting} {time}', outro: ''}}",
    "  publish: true",
    "  keep: 7",
)


@given(st.lists(st.sampled_from(LINES), unique=True, min_size=1))
@settings(deadline=None)
def test_any_set_of_keys_is_a_station_and_fits_the_schema(lines: list[str]) -> None:
    """Invariant: no key of the newsroom needs another, and an editor marks none of them."""
    text = "\n".join(("station: {name: x}", "newsroom:", *lines, ""))
    parse_station(text, Path("s"))
    assert fits(plain(text), SCHEMA)


@given(
    st.lists(st.sampled_from(DOOR_LINES), unique=True), st.lists(st.sampled_from(RECORDS_LINES), unique=True)
)
@settings(deadline=None)
def test_any_set_of_keys_of_the_door_and_the_records_is_a_station(
    door: list[str], records: list[str]
) -> None:
    """Invariant: no key of either needs another, and an editor marks none of them."""
    text = "\n".join(("station: {name: x}", "listen:", *door, "records:", *records, ""))
    parse_station(text, Path("s"))
    assert fits(plain(text), SCHEMA)


@given(damaged(WHOLE))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_a_station_or_told_with_its_lines(text: str) -> None:
    """Invariant: no exception but ConfigurationError, and each of its problems has a line of the file."""
    lines = text.count("\n") + text.count("\r") + 1
    for problem in problems_of(lambda: parse_station(text, Path("s"))):
        assert 1 <= problem.line <= lines, problem
        assert problem.column >= 1
        assert problem.message
