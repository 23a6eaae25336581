"""piper as a process: `python -m radiocast.newsroom.voices.piper --model voices/X.onnx --wpm 165`.

Sentences in, their sound out, as `frames` has it; a reason on stderr and exit code 1 where it can do nothing.
The voice file is loaded once for all of them. Phonemes in double brackets are IPA. The only module that
imports piper-tts (1.3 and later), which is an extra: pip install radiocast[piper].
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from radiocast.newsroom.voices.espeak import LETTERS_A_WORD, private_stdout
from radiocast.newsroom.voices.frames import error_frame, read_request, sound_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piper.voice import AudioChunk

_MAX_REQUEST_BYTES: Final = 8 * 1024 * 1024
# A voice has a pace of its own, which nothing in its file tells: it reads this, once, and is timed.
_MEASURED_ON: Final = {
    "en": "The ferry to the island will run again from Monday, after people in the village raised the money "
    "for a new engine in only nine days. The council says that the first crossing leaves at half past six "
    "in the morning. Nobody on the quay expected the weather to hold until then.",
    "fr": "Le bac de l'île reprend son service lundi matin, après que les habitants du village ont réuni en "
    "neuf jours la somme nécessaire pour un nouveau moteur. Selon la mairie, la première traversée partira à "
    "six heures et demie. Personne sur le quai ne pensait que le temps tiendrait jusque là.",
}
# What piper can do with nothing but the voice file; a station fetches nothing while it runs.
_PHONEMES: Final = frozenset({"espeak", "text"})
# No two readings of a text are equally long: so much slower than measured is never faster than asked.
_MARGIN: Final = 1.03
# Of a full scale that piper brings every sentence up to.
_SILENT: Final = 0.02
# Outside of this a voice is no longer understood.
_SCALES: Final = (0.5, 3.0)
_MOST_PACES: Final = 50


class PiperError(Exception):
    """The voice file, or piper itself, cannot be used."""


class Piper:
    """A voice file, loaded. `speaker` is one of a voice with several; a name that it has not is its first."""

    def __init__(self, model: Path, *, speaker: str = "") -> None:
        try:
            from piper import PiperVoice
        except ImportError as error:
            raise PiperError(f"piper is not installed ({error}): pip install radiocast[piper]") from error
        description = Path(f"{model}.json")
        if not model.is_file():
            raise PiperError(f"{model} is not there: it is the voice file (newsroom.voice.model)")
        if not description.is_file():
            raise PiperError(f"{description} is not there: the voice's description belongs beside its .onnx")
        try:
            self._voice = PiperVoice.load(model)
        # onnxruntime has exceptions of its own for every way in which a file may be broken.
        except Exception as error:
            said = str(error).splitlines() or [type(error).__name__]
            raise PiperError(f"{model} cannot be read as a piper voice: {said[0]}") from error
        phonemes = self._voice.config.phoneme_type.value
        if phonemes not in _PHONEMES:
            raise PiperError(
                f"{model} is a voice of {phonemes} phonemes, for which piper would fetch files or need other "
                "programs; take a voice of espeak phonemes"
            )
        self.speaker: Final[int | None] = self._voice.config.speaker_id_map.get(speaker)
        self.rate = self._voice.config.sample_rate
        self._scale = self._voice.config.length_scale

    def set_pace(self, words_per_minute: int, own: float) -> None:
        """Read at so many words a minute, being a voice whose `own` pace was measured."""
        least, most = _SCALES
        scale = self._voice.config.length_scale * own / words_per_minute * _MARGIN
        self._scale = min(most, max(least, scale))

    def own_pace(self) -> float:
        """Words a minute that it reads when it is left to itself: it reads a text for it, and is timed."""
        language = self._voice.config.espeak_voice.partition("-")[0]
        text = _MEASURED_ON.get(language, _MEASURED_ON["en"])
        seconds = 0.0
        for chunk in self._chunks(text, self._voice.config.length_scale):
            # The silence around a sentence is trimmed before it is heard.
            loud = (abs(chunk.audio_float_array) > _SILENT).nonzero()[0]
            seconds += float(loud[-1] - loud[0]) / self.rate if len(loud) else 0.0
        if not seconds:
            raise PiperError("the voice has no sound")
        return (len(text) + 1) / LETTERS_A_WORD * 60 / seconds

    def say(self, text: str) -> bytes:
        """The text as 16-bit mono PCM at `rate`. Raises PiperError."""
        return b"".join(chunk.audio_int16_bytes for chunk in self._chunks(text, self._scale))

    def _chunks(self, text: str, scale: float) -> "Iterator[AudioChunk]":
        from piper.config import SynthesisConfig

        how = SynthesisConfig(speaker_id=self.speaker, length_scale=scale)
        try:
            yield from self._voice.synthesize(text, how)
        except Exception as error:  # as above
            said = str(error).splitlines() or [type(error).__name__]
            raise PiperError(f"piper could not speak: {said[0]}") from error


def pace_of(piper: Piper, model: Path, kept: Path | None) -> float:
    """The voice's own pace: as it was measured before, else measured now and kept in the JSON file `kept`."""
    state = model.stat()
    key = f"{model}:{state.st_size}:{state.st_mtime_ns}:{piper.speaker}"
    paces = _paces(kept)
    if key in paces:
        return paces[key]
    pace = piper.own_pace()
    if kept is not None:
        newest = dict([*paces.items(), (key, pace)][-_MOST_PACES:])
        part = kept.with_name(f".{kept.name}.{os.getpid()}.part")
        # What cannot be kept is measured again next time.
        with contextlib.suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(newest), "utf-8")
            part.replace(kept)
    return pace


def _paces(kept: Path | None) -> dict[str, float]:
    try:
        read: Any = json.loads(kept.read_text("utf-8")) if kept is not None else {}
        return {str(key): float(pace) for key, pace in read.items() if 20 < float(pace) < 1000}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def main() -> int:
    """Speak stdin to stdout; 0 done, 1 not."""
    parser = argparse.ArgumentParser(
        prog="radiocast.newsroom.voices.piper", description="sentences to speech"
    )
    parser.add_argument("--model", type=Path, required=True, help="the .onnx file, its .json beside it")
    parser.add_argument("--wpm", type=int, default=165, help="words a minute")
    parser.add_argument("--speaker", default="", help="of a voice with several speakers, its name")
    parser.add_argument("--pace", type=Path, help="a JSON file that keeps how fast voices were found to be")
    options = parser.parse_args()
    data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES)
    out = private_stdout()
    try:
        sentences = read_request(data)
        piper = Piper(options.model, speaker=options.speaker)
        piper.set_pace(options.wpm, pace_of(piper, options.model, options.pace))
    except (PiperError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's way of saying why
        return 1
    _speak_all(piper, sentences, out)
    out.close()
    return 0


def _speak_all(piper: Piper, sentences: list[str], out: BinaryIO) -> None:
    for sentence in sentences:
        try:
            frame = sound_frame(piper.say(sentence), piper.rate)
        except PiperError as error:
            frame = error_frame(str(error))
        out.write(frame)
        out.flush()


if __name__ == "__main__":
    sys.exit(main())
