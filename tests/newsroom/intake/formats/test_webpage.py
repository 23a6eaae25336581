# ruff: noqa: E501 - pages are written as they come
from zoneinfo import ZoneInfo

import pytest

from radiocast.newsroom.intake.formats.draft import Draft
from radiocast.newsroom.intake.formats.webpage import take_apart

PARAGRAPHS = (
    "The ferry came in at four with forty goats and one piano.",
    "Nobody on the quay had ordered a piano, but everybody had ordered goats.",
    "It rang.",
    "The piano is in the ticket office now, and the goats are in the timetable.",
)
TEXT = "".join(f"<p>{text}</p>\n" for text in PARAGRAPHS)
HEAD = "<title>Ferry brings a piano | Hill Gazette</title>"


def page(inside: str, head: str = HEAD) -> Draft:
    return take_apart(f"<html><head>{head}</head><body>{inside}</body></html>")


@pytest.mark.parametrize(
    "inside",
    [
        f"<article><h1>Ferry brings a piano</h1>{TEXT}</article>",
        f"<main><h1>Ferry brings a piano</h1>{TEXT}</main>",
        f"<div id=top>Hill Gazette</div><div><h2>Ferry brings a piano</h2>{TEXT}</div>",
        f"<h1>Ferry brings a piano</h1>{TEXT.replace('</p>', '')}",
        f"<form action=/><h1>Ferry brings a piano</h1>{TEXT}</form>",
        "Ferry brings a piano<br><br>" + "<br><br>".join(PARAGRAPHS),
    ],
)
def test_the_article_is_found_in_any_mark_up(inside: str) -> None:
    draft = page(inside)
    assert draft.headline == "Ferry brings a piano"
    assert draft.body == PARAGRAPHS
    assert draft.source == "Hill Gazette"


def test_every_line_that_is_seen_is_kept_or_dropped_with_a_reason() -> None:
    draft = page(
        "<header>Hill Gazette</header><nav><a>Home</a></nav>"
        f"<article><h1>Ferry brings a piano</h1><p class=byline>By Ann Roe</p>{TEXT}"
        "<figure><figcaption>The piano</figcaption></figure><button>Share</button></article>"
        "<div class=more>Ten pianos to see before lunch</div><aside>Most read</aside><footer>The end</footer>"
        "<div style='display: none'>Nobody sees this.</div><script>nor()</script><template>this</template>"
    )
    assert {(line.text, line.rule) for line in draft.dropped} == {
        ("Hill Gazette", "page header"),
        ("Home", "menu"),
        ("By Ann Roe", "byline"),
        ("The piano", "caption"),
        ("Share", "form"),
        ("Ten pianos to see before lunch", "not part of the article"),
        ("Most read", "side bar"),
        ("The end", "footer"),
    }
    assert draft.byline == "Ann Roe"
    assert draft.body == PARAGRAPHS


def test_an_article_that_describes_itself_is_believed() -> None:
    told = """<script type="application/ld+json">{"@type": ["NewsArticle"], "headline": "Ferry brings a piano",
      "author": {"name": "Ann Roe"}, "publisher": {"name": "Valley Herald"}, "dateModified": "2026-03-11T06:00",
      "expires": "2026-03-20", "keywords": "ferries, pianos", "inLanguage": "en-GB"}</script>"""
    draft = take_apart(
        f"<head>{HEAD}{told}</head><article>{TEXT}</article>",
        url="https://herald.example/piano",
        zone=ZoneInfo("Africa/Harare"),
    )
    assert (draft.headline, draft.byline, draft.source) == (
        "Ferry brings a piano",
        "Ann Roe",
        "Valley Herald",
    )
    assert draft.date is not None
    assert draft.date.isoformat() == "2026-03-11T04:00:00+00:00"
    assert (draft.subject, draft.language) == (("ferries", "pianos"), "en-GB")
    assert draft.uri == "https://herald.example/piano"


@pytest.mark.parametrize(
    "told",
    ["{", "[[[[", '{"@type": "NewsArticle", "author": [[["x"]]], "headline": 3, "articleBody": {}}', '"x"', "[" * 9999],
)  # fmt: skip
def test_a_page_that_describes_itself_badly_is_read_all_the_same(told: str) -> None:
    draft = page(f"<article>{TEXT}</article>", f'{HEAD}<script type="application/ld+json">{told}</script>')
    assert (draft.headline, draft.body) == ("Ferry brings a piano", PARAGRAPHS)


def test_a_description_that_only_begins_the_text_is_no_standfirst() -> None:
    for said in (PARAGRAPHS[0], PARAGRAPHS[0][:40] + " […]", PARAGRAPHS[0][:40] + "…"):
        draft = page(f"<article>{TEXT}</article>", f'{HEAD}<meta name="description" content="{said}">')
        assert (draft.description, draft.body) == ("", PARAGRAPHS)


def test_lines_know_where_they_stand_in_the_file() -> None:
    html = f"<html>\n<head>{HEAD}</head>\n\n<article>\n{TEXT}<p>Read\nmore</p></article>"
    assert [(line.line, line.text) for line in take_apart(html).dropped] == [(9, "Read more")]


def test_a_page_that_a_script_shows_is_read_though_its_style_hides_it() -> None:
    assert page(f"<div style='display:none'><h1>Ferry brings a piano</h1>{TEXT}</div>").body == PARAGRAPHS


def test_what_looks_like_a_comment_in_a_script_hides_nothing_behind_it() -> None:
    script = "<script>//<!--[CDATA[//><!--\nf();\n//--><!]]&gt;</script>"
    draft = page(f"<article><h1>Ferry brings a piano</h1>{script}{TEXT}{script}</article>")
    assert draft.body == PARAGRAPHS


def test_a_head_that_is_never_closed_ends_where_text_begins() -> None:
    draft = take_apart(f"<html><head>{HEAD}<div><h1>Ferry brings a piano</h1>{TEXT}</div></html>")
    assert draft.body == PARAGRAPHS


def test_a_description_of_the_whole_site_is_no_standfirst() -> None:
    said = "The latest headlines from the lake: breaking news, weather, travel and sports"
    draft = page(f"<article>{TEXT}</article>", f'{HEAD}<meta name="description" content="{said}">')
    assert draft.description == ""
