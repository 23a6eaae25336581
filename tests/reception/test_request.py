import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.reception.request import (
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    Request,
    Unreadable,
    header_end,
    parse,
)

PLAYER = (
    b"GET /live.mp3?from=app HTTP/1.1\r\n"
    b"Host: radio.example:8000\r\n"
    b"User-Agent: VLC/3.0.20 LibVLC/3.0.20\r\n"
    b"ICY-METADATA:1\r\n"
    b"Range: \t bytes=0-  \r\n"
    b"\r\n"
)
TOKEN = st.text("!#$%&'*+-.^_`|~0123456789abcxyzABCXYZ", min_size=1, max_size=12)
VALUE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f"]), max_size=40
)


def read(header: bytes) -> Request:
    found = parse(header)
    assert isinstance(found, Request), found
    return found


def refusal(header: bytes) -> Unreadable:
    found = parse(header)
    assert isinstance(found, Unreadable), found
    return found


def test_what_a_player_asks() -> None:
    assert read(PLAYER) == Request(
        method="GET",
        target="/live.mp3?from=app",
        path="/live.mp3",
        version=(1, 1),
        headers={
            "host": "radio.example:8000",
            "user-agent": "VLC/3.0.20 LibVLC/3.0.20",
            "icy-metadata": "1",
            "range": "bytes=0-",
        },
        line="GET /live.mp3?from=app HTTP/1.1",
        authority="radio.example:8000",
    )


def test_an_old_radio_ends_its_lines_with_lf_and_names_no_host() -> None:
    request = read(b"GET / HTTP/1.0\nUser-Agent: radio\n\n")
    assert (request.version, request.headers, request.authority) == ((1, 0), {"user-agent": "radio"}, "")
    assert read(b"GET / HTTP/1.1\n\r\n").headers == {}


@pytest.mark.parametrize(
    ("target", "path", "authority"),
    [
        ("/", "/", "beside"),
        ("/a%20b/%C3%A9.mp3?x=%00", "/a b/é.mp3", "beside"),
        ("/a%2", "/a%2", "beside"),
        ("/%ff", "/\udcff", "beside"),
        ("//twice", "//twice", "beside"),
        ("/a/../b/.", "/a/../b/.", "beside"),
        ("http://radio.example:80/live.mp3?a", "/live.mp3", "radio.example:80"),
        ("HTTPS://radio.example", "/", "radio.example"),
        ("http://radio.example?x=/y", "/", "radio.example"),
        ("http:///live.mp3", "/live.mp3", ""),
    ],
)
def test_what_a_target_means(target: str, path: str, authority: str) -> None:
    request = read(f"GET {target} HTTP/1.1\r\nHost: beside\r\n\r\n".encode())
    assert (request.target, request.path, request.authority) == (target, path, authority)


def test_the_station_as_a_whole_is_for_options_alone() -> None:
    assert read(b"OPTIONS * HTTP/1.1\r\n\r\n").path == "*"
    assert refusal(b"GET * HTTP/1.1\r\n\r\n").status == 400


def test_a_header_that_comes_again_is_one() -> None:
    request = read(b"GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\nx-forwarded-for: 192.0.2.2\r\n\r\n")
    assert request.headers == {"x-forwarded-for": "192.0.2.1, 192.0.2.2"}


def test_bytes_that_are_no_utf_8_come_through() -> None:
    request = read(b"GET /\xe9 HTTP/1.1\r\nUser-Agent: Radio \xff\r\n\r\n")
    assert request.path.encode("utf-8", "surrogateescape") == b"/\xe9"
    assert request.headers["user-agent"].encode("utf-8", "surrogateescape") == b"Radio \xff"


@pytest.mark.parametrize("method", ["HEAD", "POST", "SOURCE", "BREW", "get", "M-SEARCH"])
def test_odd_methods_are_for_others_to_refuse(method: str) -> None:
    assert read(f"{method} /live.mp3 HTTP/1.1\r\n\r\n".encode()).method == method


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"", 400),
        (b"GET", 400),
        (b"GET /", 400),
        (b"GET / ICY/1.0", 400),
        (b"SOURCE /live.mp3 ICE/1.0", 400),
        (b"GET / http/1.1", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET / HTTP/1.1 ", 400),
        (b" GET / HTTP/1.1", 400),
        (b"GET /a b HTTP/1.1", 400),
        (b"GET\t/ HTTP/1.1", 400),
        (b"G(T / HTTP/1.1", 400),
        (b"GET live.mp3 HTTP/1.1", 400),
        (b"CONNECT radio.example:443 HTTP/1.1", 400),
        (b"GET ftp://radio.example/ HTTP/1.1", 400),
        (b"GET /\x00 HTTP/1.1", 400),
        (b"GET /\x7f HTTP/1.1", 400),
        (b"GET /\r HTTP/1.1", 400),
        (b"GET /%00 HTTP/1.1", 400),
        (b"GET /%0d%0aSet-Cookie:x HTTP/1.1", 400),
        (b"GET / HTTP/1.2", 505),
        (b"GET / HTTP/0.9", 505),
        (b"GET / HTTP/2.0", 505),
        (b"GET / HTTP/1.1.1", 505),
        (b"PRI * HTTP/2.0", 505),
    ],
)
def test_first_lines_that_are_none(line: bytes, status: int) -> None:
    assert refusal(line + b"\r\nHost: a\r\n\r\n").status == status


@pytest.mark.parametrize(
    "fields",
    [
        b"Host",
        b": value",
        b"Host : a",
        b" Host: a",
        b"A: b\r\n folded",
        b"A: b\r\n\tfolded",
        b"A b: c",
        b"A\xc3\xa9: c",
        b"A: b\x00c",
        b"A: b\rc",
        b"A: b\x1b[31m",
        b"A: b\x0bc",
        b"A\t: b",
        b"Host: a\r\nHost: b",
        b"Host: a\r\nHost: a",
        # What two programs read in two ways (request smuggling).
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Content-Length: 4\r\nContent-Length: 4",
        b"Content-Length: 4, 4",
        b"Content-Length: +4",
        b"Content-Length: -1",
        b"Content-Length: 0x4",
        b"Content-Length: \xd9\xa4",
        b"Content-Length: ",
        b"Content-Length: 99999999999999999999",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\ncontent-length: 4",
    ],
)
def test_headers_that_are_none(fields: bytes) -> None:
    assert refusal(b"POST / HTTP/1.1\r\n" + fields + b"\r\n\r\n").status == 400


def test_so_many_lines_and_no_more() -> None:
    fields = b"".join(b"X-%d: y\r\n" % number for number in range(MAX_HEADER_LINES - 1))
    assert len(read(b"GET / HTTP/1.1\r\n" + fields + b"\r\n").headers) == MAX_HEADER_LINES - 1
    refused = refusal(b"GET / HTTP/1.1\r\n" + fields + b"One: more\r\n\r\n")
    assert refused == Unreadable(status=431, reason="A request's header may have 64 lines here")


def test_so_many_bytes_and_no_more() -> None:
    start, end = b"GET / HTTP/1.1\r\nX: ", b"\r\n\r\n"
    padding = b"x" * (MAX_HEADER_BYTES - len(start + end))
    assert read(start + padding + end).headers["x"] == padding.decode()
    refused = refusal(start + padding + b"x" + end)
    assert refused == Unreadable(status=431, reason="A request's header may have 16384 bytes here")


@given(method=TOKEN, fields=st.lists(st.tuples(TOKEN, VALUE), max_size=8), path=VALUE)
def test_what_is_written_is_read(method: str, fields: list[tuple[str, str]], path: str) -> None:
    mine = [(f"x-{name}", value.strip(" ")) for name, value in fields]
    target = "/" + path.replace(" ", "+").replace("%", "%25").replace("?", "%3f")
    lines = "".join(f"{name}:{value}\r\n" for name, value in mine)
    request = read(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode())
    assert request.method == method
    assert request.path == "/" + path.replace(" ", "+")
    for name in {name.lower() for name, _ in mine}:
        wanted = ", ".join(value for key, value in mine if key.lower() == name)
        assert request.headers[name] == wanted


@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=60).map(lambda some: b"GET /" + some + b" HTTP/1.1\r\n\r\n"),
        st.binary(max_size=60).map(lambda some: b"GET / HTTP/1.1\r\n" + some + b"\r\n\r\n"),
        st.lists(
            st.sampled_from([b"GET", b" ", b"/", b"HTTP/1.1", b"\r", b"\n", b":", b"a", b"%0", b"\xff"])
        ).map(b"".join),
    )
)
@example(b"")
@example(b"\n")
def test_whatever_comes_is_a_request_or_refused(header: bytes) -> None:
    """Nothing raises, and nothing that could break out of a line is let through."""
    found = parse(header)
    if isinstance(found, Unreadable):
        assert found.status in {400, 431, 505}
        assert found.reason.isprintable()
        return
    assert found.path.startswith("/") or found.path == "*"
    assert found.version in {(1, 0), (1, 1)}
    for text in (found.method, found.target, found.path, found.line, *found.headers, *found.headers.values()):
        assert not set(text) & {*map(chr, range(9)), "\n", "\r", "\x1b", "\x7f"}


@given(pieces=st.lists(st.sampled_from([b"a", b"\r\n", b"\n", b"\r"]), max_size=12), data=st.data())
def test_the_end_is_found_wherever_it_was_cut(pieces: list[bytes], data: st.DataObject) -> None:
    header = b"a" + b"".join(pieces)
    whole = header_end(header)
    assert whole == 0 or header[:whole].endswith((b"\n\n", b"\n\r\n"))
    searched = 0
    for cut in sorted({*data.draw(st.lists(st.integers(1, len(header)))), len(header)}):
        found = header_end(header[:cut], searched)
        if found:
            assert found == whole
            return
        searched = cut
    assert whole == 0
