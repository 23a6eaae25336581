"""piper for real: piper-tts and onnxruntime with a voice small enough to be written by the test."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from radiocast.config.station import VoiceConfig
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.choose import engage
from radiocast.newsroom.voices.engine import EngineVoice
from radiocast.newsroom.voices.voice import Speech
from tests.newsroom.voices.tiny_voice import RATE, hz, write_tiny_voice

TEXT = (
    "The choir's coach broke down beneath the summit. Every singer helped to push, and the driver steered "
    "until they reached the village square, where somebody had already prepared breakfast."
)


def voice(tmp_path: Path, **more: object) -> EngineVoice:
    config = VoiceConfig.model_validate({"engine": "piper", "model": "voices/tiny.onnx", **more})
    made = engage(config, root=tmp_path, cache=tmp_path / "speech")
    assert isinstance(made, EngineVoice)
    return made


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "voices").mkdir()
    write_tiny_voice(tmp_path / "voices")
    return tmp_path


async def spoken(engine: EngineVoice, *sentences: str) -> list[Speech]:
    results = await engine.record(sentences)
    assert all(isinstance(each, Speech) for each in results), results
    return [each for each in results if isinstance(each, Speech)]


def tones(speech: Speech) -> list[float]:
    """The tones that are heard, in order."""
    samples = np.frombuffer(speech.pcm, "<i2").astype(float)
    heard: list[float] = []
    size = RATE // 50
    for start in range(0, len(samples) - size, size // 2):
        piece = samples[start : start + size]
        if np.abs(piece).max() < 1000:
            heard.append(0.0)
            continue
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(size), 8 * size))
        heard.append(float(np.argmax(spectrum)) * RATE / (8 * size))
    return heard


def has_tone(speech: Speech, phoneme: str, *, above: float = 0.0) -> bool:
    # Two windows that follow each other: one alone may lie over the end of a tone.
    heard = [abs(tone - hz(phoneme) - above) < 18 for tone in tones(speech)]
    return any(first and second for first, second in pairwise(heard))


async def test_a_voice_file_speaks_phonemes(station: Path) -> None:
    chee, sue = await spoken(voice(station), "chee", "sue")
    assert chee.rate == RATE
    assert chee.voice == "piper tiny"
    assert has_tone(chee, "ʃ")
    assert not has_tone(chee, "s")
    assert has_tone(sue, "s")
    assert not has_tone(sue, "ʃ")


async def test_ipa_goes_to_the_voice_as_it_is(station: Path) -> None:
    plain, ipa = await spoken(voice(station), "It is Lech.", "It is [[lɛx]].")
    assert has_tone(ipa, "x")
    assert not has_tone(plain, "x")


async def test_of_several_speakers_the_name_chooses(station: Path) -> None:
    write_tiny_voice(station / "voices", speakers=("low", "high"))
    for name, above in (("high", 40.0), ("low", 0.0), ("nobody", 0.0)):
        (speech,) = await spoken(voice(station, name=name), "sue")
        assert has_tone(speech, "s", above=above), name
        assert not has_tone(speech, "s", above=40.0 - above), name


async def test_words_a_minute_are_never_more_than_asked(station: Path) -> None:
    for words_per_minute in (120, 165, 200):
        (speech,) = await spoken(voice(station, words_per_minute=words_per_minute), TEXT)
        measured = len(TEXT.split()) * 60 / speech.duration_s
        assert 0.8 * words_per_minute < measured <= words_per_minute


async def test_a_pace_is_measured_once_for_each_voice_file(station: Path) -> None:
    kept = station / "speech/pace.json"
    await spoken(voice(station), "One.")
    first = kept.read_text("utf-8")
    await spoken(voice(station), "Two.")
    assert kept.read_text("utf-8") == first
    # A pace of half the speed, as if measured: the voice is then made twice as fast.
    slow = await spoken(voice(station), TEXT)
    kept.write_text(first.replace(first.rpartition(": ")[2], "60}"), "utf-8")
    fast = await spoken(voice(station), TEXT)
    assert fast[0].duration_s < 0.7 * slow[0].duration_s
    kept.write_text("no JSON", "utf-8")
    again = await spoken(voice(station), TEXT)
    assert again[0].duration_s == slow[0].duration_s


async def test_a_sentence_without_sound_costs_only_itself(station: Path) -> None:
    first, second, third = await voice(station).record(["One.", "…", "Three."])
    assert isinstance(first, Speech)
    assert isinstance(second, VoiceError)
    assert isinstance(third, Speech)


def test_a_voice_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"voices/tiny\.onnx is not there: it is the voice file"):
        voice(tmp_path)
    (tmp_path / "voices").mkdir()
    write_tiny_voice(tmp_path / "voices")
    (tmp_path / "voices/tiny.onnx.json").unlink()
    with pytest.raises(VoiceError, match=r"tiny\.onnx\.json is not there"):
        voice(tmp_path)
    with pytest.raises(VoiceError, match=r"set newsroom\.voice\.model"):
        voice(tmp_path, model="")


def test_without_the_extra_the_message_says_what_to_install(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "piper", None)
    monkeypatch.setattr("radiocast.newsroom.voices.choose.find_spec", lambda _: None)
    with pytest.raises(VoiceError, match=r"pip install radiocast\[piper\]"):
        voice(station)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tiny.onnx", b"this is no model"),
        ("tiny.onnx", b""),
        ("tiny.onnx.json", b"{"),
        ("tiny.onnx.json", b"{}"),
    ],
)
async def test_a_file_that_is_no_voice_is_a_reason(station: Path, name: str, content: bytes) -> None:
    (station / "voices" / name).write_bytes(content)
    (result,) = await voice(station).record(["One."])
    assert isinstance(result, VoiceError)
    assert "cannot be read as a piper voice" in str(result)


async def test_a_voice_for_which_piper_would_fetch_files_is_refused(station: Path) -> None:
    description = station / "voices/tiny.onnx.json"
    description.write_text(description.read_text("utf-8").replace('"espeak",', '"pinyin",'), "utf-8")
    (result,) = await voice(station).record(["One."])
    assert "is a voice of pinyin phonemes" in str(result)


async def test_a_model_that_is_no_voice_is_a_reason(station: Path) -> None:
    write_tiny_voice(station / "voices", speakers=("low", "high"))
    description = station / "voices/tiny.onnx.json"
    # The model wants to know the speaker, and its description says that there is one.
    description.write_text(
        description.read_text("utf-8").replace('"num_speakers": 2', '"num_speakers": 1'), "utf-8"
    )
    for result in await voice(station).record(["One.", "Two."]):
        assert "piper could not speak" in str(result)


def test_another_voice_file_is_another_voice(station: Path) -> None:
    before = voice(station).identity
    assert voice(station).identity == before
    write_tiny_voice(station / "voices", espeak_voice="fr-fr-longer")
    assert voice(station).identity != before
    assert voice(station, words_per_minute=150).identity != voice(station).identity
