"""A station that relays another one: what listeners hear when that one is lost, and when it is back."""

import threading
from pathlib import Path

import numpy as np

from tests.remote_station import RemoteStation
from tests.serving import SCHEDULE_YAML, Serving, make_station, read_body, read_response
from tests.studio.sounds import convert, decode, level_dbfs, noise, sine, write_wav
from tests.studio.streams import mp3, paced, sends

GONE = sends(b"", head=b"HTTP/1.0 404 Not Found\r\n\r\n")
# As a 128 kbit/s station sends: four seconds at once, then at its rate.
BYTES_PER_S, AT_ONCE = 16_000, 64_000


class Recording(threading.Thread):
    """Somebody who listens all the time."""

    def __init__(self, serving: Serving) -> None:
        super().__init__(daemon=True)
        self._sock = serving.listen(icy=False)
        self._over = False
        self.mp3 = b""

    def run(self) -> None:
        _, self.mp3 = read_response(self._sock)
        while not self._over:
            self.mp3 = read_body(self._sock, len(self.mp3) + 8_000, self.mp3)
        self._sock.close()

    def stop(self) -> bytes:
        self._over = True
        self.join(10)
        # Whole frames of 384 bytes.
        return self.mp3[: len(self.mp3) // 384 * 384]


def test_the_sustainer_covers_for_a_lost_stream_without_silence_until_it_is_back(tmp_path: Path) -> None:
    live = paced(mp3(noise(20.0, seed=4)), bytes_per_s=BYTES_PER_S, at_once=AT_ONCE)
    with RemoteStation(live) as remote:
        schedule = SCHEDULE_YAML.replace("fill: rotation/music", f'fill: "stream/{remote.url}"')
        root = make_station(tmp_path / "station", schedule=schedule)
        convert(
            write_wav(tmp_path / "long.wav", sine(240.0, level=0.2)), root / "media" / "music" / "long.mp3"
        )
        with Serving(root) as serving:
            status = serving.wait_for("the remote is on", lambda status: status["on_air"]["kind"] == "live")
            emergency = status["output"]["emergency_blocks"]
            listener = Recording(serving)
            listener.start()
            remote.change(GONE)
            remote.hang_up()
            status = serving.wait_for("covered", lambda status: status["on_air"]["kind"] == "sustainer")
            problem = next(text for text in status["problems"] if "stream" in text)
            assert remote.url in problem
            remote.change(live)
            # Long before the end of the track that covers.
            serving.wait_for("it is back", lambda status: status["on_air"]["kind"] == "live", timeout_s=60)
            status = serving.wait_for("no problem is left", lambda status: not status["problems"])
            sound = decode(listener.stop())
            assert status["output"]["emergency_blocks"] == emergency, serving.log()
            outcomes = [(entry["kind"], entry["outcome"]) for entry in status["history"]]
            assert ("live", "failed") in outcomes
            assert ("sustainer", "cut") in outcomes
    # The burst that a newcomer gets goes back to before the station signed on.
    levels = level_dbfs(sound, 0.25)[round(6.0 / 0.25) :]
    assert levels.min() > -40.0, "no silence in between"
    assert np.std(levels) > 0.5, "both were heard"
