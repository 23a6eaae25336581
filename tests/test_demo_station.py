"""The demo station that the repository and the wheel carry: its files are whole, tagged, level and small."""

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import imageio_ffmpeg
import numpy as np
import pytest
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray

import radiocast
from radiocast.config.load import load_schedule, load_station, parse_schedule, parse_station
from radiocast.config.schedule import EveryTime, EveryTracks, ScheduleConfig
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.media import MediaFile
from radiocast.model.play import Kind, PlayItem
from radiocast.newsroom.intake.articles import story_from
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import forecast
from radiocast.schedule.landings import landings
from radiocast.schedule.state import PlanState

ROOT = Path(__file__).resolve().parent.parent
MEDIA = ROOT / "media"
MUSIC = sorted((MEDIA / "music").iterdir())
SPOTS = sorted((MEDIA / "jingles").iterdir())
BED = MEDIA / "beds/news.ogg"
STANDBY = Path(radiocast.__file__).parent / "assets/standby.opus"
SOUND = (*MUSIC, *SPOTS, BED, STANDBY)
ARTICLES = sorted(path for path in (MEDIA / "news").iterdir() if path.is_file())
RATE = 48_000
LONDON = ZoneInfo("Europe/London")
A_FEW_MB = 9_300_000
_STEREO = ("-ar", str(RATE), "-ac", "2", "pipe:1")
_MEASURED = ("-af", "ebur128=peak=true:framelog=verbose", "-f", "f32le", *_STEREO)
_S16 = ("-f", "s16le", *_STEREO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A decoded file: `pcm` (frames, 2), and ffmpeg's own measure of it."""

    pcm: NDArray[np.float32]
    lufs: float
    true_peak_dbtp: float

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE


@cache
def decoded(path: Path) -> Sound:
    """Decode once, complaining about the smallest damage, and measure on the way."""
    run = subprocess.run(
        [ffmpeg_path(), "-nostdin", "-hide_banner", "-v", "info", "-xerror", "-i", str(path), *_MEASURED],
        capture_output=True,
        check=True,
    )
    words = run.stderr.decode()
    levels = re.findall(r"I:\s+(-?[\d.]+) LUFS", words)
    peaks = re.findall(r"Peak:\s+(-?[\d.]+) dBFS", words)
    pcm = np.frombuffer(run.stdout, "<f4").reshape(-1, 2)
    return Sound(pcm=pcm, lufs=float(levels[-1]), true_peak_dbtp=float(peaks[-1]))


def tags_of(path: Path) -> dict[str, list[str]]:
    file = OggOpus(path)  # type: ignore[no-untyped-call]  # mutagen's classes are not annotated
    return {key: list(values) for key, values in file.items()}  # type: ignore[no-untyped-call]


def by_name(path: Path) -> str:
    return path.name


@pytest.fixture(scope="module")
def schedule() -> ScheduleConfig:
    return load_schedule(ROOT / "config/schedule.yaml")


def test_there_is_enough_to_listen_to_and_it_is_small() -> None:
    assert len(MUSIC) >= 10
    assert len([path for path in SPOTS if path.name.startswith("ident")]) >= 3
    assert len([path for path in SPOTS if path.name.startswith("sweep")]) >= 2
    assert sum(path.stat().st_size for path in SOUND) <= A_FEW_MB


@pytest.mark.parametrize("path", SOUND, ids=by_name)
def test_sound_is_tagged(path: Path) -> None:
    tags = tags_of(path)
    for tag in ("title", "artist", "album", "genre", "date", "license"):
        assert tags[tag][0].strip(), tag


def test_artists_can_be_kept_apart() -> None:
    artists = [tags_of(path)["artist"][0] for path in MUSIC]
    titles = [tags_of(path)["title"][0] for path in MUSIC]
    assert len(set(titles)) == len(titles)
    assert len(set(artists)) >= 5
    assert max(artists.count(artist) for artist in artists) <= 3


@pytest.mark.parametrize("path", MUSIC, ids=by_name)
def test_a_track_is_level_and_ends_by_itself(path: Path) -> None:
    sound = decoded(path)
    assert 30 <= sound.seconds <= 150
    assert -17.5 <= sound.lufs <= -14.5
    assert sound.true_peak_dbtp <= -1.0
    # The end is quiet, so that the next track may come in over it, and is not cut off.
    assert np.abs(sound.pcm[-RATE // 100 :]).max() < 0.01
    assert np.sqrt(np.mean(sound.pcm[-RATE // 5 :] ** 2)) < 0.1 * np.sqrt(np.mean(sound.pcm**2))


@pytest.mark.parametrize("path", SOUND, ids=by_name)
def test_no_clipping_no_offset_no_dead_air(path: Path) -> None:
    sound = decoded(path)
    assert np.abs(sound.pcm).max() < 0.95
    assert abs(float(sound.pcm.mean())) < 1e-3
    peaks = np.abs(sound.pcm[: len(sound.pcm) // 480 * 480]).reshape(-1, 960).max(axis=1)
    heard = np.flatnonzero(peaks > 10 ** (-60 / 20))
    assert heard[0] * 0.01 < 0.3
    assert (len(peaks) - 1 - heard[-1]) * 0.01 < 0.3
    assert np.diff(heard).max() * 0.01 < 0.5


@pytest.mark.parametrize("path", SPOTS, ids=by_name)
def test_a_jingle_is_short_and_level(path: Path) -> None:
    sound = decoded(path)
    assert 1.5 <= sound.seconds <= 7.0
    # ffmpeg's gate needs a second or two to settle on something this short.
    assert -19.0 <= sound.lufs <= -14.0
    assert sound.true_peak_dbtp <= -1.0


@pytest.mark.parametrize("path", [BED, STANDBY], ids=by_name)
def test_a_loop_joins_its_own_beginning(path: Path) -> None:
    pcm = decoded(path).pcm
    join = np.concatenate([pcm[-480:], pcm[:480]])
    step = np.abs(join[480] - join[479]).max()
    # What the signal does anyway from one sample to the next, close by and in its louder moments.
    usual = np.quantile(np.abs(np.diff(pcm, axis=0)).max(axis=1), 0.999)
    assert step <= 2 * usual
    around = [float(np.sqrt(np.mean(part**2))) for part in (pcm[-RATE // 2 :], pcm[: RATE // 2])]
    assert 0.4 < around[0] / around[1] < 2.5


def test_the_bed_leaves_room_for_a_voice() -> None:
    pcm = decoded(BED).pcm
    assert 60 <= len(pcm) / RATE <= 90
    power = np.abs(np.fft.rfft(pcm.mean(axis=1))) ** 2
    hz = np.fft.rfftfreq(len(pcm), 1 / RATE)
    assert power[(hz > 300) & (hz < 3000)].sum() < 0.1 * power.sum()


def test_the_standby_loop_has_a_sensible_length() -> None:
    assert 20 <= decoded(STANDBY).seconds <= 30


@pytest.mark.parametrize("path", [MUSIC[0], SPOTS[0], BED], ids=by_name)
def test_the_wheels_own_ffmpeg_decodes_it_too(path: Path) -> None:
    run = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-xerror", "-i", str(path), *_S16],
        capture_output=True,
        check=True,
    )
    assert run.stderr == b""
    assert abs(len(run.stdout) // 4 - len(decoded(path).pcm)) <= RATE // 50


def test_articles_come_in_every_shape() -> None:
    assert len(ARTICLES) >= 10
    assert {path.suffix for path in ARTICLES} == {".txt", ".md", ".html", ".json"}
    texts = [path.read_bytes() for path in ARTICLES]
    assert any(not _is_utf8(text) for text in texts)
    assert any(text.count(b"\n") <= 5 for text in texts)
    assert any(len(text.split()) >= 600 for text in texts)


@pytest.mark.parametrize("path", ARTICLES, ids=by_name)
def test_an_article_becomes_a_story_for_the_air(path: Path) -> None:
    story = story_from(path.name, path.read_bytes(), modified=datetime.now(UTC))
    assert story.headline
    assert story.body_text
    read_out = "\n".join((story.headline, story.description_text, *story.body_text))
    for furniture in (
        "Related Articles",
        r"\d+ of \d+$",
        "Share ",
        "Most read",
        "Subscribe",
        "<",
        "title:",
        r"By \w+ [A-Z]",
    ):
        assert not re.search(rf"^{furniture}", read_out, re.MULTILINE), furniture
    # Written for the ear: a listener cannot look back to the beginning of a sentence.
    sentences = re.split(r"(?<=[.!?])[\"”]?\s+", " ".join(story.body_text))
    assert max(len(sentence.split()) for sentence in sentences) <= 32


def test_an_article_in_french_is_read_by_a_french_voice() -> None:
    name = "boulangerie.md"
    story = story_from(name, (MEDIA / "news" / name).read_bytes(), modified=datetime.now(UTC))
    newsroom = load_station(ROOT / "config/station.yaml").newsroom
    assert story.language == "fr"
    assert newsroom.voices.languages["fr"].name == "fr"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_the_station_is_on_two_mounts() -> None:
    station = load_station(ROOT / "config/station.yaml")
    assert station.station.name == "Newsline"
    assert [(mount.path, mount.bitrate_kbps, mount.channels) for mount in station.mounts] == [
        ("/live.mp3", 128, 2),
        ("/low.mp3", 48, 1),
    ]
    assert (ROOT / station.newsroom.stories).is_dir()


def test_every_file_in_the_schedule_is_there(schedule: ScheduleConfig) -> None:
    patterns = [cut.file for cart in schedule.carts.values() for cut in cart.cuts]
    patterns += [rotation.files for rotation in schedule.rotations.values()]
    patterns += [name for plan in schedule.bulletins.values() for name in (plan.sounder, plan.bed) if name]
    for pattern in patterns:
        assert any(path.is_file() for path in MEDIA.glob(pattern)) or list(MEDIA.glob(f"{pattern}/*")), (
            pattern
        )


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The library as the planner sees it, by the files' own lengths."""
    files = []
    for path in (*MUSIC, *SPOTS):
        info: Any = OggOpus(path).info  # type: ignore[no-untyped-call]
        length_s = float(info.length)
        tags = tags_of(path)
        files.append(
            MediaFile(
                path=path.relative_to(MEDIA).as_posix(),
                title=tags["title"][0],
                artist=tags["artist"][0],
                duration_s=length_s,
                cue_out_s=length_s,
                segue_s=length_s,
            )
        )
    return Catalogue(files)


def first_minutes(schedule: ScheduleConfig, catalogue: Catalogue, at: datetime) -> tuple[PlayItem, ...]:
    """What somebody hears who starts the demo at that time."""
    calendar = Calendar(schedule, LONDON)
    end = at + timedelta(minutes=12)
    return forecast(calendar, catalogue, PlanState(), start=at, until=end, seed=1)


# Each clock once, early and late in the hour: a weekday, a weekend morning, a night, Christmas Day.
STARTS = [
    datetime(2026, 5, day, hour, minute, tzinfo=LONDON)
    for day, hour in ((6, 14), (9, 9), (6, 2))
    for minute in (1, 20, 27, 41, 58)
] + [datetime(2026, 12, 25, 18, 10, tzinfo=LONDON)]


@pytest.mark.parametrize("at", STARTS, ids=lambda at: f"{at:%a %H:%M}")
def test_a_newcomer_hears_the_news_and_an_ident_within_minutes(
    schedule: ScheduleConfig, catalogue: Catalogue, at: datetime
) -> None:
    heard = first_minutes(schedule, catalogue, at)
    news = [item.planned_start - at for item in heard if item.kind is Kind.BULLETIN]
    idents = [item.planned_start - at for item in heard if item.kind is Kind.IDENT]
    assert min(news) <= timedelta(minutes=5)
    assert min(idents) <= timedelta(minutes=6)


def test_nobody_waits_long_for_the_news_by_day(schedule: ScheduleConfig) -> None:
    entries = schedule.clocks[schedule.default_clock].entries
    bulletins = [e for e in entries if isinstance(e, EveryTime) and e.play.type == "bulletin"]
    idents = [e for e in entries if isinstance(e, EveryTracks) and e.play.type == "cart"]
    assert bulletins[0].seconds <= 600
    assert idents[0].tracks <= 3


def test_nearly_every_hour_ends_on_a_whole_track(schedule: ScheduleConfig, catalogue: Catalogue) -> None:
    calendar = Calendar(schedule, LONDON)
    start = datetime(2026, 5, 8, tzinfo=LONDON)  # a Friday: a weekend morning is in it
    found = landings(
        forecast(calendar, catalogue, PlanState(), start=start, until=start + timedelta(days=3), seed=1),
        calendar,
    )
    assert found.starts >= 70
    assert found.landed >= 0.9 * found.starts, [str(miss) for miss in found.misses]
    # And the rest by no more than a fade takes up.
    assert all(abs(miss.over_s) <= 8 for miss in found.misses)


def test_every_hour_of_the_year_begins_at_its_second(schedule: ScheduleConfig) -> None:
    calendar = Calendar(schedule, LONDON)
    day = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    for number in range(365):
        begin = day + number * 86_400.0
        hard = [o for o in calendar.occurrences(after=begin - 1, until=begin + 86_399) if o.hard]
        # The 25th hour of an autumn day has its music, and no entries: it has had them.
        assert len(hard) in {23, 24}, datetime.fromtimestamp(begin, UTC)
        assert {str(o.play) for o in hard} == {"cart/top_of_hour"}


def test_the_stations_examples_in_the_comments_can_be_taken_as_they_stand() -> None:
    text = (ROOT / "config/station.yaml").read_text("utf-8")
    taken = re.sub(
        r"(?m)^( *)# ((?:  )*(?:- \{|url:|feeds:|airings:|apart:|parts:|headlines:))", r"\1\2", text
    )
    station = parse_station(taken, ROOT / "config/station.yaml")
    assert [feed.name for feed in station.newsroom.feeds] == ["wire"]
    assert station.newsroom.desk.airings
    assert station.newsroom.desk.apart_s
    assert station.newsroom.voices.parts.keys() == {"headlines"}
    assert station.station.url


def test_the_station_asks_nothing_of_the_net() -> None:
    assert not load_station(ROOT / "config/station.yaml").newsroom.feeds


def test_every_headline_of_a_bulletin_has_its_story(schedule: ScheduleConfig) -> None:
    for plan in schedule.bulletins.values():
        assert plan.max_headlines <= plan.max_stories


def test_the_examples_in_the_comments_can_be_taken_as_they_stand() -> None:
    text = (ROOT / "config/schedule.yaml").read_text("utf-8")
    taken = re.sub(r"(?m)^# (events:|  - \{)", r"\1", text)
    assert len(parse_schedule(taken, ROOT / "config/schedule.yaml").events) == taken.count("{name: ")
    assert taken != text
