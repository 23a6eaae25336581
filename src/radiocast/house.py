"""The process that has the port, put together: its rooms, and who of them knows whom.

Must not know: when each begins and ends (`station` does), or what any of them does.
"""

import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from radiocast.audience.keeping import FOLDER, Keeping
from radiocast.audience.recorder import Recorder
from radiocast.config.station import StationConfig
from radiocast.descriptors import allowed_descriptors, room_for_listeners
from radiocast.folder import StationFolder
from radiocast.reception.certificate import Certificate
from radiocast.reception.proxies import TrustedProxies
from radiocast.supervisor import StudioSupervisor, studio_command
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.transmitter import Transmitter
from radiocast.web.app import build_app
from radiocast.web.door import Door
from radiocast.web.front import Front, plain_socket
from radiocast.web.https import Https
from radiocast.web.source import HouseLook
from radiocast.web.way_in import WayIn


class House:
    """Every room of it, ready to run; `https` is None without a certificate.

    `socks` are the listening sockets; https is at the last of them, if at all. `limits` is a sentence about
    what this machine has too little of, or empty.
    """

    def __init__(
        self,
        folder: StationFolder,
        config: StationConfig,
        *,
        socks: Sequence[socket.socket],
        certificate: Certificate | None,
        emergency: Emergency,
        limits: str,
        verbose: bool,
    ) -> None:
        self._certificate = certificate
        self._max_listeners = config.listen.max_listeners
        self._limits = limits
        self.recorder = Recorder(_keeping(folder, config))
        record = self.recorder.record
        self.transmitter = Transmitter(
            config.mounts,
            station_name=config.station.name,
            emergency=emergency,
            lead_s=config.audio.lead_s,
            terms=_terms(config),
            workers=config.listen.workers,
            record=record,
        )
        self.supervisor = StudioSupervisor(self.transmitter, studio_command(folder, verbose=verbose))
        proxies = TrustedProxies.parse(config.listen.trusted_proxies)
        self.https = (
            None
            if certificate is None
            else Https(certificate, door=socks[-1], record=record, proxies=proxies)
        )
        app = build_app(
            self.transmitter,
            config,
            house=self.look,
            published=folder.var / "published" if config.newsroom.publish else None,
        )
        inner_socket = plain_socket if self.https is None else self.https.inner_socket
        self.way_in = WayIn(
            socks,
            door=Door(self.transmitter, config.station, record=record),
            front=Front(app, record=record, inner_socket=inner_socket),
            record=record,
            proxies=proxies,
            secure=certificate,
        )
        if self.https is not None:
            self.https.share_with(self.transmitter.crew, self.way_in)

    def look(self) -> HouseLook:
        """What pages tell beside the air."""
        lobby, kept, certificate = self.way_in.lobby, self.recorder.look(), self._certificate
        in_workers: Mapping[str, int] = {} if self.https is None else self.https.turned_away_by_workers
        secure = () if certificate is None else certificate.problems(datetime.now(UTC))
        return HouseLook(
            max_listeners=self._max_listeners,
            waiting=lobby.waiting + self.transmitter.crew.waiting,
            turned_away=tuple(
                (reason.value, count + in_workers.get(reason, 0)) for reason, count in lobby.refused.items()
            ),
            records_dropped=kept.dropped + kept.lost,
            certificate_ends=None if certificate is None else certificate.ends_at,
            problems=(*filter(None, [self._limits]), *secure, *kept.problems),
        )


def _terms(config: StationConfig) -> Terms:
    """On what terms anybody may listen, as `listen:` says."""
    return Terms(
        max_listeners=config.listen.max_listeners,
        max_per_address=config.listen.max_per_address,
        max_duration_s=config.listen.max_duration_s,
        burst_s=config.listen.burst_s,
        slow_listener=config.listen.slow_listener,
        hall_room=room_for_listeners(allowed_descriptors(), workers=0, secure=False),
    )


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
