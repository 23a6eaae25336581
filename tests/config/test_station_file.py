"""station.yaml: what is read, and what is said about what cannot be."""

from pathlib import Path

import pytest

from radiocast.config.load import load_station, parse_station
from radiocast.config.station import StationConfig, VoiceConfig
from radiocast.config.values import duration_text, parse_duration
from radiocast.model.block import MountSpec
from radiocast.model.errors import ConfigurationError, Problem

FILE = Path("station.yaml")

WHOLE = """\
station: {name: Newsline, slogan: "News on the hour", timezone: Europe/London, language: en-GB,
          genre: Talk, url: https://example.org}
listen: {host: 127.0.0.1, port: 8100, max_listeners: 500, burst: 12s, workers: 0, slow_listener: skip,
         trusted_proxies: [10.0.0.0/8, "::1"]}
mounts:
  - {path: /live.mp3, format: mp3, bitrate: 128k}
  - {path: /low.mp3, format: mp3, bitrate: 48k, channels: 1}
audio: {speech_lufs: -19, music_lufs: -17.5, true_peak_dbtp: -2, crossfade: 1.5s, lead: 4s}
newsroom:
  stories: media/desk
  feeds: []
  voice: {engine: command, command: [piper, --stdin], timeout: 10s,
          fallback: [{engine: espeak-ng, name: en-us}]}
  pronunciation: {Nyathi: NYAH-tee}
titles: {track: "{title} by {artist}", story: "{headline} ({source})", bulletin: "{bulletin}"}
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_station(text, FILE)
    return caught.value.problems


def test_every_value_but_the_name_has_a_default() -> None:
    config = parse_station("station: {name: Newsline}\n", FILE)
    assert config == StationConfig.model_validate({"station": {"name": "Newsline"}})
    assert config.mounts == (MountSpec(path="/live.mp3", bitrate_kbps=128),)
    assert (config.listen.port, config.listen.burst_s, config.audio.lead_s) == (8000, 6.0, 3.0)


def test_sections_left_empty_are_their_defaults() -> None:
    text = "station: {name: Newsline}\nlisten:\naudio:\nnewsroom:\ntitles:\n"
    assert parse_station(text, FILE) == parse_station("station: {name: Newsline}\n", FILE)


def test_every_key_is_read() -> None:
    config = parse_station(WHOLE, FILE)
    assert config.station.slogan == "News on the hour"
    assert config.station.timezone == "Europe/London"
    assert config.listen.burst_s == 12.0
    assert config.listen.slow_listener == "skip"
    assert config.listen.trusted_proxies == ("10.0.0.0/8", "::1")
    assert config.mounts == (
        MountSpec(path="/live.mp3", bitrate_kbps=128, channels=2),
        MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1),
    )
    assert (config.audio.music_lufs, config.audio.crossfade_s) == (-17.5, 1.5)
    assert config.newsroom.stories == "media/desk"
    assert config.newsroom.voice == VoiceConfig(
        engine="command",
        command=("piper", "--stdin"),
        timeout_s=10.0,
        fallback=(VoiceConfig(name="en-us"),),
    )
    assert config.newsroom.pronunciation == {"Nyathi": "NYAH-tee"}
    assert config.titles.track == "{title} by {artist}"


@pytest.mark.parametrize(
    ("here", "text", "said", "hint"),
    [
        ("{slogan: x}", "{slogan: x}", "station.name is missing", ""),
        ("''}", "{name: ''}", "station.name is empty", ""),
        (
            "timzone: UTC}",
            "{name: x, timzone: UTC}",
            "station.timzone is not known",
            "did you mean 'timezone'?",
        ),
        (
            "Europe/Lodnon}",
            "{name: x, timezone: Europe/Lodnon}",
            "no time zone 'Europe/Lodnon'",
            "'Europe/London'",
        ),
        ("Europe}", "{name: x, timezone: Europe}", "no time zone 'Europe'", ""),
        ("example.org}", "{name: x, url: example.org}", "https:// in front", ""),
        ("English}", "{name: x, language: English}", "no language code", ""),
        ('"a\\nb"}', '{name: "a\\nb"}', "must be on one line", ""),
        ("80000}", "{name: x}\nlisten: {port: 80000}", "out of range", "from 0 to 65535"),
        ("http}", "{name: x}\nlisten: {port: http}", "'http' is not a whole number", ""),
        ("6}", "{name: x}\nlisten: {burst: 6}", "no length of time", "'6s' or '6m'"),
        (
            "4}",
            "{name: x}\nlisten: {workers: 4}",
            "listen.workers: not in this version yet",
            "remove the line",
        ),
        (
            "tls: {cert: a}}",
            "{name: x}\nlisten: {tls: {cert: a}}",
            "listen.tls: not in this version yet",
            "proxy",
        ),
        ("kick}", "{name: x}\nlisten: {slow_listener: kick}", "'kick' is not known", "drop, skip"),
        ("nginx]}", "{name: x}\nlisten: {trusted_proxies: [nginx]}", "neither an address nor a network", ""),
        ("10.0.0.1}", "{name: x}\nlisten: {trusted_proxies: 10.0.0.1}", "should be a list", "[10.0.0.1]"),
        ("live.mp3}]", "{name: x}\nmounts: [{path: live.mp3}]", "write '/live.mp3'", ""),
        ("/status}]", "{name: x}\nmounts: [{path: /status}]", "the station itself answers", ""),
        ("/live.m3u}]", "{name: x}\nmounts: [{path: /live.m3u}]", "the station itself answers", ""),
        ("/api/live.mp3}]", "{name: x}\nmounts: [{path: /api/live.mp3}]", "the station itself answers", ""),
        ("/Healthz}]", "{name: x}\nmounts: [{path: /Healthz}]", "the station itself answers", ""),
        ('"/a b.mp3"}]', '{name: x}\nmounts: [{path: "/a b.mp3"}]', "no address of a stream", ""),
        ("/../live.mp3}]", "{name: x}\nmounts: [{path: /../live.mp3}]", "no address of a stream", ""),
        ("[]", "{name: x}\nmounts: []", "is an empty list", ""),
        ("127k}]", "{name: x}\nmounts: [{path: /a, bitrate: 127k}]", "no bit rate of 127k", "128k"),
        ("128}]", "{name: x}\nmounts: [{path: /a, bitrate: 128}]", "'128' is no bit rate", "'128k'"),
        ("ogg}]", "{name: x}\nmounts: [{path: /a, format: ogg}]", "'ogg' is not known", "mp3"),
        ("3}]", "{name: x}\nmounts: [{path: /a, channels: 3}]", "'3' is not known", "1, 2"),
        ("{path: /a}]", "{name: x}\nmounts: [{path: /a}, {path: /a}]", "/a is there twice", ""),
        ("{path: /A}]", "{name: x}\nmounts: [{path: /a.mp3}, {path: /A}]", "share the playlist", ""),
        ("18}", "{name: x}\naudio: {speech_lufs: 18}", "out of range", ""),
        ("-1s}", "{name: x}\naudio: {crossfade: -1s}", "no length of time", ""),
        (
            "[{name: wire, url: u}]}",
            "{name: x}\nnewsroom: {feeds: [{name: wire, url: u}]}",
            "feeds: not in this version yet",
            "[]",
        ),
        (
            "piper}}",
            "{name: x}\nnewsroom: {voice: {engine: piper}}",
            "'piper' is not known",
            "command, espeak-ng",
        ),
        (
            "{engine: command}}",
            "{name: x}\nnewsroom: {voice: {engine: command}}",
            "voice.command is missing",
            "",
        ),
        (
            '"{artst}"}',
            '{name: x}\ntitles: {track: "{artst}"}',
            "{artst} is nothing",
            "did you mean 'artist'?",
        ),
        ('"{title"}', '{name: x}\ntitles: {track: "{title"}', "a brace is opened", ""),
        ('"{title.x}"}', '{name: x}\ntitles: {track: "{title.x}"}', "{title.x} is nothing", ""),
        (
            '"{title!r:>9}"}',
            '{name: x}\ntitles: {track: "{title!r:>9}"}',
            "is nothing that can be put in",
            "",
        ),
        ("/live.mp3", "{name: x}\nmounts: /live.mp3", "should be a list", "[/live.mp3]"),
        ("loud", "{name: x}\naudio: loud", "audio should be a block of keys", "speech_lufs"),
    ],
)
def test_a_mistake_is_told_with_its_place(here: str, text: str, said: str, hint: str) -> None:
    found = problems(f"station: {text}\n")
    assert len(found) == 1, [str(problem) for problem in found]
    place = f"station: {text}".splitlines()[found[0].line - 1][found[0].column - 1 :]
    assert place == here
    assert said in found[0].message
    assert hint in found[0].hint


def test_all_problems_come_at_once_in_file_order() -> None:
    found = problems("titels: {}\nlisten: {port: x, burst: 6}\nstation: {timezone: Mars}\n")
    assert [(problem.line, problem.column) for problem in found] == [
        (1, 1),
        (2, 16),
        (2, 26),
        (3, 10),
        (3, 21),
    ]


def test_a_message_is_the_line_that_an_editor_links() -> None:
    (problem,) = problems("station: {name: x}\nlisen: {}\n")
    assert str(problem) == "station.yaml:2:1: lisen is not known (did you mean 'listen'?)"


@pytest.mark.parametrize("text", ["", "- a\n", "Newsline", "[]", "\x00"])
def test_what_is_no_station_at_all(text: str) -> None:
    assert problems(text)[0].line == 1


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "station.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load_station(path) == parse_station(WHOLE, FILE)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90.0),
        ("3m", 180.0),
        ("6h", 21600.0),
        ("1h30m", 5400.0),
        ("1h30m5s", 5405.0),
        ("0s", 0.0),
        ("1.5s", 1.5),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "90", "s", "3m2h", "1 h", "-3m", "3min", "1h30", "٣m", "1e3s", "3M"])
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None
