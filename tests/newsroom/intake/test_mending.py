import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.intake.mending import mend


@pytest.mark.parametrize(
    ("spoilt", "text"),
    [
        ("itâ€™s â€œgoodâ€\x9d", "it’s “good”"),
        ("itâ€™s â€œgoodâ€", "it’s “good”"),  # the byte that Windows-1252 has no letter for was thrown away
        ("cafÃ© â€“ Â£5", "café – £5"),
        ("Ã¢â‚¬Å“twiceÃ¢â‚¬Â\x9d", "“twice”"),
        ("ðŸŽ‰", "🎉"),
        ("the ﬁrst oﬃce ﬂoor", "the first office floor"),
    ],
)
def test_what_was_spoilt_is_mended(spoilt: str, text: str) -> None:
    assert mend(spoilt) == text


@pytest.mark.parametrize(
    "text", ["Café “open”", "AMANHÃ”", "Zażółć gęślą jaźń", "Âge d’or", "£5 and 3 €", "Å”", "São Tomé"]
)
def test_what_is_right_stays(text: str) -> None:
    assert mend(text) == text


@given(st.text())
def test_utf_8_through_windows_1252_comes_back(text: str) -> None:
    spoilt = "".join(bytes([byte]).decode("cp1252", "replace") for byte in f"é{text}".encode())
    if "\ufffd" not in spoilt and text == mend(text):
        # What is not certain may stay spoilt; nothing else may become of it.
        assert mend(spoilt) in {f"é{text}", mend(f"é{text}")}
