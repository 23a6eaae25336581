"""The two C programs, compiled where they are needed: nothing here is installed with the station."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
# Beside the checkout's other state, which git ignores.
CACHE: Final = HERE.parent.parent / "var" / "bench"
_FLAGS: Final = ("-std=gnu11", "-O2", "-Wall", "-Wextra")


class BenchError(Exception):
    """The benchmark cannot be run here, or what it measures did not start. Its text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Paths of the load generator and of the floor, and whether the load generator speaks TLS."""

    load: Path
    floor: Path
    tls: bool


def build(cache: Path = CACHE) -> Programs:
    """Compile what has changed. Raises BenchError without a C compiler."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise BenchError(
            "the benchmark of listeners needs a C compiler: cc, or the one that CC names. There is none. "
            "On Debian: apt-get install build-essential"
        )
    cache.mkdir(parents=True, exist_ok=True)
    tls = _has_openssl(compiler)
    flags = ("-DWITH_TLS", "-lssl", "-lcrypto") if tls else ()
    return Programs(
        load=_compile(compiler, "load", flags, cache), floor=_compile(compiler, "floor", (), cache), tls=tls
    )


def _has_openssl(compiler: str) -> bool:
    asked = subprocess.run(
        [compiler, "-E", "-xc", "-"], input=b"#include <openssl/ssl.h>\n", capture_output=True, check=False
    )
    return asked.returncode == 0


def _compile(compiler: str, name: str, flags: tuple[str, ...], cache: Path) -> Path:
    sources = [HERE / f"{name}.c", *sorted(HERE.glob("*.h"))]
    made_of = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    made_of.update(" ".join((compiler, *flags)).encode())
    program = cache / f"{name}-{made_of.hexdigest()[:16]}"
    if program.exists():
        return program
    making = program.with_suffix(f".{os.getpid()}")
    # Libraries go behind the source: the linker takes from them what it misses by then.
    command = [compiler, *_FLAGS, str(sources[0]), "-o", str(making), *flags, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}\nfailed:\n{done.stderr}")
    making.rename(program)
    return program
