"""Every article of the corpus comes apart as its `.expected.json` beside it says.

The expected file has the story's fields that differ from an empty one's, or `refused`: why there is none.
`python -m tests.newsroom.test_corpus FILE...` writes what is found now; read it before you commit it.
"""

import json
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.errors import StoryError
from radiocast.model.story import Story
from radiocast.newsroom.articles import FORMATS, story_from

CORPUS: Final = Path(__file__).parent / "corpus"
ENDING: Final = ".expected.json"
MODIFIED: Final = datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
ZONE: Final = ZoneInfo("Africa/Harare")
EMPTY: Final = Story(slug="", headline="", versioncreated=MODIFIED)

ARTICLES: Final = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(ENDING))


def told(path: Path) -> dict[str, Any]:
    """What a file gives, in JSON's values."""
    try:
        story = story_from(path.name, path.read_bytes(), modified=MODIFIED, zone=ZONE)
    except StoryError as error:
        return {"refused": str(error)}
    assert (story.slug, story.file) == (path.stem, path.name)
    found: dict[str, Any] = {}
    for each in fields(story):
        value = getattr(story, each.name)
        if each.name in {"slug", "file", "dropped"} or value == getattr(EMPTY, each.name):
            continue
        found[each.name] = list(value) if isinstance(value, tuple) else value
    for name in ("versioncreated", "embargoed", "expires"):
        if name in found:
            found[name] = found[name].isoformat()
    found["dropped"] = [[line.line, line.rule, line.text] for line in story.dropped]
    return found


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_an_article_comes_apart_as_expected(path: Path) -> None:
    expected = json.loads((CORPUS / (path.name + ENDING)).read_text("utf-8"))
    assert told(path) == expected


def test_the_corpus_is_whole() -> None:
    assert len(ARTICLES) >= 45
    assert {path.suffix for path in ARTICLES} >= {".txt", ".md", ".html", ".json"}
    assert {path.suffix for path in ARTICLES} <= set(FORMATS)
    expected = {path.name.removesuffix(ENDING) for path in CORPUS.glob(f"*{ENDING}")}
    assert expected == {path.name for path in ARTICLES}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_no_line_is_lost(path: Path) -> None:
    """Every word of a text file is in the story or among its dropped lines (mark-up has words of its own)."""
    if path.suffix != ".txt" or path.name in {"utf-16.txt", "windows-1252.txt", "mojibake.txt"}:
        return
    story = story_from(path.name, path.read_bytes(), modified=MODIFIED, zone=ZONE)
    kept = [story.headline, story.description_text, story.byline, story.source, *story.body_text]
    left = " ".join([*kept, *(line.text for line in story.dropped)]).casefold().replace("-", "")
    text = (
        path.read_text("utf-8")
        .replace("\xad\n", "")
        .replace("\xad", "")
        .replace("ﬁ", "fi")
        .replace("ﬂ", "fl")
    )
    words = {
        word.strip('"“”‘’„.,:;()|@') for word in text.casefold().replace("-\n", "").replace("-", "").split()
    }
    credit = {
        "by",
        "in",
        "for",
        "and",
        "health",
        "correspondents",
        "updated",
        "march",
        "11",
        "2026",
        "cat",
        "08:30",
    }
    missing = {word for word in words if word not in left} - credit
    assert all("@" in word or word in {"themba_w", "chirimbi", "kando", "bay"} for word in missing), missing


if __name__ == "__main__":
    for name in sys.argv[1:] or [path.name for path in ARTICLES]:
        text = json.dumps(told(CORPUS / name), ensure_ascii=False, indent=1)
        (CORPUS / (name + ENDING)).write_text(text + "\n", "utf-8")
