"""Composition: one station on the air, from its folder to its listeners.

The order of things at the start is the order in which they take time: the port first (the commonest
mistake is answered at once), then the studio process and the emergency sound, which need the longest,
then this process's own rooms while those two get ready.
"""

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from radiocast.assets import STANDBY_SOUND
from radiocast.audience.keeping import FOLDER, Keeping
from radiocast.config.load import load_station
from radiocast.config.station import StationConfig
from radiocast.folder import StationFolder
from radiocast.model.errors import EnvironmentFault, MediaError, RadiocastError
from radiocast.reception.certificate import Certificate
from radiocast.reception.proxies import TrustedProxies
from radiocast.studio.standby import encode_standby, standby_path
from radiocast.transmitter.descriptors import raise_descriptor_limit, room_for_listeners
from radiocast.transmitter.job import SECURE_DESCRIPTORS

if TYPE_CHECKING:
    from radiocast.audience.recorder import Recorder
    from radiocast.transmitter.emergency import Emergency

log = logging.getLogger(__name__)

# Below it a phone's connection that comes while the loop is in a slice would be refused by the kernel.
_LISTEN_BACKLOG: Final = 4096
# Descriptors of this process that are for pages being served. Those who have not said what they want make
# room when there is none.
_PAGE_DESCRIPTORS: Final = 300
# On a very first start listeners wait for the emergency sound to be encoded; a few seconds later the studio
# makes a longer one from the sustainer.
_FIRST_STANDBY_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the station listens, after `--host`, `--port` and `station.yaml` have been heard."""

    host: str
    port: int


def bind(address: Address) -> socket.socket:
    """The listening socket; on `::` it is IPv6's and IPv4's.

    Raises EnvironmentFault that names host and port when it cannot be had.
    """
    host = address.host.removeprefix("[").removesuffix("]")
    try:
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        raise EnvironmentFault(_unusable(address, error)) from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in host:
            # Else it depends on the machine (net.ipv6.bindv6only) who can hear the station.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, address.port))
        sock.listen(_LISTEN_BACKLOG)
    except OSError as error:
        sock.close()
        raise EnvironmentFault(_unusable(address, error)) from error
    sock.setblocking(False)
    return sock


def _unusable(address: Address, error: OSError) -> str:
    if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT} or isinstance(error, socket.gaierror):
        what_to_do = (
            "This machine has no such address: choose one that it has, or 0.0.0.0 for all "
            "(:: with IPv6), with --host or in config/station.yaml under listen: host."
        )
    elif error.errno == errno.EACCES:
        what_to_do = (
            "Ports below 1024 are for the administrator (CAP_NET_BIND_SERVICE): "
            "choose another one with --port or in config/station.yaml under listen: port."
        )
    else:
        what_to_do = (
            "Another program may have it (perhaps a radiocast that is still running): end that one, "
            "or choose another port with --port or in config/station.yaml under listen: port."
        )
    return f"port {address.port} on {address.host} cannot be used: {error.strerror or error}. {what_to_do}"


def raise_limits(*, max_listeners: int, workers: int, secure: bool) -> str:
    """Allow as many descriptors as the system lets us; a sentence where that is too few for all listeners."""
    allowed = raise_descriptor_limit()
    # A worker holds listeners, and those who ask by TLS; this process has the pages and all who ask.
    room = room_for_listeners(aside=_PAGE_DESCRIPTORS)
    if workers:
        room = workers * room_for_listeners(aside=SECURE_DESCRIPTORS if secure else 0)
    if room >= max_listeners:
        return ""
    return (
        f"This machine lets a process have {allowed:,} open files, so that about {room:,} can listen, not "
        f"the {max_listeners:,} of listen.max_listeners. Raise the limit (ulimit -n, LimitNOFILE=), or "
        "listen.workers."
    )


async def serve(
    folder: StationFolder, *, host: str | None = None, port: int | None = None, verbose: bool = False
) -> None:
    """Run the station until SIGTERM or SIGINT.

    Raises ConfigurationError for a `station.yaml` that cannot be understood or a certificate that cannot be
    used, and EnvironmentFault for a port that cannot be had; after that nothing but a signal ends it.
    """
    config = load_station(folder.station_file)
    proxies = TrustedProxies.parse(config.listen.trusted_proxies)
    tls = config.listen.tls
    certificate = None if tls is None else Certificate(folder.root / tls.cert, folder.root / tls.key)
    address = Address(host=host or config.listen.host, port=config.listen.port if port is None else port)
    with contextlib.ExitStack() as listening:
        socks = [listening.enter_context(bind(address))]
        if tls is not None and tls.port is not None:
            socks.append(listening.enter_context(bind(Address(host=address.host, port=tls.port))))
        await _on_air(folder, config, socks, proxies, certificate, verbose=verbose)


async def _on_air(
    folder: StationFolder,
    config: StationConfig,
    socks: Sequence[socket.socket],
    proxies: TrustedProxies,
    certificate: Certificate | None,
    *,
    verbose: bool,
) -> None:
    if folder.var_problem:
        log.warning(folder.var_problem)
    limit = raise_limits(
        max_listeners=config.listen.max_listeners,
        workers=config.listen.workers,
        secure=certificate is not None,
    )
    if limit:
        log.warning(limit)
    emergency = asyncio.create_task(_emergency(folder, config), name="emergency-sound")
    # Imported while ffmpeg works, after the port is ours: aiohttp alone takes a quarter of the first second.
    from radiocast.audience.recorder import Recorder
    from radiocast.supervisor import StudioSupervisor, studio_command
    from radiocast.transmitter.terms import Terms
    from radiocast.transmitter.transmitter import Transmitter
    from radiocast.web.app import build_app
    from radiocast.web.door import Door
    from radiocast.web.front import Front, plain_socket
    from radiocast.web.https import Https
    from radiocast.web.source import HouseLook
    from radiocast.web.way_in import WayIn

    recorder = Recorder(_keeping(folder, config))
    transmitter = Transmitter(
        config.mounts,
        station_name=config.station.name,
        emergency=await emergency,
        lead_s=config.audio.lead_s,
        terms=Terms(
            max_listeners=config.listen.max_listeners,
            max_per_address=config.listen.max_per_address,
            max_duration_s=config.listen.max_duration_s,
            burst_s=config.listen.burst_s,
            slow_listener=config.listen.slow_listener,
            hall_room=room_for_listeners(aside=_PAGE_DESCRIPTORS),
        ),
        workers=config.listen.workers,
        record=recorder.record,
    )
    supervisor = StudioSupervisor(transmitter, studio_command(folder, verbose=verbose))

    def house() -> HouseLook:
        """What pages tell beside the air: asked for once all of it is there."""
        lobby, kept = way_in.lobby, recorder.look()
        secure = () if certificate is None else certificate.problems(datetime.now(UTC))
        return HouseLook(
            max_listeners=config.listen.max_listeners,
            waiting=lobby.waiting + transmitter.crew.waiting,
            turned_away=tuple(
                (reason.value, count + (0 if https is None else https.turned_away_by_workers[reason]))
                for reason, count in lobby.refused.items()
            ),
            records_dropped=kept.dropped + kept.lost,
            certificate_ends=None if certificate is None else certificate.ends_at,
            problems=(*filter(None, [limit]), *secure, *kept.problems),
        )

    app = build_app(
        transmitter,
        config,
        house=house,
        published=folder.var / "published" if config.newsroom.publish else None,
    )
    https = (
        None
        if certificate is None
        else Https(certificate, door=socks[-1], record=recorder.record, proxies=proxies)
    )
    way_in = WayIn(
        socks,
        door=Door(transmitter, config.station, record=recorder.record),
        front=Front(
            app, record=recorder.record, inner_socket=plain_socket if https is None else https.inner_socket
        ),
        record=recorder.record,
        proxies=proxies,
        secure=certificate,
    )
    if https is not None:
        https.share_with(transmitter.crew, way_in)
    stop = _stopped_by_signal()

    async with asyncio.TaskGroup() as tasks:
        studio = tasks.create_task(supervisor.run(), name="studio-supervisor")
        pacing = tasks.create_task(transmitter.run(), name="transmitter")
        crew = tasks.create_task(transmitter.crew.run(), name="workers")
        secure = None if https is None else tasks.create_task(https.run(), name="https")
        await way_in.open()
        announce(config, socks)
        # What is recorded until now has waited: the first second is the first listeners'.
        recording = tasks.create_task(_recording(recorder), name="audience-recorder")
        gc.freeze()  # what start-up made stays; the collector need not walk it while listeners wait
        await stop.wait()
        log.info("closing down")
        await supervisor.stop()
        transmitter.close()
        await way_in.close()
        await crew
        # Everybody has left; what is still to be written of that is.
        recorder.stop()
        await recording
        studio.cancel()
        pacing.cancel()
        if secure is not None:
            secure.cancel()


async def _recording(recorder: "Recorder") -> None:
    """Record until told to stop. Who listens is not to suffer for a mistake of ours in that."""
    try:
        await recorder.run()
    except Exception:
        log.exception("the audience is not recorded any more")


def _stopped_by_signal() -> asyncio.Event:
    """Set when somebody wants the station to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _keeping(folder: StationFolder, config: StationConfig) -> Keeping:
    """What is kept about listeners, as `records:` says, in `var/audience`."""
    return Keeping(
        folder=folder.var / FOLDER,
        zone=config.station.timezone,
        addresses=config.records.addresses,
        keep_days=config.records.keep_days,
        log_files=config.records.access_log_files,
        log_bytes=config.records.access_log_bytes,
    )


async def _emergency(folder: StationFolder, config: StationConfig) -> "Emergency":
    """The transmitter's own sound: the last run's sustainer, else the built-in sound, else silence."""
    from radiocast.transmitter.emergency import Emergency

    kept = folder.var / "emergency"
    title = config.station.name
    try:
        return await asyncio.to_thread(
            Emergency.from_files,
            config.mounts,
            [standby_path(kept, mount) for mount in config.mounts],
            title=title,
        )
    except MediaError as error:
        # The first run, or other mounts than last time.
        log.debug("no emergency sound is kept: %s", error)
    try:
        files = await encode_standby(STANDBY_SOUND, config.mounts, kept, max_s=_FIRST_STANDBY_S)
        return await asyncio.to_thread(Emergency.from_files, config.mounts, files, title=title)
    except (RadiocastError, OSError) as error:
        log.error("no emergency sound, so a studio that fails is heard as silence: %s", error)  # noqa: TRY400
        return Emergency.silent(config.mounts, title=title)


def announce(config: StationConfig, socks: Sequence[socket.socket]) -> None:
    """Tell whoever started the station where to hear it; https is at the last of `socks`, if at all."""
    plain = _base("http", socks[0])
    bases = [plain] if config.listen.tls is None else [plain, _base("https", socks[-1])]
    lines = [
        f"{config.station.name} is on the air.",
        *(f"  listen   {base}{mount.path}" for base in bases for mount in config.mounts),
        *(f"  page     {base}/" for base in bases),
        f"  status   {plain}/status",
        "Ctrl-C ends it.",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201 - the one thing serve says on stdout


def _base(scheme: str, sock: socket.socket) -> str:
    """The address to open on this machine."""
    host, port = sock.getsockname()[:2]
    shown = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"
