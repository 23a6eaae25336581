import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.speech_text import as_sentence, sentences, spoken


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Lt. Gen. J. Moyo spoke. He left.", ["Lt. Gen. J. Moyo spoke.", "He left."]),
        ("It cost 3.5 million. Then it fell.", ["It cost 3.5 million.", "Then it fell."]),
        ("“We sail.” The board agreed.", ["“We sail.”", "The board agreed."]),
        ("He lives on St. John St. Mary said so.", ["He lives on St. John St. Mary said so."]),
        ("U.S. troops left. Mr. Dube stayed.", ["U.S. troops left.", "Mr. Dube stayed."]),
        ("It opened at 9 a.m. on Monday.", ["It opened at 9 a.m. on Monday."]),
        ("Wait… The rain stopped.", ["Wait…", "The rain stopped."]),
        ("No. 5 won. No. It lost.", ["No. 5 won.", "No. It lost."]),
        ("no end", ["no end"]),
        ("  ", []),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert list(sentences(text)) == parts


@given(st.text(alphabet="aA. ?!'\"”1\n", max_size=80))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    assert " ".join(sentences(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lt-Gen Dube met Dr. Ncube", "Lieutenant General Dube met Doctor Ncube"),
        ("Lt. Col. Mhofu", "Lieutenant Colonel Mhofu"),
        ("Maj-Gen. Roe", "Major General Roe"),
        ("Mr Dube and Mrs. Roe", "Mister Dube and Missus Roe"),
        ("prices rose 3.5% in May", "prices rose 3.5 per cent in May"),
        ("it cost $3.5m and £2,000", "it cost 3.5 million dollars and 2,000 pounds"),
        ("US$1 bn", "1 billion US dollars"),
        ("“lake hands”, he said", "lake hands, he said"),
        ("the captains’ pay isn't ‘fair’", "the captains pay isn't fair"),
        ("rain – at last – fell", "rain, at last, fell"),
        ("from 1914–18", "from 1914 to 18"),
        ("see https://example.org/a?b=1. Or not", "see. Or not"),
        ("U.S. and B.B.C. men", "U S and B B C men"),
        ("40 km/h over 12 km", "40 kilometres an hour over 12 kilometres"),
        ("the fair 🎉 opened", "the fair opened"),
        ("St. Mary's, No. 5", "Saint Mary's, number 5"),
        ("Ann (Dube) & Co", "Ann, Dube, and Co"),
        ("lawyer, Lt. Col. (retired) Mhofu.", "lawyer, Lieutenant Colonel, retired, Mhofu."),
        ("Gen Z", "General Z"),
        ("general Mr-free text", "general Mister-free text"),
    ],
)
def test_written_becomes_spoken(text: str, said: str) -> None:
    assert spoken(text) == said


def test_pronunciation_is_of_whole_words_as_written() -> None:
    words = {"Nyathi": "NYAH-tee", "US": "you ess", "Mutoko Valley": "moo-TOH-koh valley"}
    assert spoken("Nyathi's Nyathis: US told us in Mutoko Valley", words) == (
        "nyah-tee's Nyathis: you ess told us in moo-toh-koh valley"
    )


@given(st.text(max_size=200))
def test_anything_can_be_said_on_one_line(text: str) -> None:
    said = spoken(text, {"a": "b"})
    assert said == " ".join(said.split())
    assert "http://" not in said


def test_a_headline_is_closed_as_a_sentence() -> None:
    assert as_sentence("Well runs dry") == "Well runs dry."
    assert as_sentence("Is it dry?") == "Is it dry?"
    assert as_sentence("") == ""
