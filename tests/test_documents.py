"""What the documents say is so: every link leads somewhere, every key and every command is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from radiocast.cli import app
from radiocast.config.load import parse_station
from radiocast.config.schema import station_schema

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md"))
)
STATION = station_schema()["properties"]
NEWSROOM = STATION["newsroom"]["properties"]
_ROW = re.compile(r"^\| `(\w+)` \| ?(.*?) ?\|", re.MULTILINE)


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def anchors(page: str) -> set[str]:
    """A heading's own address, as code hosts make it."""
    headings = re.findall(r"(?m)^#+ (.*)$", text_of(page))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def keys_under(page: str, heading: str) -> dict[str, str]:
    """The keys that a section's table has, with the default that it names."""
    found = re.search(rf"(?ms)^## {heading}$(.*?)(?=^## |\Z)", text_of(page))
    assert found, heading
    return dict(_ROW.findall(found[1]))


def said(value: Any) -> str:
    """A default as the tables write it."""
    if value is None or value == []:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        there = (ROOT / page).parent / name if name else ROOT / page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.resolve().relative_to(ROOT).as_posix()), target


@pytest.mark.parametrize("heading", ["station", "listen", "audio", "newsroom", "records", "titles"])
def test_every_key_of_a_section_is_documented_with_its_default(heading: str) -> None:
    keys = STATION[heading]["properties"]
    assert keys_under("docs/station.md", heading) == {
        key: said(value.get("default")) for key, value in keys.items()
    }


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("mounts", STATION["mounts"]["items"]["properties"]),
        ("tls", STATION["listen"]["properties"]["tls"]["properties"]),
        ("desk", NEWSROOM["desk"]["properties"]),
        ("access_log", STATION["records"]["properties"]["access_log"]["properties"]),
        ("voice", NEWSROOM["voice"]["properties"]),
    ],
)
def test_every_key_of_a_part_is_documented_with_its_default(heading: str, keys: dict[str, Any]) -> None:
    assert keys_under("docs/station.md", heading) == {
        key: said(value.get("default")) for key, value in keys.items()
    }


def test_no_section_is_left_out() -> None:
    headings = set(re.findall(r"(?m)^## (\w+)$", text_of("docs/station.md")))
    assert headings == {*STATION, "tls", "desk", "voice", "access_log"}


def test_every_key_of_a_feed_is_documented() -> None:
    documented = dict(_ROW.findall(text_of("docs/feeds.md")))
    assert documented.keys() == NEWSROOM["feeds"]["items"]["properties"].keys()


@pytest.mark.parametrize("page", ["docs/newsroom.md", "docs/feeds.md", "docs/languages.md", "docs/voices.md"])
def test_what_the_pages_show_of_the_stations_file_is_read(page: str) -> None:
    pieces = re.findall(r"(?ms)^```yaml\n((?:station|newsroom):.*?)^```", text_of(page))
    assert pieces
    for piece in pieces:
        station = "" if piece.startswith("station:") else "station: {name: x}\n"
        parse_station(station + piece.replace("station: {", "station: {name: x, "), Path("station.yaml"))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_ours_that_a_page_names_is_there(page: str) -> None:
    to_be_written = {"src/radiocast/newsroom/languages/shona.py"}
    for name in re.findall(r"(?<![\w/.~])((?:[a-z_]+/)+\w+\.py)\b", text_of(page)):
        near = (ROOT / name, ROOT / "src/radiocast" / name, ROOT / "src" / name)
        assert any(path.exists() for path in near) or name in to_be_written, name


def commands() -> set[str]:
    """Every command there is, `news` with each of its own."""
    tree = typer.main.get_command(app)
    found = set()
    for name, command in tree.commands.items():  # type: ignore[attr-defined]  # a group, by its commands
        under = getattr(command, "commands", {})
        found |= {f"{name} {each}" for each in under} or {name}
    return found


def test_every_command_is_in_the_readme() -> None:
    readme = text_of("README.md")
    for command in commands() - {"version"}:
        assert re.search(rf"`radiocast {command}\b", readme), command


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_is_there(page: str) -> None:
    there = {*commands(), *(command.split()[0] for command in commands())}
    for first, second in re.findall(r"`radiocast ([a-z][a-z-]*)(?: ([a-z]+))?", text_of(page)):
        assert first in there, f"radiocast {first}"
        if first == "news" and second:
            assert f"news {second}" in there, f"radiocast news {second}"


def test_the_readme_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", text_of("README.md")))
    assert {page for page in PAGES if re.fullmatch(r"docs/[\w-]+\.md", page)} <= linked


def test_every_decision_is_in_the_index() -> None:
    linked = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", text_of("docs/decisions/README.md")))
    pages = {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}
    assert linked == pages
    assert len({name[:4] for name in pages}) == len(pages)
