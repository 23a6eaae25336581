"""The players: how each is started headless, where it tells titles, how it speaks of damaged sound.

All names are Debian 12's packages. A program that is missing is a failure, not a skip: the promise is
that these play the stream.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.players.evidence import PlayerFailedError, Recording, changes
from tests.players.icy_capture import split_capture

# Long enough for two tracks, a bulletin with two stories and two tracks more, whatever comes first.
RECORD_S = 40.0
# What a program may need to start, fill its buffers and write its files.
GRACE_S = 30.0

# Every player prints the title as it came; UTF-8 must survive the way to our eyes as well.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TERM": "dumb"}
# As ffmpeg, mpv and VLC do it: the title ends at the first `';`.
_ICY = re.compile(r"StreamTitle='(.*?)';")


class Player(Protocol):
    """A program that can play the stream and tell what it has heard."""

    @property
    def name(self) -> str:
        """What the test is called."""

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Play `url` for so many seconds, leaving files in `folder`. Raises PlayerFailedError."""


def require(executable: str, package: str) -> None:
    """Raise PlayerFailedError, with what to do, where the program is missing."""
    if shutil.which(executable) is None:
        raise PlayerFailedError(f"{executable} is not installed. On Debian: apt-get install {package}")


def as_ordinary_user(folder: Path) -> list[str]:
    """What to put before a command that refuses to be root; `folder` is given to that user."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]


def run(
    command: Sequence[str],
    log: Path,
    *,
    seconds: float,
    expect: Sequence[int] = (0,),
) -> str:
    """Run a program, which ends by itself after so many seconds, into its log file; give the log's text.

    Raises PlayerFailedError where it does not end, or ends with a code that is not expected.
    """
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_ENVIRONMENT, "HOME": str(log.parent)},
        )
        try:
            code: int | None = process.wait(seconds + GRACE_S)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            process.kill()
            process.wait()
    text = read_log(log)
    if code not in expect:
        tail = "\n".join(text.splitlines()[-15:])
        raise PlayerFailedError(f"{command[0]} ended with {'no end' if code is None else code}:\n{tail}")
    return text


def read_log(log: Path) -> str:
    """A log as text; progress lines that overwrite themselves become lines of their own."""
    return log.read_bytes().decode("utf-8", "replace").replace("\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPlayer:
    """A player that is one command line. `arguments` are given the URL, the folder and the seconds."""

    name: str
    package: str
    arguments: Callable[[str, Path, float], list[str]]
    title: re.Pattern[str]
    complaint: re.Pattern[str]
    # What a complaint may look like and be none: reason in the table.
    harmless: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    # Where it hangs up, having played for as long as it was to: what it says of that is no complaint.
    hangs_up: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    sound: str
    own_log: str = ""
    refuses_root: bool = False

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Play it. Raises PlayerFailedError."""
        command = self.arguments(url, folder, seconds)
        require(command[0], self.package)
        before = as_ordinary_user(folder) if self.refuses_root else []
        log = folder / "output.log"
        text = run([*before, *command], log, seconds=seconds)
        if self.own_log:
            log = folder / self.own_log
            text = read_log(log)
        playing = self.hangs_up.split(text, maxsplit=1)[0]
        complaints = [
            line
            for line in playing.splitlines()
            if self.complaint.search(line) and not self.harmless.search(line)
        ]
        return Recording(
            titles=tuple(changes(self.title.findall(text))),
            sound=folder / self.sound,
            complaints=tuple(complaints),
            log=log,
        )


def _ffmpeg(url: str, folder: Path, seconds: float) -> list[str]:
    common = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+verbose"]
    return [*common, "-i", url, "-t", f"{seconds:g}", str(folder / "sound.wav")]


def _mpg123(url: str, folder: Path, seconds: float) -> list[str]:
    frames = round(seconds / 0.024)
    return ["mpg123", "-v", "-n", str(frames), "-w", str(folder / "sound.wav"), url]


def _mpv(url: str, folder: Path, seconds: float) -> list[str]:
    quiet = ["mpv", "--no-config", "--no-terminal", "--ao=null", "--vo=null", f"--length={seconds:g}"]
    return [*quiet, f"--log-file={folder / 'mpv.log'}", f"--stream-record={folder / 'sound.mp3'}", url]


def _vlc(url: str, folder: Path, seconds: float) -> list[str]:
    quiet = ["cvlc", "-vv", "--no-color", "--no-dbus", "--no-media-library", "--no-metadata-network-access"]
    output = ["--aout=afile", f"--audiofile-file={folder / 'sound.wav'}"]
    return [*quiet, *output, f"--run-time={seconds:g}", "--play-and-exit", url, "vlc://quit"]


def _mplayer(url: str, folder: Path, seconds: float) -> list[str]:
    quiet = [
        "mplayer",
        "-noconfig",
        "all",
        "-nolirc",
        "-vo",
        "null",
        "-ao",
        f"pcm:file={folder / 'sound.wav'}",
    ]
    return [*quiet, "-endpos", f"{seconds:g}", url]


def _streamripper(url: str, folder: Path, seconds: float) -> list[str]:
    # --xs_none: cut where the title changes, not at a silence near it. -a: the whole stream in one file too.
    charsets = [f"--codeset-{what}=UTF-8" for what in ("filesys", "id3", "metadata", "relay")]
    files = ["-d", str(folder), "-a", "sound.mp3", "-o", "always", "-q", "--xs_none"]
    return ["streamripper", url, "-l", f"{seconds:g}", *files, *charsets]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curl:
    """curl saves the bytes as they come; the ICY in them is taken apart here, to the byte."""

    name: str = "curl"
    # Icecast lets its listeners in at any byte; we at a frame.
    may_begin_torn: bool = False
    options: tuple[str, ...] = ()

    def record(self, url: str, folder: Path, seconds: float) -> Recording:
        """Save the stream and split it. Raises PlayerFailedError."""
        require("curl", "curl")
        raw, head, log = folder / "capture.icy", folder / "capture.head", folder / "output.log"
        command = ["curl", "-sS", "-N", "-H", "Icy-MetaData: 1", "-D", str(head), "-o", str(raw)]
        # 28: the time was up, which is how a stream without an end is meant to end here.
        limits = [*self.options, "--max-time", f"{seconds:g}"]
        log_text = run([*command, *limits, url], log, seconds=seconds, expect=(28,))
        capture = split_capture(head.read_bytes(), raw.read_bytes())
        sound = folder / "sound.mp3"
        sound.write_bytes(capture.audio)
        complaints = [line for line in log_text.splitlines() if not line.startswith("curl: (28)")]
        if capture.torn and not self.may_begin_torn:
            complaints.append(f"the stream begins {capture.torn} bytes before a frame")
        return Recording(
            titles=tuple(changes(title for _, title in capture.titles)),
            sound=sound,
            complaints=tuple(complaints),
            log=log,
        )


COMMAND_PLAYERS: tuple[Player, ...] = (
    CommandPlayer(
        name="ffmpeg",
        package="ffmpeg",
        arguments=_ffmpeg,
        title=re.compile(r"Metadata update for StreamTitle: (.*)"),
        complaint=re.compile(r"\[(warning|error|fatal|panic)\]"),
        sound="sound.wav",
    ),
    CommandPlayer(
        name="mpg123",
        package="mpg123",
        arguments=_mpg123,
        title=re.compile(r"ICY-META: " + _ICY.pattern),
        complaint=re.compile(r"(?i)\b(warning|error)\b"),
        sound="sound.wav",
    ),
    CommandPlayer(
        name="mpv",
        package="mpv",
        arguments=_mpv,
        title=re.compile(r"\[display-tags\]\s+icy-title: (.*)"),
        complaint=re.compile(r"^\[ *[\d.]+\]\[[wef]\]|Enter buffering"),
        # Recording is experimental, it says. An underrun of the sound device with no buffering before it is
        # this machine's, when it is too busy to play; a stream that starves makes mpv buffer.
        harmless=re.compile(r"\[recorder\] This is an experimental|Audio device underrun"),
        # In the middle of a TLS record, which it then cannot decode.
        hangs_up=re.compile(r"Terminating demuxers"),
        sound="sound.mp3",
        own_log="mpv.log",
    ),
    CommandPlayer(
        name="vlc",
        package="vlc-bin vlc-plugin-base",
        arguments=_vlc,
        title=re.compile(r"New Icy-Title=(.*)"),
        complaint=re.compile(r" (warning|error): "),
        # It warns of every ICY stream as such; the rest speaks of a desktop that is not there.
        harmless=re.compile(r"ICY metaint=|interface error|interface \"\w+,none\"|ml\.xspf"),
        sound="sound.wav",
        refuses_root=True,
    ),
    CommandPlayer(
        name="mplayer",
        package="mplayer",
        arguments=_mplayer,
        title=re.compile(r"ICY Info: " + _ICY.pattern),
        complaint=re.compile(r"(?i)\b(error|invalid|damaged|corrupt|lost)\b"),
        sound="sound.wav",
    ),
    CommandPlayer(
        name="streamripper",
        package="streamripper",
        arguments=_streamripper,
        # "[ripping...    ] Artist - Title [   31kb]"; with no artist it prints " - Title".
        title=re.compile(
            r"^\[(?:buffering|skipping|ripping)[^\]]*\] +(?:- )?(.*?)(?: \[ *\d+\w*b\])?$", re.MULTILINE
        ),
        complaint=re.compile(r"(?i)\b(error|reconnect\w*)\b"),
        sound="sound.mp3",
    ),
    Curl(),
)
