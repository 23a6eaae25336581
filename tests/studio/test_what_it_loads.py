"""What the studio must not have in it: whatever reads strangers, and its memory (docs/decisions/0019)."""

import subprocess
import sys

_LOADED = (
    "import sys, radiocast.studio.process, radiocast.newsroom.wire.wire\n"
    "import radiocast.newsroom.newsroom, radiocast.newsroom.publishing.publisher\n"
    "strangers = ('trafilatura', 'lxml', 'feedparser', 'aiohttp', 'pydub', 'justext', 'piper')\n"
    "print(*[name for name in strangers if name in sys.modules])"
)


def test_the_studio_loads_nothing_that_reads_strangers() -> None:
    said = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, check=True, text=True)
    assert said.stdout.split() == []
