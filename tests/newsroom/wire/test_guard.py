import pytest

from radiocast.newsroom.wire.guard import malformed, refusal_of, shown, url_refusal
from tests.newsroom.wire.feeds import config


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::c0a8:101",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "not an address",
    ],
)
def test_no_feed_may_lead_here(address: str) -> None:
    assert refusal_of(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "100.128.0.1"],
)
def test_the_world_is_open(address: str) -> None:
    assert refusal_of(address) == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://news.example/rss", ""),
        ("http://[2606:4700::1111]:8080/rss", ""),
        ("ftp://news.example/rss", "http://"),
        ("file:///etc/passwd", "http://"),
        ("news.example/rss", "http://"),
        ("https://", "no host"),
        ("https:///rss", "no host"),
        ("http://news.example:99999/", "no address"),
        ("http://[::1/", "no address"),
        ("http://news .example/", "blank"),
        ("http://127.0.0.1/rss", "this machine"),
        ("http://localhost:8000/", "this machine"),
        ("http://[::ffff:10.0.0.1]/", "private"),
    ],
)
def test_an_address_is_judged_as_it_is_written(url: str, said: str) -> None:
    refusal = url_refusal(config(url=url, private_addresses=False))
    assert said in refusal
    assert bool(refusal) is bool(said)


def test_private_addresses_may_be_wanted() -> None:
    assert url_refusal(config(url="http://127.0.0.1:9/rss", private_addresses=True)) == ""
    assert url_refusal(config(url="gopher://127.0.0.1/", private_addresses=True)) != ""


def test_what_is_shown_has_no_password() -> None:
    assert shown("https://ann:secret@news.example/a@b") == "https://news.example/a@b"
    assert "secret" not in malformed("ftp://ann:secret@news.example/")
