from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.story import DroppedLine, PubStatus, Story, Withheld
from radiocast.newsroom.intake import notices
from radiocast.newsroom.wire.headlines import corrected, killed
from radiocast.newsroom.wire.merging import merge, prune, shown
from radiocast.newsroom.wire.naming import medium
from radiocast.newsroom.wire.values import Entry, Kept, Page, ParsedFeed
from tests.newsroom.wire.feeds import NOW, config

FEED = config(source="", urgency=4)
LATER = NOW + timedelta(minutes=10)


def entry(identity: str, headline: str, *body: str, **more: object) -> Entry:
    made = Entry(id=identity, headline=headline, body=body, published=NOW - timedelta(hours=1))
    return replace(made, **more)  # type: ignore[arg-type]


def merged(
    known: Sequence[Kept],
    *entries: Entry,
    now: datetime = NOW,
    deleted: tuple[str, ...] = (),
    feed: object = FEED,
) -> tuple[dict[str, Kept], tuple[Withheld, ...]]:
    parsed = ParsedFeed(title="Valley Herald - Latest news", entries=entries, deleted=deleted)
    kept, withheld = merge(feed, known, parsed, now=now)  # type: ignore[arg-type]
    return {each.id: each for each in kept}, withheld


def test_a_new_entry_is_a_story() -> None:
    kept, _ = merged(
        (),
        entry("urn:1", "Ferry back on the lake", "It sailed.", byline="Ann Roe", link="http://v.example/1"),
    )
    story = kept["urn:1"].story
    assert story == Story(
        slug=story.slug,
        headline="Ferry back on the lake",
        byline="Ann Roe",
        source="Valley Herald",
        body_text=("It sailed.",),
        versioncreated=NOW - timedelta(hours=1),
        urgency=4,
        uri="http://v.example/1",
        feed="wire",
    )
    assert story.slug.startswith("wire-ferry-back-on-the-lake-")


def test_a_slug_stays_when_the_headline_is_corrected() -> None:
    first, _ = merged((), entry("1", "Ferry sinks"))
    second, _ = merged([first["1"]], entry("1", "Ferry does not sink", "It floats."), now=LATER)
    assert second["1"].story.slug == first["1"].story.slug
    assert second["1"].story.headline == "Ferry does not sink"
    assert second["1"].story.versioncreated == LATER
    assert second["1"].first_seen == NOW


def test_slugs_of_other_alphabets_and_of_two_feeds_differ() -> None:
    kept, _ = merged((), entry("1", "Паром вернулся"), entry("2", "Паром утонул"))
    assert len({each.story.slug for each in kept.values()}) == 2
    assert all(each.story.slug.startswith("wire-") for each in kept.values())
    other, _ = merged((), entry("1", "Паром вернулся"), feed=config(name="other"))
    assert other["1"].story.slug != kept["1"].story.slug


def test_what_says_the_same_again_is_no_new_version() -> None:
    first, _ = merged((), entry("1", "Ferry back", "It sailed."))
    again = entry("1", "Ferry back", "It sailed.", updated=NOW + timedelta(minutes=5))
    second, _ = merged([first["1"]], again, now=LATER)
    assert second["1"].story == first["1"].story


def test_a_new_version_has_the_feeds_date_where_that_is_newer() -> None:
    first, _ = merged((), entry("1", "Ferry back", "It sailed."))
    updated = NOW + timedelta(minutes=5)
    second, _ = merged(
        [first["1"]], entry("1", "Ferry back", "It sailed at dawn.", updated=updated), now=LATER
    )
    assert second["1"].story.versioncreated == updated


@pytest.mark.parametrize("date", [None, NOW + timedelta(days=300)])
def test_a_date_in_the_future_or_none_is_the_first_sighting(date: datetime | None) -> None:
    given_entry = entry("1", "Ferry back", published=date)
    first, _ = merged((), given_entry)
    second, _ = merged([first["1"]], given_entry, now=LATER)
    assert first["1"].story.versioncreated == second["1"].story.versioncreated == NOW


def test_an_entry_that_vanished_stays_until_it_expires() -> None:
    first, _ = merged((), entry("1", "Ferry back"), entry("2", "Bridge open"))
    second, _ = merged(list(first.values()), entry("2", "Bridge open"), now=LATER)
    assert set(second) == {"1", "2"}
    third, _ = merged(list(second.values()), entry("2", "Bridge open"), now=NOW + timedelta(days=8))
    assert set(third) == {"2"}
    (story,) = shown(FEED, third.values())
    assert story.expires is not None
    assert story.expires < NOW + timedelta(days=8)


def test_an_entry_without_a_date_is_not_new_again_when_it_expires() -> None:
    kept, _ = merged((), entry("1", "Ferry back", published=None))
    for days in (3, 8, 9, 30):
        kept, _ = merged(
            list(kept.values()), entry("1", "Ferry back", published=None), now=NOW + timedelta(days=days)
        )
        assert kept["1"].story.versioncreated == NOW


def test_what_is_old_already_is_not_taken() -> None:
    kept, _ = merged((), entry("1", "Ferry back", published=NOW - timedelta(days=8)))
    assert kept == {}


def test_the_newest_are_shown_and_twice_as_many_kept() -> None:
    feed = config(max_stories=3)
    entries = [entry(str(n), f"Story {n}", published=NOW - timedelta(minutes=n)) for n in range(10)]
    kept, _ = merged((), *entries, feed=feed)
    assert len(kept) == 6
    assert [story.headline for story in shown(feed, kept.values())] == ["Story 0", "Story 1", "Story 2"]


def test_tombstones_cancel() -> None:
    first, _ = merged((), entry("1", "Ferry back"), entry("2", "Bridge open"))
    second, _ = merged(list(first.values()), entry("2", "Bridge open"), deleted=("1", "unknown"), now=LATER)
    assert second["1"].story.pubstatus is PubStatus.CANCELED
    assert second["1"].story.versioncreated == LATER
    assert second["2"].story.pubstatus is PubStatus.USABLE


def test_a_kill_of_the_same_entry_cancels_it_under_the_headline_it_had() -> None:
    first, _ = merged((), entry("1", "Ferry sinks"))
    second, _ = merged([first["1"]], entry("1", "KILL: Ferry sinks"), now=LATER)
    assert second["1"].story.pubstatus is PubStatus.CANCELED
    assert second["1"].story.headline == "Ferry sinks"
    third, _ = merged([second["1"]], entry("1", "KILL: Ferry sinks"), now=LATER + timedelta(hours=1))
    assert third["1"].story.versioncreated == LATER


@pytest.mark.parametrize(
    "kill",
    [
        entry("k", "WITHDRAWN: Something else", link="http://v.example/1"),
        entry("k", "KILL - Something else", refs=("1",)),
        entry("k", "MANDATORY KILL: ferry sinks!"),
    ],
)
def test_a_kill_of_its_own_cancels_what_it_can_be_tied_to(kill: Entry) -> None:
    ferry = entry("1", "Ferry sinks", link="http://v.example/1")
    first, _ = merged((), ferry, entry("2", "Bridge open", link="http://v.example/2"))
    second, withheld = merged(list(first.values()), kill, ferry, now=LATER)
    assert set(second) == {"1", "2"}
    assert second["2"].story.pubstatus is PubStatus.USABLE
    assert second["1"].story.slug in withheld[0].reason
    assert second["1"].story.pubstatus is PubStatus.CANCELED


def test_what_was_killed_stays_so_while_the_feed_still_has_it() -> None:
    ferry, kill = entry("1", "Ferry sinks"), entry("k", "KILL: Ferry sinks")
    kept, _ = merged((), ferry)
    for turn in range(1, 4):
        kept, _ = merged(list(kept.values()), kill, ferry, now=NOW + timedelta(minutes=turn))
        assert kept["1"].story.pubstatus is PubStatus.CANCELED
        assert kept["1"].story.versioncreated == NOW + timedelta(minutes=1)
    # Its kill may leave the feed before it does.
    kept, _ = merged(list(kept.values()), ferry, now=LATER)
    assert kept["1"].story.pubstatus is PubStatus.CANCELED


def test_a_kill_of_what_nobody_knows_is_never_read() -> None:
    kept, _ = merged((), entry("k", "KILL: Ferry sinks"))
    assert kept["k"].story.pubstatus is PubStatus.CANCELED


def test_a_correction_names_what_it_corrects() -> None:
    ferry = entry("1", "Ferry sails at noon", link="http://v.example/1")
    first, _ = merged((), ferry)
    correction = entry("c", "CORRECTION: Ferry sails at one", link="http://v.example/1")
    second, _ = merged(list(first.values()), correction, ferry, now=LATER)
    assert second["c"].story.corrects == first["1"].story.slug
    assert second["c"].story.headline == "Ferry sails at one"
    assert second["1"].story == first["1"].story
    # And still does, when what it corrects has left the feed and the store.
    third, _ = merged([second["c"]], correction, now=LATER)
    assert third["c"].story == second["c"].story


def test_a_correction_by_its_own_word() -> None:
    kept, _ = merged(
        (), entry("c", "Ferry sails at one", corrects="1", refs=("1",)), entry("1", "Ferry sails")
    )
    assert kept["c"].story.corrects == kept["1"].story.slug


def test_a_correction_that_nothing_is_tied_to_is_left_to_the_desk() -> None:
    kept, _ = merged((), entry("c", "CORRECTION: Ferry sails at one"))
    assert kept["c"].story.corrects == "ferry-sails-at-one"
    assert kept["c"].story.headline == "Ferry sails at one"


def test_an_entry_that_corrects_itself_is_a_new_version() -> None:
    first, _ = merged((), entry("1", "Ferry sails at noon"))
    second, _ = merged([first["1"]], entry("1", "CORRECTION: Ferry sails at one"), now=LATER)
    assert (second["1"].story.headline, second["1"].story.corrects) == ("Ferry sails at one", "")
    assert second["1"].story.versioncreated == LATER


def test_notices_hold_in_the_stations_zone() -> None:
    said = DroppedLine(line=1, text="EMBARGOED UNTIL 6PM", rule=notices.EMBARGO)
    held = DroppedLine(line=1, text="HOLD FOR RELEASE", rule=notices.HOLD)
    parsed = ParsedFeed(
        entries=(
            entry("1", "BREAKING: Ferry back", dropped=(said,), published=None),
            entry("2", "Bridge open", dropped=(held,)),
        )
    )
    kept, _ = merge(FEED, (), parsed, now=NOW, zone=ZoneInfo("Africa/Harare"))
    stories = {each.id: each.story for each in kept}
    assert stories["1"].embargoed == datetime(2026, 3, 11, 16, tzinfo=UTC)
    assert (stories["1"].headline, stories["1"].urgency) == ("Ferry back", 2)
    assert "EMBARGOED UNTIL 6PM" in stories["1"].ednote
    assert stories["2"].pubstatus is PubStatus.WITHHELD
    # And tomorrow it is still the same six o'clock.
    again, _ = merge(FEED, kept, parsed, now=NOW + timedelta(days=1), zone=ZoneInfo("Africa/Harare"))
    assert {each.id: each.story for each in again} == stories


def test_a_medium_is_not_named_as_its_own_writer() -> None:
    kept, _ = merged((), entry("1", "One", byline="Ann Roe"), entry("2", "Two", byline="Valley Herald"))
    assert {identity: each.story.byline for identity, each in kept.items()} == {"1": "Ann Roe", "2": ""}


def test_the_configuration_says_what_holds_for_all_stories() -> None:
    feed = config(source="The Wire", language="fr", urgency=7, stale_after=3600.0, expire_after=7200.0)
    kept, _ = merged(
        (), entry("1", "One", language="en"), entry("2", "Two", urgency=1, source="Gazette"), feed=feed
    )
    one, two = sorted(shown(feed, kept.values()), key=lambda story: story.headline)
    assert (one.source, one.language, one.urgency) == ("The Wire", "en", 7)
    assert (two.source, two.language, two.urgency) == ("Gazette", "fr", 1)
    assert one.stale_after_s == 3600.0
    assert one.expires == one.versioncreated + timedelta(hours=2)


def test_a_pages_text_stays_until_it_is_read_again() -> None:
    feed = config(full_text=True)
    first, _ = merged((), entry("1", "One", "Summary."), feed=feed)
    full = replace(
        first["1"],
        page=Page(taken=True),
        story=replace(first["1"].story, body_text=("The whole.", "Article.")),
    )
    same, _ = merged([full], entry("1", "One", "Summary."), feed=feed, now=LATER)
    assert same["1"] == full
    other, _ = merged([full], entry("1", "One, two", "Summary."), feed=feed, now=LATER)
    assert other["1"].story.body_text == ("The whole.", "Article.")
    assert other["1"].page.taken is False


@pytest.mark.parametrize(
    ("headline", "rest"),
    [
        ("KILL: Ferry sinks", "Ferry sinks"),
        ("STORY WITHDRAWN - Ferry", "Ferry"),
        ("WITHDRAWN:", ""),
        ("Withdrawn: the toy that divided a town", None),
        ("Kill: the musical", None),
        ("KILLING TIME: a fair", None),
        ("KILL-A-WATT day", None),
    ],
)
def test_only_the_desks_capitals_withdraw(headline: str, rest: str | None) -> None:
    assert killed(headline) == rest


@pytest.mark.parametrize(
    ("headline", "rest"),
    [
        ("CORRECTION: Ferry", "Ferry"),
        ("Corrected: Ferry", "Ferry"),
        ("UPDATE 2: CORRECTED - Ferry", "Ferry"),
        ("Corrections officers strike", None),
        ("Correction fluid runs out", None),
    ],
)
def test_what_says_that_it_corrects(headline: str, rest: str | None) -> None:
    assert corrected(headline) == rest


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Valley Herald", "Valley Herald"),
        ("Valley Herald - Latest headlines", "Valley Herald"),
        ("World news | The Lake Gazette", "The Lake Gazette"),
        ("Lake Gazette RSS Feed", "Lake Gazette RSS Feed"),
        ("Latest news", "Latest news"),
        ("", ""),
    ],
)
def test_the_medium_in_a_title(title: str, name: str) -> None:
    assert medium(title) == name


ENTRIES = st.lists(
    st.builds(
        Entry,
        id=st.sampled_from("abcd"),
        link=st.sampled_from(["", "http://v.example/1", "http://v.example/2"]),
        headline=st.sampled_from(
            ["Ferry", "KILL: Ferry", "CORRECTION: Ferry", "Bridge", "WITHDRAWN: Bridge", "X"]
        ),
        body=st.sampled_from([(), ("One.",), ("Two.",)]),
        published=st.none() | st.integers(-20, 20).map(lambda days: NOW + timedelta(days=days)),
        pubstatus=st.sampled_from(PubStatus),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ENTRIES, max_size=5))
def test_whatever_a_feed_does(rounds: list[list[Entry]]) -> None:
    """A slug has one identity for ever; no date is in the future; the same again changes nothing."""
    kept: tuple[Kept, ...] = ()
    slugs: dict[str, str] = {}
    now = NOW
    for entries in rounds:
        unique = tuple({each.id: each for each in entries}.values())
        parsed = ParsedFeed(title="V", entries=unique)
        kept, _ = merge(FEED, kept, parsed, now=now)
        again, _ = merge(FEED, kept, parsed, now=now)
        settled, _ = merge(FEED, again, parsed, now=now)
        assert settled == again
        assert prune(FEED, kept, now=now) == kept
        for each in kept:
            assert each.story.versioncreated <= now
            assert slugs.setdefault(each.story.slug, each.id) == each.id
        assert len({each.story.slug for each in kept}) == len(kept)
        now += timedelta(hours=1)
