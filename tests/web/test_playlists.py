from configparser import ConfigParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.station import Identity, StationConfig
from radiocast.model.block import MountSpec
from radiocast.web.playlists import m3u, playlist_addresses, pls, xspf
from tests.web.conftest import Serve
from tests.web.fake_air import LIVE, LOW

URL = "http://radio.example:8000/live.mp3"
XSPF = "{http://xspf.org/ns/0/}"


def parse(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - our own output, a line above


@pytest.mark.parametrize(
    ("address", "content_type"),
    [
        ("/live.m3u", "audio/x-mpegurl"),
        ("/live.pls", "audio/x-scpls"),
        ("/live.xspf", "application/xspf+xml"),
    ],
)
async def test_playlists_have_their_types_and_absolute_addresses(
    serve: Serve, address: str, content_type: str
) -> None:
    client = await serve()
    answer = await client.get(address, headers={"Host": "radio.example:8000"})
    assert answer.content_type == content_type
    assert answer.charset == "utf-8"
    assert URL in await answer.text()


async def test_each_mount_has_its_own(serve: Serve) -> None:
    client = await serve()
    assert "/low.mp3\n" in await (await client.get("/low.m3u")).text()


async def test_a_station_without_a_mount_called_live_has_live_playlists_all_the_same(serve: Serve) -> None:
    identity = Identity(name="Hill Radio")
    client = await serve(
        StationConfig(station=identity, mounts=(MountSpec(path="/hill.mp3", bitrate_kbps=96),))
    )
    assert "/hill.mp3\n" in await (await client.get("/live.m3u")).text()
    assert "/hill.mp3\n" in await (await client.get("/hill.m3u")).text()


def test_of_two_mounts_with_one_stem_the_first_has_the_name() -> None:
    table = playlist_addresses(["/live.mp3", "/live.aac", "/deep/er.mp3", "/bare"])
    assert table["/live.m3u"][1] == "/live.mp3"
    assert table["/deep/er.pls"][1] == "/deep/er.mp3"
    assert table["/bare.xspf"][1] == "/bare"


def test_live_is_that_mount_wherever_it_stands() -> None:
    assert playlist_addresses([LOW.path, LIVE.path])["/live.m3u"][1] == "/live.mp3"


@given(name=st.text())
def test_no_station_name_adds_a_line_to_an_m3u(name: str) -> None:
    assert len(m3u(URL, name).splitlines()) == 3
    assert m3u(URL, name).splitlines()[2] == URL


@given(name=st.text())
def test_no_station_name_adds_an_entry_to_a_pls(name: str) -> None:
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=(), strict=True)
    parser.read_string(pls(URL, name))
    assert parser.sections() == ["playlist"]
    assert set(parser["playlist"]) == {"numberofentries", "file1", "title1", "length1", "version"}
    assert parser["playlist"]["file1"] == URL


@given(name=st.text())
def test_any_station_name_gives_well_formed_xspf(name: str) -> None:
    root = parse(xspf(URL + "?a=1&b=2", name))
    assert root.findtext(f"{XSPF}trackList/{XSPF}track/{XSPF}location") == URL + "?a=1&b=2"


def test_markup_in_a_name_is_text() -> None:
    root = parse(xspf(URL, "Rock & Roll <b>"))
    assert root.findtext(f"{XSPF}title") == "Rock & Roll <b>"
