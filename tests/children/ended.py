"""Whether a process has ended."""

import asyncio
from pathlib import Path


async def gone(pid: int) -> bool:
    """Whether the process ends; a zombie that its adopting parent has not reaped yet has ended."""
    for _ in range(200):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()  # noqa: ASYNC240 - a file of the kernel's
        except OSError:
            return True
        if stat.rpartition(")")[2].split()[0] == "Z":
            return True
        await asyncio.sleep(0.05)
    return False
