import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.errors import StoryError
from radiocast.newsroom.intake.reading import MAX_ARTICLE_BYTES, one_line, read_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Café – “open”".encode(), "Café – “open”"),
        (b"\xef\xbb\xbfCaf\xc3\xa9", "Café"),
        (b"Caf\xe9 \x93open\x94 \x80", "Café “open” €"),
        ("Café".encode("utf-16"), "Café"),
        (b"one\r\ntwo\rthree\x0cfour", "one\ntwo\nthree\nfour"),
        (b"a\x00b\x07c\x1b[31m", "abc[31m"),
        ("a\u200bb\u202ec\ufeff".encode(), "abc"),
        ("\u2028family \U0001f468\u200d\U0001f469".encode(), "\nfamily \U0001f468\u200d\U0001f469"),
    ],
)
def test_bytes_become_text(data: bytes, text: str) -> None:
    assert read_text(data) == text


def test_a_megabyte_is_refused_with_its_size() -> None:
    with pytest.raises(StoryError, match=r"1024 KB is more than an article has \(limit 256 KB\)"):
        read_text(b"x" * 1024 * 1024)
    assert len(read_text(b"x" * MAX_ARTICLE_BYTES)) == MAX_ARTICLE_BYTES


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b" \r\n\t ", b"\xef\xbb\xbf"])
def test_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(StoryError, match=r"empty|no text"):
        read_text(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_printable_text_or_a_reason(data: bytes) -> None:
    try:
        text = read_text(data)
    except StoryError:
        return
    assert all(
        character.isprintable() or character in "\n\t\xa0\u3000" or not character.isascii()
        for character in text
    )
    assert "\n" not in one_line(text)
    text.encode()  # no surrogates
