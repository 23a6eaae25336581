import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radiocast.config.station import VoiceConfig, Voices
from radiocast.model.errors import VoiceError
from radiocast.newsroom.script.speech_text import spoken
from radiocast.newsroom.voices import booth as booth_module
from radiocast.newsroom.voices.booth import Booth, Line, Recording
from radiocast.newsroom.voices.choose import engage
from radiocast.newsroom.voices.voice import Voice
from tests.newsroom.sounds import wav

TONE = (np.sin(np.arange(8000) / 5) * 9000).astype("<i2").tobytes()

Make = Callable[..., Booth]


def line(text: str, *, language: str = "en", part: str = "stories") -> Line:
    return Line(text=text, language=language, part=part)


def command(tmp_path: Path, name: str, code: str = "", **more: object) -> VoiceConfig:
    """A voice that writes down what it is asked to say, does `code` with `text`, and hums."""
    note = tmp_path / f"{name}.said"
    program = (
        f"import sys, time; text = sys.stdin.read(); open({str(note)!r}, 'a').write(text + '\\n')\n"
        f"{code}\nsys.stdout.buffer.write({wav(TONE, 8000)!r})"
    )
    return VoiceConfig.model_validate(
        {"engine": "command", "name": name, "command": (sys.executable, "-c", program), **more}
    )


def said(tmp_path: Path, name: str) -> list[str]:
    note = tmp_path / f"{name}.said"
    return sorted(note.read_text("utf-8").splitlines()) if note.exists() else []


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def build(voice: VoiceConfig, voices: Voices | None = None, **pronunciation: str) -> Booth:
        return Booth(
            voice=voice,
            voices=voices or Voices(),
            pronunciation=pronunciation,
            cache=tmp_path / "speech",
            root=tmp_path,
        )

    return build


def recordings(results: list[Recording | VoiceError]) -> list[Recording]:
    assert all(isinstance(each, Recording) for each in results), results
    return [each for each in results if isinstance(each, Recording)]


async def test_sentences_come_back_in_order_each_spoken_once(make: Make, tmp_path: Path) -> None:
    lines = [line("One."), line("Two."), line("One."), line("One.", part="intro")]
    results = recordings(await make(command(tmp_path, "anna")).record(lines))
    assert [each.line for each in results] == lines
    assert said(tmp_path, "anna") == ["One.", "One.", "Two."] or said(tmp_path, "anna") == ["One.", "Two."]
    assert {each.voice for each in results} == {"anna"}
    assert all(each.pcm.shape[1] == 1 and each.duration_s > 0.9 for each in results)


async def test_a_changed_bulletin_records_only_what_changed(make: Make, tmp_path: Path) -> None:
    voice = command(tmp_path, "anna")
    first = recordings(await make(voice).record([line("One."), line("Two.")]))
    assert not any(each.cached for each in first)
    again = recordings(await make(voice).record([line("Two."), line("Three."), line("One.")]))
    assert [each.cached for each in again] == [True, False, True]
    assert said(tmp_path, "anna") == ["One.", "Three.", "Two."]
    assert np.array_equal(again[0].pcm, first[1].pcm)
    assert (again[0].key, again[2].key) == (first[1].key, first[0].key)
    assert (tmp_path / "speech" / f"{first[0].key}.wav").is_file()


async def test_what_is_kept_starts_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = command(tmp_path, "anna")
    await make(voice).record([line("One."), line("Two.")])

    async def started(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    assert all(each.cached for each in recordings(await make(voice).record([line("Two."), line("One.")])))


async def test_a_damaged_recording_is_made_again(make: Make, tmp_path: Path) -> None:
    voice = command(tmp_path, "anna")
    (first,) = recordings(await make(voice).record([line("One.")]))
    path = tmp_path / "speech" / f"{first.key}.wav"
    path.write_bytes(path.read_bytes()[:-50])
    (again,) = recordings(await make(voice).record([line("One.")]))
    assert not again.cached
    assert np.array_equal(again.pcm, first.pcm)


async def test_what_another_would_say_otherwise_is_another_recording(make: Make, tmp_path: Path) -> None:
    changes = [
        make(VoiceConfig()),
        make(VoiceConfig(words_per_minute=150)),
        make(VoiceConfig(name="en-us")),
        make(VoiceConfig(), Chikov="CHEE-koff"),
        make(command(tmp_path, "anna")),
    ]
    keys = [recordings(await each.record([line("Chikov spoke.")]))[0].key for each in changes]
    assert len(set(keys)) == len(keys)


async def test_a_program_that_was_replaced_is_asked_again(make: Make, tmp_path: Path) -> None:
    script = tmp_path / "speak.py"
    voice = VoiceConfig(engine="command", name="s", command=(sys.executable, str(script)))
    script.write_text(f"import sys; sys.stdout.buffer.write({wav(TONE, 8000)!r})", "utf-8")
    await make(voice).record([line("One.")])
    script.write_text(f"import sys; sys.stdout.buffer.write({wav(TONE[:8000], 8000)!r})  # short", "utf-8")
    (again,) = recordings(await make(voice).record([line("One.")]))
    assert not again.cached
    assert again.duration_s < 0.8


async def test_a_program_in_the_station_s_folder_is_found_there(make: Make, tmp_path: Path) -> None:
    script = tmp_path / "voices" / "speak"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport sys; sys.stdout.buffer.write({wav(TONE, 8000)!r})", "utf-8"
    )
    script.chmod(0o755)
    voice = VoiceConfig(engine="command", name="s", command=("voices/speak",))
    assert recordings(await make(voice).record([line("One.")]))


async def test_voices_are_chosen_by_language_then_part_then_station(make: Make, tmp_path: Path) -> None:
    voices = Voices(
        languages={"fr": command(tmp_path, "marie"), "fr-ca": command(tmp_path, "luc")},
        parts={"headlines": command(tmp_path, "boris")},
    )
    lines = [
        line("a"),
        line("b", part="headlines"),
        line("c", language="fr", part="headlines"),
        line("d", language="fr-BE"),
        line("e", language="fr_CA"),
        line("f", language="", part="outro"),
        line("g", language="sn"),
    ]
    results = recordings(await make(command(tmp_path, "anna"), voices).record(lines))
    assert [each.voice for each in results] == ["anna", "boris", "marie", "marie", "luc", "anna", "anna"]


async def test_espeak_reads_a_language_nobody_was_named_for_in_its_own_voice(make: Make) -> None:
    lines = [line("Bonjour.", language="fr"), line("Hello.", language="en-US"), line("Mhoro.", language="sn")]
    results = recordings(await make(VoiceConfig()).record(lines))
    assert [each.voice for each in results] == ["espeak-ng fr", "espeak-ng en-gb", "espeak-ng en-gb"]


async def test_the_next_voice_says_what_the_first_cannot(make: Make, tmp_path: Path) -> None:
    voice = command(
        tmp_path,
        "anna",
        "if text == 'Two.': sys.exit('hoarse')",
        fallback=(command(tmp_path, "boris"),),
    )
    booth = make(voice)
    results = recordings(await booth.record([line("One."), line("Two."), line("Three.")]))
    assert [each.voice for each in results] == ["anna", "boris", "anna"]
    assert said(tmp_path, "boris") == ["Two."]
    (problem,) = booth.problems
    assert problem.endswith("exit code 1: hoarse")


async def test_a_voice_that_goes_on_failing_is_not_asked_for_ever(make: Make, tmp_path: Path) -> None:
    booth = make(command(tmp_path, "anna", "sys.exit('hoarse')", fallback=(command(tmp_path, "boris"),)))
    for word in ("a b c d e f", "g h"):
        results = recordings(await booth.record([line(each) for each in word.split()]))
        assert {each.voice for each in results} == {"boris"}
    # Two are asked at a time, so a third may be on its way when the second fails.
    assert 2 <= len(said(tmp_path, "anna")) <= 3


async def test_who_is_in_a_hurry_waits_only_for_the_last_voice_as_long_as_it_may_take(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: dict[str, float] = {}

    def noted(config: VoiceConfig, *, root: Path, cache: Path) -> Voice:
        limits[config.name] = config.timeout_s
        return engage(config, root=root, cache=cache)

    monkeypatch.setattr(booth_module, "engage", noted)
    last = command(tmp_path, "clara", timeout=40)
    voice = command(
        tmp_path, "anna", "sys.exit(1)", fallback=(command(tmp_path, "boris", "sys.exit(1)", timeout=2), last)
    )
    booth = Booth(
        voice=voice, voices=Voices(), pronunciation={}, cache=tmp_path / "s", root=tmp_path, patience_s=4.0
    )
    assert recordings(await booth.record([line("One.")]))[0].voice == "clara"
    assert limits == {"anna": 4.0, "boris": 2.0, "clara": 40.0}


async def test_no_voice_at_all_names_every_reason(make: Make, tmp_path: Path) -> None:
    voice = command(tmp_path, "anna", "sys.exit('hoarse')").model_copy(
        update={
            "fallback": (
                VoiceConfig(engine="command", name="empty"),
                VoiceConfig(name="xx-none"),
                VoiceConfig(engine="piper", model="none.onnx"),
            )
        }
    )
    (result,) = await make(voice).record([line("One.")])
    assert isinstance(result, VoiceError)
    for reason in ("hoarse", "newsroom.voice.command", "no voice 'xx-none'", "none.onnx is not there"):
        assert reason in str(result)


async def test_pronunciation_is_the_voice_s_own(make: Make, tmp_path: Path) -> None:
    booth = make(command(tmp_path, "anna"), Chikov="CHEE-koff", Lech="/lɛx/", Bad="/q!/")
    await booth.record([line("Chikov's Lech. Bad.")])
    assert said(tmp_path, "anna") == ["chee-koff's Lech. Bad."]
    assert booth.problems == (
        "newsroom.pronunciation: Bad: ! in /q!/ is no IPA; the word is read as it is written",
    )


async def test_the_dictionary_has_words_as_articles_write_them(make: Make, tmp_path: Path) -> None:
    names = {"NATO": "NAY-toh", "US": "yoo ESS", "St. Ives": "saynt IVES", "M23": "em two three"}
    await make(command(tmp_path, "anna"), **names).record([line(spoken("St. Ives, NATO and the US; M23's"))])
    assert said(tmp_path, "anna") == ["saynt ives, nay-toh and the yoo ess; em two three's"]


async def test_very_many_problems_are_counted(make: Make) -> None:
    booth = make(VoiceConfig())
    results = await booth.record([line("." * n) for n in range(1, 31)])
    assert all(isinstance(each, VoiceError) for each in results)
    assert len(booth.problems) == 11
    assert booth.problems[-1] == "and 20 more of the voices"


async def test_a_folder_that_takes_nothing_is_a_problem_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    booth = Booth(
        voice=command(tmp_path, "anna"),
        voices=Voices(),
        pronunciation={},
        cache=tmp_path / "file" / "speech",
        root=tmp_path,
    )
    assert recordings(await booth.record([line("One.")]))
    assert any("recorded sentences cannot be kept there" in problem for problem in booth.problems)


async def test_a_cancelled_booth_leaves_no_voice_behind(make: Make, tmp_path: Path) -> None:
    note = tmp_path / "fifo"
    os.mkfifo(note)
    code = f"import os; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(make(command(tmp_path, "anna", code)).record([line("One.")]))
    pid = int(await asyncio.to_thread(note.read_text, "utf-8"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_many_sentences_are_one_espeak_and_two_ffmpegs(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    real = asyncio.create_subprocess_exec

    async def counted(program: str, *args: str, **options: object) -> asyncio.subprocess.Process:
        started.append(Path(program).name)
        return await real(program, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    booth = make(VoiceConfig())
    results = recordings(await booth.record([line(f"This is sentence number {n}.") for n in range(30)]))
    assert len(results) == 30
    assert len(started) == 3


async def test_nothing_is_nothing(make: Make) -> None:
    assert await make(VoiceConfig()).record([]) == []


def test_keys_depend_on_everything_that_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {booth_module._key(*each) for each in (("a", "b"), ("a", "c"), ("ab", ""), ("", "ab"))}
    monkeypatch.setattr(booth_module, "COLOUR_VERSION", 99)
    assert len(keys | {booth_module._key("a", "b")}) == 5
