"""espeak-ng for real, out of its wheel."""

import asyncio
import sys
from pathlib import Path

import numpy as np
import pytest

from radiocast.config.station import VoiceConfig
from radiocast.newsroom.voices import ipa
from radiocast.newsroom.voices.choose import engage
from radiocast.newsroom.voices.colouring import coloured
from radiocast.newsroom.voices.engine import EngineVoice
from radiocast.newsroom.voices.pronunciation import Notation
from radiocast.newsroom.voices.voice import Speech

# Words as long as news in plain English has them: 5.5 letters, the space included.
ENGLISH = (
    "The ferry to the island resumes its service on Monday, after the village raised money for an engine.",
    "The council says the first crossing will leave the harbour at half past six in the morning.",
    "Nobody on the quay had expected the weather to remain calm during the whole of the repairs.",
    "The captain thanked pupils of the primary school, who had sold two hundred cakes at the market.",
    "The village library will be closed on Saturday while volunteers are painting its reading room.",
    "Passengers without tickets are reminded that the machine at the landing stage accepts only coins.",
)
FRENCH = (
    "Le bac de l'île a repris son service lundi matin, neuf jours après la panne de son moteur.",
    "Selon la mairie, la prochaine traversée partira à six heures et demie.",
    "Le capitaine a remercié les enfants de l'école, qui ont vendu des gâteaux pendant toute la semaine.",
)


def espeak(name: str = "en-gb", words_per_minute: int = 165) -> EngineVoice:
    made = engage(
        VoiceConfig(name=name, words_per_minute=words_per_minute), root=Path(), cache=Path("nowhere")
    )
    assert isinstance(made, EngineVoice)
    return made


async def spoken(voice: EngineVoice, *sentences: str) -> list[Speech]:
    results = await voice.record(sentences)
    assert all(isinstance(each, Speech) for each in results), results
    return [each for each in results if isinstance(each, Speech)]


async def seconds(voice: EngineVoice, *sentences: str) -> float:
    """How long the sentences are on the air: as speech, without silence around them."""
    sounds = await coloured(await spoken(voice, *sentences))
    return sum(len(each) / 48_000 for each in sounds if isinstance(each, np.ndarray))


async def test_it_speaks() -> None:
    (speech,) = await spoken(espeak(), "Good morning. Here is the news from Newsline.")
    assert (speech.rate, speech.voice) == (22_050, "espeak-ng en-gb")
    samples = np.frombuffer(speech.pcm, "<i2").astype(float)
    assert np.sqrt(np.mean(samples**2)) > 500
    # Speech, not a hum or noise: its energy below 4 kHz, and its level moving from syllable to pause.
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    assert spectrum[: int(4000 / speech.rate * len(samples))].sum() > 0.9 * spectrum.sum()
    level = np.sqrt(np.mean(samples[: len(samples) // 1000 * 1000].reshape(-1, 1000) ** 2, axis=1))
    assert np.percentile(level, 90) > 10 * np.percentile(level, 5)


@pytest.mark.parametrize(("name", "text"), [("en-gb", ENGLISH), ("fr", FRENCH)])
async def test_words_a_minute_are_what_was_asked_and_never_more(name: str, text: tuple[str, ...]) -> None:
    words = sum(len(sentence.split()) for sentence in text)
    for asked in (120, 140, 165, 180, 200):
        measured = words * 60 / await seconds(espeak(name, asked), *text)
        assert 0.9 * asked < measured <= asked, asked


async def test_the_slowest_that_can_be_asked_for_is_kept_too() -> None:
    words = sum(len(sentence.split()) for sentence in ENGLISH)
    for asked in (80, 90, 100):
        measured = words * 60 / await seconds(espeak("en-gb", asked), *ENGLISH)
        assert 0.75 * asked < measured <= asked, asked


async def test_it_says_that_it_has_no_such_voice() -> None:
    results = await espeak("xx-none").record(["Hello", "again"])
    assert all("no voice 'xx-none'" in str(each) for each in results)


async def test_phonemes_are_spoken_as_the_word_they_are() -> None:
    word, phonemes, letters = await spoken(espeak(), "church", "[[tS'3:tS]]", "tS 3 tS")
    assert phonemes.pcm == word.pcm
    assert letters.pcm != word.pcm


@pytest.mark.parametrize("name", ["en-gb", "en-us", "en-gb-scotland", "en-029", "fr", "fr-be"])
async def test_every_voice_knows_every_phoneme_that_ipa_becomes_for_it(name: str) -> None:
    sounds = sorted(set(filter(None, ipa._LANGUAGES[name[:2]].of.values())))
    bare, *with_sound = await spoken(espeak(name), "[[bi:d]]", *(f"[[b{sound}bi:d]]" for sound in sounds))
    # At one that it does not know it drops the rest of the word.
    for sound, speech in zip(sounds, with_sound, strict=True):
        assert speech.duration_s > bare.duration_s, sound


async def test_it_takes_what_is_no_text() -> None:
    first, second = await espeak().record(["a\0b", "Hello."])
    assert isinstance(first, Speech)
    assert isinstance(second, Speech)


def test_two_languages_have_phonemes() -> None:
    assert espeak("en-gb").notation is espeak("en-us+f4").notation is Notation.ESPEAK
    assert espeak("fr").notation is espeak("fr-CH").notation is Notation.ESPEAK_FRENCH
    assert espeak("de").notation is Notation.PLAIN


async def test_french_phonemes_are_spoken_as_the_word_they_are() -> None:
    phonemes = f"[[{ipa.espeak_mnemonics('ɡaʁsɔ̃', 'fr')[0]}]]"
    word, said, spelt = await spoken(espeak("fr"), "garçon", phonemes, "[[gar'O~]]")
    # The French voice never says a word twice to the sample.
    assert said.duration_s == pytest.approx(word.duration_s, rel=0.005)
    assert spelt.duration_s != pytest.approx(word.duration_s, rel=0.005)


async def test_what_the_library_prints_is_no_speech() -> None:
    code = (
        "import os, sys\n"
        "from radiocast.newsroom.voices.espeak import private_stdout\n"
        "out = private_stdout(); os.write(1, b'library chatter'); print('more')\n"
        "out.write(b'speech'); out.close()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    heard, chatter = await process.communicate()
    assert heard == b"speech"
    assert b"library chatter" in chatter
