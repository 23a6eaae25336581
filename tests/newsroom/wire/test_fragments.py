import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.newsroom.wire.fragments import plain, read_fragment

HTML = st.text(alphabet=st.sampled_from("<>/!-&;#'\"= apbrdivlsxÉ…\n.[]")) | st.text(max_size=200)


@pytest.mark.parametrize(
    "unit", ["<a", "<a b='", "</", "</p ", "<p>", "<!--", "<![", "&", "<a" * 1000 + ">", "x… "]
)
def test_what_is_made_to_take_for_ever_does_not(unit: str) -> None:
    """Half a million characters each: read again and again to their end they take many minutes."""
    read_fragment(unit * (500_000 // len(unit)), is_html=True)
    plain(unit * (100_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("<p>3 < 4 and 5 > 2</p>", ("3 < 4 and 5 > 2",)),
        ("<p>One</p><style>p {}</style><p>Two<br/>Three</p>", ("One", "Two", "Three")),
        ("<div>One<figure><img/><figcaption>A goat</figcaption></figure>two</div>", ("One two",)),
        ("<script>x</p>", ()),
        ("</div></p>One</ul>", ("One",)),
        ("<p>A&nbsp;&amp;&nbsp;B &#8211; C</p>", ("A & B – C",)),
    ],
)
def test_blocks_are_paragraphs(text: str, paragraphs: tuple[str, ...]) -> None:
    assert read_fragment(text, is_html=True).paragraphs == paragraphs


@settings(max_examples=200, deadline=None)
@given(HTML, st.booleans())
def test_any_text_gives_paragraphs(text: str, is_html: bool) -> None:
    for paragraph in read_fragment(text, is_html=is_html).paragraphs:
        assert paragraph.strip() == paragraph != ""
        assert "\n" not in paragraph
    assert "\n" not in plain(text)
