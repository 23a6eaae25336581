"""`listen:` and `mounts:` looked over before anybody listens: `radiocast check`.

Owns: what is allowed and yet not what it looks like; whether the certificate can be used.
Must not know: how anybody is served.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from radiocast.config.places import places
from radiocast.config.station import StationConfig, Tls
from radiocast.config.values import duration_text
from radiocast.descriptors import allowed_descriptors, room_for_listeners
from radiocast.model.errors import ConfigurationError, Problem, Severity
from radiocast.reception.certificate import Certificate

# No house has so many proxies: a network that is wider lets strangers say who they are.
_WIDEST_IPV4: Final = 8
_WIDEST_IPV6: Final = 16
# Nobody's programme is over so soon; 24m was meant to be 24h.
_SHORT_S: Final = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What this machine has: cores for this process, and how many files a process may have open."""

    cores: int
    descriptors: int

    @classmethod
    def here(cls) -> "Machine":
        """This one, as far as it lets this process see."""
        return cls(cores=len(os.sched_getaffinity(0)), descriptors=allowed_descriptors())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remark:
    """Something about a value, by the value's name."""

    name: str
    severity: Severity
    message: str
    hint: str


def listening_problems(
    file: Path, station: StationConfig, *, root: Path, machine: Machine | None = None
) -> tuple[Problem, ...]:
    """What is to be said of `listen` and `mounts` in `file`, in its order; paths in it are under `root`."""
    where = places(file)
    remarks = [
        *_tls(station.listen.tls, root),
        *_limits(station),
        *_duration(station),
        *_machine(station, machine or Machine.here()),
        *_proxies(station),
    ]
    problems = (
        Problem(
            file=file,
            line=where.get(remark.name, (0, 0))[0],
            column=where.get(remark.name, (0, 0))[1],
            message=f"{remark.name}: {remark.message}",
            hint=remark.hint,
            severity=remark.severity,
        )
        for remark in remarks
    )
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _tls(tls: Tls | None, root: Path) -> Iterator[_Remark]:
    if tls is None:
        return
    cert, key = root / tls.cert, root / tls.key
    try:
        certificate = Certificate(cert, key)
    except ConfigurationError as error:
        for problem in error.problems:
            name = "listen.tls.cert" if problem.file == cert else "listen.tls.key"
            message = f"{problem.file}: {problem.message}"
            yield _Remark(name=name, severity=Severity.ERROR, message=message, hint=problem.hint)
        return
    for sentence in certificate.problems(datetime.now(UTC)):
        yield _Remark(name="listen.tls.cert", severity=Severity.WARNING, message=sentence, hint="")


def _limits(station: StationConfig) -> Iterator[_Remark]:
    """Limits that can never be reached, because another is reached first."""
    most = station.listen.max_listeners
    unreachable = [
        ("listen.max_per_address", station.listen.max_per_address),
        *(
            (f"mounts[{number}].max_listeners", mount.max_listeners or 0)
            for number, mount in enumerate(station.mounts, 1)
        ),
    ]
    for name, limit in unreachable:
        if limit > most:
            yield _Remark(
                name=name,
                severity=Severity.NOTICE,
                message=f"{limit:,} is never reached: the station's own limit is {most:,}",
                hint="lower it, or raise listen.max_listeners",
            )


def _duration(station: StationConfig) -> Iterator[_Remark]:
    most_s = station.listen.max_duration_s
    if 0 < most_s < _SHORT_S:
        yield _Remark(
            name="listen.max_duration",
            severity=Severity.NOTICE,
            message=f"everybody is disconnected after {duration_text(most_s)}; many players stay silent then",
            hint="12h finds the players that nobody listens to; 0s is no limit",
        )


def _machine(station: StationConfig, machine: Machine) -> Iterator[_Remark]:
    workers = station.listen.workers
    if workers > machine.cores:
        yield _Remark(
            name="listen.workers",
            severity=Severity.NOTICE,
            message=f"{workers} processes share the {machine.cores} cores that there are here",
            hint="more workers than cores help only where the open-file limit is what is short",
        )
    secure = station.listen.tls is not None
    room = room_for_listeners(machine.descriptors, workers=workers, secure=secure)
    if room < station.listen.max_listeners:
        yield _Remark(
            name="listen.max_listeners",
            severity=Severity.NOTICE,
            message=f"a process may have {machine.descriptors:,} open files here, and each listener is one: "
            f"there is no room for {station.listen.max_listeners:,}, but for about {room:,}",
            hint="raise the limit where the station is started (ulimit -n, LimitNOFILE=), or listen.workers",
        )


def _proxies(station: StationConfig) -> Iterator[_Remark]:
    for number, proxy in enumerate(station.listen.trusted_proxies, 1):
        network = ip_network(proxy, strict=False)
        if network.prefixlen < (_WIDEST_IPV4 if network.version == 4 else _WIDEST_IPV6):
            yield _Remark(
                name=f"listen.trusted_proxies[{number}]",
                severity=Severity.WARNING,
                message=f"{proxy} is much of the internet; anybody in it may say that they are somebody else",
                hint="name your proxy's own address or network, e.g. 127.0.0.1",
            )
