# ruff: noqa: E501 - articles' lines are as long as they are written
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.errors import StoryError
from radiocast.model.story import Story
from radiocast.newsroom.intake.articles import FORMATS, story_from
from tests.newsroom.texts import MARKDOWN, PAGE, WEBPAGE, WHEN


def read(text: str, name: str = "story.txt") -> Story:
    return story_from(name, text.encode(), modified=WHEN)


def test_a_page_off_a_news_site_comes_apart() -> None:
    story = read(PAGE, "ferry.txt")
    assert story.slug == "ferry"
    assert story.headline == "Ferry captains refuse to sail as harbour board withholds winter pay"
    assert story.description_text.startswith("Eleven captains who carry")
    assert story.description_text.endswith("over the storm closures")
    assert (story.byline, story.source) == ("Gabriella Clare", "Mirror")
    assert len(story.body_text) == 5
    assert story.body_text[0].startswith("Ferries stayed tied up")
    assert story.body_text[-1].startswith("“We will sail")
    assert story.versioncreated == WHEN
    assert [(line.line, line.text, line.rule) for line in story.dropped] == [
        (1, "Mutoko Valley News and Community Radio", "site name"),
        (15, "Share on Facebook", "share"),
        (16, "Tweet", "share"),
        (17, "WhatsApp", "share"),
        (19, "Related Articles", "related"),
        (20, "1 of 35", "page counter"),
        (22, "Advertisement", "advertisement"),
        (26, "Photo: Tendai Moyo", "caption"),
        (30, "© 2026 Mutoko Valley News. All rights reserved.", "copyright"),
    ]


@pytest.mark.parametrize(
    ("text", "headline", "description", "body"),
    [
        # A headline in capitals of a name is not taken for a site's when a standfirst sentence follows.
        ("Council Approves New Budget\n\nThe vote was close.\n\nBy Ann Roe\n\nBody.", "Council Approves New Budget", "The vote was close.", ("Body.",)),
        # Two lines above the byline, the first a site's by its words.
        ("Hill Gazette Online\n\nWell runs dry\n\nBy Ann Roe\n\nBody.", "Well runs dry", "", ("Body.",)),
        ("HillTown.com\nWell runs dry\nBy Ann Roe\nBody.", "Well runs dry", "", ("Body.",)),
        # No byline: the standfirst is what stands alone and is no sentence.
        ("Well runs dry\n\nThe hill has had no rain since May\n\nThe last bucket came up on Monday.\n\nMore to come soon.", "Well runs dry", "The hill has had no rain since May", ("The last bucket came up on Monday.", "More to come soon.")),
        # Headline and body alone.
        ("Well runs dry\n\nThe last bucket came up on Monday.", "Well runs dry", "", ("The last bucket came up on Monday.",)),
        ("Well runs dry", "Well runs dry", "", ()),
        # Byline under the headline, the standfirst under it.
        ("Well runs dry\nBy Ann Roe\n\nThe hill has had no rain since the early days of May\n\nOne.\n\nTwo.\n\nThree.", "Well runs dry", "The hill has had no rain since the early days of May", ("One.", "Two.", "Three.")),
        # What only opens like one.
        ("Par Excellence Awards\n\nOne.\n\nTwo.", "Par Excellence Awards", "", ("One.", "Two.")),
        # Byline first.
        ("By Ann Roe\n\nWell runs dry\n\nOne.\n\nTwo.", "Well runs dry", "", ("One.", "Two.")),
        # Wrapped by an editor: the paragraph is one again.
        ("Well runs dry\n\nThe last bucket of water came up out of the old well on\nMonday morning, and the hill has had no rain since the early\ndays of May.\n\nTwo.", "Well runs dry", "", ("The last bucket of water came up out of the old well on Monday morning, and the hill has had no rain since the early days of May.", "Two.")),
        # Links under a heading go with it; a sentence ends the list.
        ("Well runs dry\n\nOne.\n\nRelated Articles\nTen best wells\nWater at last\n\nTwo.", "Well runs dry", "", ("One.", "Two.")),
    ],
)  # fmt: skip
def test_plain_shapes(text: str, headline: str, description: str, body: tuple[str, ...]) -> None:
    story = read(text)
    assert (story.headline, story.description_text, story.body_text) == (headline, description, body)


def test_paragraphs_alone_lend_their_first_sentence_as_headline() -> None:
    paragraph = (
        "The last bucket came up on Monday. " + "It has not rained on the hill for a long time now. " * 6
    )
    story = read(f"{paragraph}\n\nTwo.")
    assert story.headline == "The last bucket came up on Monday."
    assert story.body_text == (paragraph.strip(), "Two.")


def test_markdown_with_front_matter() -> None:
    story = read(MARKDOWN, "bus.md")
    assert story.headline == "Library bus: 40 villages, one driver"
    assert story.description_text == "A retired bus brings books to schools that had none"
    assert (story.byline, story.source) == ("Tariro Ncube and Sam Dlamini", "The Valley Herald")
    assert story.language == "en-GB"
    assert story.versioncreated.isoformat() == "2026-03-11T04:00:00+00:00"
    assert story.body_text == (
        "The bus Knowledge left Chirimba at dawn with 2,000 books on new shelves.",
        '"I have waited for this since I was six," said a teacher.',
        "It stops for an hour in each village.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "# Well runs dry\n\nBy Ann Roe\n\nBody.",
        "Well runs dry\n===\n\nBy Ann Roe\n\nBody.",
        "Well runs dry\n\nBy Ann Roe\n\nBody.",
    ],
)
def test_markdown_without_front_matter(text: str) -> None:
    story = read(text, "well.md")
    assert (story.headline, story.byline, story.body_text) == ("Well runs dry", "Ann Roe", ("Body.",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\nheadline: one\nbyline: [Ann\n---\nBody.", r"line [34]: the front matter is broken"),
        ("---\nheadline: Bus: 40 villages\n---\nBody.", "line 2: the front matter is broken"),
        ("---\nheadline: one\n\nBody.", "line 1: the front matter is never closed"),
        ("---\nheadline: one\ndate: 2026-02-31\n---\nBody.", "line 3: date: '2026-02-31' is no date"),
        ("---\nheadline: one\nembargoed: soon\n---\nBody.", "line 3: embargoed: 'soon' is no date"),
        ("---\nheadline: one\n\nurgency: 12\n---\nBody.", "line 4: urgency: '12' is no urgency: 1"),
        (
            "---\npubstatus: maybe\n---\nBody.",
            "line 2: pubstatus: 'maybe' is no status: usable, withheld or canceled",
        ),
        ("---\nbreaking: perhaps\n---\nBody.", "line 2: breaking: 'perhaps' is neither yes nor no"),
        ("---\nheadline: *nobody\n---\nBody.", "line 2: the front matter is broken"),
        ("---\ndate: 2026-02-01\n---\n", "no headline"),
    ],
)
def test_broken_front_matter_is_withheld_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(StoryError, match=reason):
        read(text, "broken.md")


def test_a_web_page() -> None:
    story = read(WEBPAGE, "coins.html")
    assert story.headline == "Well digger finds Roman coin hoard"
    assert story.description_text.startswith("Four hundred coins")
    assert (story.byline, story.source, story.language) == ("Owen Price", "Hill Gazette", "en")
    assert story.body_text == (
        "Twelve men and a borrowed winch brought up the pot on Monday morning.",
        "The museum has taken it in.",
    )
    assert story.versioncreated.isoformat() == "2026-03-10T08:00:00+00:00"
    assert {line.rule for line in story.dropped} >= {"related", "newsletter"}
    assert all(
        line.text == WEBPAGE.splitlines()[line.line - 1].strip() or line.line for line in story.dropped
    )


def test_a_web_page_without_marks_is_read_by_its_title() -> None:
    html = "<title>Well runs dry - Hill Gazette</title><body><div>Well runs dry</div><p>One.<p>Two."
    story = read(html, "well.htm")
    assert (story.headline, story.body_text) == ("Well runs dry", ("One.", "Two."))


def test_a_headline_keeps_quotes_and_emoji_on_one_line() -> None:
    html = "<h1>It's \"over';\"\r\n says mayor 🎉</h1><p>Body.</p>"
    assert read(html, "a.html").headline == "It's \"over';\" says mayor 🎉"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"x" * 2**20, "1024 KB"),
        ("a.txt", b"Share on Facebook\n1 of 35\n", "nothing but page furniture"),
        ("a.html", b"<nav>Home</nav>", "nothing but page furniture"),
        ("a.html", b"<p></p>", "no headline"),
        ("a.docx", b"PK", r"use \.txt"),
    ],
)
def test_no_story_has_a_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(StoryError, match=reason):
        story_from(name, data, modified=WHEN)


def test_latin_1_and_nul() -> None:
    story = story_from("a.txt", b"Caf\xe9 \x93open\x94\n\nBody \x00one.", modified=WHEN)
    assert (story.headline, story.body_text) == ("Café “open”", ("Body one.",))


_PIECES = st.sampled_from(
    ["---\n", "headline: ", "a: [", "\n", "\n\n", "By Ann Roe", " | ", "# ", "<p>", "</div>", "<article>", "<h1>", "<!--",
     "&#0;", "```\n", "Related Articles\n", "Share", "1 of 2", "A sentence. ", "x" * 90, "date: 2026-02-31\n", "&a *a\n",
     "<meta property='og:title' content='T'>", "<![CDATA[", "<?", "\x00", "é", "🎉", "![a](b)", "[c](d)", "*", "_", "- ", "!!python/x "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FORMATS)),
    st.one_of(
        st.binary(max_size=300), st.lists(_PIECES, max_size=25).map(lambda parts: "".join(parts).encode())
    ),
)
def test_any_bytes_give_a_story_or_a_reason(ending: str, data: bytes) -> None:
    try:
        story = story_from(f"any{ending}", data, modified=WHEN)
    except StoryError:
        return
    assert story.headline
    assert story.headline == " ".join(story.headline.split())
    for text in (story.headline, story.description_text, story.byline, story.source, *story.body_text):
        assert not any(ord(character) < 32 for character in text)
    assert story.versioncreated.tzinfo is not None
