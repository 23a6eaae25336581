"""The station that is measured: `radiocast serve`, which notes every block before it goes out.

    python -m bench.listeners.station FOLDER PORT TRUTH

Only the transmitter's own process does; its workers and the studio are started as ever.
"""

import asyncio
import sys
from pathlib import Path

from bench.listeners.truth import Truth
from radiocast.children.child import die_with_parent
from radiocast.config.load import load_station
from radiocast.folder import open_folder
from radiocast.logs import log_to_stderr
from radiocast.model.units import block_bytes
from radiocast.station import serve
from radiocast.transmitter import icy
from radiocast.transmitter.continuity import Continuity, Outgoing, StudioBlock


def note_in(truth: Truth) -> None:
    """Have every block of the first mount noted as soon as it is decided what it is."""
    decide = Continuity.next

    def noted(self: Continuity) -> Outgoing:
        outgoing = decide(self)
        block = outgoing.block if isinstance(outgoing, StudioBlock) else outgoing
        truth.put(block.audio[0], icy.metadata(block.stream_title))
        return outgoing

    Continuity.next = noted  # type: ignore[method-assign]  # the one place that all blocks come through


def main() -> None:
    root, port, truth = sys.argv[1:]
    die_with_parent()
    log_to_stderr(verbose=False)
    folder = open_folder(Path(root))
    mount = load_station(folder.station_file).mounts[0]
    with Truth(Path(truth), metaint=block_bytes(mount.bitrate_kbps)) as written:
        note_in(written)
        asyncio.run(serve(folder, host="127.0.0.1", port=int(port)))


if __name__ == "__main__":
    main()
