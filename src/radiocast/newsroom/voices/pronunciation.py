"""The pronunciation dictionary: words that a voice gets wrong, and how they are said. Pure.

Owns: what an entry means, where in a sentence it holds, and what is wrong with one.
Must not know: which voice speaks, or how it is made to.

An entry is a word or several with a respelling ("CHEE-koff": syllables, the stressed one in capitals) or
with IPA between slashes ("/ˈtʃiːkɒf/"). Whole words only; as written first, then in other capitals where
that is no other word; the longest entry first; also with a possessive 's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from radiocast.newsroom.languages import known
from radiocast.newsroom.script.speech_text import spoken
from radiocast.newsroom.voices.ipa import (
    espeak_mnemonics,
    has_sound,
    ipa_words,
    strange_signs,
    with_possessive,
)
from radiocast.newsroom.voices.respelling import ipa_of

# How a piece of a sentence is given: written text, syllables with stress, or IPA.
Kind = Literal["text", "syllables", "ipa"]

_SYLLABLES: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?(?:-[^\W\d_]+(?:['’][^\W\d_]+)?)+")
# Both engines take phonemes in double brackets, and must not find any that an article has.
_BRACKETS: Final = str.maketrans("[]", "()")
# "us" is not "US", but "colonel" is "COLONEL".
_SHORT: Final = 3


class Notation(StrEnum):
    """How a voice takes pronunciations: espeak-ng's phonemes, IPA as piper has it, text alone."""

    ESPEAK = "espeak"
    ESPEAK_FRENCH = "espeak-fr"
    PIPER = "piper"
    PLAIN = "plain"


_ESPEAK_LANGUAGES: Final = {Notation.ESPEAK: "en", Notation.ESPEAK_FRENCH: "fr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a sentence and how it is to be said.

    `word` is what it stands for in the text, possessive included, and empty where the piece before stands for
    it; `possessive` that it ends in an 's that `said` has not.
    """

    kind: Kind
    said: str
    word: str = ""
    possessive: bool = False


def entry_problem(word: str, said: str) -> str:
    """What is wrong with an entry, as a sentence for whoever wrote it; empty for nothing."""
    name = f"newsroom.pronunciation: {word}"
    if not word.strip():
        return "newsroom.pronunciation: an entry has no word"
    if not said.strip():
        return f"{name} has nothing behind it: write how it sounds, e.g. CHEE-koff"
    if not _slashed(said):
        if said.strip().startswith("/") or said.strip().endswith("/"):
            return f"{name}: IPA stands between two slashes, e.g. /ˈtʃiːkɒf/"
        return ""
    ipa = said.strip()[1:-1]
    if strange := strange_signs(ipa):
        signs = " ".join(strange)
        return f"{name}: {signs} in {said.strip()} is no IPA; the word is read as it is written"
    return "" if has_sound(ipa) else f"{name}: there is no sound in {said.strip()}"


def _slashed(said: str) -> bool:
    said = said.strip()
    return len(said) > 1 and said.startswith("/") and said.endswith("/")


class Pronunciation:
    """A dictionary, ready to be looked up. Entries that are no good are left out; `problems` names them."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        problems = {word: entry_problem(word, said) for word, said in entries.items()}
        self.problems: tuple[str, ...] = tuple(problem for problem in problems.values() if problem)
        self._entries = {
            " ".join(word.split()): said.strip() for word, said in entries.items() if not problems[word]
        }
        # A script is in words as they are spoken: "B B C" stands there for BBC, and the entry holds for it.
        for word, said in tuple(self._entries.items()):
            for code in known():
                self._entries.setdefault(spoken(word, code) or word, said)
        self._folded: dict[str, list[str]] = {}
        for word in self._entries:
            self._folded.setdefault(word.casefold(), []).append(word)
        words = sorted(self._entries, key=len, reverse=True)
        written = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
        self._pattern = re.compile(rf"(?<!\w)({written})(['’][sS])?(?!\w)", re.IGNORECASE) if words else None

    def pieces(self, sentence: str, language: str = "") -> tuple[Piece, ...]:
        """The sentence in pieces; joined, their words are the sentence again.

        In English the letter A ("C I A", "nine A M") is a piece of its own: voices take it for the article.
        """
        pieces = self._looked_up(sentence)
        if not language.lower().startswith("en") or "A" not in sentence:
            return pieces
        return tuple(
            each for piece in pieces for each in (_letters(piece) if piece.kind == "text" else [piece])
        )

    def _looked_up(self, sentence: str) -> tuple[Piece, ...]:
        if self._pattern is None:
            return (_text(sentence),) if sentence else ()
        pieces: list[Piece] = []
        done = 0
        for found in self._pattern.finditer(sentence):
            said = self._entry(" ".join(found[1].split()))
            if said is None:
                continue
            pieces += _texts(sentence[done : found.start()])
            pieces += _spoken(said, found[0], possessive=found[2] is not None)
            done = found.end()
        return (*pieces, *_texts(sentence[done:]))

    def _entry(self, word: str) -> str | None:
        """What is said for a word as it stands in a text; None where the dictionary does not mean it."""
        if word in self._entries:
            return self._entries[word]
        meant = [entry for entry in self._folded.get(word.casefold(), ()) if _may_be(word, entry)]
        return self._entries[meant[0]] if len(meant) == 1 else None


def _may_be(word: str, entry: str) -> bool:
    """Whether a word in other capitals is still the entry's: no capital of a name may be missing."""
    if word.isupper() and not entry.isupper() and len(word) <= _SHORT:
        return False
    same_length = len(word) == len(entry)
    return same_length and all(w.isupper() or not e.isupper() for w, e in zip(word, entry, strict=True))


_LONE_A: Final = re.compile(r"(?<![\w'’-])A(['’]s)?(?!\w)")
# What stands before a letter that is a name or a rank, and what behind one that has a number.
_BEFORE_A: Final = re.compile(
    r"\b(?:[B-Z]|(?:(?i:grade|vitamin|hepatitis|group|plan|class|category|section|type|influenza|serie)|Mister|"
    r"Missus|Miz|Doctor|Professor|Reverend|General|Colonel|Major|Captain|Sergeant|Constable|Justice)) $"
)
_BEHIND_A: Final = re.compile(
    r" (?:[A-HJ-Z](?![\w'’])|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|\w+teen|\w+ty)\b)"
)


def _letters(piece: Piece) -> list[Piece]:
    """A piece of text with the letter A apart, where it is a letter for sure."""
    text, pieces, done = piece.said, [], 0
    for found in _LONE_A.finditer(text):
        if _BEFORE_A.search(text, max(0, found.start() - 20), found.start()) or (
            _BEHIND_A.match(text, found.end()) and not found[1]
        ):
            owned = found[1] is not None
            pieces += _texts(text[done : found.start()])
            pieces.append(Piece(kind="ipa", said="ˈeɪ", word=found[0], possessive=owned))
            done = found.end()
    return [*pieces, *_texts(text[done:])]


def _text(text: str) -> Piece:
    return Piece(kind="text", said=text, word=text)


def _texts(text: str) -> list[Piece]:
    return [_text(text)] if text else []


def _spoken(said: str, word: str, *, possessive: bool) -> list[Piece]:
    """The pieces of an entry; the first of them stands for the whole word."""
    if _slashed(said):
        return [Piece(kind="ipa", said=said[1:-1].strip(), word=word, possessive=possessive)]
    words = said.split()
    pieces: list[Piece] = []
    for index, one in enumerate(words):
        last = index == len(words) - 1
        owned = possessive and last
        standing = "" if pieces else word
        if _stressed(one) or (one.isupper() and len(one) > 1 and one.isalpha() and not said.isupper()):
            pieces.append(Piece(kind="syllables", said=one, word=standing, possessive=owned))
        else:
            text = one + ("'s" if owned else "") + ("" if last else " ")
            pieces.append(Piece(kind="text", said=text, word=standing))
            continue
        if not last:
            pieces.append(Piece(kind="text", said=" "))
    return pieces


def _stressed(word: str) -> bool:
    """Whether a respelling is syllables of which one is in capitals; B-B-C is letters."""
    syllables = word.split("-")
    return bool(_SYLLABLES.fullmatch(word)) and any(
        syllable.isupper() and len(syllable) > 1 for syllable in syllables
    )


def worded(pieces: tuple[Piece, ...], notation: Notation) -> str:
    """The sentence as a voice of this notation is given it."""
    return "".join(_worded(piece, notation) for piece in pieces)


def _worded(piece: Piece, notation: Notation) -> str:
    ipa = piece.said if piece.kind == "ipa" else None
    if piece.kind == "syllables" and notation is not Notation.PLAIN:
        ipa = ipa_of(piece.said)
    if ipa is not None and notation is not Notation.PLAIN:
        language = _ESPEAK_LANGUAGES.get(notation)
        words = list(espeak_mnemonics(ipa, language) if language else ipa_words(ipa))
        if piece.possessive and words:
            words[-1] = with_possessive(words[-1], {"en": "I", "fr": "i"}.get(language or "", "ɪ"))
        return " ".join(f"[[{word}]]" for word in words)
    if piece.kind == "ipa":
        return piece.word
    if piece.kind == "syllables":
        # Capitals might be spelt out, letter by letter.
        return piece.said.lower() + ("'s" if piece.possessive else "")
    return piece.said if notation is Notation.PLAIN else piece.said.translate(_BRACKETS)
