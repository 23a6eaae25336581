import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.errors import FeedError
from radiocast.model.story import PubStatus
from radiocast.newsroom.wire.parsing import parse_feed
from radiocast.newsroom.wire.values import ParsedFeed
from tests.newsroom.wire.feeds import atom, item, json_feed, rss

URL = "https://feeds.example/news/rss"


def parse(data: bytes, content_type: str = "", at_most: int = 100) -> ParsedFeed:
    return parse_feed(data, url=URL, content_type=content_type, at_most=at_most)


def test_an_rss_item_is_taken_apart() -> None:
    feed = parse(
        rss(
            item(
                "urn:1",
                "Ferry back on the lake &amp;amp; on time",
                "After a week in the yard the old boat sails again.",
                link="/ferry",
                more="<content:encoded><![CDATA[<p>MUTARI (Valley Herald) - The ferry sailed at dawn.</p>"
                "<p>Nobody was late.</p><p>Share on Facebook</p><script>x()</script>]]></content:encoded>"
                "<author>desk@herald.example (Ann Roe)</author><category>Transport</category>"
                "<category>Lake</category>",
            ),
            more="<language>en-gb</language><ttl>30</ttl>",
        ),
        "application/rss+xml",
    )
    assert (feed.title, feed.language, feed.ttl_s, feed.problem) == ("Valley Herald", "en-gb", 1800.0, "")
    (entry,) = feed.entries
    assert entry.id == "urn:1"
    assert entry.link == "https://feeds.example/ferry"
    assert entry.headline == "Ferry back on the lake & on time"
    assert entry.description == "After a week in the yard the old boat sails again."
    assert entry.byline == "Ann Roe"
    assert entry.body == ("The ferry sailed at dawn.", "Nobody was late.")
    assert entry.dateline.startswith("MUTARI")
    assert entry.subject == ("Transport", "Lake")
    assert entry.published == datetime(2026, 3, 11, 8, tzinfo=UTC)
    assert [line.text for line in entry.dropped] == ["Share on Facebook"]


def test_an_atom_entry_is_taken_apart() -> None:
    feed = parse(
        atom(
            "<entry><id>urn:a</id><title type='html'>Choir &lt;b&gt;stranded&lt;/b&gt;</title>"
            "<link rel='alternate' href='https://herald.example/choir'/>"
            "<link rel='related' href='https://herald.example/bus'/>"
            "<thr:in-reply-to ref='urn:b'/>"
            "<published>2026-03-11T07:00:00+02:00</published><updated>2026-03-11T09:00:00Z</updated>"
            "<author><name>Ann Roe</name></author><author><name>Sam Dube</name></author>"
            "<summary>Forty singers and one flat tyre.</summary>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>They sang.</p></div></content>"
            "<source><title>Lake Gazette</title></source></entry>"
            "<at:deleted-entry ref='urn:x&amp;y' when='2026-03-11T09:00:00Z'/>"
            '<at:deleted-entry when="2026-03-11T09:00:00Z" ref="urn:z"/>'
        )
    )
    (entry,) = feed.entries
    assert entry.headline == "Choir stranded"
    assert entry.byline == "Ann Roe and Sam Dube"
    assert entry.source == "Lake Gazette"
    assert entry.body == ("They sang.",)
    assert entry.description == "Forty singers and one flat tyre."
    assert set(entry.refs) == {"https://herald.example/bus", "urn:b"}
    assert entry.published == datetime(2026, 3, 11, 5, tzinfo=UTC)
    assert entry.updated == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert feed.deleted == ("urn:x&y", "urn:z")
    assert feed.language == "en-GB"


@pytest.mark.parametrize(
    "data",
    [
        (
            b"<rss version='0.91'><channel><title>V</title><item><title>The bridge is open</title>"
            b"<link>http://v.example/1</link></item></channel></rss>"
        ),
        (
            b"<rss version='0.92'><channel><title>V</title><item><title>The bridge is open</title>"
            b"<link>http://v.example/1</link></item></channel></rss>"
        ),
        (
            b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
            b" xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><title>V</title></channel>"
            b"<item rdf:about='http://v.example/1'><title>The bridge is open</title>"
            b"<link>http://v.example/1</link></item></rdf:RDF>"
        ),
    ],
)
def test_old_rss_is_read_too(data: bytes) -> None:
    (entry,) = parse(data).entries
    assert entry.headline == "The bridge is open"
    assert entry.id == entry.link == "http://v.example/1"
    assert entry.published is None


def test_content_goes_before_summary_and_a_repeated_standfirst_is_said_once() -> None:
    encoded = "<content:encoded><![CDATA[<p>The mayor swam.</p><p>It was cold.</p>]]></content:encoded>"
    (entry,) = parse(rss(item("1", "Mayor swims", "The mayor swam.", more=encoded))).entries
    assert entry.body == ("The mayor swam.", "It was cold.")
    assert entry.description == ""


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("The council met. It has decid[…]", ("The council met.",)),
        ("The council met. It has decid...", ("The council met.",)),
        ("The council has decid…", ()),
        ("It met. [&#8230;]", ("It met.",)),
        ("First.<br><br>Second.", ("First.", "Second.")),
        ("First.\n\nSecond <a href='/x'>here</a>.", ("First.", "Second here.")),
        ("Text.<p>The post <a>Ferry</a> appeared first on <a>Herald</a>.</p>", ("Text.",)),
        ("1 &lt; 2, they said.", ("1 < 2, they said.",)),
    ],
)
def test_a_summary_alone_is_the_body_and_no_sentence_is_read_half(text: str, body: tuple[str, ...]) -> None:
    (entry,) = parse(rss(item("1", "Council", text))).entries
    assert entry.body == body


def test_a_list_goes_with_the_heading_over_it() -> None:
    text = (
        "<p>Text of the article.</p><h3>Related Articles</h3>\n<ul>\n<li>Goats on the bridge</li>\n"
        "<li>Choir lost</li></ul>"
        "<p>More of it.</p><p>The winners were:</p><ul><li>Ann Roe</li><li>Sam Dube</li></ul>"
    )
    (entry,) = parse(rss(item("1", "Fair", text))).entries
    assert entry.body == ("Text of the article.", "More of it.", "The winners were:", "Ann Roe", "Sam Dube")
    assert [line.text for line in entry.dropped] == ["Related Articles", "Goats on the bridge", "Choir lost"]


@pytest.mark.parametrize(
    ("author", "byline", "source"),
    [
        ("<author>desk@herald.example (Ann Roe)</author>", "Ann Roe", ""),
        ("<author>Ann Roe &lt;desk@herald.example&gt;</author>", "Ann Roe", ""),
        ("<author>desk@herald.example</author>", "Sam Dube", ""),
        ("<dc:creator>admin</dc:creator>", "Sam Dube", ""),
        ("<dc:creator>By Ann Roe, Lake Gazette</dc:creator>", "Ann Roe", "Lake Gazette"),
        ("<dc:creator>Ann Roe and Tom Moyo</dc:creator>", "Ann Roe and Tom Moyo", ""),
        ("", "Sam Dube", ""),
    ],
)
def test_who_wrote_it(author: str, byline: str, source: str) -> None:
    text = "<p>By Sam Dube</p><p>The article.</p>"
    (entry,) = parse(rss(item("1", "Fair", text, more=author))).entries
    assert (entry.byline, entry.source) == (byline, source)
    assert entry.body == ("The article.",)


def test_a_search_engines_entry_has_no_medium_in_its_headline_and_is_not_said_twice() -> None:
    text = '<a href="https://x.example">Ferry back - at last</a>&nbsp;&nbsp;<font>Valley Herald</font>'
    source = "<source url='https://v.example'>Valley Herald</source>"
    (entry,) = parse(rss(item("1", "Ferry back - at last - Valley Herald", text, more=source))).entries
    assert (entry.headline, entry.source, entry.body) == ("Ferry back - at last", "Valley Herald", ())


def test_identities_are_guid_else_link_else_what_it_says() -> None:
    data = rss(
        item("urn:1", "One", link="http://v.example/1"),
        item("", "Two", link="http://v.example/2"),
        item("", "Three", "Some text."),
    )
    names = [entry.id for entry in parse(data).entries]
    assert names[:2] == ["urn:1", "http://v.example/2"]
    assert names[2].startswith("sha256:")
    assert names == [entry.id for entry in parse(data).entries]


def test_a_guid_that_all_items_share_is_none() -> None:
    data = rss(
        item("0", "One", link="http://v.example/1"),
        item("0", "Two", link="http://v.example/2"),
    )
    assert {entry.id for entry in parse(data).entries} == {"http://v.example/1", "http://v.example/2"}


def test_an_entry_twice_is_its_newest() -> None:
    data = rss(
        item("1", "Old", date="Wed, 11 Mar 2026 08:00:00 GMT"),
        item("1", "New", date="Wed, 11 Mar 2026 09:00:00 GMT"),
    )
    assert [entry.headline for entry in parse(data).entries] == ["New"]


def test_entries_without_a_title_have_their_first_sentence() -> None:
    (entry,) = parse(rss(item("1", "", "The bridge is open. Cars may cross."))).entries
    assert entry.headline == "The bridge is open"
    assert entry.body == ("Cars may cross.",)


def test_an_entry_with_nothing_in_it_is_told() -> None:
    feed = parse(rss(item("1", ""), item("2", "Bridge open")))
    assert [entry.headline for entry in feed.entries] == ["Bridge open"]
    assert [(each.file, each.reason) for each in feed.unreadable] == [("1", "neither a title nor a text")]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("<media:status state='deleted'/>", PubStatus.CANCELED),
        ("<media:status state='blocked'/>", PubStatus.WITHHELD),
        ("<pubstatus>canceled</pubstatus>", PubStatus.CANCELED),
        ("<n:pubStatus xmlns:n='http://iptc.example/'>withheld</n:pubStatus>", PubStatus.WITHHELD),
        ("", PubStatus.USABLE),
    ],
)
def test_what_a_feed_says_of_the_status(more: str, status: PubStatus) -> None:
    (entry,) = parse(rss(item("1", "Bridge open", more=more))).entries
    assert entry.pubstatus is status


def test_the_newest_are_taken_and_what_is_withdrawn_always() -> None:
    items = [item(str(day), f"Day {day}", date=f"{day:02} Feb 2026 08:00:00 GMT") for day in range(1, 29)]
    old = item("k", "KILL: Ferry sinks", date="01 Jan 2026 08:00:00 GMT")
    feed = parse(rss(*items, old), at_most=3)
    assert [entry.id for entry in feed.entries] == ["28", "27", "26", "k"]


def test_ten_thousand_entries_cost_no_more_stories_than_are_wanted() -> None:
    items = [
        item(f"urn:{number}", f"Story {number}", date=f"Wed, 11 Mar 2026 08:{number % 60:02}:00 GMT")
        for number in range(10_000)
    ]
    feed = parse(rss(*items), at_most=50)
    assert len(feed.entries) == 50
    assert all(int(entry.id.removeprefix("urn:")) % 60 == 59 for entry in feed.entries)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (rss(item("1", "Café fermé")).decode().encode("latin-1").replace(b"utf-8", b"iso-8859-1"), ""),
        (rss(item("1", "Café fermé")).replace(b' encoding="utf-8"', b""), "application/rss+xml"),
        (rss(item("1", "Café fermé")).decode().replace("utf-8", "utf-16").encode("utf-16"), ""),
        (
            rss(item("1", "Café fermé")).decode().encode("cp1252").replace(b' encoding="utf-8"', b""),
            "text/xml; charset=windows-1252",
        ),
        # It says UTF-8 and is not.
        (rss(item("1", "Café fermé")).decode().encode("latin-1"), ""),
    ],
)
def test_encodings(data: bytes, content_type: str) -> None:
    assert parse(data, content_type).entries[0].headline == "Café fermé"


def test_a_feed_that_ends_in_the_middle_gives_what_is_whole_and_says_so() -> None:
    data = rss(
        item("1", "One", "Whole text."), item("2", "Two", "Whole too."), item("3", "Three", "Half a text.")
    )
    cut = data[: data.index(b"Half a") + 6]
    feed = parse(cut)
    assert [entry.headline for entry in feed.entries] == ["One", "Two"]
    assert "broken" in feed.problem


def test_one_wrong_sign_loses_no_entry() -> None:
    data = rss(item("1", "One"), item("2", "Fish & chips"), item("3", "Three"))
    feed = parse(data)
    assert [entry.headline for entry in feed.entries] == ["One", "Fish & chips", "Three"]
    assert "broken" in feed.problem


@pytest.mark.parametrize(
    ("data", "content_type", "said"),
    [
        (b"", "", "empty"),
        (b"   \n", "text/xml", "empty"),
        (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html", "a web page and no feed"),
        (b"<!DOCTYPE html><html><p>x", "application/rss+xml", "a web page and no feed"),
        (b"just words", "text/plain", "no feed that can be read (text/plain)"),
        (b"<a><b/></a>", "text/xml", "no feed"),
        (b"\x00\x01\x02\xff" * 100, "", "no feed"),
        (b"%PDF-1.4", "application/pdf", "no feed"),
        (b'{"version": "x"}', "", "no list of items"),
        (b'{"items": [}', "", "line 1, column 12"),
        (b"[" * 100_000, "", "JSON"),
        (b'"text"', "application/json", "no list of items"),
        (b"[1\xff]", "", "not in UTF-8"),
    ],
)
def test_what_is_no_feed_says_why(data: bytes, content_type: str, said: str) -> None:
    with pytest.raises(FeedError, match="(?s)" + said.replace("(", r"\(").replace(")", r"\)")):
        parse(data, content_type)


def test_entities_that_grow_are_refused() -> None:
    laughs = "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "lol">'
        for level in range(10)
    )
    data = f"<!DOCTYPE rss [{laughs}]>{rss(item('1', '&l9;')).decode().partition('?>')[2]}".encode()
    try:
        said = " ".join(entry.headline for entry in parse(data).entries)
    except FeedError as error:
        said = str(error)
    assert len(said) < 1000


def test_no_file_of_this_machine_is_read(tmp_path: object) -> None:
    del tmp_path
    for declared in (
        "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "<!ENTITY x PUBLIC 'a' 'file:///etc/passwd'>",
        "<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;",
    ):
        body = rss(item("1", "One &x; two", "&x;")).decode().partition("?>")[2]
        try:
            feed = parse(f"<?xml version='1.0'?><!DOCTYPE rss [{declared}]>{body}".encode())
        except FeedError:
            continue
        assert "root:" not in repr(feed)


def test_what_looks_like_a_file_or_an_address_is_not_opened() -> None:
    for name in (b"/etc/passwd", b"http://127.0.0.1:9/", b"file:///etc/passwd"):
        with pytest.raises(FeedError):
            parse(name)


def test_dates_that_are_none_are_none() -> None:
    for date in (
        "yesterday",
        "0000-00-00",
        "31 Feb 2026 08:00:00 GMT",
        "9999999999999",
        "1 Jan 1066 00:00:00 GMT",
    ):
        (entry,) = parse(rss(item("1", "Bridge open", date=date))).entries
        assert entry.published is None, date


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_feed_or_a_reason(data: bytes) -> None:
    with contextlib.suppress(FeedError):
        assert isinstance(parse(data), ParsedFeed)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_to_a_feed_gives_a_feed_or_a_reason(data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from(
            [
                rss(item("1", "One", "<p>Text &amp; more.</p>"), item("2", "Two", "x")),
                atom("<entry><id>a</id><title>One</title><updated>2026-03-11T09:00:00Z</updated></entry>"),
                json_feed([{"id": 1, "title": "One", "content_html": "<p>Text.</p>"}]),
            ]
        )
    )
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(len(whole), at + 30)))
    damaged = whole[:at] + data.draw(st.binary(max_size=20)) + whole[until:]
    try:
        feed = parse(damaged)
    except FeedError:
        return
    for entry in feed.entries:
        assert entry.id
        assert (
            any(character.isalnum() for character in entry.headline)
            or entry.pubstatus is not PubStatus.USABLE
        )


def test_a_broken_feed_of_which_nothing_is_left_says_so() -> None:
    cut = b'<?xml version="1.0"?><rss version="2.0"><channel><title>W</title><item><title>Half a <b'
    assert "broken, no entry could be read" in parse(cut).problem
