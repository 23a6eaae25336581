"""A crowd of listeners: the load generator in as many processes as it takes, as one.

Owns: how commands and figures are shared out and put together.
"""

import json
import math
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bench.listeners.building import BenchError, Programs
from bench.listeners.folder import BITRATE_KBPS, MOUNT
from bench.listeners.usage import cpu_s

# A process may have 20,000 descriptors on many machines.
EARS_A_PROCESS: Final = 16_000
_FINISH_S: Final = 20.0
# What stands for the margin of nobody.
_NO_MARGIN_S: Final = 1e8


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one group of listeners met with. Times in seconds; `margin_s` is the least sound in hand.

    `lost`: refused, not connected, ended, or without sound; of those who had stopped reading, the ended are
    `dropped` instead. `dry`: a player that began at its first byte would have fallen silent. `first_byte_s`
    counts from connect(): how many at most so late, ascending. Steady: after `mark`.
    """

    asked: int
    heard: int
    lost: int
    dropped: int
    wrong: int
    dry: int
    skips: int
    wait_s: float
    wait_steady_s: float
    margin_s: float | None
    margin_steady_s: float | None
    first_byte_s: tuple[tuple[float, int], ...]

    def first_byte_within_s(self, part: float) -> float:
        """So late at most the first byte came to this part of all; nan where nobody heard one."""
        total = sum(count for _, count in self.first_byte_s)
        passed = 0
        for upper_s, count in self.first_byte_s:
            passed += count
            if passed >= part * total:
                return upper_s
        return math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What all listeners met with. `faults` describes the first few of what was wrong.

    `longest_pass_s` is the longest time the generator itself was busy with others before it looked again.
    """

    stay: Group
    churn: Group
    stalled: Group
    received_bytes: int
    longest_pass_s: float
    generator_cpu_s: float
    faults: tuple[str, ...]

    @property
    def well(self) -> bool:
        """None lost, no wrong byte, nobody dry, of those who did nothing wrong themselves."""
        return not any(
            group.lost or group.wrong or group.dry for group in (self.stay, self.churn, self.stalled)
        )


class _Part:
    """One process of the load generator, and what it said last."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
        )
        self.said: dict[str, Any] = {}
        self.final: dict[str, Any] | None = None
        self.cpu_s = 0.0
        self._reader = threading.Thread(target=self._read, name="load-reader", daemon=True)
        self._reader.start()

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise BenchError(f"the load generator ended by itself, with {self.process.wait(5)}") from error

    def finish(self) -> dict[str, Any]:
        self.cpu_s = cpu_s([self.process.pid])
        self.tell("quit")
        self._reader.join(_FINISH_S)
        if self.final is None:
            raise BenchError("the load generator gave no figures")
        return self.final

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            if "final" in said:
                self.final = said
            else:
                self.said = said


class Crowd:
    """Listeners of one server, who leave with the block.

    `exact`: titles must stand as in the truth, to the byte. `skips`: whole blocks may be missing.
    """

    def __init__(
        self,
        programs: Programs,
        *,
        port: int,
        truth: Path,
        most: int,
        exact: bool = True,
        skips: bool = False,
        tls: bool = False,
    ) -> None:
        if tls and not programs.tls:
            raise BenchError("listeners by TLS need OpenSSL's headers. On Debian: apt-get install libssl-dev")
        options = {
            "path": MOUNT,
            "exact": int(exact),
            "skips": int(skips),
            "tls": int(tls),
            "bytes_per_s": BITRATE_KBPS * 125,
        }
        self._commands = [
            [
                *(str(programs.load), str(port), str(truth)),
                *(f"{key}={value}" for key, value in options.items()),
                # Every process has source addresses of its own.
                f"net={number + 10}",
            ]
            for number in range(-(-most // EARS_A_PROCESS))
        ]
        self._parts: list[_Part] = []
        self._asked = 0

    def __enter__(self) -> Self:
        for command in self._commands:
            self._parts.append(_Part(command))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts:
            part.close()

    @property
    def pids(self) -> list[int]:
        """The processes of the load generator."""
        return [part.process.pid for part in self._parts]

    def join(self, listeners: int, *, rate: float) -> None:
        """So many more come, `rate` a second, and stay."""
        self._asked += listeners
        count = len(self._parts)
        for number, part in enumerate(self._parts):
            share = listeners // count + (number < listeners % count)
            part.tell(f"join {share} {rate / count}")

    def join_and_wait(self, listeners: int, *, rate: float, patience_s: float = 60.0) -> float:
        """The same, and wait until they are in or have given up; seconds it took."""
        began_s = time.monotonic()
        self.join(listeners, rate=rate)
        while self.said("began") + self.said("lost") < self._asked:
            if time.monotonic() - began_s > listeners / rate + patience_s:
                break
            time.sleep(0.2)
        return time.monotonic() - began_s

    def churn(self, rate: float, *, life_s: float) -> None:
        """From now on `rate` a second come, each for `life_s` after its first byte; 0: nobody more comes."""
        for part in self._parts:
            part.tell(f"churn {rate / len(self._parts)} {life_s}")

    def stall(self, listeners: int, *, seconds: float = 0.0) -> None:
        """So many of those who stay stop reading, for good or for so long."""
        count = len(self._parts)
        for number, part in enumerate(self._parts):
            part.tell(f"stall {listeners // count + (number < listeners % count)} {seconds}")

    def mark(self) -> None:
        """From here on it is the steady state."""
        for part in self._parts:
            part.tell("mark")

    def said(self, what: str) -> int:
        """A count so far: hearing, began, asked, lost, wrong, dry, churned, bytes."""
        return sum(int(part.said.get(what, 0)) for part in self._parts)

    def finish(self) -> Heard:
        """End all, and give the figures."""
        finals = [part.finish() for part in self._parts]
        return Heard(
            stay=_group(finals, "stay"),
            churn=_group(finals, "churn"),
            stalled=_group(finals, "stalled"),
            received_bytes=sum(final["bytes"] for final in finals),
            longest_pass_s=max(final["longest_pass_s"] for final in finals),
            generator_cpu_s=sum(part.cpu_s for part in self._parts),
            faults=tuple(fault for final in finals for fault in final["faults"])[:8],
        )


def _group(finals: list[dict[str, Any]], name: str) -> Group:
    groups = [final["groups"][name] for final in finals]

    def total(*keys: str) -> int:
        return sum(int(group[key]) for group in groups for key in keys)

    def least(key: str) -> float | None:
        value = min(float(group[key]) for group in groups)
        return value if value < _NO_MARGIN_S else None

    times: dict[float, int] = {}
    for group in groups:
        for upper_s, count in group["first_byte_s"]:
            times[upper_s] = times.get(upper_s, 0) + count
    ended = total("ended")
    stalled = name == "stalled"
    return Group(
        asked=total("asked"),
        heard=total("heard"),
        lost=total("refused", "failed", "never") + (0 if stalled else ended),
        dropped=ended if stalled else 0,
        wrong=total("wrong"),
        dry=total("dry"),
        skips=total("skips"),
        wait_s=max(group["wait_s"] for group in groups),
        wait_steady_s=max(group["wait_steady_s"] for group in groups),
        margin_s=least("margin_s"),
        margin_steady_s=least("margin_steady_s"),
        first_byte_s=tuple(sorted(times.items())),
    )
