"""What was heard becomes episodes and pages; what is withdrawn leaves both."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import mutagen.id3
import mutagen.mp3
import pytest
from pydantic import TypeAdapter

from radiocast.model.published import Episode, PublishedIndex, PublishedStory
from radiocast.model.story import PubStatus
from radiocast.newsroom.production.loudness import hop_energies, integrated_lufs
from radiocast.newsroom.publishing.job import Heard, PublishResult
from radiocast.newsroom.publishing.press import publish
from radiocast.newsroom.publishing.recorded import recorded_in
from radiocast.newsroom.script.rundown import Role
from tests.newsroom.publishing.a_bulletin import (
    AT,
    DURATION_S,
    STORIES,
    TONES,
    bulletin,
    decode,
    job,
    loudness_of,
    story,
    write_flac,
    write_recordings,
)

ID = "hourly-20260607T140000Z"
# An MP3's frame is 24 ms; a tone is loud or is not there.
_LOUD, _GONE = 0.05, 0.005
# mutagen's functions have no types.
ID3: Any = mutagen.id3.ID3
MP3: Any = mutagen.mp3.MP3


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bulletin's sound lies; made once."""
    folder = tmp_path_factory.mktemp("made")
    write_flac(folder / "hourly-20260607T140000+0000.flac")
    write_recordings(folder / "speech")
    return folder


class House:
    """A folder to publish into, and what is in it."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.audio = made / "hourly-20260607T140000+0000.flac"
        self.speech = made / "speech"
        self.folder = folder
        self.published = folder / "published"

    def heard(self, *told: str) -> Heard:
        return Heard(bulletin=bulletin(self.audio), at=AT, told=told or ("ferry", "choir"), stories=STORIES)

    async def publish(self, heard: Heard | None = None, **more: object) -> PublishResult:
        return await publish(job(self.folder, heard=heard, **more), recorded_in(self.speech))  # type: ignore[arg-type]

    def index(self) -> PublishedIndex:
        return TypeAdapter(PublishedIndex).validate_json((self.published / "index.json").read_bytes())

    def episode(self, id_: str = ID) -> Episode:
        data = (self.published / "episodes" / f"{id_}.json").read_bytes()
        return TypeAdapter(Episode).validate_json(data)

    def story(self, slug: str) -> PublishedStory:
        data = (self.published / "stories" / f"{slug}.json").read_bytes()
        return TypeAdapter(PublishedStory).validate_json(data)

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.published)) for path in self.published.rglob("*.*"))


@pytest.fixture
def house(made: Path, tmp_path: Path) -> House:
    return House(made, tmp_path)


async def test_a_bulletin_that_was_heard_becomes_an_episode_and_pages(house: House) -> None:
    result = await house.publish(house.heard())
    assert (result.error, result.problems, result.slugs) == ("", (), ("choir", "ferry"))
    assert house.files() == [
        f"episodes/{ID}.json",
        f"episodes/{ID}.mp3",
        "index.json",
        "stories/choir.json",
        "stories/choir.mp3",
        "stories/ferry.json",
        "stories/ferry.mp3",
    ]
    index = house.index()
    assert [each.id for each in index.episodes] == [ID]
    assert [each.slug for each in index.stories] == ["choir", "ferry"]  # the last heard first


async def test_its_chapters_are_the_cues_in_the_json_and_in_the_mp3(house: House) -> None:
    await house.publish(house.heard())
    episode, audio = house.episode(), house.published / "episodes" / f"{ID}.mp3"
    cues = [cue.at_s for cue in bulletin(house.audio).cues]
    assert [(each.start_s, each.slug) for each in episode.chapters] == [
        (0.0, ""),
        (cues[3], "ferry"),
        (cues[4], "choir"),
        (cues[5], ""),
    ]
    assert [each.title for each in episode.chapters[1:3]] == ["Goat takes the ferry", "Choir buys a bus"]
    tags = ID3(audio)
    chapters = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
    assert [(each.start_time, each.end_time) for each in chapters] == [
        (0, 6000),
        (6000, 9000),
        (9000, 11000),
        (11000, 13000),
    ]
    assert [each.sub_frames["TIT2"].text[0] for each in chapters] == [each.title for each in episode.chapters]
    assert tags["CTOC:toc"].child_element_ids == [each.element_id for each in chapters]
    assert tags["TIT2"].text == ["Newsline News, 2026-06-07 14:00"]
    assert episode.bytes == audio.stat().st_size
    assert MP3(audio).info.length == pytest.approx(DURATION_S, abs=0.05)
    assert MP3(audio).info.bitrate == 64_000


async def test_episode_and_stories_are_at_the_loudness_of_speech(house: House) -> None:
    await house.publish(house.heard())
    for sound in sorted(house.published.rglob("*.mp3")):
        loudness = integrated_lufs(hop_energies(decode(sound)))
        assert loudness == pytest.approx(-18.0, abs=0.3), sound.name


async def test_a_storys_own_audio_is_its_sentences_without_the_bed(house: House) -> None:
    await house.publish(house.heard())
    pcm = decode(house.published / "stories" / "ferry.mp3")
    kept = house.story("ferry").audio
    assert kept is not None
    assert kept.duration_s == pytest.approx(2.2)  # two sentences of a second, 0.2 s between them
    assert len(pcm) / 48_000 == pytest.approx(2.2, abs=0.03)
    assert loudness_of(pcm, 900) > _LOUD
    assert loudness_of(pcm, TONES["bed"]) < _GONE


async def test_what_the_cache_has_lost_is_cut_out_of_the_bulletin(house: House) -> None:
    house.speech = house.folder / "nowhere"
    await house.publish(house.heard())
    pcm = decode(house.published / "stories" / "choir.mp3")
    assert len(pcm) / 48_000 == pytest.approx(1.0, abs=0.03)
    assert loudness_of(pcm, 1300) > _LOUD


async def test_a_story_that_the_air_did_not_come_to_has_no_page_and_is_not_told(house: House) -> None:
    await house.publish(house.heard("ferry"))
    assert [each.slug for each in house.index().stories] == ["ferry"]
    episode = house.episode()
    assert episode.stories == ("ferry",)
    assert episode.duration_s == pytest.approx(11.0)
    pcm = decode(house.published / "episodes" / f"{ID}.mp3")
    assert loudness_of(pcm, 900, 6.0, 7.0) > _LOUD
    assert loudness_of(pcm, 1300) < _GONE
    assert loudness_of(pcm, 700, 4.5, 5.3) > _LOUD  # its headline was heard


async def test_a_bulletin_broken_off_before_its_first_story_is_no_episode(house: House) -> None:
    await house.publish(replace(house.heard(), told=(), stories=()))
    assert house.files() == ["index.json"]


async def test_headlines_alone_are_an_episode_without_pages(house: House) -> None:
    whole = house.heard().bulletin
    short = replace(
        whole,
        timings=tuple(timing for timing in whole.timings if timing.role is not Role.STORY),
        cues=(*whole.cues[:3], whole.cues[5]),
        stories=(),
        headlines_only=True,
    )
    await house.publish(replace(house.heard(), bulletin=short, told=(), stories=()))
    assert [each.start_s for each in house.episode().chapters] == [0.0, 11.0]
    assert house.index().stories == ()
    await house.publish(withdrawn={"ferry": "wrong goat"})
    assert {each.slug for each in house.episode().stretches} == {"choir"}
    assert loudness_of(decode(house.published / "episodes" / f"{ID}.mp3"), 500) < _GONE


async def test_breaking_news_has_a_page_and_no_episode(house: House) -> None:
    await house.publish(replace(house.heard(), episode=False))
    assert house.index().episodes == ()
    assert house.story("ferry").episodes == ()


async def test_a_withdrawn_story_leaves_its_page_its_audio_and_the_episode(house: House) -> None:
    await house.publish(house.heard())
    result = await house.publish(withdrawn={"ferry": "wrong goat"})
    assert result.slugs == ("choir",)
    assert not (house.published / "stories" / "ferry.mp3").exists()
    gone = house.story("ferry")
    assert (gone.pubstatus, gone.headline, gone.body_text) == (PubStatus.CANCELED, "", ())
    index = house.index()
    assert (index.withdrawn, [each.slug for each in index.stories]) == (("ferry",), ["choir"])
    # The headline (1 s) and the story (3 s) are cut, and what comes after moves forward.
    episode = house.episode()
    assert episode.duration_s == pytest.approx(9.0)
    assert [(each.start_s, each.end_s, each.slug) for each in episode.chapters] == [
        (0.0, 5.0, ""),
        (5.0, 7.0, "choir"),
        (7.0, 9.0, ""),
    ]
    audio = house.published / "episodes" / f"{ID}.mp3"
    assert episode.bytes == audio.stat().st_size
    chapters = sorted(ID3(audio).getall("CHAP"), key=lambda frame: frame.start_time)
    assert [frame.start_time for frame in chapters] == [0, 5000, 7000]
    pcm = decode(audio)
    assert loudness_of(pcm, 500) < _GONE
    assert loudness_of(pcm, 900) < _GONE
    assert loudness_of(pcm, 700, 3.5, 4.3) > _LOUD
    assert loudness_of(pcm, 1300, 5.0, 6.0) > _LOUD
    assert loudness_of(pcm, 1700, 7.0, 7.6) > _LOUD


async def test_a_story_withdrawn_before_it_is_published_never_is(house: House) -> None:
    await house.publish(house.heard(), withdrawn={"ferry": "wrong goat"})
    assert [each.slug for each in house.index().stories] == ["choir"]
    assert house.episode().stories == ("choir",)
    assert loudness_of(decode(house.published / "episodes" / f"{ID}.mp3"), 900) < _GONE


async def test_an_episode_without_a_story_left_is_taken_down(house: House) -> None:
    await house.publish(house.heard())
    await house.publish(withdrawn={"ferry": "", "choir": ""})
    assert house.index().episodes == ()
    assert house.files() == ["index.json", "stories/choir.json", "stories/ferry.json"]


async def test_an_episode_that_cannot_be_made_anew_is_taken_down(house: House) -> None:
    await house.publish(house.heard())
    (house.published / "episodes" / f"{ID}.mp3").write_bytes(b"no sound")
    result = await house.publish(withdrawn={"ferry": ""})
    assert house.index().episodes == ()
    assert "taken down" in result.problems[0]


async def test_a_withdrawal_that_ended_half_done_is_finished_later(house: House) -> None:
    await house.publish(house.heard())
    mp3, words = (house.published / "episodes" / f"{ID}{ending}" for ending in (".mp3", ".json"))
    before = mp3.read_bytes(), words.read_bytes()
    await house.publish(withdrawn={"ferry": ""})
    mp3.write_bytes(before[0])
    words.write_bytes(before[1])
    await house.publish()
    assert house.episode().stories == ("choir",)


async def test_a_story_that_is_released_and_heard_again_has_its_page_again(house: House) -> None:
    await house.publish(house.heard())
    await house.publish(withdrawn={"ferry": ""})
    await house.publish(house.heard())
    assert [each.slug for each in house.index().stories] == ["choir", "ferry"]
    assert house.index().withdrawn == ()


async def test_the_same_job_twice_changes_nothing(house: House) -> None:
    await house.publish(house.heard())
    before = {name: (house.published / name).read_bytes() for name in house.files()}
    await house.publish(house.heard())
    assert {name: (house.published / name).read_bytes() for name in house.files()} == before


async def test_what_is_older_than_it_is_kept_goes(house: House) -> None:
    await house.publish(house.heard())
    (house.published / "stories" / ".left.mp3.part").write_bytes(b"a crash")
    await house.publish(now=AT + timedelta(days=29, hours=23))
    assert len(house.index().stories) == 2
    await house.publish(now=AT + timedelta(days=30, hours=1))
    assert house.files() == ["index.json"]
    assert house.index() == PublishedIndex()


async def test_damaged_files_are_named_and_passed_over(house: House) -> None:
    await house.publish(house.heard())
    (house.published / "stories" / "ferry.json").write_bytes(b'{"slug": ')
    (house.published / "index.json").write_bytes(b"\0")
    result = await house.publish()
    assert "ferry.json" in result.problems[0]
    assert [each.slug for each in house.index().stories] == ["choir"]


async def test_a_bulletin_whose_sound_is_lost_is_an_error_and_withdrawals_are_done(house: House) -> None:
    await house.publish(house.heard())
    lost = replace(house.heard(), bulletin=bulletin(house.folder / "lost.flac"))
    result = await house.publish(lost, withdrawn={"choir": ""})
    assert "lost.flac" in result.error
    assert [each.slug for each in house.index().stories] == ["ferry"]


async def test_a_slug_that_is_no_file_name_is_published_under_one(house: House) -> None:
    odd = "../../Fähre & <Ziege>"
    heard = house.heard()
    timings = tuple(
        replace(timing, slug=odd if timing.slug == "ferry" else timing.slug)
        for timing in heard.bulletin.timings
    )
    heard = replace(
        heard,
        bulletin=replace(heard.bulletin, timings=timings),
        told=(odd, "choir"),
        stories=(story(odd, "A goat"), STORIES[1]),
    )
    await house.publish(heard)
    assert [each.slug for each in house.index().stories] == ["choir", odd]
    assert all("/" not in name.removeprefix("stories/") for name in house.files() if "stories" in name)


async def test_the_stations_own_picture_is_taken_over_and_a_wrong_one_named(house: House) -> None:
    media = house.folder / "media"
    media.mkdir()
    (media / "podcast.png").write_bytes(b"\x89PNG\r\n\x1a\nand so on")
    assert (await house.publish()).problems == ()
    assert house.index().artwork == "podcast.png"
    assert (house.published / "podcast.png").read_bytes() == (media / "podcast.png").read_bytes()
    (media / "podcast.jpg").write_bytes(b"<svg/>")
    result = await house.publish()
    assert "podcast.jpg: no JPG picture" in result.problems[0]
    assert house.index().artwork == ""
    assert not (house.published / "podcast.png").exists()


async def test_a_correction_is_listed_with_what_it_says(house: House) -> None:
    correcting = story(
        "choir", "Correction: choir", corrects="ferry", body_text=("It was a train.", "No bus.")
    )
    await house.publish(replace(house.heard(), stories=(STORIES[0], correcting)))
    listed = house.index().stories[0]
    assert (listed.corrects, listed.description_text) == ("ferry", "It was a train.")
