"""Respellings such as "CHEE-koff" to IPA: how newsrooms write a name for whoever reads it. Pure.

Owns: what each spelling of a syllable means to an English reader.
Must not know: the dictionary, or who speaks.
"""

import re
from typing import Final


def _table(text: str) -> dict[str, str]:
    """Spellings to IPA, out of `spelling=sound`."""
    return dict(pair.split("=", 1) for pair in text.split())


# No spelling that an English reader could take in two ways is here: such a syllable is left to the voice.
_VOWELS: Final = _table(
    "eye=aɪ igh=aɪ air=eə eer=ɪə ear=ɪə oor=ʊə aar=ɑː oar=ɔː"
    " aa=ɑː ah=ɑː ar=ɑː ay=eɪ aw=ɔː au=ɔː or=ɔː ee=iː eh=ɛ ew=juː er=ɜː ur=ɜː ir=ɜː oh=əʊ oo=uː ow=aʊ"
    " oy=ɔɪ oi=ɔɪ uh=ʌ"
)
# A single letter is short before a consonant and something else at the end of its syllable.
_CHECKED: Final = _table("a=æ e=ɛ i=ɪ o=ɒ u=ʌ")
_OPEN: Final = _table("a=ɑː i=i o=əʊ u=uː")
_WEAK: Final = {"ʌ": "ə", "ɜː": "ə", "ɑː": "ə"}
_WEAK_SPELLINGS: Final = frozenset({"uh", "er", "a"})
_CONSONANTS: Final = _table(
    "tch=tʃ ch=tʃ sh=ʃ zh=ʒ th=θ dh=ð kh=x gh=ɡ ph=f ny=nj ng=ŋ nk=ŋk ck=k qu=kw ts=ts dz=dz"
    " b=b c=k d=d f=f g=ɡ h=h j=dʒ k=k l=l m=m n=n p=p r=ɹ s=s t=t v=v w=w x=ks y=j z=z"
)
_DOUBLED: Final = re.compile(r"([bdfgklmnprstvz])\1")
_VOWEL: Final = "|".join(sorted(_VOWELS, key=len, reverse=True)) + "|[aeiou]"
_CONSONANT: Final = "|".join(sorted(_CONSONANTS, key=len, reverse=True))
# "y" is no consonant after the vowel: "my" and "dye" are left to the voice.
_SYLLABLE: Final = re.compile(rf"((?:{_CONSONANT})*)({_VOWEL})((?:(?![yw]){_CONSONANT})*)")
_ONE_CONSONANT: Final = re.compile(_CONSONANT)


def ipa_of(respelling: str) -> str | None:
    """IPA for syllables joined by hyphens, those in capitals stressed; None where one could be two sounds.

    "NYAH-tee" is ˈnjɑːtiː.
    """
    syllables = [_syllable(one) for one in respelling.split("-")]
    return None if None in syllables else "".join(filter(None, syllables))


def _syllable(written: str) -> str | None:
    stressed = written.isupper()
    found = _SYLLABLE.fullmatch(_DOUBLED.sub(r"\1", written.lower()))
    if found is None:
        return None
    onset, vowel, coda = found.groups()
    if vowel in _VOWELS:
        sound = _VOWELS[vowel]
    elif (single := (_CHECKED if coda else _OPEN).get(vowel)) is not None:
        sound = single
    else:
        return None
    if not stressed and vowel in _WEAK_SPELLINGS and not coda:
        sound = _WEAK.get(sound, sound)
    return ("ˈ" if stressed else "") + _consonants(onset) + sound + _consonants(coda)


def _consonants(written: str) -> str:
    return "".join(_CONSONANTS[one] for one in _ONE_CONSONANT.findall(written))
