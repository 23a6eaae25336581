"""What a player's title line says while music plays; the bulletin's and the stories' are in test_script."""

import pytest

from radiocast.newsroom.script.titles import TitleWriter


def test_a_track_is_named_by_the_template() -> None:
    titles = TitleWriter("Newsline", track_template="{title} ({artist}) on {station}")
    assert titles.track("Mosi Lane", "Mango Tree") == "Mango Tree (Mosi Lane) on Newsline"
    assert titles.problems == []


def test_without_an_artist_a_track_has_its_name_alone() -> None:
    assert TitleWriter("Newsline").track("", "Mango Tree") == "Mango Tree"


@pytest.mark.parametrize("template", ["{album}", "{artist.__class__}", "{artist!r}", "{title:>20}", "{"])
def test_a_bad_template_gives_the_default_and_is_named_at_the_start(template: str) -> None:
    """Braces reach nothing but the names that there are: a template is a text, not a program."""
    titles = TitleWriter("Newsline", track_template=template)
    assert len(titles.problems) == 1
    assert "titles.track" in titles.problems[0]
    assert titles.track("Mosi Lane", "Mango Tree") == "Mosi Lane - Mango Tree"
