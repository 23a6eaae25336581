import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.reception.proxies import Asker, TrustedProxies, plain_address

PROXIES = TrustedProxies.parse(["192.0.2.0/24", "2001:db8::/32"])


def asker(
    peer: str,
    *,
    forwarded_for: str | None = None,
    proto: str | None = None,
    host: str | None = None,
    authority: str = "inner:8000",
    secure: bool = False,
) -> Asker:
    given = {"x-forwarded-for": forwarded_for, "x-forwarded-proto": proto, "x-forwarded-host": host}
    headers = {name: value for name, value in given.items() if value is not None}
    return PROXIES.asker(peer, headers, secure=secure, authority=authority)


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("192.0.2.7", True),
        ("::ffff:192.0.2.7", True),
        ("2001:db8::5", True),
        ("2001:db8::5%eth0", True),
        ("198.51.100.1", False),
        ("::1", False),
        ("", False),
        ("unix", False),
    ],
)
def test_who_is_trusted(peer: str, trusted: bool) -> None:
    assert (peer in PROXIES) is trusted
    assert peer not in TrustedProxies()


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [
        (None, "192.0.2.1"),
        ("", "192.0.2.1"),
        ("198.51.100.7", "198.51.100.7"),
        # What the client itself wrote stands to the left.
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("192.0.2.9, 198.51.100.7", "198.51.100.7"),
        # A chain of ours.
        ("203.0.113.9,198.51.100.7, 192.0.2.44, 2001:db8::9", "198.51.100.7"),
        ("2001:db8:1::9, 192.0.2.44", "2001:db8:1::9"),
        # As some write it.
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2a00::7]:4711, [2001:db8::9]", "2a00::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2A00:0:0::7", "2a00::7"),
        # Not an address: whoever stands to the right of it is the last that is known.
        ("198.51.100.7, unknown", "192.0.2.1"),
        ("198.51.100.7, unknown, 192.0.2.44", "192.0.2.44"),
        ("198.51.100.7, ", "192.0.2.1"),
        ("1.2.3.4.5", "192.0.2.1"),
        ('<script>"', "192.0.2.1"),
        # Everybody is ours: the farthest.
        ("192.0.2.3, 192.0.2.2", "192.0.2.3"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_is_the_client_s(forwarded_for: str, address: str) -> None:
    assert asker("192.0.2.1", forwarded_for=forwarded_for).address == address
    assert asker("198.51.100.1", forwarded_for=forwarded_for).address == "198.51.100.1"


def test_a_stranger_s_word_means_nothing() -> None:
    assert asker(
        "198.51.100.1",
        forwarded_for="127.0.0.1",
        proto="https",
        host="phish.example",
        authority="radio.example",
    ) == Asker(address="198.51.100.1", secure=False, host="radio.example")


def test_a_proxy_says_how_the_listener_came() -> None:
    came = asker("192.0.2.1", proto="HTTPS, http", host="radio.example, inner")
    assert (came.secure, came.host) == (True, "radio.example")
    assert not asker("192.0.2.1", secure=True, proto="http").secure
    assert asker("192.0.2.1", secure=True, proto="javascript").secure
    assert asker("192.0.2.1", proto="https").host == "inner:8000"


@pytest.mark.parametrize(
    "host",
    [
        'evil"onload=x',
        "a/b",
        "a<b>",
        "user@host",
        "a b",
        "host:99999999",
        "[::1",
        "a\tb",
        "#",
        "",
        "x" * 300,
        "h\xe9te",
        "host\n",
    ],
)
def test_a_host_that_could_break_out_is_not_believed(host: str) -> None:
    assert asker("198.51.100.1", authority=host).host == ""
    if host:
        assert asker("192.0.2.1", host=host).host == ""


@pytest.mark.parametrize("host", ["radio.example", "radio_1", "192.0.2.1:80", "[2001:db8::1]:8000"])
def test_a_host_is_believed(host: str) -> None:
    assert asker("198.51.100.1", authority=host).host == host


@given(st.text(max_size=80))
def test_whatever_a_proxy_writes_the_address_is_one(text: str) -> None:
    address = asker("192.0.2.1", forwarded_for=text).address
    assert set(address) <= set("0123456789abcdef.:")


def test_an_ipv4_peer_is_shown_as_people_know_it() -> None:
    assert plain_address("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_address("2001:db8::1") == "2001:db8::1"
    assert plain_address("::ffff:0:1") == "::ffff:0:1"
