import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.voices.pronunciation import Notation, Pronunciation, entry_problem, worded

NAMES = {
    "Chikov": "CHEE-koff",
    "Marulia": "Maroolia",
    "Gogo": "Go-go",
    "Lech": "/lɛx/",
    "US": "yoo ESS",
    "colonel": "kernel",
    "Vale": "vayl",
    "Port Vale": "PORT vah-LEE",
    "Bush": "/bʊʃ/",
}


def plain(text: str, names: dict[str, str] | None = None) -> str:
    return worded(Pronunciation(NAMES if names is None else names).pieces(text), Notation.PLAIN)


def espeak(text: str) -> str:
    return worded(Pronunciation(NAMES).pieces(text), Notation.ESPEAK)


def piper(text: str) -> str:
    return worded(Pronunciation(NAMES).pieces(text), Notation.PIPER)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mr Chikov left Marulia.", "Mr chee-koff left Maroolia."),
        ("Marulian and Chikova stay.", "Marulian and Chikova stay."),
        ("CHIKOV", "chee-koff"),
        ("The US told us.", "The yoo ess told us."),
        ("A US-led plan; the Chikov-Lee pact", "A yoo ess-led plan; the chee-koff-Lee pact"),
        ("Colonel, colonel, COLONEL", "kernel, kernel, kernel"),
        ("May and chikov", "May and chikov"),
        ("Chikov's house, Marulia’s hills", "chee-koff's house, Maroolia's hills"),
        ("Port Vale and Vale", "port vah-lee and vayl"),
        ("Port\nVale", "port vah-lee"),
        ("Lech's", "Lech's"),
        ("Gogo", "Go-go"),
        ("", ""),
    ],
)
def test_whole_words_are_said_as_the_dictionary_has_them(text: str, said: str) -> None:
    assert plain(text) == said


def test_the_longest_entry_goes_first_and_none_is_read_twice() -> None:
    assert plain("New Vale Town", {"Vale": "x", "New Vale": "Vale", "Vale Town": "y"}) == "Vale Town"


def test_two_words_that_differ_in_capitals_only_are_two_words() -> None:
    names = {"Reading": "Redding", "reading": "reeding"}
    assert plain("Reading, reading, READING", names) == "Redding, reeding, READING"


def test_espeak_gets_phonemes_with_the_stress_where_it_was_written() -> None:
    assert espeak("Chikov") == "[[tS'i:k0f]]"
    assert espeak("Port Vale") == "[[p'O:t]] [[vA:l'i:]]"
    assert espeak("Lech and Chikov's") == "[[l'Ex]] and [[tS'i:k0fs]]"
    assert espeak("Bush's Marulia") == "[[b'USIz]] Maroolia"


def test_french_espeak_gets_french_phonemes() -> None:
    french = worded(Pronunciation(NAMES).pieces("Chikov's Lech"), Notation.ESPEAK_FRENCH)
    assert french == "[[tS'ikOfs]] [[l'Er]]"


def test_piper_gets_ipa() -> None:
    assert piper("Chikov's Lech") == "[[ˈtʃiːkɒfs]] [[lɛx]]"


def test_brackets_of_an_article_are_no_phonemes() -> None:
    assert espeak("He [[sic]] said [Chikov]") == "He ((sic)) said ([[tS'i:k0f]])"
    assert piper("[[[x]]]") == "(((x)))"


@pytest.mark.parametrize(
    ("word", "said", "problem"),
    [
        ("Chikov", "CHEE-koff", ""),
        ("Chikov", "/ˈtʃiːkɒf/", ""),
        ("Chikov", "", "has nothing behind it"),
        ("Chikov", "/ˈtʃiːkɒf", "between two slashes"),
        ("Chikov", "ˈtʃiːkɒf/", "between two slashes"),
        ("Chikov", "/", "between two slashes"),
        ("Chikov", "/tSi:kQf/", "S Q in /tSi:kQf/ is no IPA"),
        ("Chikov", "/ˈ/", "no sound"),
        (" ", "x", "has no word"),
    ],
)
def test_an_entry_that_is_no_good_is_told(word: str, said: str, problem: str) -> None:
    told = entry_problem(word, said)
    assert problem in told
    assert bool(told) == bool(problem)


def test_a_bad_entry_leaves_the_word_and_the_others_alone() -> None:
    dictionary = Pronunciation({"Chikov": "/q!/", "Lech": "leck"})
    assert worded(dictionary.pieces("Chikov, Lech"), Notation.ESPEAK) == "Chikov, leck"
    assert len(dictionary.problems) == 1


WORDS = st.text(alphabet="abAB' -[]/ɒˈ.\\*(", min_size=1, max_size=8)


@given(st.dictionaries(WORDS, WORDS, max_size=5), st.text(alphabet="abAB' -[]ɒ.\n", max_size=40))
def test_nothing_of_any_text_is_lost_by_any_dictionary(entries: dict[str, str], text: str) -> None:
    pieces = Pronunciation(entries).pieces(text)
    assert "".join(piece.word for piece in pieces) == text
    # Phonemes are the dictionary's: no bracket of a text or of a respelling can open or close them.
    for notation in (Notation.ESPEAK, Notation.ESPEAK_FRENCH, Notation.PIPER):
        bare = re.sub(r"\[\[[^\[\]]+\]\]", "", worded(pieces, notation))
        assert "[[" not in bare
        assert "]]" not in bare
    assert worded(pieces, Notation.PLAIN) or not text


@given(st.text(max_size=60))
def test_without_entries_a_text_is_itself(text: str) -> None:
    assert plain(text, {}) == text


def test_an_entry_holds_for_what_the_script_makes_of_its_word() -> None:
    """The script spells "BBC" and says "Doctor" for "Dr."; the editor writes what an article has."""
    names = {"BBC": "bee-bee-SEE", "SADC": "SAH-dek", "Dr. Roe": "doctor row", "R5": "are five"}
    assert plain("the B B C's Sadec, Doctor Roe, five rand", names) == plain(
        "the BBC's SADC, Dr. Roe, R5", names
    )
    assert "row" in plain("Doctor Roe", names)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the C I A met", "the C I [['eI]] met"),
        ("A N C", "[['eI]] N C"),
        ("at nine A M today", "at nine [['eI]] M today"),
        ("the A one road", "the [['eI]] one road"),
        ("Mister A Moyo, vitamin A.", "Mister [['eI]] Moyo, vitamin [['eI]]."),
        ("A man and a dog. A hundred.", "A man and a dog. A hundred."),
    ],
)
def test_the_letter_is_no_article(text: str, said: str) -> None:
    """espeak-ng reads "A" by itself as "uh"; in other languages it is right."""
    pieces = Pronunciation({}).pieces(text, "en-GB")
    assert "".join(piece.word for piece in pieces) == text
    assert worded(pieces, Notation.ESPEAK) == said
    assert worded(pieces, Notation.PLAIN) == text
    assert worded(Pronunciation({}).pieces(text, "fr"), Notation.ESPEAK) == text
