"""The International Phonetic Alphabet, and espeak-ng's phonemes for English and French. Pure.

Owns: which signs are IPA, and which phoneme of a voice's language comes nearest to each sound
(espeak-ng's docs/phonemes.md and its phsource/ph_english and ph_french have the mnemonics).
Must not know: the dictionary, or who speaks.
"""

import re
import unicodedata
from typing import Final


def _table(text: str) -> dict[str, str]:
    """Signs to mnemonics, out of `sign=mnemonic`."""
    return dict(pair.split("=", 1) for pair in text.split())


# English has them as one sound: they go before the signs that they are made of.
_ENGLISH_CLUSTERS: Final = _table(
    " aɪə=aI@ aʊə=aU@ tʃ=tS dʒ=dZ"
    " eɪ=eI aɪ=aI ɔɪ=OI əʊ=oU oʊ=oU aʊ=aU"
    " ɪə=i@3 iə=i@ eə=e@ ɛə=e@ ʊə=U@"
    " iː=i: uː=u: ɑː=A: ɔː=O: ɜː=3: ɛː=e@ eː=eI oː=oU"
    " aː=A: əː=3:"
    # Affricates of other languages, and prenasals that English takes apart.
    " ts=t|s dz=d|z ɲ=n|j ʎ=l|j tɕ=tS dʑ=dZ tʂ=tS dʐ=dZ"
)
_ENGLISH_VOWELS: Final = _table(
    " i=i ɪ=I e=E ɛ=E æ=a a=a ɑ=A: ɒ=0 ɔ=0"
    " o=oU ʊ=U u=u: ʌ=V ə=@ ɜ=3: ɐ=a# ᵻ=I2 ɚ=3"
    # Sounds that English lacks, by the nearest that it has.
    " ɝ=3: y=u: ʏ=U ø=3: œ=3: ɨ=I ʉ=u: ɯ=u: ɤ=V"
    " ɘ=@ ɵ=@ ɞ=3: ɶ=a"
)
_ENGLISH_CONSONANTS: Final = _table(
    " p=p b=b t=t d=d k=k ɡ=g g=g f=f v=v"
    " θ=T ð=D s=s z=z ʃ=S ʒ=Z h=h m=m n=n"
    " ŋ=N l=l ɫ=l r=r ɹ=r j=j w=w x=x ʔ=?"
    " ɾ=t# ɓ=b ɗ=d ɠ=g β=v ɸ=f ʋ=v ɱ=m ɳ=n"
    " ɴ=N ʁ=r ʀ=r ɻ=r ɽ=r ɣ=g χ=x ħ=h ɦ=h"
    " ç=h ɕ=S ʑ=Z ʂ=S ʐ=Z ɬ=T|l ɮ=D ɭ=l ʟ=l"
    " c=k ɟ=g ʈ=t ɖ=d q=k ɢ=g ʍ=w ɥ=w ɰ=w"
    " ʙ=b ʕ=? ǀ=t ǃ=k ǂ=k ǁ=k ʘ=p"
)
_ENGLISH: Final = _ENGLISH_CLUSTERS | _ENGLISH_VOWELS | _ENGLISH_CONSONANTS
_FRENCH: Final = _ENGLISH_CONSONANTS | _table(
    # Nasal vowels, their mark a sign of its own.
    " ɑ\u0303=A~ a\u0303=A~ ɛ\u0303=E~ e\u0303=E~ æ\u0303=E~ ɔ\u0303=O~ o\u0303=O~ œ\u0303=W~ ʌ\u0303=W~"
    " a=a ɑ=a æ=a ɐ=a ɶ=a e=e ɛ=E ɜ=W ɝ=W i=i ɪ=i ᵻ=i ɨ=i o=o ɔ=O ɒ=O u=u ʊ=u ɯ=u ʉ=y y=y ʏ=y"
    " ø=Y ɵ=Y ɞ=W œ=W ə=@ ɘ=@ ɚ=@ ɤ=O ʌ=O"
    " əʊ=o oʊ=o eɪ=e aɪ=a|j aʊ=a|w ɔɪ=O|j eə=E|r ɛə=E|r ɪə=i|r iə=i|r ʊə=u|r"
    " ɥ=y tʃ=tS dʒ=dZ ts=t|s dz=d|z ɲ=n|j ʎ=j tɕ=tS dʑ=dZ tʂ=tS dʐ=dZ"
    # What French ears hear of sounds that French lacks.
    " θ=s ð=z h= ħ= ɦ= x=r χ=r ɣ=r ç=S ŋ=n|g ɴ=n|g ʔ= ʕ= ɬ=l ɾ=r"
)
_VOWELS: Final = frozenset("aeiouyøœæɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ")


class _Phonemes:
    """A language's phonemes: by IPA, and where a word has its stress if nobody says."""

    def __init__(self, table: dict[str, str], *, stress: int) -> None:
        self.of = table
        self.longest: Final = max(map(len, table))
        # Single phonemes of several letters; two in a row are written with a bar.
        self.names: Final = frozenset(name for name in table.values() if len(name) > 1 and "|" not in name)
        self.vowels: Final = frozenset(
            name for sign, name in table.items() if sign[0] in _VOWELS and sign != "ɥ"
        )
        self.stress: Final = stress


_LANGUAGES: Final = {"en": _Phonemes(_ENGLISH, stress=0), "fr": _Phonemes(_FRENCH, stress=-1)}
_STRESS: Final = {"ˈ": "'", "ˌ": ",", "'": "'", "ˑ": "", ".": ""}
# What colours a sound and does not change which it is to an English ear: length, ties, aspiration, nasality,
# syllabic and other marks above and below, tones.
_COLOUR: Final = frozenset("ːˑ͜͡ʰʲʷˠˤⁿˡ̩̯̥̬̪̺̻̟̠̜̹̤̰̘̙̞̝̃̆̈̊˞‿˥˦˧˨˩́̀̄̂̌")
_BREAKS: Final = frozenset(" .|‖")
_PLAIN_SIGNS: Final = str.maketrans({".": None, "g": "ɡ", "'": "ˈ"})
# After these English says -iz for the 's of "Bush's", and -s for that of "Mark's".
_SIBILANT: Final = ("s", "z", "S", "Z", "ʃ", "ʒ", "ɕ", "ʑ", "ʂ", "ʐ")
_VOICELESS: Final = ("p", "t", "k", "f", "T", "θ", "x", "c", "q", "ʔ", "?")


def strange_signs(ipa: str) -> tuple[str, ...]:
    """The signs that are not IPA, each once, in order. Empty for good IPA."""
    known = {*_COLOUR, *_STRESS, *_BREAKS}.union(*_ENGLISH)
    return tuple(dict.fromkeys(sign for sign in _decomposed(ipa) if sign not in known))


def has_sound(ipa: str) -> bool:
    """Whether there is a sound in it at all, and not marks alone."""
    return any(sign in _ENGLISH for sign in _decomposed(ipa))


def espeak_mnemonics(ipa: str, language: str = "en") -> tuple[str, ...]:
    """The words of `ipa` in espeak-ng's mnemonics for English ("en") or French ("fr"), each with a stress.

    Sounds that the language lacks become the nearest that it has. `ipa` MUST have no strange signs.
    """
    phonemes = _LANGUAGES[language]
    words = re.split(r"[ |‖]+", _decomposed(ipa))
    return tuple(said for word in words if has_sound(word) and (said := _word(word, phonemes)))


def _word(word: str, phonemes: _Phonemes) -> str:
    sounds: list[str] = []
    waiting = ""
    at = 0
    while at < len(word):
        if word[at] in _STRESS:
            waiting = _STRESS[word[at]] or waiting
            at += 1
            continue
        for length in range(min(phonemes.longest, len(word) - at), 0, -1):
            mnemonic = phonemes.of.get(word[at : at + length])
            if mnemonic is not None:
                break
        at += length
        if not mnemonic:
            continue
        if waiting and mnemonic in phonemes.vowels:
            # IPA marks the syllable, espeak-ng its vowel.
            mnemonic, waiting = waiting + mnemonic, ""
        sounds.append(mnemonic)
    if not any(sound.startswith("'") for sound in sounds):
        vowels = [number for number, sound in enumerate(sounds) if sound in phonemes.vowels]
        if vowels:
            sounds[vowels[phonemes.stress]] = "'" + sounds[vowels[phonemes.stress]]
    return _joined(sounds, phonemes)


def _joined(sounds: list[str], phonemes: _Phonemes) -> str:
    """Mnemonics in a row. A bar parts two that together would read as another one: t|S is not tS."""
    joined = ""
    for sound in sounds:
        before = joined[-1:]
        parted = bool(before) and any(name.startswith(before + sound[0]) for name in phonemes.names)
        joined += ("|" if parted else "") + sound
    return joined


def ipa_words(ipa: str) -> tuple[str, ...]:
    """The words of `ipa` with each sound in the sign that voices trained on espeak-ng's IPA know.

    Marks of syllables and ties are gone; unstressed words stay so.
    """
    words = re.split(r"[ |‖]+", _decomposed(ipa).translate(_PLAIN_SIGNS))
    return tuple(word for word in words if has_sound(word))


def with_possessive(phonemes: str, weak_i: str) -> str:
    """The phonemes with English's 's behind them: s, z, or z after `weak_i`, by their last sound."""
    if phonemes.endswith(_SIBILANT):
        return f"{phonemes}{weak_i}z"
    return phonemes + ("s" if phonemes.endswith(_VOICELESS) else "z")


def _decomposed(ipa: str) -> str:
    """One code point a sign, as the tables have them; ç is the one sign that decomposition would break."""
    text = unicodedata.normalize("NFD", ipa.replace("ç", "\0")).replace("\0", "ç")
    text = (
        text.replace("c\u0327", "ç").replace(":", "ː").replace("’", "'").replace("ʧ", "tʃ").replace("ʤ", "dʒ")
    )
    return text.replace("ʦ", "ts").replace("ʣ", "dz").replace("\u0361", "").replace("\u035c", "").strip()
