import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.voices.ipa import (
    espeak_mnemonics,
    has_sound,
    ipa_words,
    strange_signs,
    with_possessive,
)


# As espeak-ng's own English voice says these words (its IPA, its mnemonics).
@pytest.mark.parametrize(
    ("ipa", "mnemonics"),
    [
        ("fˈɛɹɪ", "f'ErI"),
        ("tʃˈɜːtʃ", "tS'3:tS"),
        ("dʒˈʌdʒ", "dZ'VdZ"),
        ("θˈɔːt", "T'O:t"),
        ("sˈɪŋɪŋ", "s'ININ"),
        ("flˈiːs", "fl'i:s"),
        ("fˈeɪs", "f'eIs"),
        ("ɡˈəʊt", "g'oUt"),
        ("mˈaʊθ", "m'aUT"),
        ("ˈaɪlənd", "'aIl@nd"),
        ("ʌmbɹˈɛlə", "Vmbr'El@"),
        ("jˌuːnɪvˈɜːsɪtɪ", "j,u:nIv'3:sItI"),
    ],
)
def test_english_ipa_is_what_espeak_has_for_it(ipa: str, mnemonics: str) -> None:
    assert espeak_mnemonics(ipa) == (mnemonics,)


@pytest.mark.parametrize(
    ("ipa", "mnemonics"),
    [
        ("ˈtʃiːkɒf", ("tS'i:k0f",)),  # IPA marks the syllable, espeak-ng the vowel
        ("ˈt͡ʃiːkɒf", ("tS'i:k0f",)),
        ("ʧiːkɒf", ("tS'i:k0f",)),  # no stress is one on the first vowel
        ("'tʃi:kɒf", ("tS'i:k0f",)),  # as people type it
        ("ˈtʃiː.kɒf", ("tS'i:k0f",)),
        ("sɑ̃ tʁope", ("s'A:", "tr'oUpE")),
        ("ˈɲati", ("n|j'ati",)),
        ("ɓaɗa", ("b'ada",)),
        ("ˈka", ("k'a",)),
    ],
)
def test_what_english_lacks_becomes_its_neighbour(ipa: str, mnemonics: tuple[str, ...]) -> None:
    assert espeak_mnemonics(ipa) == mnemonics


# As espeak-ng's own French voice says these words.
@pytest.mark.parametrize(
    ("ipa", "mnemonics"),
    [
        ("ɡaʁsˈɔ̃", "gars'O~"),
        ("bʁˈœ̃", "br'W~"),
        ("məsjˈø", "m@sj'Y"),
        ("vilaʒ", "vil'aZ"),  # the stress is on the last
        ("lyˈi", "ly'i"),
        ("ˈtʃiːkɒf", "tS'ikOf"),
        ("ˈhəʊp", "'op"),
        ("ˈkɪŋ", "k'in|g"),
    ],
)
def test_french_voices_get_french_sounds(ipa: str, mnemonics: str) -> None:
    assert espeak_mnemonics(ipa, "fr") == (mnemonics,)


def test_two_sounds_are_not_read_as_one() -> None:
    assert espeak_mnemonics("ˈkæt.ʃɪt") == ("k'at|SIt",)


@pytest.mark.parametrize(
    ("ipa", "strange"),
    [
        ("ˈtʃiːkɒf", ()),
        ("tSi:kQf", ("S", "Q")),
        ("q!", ("!",)),
        ("ˈvõ bɔʁ", ()),
        ("a4b4", ("4",)),
        ("ça", ()),
    ],
)
def test_signs_that_are_no_ipa_are_named(ipa: str, strange: tuple[str, ...]) -> None:
    assert strange_signs(ipa) == strange


def test_marks_alone_are_no_sound() -> None:
    assert not has_sound("ˈː ")
    assert has_sound("ˈə")


def test_words_for_piper_keep_their_sounds_and_lose_what_it_does_not_know() -> None:
    assert ipa_words("ˈgræ.nɪt 'ka:t͡s") == ("ˈɡrænɪt", "ˈkaːts")


@pytest.mark.parametrize(
    ("phonemes", "owned"),
    [("tS'i:k0f", "tS'i:k0fs"), ("n'eI", "n'eIz"), ("b'US", "b'USIz"), ("r'i:s", "r'i:sIz")],
)
def test_the_possessive_is_as_english_says_it(phonemes: str, owned: str) -> None:
    assert with_possessive(phonemes, "I") == owned


@given(st.text(max_size=30))
def test_any_text_is_ipa_or_has_strange_signs(text: str) -> None:
    if strange_signs(text):
        return
    for word in (*espeak_mnemonics(text), *espeak_mnemonics(text, "fr")):
        assert word.isascii()
        assert "[" not in word
