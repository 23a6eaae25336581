import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.station import Identity
from radiocast.model.play import Kind
from radiocast.model.report import Headline, NewsroomReport, Upcoming
from radiocast.transmitter.snapshot import Airing, AirSnapshot, StudioNow, StudioState
from radiocast.web.page import HISTORY_SHOWN, KIND_WORDS, LONG_HEADING, StationPage
from radiocast.web.status import status
from tests.web.conftest import Serve
from tests.web.fake_air import IDENTITY, LIVE, LOW, NOW, REPORT, WELL, ago, aired, on_air, story

BASE = "http://radio.example:8000"
EVIL = """<script>alert(1)</script>"' onmouseover=alert(2) x='<img src=x onerror=alert(3)>&amp;</title>"""
VOID = {"meta", "link", "input", "rect", "path", "line", "circle", "br", "img"}


class Page(HTMLParser):
    """The page as a browser sees it: elements with their attributes, and text apart from script and style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def by_id(self, name: str) -> dict[str, str | None]:
        (found,) = [attrs for _, attrs in self.elements if attrs.get("id") == name]
        return found


def render(air: AirSnapshot = WELL, identity: Identity = IDENTITY) -> str:
    page = StationPage(identity, (LIVE, LOW), burst_s=6.0)
    return page.render(status(air, identity, BASE), BASE)


def playing(item_title: str, artist: str = "") -> AirSnapshot:
    return replace(WELL, on_air=Airing(on_air=on_air(title=item_title, artist=artist), started_at=ago(85)))


def test_without_javascript_the_page_says_all_that_matters() -> None:
    page = Page(render())
    for words in (
        "On air",
        "Harbour Lights",
        "The Tide Tables",
        "1:25",
        "3:20",
        "14:05",
        "Night ferry to the islands runs again after eleven years",
        "Harbour Post",
        "Paper Lanterns",
        "Long Way Down to the Sea",
        BASE + "/live.mp3",
        BASE + "/low.mp3",
        "1,234 listeners",
    ):
        assert words in page.text, words
    assert page.by_id("needle")["x1"] == "42.50"
    assert page.by_id("dial")["aria-valuenow"] == "42"
    assert (
        "audio",
        {"controls": None, "preload": "none", "src": "/live.mp3", "aria-label": "Listen live"},
    ) in (page.elements)


def test_a_story_on_the_air_shows_its_headline_and_is_marked_in_the_list() -> None:
    headline = "Night ferry to the islands runs again after eleven years"
    air = replace(WELL, on_air=Airing(on_air=story(headline), started_at=ago(17)))
    html = render(air)
    assert f"<title>{headline} · Newsline</title>" in html
    assert html.count('<li class="reading">') == 0
    assert html.count("<li class=reading>") == 1
    assert "Being read now" in Page(html).text


def test_emergency_sound_is_told_to_listeners_without_alarm() -> None:
    item = replace(on_air(Kind.EMERGENCY, "Newsline", ""), duration_s=None)
    air = replace(
        WELL,
        on_air=Airing(on_air=item, started_at=ago(5)),
        studio=StudioNow(state=StudioState.DOWN, restarts=1),
    )
    page = Page(render(air))
    assert page.by_id("lamp")["class"] == "lamp cover"
    assert "Stand-in music plays until the studio is ready." in page.text
    assert "hidden" in page.by_id("kind")
    assert page.by_id("needle")["x1"] == "-9"


def test_a_station_with_nothing_yet_has_a_page() -> None:
    page = Page(
        render(
            replace(WELL, on_air=None, history=(), report=None, output=replace(WELL.output, block_age_s=None))
        )
    )
    assert page.by_id("lamp")["class"] == "lamp off"
    assert "No stories just now." in page.text
    assert "To be announced." in page.text
    assert "Nothing yet" in page.text


def test_idents_and_sweepers_are_no_programme() -> None:
    assert "Newsline sweeper" not in render()
    assert "top of the hour" not in render()


def test_a_long_title_is_set_smaller() -> None:
    assert Page(render(playing("x" * LONG_HEADING))).by_id("heading")["class"] == ""
    assert Page(render(playing("x" * (LONG_HEADING + 1)))).by_id("heading")["class"] == "long"


def evil_air() -> AirSnapshot:
    return replace(
        WELL,
        on_air=Airing(on_air=replace(on_air(title=EVIL, artist=EVIL), headline=EVIL), started_at=ago(5)),
        history=(aired(on_air(title=EVIL, artist=EVIL), 300),),
        report=replace(
            REPORT,
            next=(Upcoming(at=NOW, kind=Kind.TRACK, title=EVIL, artist=EVIL, duration_s=1.0),),
            newsroom=NewsroomReport(
                headlines=(
                    Headline(slug=EVIL, headline=EVIL, description=EVIL, source=EVIL, versioncreated=NOW),
                )
            ),
        ),
    )


def test_markup_in_titles_and_names_is_text_everywhere() -> None:
    identity = Identity(
        name=EVIL, slogan=EVIL, language=EVIL, url="javascript:alert(1)", timezone="Europe/London"
    )
    plain, evil = Page(render()), Page(render(evil_air(), identity))
    assert evil.text.count(EVIL) >= 10
    own = {tag for tag, _ in plain.elements} | {"em"}  # "Being read now"
    assert {tag for tag, _ in evil.elements} <= own
    assert [tag for tag, _ in evil.elements].count("script") == 1
    names = {name for _, attrs in evil.elements for name in attrs}
    assert names <= {name for _, attrs in plain.elements for name in attrs}
    assert not any(name.startswith("on") or name == "style" for name in names)
    assert "javascript:" not in "".join(value or "" for _, attrs in evil.elements for value in attrs.values())


@given(title=st.text())
def test_any_title_is_on_the_page_as_it_is(title: str) -> None:
    page = Page(render(playing("[" + title + "]")))
    # A browser and this parser read CR as LF, and NUL not at all.
    assert "[" + title.replace("\x00", "") + "]" in page.text.replace("\x00", "") or "\r" in title
    assert not page.open


async def test_the_policy_lets_only_our_own_style_and_script_run(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/")
    page = Page(await answer.text())
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["media-src"] == policy["connect-src"] == policy["img-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"


def test_nothing_is_loaded_from_elsewhere() -> None:
    for tag, attrs in Page(render()).elements:
        for name in ("src", "href"):
            value = attrs.get(name)
            assert value is None or value.startswith(("/", "#")) or (tag, value) == ("a", IDENTITY.url)
    assert "url(" not in _asset("station.css")
    assert "@import" not in _asset("station.css")


def test_a_full_page_is_under_30_kb() -> None:
    headline = REPORT.newsroom.headlines[0]
    air = replace(
        WELL,
        history=tuple(
            aired(on_air(title=f"A track of some length, number {n}"), 200.0 * n) for n in range(1, 40)
        ),
        report=replace(
            REPORT, newsroom=replace(REPORT.newsroom, headlines=(headline,) * 40), next=REPORT.next * 10
        ),
    )
    html = render(air)
    assert len(html.encode()) < 30_000
    assert html.count("A track of some length") == HISTORY_SHOWN


def test_every_id_is_unique_and_every_reference_is_there() -> None:
    elements = Page(render()).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in elements:
        for name in ("aria-labelledby", "for"):
            assert attrs.get(name) is None or attrs[name] in ids
    script = _asset("station.js")
    assert set(re.findall(r'\$\("(\w+)"\)', script)) <= set(ids)


def test_headings_descend_without_a_gap_and_there_is_one_h1() -> None:
    levels = [int(tag[1]) for tag, _ in Page(render()).elements if re.fullmatch(r"h\d", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_script_and_server_call_kinds_by_the_same_words() -> None:
    table = re.search(r"const WORDS = \{(.*?)\};", _asset("station.js"), re.DOTALL)
    assert table is not None
    in_script = re.findall(r'(\w+): \["([^"]*)", "([^"]*)"\]', table[1])
    assert {(kind.value, *words) for kind, words in KIND_WORDS.items()} == set(in_script)
    assert set(KIND_WORDS) == set(Kind)


def _asset(name: str) -> str:
    return files("radiocast.web").joinpath("assets", name).read_text(encoding="utf-8")


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_the_contrast_that_wcag_aa_asks_for(dark: bool) -> None:
    roots = re.findall(r":root\{(.*?)\}", _asset("station.css"), re.DOTALL)
    colours: dict[str, str] = {}
    for root in roots if dark else roots[:1]:
        colours |= dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", root))
    pairs = [(text, "paper") for text in ("ink", "soft", "accent", "petrol", "ochre")]
    pairs += [(text, ground) for text in ("cream", "mist", "glow") for ground in ("case", "case2")]
    for text, ground in pairs:
        high, low = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)
