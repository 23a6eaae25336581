"""Feeds in the whole house: asked while it is on the air, their stories and their health in `/status`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.newsroom.wire.feeds import item, rss
from tests.serving import STATION_YAML, Serving, make_station

# The first round begins some seconds after the start, spread over ten; the machine may be slow.
SOON_S = 90.0


@contextmanager
def feed_server(paths: dict[str, bytes]) -> Iterator[str]:
    """Serves these bodies, and 500 for any other path; yields its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = paths.get(self.path)
            self.send_response(500 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def test_a_feeds_stories_are_the_stations(tmp_path: Path) -> None:
    lake = rss(item("1", "Ferry back on the lake", "It sailed at dawn.", date=""), title="Lake Gazette")
    with feed_server({"/lake": lake}) as base:
        feeds = (
            "newsroom:\n  feeds:\n"
            f"    - {{name: lake, url: '{base}/lake', private_addresses: true}}\n"
            f"    - {{name: hill, url: '{base}/hill', private_addresses: true}}\n"
            f"    - {{name: near, url: '{base}/lake'}}\n"
        )
        root = make_station(tmp_path / "station", station=STATION_YAML + feeds)

        def asked(status: Any) -> bool:
            said = {feed["name"]: feed for feed in status["newsroom"]["feeds"]}
            return bool(said and said["lake"]["last_ok"] and said["hill"]["error"] and said["near"]["error"])

        with Serving(root) as serving:
            status = serving.wait_for("every feed is asked", asked, timeout_s=SOON_S)
            assert status["newsroom"]["stories"] == 1
            assert [each["headline"] for each in status["newsroom"]["headlines"]] == [
                "Ferry back on the lake"
            ]
            assert [each["source"] for each in status["newsroom"]["headlines"]] == ["Lake Gazette"]
            feeds_said = {feed["name"]: (feed["ok"], feed["error"]) for feed in status["newsroom"]["feeds"]}
            assert feeds_said["lake"] == (True, "")
            assert feeds_said["hill"][0] is False
            assert "500" in feeds_said["hill"][1]
            assert "private_addresses" in feeds_said["near"][1]
            # One failure is nobody's problem yet.
            assert not [problem for problem in status["problems"] if "feed" in problem]
    assert sorted(path.name for path in (root / "var" / "wire").iterdir()) == [
        "hill.json",
        "lake.json",
        "near.json",
    ]
    with Serving(root) as serving:
        # Known from the start of the next life, before anybody is asked.
        status = serving.wait_for("the newsroom reports", lambda status: status["newsroom"]["feeds"])
        assert status["newsroom"]["stories"] == 1
