import json
import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from radiocast import __version__
from radiocast.model.audience import End
from radiocast.model.play import Kind
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.snapshot import Airing, WorkerNow
from radiocast.web.source import HouseLook
from radiocast.web.status import status
from radiocast.web.status_model import StatusDocument, schema_text
from tests.web.conftest import Serve
from tests.web.fake_air import IDENTITY, LIVE, NOW, WELL, FakeAir, ago, on_air

BASE = "http://radio.example:8000"
SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "status.schema.json"

# The contract of docs/architecture.md: each of these MUST be there, whatever is added.
CONTRACT = {
    "": "schema_version version started_at uptime_s well problems station on_air next history listeners "
    "mounts output studio schedule newsroom",
    "station": "name timezone now",
    "on_air": "item_id kind title artist headline stream_title started_at elapsed_s duration_s source",
    "next": "at kind title duration_s",
    "history": "at kind title duration_s outcome",
    "listeners": "current peak total slow_dropped",
    "mounts": "path format bitrate_kbps listeners stream_title url",
    "output": "level_lufs silent_for_s lead_s drift_ms blocks emergency_blocks",
    "studio": "state restarts pid",
    "schedule": "file loaded_at ok errors",
    "newsroom": "stories withheld last_bulletin feeds",
}


async def test_every_key_of_the_contract_is_there(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/status")
    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    document = await answer.json()
    for part, keys in CONTRACT.items():
        value = document[part] if part else document
        assert set(keys.split()) <= set(value[0] if isinstance(value, list) else value), part
    assert set(document["newsroom"]["last_bulletin"]) == {"rendered_at", "duration_s", "stories", "took_s"}
    assert document["well"] is True
    assert document["problems"] == []
    assert document["version"] == __version__


async def test_real_output_fits_the_model_that_the_schema_is_made_of(serve: Serve) -> None:
    client = await serve()
    body = await (await client.get("/status")).text()
    assert StatusDocument.model_validate_json(body, strict=False).model_dump_json() == body


def test_the_schema_in_the_repository_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), (
        "the status document changed: write its schema again with "
        "`python -c 'from radiocast.web.status_model import schema_text; print(schema_text(), end=\"\")' "
        "> docs/status.schema.json`"
    )


async def test_the_schema_is_served(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/status/schema.json")
    assert answer.content_type == "application/schema+json"
    assert await answer.text() == schema_text()


def test_times_are_the_stations_own_with_their_offset() -> None:
    document = json.loads(status(WELL, IDENTITY, BASE).model_dump_json())
    assert document["station"]["now"] == "2026-06-07T14:05:00.000+01:00"
    assert document["on_air"]["started_at"] == "2026-06-07T14:03:35.000+01:00"
    assert document["next"][0]["at"] == "2026-06-07T14:06:55.000+01:00"
    assert document["uptime_s"] == 7200.0
    assert document["on_air"]["elapsed_s"] == 85.0


def test_a_clock_that_stepped_back_gives_no_negative_times() -> None:
    air = replace(WELL, started_at=ago(-60), on_air=Airing(on_air=on_air(), started_at=ago(-3)))
    document = status(air, IDENTITY, BASE)
    assert document.uptime_s == 0.0
    assert document.on_air is not None
    assert document.on_air.elapsed_s == 0.0


def test_digital_silence_is_a_number() -> None:
    document = status(replace(WELL, output=replace(WELL.output, level_lufs=float("-inf"))), IDENTITY, BASE)
    assert json.loads(document.model_dump_json())["output"]["level_lufs"] == -120.0


def test_the_house_is_told_beside_the_air() -> None:
    air = replace(
        WELL,
        listeners=replace(WELL.listeners, lost=7, ended=((End.LEFT, 5), (End.EXPIRED, 4))),
        refused=((Refusal.FULL, 3), (Refusal.CLOSING, 0)),
        mounts=(replace(WELL.mounts[0], spec=replace(LIVE, max_listeners=900)), WELL.mounts[1]),
        workers=(
            WorkerNow(pid=4712, ready=True, listeners=1234, capacity=19_800),
            # There is no limit to its descriptors.
            WorkerNow(pid=None, capacity=sys.maxsize, restarts=2, lost=7),
        ),
    )
    house = HouseLook(
        max_listeners=10_000,
        waiting=17,
        turned_away=(("late", 5),),
        records_dropped=6,
        certificate_ends=NOW,
        problems=("The certificate ends.",),
    )
    document = json.loads(status(air, IDENTITY, BASE, house=house).model_dump_json())
    assert (document["well"], document["problems"]) == (False, ["The certificate ends."])
    told = document["listeners"]
    assert (told["max_listeners"], told["lost"], told["expired"]) == (10_000, 7, 4)
    assert told["refused"] == {"full": 3, "closing": 0}
    assert [mount["max_listeners"] for mount in document["mounts"]] == [900, None]
    assert document["workers"] == [
        {"pid": 4712, "ready": True, "listeners": 1234, "capacity": 19_800, "restarts": 0, "lost": 0},
        {"pid": None, "ready": False, "listeners": 0, "capacity": None, "restarts": 2, "lost": 7},
    ]
    assert document["connections"] == {"waiting": 17, "refused": {"late": 5}}
    assert document["records"] == {"dropped": 6}
    assert document["https"] == {"certificate_ends": "2026-06-07T14:05:00.000+01:00"}


def test_without_workers_and_https_there_are_none() -> None:
    document = status(WELL, IDENTITY, BASE)
    assert (document.workers, document.https) == ((), None)


def test_mounts_carry_the_address_that_was_asked_for() -> None:
    assert [mount.url for mount in status(WELL, IDENTITY, BASE).mounts] == [
        BASE + "/live.mp3",
        BASE + "/low.mp3",
    ]


def test_before_the_studio_has_said_anything() -> None:
    document = json.loads(
        status(replace(WELL, on_air=None, report=None, history=()), IDENTITY, BASE).model_dump_json()
    )
    assert document["on_air"] is None
    assert document["schedule"] == {"file": "", "loaded_at": None, "ok": False, "errors": []}
    assert document["newsroom"]["last_bulletin"] is None


@given(title=st.text(st.characters(exclude_categories=())))
def test_any_title_even_a_file_name_of_another_encoding_gives_valid_json(title: str) -> None:
    air = replace(WELL, on_air=Airing(on_air=on_air(Kind.FILE, title), started_at=NOW))
    document = json.loads(status(air, IDENTITY, BASE).model_dump_json())
    assert document["on_air"]["title"] == title.encode("utf-8", "replace").decode()


async def test_answers_are_remembered_for_a_moment_and_apart_for_each_host(
    serve: Serve, air: FakeAir
) -> None:
    client = await serve(remember_s=3600)
    for _ in range(3):
        await client.get("/status")
    assert air.looks == 1
    other = await (await client.get("/status", headers={"Host": "radio.example"})).json()
    assert other["mounts"][0]["url"] == "http://radio.example/live.mp3"
    assert air.looks == 2
