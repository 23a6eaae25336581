"""Sound that is part of the program: what goes out when nothing else can."""

from pathlib import Path
from typing import Final

# A calm loop of our own making (tools/make_demo_audio.py), 48 kHz stereo.
STANDBY_SOUND: Final = Path(__file__).with_name("standby.opus")
