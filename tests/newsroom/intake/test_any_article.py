"""Any bytes under any name are a story or a reason, and none takes much longer than its length.

The limit of the whole test run (`timeout` in pyproject.toml) is what fails a pattern that runs away: an
article of full size that is read in quadratic time takes minutes, not seconds.
"""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from radiocast.model.errors import StoryError
from radiocast.model.story import Story
from radiocast.newsroom.intake.articles import FORMATS, story_from
from radiocast.newsroom.intake.reading import MAX_ARTICLE_BYTES
from tests.newsroom.intake.test_corpus import ARTICLES, MODIFIED

ZONE = ZoneInfo("Africa/Harare")
CORPUS = {path.name: path.read_bytes() for path in ARTICLES}
SIZE = MAX_ARTICLE_BYTES - 1024


def read(name: str, data: bytes) -> Story | None:
    """The story; None where there is a reason. Anything else is a failure."""
    try:
        return story_from(name, data, modified=MODIFIED, zone=ZONE)
    except StoryError as error:
        return None if str(error) else pytest.fail("an article was refused without a reason")


def is_fit_to_be_read(story: Story) -> None:
    assert any(character.isalnum() for character in story.headline)
    texts = (story.headline, story.description_text, story.byline, story.source, story.ednote)
    for text in (*texts, *story.body_text):
        assert text == " ".join(text.split())
        assert not any(ord(character) < 32 for character in text)
        text.encode()  # no half characters
    assert story.versioncreated.tzinfo is not None
    assert 1 <= story.urgency <= 9


# Runs of the corpus's own bytes in the wrong place, cut, doubled and changed.
cuts = st.tuples(st.integers(0, 1500), st.integers(0, 60), st.binary(max_size=12))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(CORPUS)), st.lists(cuts, min_size=1, max_size=6), st.sampled_from(("", *FORMATS))
)
def test_a_spoilt_article_is_a_story_or_a_reason(
    name: str, spoilt: list[tuple[int, int, bytes]], ending: str
) -> None:
    data = CORPUS[name]
    for at, length, put in spoilt:
        data = data[:at] + put + data[at + length :] + data[at : at + length // 2]
    story = read(f"any{ending}" if ending else name, data)
    if story is not None:
        is_fit_to_be_read(story)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FORMATS), st.binary(max_size=400))
def test_any_bytes_are_a_story_or_a_reason(ending: str, data: bytes) -> None:
    story = read(f"any{ending}", data)
    if story is not None:
        is_fit_to_be_read(story)


@pytest.mark.parametrize(
    ("ending", "head", "again"),
    [
        (".txt", "", "a"),
        (".txt", "", "(" ),
        (".txt", "", "a\n"),
        (".txt", "", "| "),
        (".txt", "", "By Ann Roe\n\n"),
        (".txt", "", "Related Articles\nfoo\n"),
        (".txt", "", "home > " * 28 + "\n"),
        (".txt", "", "more on the a b c d " * 14 + "\n"),
        (".txt", "", ". - . - . - photo photo photo: " * 9 + "\n"),
        (".txt", "", "EMBARGOED UNTIL 0600 GMT 12 MARCH : : : : : : : \n"),
        (".txt", "EMBARGOED ", ": "),
        (".txt", "Goat\n\n", "HARARE, "),
        (".txt", "Goat\n\n", "x" * 50 + "-\n"),
        (".txt", "Goat\n\n", "x" * 50 + "\xad\n"),
        (".txt", "", "a.a@" + "a." * 45 + "a\n"),
        (".txt", "", "â€œÃ©"),
        (".md", "", "!["),
        (".md", "", "*a "),
        (".md", "", "[a]("),
        (".md", "", "> "),
        (".md", "", "```\n"),
        (".md", "", "<!-- "),
        (".md", "", "a\n=\n"),
        (".md", "---\na: ", "["),
        (".md", "---\na: b\n---\n", "> *a "),
        (".json", "", "["),
        (".json", "", '{"a":'),
        (".json", '{"headline": "x", "body_text": "', "(Reuters) - "),
        (".html", "", "<"),
        (".html", "", "&amp"),
        (".html", "<p ", "a=b "),
        (".html", "", "<![CDATA["),
        (".html", "", "<!--"),
        (".html", "", "<b><i>"),
        (".html", "", "<a href=x>"),
        (".html", "", "<script>"),
        (".html", "", "<p>Hello there, this is a paragraph that is long enough.</p>"),
    ],
)  # fmt: skip
def test_no_article_of_full_size_is_read_for_long(ending: str, head: str, again: str) -> None:
    data = (head + again * (SIZE // len(again.encode())))[:SIZE].encode()[:SIZE]
    if ending == ".json" and head:
        data += b'"}'
    read(f"any{ending}", data)
