"""`/metrics`: how the station is, for Prometheus and what reads as it does.

Owns: every metric's name, what it means, and its labels; all that prometheus_client is used for.
Must not know: requests and answers (`metrics_page`), or how anything is counted.

Everything is worked out of one look at the air and the house, as for the other pages: no metric is kept
between two answers, and none is in prometheus_client's own registry. Names and units are as
https://prometheus.io/docs/practices/naming/ has them; a label has few values.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

from prometheus_client import exposition
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from radiocast import __version__
from radiocast.link.messages import SLICE_ENDS_S, Tally
from radiocast.transmitter.snapshot import AirSnapshot, OutputNow, StudioState, WorkerNow
from radiocast.web import health
from radiocast.web.processes import ProcessNow
from radiocast.web.source import HouseLook


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What is told: one look at the air, one at the house, and its processes by name."""

    air: AirSnapshot
    house: HouseLook
    processes: Mapping[str, ProcessNow]


def plain_text(readings: Readings) -> bytes:
    """Prometheus's text format, version 0.0.4, in UTF-8."""
    return exposition.generate_latest(_StationCollector(readings))


def open_metrics(readings: Readings) -> bytes:
    """OpenMetrics 1.0, in UTF-8."""
    text = openmetrics.generate_latest(_StationCollector(readings))  # type: ignore[no-untyped-call]
    return cast("bytes", text)  # it has no annotations


class _StationCollector(Collector):
    """The metrics of one look."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        """Every metric there is, in the order of docs/monitoring.md."""
        readings = self._readings
        yield from _station(readings)
        yield from _output(readings.air.output)
        yield from _studio(readings.air)
        yield from _listeners(readings)
        yield from _sending(readings.air.tally)
        yield from _workers(readings.air.workers)
        yield from _house(readings.house)
        yield from _processes(readings.processes)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"radiocast_{name}", meaning, value=value)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(f"radiocast_{name}", meaning, value=value)


def _gauges(name: str, meaning: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"radiocast_{name}", meaning, labels=[label])
    for of, value in values:
        family.add_metric([of], value)
    return family


def _counters(name: str, meaning: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = CounterMetricFamily(f"radiocast_{name}", meaning, labels=[label])
    for of, value in values:
        family.add_metric([of], value)
    return family


def _station(readings: Readings) -> Iterator[Metric]:
    air = readings.air
    problems = health.problems(air, readings.house)
    yield InfoMetricFamily("radiocast_build", "The station's version.", value={"version": __version__})
    yield _gauge(
        "start_time_seconds", "Since when the transmitter runs, Unix time.", air.started_at.timestamp()
    )
    yield _gauge(
        "sound", "1 while a listener hears something: what /healthz answers by.", not health.no_sound(air)
    )
    yield _gauge("well", "1 while there is no problem: what /status answers by.", not problems)
    yield _gauge("problems", "Problems that /status tells of now.", len(problems))


def _output(output: OutputNow) -> Iterator[Metric]:
    yield _gauge(
        "output_level_lufs", "Mean level of the last 3 s; -120 is digital silence.", output.level_lufs
    )
    yield _gauge("output_silent_seconds", "How long nothing audible has gone out.", output.silent_for_s)
    yield _counter("blocks_total", "Blocks of sound, 0.48 s each, that went on the air.", output.blocks)
    yield _counter(
        "emergency_blocks_total", "Blocks among them that were emergency sound.", output.emergency_blocks
    )
    if output.block_age_s is not None:
        yield _gauge(
            "block_age_seconds", "Since the last block; one is due every 0.48 s.", output.block_age_s
        )
    yield _gauge("lead_seconds", "How far the studio is ahead of the air.", output.lead_s)
    yield _gauge(
        "drift_seconds",
        "How late the last block was, by the clock that began with the first.",
        output.drift_ms / 1000,
    )
    yield _counter(
        "reanchored_total",
        "How often the machine stood still for so long that the clock of the blocks began anew.",
        output.re_anchored,
    )


def _studio(air: AirSnapshot) -> Iterator[Metric]:
    states = [(state.value, float(state is air.studio.state)) for state in StudioState]
    yield _gauges("studio_state", "1 for the state in which the studio is.", "state", states)
    yield _counter(
        "studio_restarts_total", "How often the studio had to be started again.", air.studio.restarts
    )


def _listeners(readings: Readings) -> Iterator[Metric]:
    air, listeners = readings.air, readings.air.listeners
    mounts = [(mount.spec.path, mount) for mount in air.mounts]
    yield _gauges("listeners", "Listeners now.", "mount", [(path, mount.listeners) for path, mount in mounts])
    yield _gauges(
        "listeners_peak",
        "The most at once since the start.",
        "mount",
        [(path, mount.peak) for path, mount in mounts],
    )
    yield _gauge("listeners_max", "listen.max_listeners: one more is refused.", readings.house.max_listeners)
    yield _counter("listeners_joined_total", "Listeners who were let in.", listeners.total)
    yield _counters(
        "listeners_ended_total",
        "Listeners who are gone: left by themselves, too slow, expired by listen.max_duration, lost with a "
        "worker that died, closed with the station, replaced by another connection of the same player.",
        "reason",
        [(end.value, count) for end, count in listeners.ended],
    )
    yield _counters(
        "listeners_refused_total",
        "Listeners who were not let in: the station, the mount or their address is full, or it closes down.",
        "reason",
        [(refusal.value, count) for refusal, count in air.refused],
    )


def _sending(tally: Tally) -> Iterator[Metric]:
    yield _counter("sends_total", "Sends to listeners.", tally.sends)
    yield _counter(
        "sent_bytes_total", "Bytes sent to listeners, headers and titles among them.", tally.sent_bytes
    )
    yield _counter(
        "sends_blocked_total", "Sends of which a listener's connection took nothing.", tally.blocked
    )
    yield _counter("skips_total", "How often one too slow was moved to the live sound.", tally.skips)
    ends = [*map(floatToGoString, SLICE_ENDS_S), "+Inf"]
    yield HistogramMetricFamily(
        "radiocast_slice_seconds",
        "How long it took to serve those whose turn was at the same time; 0.06 is the time there is.",
        buckets=list(zip(ends, accumulate(map(float, tally.slices)), strict=True)),
        sum_value=tally.slices_s,
    )
    yield _gauge("loop_lag_seconds", "How late the latest such slice began.", tally.late_s)


def _workers(workers: tuple[WorkerNow, ...]) -> Iterator[Metric]:
    if not workers:
        return
    named = [(str(number), worker) for number, worker in enumerate(workers, 1)]
    yield _gauges(
        "worker_up", "1 while the worker takes listeners.", "worker", [(n, w.ready) for n, w in named]
    )
    yield _gauges(
        "worker_listeners", "Listeners of this worker.", "worker", [(n, w.listeners) for n, w in named]
    )
    yield _gauges(
        "worker_capacity",
        "The most that this worker can have.",
        "worker",
        [(n, w.capacity) for n, w in named],
    )
    yield _counters(
        "worker_restarts_total", "How often it was replaced.", "worker", [(n, w.restarts) for n, w in named]
    )
    yield _counters(
        "worker_lost_listeners_total", "Listeners lost with it.", "worker", [(n, w.lost) for n, w in named]
    )


def _house(house: HouseLook) -> Iterator[Metric]:
    yield _gauge("connections_waiting", "Connections whose request has not come whole yet.", house.waiting)
    yield _counters(
        "connections_refused_total",
        "Connections that ended without a request that could be answered.",
        "reason",
        house.turned_away,
    )
    yield _counter(
        "records_dropped_total",
        "Records of listeners and requests that were not written: whoever writes them was behind.",
        house.records_dropped,
    )
    if house.certificate_ends is not None:
        yield _gauge(
            "certificate_end_time_seconds",
            "When the certificate ends, Unix time.",
            house.certificate_ends.timestamp(),
        )


def _processes(processes: Mapping[str, ProcessNow]) -> Iterator[Metric]:
    of = processes.items()
    yield _counters(
        "process_cpu_seconds_total",
        "CPU time of a process.",
        "process",
        [(name, now.cpu_s) for name, now in of],
    )
    yield _gauges(
        "process_resident_memory_bytes",
        "Memory of a process; what processes share counts in each.",
        "process",
        [(name, now.resident_bytes) for name, now in of],
    )
    yield _gauges(
        "process_open_fds",
        "Open files of a process; each listener is one.",
        "process",
        [(name, now.descriptors) for name, now in of],
    )
    yield _gauges(
        "process_max_fds",
        "How many it may have.",
        "process",
        [(name, now.max_descriptors) for name, now in of if now.max_descriptors is not None],
    )
