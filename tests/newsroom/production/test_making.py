"""Bulletins made with real voices, ffmpeg and render process: from files to sound."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from radiocast.config.station import VoiceConfig
from radiocast.model.errors import EnvironmentFault, MediaError, VoiceError
from radiocast.model.play import Kind
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.production.storage import load_sidecars, remove_old
from radiocast.newsroom.script.rundown import Role
from radiocast.newsroom.voices.cache import SpeechCache
from tests.newsroom.rooms import AT, PLAN, TONE_VOICE, Make, newsroom_in, put, says, tone_hz, write_wav
from tests.newsroom.sounds import as_listeners_get_it, decoded, found_at_s, loudness, wav
from tests.newsroom.texts import MARKDOWN, PAGE

ESPEAK = VoiceConfig()
EIGHT = (
    (
        "bridge",
        "Footbridge opens a month early",
        "The new footbridge at Chirimba carried its first walkers on Monday, a month before anybody hoped.",
        "Carpenters had worked by lamplight since the harvest. Their foreman slept in a tent beside it.",
        "A brass band played on the far bank, and most of it was heard on the near one.",
    ),
    (
        "ferry",
        "Goat travels free on the morning ferry",
        "A goat that boards the ferry each day at six has been given a ticket of its own.",
        "The captain says that it pays in company. It gets off at the mill and walks home by road.",
        "Nobody knows what it does there, and the miller is not saying.",
    ),
    (
        "school",
        "Pupils measure the rain for a year",
        "Every child of the hill school has kept a jar on the roof since last January.",
        "Their teacher added up the jars and found the wettest May that anyone remembers.",
        "The figures now hang in the hall. Two of the jars were drunk by sparrows.",
    ),
    (
        "orchard",
        "Pears sold before they are picked",
        "Growers above the lake have sold their whole crop to a jam kitchen that is not built yet.",
        "Bricks for it came by ox cart last week. The kitchen's owner has bought nine hundred spoons.",
        "Picking begins when the moon is full, as it always has.",
    ),
    (
        "library",
        "Book comes back after forty years",
        "A guide to beekeeping was pushed through the library's letter box in a bag of honey.",
        "No fine was asked for. The librarian reckoned it would have paid for a second beehive.",
        "Whoever had it wrote notes in the margins, and they are said to be better than the book.",
    ),
    (
        "windmill",
        "Sails turn again on the old windmill",
        "Wind ground flour in the valley on Tuesday for the first time since the great storm.",
        "Six sisters spent their winters sewing the canvas. The first sack went to the baker for nothing.",
        "She says that the loaves rose as if they knew.",
    ),
    (
        "museum",
        "Clock museum stops for an hour",
        "All two hundred clocks in the museum were halted at noon so that one could be heard alone.",
        "It was made in a shed by a postman who could not read numbers. Visitors wept a little.",
        "Setting the others right again took until Thursday.",
    ),
    (
        "choir",
        "Choir sings to a broken bus",
        "Thirty singers on their way to a festival gave their concert to a mechanic under an engine.",
        "He asked for the second verse again. They reached the hall as the prizes were handed out.",
        "First prize was a spanner, for reasons that the jury kept to itself.",
    ),
)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return partial(newsroom_in, tmp_path)


def eight_stories(folder: Path) -> None:
    """Eight stories of ordinary length that have nothing in common."""
    for number, (slug, headline, *told) in enumerate(EIGHT):
        body = "\n\n".join(told)
        text = f"{headline}\n\nBy Ann Roe | Valley Herald |\n\n{body}\n"
        put(folder, f"{slug}.txt", text, minutes_old=number)


async def test_every_cue_is_where_its_part_is_heard(make: Make, tmp_path: Path) -> None:
    for number, (slug, headline, *told) in enumerate(EIGHT[:4]):
        put(tmp_path, f"{slug}.txt", f"{headline}\n\n{told[2]}", minutes_old=number)
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert [cue.at_s for cue in bulletin.cues] == sorted(cue.at_s for cue in bulletin.cues)
    assert len(bulletin.cues) == 1 + 3 + 4 + 1
    heard = decoded(bulletin.path)[:, 0]
    assert len(heard) / SAMPLE_RATE == pytest.approx(bulletin.duration_s, abs=0.001)
    firsts = [
        timing
        for number, timing in enumerate(bulletin.timings)
        if number == 0 or (timing.role, timing.slug) != _name(bulletin, number - 1)
    ]
    assert [cue.at_s for cue in bulletin.cues] == [0.0, *(timing.start_s for timing in firsts[1:])]
    for timing in bulletin.timings:
        start = round(timing.start_s * SAMPLE_RATE)
        # Silence up to it, then this sentence's own tone within 50 ms.
        assert start == 0 or np.abs(heard[start - 4800 : start]).max() < 0.004
        onset = int(np.argmax(np.abs(heard[start:]) > 0.02))
        assert onset < 0.05 * SAMPLE_RATE
        piece = heard[start + onset : start + onset + 9600]
        peak_hz = np.argmax(np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 48000)))
        assert peak_hz == pytest.approx(tone_hz(timing.text), abs=3)


def _name(bulletin: RenderedBulletin, number: int) -> tuple[Role, str]:
    return bulletin.timings[number].role, bulletin.timings[number].slug


async def test_what_was_said_can_be_checked(make: Make, tmp_path: Path) -> None:
    """Each sentence as it was recorded is found, under the bed, at the second that its timing claims."""
    eight_stories(tmp_path)
    write_wav(tmp_path / "media/jingles/sounder.wav", 2.0, 900)
    write_wav(tmp_path / "media/beds/news.wav", 4.0, 150)
    newsroom = make(ESPEAK)
    await newsroom.scan()
    plan = replace(
        PLAN,
        sounder="jingles/sounder.wav",
        bed="beds/news.wav",
        target_s=165.0,
        max_headlines=8,
        max_stories=8,
    )
    bulletin = await newsroom.render(plan, at=AT)
    assert bulletin.problems == ()
    assert bulletin.duration_s == pytest.approx(165, abs=2), "on its target"
    assert len(bulletin.stories) == 8
    heard = decoded(bulletin.path)[:, 0]
    kept = SpeechCache(tmp_path / "var/speech")
    for timing in bulletin.timings:
        sentence = kept.get(timing.key)
        assert sentence is not None
        assert len(sentence) / SAMPLE_RATE == timing.duration_s
        # Looked for all around: "Volunteers finish painting …" is said again as a headline.
        begin = max(0, round((timing.start_s - 3) * SAMPLE_RATE))
        around = heard[begin : round((timing.start_s + timing.duration_s + 3) * SAMPLE_RATE)]
        at_s, likeness = found_at_s(sentence[:, 0] / 32768, around)
        assert begin / SAMPLE_RATE + at_s == pytest.approx(timing.start_s, abs=0.001), timing.text
        assert likeness > 0.5
    # Every title stands from its own story's first sample to the next one's.
    told = [cue for cue in bulletin.cues if cue.kind is Kind.STORY]
    assert [cue.headline for cue in told] == [
        newsroom.read_out([slug])[0].headline for slug in bulletin.stories
    ]
    for cue, slug in zip(told, bulletin.stories, strict=True):
        own = [timing for timing in bulletin.timings if (timing.role, timing.slug) == (Role.STORY, slug)]
        assert cue.at_s == own[0].start_s
        after = min((c.at_s for c in bulletin.cues if c.at_s > cue.at_s), default=bulletin.duration_s)
        assert own[-1].start_s + own[-1].duration_s < after
    script = bulletin.path.with_suffix(".txt").read_text("utf-8")
    lines = script.splitlines()
    assert all(any(line.endswith(f"  {timing.text}") for line in lines) for timing in bulletin.timings)
    assert "[story bridge]" in lines
    assert any(line.startswith("cut: ") for line in lines)


async def test_a_whole_bulletin_with_sounder_and_bed(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE)
    put(tmp_path, "bus.md", MARKDOWN)
    write_wav(tmp_path / "media/jingles/sounder.wav", 2.0, 900)
    write_wav(tmp_path / "media/beds/news.wav", 4.0, 150)
    newsroom = make(ESPEAK)
    await newsroom.scan()
    plan = replace(PLAN, sounder="jingles/sounder.wav", bed="beds/news.wav", duck_db=-20.0, target_s=60.0)
    bulletin = await newsroom.render(plan, at=AT)
    assert bulletin.problems == ()
    assert bulletin.duration_s == pytest.approx(60, abs=2)
    assert [cue.kind for cue in bulletin.cues] == [Kind.BULLETIN] * 3 + [Kind.STORY] * 2 + [Kind.BULLETIN]
    assert bulletin.stories == ("ferry", "bus")
    lufs, peak = loudness(bulletin.path)
    assert lufs == pytest.approx(-18.0, abs=1.0)
    assert peak < -1.0
    assert loudness(as_listeners_get_it(bulletin.path))[1] < -1.0
    heard = decoded(bulletin.path)[:, 0]

    def level_db(hz: float, second: float) -> float:
        piece = heard[int(second * SAMPLE_RATE) :][:4800] * np.hanning(4800)
        return float(20 * np.log10(np.abs(np.fft.rfft(piece)[round(hz / 10)]) + 1e-9))

    # The sounder opens, then is gone.
    assert level_db(900, 1.0) > level_db(900, bulletin.cues[3].at_s + 1) + 30
    before_speech, at_end = (
        level_db(150, bulletin.timings[0].start_s - 0.55),
        level_db(150, bulletin.duration_s - 0.15),
    )
    pause = min(level_db(150, cue.at_s - 0.2) for cue in bulletin.cues[1:])
    assert before_speech - pause == pytest.approx(15, abs=3)  # ducked from -5 to -20 against speech
    assert at_end < before_speech - 10  # faded out
    text = bulletin.path.with_suffix(".txt").read_text("utf-8")
    assert "Good morning." in text
    assert "Eleven captains who carry the lake's mail" in text
    assert not any(word in text for word in ("1 of 35", "Related", "Facebook"))


async def test_speech_is_at_its_level_without_a_bed(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE)
    newsroom = make(ESPEAK)
    await newsroom.scan()
    lufs, peak = loudness((await newsroom.render(PLAN, at=AT)).path)
    assert lufs == pytest.approx(-18.0, abs=0.5)
    assert peak < -1.0


async def test_what_did_not_change_is_not_spoken_again(make: Make, tmp_path: Path) -> None:
    note = tmp_path / "spoken"
    newsroom = make(says(TONE_VOICE + f"open({str(note)!r}, 'a').write(text + '|')\n"))
    for number, (slug, headline, *told) in enumerate(EIGHT[:3]):
        put(tmp_path, f"{slug}.txt", f"{headline}\n\n{told[2]}", minutes_old=number)
    await newsroom.scan()
    first = await newsroom.render(PLAN, at=AT)
    assert EIGHT[1][1] in note.read_text("utf-8")
    note.unlink()
    put(tmp_path, "ferry.txt", f"{EIGHT[1][1]}\n\nIt was a sheep.", minutes_old=1)
    await newsroom.scan()
    again = await newsroom.render(PLAN, at=AT)
    assert note.read_text("utf-8").strip("|").split("|") == ["It was a sheep."]
    assert len(again.timings) == len(first.timings)


async def test_broken_sounder_and_missing_bed_are_left_out_and_named(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    (tmp_path / "media/text.mp3").write_text("this is no sound", "utf-8")
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, sounder="text.mp3", bed="beds/none.ogg"), at=AT)
    assert bulletin.stories == ("well",)
    named = sorted(bulletin.problems)
    assert ["its sounder:" in text for text in named] == [False, True]
    assert "no such file" in named[0]
    assert newsroom.problems() == tuple(f"bulletin hourly: {problem}" for problem in bulletin.problems)
    await newsroom.render(PLAN, at=AT)
    assert newsroom.problems() == ()


async def test_a_sounder_that_is_replaced_is_heard(make: Make, tmp_path: Path) -> None:
    """What is decoded once is told by the file's own size and time."""
    newsroom = make()
    path = tmp_path / "media/sounder.wav"
    plan = replace(PLAN, sounder="sounder.wav")
    write_wav(path, 1.5, 900)
    starts = [(await newsroom.render(plan, at=AT)).timings[0].start_s for _ in range(2)]
    assert starts == [1.75, 1.75]
    write_wav(path, 2.5, 900)
    assert (await newsroom.render(plan, at=AT)).timings[0].start_s == 2.75
    for kept in (tmp_path / "var/speech/decoded").iterdir():
        kept.write_bytes(b"damaged")
    assert (await newsroom.render(plan, at=AT)).timings[0].start_s == 2.75


async def test_no_stories_is_a_short_bulletin_that_says_so(make: Make) -> None:
    bulletin = await make().render(PLAN, at=AT)
    assert bulletin.stories == ()
    assert not bulletin.voice_failed
    assert {cue.stream_title for cue in bulletin.cues} == {"Newsline News"}
    assert 2 < bulletin.duration_s < 15


async def test_less_than_the_minimum_counts_as_failed(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    plan = replace(PLAN, min_s=25.0)
    with pytest.raises(MediaError, match="less than its min of 25 s: there is too little news"):
        await newsroom.render(plan, at=AT)
    assert any("not rendered: " in problem for problem in newsroom.problems())
    assert newsroom.previous(plan) is None
    # What stands in for it is the news there is: the short bulletin itself, and not its headlines.
    stand_in = await newsroom.render(replace(plan, max_stories=0), at=AT)
    assert stand_in.stories == ("well",)
    later = await newsroom.render(replace(plan, max_stories=0), at=AT + timedelta(hours=1))
    assert (later.stories, later.headlines_only) == ((), True)


async def test_headlines_only(make: Make, tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"s{number}.txt", f"Story {number} of today\n\nBody {number}.")
    newsroom = make()
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, max_stories=0), at=AT)
    assert bulletin.headlines_only
    assert (bulletin.stories, len([cue for cue in bulletin.cues if cue.headline])) == ((), 3)
    assert newsroom.previous(PLAN) is None


@pytest.mark.parametrize(
    ("voice", "reason"),
    [
        (says("raise SystemExit('hoarse')"), "hoarse"),
        (says("import time; time.sleep(60)", timeout=0.5), "not done within 0.5 s"),
        (says("print('garbage')"), "no WAV"),
        (
            says(f"import sys; sys.stdout.buffer.write({wav(bytes(range(200)) * 4, 8000)[:300]!r})"),
            "cut short",
        ),
    ],
)
async def test_when_every_voice_fails_the_sounder_stands_alone(
    make: Make, tmp_path: Path, voice: VoiceConfig, reason: str
) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    write_wav(tmp_path / "media/sounder.wav", 1.5, 900)
    newsroom = make(voice)
    await newsroom.scan()
    bulletin = await newsroom.render(replace(PLAN, sounder="sounder.wav"), at=AT)
    assert bulletin.voice_failed
    assert bulletin.duration_s == pytest.approx(1.5, abs=0.1)
    assert (bulletin.stories, [cue.stream_title for cue in bulletin.cues]) == ((), ["Newsline News"])
    assert any(reason in problem for problem in bulletin.problems)
    assert any("its sounder alone" in problem for problem in bulletin.problems)
    assert newsroom.previous(PLAN) is None
    with pytest.raises(VoiceError, match=reason):
        await newsroom.render(PLAN, at=AT)  # nor is there a sounder
    assert any("not rendered" in problem for problem in newsroom.problems())


async def test_a_failing_voice_falls_back_and_is_named(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    broken = says("raise SystemExit('hoarse')").model_copy(update={"fallback": (says(TONE_VOICE),)})
    newsroom = make(broken)
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert bulletin.stories == ("well",)
    assert not bulletin.voice_failed
    assert any("hoarse" in problem for problem in bulletin.problems)


async def test_a_story_that_cannot_be_said_is_left_out_and_named(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "good.txt", "Well runs dry\n\nBody.")
    put(tmp_path, "bad.txt", "Hall opens late\n\nUnspeakable thing.", minutes_old=1)
    newsroom = make(says(TONE_VOICE.replace("hz,", "sys.exit('oh') if 'Unspeakable' in text else 0\nhz,")))
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert bulletin.stories == ("good",)
    assert any("left out of the bulletin: story bad: " in problem for problem in bulletin.problems)


async def test_a_story_is_read_up_to_what_cannot_be_said(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody one. Body two. Unspeakable thing. Body three.")
    newsroom = make(says(TONE_VOICE.replace("hz,", "sys.exit('oh') if 'Unspeakable' in text else 0\nhz,")))
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    assert bulletin.stories == ("well",)
    assert [t.text for t in bulletin.timings if t.role is Role.STORY] == [
        "Well runs dry.",
        "Body one.",
        "Body two.",
    ]
    assert any("left out of the bulletin: the rest of story well: " in text for text in bulletin.problems)


async def test_the_previous_bulletin_survives_a_restart_while_fresh(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    assert newsroom.previous(PLAN) is None
    await newsroom.scan()
    bulletin = await newsroom.render(PLAN, at=AT)
    (tmp_path / "var/bulletins/broken.flac").touch()
    (tmp_path / "var/bulletins/broken.json").write_text("{", "utf-8")
    again = make()
    assert again.previous(PLAN) == bulletin
    assert again.report().last_bulletin is not None
    assert again.previous(PLAN, now=bulletin.rendered_at + timedelta(seconds=PLAN.freshness_s + 1)) is None
    assert again.previous(PLAN, now=bulletin.rendered_at + timedelta(seconds=60)) == bulletin
    bulletin.path.unlink()
    assert again.previous(PLAN) is None


async def test_two_renders_for_one_time_do_not_meet(make: Make) -> None:
    newsroom = make()
    first, second = await asyncio.gather(newsroom.render(PLAN, at=AT), newsroom.render(PLAN, at=AT))
    assert first.path != second.path
    assert first.path.is_file()
    assert second.path.is_file()


def test_the_last_twenty_are_kept_and_what_was_said_for_longer(tmp_path: Path) -> None:
    for number in range(25):
        for ending in (".flac", ".txt", ".json"):
            path = tmp_path / f"hourly-{number}{ending}"
            path.touch()
            os.utime(path, (number, number))
    before = datetime.fromtimestamp(3, UTC)
    remove_old(tmp_path, before=before, spare=[tmp_path / "hourly-0.flac"])
    audio = {path.stem for path in tmp_path.glob("*.flac")}
    assert audio == {"hourly-0", *(f"hourly-{number}" for number in range(5, 25))}
    for ending in ("*.txt", "*.json"):
        said = {path.stem for path in tmp_path.glob(ending)}
        assert said == {"hourly-0", *(f"hourly-{number}" for number in range(3, 25))}
    assert load_sidecars(tmp_path) == ()  # empty files are none


async def test_no_folder_for_bulletins_is_the_machines_fault(make: Make, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be", "utf-8")
    newsroom = make()
    with pytest.raises(EnvironmentFault, match="bulletins cannot be kept"):
        await newsroom.render(PLAN, at=AT)
    newsroom.mark_aired(["well"], AT)
    assert any("cannot be kept" in problem for problem in newsroom.problems())
