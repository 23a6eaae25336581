"""station.yaml: what is read, and what is said about what cannot be."""

from pathlib import Path

import pytest

from radiocast.config.load import load_station, parse_station
from radiocast.config.station import DeskConfig, FeedConfig, Records, StationConfig, Tls, VoiceConfig, Voices
from radiocast.config.values import duration_text, parse_duration
from radiocast.model.block import MountSpec
from radiocast.model.errors import ConfigurationError, Problem

FILE = Path("station.yaml")

WHOLE = """\
station: {name: Newsline, slogan: "News on the hour", timezone: Europe/London, language: en-GB,
          genre: Talk, url: https://example.org}
listen: {host: 127.0.0.1, port: 8100, max_listeners: 500, max_per_address: 20, max_duration: 12h, burst: 12s,
         workers: 3, slow_listener: skip, trusted_proxies: [10.0.0.0/8, "::1"],
         tls: {cert: tls/fullchain.pem, key: /etc/tls/privkey.pem, port: 8443}}
mounts:
  - {path: /live.mp3, format: mp3, bitrate: 128k, max_listeners: 400}
  - {path: /low.mp3, format: mp3, bitrate: 48k, channels: 1}
audio: {speech_lufs: -19, music_lufs: -17.5, true_peak_dbtp: -2, crossfade: 1.5s, lead: 4s}
newsroom:
  stories: media/desk
  feeds:
    - {name: wire, url: "https://example.org/rss?q=1", every: 90s, stale_after: 6h, expire_after: 3d,
       source: Valley Herald, language: en-GB, urgency: 3, full_text: true, private_addresses: true,
       timeout: 5s, max_bytes: 512kB, max_stories: 20}
    - {name: second, url: http://127.0.0.1:8080/atom.xml}
  desk: {airings: 4, apart: 50m, stale_after: 1d12h, corrections: 2, duplicates: 0.75}
  voice: {engine: command, command: [speak, --stdin], timeout: 10s,
          fallback: [{engine: espeak-ng, name: en-us}]}
  voices:
    languages: {fr: {words_per_minute: 150}, pt_BR: {engine: piper, model: voices/pt.onnx}}
    parts: {headlines: {name: en-gb-x-rp+f4}, breaking: {}}
  pronunciation: {Nyathi: NYAH-tee, Chikov: /ˈtʃiːkɒf/}
  templates: {en: {intro: "Hello from {station}."}}
  publish: false
  keep: 14d
records: {addresses: none, keep: 90d, access_log: {files: 3, size: 512kB}}
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
    text = "station: {name: Newsline}\nlisten:\naudio:\nnewsroom:\nrecords:\ntitles:\n"
    assert parse_station(text, FILE) == parse_station("station: {name: Newsline}\n", FILE)


def test_every_key_is_read() -> None:
    config = parse_station(WHOLE, FILE)
    assert config.station.slogan == "News on the hour"
    assert config.station.timezone == "Europe/London"
    assert config.listen.burst_s == 12.0
    assert config.listen.slow_listener == "skip"
    assert config.listen.trusted_proxies == ("10.0.0.0/8", "::1")
    assert (config.listen.workers, config.listen.max_per_address) == (3, 20)
    assert config.listen.max_duration_s == 12 * 3600.0
    assert config.listen.tls == Tls(cert="tls/fullchain.pem", key="/etc/tls/privkey.pem", port=8443)
    assert config.mounts == (
        MountSpec(path="/live.mp3", bitrate_kbps=128, channels=2, max_listeners=400),
        MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1),
    )
    assert (config.audio.music_lufs, config.audio.crossfade_s) == (-17.5, 1.5)
    assert config.newsroom.stories == "media/desk"
    assert config.newsroom.voice == VoiceConfig(
        engine="command",
        command=("speak", "--stdin"),
        timeout_s=10.0,
        fallback=(VoiceConfig(name="en-us"),),
    )
    assert config.newsroom.feeds == (
        FeedConfig(
            name="wire",
            url="https://example.org/rss?q=1",
            every_s=90.0,
            stale_after_s=6 * 3600.0,
            expire_after_s=3 * 86_400.0,
            source="Valley Herald",
            language="en-GB",
            urgency=3,
            full_text=True,
            private_addresses=True,
            timeout_s=5.0,
            max_bytes=512 * 1024,
            max_stories=20,
        ),
        FeedConfig(name="second", url="http://127.0.0.1:8080/atom.xml"),
    )
    assert config.newsroom.desk == DeskConfig(
        airings=4, apart_s=3000.0, stale_after_s=36 * 3600.0, corrections=2, duplicates=0.75
    )
    assert config.newsroom.voices == Voices(
        # espeak-ng's voice for a language is called as the language is.
        languages={
            "fr": VoiceConfig(name="fr", words_per_minute=150),
            "pt-br": VoiceConfig(engine="piper", model="voices/pt.onnx"),
        },
        parts={"headlines": VoiceConfig(name="en-gb-x-rp+f4"), "breaking": VoiceConfig()},
    )
    assert config.newsroom.pronunciation == {"Nyathi": "NYAH-tee", "Chikov": "/ˈtʃiːkɒf/"}
    assert config.newsroom.templates == {"en": {"intro": "Hello from {station}."}}
    assert (config.newsroom.publish, config.newsroom.keep_days) == (False, 14)
    assert config.records == Records(
        addresses="none", keep_days=90, access_log_files=3, access_log_bytes=512 * 1024
    )
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
        ("65}", "{name: x}\nlisten: {workers: 65}", "out of range", "from 0 to 64"),
        ("auto}", "{name: x}\nlisten: {workers: auto}", "not a whole number from 0 to 64", ""),
        ("-1}", "{name: x}\nlisten: {max_per_address: -1}", "out of range", "from 0"),
        ("12}", "{name: x}\nlisten: {max_duration: 12}", "no length of time", "'12s' or '12m'"),
        ("{cert: a}}", "{name: x}\nlisten: {tls: {cert: a}}", "tls.key is missing", "privkey.pem"),
        (" }", "{name: x}\nlisten: {port: 443, tls: }", "should be a block of keys", "cert, key, port"),
        ("true}", "{name: x}\nlisten: {tls: true}", "should be a block of keys", "cert, key, port"),
        (
            "~/a.pem, key: b}}",
            "{name: x}\nlisten: {tls: {cert: ~/a.pem, key: b}}",
            "tls.cert: ~ means nothing here",
            "",
        ),
        (
            '"-----BEGIN PRIVATE KEY-----"}}',
            '{name: x}\nlisten: {tls: {cert: a, key: "-----BEGIN PRIVATE KEY-----"}}',
            "write the file's path",
            "",
        ),
        (
            "8000}}",
            "{name: x}\nlisten: {tls: {cert: a, key: b, port: 8000}}",
            "8000 is listen.port already",
            "delete this line, and one port answers both",
        ),
        ("cafile: a}}", "{name: x}\nlisten: {tls: {cert: a, key: b, cafile: a}}", "not known", "cert, key"),
        ("0}]", "{name: x}\nmounts: [{path: /a, max_listeners: 0}]", "out of range", "from 1"),
        ("sha256}", "{name: x}\nrecords: {addresses: sha256}", "'sha256' is not known", "hashed"),
        ("1y}", "{name: x}\nrecords: {keep: 1y}", "no number of days", "30d"),
        ("false}", "{name: x}\nrecords: {access_log: false}", "should be a block of keys", "files, size"),
        ("-1}}", "{name: x}\nrecords: {access_log: {files: -1}}", "out of range", "from 0"),
        ("1kB}}", "{name: x}\nrecords: {access_log: {size: 1kB}}", "out of range", "from 64kB to 1024MB"),
        ("0}", "{name: x}\nlisten: {max_listeners: 0}", "out of range", "from 1 to 1000000"),
        ("400d}", "{name: x}\nlisten: {max_duration: 400d}", "out of range", "from 0s to 366d"),
        ("workers: 2", "{name: x}\nworkers: 2", "workers means nothing here", "under listen:"),
        (
            "tls: {cert: a, key: b}",
            "{name: x}\ntls: {cert: a, key: b}",
            "tls means nothing here",
            "under listen:",
        ),
        ("keep: 9d", "{name: x}\nkeep: 9d", "keep means nothing here", "under newsroom: or records:"),
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
        ("{name: wire}]}", "{name: x}\nnewsroom: {feeds: [{name: wire}]}", "feeds[1].url is missing", ""),
        (
            "{url: http://a.example}]}",
            "{name: x}\nnewsroom: {feeds: [{url: http://a.example}]}",
            "feeds[1].name is missing",
            "",
        ),
        (
            "https://a.example/rss]}",
            "{name: x}\nnewsroom: {feeds: [https://a.example/rss]}",
            "should be a block of keys",
            "{name: wire, url: https://a.example/rss}",
        ),
        (
            "ftp://a.example}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: ftp://a.example}]}",
            "no address of a feed",
            "",
        ),
        (
            "http://u:p@a.example}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://u:p@a.example}]}",
            "a password in it",
            "",
        ),
        (
            "../b, url: http://a.example}]}",
            "{name: x}\nnewsroom: {feeds: [{name: ../b, url: http://a.example}]}",
            "cannot be a feed's name",
            "",
        ),
        (
            "A, url: http://a.example}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example}, {name: A, url: http://a.example}]}",
            "already a feed a on line 2",
            "",
        ),
        (
            "10s}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, every: 10s}]}",
            "out of range",
            "from 30s to 24h",
        ),
        (
            "300}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, every: 300}]}",
            "no length of time",
            "'300s'",
        ),
        (
            "0}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, urgency: 0}]}",
            "out of range",
            "from 1 to 9",
        ),
        (
            "4GB}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, max_bytes: 4GB}]}",
            "'4GB' is no size",
            "4MB",
        ),
        (
            "900MB}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, max_bytes: 900MB}]}",
            "out of range",
            "to 64MB",
        ),
        (
            "English}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, language: English}]}",
            "no language code",
            "",
        ),
        (
            "yes}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, full_text: yes}]}",
            "neither true nor false",
            "did you mean true?",
        ),
        (
            "stale: 1h}]}",
            "{name: x}\nnewsroom: {feeds: [{name: a, url: http://a.example, stale: 1h}]}",
            "feeds[1].stale is not known",
            "'stale_after'",
        ),
        (
            "https://a.example}",
            "{name: x}\nnewsroom: {feeds: https://a.example}",
            "should be a list",
            "[https://a.example]",
        ),
        ("airing: 3}}", "{name: x}\nnewsroom: {desk: {airing: 3}}", "desk.airing is not known", "'airings'"),
        ("1.5}}", "{name: x}\nnewsroom: {desk: {airings: 1.5}}", "not a whole number", ""),
        ("2}}", "{name: x}\nnewsroom: {desk: {duplicates: 2}}", "out of range", "from 0 to 1"),
        (
            "{engine: piper}}",
            "{name: x}\nnewsroom: {voice: {engine: piper}}",
            "voice.model is missing",
            'engine "piper" needs it',
        ),
        ("pipper}}", "{name: x}\nnewsroom: {voice: {engine: pipper}}", "'pipper' is not known", "'piper'"),
        (
            "a.onnx}}",
            "{name: x}\nnewsroom: {voice: {model: a.onnx}}",
            "voice.model means nothing here",
            "engine: piper",
        ),
        (
            "{engine: piper}]}}}}",
            "{name: x}\nnewsroom: {voices: {languages: {fr: {fallback: [{engine: piper}]}}}}",
            "voices.languages.fr.fallback[1].model is missing",
            "",
        ),
        (
            "French: {}}}}",
            "{name: x}\nnewsroom: {voices: {languages: {French: {}}}}",
            "'French' is no language code",
            "",
        ),
        (
            "FR: {}}}}",
            "{name: x}\nnewsroom: {voices: {languages: {fr: {}, FR: {}}}}",
            "fr is there twice",
            "",
        ),
        (
            "headline: {}}}}",
            "{name: x}\nnewsroom: {voices: {parts: {headline: {}}}}",
            "parts.headline is not known",
            "'headlines'",
        ),
        ("part: {}}}", "{name: x}\nnewsroom: {voices: {part: {}}}", "voices.part is not known", "'parts'"),
        (
            '"{station"}}}',
            '{name: x}\nnewsroom: {templates: {en: {intro: "{station"}}}',
            "a brace is opened",
            "",
        ),
        ('"{a.b}"}}}', '{name: x}\nnewsroom: {templates: {en: {intro: "{a.b}"}}}', "{a.b} is nothing", ""),
        ("English: {}}}", "{name: x}\nnewsroom: {templates: {English: {}}}", "no language code", ""),
        ("4w}", "{name: x}\nnewsroom: {keep: 4w}", "no number of days", "30d"),
        ("0}", "{name: x}\nnewsroom: {keep: 0}", "out of range", "from 1"),
        ("maybe}", "{name: x}\nnewsroom: {publish: maybe}", "neither true nor false", ""),
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
        ("7d", 604800.0),
        ("1d12h", 129600.0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "90", "s", "3m2h", "1 h", "-3m", "3min", "1h30", "٣m", "1e3s", "3M"])
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [("2048", 2048), ("4MB", 4 << 20), ("4 MiB", 4 << 20), ("512k", 512 << 10), ("1500B", 1500)],
)
def test_sizes(text: str, size: int) -> None:
    feed = f"{{name: a, url: http://a.example, max_bytes: {text}}}"
    config = parse_station(f"station: {{name: x}}\nnewsroom: {{feeds: [{feed}]}}\n", FILE)
    assert config.newsroom.feeds[0].max_bytes == size


def test_two_ports_that_any_free_one_may_be_are_no_contradiction() -> None:
    config = parse_station("station: {name: x}\nlisten: {port: 0, tls: {cert: a, key: b, port: 0}}\n", FILE)
    assert config.listen.tls == Tls(cert="a", key="b", port=0)


def test_without_a_port_of_its_own_https_is_answered_where_http_is() -> None:
    config = parse_station("station: {name: x}\nlisten: {tls: {cert: a, key: b}}\n", FILE)
    assert config.listen.tls == Tls(cert="a", key="b")
    assert config.listen.tls.port is None


@pytest.mark.parametrize("text", ["30", "30d", "30 d"])
def test_days_are_kept_with_or_without_their_unit(text: str) -> None:
    assert parse_station(f"station: {{name: x}}\nnewsroom: {{keep: {text}}}\n", FILE).newsroom.keep_days == 30


def test_every_mistake_in_the_newsroom_is_told_at_once() -> None:
    text = """\
station: {name: x}
newsroom:
  feeds:
    - {name: a b, url: nowhere, every: 1s}
    - {name: ok, url: http://a.example, max_bytes: lots}
  desk: {apart: soon}
  voices: {languages: {fr: {engine: pipr}}, parts: {weather: {}}}
  keep: ever
"""
    assert [(problem.line, problem.column) for problem in problems(text)] == [
        (4, 14),
        (4, 24),
        (4, 40),
        (5, 52),
        (6, 17),
        (7, 37),
        (7, 53),
        (8, 9),
    ]
