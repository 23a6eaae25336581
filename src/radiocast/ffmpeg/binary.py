"""Which ffmpeg: the system's if there is one, else the static binary inside the imageio-ffmpeg wheel."""

import os
import shutil
from functools import cache

from radiocast.model.errors import EnvironmentFault

# For whoever must pin one (a test of both, an operator with a build of their own).
OVERRIDE = "RADIOCAST_FFMPEG"


@cache
def ffmpeg_path() -> str:
    """Path of the ffmpeg that is used for everything. Raises EnvironmentFault where there is none."""
    override = os.environ.get(OVERRIDE)
    if override:
        return override
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise EnvironmentFault(
            "no ffmpeg: none on the PATH, and the imageio-ffmpeg package has none for this machine. "
            "Install ffmpeg (Debian: apt-get install ffmpeg) or set RADIOCAST_FFMPEG to one."
        ) from error
