import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.newsroom.intake.furniture import RULES, ends_sentence, rule_of

DROPPED = {
    "share": [
        "Share on Facebook",
        "Tweet",
        "WhatsApp",
        "Facebook Twitter WhatsApp",
        "Share this:",
        "12 comments",
        "Click to share on Facebook (Opens in new window)",
        "Like Loading...",
        "Leave a Reply",
        "Post Views: 1,234",
        "Partager sur Facebook",
    ],
    "related": [
        "Related Articles",
        "Most Read",
        "More on this story",
        "You may also like",
        "Editor’s picks",
        "À lire aussi :",
        "Next article",
    ],
    "read more": [
        "Read more",
        "READ MORE »",
        "Read more: Minister opens the fair",
        "Continue reading",
        "RELATED: Goat sails",
    ],
    "page counter": ["1 of 35", "Page 2 of 4", "3/12", "Next", "« Previous | Next »"],
    "advertisement": ["Advertisement", "- Advertisement -", "Sponsored"],
    "cookies": ["This website uses cookies to give you the best experience.", "Accept all", "Cookie policy"],
    "newsletter": ["Sign up for our newsletter", "Get the day's news in your inbox", "Subscribe now"],
    "copyright": [
        "© 2026 Valley Herald. All rights reserved.",
        "Copyright Valley Herald",
        "This article was originally published by the Valley Herald",
    ],
    "credits": [
        "(Reporting by Ann Roe; Editing by Sam Dube)",
        "Additional reporting by Sam Dube",
        "Posted by admin on March 11, 2026",
        "By admin",
    ],
    "end mark": ["ENDS", "-ends-", "- 30 -", "(more)", "FOR IMMEDIATE RELEASE"],
    "date": [
        "12 March 2026",
        "Monday, 12 March 2026, 14:05 GMT",
        "Published: 12 March 2026 at 14:05",
        "March 12, 2026 | 14:05",
        "14:05",
        "2 hours ago",
        "3 min read",
    ],
    "caption": [
        "Photo: Tendai Moyo",
        "Image: AFP",
        "(Photo: Reuters)",
        "The bridge (Photo by T Moyo)",
        "Getty Images",
        "FILE PHOTO: The bridge in May. Reuters/T Moyo",
        "The bridge in May. Photo: T Moyo",
        "Image caption,",
    ],
    "embed": [
        "— Lake Ferries (@lakeferries) March 11, 2026",
        "pic.twitter.com/a1b2c3",
        "View this post on Instagram",
        "A post shared by Lake Ferries (@lakeferries)",
        "This video is not available in your country",
        "Please enable JavaScript to view the comments",
    ],
    "address": [
        "https://example.org/a",
        "www.example.org",
        "Source: https://example.org",
        "info@example.org",
        "#floods",
    ],
    "tags": ["Tags: bridge, council"],
    "menu": ["Home | News | Sport", "BREAKING NEWS", "Home > News > Local", "Home » A bridge in May"],
    "rule": ["***", "————", "•", "___"],
}
KEPT = """Next week the council will decide.
More than 300 people came.
He shared the photo on Facebook.
Video evidence was shown in court on Monday.
Photo exhibition opens in Mutare
The site uses sand from the river.
Ads on buses banned in the capital
Reuters said the talks had failed.
Subscribe or lose it, telecoms firm tells customers
Join forces, president urges farmers
Related party deals under scrutiny at the port
Latest vaccine trial ends early
Top judge resigns
Share prices fall
Health and safety first
12 March 2026 will be remembered as the day the rain came.
By using less water, the town saved its trees.
The end of the road
Reporting season begins at the mill
Photo finish: the goat wins
Home is where the goat is
Reply came too late for the ferry
Loading of the ferry takes an hour""".splitlines()


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, lines in DROPPED.items() for line in lines]
)
def test_furniture_goes_by_its_rule(rule: str, line: str) -> None:
    found = rule_of(line)
    assert found is not None
    assert found.name == rule


@pytest.mark.parametrize("line", KEPT)
def test_what_only_looks_like_it_stays(line: str) -> None:
    assert rule_of(line) is None


def test_every_rule_has_an_example() -> None:
    assert {rule.name for rule in RULES} == set(DROPPED)


@settings(deadline=2000)
@given(st.text(alphabet="ab |/.,:-12share tweetnext©()\u2014", max_size=300))
def test_no_line_takes_long(line: str) -> None:
    rule_of(line)  # Hypothesis' deadline is the assertion: no pattern may run away


def test_a_sentence_ends_with_its_quotes() -> None:
    assert ends_sentence("“We will sail.”")
    assert not ends_sentence("Ferry captains refuse to sail")
