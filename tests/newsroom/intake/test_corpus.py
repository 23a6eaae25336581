"""Every article of the corpus comes apart as its `.expected.json` beside it says.

The expected file has the story's fields that differ from an empty one's, or `refused`: why there is none.
`python -m tests.newsroom.intake.test_corpus FILE...` writes what is found now; read it before you commit it.
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
from radiocast.newsroom.intake.articles import FORMATS, story_from
from radiocast.newsroom.intake.byline import parse_byline
from radiocast.newsroom.intake.reading import read_text

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


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


TEXTS = [path for path in ARTICLES if path.suffix == ".txt"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_line_is_lost(path: Path) -> None:
    """Every line of a text is in the story, is its byline, or is among its dropped lines."""
    story = story_from(path.name, path.read_bytes(), modified=MODIFIED, zone=ZONE)
    told = letters(" ".join([story.headline, story.description_text, *story.body_text]))
    dropped = sorted((letters(line.text) for line in story.dropped), key=len, reverse=True)
    for line in read_text(path.read_bytes()).splitlines():
        rest = letters(line)
        for text in dropped:
            rest = rest if rest in told else rest.replace(text, "", 1)
        assert rest in told or parse_byline(line), line


if __name__ == "__main__":
    for name in sys.argv[1:] or [path.name for path in ARTICLES]:
        text = json.dumps(told(CORPUS / name), ensure_ascii=False, indent=1)
        (CORPUS / (name + ENDING)).write_text(text + "\n", "utf-8")
