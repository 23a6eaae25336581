import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.errors import FeedError
from radiocast.model.story import PubStatus
from radiocast.newsroom.wire import store
from radiocast.newsroom.wire.merging import merge
from radiocast.newsroom.wire.parsing import parse_feed
from radiocast.newsroom.wire.values import Entry, FeedFile, ParsedFeed
from tests.newsroom.wire.feeds import NOW, config, json_feed


def parse(data: bytes) -> ParsedFeed:
    return parse_feed(data, url="https://feeds.example/feed.json", content_type="application/feed+json")


def test_an_item_of_a_json_feed() -> None:
    feed = parse(
        json_feed(
            [
                {
                    "id": 17,
                    "url": "/bus",
                    "title": "Library bus",
                    "summary": "Forty villages, one driver.",
                    "content_html": "<p>It left at dawn.</p><p>Read more</p>",
                    "date_published": "2026-03-11T06:00:00+02:00",
                    "date_modified": "2026-03-11T05:00:00Z",
                    "authors": [{"name": "Ann Roe"}],
                    "tags": ["Books", "Roads"],
                    "language": "en",
                }
            ],
            language="en-GB",
        )
    )
    (entry,) = feed.entries
    assert entry == Entry(
        id="17",
        link="https://feeds.example/bus",
        headline="Library bus",
        description="Forty villages, one driver.",
        byline="Ann Roe",
        language="en",
        body=("It left at dawn.",),
        published=datetime(2026, 3, 11, 4, tzinfo=UTC),
        updated=datetime(2026, 3, 11, 5, tzinfo=UTC),
        subject=("Books", "Roads"),
        dropped=entry.dropped,
    )
    assert [line.text for line in entry.dropped] == ["Read more"]


def test_json_feed_1_has_one_author_and_content_as_text() -> None:
    feed = parse(json_feed([{"id": "a", "content_text": "One.\n\nTwo.", "author": {"name": "Ann Roe"}}]))
    (entry,) = feed.entries
    assert (entry.byline, entry.headline, entry.body) == ("Ann Roe", "One", ("Two.",))


NINJS = {
    "uri": "urn:bridge",
    "headline": "Bridge to open",
    "description_text": "After three years.",
    "body_text": "The bridge opens on Friday.\n\nCars may cross.",
    "byline": "By Ann Roe, Lake Gazette",
    "versioncreated": "2026-03-11T08:00:00Z",
    "embargoed": "2026-03-11T13:00:00Z",
    "expires": "2026-03-12T00:00:00Z",
    "pubstatus": "withheld",
    "urgency": 2,
    "ednote": "Check the date.",
    "language": "en",
    "subject": [{"name": "Roads"}],
    "rightsinfo": "For radio only",
    "corrects": "urn:old",
}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([NINJS]).encode(),
        json.dumps({"items": [NINJS]}).encode(),
        json.dumps({"associations": {"main": NINJS}}).encode(),
        json_feed([{"id": "urn:bridge", "title": "Another", "_ninjs": NINJS}]),
    ],
)
def test_ninjs_fields_go_before_the_feeds_own(data: bytes) -> None:
    (entry,) = parse(data).entries
    assert entry == Entry(
        id="urn:bridge",
        refs=("urn:old",),
        headline="Bridge to open",
        description="After three years.",
        byline="Ann Roe",
        source="Lake Gazette",
        language="en",
        body=("The bridge opens on Friday.", "Cars may cross."),
        updated=datetime(2026, 3, 11, 8, tzinfo=UTC),
        embargoed=datetime(2026, 3, 11, 13, tzinfo=UTC),
        expires=datetime(2026, 3, 12, tzinfo=UTC),
        pubstatus=PubStatus.WITHHELD,
        urgency=2,
        corrects="urn:old",
        ednote="Check the date.",
        rightsinfo="For radio only",
        subject=("Roads",),
    )


def test_ninjs_2_has_bodies() -> None:
    (entry,) = parse(
        json.dumps(
            [
                {
                    "uri": "u",
                    "headline": "Bridge",
                    "bodies": [{"contenttype": "text/html", "value": "<p>Open.</p>"}],
                }
            ]
        ).encode()
    ).entries
    assert entry.body == ("Open.",)


def test_what_is_no_object_is_passed_over_and_told() -> None:
    feed = parse(json.dumps([1, "x", None, {"headline": "Bridge"}]).encode())
    assert [entry.headline for entry in feed.entries] == ["Bridge"]
    assert feed.problem == "3 of its items are no objects"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NINJS)), inner, max_size=3)
    ),
    max_leaves=8,
)
MORE = ("id", "url", "title", "summary", "content_html", "content_text", "tags", "authors", "author")
KEYS = st.sampled_from([*sorted(NINJS), *MORE, "date_published", "_ninjs", "bodies", "links", "infosource"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(KEYS, ANY, max_size=6), max_size=3))
def test_any_values_give_entries_or_a_reason(items: list[object]) -> None:
    try:
        feed = parse(json.dumps(items).encode())
    except FeedError:
        return
    for entry in feed.entries:
        assert isinstance(entry.headline, str)
        assert entry.urgency is None or 1 <= entry.urgency <= 9


def test_halves_of_characters_are_not_kept(tmp_path: Path) -> None:
    half = "A\ud800b"
    item = dict.fromkeys([*NINJS, "id", "url", "title", "tags", "authors"], half)
    one = parse(
        json.dumps(
            [item, {"id": half}, {**item, "tags": [half], "subject": None, "url": f"/{half}"}]
        ).encode()
    )
    kept, withheld = merge(config(), (), one, now=NOW)
    store.save(tmp_path, FeedFile(feed="wire", entries=kept, withheld=withheld))
    file, problem = store.load(tmp_path, "wire")
    assert (file.entries, problem) == (kept, "")
    assert kept[0].story.headline == "Ab"
