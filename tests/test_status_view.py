import contextlib
import io
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from radiocast.model.audience import End
from radiocast.model.play import Kind
from radiocast.status_view import NOT_WELL, UNREACHABLE, WELL, NoStatusError, show, status_url, view
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.snapshot import Airing, AirSnapshot, StudioNow, StudioState, WorkerNow
from radiocast.web.source import HouseLook
from radiocast.web.status import status
from tests.reception.tls import PAIRS
from tests.web import fake_air
from tests.web.fake_air import IDENTITY, REPORT, ago, on_air

BASE = "http://127.0.0.1:8000"


def document(air: AirSnapshot = fake_air.WELL, house: HouseLook | None = None) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(
        status(air, IDENTITY, BASE, house=house or HouseLook()).model_dump_json()
    )
    return made


def shown(content: dict[str, Any], width: int = 80) -> str:
    out = Console(file=io.StringIO(), width=width, force_terminal=False)
    out.print(view(content))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


@contextmanager
def station(body: bytes, *, code: int = 200, location: str = "") -> Iterator[str]:
    """A server that answers everything with this; yields its address."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(code)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
    assert set(asked) <= {"/status"}


def run(url: str, timeout_s: float = 5.0) -> tuple[int, str, str]:
    out, err = (Console(file=io.StringIO(), width=80) for _ in range(2))
    code = show(url, out=out, err=err, timeout_s=timeout_s)
    assert isinstance(out.file, io.StringIO)
    assert isinstance(err.file, io.StringIO)
    return code, out.file.getvalue(), err.file.getvalue()


def test_a_station_that_is_well_is_0() -> None:
    with station(json.dumps(document()).encode()) as address:
        code, out, err = run(address)
    assert (code, err) == (WELL, "")
    assert "● well" in out
    assert "Harbour Lights" in out


def test_a_station_that_is_not_well_is_1_and_says_why() -> None:
    air = replace(fake_air.WELL, studio=StudioNow(state=StudioState.DOWN, restarts=2))
    with station(json.dumps(document(air)).encode()) as address:
        code, out, _ = run(address + "/")
    assert code == NOT_WELL
    assert "▲ not well" in out
    assert "The studio is down (restarted 2 times so far)" in out


def test_nobody_there_is_2() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        code, out, err = run(f"127.0.0.1:{unused.getsockname()[1]}")
    assert (code, out) == (UNREACHABLE, "")
    assert "No station answers" in err
    assert "radiocast serve" in err


def test_a_certificate_that_is_not_believed_is_not_taken_for_nobody() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PAIRS / "first.crt", PAIRS / "first.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake() -> None:
            # The client breaks it off.
            with contextlib.suppress(OSError), listening.accept()[0] as sock:
                context.wrap_socket(sock, server_side=True).close()

        shaking = threading.Thread(target=shake)
        shaking.start()
        code, out, err = run(f"https://127.0.0.1:{listening.getsockname()[1]}")
        shaking.join()
    assert (code, out) == (UNREACHABLE, "")
    assert "its certificate is not believed here (self-signed certificate)" in err.replace(
        "self signed", "self-signed"
    )
    assert "No station answers" not in err


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        code, _, err = run(f"127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.1)
    assert code == UNREACHABLE
    assert "no answer in time" in err


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (b"<html>", 200, "no JSON"),
        (b"[]", 200, "another kind"),
        (b'{"well": "yes"}', 200, "another kind"),
        (b"[" * 100_000, 200, "no JSON"),
        (b"\xff\xfe\xff", 200, "no JSON"),
        (b"nothing", 404, "answers 404"),
        (b"broken", 500, "has a fault"),
    ],
)
def test_anything_but_a_station_is_2(body: bytes, code: int, says: str) -> None:
    with station(body, code=code) as address:
        result, out, err = run(address)
    assert (result, out) == (UNREACHABLE, "")
    assert says in err


def test_a_redirect_leads_nowhere_but_the_web() -> None:
    with station(b"", code=302, location="ftp://127.0.0.1/etc/passwd") as address:
        code, _, err = run(address)
    assert code == UNREACHABLE
    assert "ftp" in err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("radio.example", "http://radio.example/status"),
        ("radio.example:8000", "http://radio.example:8000/status"),
        ("https://radio.example/", "https://radio.example/status"),
        ("http://radio.example/status", "http://radio.example/status"),
        ("http://proxy.example/radio/", "http://proxy.example/radio/status"),
        ("http://[::1]:8000", "http://[::1]:8000/status"),
    ],
)
def test_an_address_may_be_typed_short(typed: str, meant: str) -> None:
    assert status_url(typed) == meant


@pytest.mark.parametrize(
    "typed", ["file:///etc/passwd", "", "http://", "http://h:port", "ftp://h/", "http://[::1"]
)
def test_an_address_that_is_none_is_2(typed: str) -> None:
    with pytest.raises(NoStatusError):
        status_url(typed)
    assert run(typed)[0] == UNREACHABLE


def test_80_columns_are_enough() -> None:
    air = replace(
        fake_air.WELL,
        on_air=Airing(on_air=on_air(title="A long title " * 12), started_at=ago(3)),
        report=replace(REPORT, problems=("A very long problem " * 20,)),
    )
    text = shown(document(air))
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "1.25" not in text
    assert " ".join(text.split()).count("A very long problem") == 20


def test_the_whole_of_it() -> None:
    text = " ".join(shown(document()).split())
    for words in (
        "14:05 Europe/London · up 2 h 0 min",
        "1:25 of 3:20",
        "track, rotation/music",
        "14:10 track Paper Lanterns Ida Marsh",
        "13:58 track Long Way Down to the Sea Marrow & Pine cut: the hour's ident was due",
        "-16.3 LUFS, 2.9 s ahead, 0.4 ms off, 15,000 blocks",
        "on air, process 4711, 0 restarts",
        "1,234 now, 2,345 at most, 45,678 in all 3 let go as too slow",
        "1,200 http://127.0.0.1:8000/live.mp3 mp3 128k",
        "config/schedule.yaml, loaded 13:05, ok",
        "3 stories, 1 withheld",
        "last bulletin 13:35: 2:54, 3 stories, made in 2.3 s",
        "media/news/empty.txt: the file is empty",
    ):
        assert words in text, words


def test_a_title_neither_marks_up_nor_moves_the_cursor() -> None:
    item = on_air(Kind.TRACK, "[bold red]x[/] \x1b[2J\x07\r\n", "\x9b31m")
    text = shown(document(replace(fake_air.WELL, on_air=Airing(on_air=item, started_at=ago(3)))))
    assert "[bold red]x[/]" in text
    assert not set(text) & set("\x1b\x07\r\x9b")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(
    well=st.booleans(),
    rest=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            (
                *("problems", "station", "on_air", "next", "history", "listeners", "mounts", "output"),
                *("newsroom", "workers", "connections", "records", "https"),
            ),
            JSON,
        ),
    ),
)
def test_a_document_of_another_version_is_shown_as_far_as_it_goes(well: bool, rest: dict[str, Any]) -> None:
    assert ("● well" if well else "▲ not well") in shown({"well": well, **rest})


def anything_in(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON | st.just(10**400)))


@given(
    st.fixed_dictionaries(
        {
            "listeners": anything_in("current", "max_listeners", "refused", "lost"),
            "mounts": st.lists(anything_in("listeners", "url", "max_listeners"), max_size=2),
            "workers": st.lists(anything_in("pid", "ready", "listeners", "capacity", "lost"), max_size=3),
            "connections": anything_in("waiting", "refused"),
            "records": anything_in("dropped"),
            "https": anything_in("certificate_ends"),
            "station": anything_in("now"),
        }
    )
)
def test_whatever_stands_in_the_fields_of_listeners_is_shown_somehow(rest: dict[str, Any]) -> None:
    assert "listeners" in shown({"well": True, **rest})


BUSY = replace(
    fake_air.WELL,
    listeners=replace(fake_air.WELL.listeners, lost=7, slow_skips=2, ended=((End.EXPIRED, 1), (End.LOST, 7))),
    mounts=(replace(fake_air.WELL.mounts[0], spec=replace(fake_air.LIVE, max_listeners=9000)),),
    refused=((Refusal.MOUNT_FULL, 30), (Refusal.FULL, 40), (Refusal.CLOSING, 0)),
    workers=(
        WorkerNow(pid=4712, ready=True, listeners=1234, capacity=19_800),
        WorkerNow(pid=4713, ready=False, capacity=19_800, restarts=1),
        WorkerNow(pid=None, ready=False, capacity=1 << 62, restarts=2, lost=7),
    ),
)
HOUSE = HouseLook(
    max_listeners=10_000,
    waiting=17,
    turned_away=(("idle", 2), ("late", 5), ("tls", 0)),
    records_dropped=6,
    certificate_ends=fake_air.NOW + timedelta(days=60),
)


def test_workers_limits_and_losses_are_shown() -> None:
    lines = [" ".join(line.split()) for line in shown(document(BUSY, HOUSE), 110).splitlines()]
    for line in (
        "listeners 1,234 now of 10,000, 2,345 at most, 45,678 in all",
        "3 let go as too slow, 2 skips to the live sound, 7 lost with a worker, 1 ended by max_duration",
        "refused: 40 full, 30 mount full",
        "1,200 http://127.0.0.1:8000/live.mp3 mp3 128k, 9,000 at most",
        "workers 1,234 worker 1, process 4712, 19,800 at most",
        "0 worker 2, process 4713, not ready yet, 19,800 at most, 1 restart",
        "0 worker 3, starting again, 2 restarts, 7 listeners lost",
        "lobby 17 waiting; never asked for anything: 5 late, 2 idle",
        "records 6 records not written",
        "https certificate until 2026-08-06 14:05",
    ):
        assert line in lines, line


def test_of_many_workers_only_those_with_a_fault_are_shown() -> None:
    well = WorkerNow(pid=4712, ready=True, listeners=100, capacity=19_800)
    gone = WorkerNow(pid=None, capacity=19_800, restarts=2, lost=7)
    text = shown(document(replace(BUSY, workers=(*[well] * 11, gone))))
    assert "11 of 12 serve" in text
    assert [line.split()[1:3] for line in text.splitlines() if "worker 1" in line] == [["worker", "12,"]]


def test_of_a_station_without_workers_and_https_nothing_is_said_of_them() -> None:
    text = shown(document())
    for word in ("workers", "https", "records", "lobby", "refused", "lost"):
        assert word not in text, word


@pytest.mark.parametrize(("days", "coloured"), [(6, True), (8, False)])
def test_a_certificate_that_ends_soon_is_coloured(days: int, coloured: bool) -> None:
    house = replace(HOUSE, certificate_ends=fake_air.NOW + timedelta(days=days))
    out = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    out.print(view(document(BUSY, house)))
    assert isinstance(out.file, io.StringIO)
    (line,) = (line for line in out.file.getvalue().splitlines() if "certificate" in line)
    assert ("\x1b[33m" in line) is coloured


def test_each_feed_is_shown_with_when_it_was_read_and_what_is_wrong() -> None:
    content = document()
    content["newsroom"]["feeds"] = [
        {"name": "lake", "ok": True, "last_ok": "2026-03-11T12:05:00+00:00", "error": ""},
        {
            "name": "valley",
            "ok": False,
            "last_ok": "2026-03-11T09:00:00+00:00",
            "error": "the server answered 500",
        },
        {"name": "hill", "ok": True, "last_ok": None, "error": ""},
        {"name": 7, "ok": 7, "last_ok": 7},
    ]
    text = shown(content, 120)
    assert "feed lake: read 12:05" in text
    assert "feed valley: read 09:00" in text
    assert ": the server answered 500" in text
    assert "feed hill: not read yet" in text
