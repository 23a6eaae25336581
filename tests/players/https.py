"""The players that speak https, each made to believe the station's certificate and nobody else's for it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.players.evidence import Recording
from tests.players.programs import COMMAND_PLAYERS, CommandPlayer, Curl, Player
from tests.reception.tls import PAIRS

# The small station's.
CERTIFICATE = PAIRS / "first.crt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHttps:
    """A player that is given the https address of what the others play by http."""

    player: Player

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.player.name} by https"

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Play it. Raises PlayerFailedError."""
        return self.player.record(url.replace("http://", "https://", 1), folder, seconds)


def _believing(name: str, options: Callable[[Path], list[str]]) -> ByHttps:
    """A player of that name, with options before all others; they are given its folder."""
    found = next(player for player in COMMAND_PLAYERS if player.name == name)
    assert isinstance(found, CommandPlayer)
    plain = found.arguments

    def arguments(url: str, folder: Path, seconds: float) -> list[str]:
        program, *rest = plain(url, folder, seconds)
        return [program, *options(folder), *rest]

    return ByHttps(player=replace(found, arguments=arguments))


def _folder_of_trust(folder: Path) -> list[str]:
    # VLC takes no single certificate, and is another user, who need not be able to read ours.
    trusted = folder / "trusted"
    trusted.mkdir()
    shutil.copyfile(CERTIFICATE, trusted / "station.pem")
    return ["--no-gnutls-system-trust", f"--gnutls-dir-trust={trusted}"]


TITLED: tuple[Player, ...] = (
    _believing("ffmpeg", lambda _: ["-tls_verify", "1", "-ca_file", str(CERTIFICATE)]),
    _believing("mpv", lambda _: ["--tls-verify=yes", f"--tls-ca-file={CERTIFICATE}"]),
    ByHttps(player=Curl(options=("--cacert", str(CERTIFICATE)))),
)
# VLC 3 does not ask for titles by https.
UNTITLED: tuple[Player, ...] = (_believing("vlc", _folder_of_trust),)
HTTPS_PLAYERS = (*TITLED, *UNTITLED)
