"""Servers that listen to our mount: Icecast as a relay, MPD, Liquidsoap; each started, asked, stopped."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.players.evidence import PlayerFailedError, Recording, changes
from tests.players.programs import Curl, Player, as_ordinary_user, read_log, require
from tests.players.small_station import fetch, free_port

_START_S = 60.0

# As an operator writes it: ICY titles on, the source taken at once and not at the first listener. Without
# the charset Icecast 2.4 takes an MP3 mount's titles for Latin-1 on its own pages.
_ICECAST = """\
<icecast>
  <location>Earth</location><admin>nobody@localhost</admin><hostname>127.0.0.1</hostname>
  <limits><clients>20</clients><sources>2</sources><burst-size>65535</burst-size></limits>
  <authentication>
    <source-password>unused</source-password><relay-password>unused</relay-password>
    <admin-user>unused</admin-user><admin-password>unused</admin-password>
  </authentication>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <relay>
    <server>127.0.0.1</server><port>{source_port}</port><mount>{mount}</mount>
    <local-mount>/relay.mp3</local-mount><on-demand>0</on-demand>
    <relay-shoutcast-metadata>1</relay-shoutcast-metadata>
  </relay>
  <mount><mount-name>/relay.mp3</mount-name><charset>UTF-8</charset></mount>
  <paths>
    <basedir>/usr/share/icecast2</basedir><logdir>{folder}</logdir>
    <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot>
  </paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging>
</icecast>
"""

_LIQUIDSOAP = """\
settings.init.allow_root.set(true)
log.stdout.set(true)
log.file.set(false)
log.level.set(3)
s = input.http(id="radiocast", max_buffer=10., "{url}")
s.on_metadata(fun (m) -> print("TITLE <" ^ m["title"] ^ ">"))
output.file(%wav, fallible=true, "{sound}", s)
"""

_MPD = """\
music_directory "{folder}"
bind_to_address "{folder}/socket"
zeroconf_enabled "no"
log_level "verbose"
input {{
    plugin "curl"
}}
audio_output {{
    type "recorder"
    name "recorder"
    encoder "wave"
    path "{folder}/sound.wav"
}}
"""


@contextlib.contextmanager
def running(command: list[str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A server for the length of a block, its output in `log`."""
    with log.open("wb") as sink:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(log.parent)}
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=environment
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: str, ready: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a server is ready. Raises PlayerFailedError, with the end of its log."""
    deadline = time.monotonic() + _START_S
    pause = threading.Event()
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        pause.wait(0.1)
    tail = "\n".join(read_log(log).splitlines()[-15:]) if log.exists() else ""
    raise PlayerFailedError(f"{what} was not ready within {_START_S:g} s:\n{tail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IcecastRelay:
    """Icecast 2.4 relays our mount; curl is its listener."""

    name: str = "icecast2-relay"

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Relay and listen. Raises PlayerFailedError."""
        require("icecast2", "icecast2")
        source, port = urlsplit(url), free_port()
        config = folder / "icecast.xml"
        config.write_text(
            _ICECAST.format(port=port, source_port=source.port, mount=source.path, folder=folder), "utf-8"
        )
        error_log = folder / "error.log"
        command = [*as_ordinary_user(folder), "icecast2", "-c", str(config)]
        base = f"http://127.0.0.1:{port}"
        listening = folder / "listener"
        listening.mkdir()
        with running(command, folder / "output.log") as icecast:
            wait_for("Icecast's relay", lambda: _icecast_source(base) is not None, icecast, error_log)
            heard = Curl(may_begin_torn=True).record(f"{base}/relay.mp3", listening, seconds)
            shown = _icecast_source(base)
        complaints = [line for line in read_log(error_log).splitlines() if " EROR " in line]
        if shown is not None and shown.get("title") not in heard.titles:
            complaints.append(
                f"Icecast's own page shows {shown.get('title')!r}, which its listener never saw"
            )
        return Recording(
            titles=heard.titles,
            sound=heard.sound,
            complaints=(*heard.complaints, *complaints),
            log=error_log,
        )


def _icecast_source(base: str) -> dict[str, object] | None:
    """What Icecast says of the relayed mount; None while it has none.

    Its JSON is broken while it starts (no `{` after `icestats`), and with some titles: no answer either.
    """
    try:
        source: dict[str, object] | None = json.loads(fetch(f"{base}/status-json.xsl"))["icestats"].get(
            "source"
        )
    except (OSError, ValueError):
        return None
    return source


@dataclass(frozen=True, slots=True, kw_only=True)
class Mpd:
    """MPD plays into its recorder; `currentsong` is asked five times a second, as clients do."""

    name: str = "mpd"

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Play it. Raises PlayerFailedError."""
        require("mpd", "mpd")
        config, log, address = folder / "mpd.conf", folder / "output.log", folder / "socket"
        config.write_text(_MPD.format(folder=folder), "utf-8")
        command = ["mpd", "--no-daemon", "--stderr", str(config)]
        with running(command, log) as mpd:
            wait_for("MPD", address.exists, mpd, log)
            titles = self._listen(address, url, seconds)
        complaints = [
            line
            for line in read_log(log).splitlines()
            if re.search(r"(?i)\b(error|failed|exception|underrun)\b", line) and "client:" not in line
        ]
        return Recording(
            titles=tuple(changes(titles)), sound=folder / "sound.wav", complaints=tuple(complaints), log=log
        )

    def _listen(self, address: Path, url: str, seconds: float) -> list[str]:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(str(address))
            answers = link.makefile("r", encoding="utf-8")

            def ask(command: str) -> dict[str, str]:
                link.sendall(command.encode() + b"\n")
                fields: dict[str, str] = {}
                for line in answers:
                    if line.startswith(("OK", "ACK")):
                        if line.startswith("ACK"):
                            raise PlayerFailedError(f"MPD does not {command}: {line}")
                        return fields
                    key, _, value = line.rstrip("\n").partition(": ")
                    fields[key] = value
                raise PlayerFailedError(f"MPD hung up at {command}")

            answers.readline()  # its greeting
            ask(f'add "{url}"')
            ask("play")
            titles: list[str] = []
            pause = threading.Event()
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                titles.append(ask("currentsong").get("Title", ""))
                pause.wait(0.2)
            state = ask("status").get("state")
            ask("stop")  # the recorder writes the length into the file's head now
        if state != "play":
            raise PlayerFailedError(f"after {seconds:g} s MPD was in state {state}, not playing")
        return titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Liquidsoap:
    """Liquidsoap takes the stream as an input, as a station that relays us would."""

    name: str = "liquidsoap"

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Play it. Raises PlayerFailedError."""
        require("liquidsoap", "liquidsoap")
        script, log, sound = folder / "relay.liq", folder / "output.log", folder / "sound.wav"
        script.write_text(_LIQUIDSOAP.format(url=url, sound=sound), "utf-8")
        with running(["liquidsoap", str(script)], log) as process:
            # It compiles its library first, which takes a busy machine half a minute.
            wait_for("Liquidsoap", lambda: "Streaming loop starts" in read_log(log), process, log)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                raise PlayerFailedError(f"Liquidsoap ended by itself:\n{read_log(log)[-2000:]}")
            process.send_signal(signal.SIGINT)
            process.wait(10)
        text = read_log(log)
        return Recording(
            titles=tuple(changes(re.findall(r"^TITLE <(.*)>$", text, re.MULTILINE))),
            sound=sound,
            complaints=tuple(
                line for line in text.splitlines() if re.search(r"^[\d/]+ [\d:]+ \[[^\]]*:[12]\]", line)
            ),
            log=log,
        )


SERVERS: tuple[Player, ...] = (IcecastRelay(), Mpd(), Liquidsoap())
