"""Which ffmpeg: the system's if there is one, else the static binary inside the imageio-ffmpeg wheel."""

import os
import shutil
from functools import cache

from radiocast.model.errors import EnvironmentFault

# For whoever must pin one (a test of both, an operator with a build of their own).
OVERRIDE = "RADIOCAST_FFMPEG"


@cache
def ffmpeg_path() -> str:
    """Path of the ffmpeg that is used for everything, found once a process.

    Raises EnvironmentFault where there is none, or where RADIOCAST_FFMPEG names no program.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        pinned = shutil.which(override)
        if pinned is None:
            raise EnvironmentFault(
                f"{OVERRIDE} is {override!r}, which is no program that can be run: correct it or unset it."
            )
        return pinned
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise EnvironmentFault(
            "no ffmpeg: none on the PATH, and the imageio-ffmpeg package has none for this machine. "
            f"Install ffmpeg (Debian: apt-get install ffmpeg) or set {OVERRIDE} to one."
        ) from error
