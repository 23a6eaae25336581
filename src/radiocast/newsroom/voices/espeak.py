"""espeak-ng as a process: `python -m radiocast.newsroom.voices.espeak --voice en-gb --wpm 165`.

Sentences in, their sound out, as `frames` has it (22,050 Hz); a reason on stderr and exit code 1 where it
can do nothing. The library is native code out of a wheel, through ctypes (speak_lib.h of espeak-ng 1.52), so
it runs here, in a process of its own, where a crash takes one sentence with it and no more.
"""

import argparse
import ctypes
import os
import sys
from typing import BinaryIO, Final

from radiocast.newsroom.voices.frames import error_frame, read_request, sound_frame

# speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_INITIALIZE_DONT_EXIT: Final = 0x8000
_CHARS_UTF8: Final = 1
_PHONEMES: Final = 0x100  # [[...]] in the text is phonemes
_POS_CHARACTER: Final = 1
_RATE, _VOLUME, _PITCH, _RANGE, _WORDGAP = 1, 2, 3, 4, 7
_OK: Final = 0

# A plain language name gets the house's newsreader: the southern English accent and, of espeak-ng's own voice
# variants, the one measured least buzzy (harmonics-to-noise 13.7 dB against the default's 9.6) and nearest to
# people's long-term spectrum (2.8 dB off against 4.8). A name with "+" is taken as it is.
HOUSE_VOICES: Final = {"en-gb": "en-gb-x-rp+michel", "en": "en-gb-x-rp+michel"}
# A little more movement than espeak-ng's 50: it is what keeps a synthetic voice from sounding bored.
_HOUSE_PITCH: Final = 50
_HOUSE_RANGE: Final = 62

# What words a minute are counted in: news in plain English has words so long, the space included. Over such
# text, as it is spoken, espeak-ng runs 21 % ahead of the figure that it is given, at 100 to 220 words a
# minute (16 % at 400), measured on trimmed sentences; in French 15 % more. Others are taken to be as English.
LETTERS_A_WORD: Final = 5.44
_AHEAD: Final = 1.22
_AHEAD_IN: Final = {"fr": 1.4}
# It goes no slower than 80 by its own count, 102 real words a minute; below that, pauses between the words do
# it: (words a minute, pause in 10 ms), the first that is not faster than asked.
_SLOWEST: Final = 80
_SLOWER: Final = ((103, 0), (88, 2), (82, 4), (79, 5))

_MAX_REQUEST_BYTES: Final = 8 * 1024 * 1024


class _EspeakVoice(ctypes.Structure):
    """espeak_VOICE: what a voice is asked for by, and what it is."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_CALLBACK: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class EspeakError(Exception):
    """The library or the voice cannot be used."""


class Espeak:
    """The library, loaded and initialised once for this process."""

    def __init__(self) -> None:
        self._ahead = _AHEAD
        try:
            import espeakng_loader

            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
            data = str(espeakng_loader.get_data_path()).encode()
        except (ImportError, OSError) as error:
            raise EspeakError(
                f"the espeakng-loader package has no library for this machine: {error}"
            ) from error
        self._library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_EspeakVoice)
        self.rate = int(
            self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, _INITIALIZE_DONT_EXIT)
        )
        if self.rate <= 0:
            raise EspeakError(f"espeak-ng cannot be initialised with the data in {data.decode()}")

    def choose(self, name: str) -> None:
        """Choose a voice by its name, or by a language, with an optional `+variant`."""
        self._ahead = _AHEAD_IN.get(name.lower().partition("+")[0].partition("-")[0], _AHEAD)
        if self._library.espeak_SetVoiceByName(name.encode()) == _OK:
            return
        base, plus, variant = name.partition("+")
        wanted = _EspeakVoice(languages=base.encode())
        if self._library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) != _OK:
            raise EspeakError(f"espeak-ng has no voice {name!r}")
        current = self._library.espeak_GetCurrentVoice()
        languages = (current.contents.languages or b"").decode("ascii", "replace").lower()
        # Asked for a language that it has not, the library takes English without a word.
        if base.lower().split("-")[0] not in languages:
            raise EspeakError(f"espeak-ng has no voice {name!r}")
        if plus:
            identifier = (current.contents.identifier or b"").decode()
            if self._library.espeak_SetVoiceByName(f"{identifier}+{variant}".encode()) != _OK:
                raise EspeakError(f"espeak-ng has no voice {name!r}")

    def set(self, *, words_per_minute: int, pitch: int = 50, pitch_range: int = 50) -> None:
        """Speed of the chosen voice, never faster than asked; middle pitch and its range (0 to 99)."""
        gap = next((gap for words, gap in _SLOWER if words_per_minute >= words), _SLOWER[-1][1])
        for parameter, value in (
            (_RATE, max(_SLOWEST, int(words_per_minute / self._ahead))),
            (_VOLUME, 100),
            (_PITCH, pitch),
            (_RANGE, pitch_range),
            (_WORDGAP, gap),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)

    def say(self, text: str) -> bytes:
        """The text as 16-bit mono PCM at `rate`."""
        pcm = bytearray()

        def take(sound: int | None, count: int, _events: int | None) -> int:
            if sound and count > 0:
                pcm.extend(ctypes.string_at(sound, count * 2))
            return 0

        callback = _CALLBACK(take)  # kept in a name: the library must not call what was collected
        self._library.espeak_SetSynthCallback(callback)
        data = text.encode("utf-8") + b"\0"
        result = self._library.espeak_Synth(
            data, len(data), 0, _POS_CHARACTER, 0, _CHARS_UTF8 | _PHONEMES, None, None
        )
        self._library.espeak_Synchronize()
        if result != _OK:
            raise EspeakError(f"espeak-ng could not speak: error {result}")
        return bytes(pcm)


def private_stdout() -> BinaryIO:
    """Our stdout, which from here on nobody else has: what a native library prints goes to stderr."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def main() -> int:
    """Speak stdin to stdout; 0 done, 1 not."""
    parser = argparse.ArgumentParser(
        prog="radiocast.newsroom.voices.espeak", description="sentences to speech"
    )
    parser.add_argument("--voice", default="en-gb", help="a voice or language of espeak-ng, with +variant")
    parser.add_argument("--wpm", type=int, default=165, help="words a minute, 80 to 450")
    parser.add_argument("--pitch", type=int, help="0 to 99")
    parser.add_argument("--range", type=int, help="how much the pitch moves, 0 to 99")
    options = parser.parse_args()
    data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES)
    out = private_stdout()
    house = HOUSE_VOICES.get(options.voice.lower())
    pitch = options.pitch if options.pitch is not None else (_HOUSE_PITCH if house else 50)
    span = options.range if options.range is not None else (_HOUSE_RANGE if house else 50)
    try:
        espeak = Espeak()
        espeak.choose(house or options.voice)
        espeak.set(words_per_minute=options.wpm, pitch=pitch, pitch_range=span)
        _speak_all(espeak, read_request(data), out)
    except (EspeakError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's way of saying why
        return 1
    out.close()
    return 0


def _speak_all(espeak: Espeak, sentences: list[str], out: BinaryIO) -> None:
    for sentence in sentences:
        try:
            frame = sound_frame(espeak.say(_clean(sentence)), espeak.rate)
        except EspeakError as error:
            frame = error_frame(str(error))
        out.write(frame)
        out.flush()


def _clean(text: str) -> str:
    return text.replace("\0", " ")


if __name__ == "__main__":
    sys.exit(main())
