"""One station on the air, from its start to its end.

The order of things at the start is the order in which they take time: the port first (the commonest
mistake is answered at once), then the studio process and the emergency sound, which need the longest,
then this process's own rooms (`house`) while those two get ready.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from radiocast.assets import STANDBY_SOUND
from radiocast.binding import Address, base, bind
from radiocast.config.load import load_station
from radiocast.config.station import Listen, StationConfig
from radiocast.descriptors import allowed_descriptors, raise_descriptor_limit, room_for_listeners
from radiocast.folder import StationFolder
from radiocast.model.errors import MediaError, RadiocastError
from radiocast.reception.certificate import Certificate
from radiocast.studio.standby import encode_standby, standby_path

if TYPE_CHECKING:
    from radiocast.audience.recorder import Recorder
    from radiocast.transmitter.emergency import Emergency

log = logging.getLogger(__name__)

# On a very first start listeners wait for the emergency sound to be encoded; a few seconds later the studio
# makes a longer one from the sustainer.
_FIRST_STANDBY_S: Final = 10.0


async def serve(
    folder: StationFolder, *, host: str | None = None, port: int | None = None, verbose: bool = False
) -> None:
    """Run the station until SIGTERM or SIGINT.

    Raises ConfigurationError for a `station.yaml` that cannot be understood or a certificate that cannot be
    used, and EnvironmentFault for a port that cannot be had; after that nothing but a signal ends it.
    """
    config = load_station(folder.station_file)
    tls = config.listen.tls
    certificate = None if tls is None else Certificate(folder.root / tls.cert, folder.root / tls.key)
    address = Address(host=host or config.listen.host, port=config.listen.port if port is None else port)
    with contextlib.ExitStack() as listening:
        socks = [listening.enter_context(bind(address))]
        if tls is not None and tls.port is not None:
            secure = Address(
                host=address.host, port=tls.port, where="in config/station.yaml under listen: tls: port"
            )
            socks.append(listening.enter_context(bind(secure)))
        await _on_air(folder, config, socks, certificate, verbose=verbose)


async def _on_air(
    folder: StationFolder,
    config: StationConfig,
    socks: Sequence[socket.socket],
    certificate: Certificate | None,
    *,
    verbose: bool,
) -> None:
    limits = raise_limits(config.listen)
    for problem in filter(None, (folder.var_problem, limits)):
        log.warning(problem)
    emergency = asyncio.create_task(_emergency(folder, config), name="emergency-sound")
    # Imported after the port is ours: aiohttp alone takes a quarter of the first second.
    from radiocast.house import House

    house = House(
        folder,
        config,
        socks=socks,
        certificate=certificate,
        emergency=await emergency,
        limits=limits,
        verbose=verbose,
    )
    stop = _stopped_by_signal()
    async with asyncio.TaskGroup() as tasks:
        # Those that go on until somebody ends them.
        lasting = [
            tasks.create_task(house.supervisor.run(), name="studio-supervisor"),
            tasks.create_task(house.transmitter.run(), name="transmitter"),
        ]
        if house.https is not None:
            lasting.append(tasks.create_task(house.https.run(), name="https"))
        crew = tasks.create_task(house.transmitter.crew.run(), name="workers")
        await house.way_in.open()
        announce(config, socks)
        # What is recorded until now has waited: the first second is the first listeners'.
        recording = tasks.create_task(_recording(house.recorder), name="audience-recorder")
        gc.freeze()  # what start-up made stays; the collector need not walk it while listeners wait
        await stop.wait()
        log.info("closing down")
        await house.supervisor.stop()
        house.transmitter.close()
        await house.way_in.close()
        await crew
        # Everybody has left; what is still to be written of that is.
        house.recorder.stop()
        await recording
        for task in lasting:
            task.cancel()


def raise_limits(listen: Listen) -> str:
    """Allow as many descriptors as the system lets us; a sentence where that is too few for all listeners."""
    raise_descriptor_limit()
    allowed = allowed_descriptors()
    room = room_for_listeners(allowed, workers=listen.workers, secure=listen.tls is not None)
    if room >= listen.max_listeners:
        return ""
    return (
        f"This machine lets a process have {allowed:,} open files, so that about {room:,} can listen, not "
        f"the {listen.max_listeners:,} of listen.max_listeners. Raise the limit (ulimit -n, LimitNOFILE=), "
        "or listen.workers."
    )


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
    plain = base("http", socks[0])
    bases = [plain] if config.listen.tls is None else [plain, base("https", socks[-1])]
    lines = [
        f"{config.station.name} is on the air.",
        *(f"  listen   {one}{mount.path}" for one in bases for mount in config.mounts),
        *(f"  page     {one}/" for one in bases),
        f"  status   {plain}/status",
        "Ctrl-C ends it.",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201 - the one thing serve says on stdout
