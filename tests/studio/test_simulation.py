"""A small station on a virtual clock, with audio and without."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from radiocast.folder import open_folder
from radiocast.model.errors import ConfigurationError, EnvironmentFault
from radiocast.model.units import block_bytes
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.production.storage import save_sidecar
from radiocast.offair.planning import plan_station
from radiocast.studio import simulation
from radiocast.studio.simulated import Simulated
from radiocast.studio.simulation import Simulation
from tests.serving import make_station
from tests.studio.sounds import decode, noise, write_wav

STATION = "station: {name: Test FM, timezone: Europe/London}\naudio: {crossfade: 1s}\n"
SCHEDULE = """\
carts:
  toh: {kind: ident, files: "jingles/id*.wav"}
  sweep: {kind: sweeper, files: "jingles/sweep*.wav"}
rotations:
  music: {files: "music/**", separation: {artist: 0s, title: 1m}}
bulletins:
  hourly: {target: 20s, min: 5s, max: 40s, render_by: 10s, parts: [intro, stories: {max: 1}, outro]}
clocks:
  h:
    - {at: "00:00", start: hard, play: cart/toh}
    NEWS
    - {at: "01:30", start: hard, play: cart/toh}
    - {at: "02:40", start: soft, play: cart/toh}
    - {at: "04:00", start: hard, play: cart/toh}
    - {every: 3 tracks, play: cart/sweep}
    - {fill: rotation/music}
grid: {default: h}
sustainer: rotation/music
"""
NEWS = '- {at: "01:00", start: soft, play: bulletin/hourly}'
FIFTY_MS = timedelta(milliseconds=50)
NINE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - as typed: by the station's clocks


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Music of 17 to 34 s, some with a tail, and jingles."""
    media = tmp_path_factory.mktemp("sounds")
    (media / "music").mkdir()
    (media / "jingles").mkdir()
    for number in range(6):
        track = noise(17.0 + 3.377 * number, seed=number)
        if number % 2:
            track[-48_000 * 3 :] *= 0.01
        write_wav(media / "music" / f"track{number}.wav", track)
    for number in range(2):
        write_wav(media / "jingles" / f"id{number}.wav", noise(3.25 + number, seed=10 + number))
        write_wav(media / "jingles" / f"sweep{number}.wav", noise(2.5 + number, seed=20 + number))
    return media


@pytest.fixture
def root(tmp_path: Path, sounds: Path) -> Path:
    return station(tmp_path / "station", sounds)


def station(root: Path, sounds: Path, *, news: str = "") -> Path:
    make_station(root, schedule=SCHEDULE.replace("NEWS", news), station=STATION)
    for path in sounds.rglob("*.wav"):
        target = root / "media" / path.relative_to(sounds)
        target.parent.mkdir(exist_ok=True)
        target.hardlink_to(path)
    (root / "media" / "news" / "owl.md").write_text("# Owl seen\n\nAn owl was seen.\n", encoding="utf-8")
    return root


def run(root: Path, *, minutes: float, name: str = "a", start: datetime = NINE, **more: Any) -> Simulated:
    options = {"as_run": root / f"{name}.jsonl", **more}
    var = options.pop("var", root / "var")
    var.mkdir(exist_ok=True)
    return asyncio.run(Simulation(root, var, start=start, hours=minutes / 60, **options).run())


def lines(root: Path, name: str = "a") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def starts(entries: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(entry["start_actual"]) for entry in entries]


def test_without_audio_everything_starts_when_it_does_with_audio(root: Path) -> None:
    run(root, minutes=6, name="heard", audio=root / "heard.mp3")
    run(root, minutes=6, name="silent")
    heard, silent = lines(root, "heard"), lines(root, "silent")
    assert len(heard) > 15
    for field_name in ("item_id", "kind", "source", "outcome", "reason", "transition", "start_source"):
        assert [entry[field_name] for entry in silent] == [entry[field_name] for entry in heard]
    apart = [abs((s - h).total_seconds()) for s, h in zip(starts(silent), starts(heard), strict=True)]
    assert max(apart) <= 0.05
    lengths = [
        abs(s["duration_actual_s"] - h["duration_actual_s"]) for s, h in zip(silent, heard, strict=True)
    ]
    assert max(lengths) <= 0.05


@pytest.mark.parametrize("audio", [False, True])
def test_what_is_predicted_is_what_airs_and_what_the_plan_says(root: Path, audio: bool) -> None:
    """Some tracks are overlapped for longer than the station's crossfade would have it: it decides."""
    run(root, minutes=6, audio=root / "a.mp3" if audio else None)
    entries = [entry for entry in lines(root) if entry["start_actual"]]
    predicted = [datetime.fromisoformat(entry["start_predicted"]) for entry in entries]
    assert max(abs(p - a) for p, a in zip(predicted, starts(entries), strict=True)) <= FIFTY_MS
    plan = asyncio.run(plan_station(open_folder(root), start=NINE, hours=0.1, seed=0))
    aired = [(entry["source"], entry["title"]) for entry in entries]
    assert [(item.source, item.title) for item in plan.items] == aired
    planned = [item.planned_start for item in plan.items]
    assert max(abs(p - a) for p, a in zip(planned, starts(entries), strict=True)) <= FIFTY_MS


def test_the_audio_is_as_long_as_was_asked_and_what_the_log_says(root: Path) -> None:
    result = run(root, minutes=2, audio=root / "a.mp3")
    mp3 = (root / "a.mp3").read_bytes()
    assert len(mp3) == 250 * block_bytes(128)
    assert result.hours == pytest.approx(120 / 3600, abs=0.001)
    sound = decode(mp3)
    # The hard start at 01:30 faded what was before it, and is heard from its own sample on.
    at = round(90.0 * 48_000)
    assert abs(sound[at - 480 : at - 48]).mean() < 0.03 < abs(sound[at + 480 : at + 4800]).mean()
    assert result.longest_silence_s is not None
    assert result.longest_silence_s < 1.0


@pytest.mark.timeout(300)
def test_the_same_seed_gives_the_same_bytes_with_a_bulletin_in_them(tmp_path: Path, sounds: Path) -> None:
    root = station(tmp_path / "station", sounds, news=NEWS)
    for name in ("one", "two"):
        # Each with a library that has measured nothing yet.
        run(root, minutes=2.5, name=name, audio=root / f"{name}.mp3", var=root / f"var-{name}")
    assert "bulletin" in [entry["kind"] for entry in lines(root, "one")]
    assert (root / "one.jsonl").read_bytes() == (root / "two.jsonl").read_bytes()
    assert (root / "one.mp3").read_bytes() == (root / "two.mp3").read_bytes()


def test_the_same_seed_gives_the_same_log_without_audio_and_another_seed_another(root: Path) -> None:
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        run(root, minutes=60, name=name, seed=seed)
    assert (root / "one.jsonl").read_bytes() == (root / "two.jsonl").read_bytes()
    assert [entry["title"] for entry in lines(root, "one")] != [
        entry["title"] for entry in lines(root, "three")
    ]


def test_without_audio_no_process_is_started_once_the_files_are_measured(
    tmp_path: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = station(tmp_path / "station", sounds, news=NEWS)
    assert run(root, minutes=1).measured == 10

    async def refuse(*args: object, **options: object) -> None:
        raise AssertionError(f"started: {args}")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    result = run(root, minutes=60)
    assert (result.measured, result.longest_silence_s) == (0, None)
    assert "bulletin" in [entry["kind"] for entry in lines(root)]


@pytest.mark.parametrize(("last_s", "expected_s"), [(None, 20.0), (33.5, 33.5)])
def test_a_bulletin_without_audio_is_as_long_as_the_last_one_or_its_target(
    tmp_path: Path, sounds: Path, last_s: float | None, expected_s: float
) -> None:
    root = station(tmp_path / "station", sounds, news=NEWS)
    if last_s is not None:
        remember(root / "var", last_s)
    before = sorted((root / "var").rglob("*")) if last_s else []
    result = run(root, minutes=4)
    assert "bulletins: 1, none rendered, each as long as the last one made, or as its target" in str(result)
    (bulletin,) = [entry for entry in lines(root) if entry["kind"] == "bulletin"]
    assert bulletin["duration_actual_s"] == pytest.approx(expected_s, abs=0.01)
    assert bulletin["headline"] == "Owl seen"
    # What the station remembers stays as it was, the library's measurements apart.
    after = [path for path in sorted((root / "var").rglob("*")) if not path.name.startswith("library")]
    assert after == before


def remember(var: Path, duration_s: float) -> None:
    """As if a bulletin of this length had been made in an earlier run."""
    audio = var / "bulletins" / "hourly-1.flac"
    audio.parent.mkdir(parents=True)
    audio.touch()
    now = datetime(2026, 3, 1, tzinfo=UTC)
    save_sidecar(
        RenderedBulletin(
            name="hourly",
            path=audio,
            at=now,
            duration_s=duration_s,
            cues=(),
            stories=(),
            rendered_at=now,
            took_s=1.0,
        )
    )


@pytest.mark.parametrize(
    ("day", "hours", "expected"),
    [
        # The clocks go from 01:00 to 02:00.
        (datetime(2026, 3, 29), 3, ["00:00+00:00", "02:00+01:00", "03:00+01:00"]),  # noqa: DTZ001
        # They go back from 02:00 to 01:00: the second 01:00 has its fills alone (fold: first).
        (datetime(2026, 10, 25), 4, ["00:00+01:00", "01:00+01:00", "02:00+00:00"]),  # noqa: DTZ001
    ],
)
def test_the_clock_on_the_wall_changes_and_hours_pass_as_they_do(
    root: Path, day: datetime, hours: int, expected: list[str]
) -> None:
    result = run(root, minutes=hours * 60, start=day)
    hard = [entry for entry in lines(root) if entry["start_source"] == "hard"]
    shown = [f"{entry['start_scheduled'][11:16]}{entry['start_scheduled'][-6:]}" for entry in hard]
    assert [time for time in shown if time[3:5] == "00"] == expected
    assert all(abs(entry["late_ms"]) <= 50 for entry in hard)
    assert result.ended is not None
    began = day.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    assert (result.ended.astimezone(UTC) - began).total_seconds() == pytest.approx(hours * 3600, abs=0.001)


def test_what_plays_follows_without_a_gap(root: Path) -> None:
    run(root, minutes=600)
    aired = lines(root)
    ends = [s.timestamp() + e["duration_actual_s"] for s, e in zip(starts(aired), aired, strict=True)]
    # A hard start may leave a breath before it.
    assert all(
        after.timestamp() - end < 0.4
        for end, (_, after) in zip(ends[:-1], pairwise(starts(aired)), strict=True)
    )


def test_a_log_whose_name_ends_in_csv_is_one(root: Path) -> None:
    run(root, minutes=3, as_run=root / "log.CSV")
    run(root, minutes=3)
    rows = (root / "log.CSV").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("item_id,clock,kind")
    assert [row.partition(",")[0] for row in rows[1:]] == [entry["item_id"] for entry in lines(root)]


def test_a_schedule_with_an_error_is_not_simulated(root: Path) -> None:
    with (root / "config" / "schedule.yaml").open("a", encoding="utf-8") as file:
        file.write("grit: {}\n")
    with pytest.raises(ConfigurationError, match="grit"):
        run(root, minutes=1)


def test_a_file_that_cannot_be_written_is_named(root: Path) -> None:
    with pytest.raises(EnvironmentFault, match="no-folder"):
        run(root, minutes=1, audio=root / "no-folder" / "a.mp3")


@dataclass
class Impatient:
    """Ends the run when so many seconds are simulated."""

    after_s: float
    told: list[float] = field(default_factory=list)
    files: list[tuple[int, int]] = field(default_factory=list)
    task: asyncio.Task[Simulated] | None = None

    def measuring(self, done: int, total: int) -> None:
        self.files.append((done, total))

    def playing(self, done_s: float, now: datetime) -> None:
        self.told.append(done_s)
        if done_s >= self.after_s and self.task is not None:
            self.task.cancel()


@pytest.mark.parametrize("audio", [True, False])
def test_a_run_that_is_cancelled_leaves_whole_files(root: Path, audio: bool) -> None:
    watcher = Impatient(after_s=70.0)
    sound = root / "a.mp3" if audio else None
    (root / "var").mkdir()
    whole = Simulation(
        root, root / "var", start=NINE, hours=1000, audio=sound, as_run=root / "a.jsonl", watcher=watcher
    )

    async def interrupted() -> None:
        watcher.task = asyncio.create_task(whole.run())
        with pytest.raises(asyncio.CancelledError):
            await watcher.task

    asyncio.run(interrupted())
    assert watcher.files[0] == (0, 10)
    assert watcher.files[-1] == (10, 10)
    assert watcher.told == sorted(watcher.told)
    entries = lines(root)
    assert entries[-1]["outcome"] == "cut"
    assert len(entries) == whole.result.tally.items > 2
    assert "items" in str(whole.result)
    if sound is not None:
        size = sound.stat().st_size
        assert size % block_bytes(128) == 0
        assert size >= 70.0 / 0.48 * block_bytes(128)


def test_the_length_of_a_step_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, step_s in (("hours", 3600.0), ("minutes", 60.0), ("blocks", 0.48)):
        monkeypatch.setattr(simulation, "_STEP_WITHOUT", round(step_s * 48_000))
        run(root, minutes=120, name=name)
    log = (root / "hours.jsonl").read_bytes()
    assert (root / "minutes.jsonl").read_bytes() == log
    assert (root / "blocks.jsonl").read_bytes() == log
