import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.voices.ipa import strange_signs
from radiocast.newsroom.voices.respelling import ipa_of


@pytest.mark.parametrize(
    ("respelling", "ipa"),
    [
        ("CHEE-koff", "ˈtʃiːkɒf"),
        ("NYAH-tee", "ˈnjɑːtiː"),
        ("moo-TOH-koh", "muːˈtəʊkəʊ"),
        ("KHAH-lid", "ˈxɑːlɪd"),
        ("zuh-LEN-skee", "zəˈlɛnskiː"),
        ("ang-GEL-uh", "æŋˈɡɛlə"),
        ("buh-NAN-a", "bəˈnænə"),
        ("SHAIR", "ˈʃeə"),
        ("loo-EE", "luːˈiː"),
        ("vayl", "veɪl"),
    ],
)
def test_syllables_are_read_as_newsrooms_write_them(respelling: str, ipa: str) -> None:
    assert ipa_of(respelling) == ipa


@pytest.mark.parametrize("respelling", ["DYE-go", "XYZ-qq", "MAKE-a", "", "re-DE", "TEA-pot", "KEA-ting"])
def test_what_can_be_read_in_two_ways_is_left_to_the_voice(respelling: str) -> None:
    assert ipa_of(respelling) is None


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzAEHOTKNY-'", max_size=24))
def test_what_is_read_is_good_ipa(respelling: str) -> None:
    ipa = ipa_of(respelling)
    assert ipa is None or not strange_signs(ipa)
