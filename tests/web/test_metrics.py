"""`/metrics`: read by prometheus_client's own parsers, and held to Prometheus's rules for names."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as read_plain

from radiocast.link.messages import SLICE_ENDS_S, Tally
from radiocast.model.audience import End
from radiocast.model.block import MountSpec
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.snapshot import AirSnapshot, MountNow, StudioNow, StudioState, WorkerNow
from radiocast.web.metrics import Readings, open_metrics, plain_text
from radiocast.web.processes import ProcessNow, process_now
from radiocast.web.source import HouseLook
from tests.web.conftest import Serve
from tests.web.fake_air import WELL, FakeAir

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# As Prometheus 3 asks.
PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.3"
SLICES = (5, 4, 3, 2, 1, 0, 0, 1, 0, 0, 0, 2)
ENDED = {End.LEFT: 900, End.SLOW: 3, End.EXPIRED: 2, End.LOST: 7}
REFUSED = {Refusal.FULL: 40, Refusal.MOUNT_FULL: 30, Refusal.ADDRESS_FULL: 20, Refusal.CLOSING: 10}
BUSY = replace(
    WELL,
    listeners=replace(
        WELL.listeners,
        lost=7,
        ended=tuple((end, ENDED.get(end, 0)) for end in End),
    ),
    refused=tuple((refusal, REFUSED.get(refusal, 0)) for refusal in Refusal),
    tally=Tally(
        sends=100_000, sent_bytes=768_000_000, blocked=12, skips=4, slices=SLICES, slices_s=1.25, late_s=0.003
    ),
    workers=(
        WorkerNow(pid=os.getpid(), ready=True, listeners=700, capacity=19_800),
        WorkerNow(pid=None, ready=False, listeners=0, capacity=19_800, restarts=2, lost=7),
    ),
    studio=StudioNow(state=StudioState.STARTING, restarts=3, pid=None),
)
HOUSE = HouseLook(
    max_listeners=10_000,
    waiting=17,
    turned_away=(("late", 5), ("too_long", 1)),
    records_dropped=6,
    certificate_ends=datetime(2027, 1, 1, tzinfo=UTC),
)
PROCESSES = {
    "transmitter": ProcessNow(cpu_s=1.5, resident_bytes=50_000_000, descriptors=760, max_descriptors=20_000),
    "worker-1": ProcessNow(cpu_s=0.5, resident_bytes=20_000_000, descriptors=720, max_descriptors=None),
}


def readings(air: AirSnapshot = BUSY, house: HouseLook = HOUSE) -> Readings:
    return Readings(air=air, house=house, processes=PROCESSES)


def families(air: AirSnapshot = BUSY, house: HouseLook = HOUSE) -> list[Metric]:
    return list(read_plain(plain_text(readings(air, house)).decode()))


def read_open(text: str) -> list[Metric]:
    return list(openmetrics_parser.text_string_to_metric_families(text))  # type: ignore[no-untyped-call]


def value(name: str, found: Iterable[Metric] | None = None, **labels: str) -> float:
    (one,) = (
        sample.value
        for family in (families() if found is None else found)
        for sample in family.samples
        if sample.name == f"radiocast_{name}" and sample.labels == labels
    )
    return one


# What `promtool check metrics` says of names (prometheus/client_golang, promlint/validations).
_UNITS = {"milliseconds", "minutes", "hours", "kilobytes", "megabytes", "percent", "ms", "sec", "kb", "mb"}


def complaints(family: Metric) -> list[str]:
    words = family.name.split("_")
    said = {
        "no help": not family.documentation,
        "help is no sentence": not family.documentation.endswith("."),
        "not in lower case with underscores": not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", family.name),
        "not in this station's name space": words[0] != "radiocast",
        "no base unit": bool(_UNITS & set(words)),
        "its type is in its name": bool({"gauge", "counter", "histogram", "metric"} & set(words)),
        "_total on what is no counter": family.type != "counter" and words[-1] == "total",
        "a histogram's ending": family.type != "histogram" and words[-1] in {"count", "sum", "bucket"},
        "a label is in its name": any(
            f"by_{label}" in family.name for sample in family.samples for label in sample.labels
        ),
        "a label of a histogram": family.type != "histogram"
        and any("le" in sample.labels or "quantile" in sample.labels for sample in family.samples),
    }
    return [f"{family.name}: {complaint}" for complaint, so in said.items() if so]


def test_names_are_as_prometheus_wants_them() -> None:
    assert [complaint for family in families() for complaint in complaints(family)] == []


def test_the_rules_for_names_find_a_bad_one() -> None:
    bad = Metric("radiocast_lagCounter_ms_total", "", "gauge")
    assert len(complaints(bad)) == 5


def test_counters_end_in_total_and_nothing_comes_twice() -> None:
    text = plain_text(readings()).decode()
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert {name for name, kind in types.items() if name.endswith("_total")} == {
        name for name, kind in types.items() if kind == "counter"
    }
    assert len(types) == len(re.findall(r"^# TYPE ", text, re.MULTILINE))
    lines = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines))


def test_both_formats_say_the_same() -> None:
    plain = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families()
        for sample in family.samples
    }
    text = open_metrics(readings()).decode()
    assert text.endswith("# EOF\n")
    opened = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in read_open(text)
        for sample in family.samples
    }
    assert opened == plain


def test_listeners_are_told_by_mount_and_by_how_they_ended_and_were_refused() -> None:
    found = families()
    assert value("listeners", found, mount="/live.mp3") == 1200
    assert value("listeners", found, mount="/low.mp3") == 34
    assert value("listeners_max", found) == 10_000
    assert value("listeners_joined_total", found) == 45_678
    assert value("listeners_ended_total", found, reason="left") == 900
    assert value("listeners_ended_total", found, reason="slow") == 3
    assert value("listeners_ended_total", found, reason="expired") == 2
    assert value("listeners_ended_total", found, reason="lost") == 7
    assert value("listeners_ended_total", found, reason="closed") == 0
    assert value("listeners_refused_total", found, reason="full") == 40
    assert value("listeners_refused_total", found, reason="mount_full") == 30
    assert value("listeners_refused_total", found, reason="address_full") == 20
    assert value("connections_refused_total", found, reason="late") == 5
    assert value("connections_waiting", found) == 17


def test_what_the_fan_out_did_is_told() -> None:
    found = families()
    assert value("sends_total", found) == 100_000
    assert value("sent_bytes_total", found) == 768_000_000
    assert value("sends_blocked_total", found) == 12
    assert value("skips_total", found) == 4
    assert value("loop_lag_seconds", found) == 0.003


def test_the_histogram_of_slices_counts_each_in_all_that_end_above_it() -> None:
    found = families()
    assert value("slice_seconds_bucket", found, le="0.0005") == 5
    assert value("slice_seconds_bucket", found, le="0.001") == 9
    assert value("slice_seconds_bucket", found, le="0.06") == 16
    assert value("slice_seconds_bucket", found, le="+Inf") == value("slice_seconds_count", found) == 18
    assert value("slice_seconds_sum", found) == 1.25
    ends = [
        sample.labels["le"]
        for family in found
        for sample in family.samples
        if sample.name == "radiocast_slice_seconds_bucket"
    ]
    assert [float(end) for end in ends] == [*SLICE_ENDS_S, float("inf")]


def test_output_and_studio_are_told() -> None:
    found = families()
    assert value("output_level_lufs", found) == -16.34
    assert value("output_silent_seconds", found) == 0
    assert value("lead_seconds", found) == 2.88
    assert value("drift_seconds", found) == pytest.approx(0.000417)
    assert value("block_age_seconds", found) == 0.21
    assert value("blocks_total", found) == 15_000
    assert value("emergency_blocks_total", found) == 0
    assert value("studio_restarts_total", found) == 3
    assert value("studio_state", found, state="starting") == 1
    assert value("studio_state", found, state="on_air") == 0
    assert (value("sound", found), value("well", found)) == (1, 0)
    assert value("problems", found) == 1


def test_a_problem_of_the_house_makes_the_station_unwell() -> None:
    assert value("well", families(WELL)) == 1
    sick = families(WELL, replace(HOUSE, problems=("The certificate has ended.",)))
    assert (value("well", sick), value("problems", sick)) == (0, 1)


def test_workers_are_told_each() -> None:
    found = families()
    assert (value("worker_up", found, worker="1"), value("worker_up", found, worker="2")) == (1, 0)
    assert value("worker_listeners", found, worker="1") == 700
    assert value("worker_capacity", found, worker="2") == 19_800
    assert value("worker_restarts_total", found, worker="2") == 2
    assert value("worker_lost_listeners_total", found, worker="2") == 7


def test_what_is_not_there_has_no_metric() -> None:
    bare = families(replace(WELL, output=replace(WELL.output, block_age_s=None)), HouseLook())
    names = {family.name for family in bare}
    assert not {name for name in names if "worker" in name}
    assert "radiocast_certificate_end_time_seconds" not in names
    assert "radiocast_block_age_seconds" not in names
    assert "radiocast_certificate_end_time_seconds" in {family.name for family in families()}


def test_processes_are_told_by_name() -> None:
    found = families()
    assert value("process_cpu_seconds_total", found, process="transmitter") == 1.5
    assert value("process_resident_memory_bytes", found, process="worker-1") == 20_000_000
    assert value("process_open_fds", found, process="transmitter") == 760
    limits = [sample.labels for family in found for sample in family.samples if "max_fds" in sample.name]
    assert limits == [{"process": "transmitter"}]


def test_a_mount_of_any_name_is_quoted() -> None:
    odd = replace(WELL, mounts=(MountNow(spec=MountSpec(path='/a"b\\c', bitrate_kbps=64), listeners=3),))
    assert value("listeners", families(odd), mount='/a"b\\c') == 3


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    assert process_now(2**30) is None


def test_this_process_is_known(tmp_path: Path) -> None:
    before = process_now(os.getpid())
    with (tmp_path / "a").open("w"), (tmp_path / "b").open("w"):
        now = process_now(os.getpid())
    assert before is not None
    assert now is not None
    assert now.descriptors >= before.descriptors + 2
    assert now.resident_bytes > 1_000_000
    assert now.cpu_s >= before.cpu_s > 0
    assert now.max_descriptors is None or now.max_descriptors > now.descriptors


async def test_the_page_is_what_every_reader_takes(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/metrics")
    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    assert answer.headers["Cache-Control"] == "no-store"
    found = list(read_plain(await answer.text()))
    assert value("listeners", found, mount="/live.mp3") == 1200
    assert value("process_open_fds", found, process="transmitter") > 3


@pytest.mark.parametrize("accept", [OPEN_METRICS, PROMETHEUS, "Application/OpenMetrics-Text"])
async def test_who_asks_for_openmetrics_gets_it(serve: Serve, accept: str) -> None:
    client = await serve()
    answer = await client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == OPEN_METRICS
    assert value("listeners", read_open(await answer.text()), mount="/low.mp3") == 34


@pytest.mark.parametrize(
    "accept", ["*/*", "text/html", "application/openmetrics-text;q=0, text/plain", ";;,="]
)
async def test_who_does_not_gets_the_plain_text(serve: Serve, accept: str) -> None:
    client = await serve()
    answer = await client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_head_has_the_header_and_no_body(serve: Serve) -> None:
    client = await serve()
    answer = await client.head("/metrics")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 5_000
    assert await answer.read() == b""


async def test_an_answer_is_remembered_in_each_form(serve: Serve, air: FakeAir) -> None:
    client = await serve(remember_s=3600.0)
    first = await (await client.get("/metrics")).text()
    air.now = replace(WELL, listeners=replace(WELL.listeners, total=1))
    assert await (await client.get("/metrics")).text() == first
    assert air.looks == 1
    opened = await (await client.get("/metrics", headers={"Accept": OPEN_METRICS})).text()
    assert opened.endswith("# EOF\n")
    assert air.looks == 2


async def test_nothing_is_left_in_the_process_s_own_registry(serve: Serve) -> None:
    before = {family.name for family in REGISTRY.collect()}
    client = await serve()
    await client.get("/metrics")
    assert {family.name for family in REGISTRY.collect()} == before
    assert not {name for name in before if name.startswith("radiocast")}
