"""What `radiocast check` says about voices and pronunciations."""

import sys
from pathlib import Path

from radiocast.config.load import load_station
from radiocast.model.errors import Problem, Severity
from radiocast.offair.speaking import speaking_problems
from tests.newsroom.sounds import wav

HUM = wav(bytes([9, 60]) * 4000, 8000)
HUMS = f"import sys; sys.stdout.buffer.write({HUM!r})"


async def problems(folder: Path, newsroom: str) -> list[Problem]:
    file = folder / "station.yaml"
    file.write_text(f"station: {{name: Test FM}}\n{newsroom}", "utf-8")
    config = load_station(file)
    return await speaking_problems(file, config.newsroom, root=folder, var=folder / "var")


def places(found: list[Problem]) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in found]


async def test_the_house_s_own_voice_is_well(tmp_path: Path) -> None:
    assert await problems(tmp_path, "") == []
    assert await problems(tmp_path, "newsroom: {pronunciation: {Chikov: CHEE-koff, Lech: /lɛx/}}\n") == []


async def test_bad_ipa_is_told_at_its_place(tmp_path: Path) -> None:
    found = await problems(
        tmp_path, "newsroom:\n  pronunciation:\n    Lech: /lɛx/\n    Chikov: /tSi:kQf/\n    Nyathi: /ɲati\n"
    )
    assert places(found) == [(5, 13), (6, 13)]
    assert "S Q in /tSi:kQf/ is no IPA" in found[0].message
    assert "between two slashes" in found[1].message
    assert {problem.severity for problem in found} == {Severity.WARNING}


async def test_a_voice_that_cannot_speak_is_told_at_its_place(tmp_path: Path) -> None:
    found = await problems(
        tmp_path,
        f"""\
newsroom:
  voice:
    engine: command
    name: broken
    command: [{sys.executable}, -c, "raise SystemExit('no key')"]
    fallback:
      - {{engine: command, name: hums, command: [{sys.executable}, -c, {HUMS!r}]}}
      - {{engine: piper, model: voices/none.onnx}}
  voices:
    languages:
      FR_ca: {{name: xx-none}}
    parts:
      intro: {{engine: command, name: gone, command: [/nonexistent/voice]}}
""",
    )
    assert places(found) == [(4, 5), (9, 9), (12, 14), (14, 14)]
    for problem, said in zip(
        found,
        ("exit code 1: no key", "voices/none.onnx is not there", "no voice 'xx-none'", "cannot be run"),
        strict=True,
    ):
        assert said in problem.message
        assert problem.severity is Severity.ERROR


async def test_a_voice_that_stands_in_two_places_is_tried_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = f"open({str(log)!r}, 'a').write('x'); {HUMS}"
    voice = f"{{engine: command, name: hums, command: [{sys.executable}, -c, {code!r}]}}"
    assert (
        await problems(tmp_path, f"newsroom:\n  voice: {voice}\n  voices: {{parts: {{intro: {voice}}}}}\n")
        == []
    )
    assert log.read_text("utf-8") == "x"
