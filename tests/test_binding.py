"""The listening socket: for both kinds of address, and what is said when it cannot be had."""

import socket

import pytest

from radiocast.binding import Address, bind
from radiocast.config.station import Identity, Listen, StationConfig
from radiocast.model.block import MountSpec
from radiocast.model.errors import EnvironmentFault
from radiocast.station import announce

MOUNT = MountSpec(path="/live.mp3", bitrate_kbps=128)


@pytest.mark.parametrize("host", ["::", "[::]"])
def test_the_address_of_all_is_ipv4s_too(host: str) -> None:
    with bind(Address(host=host, port=0)) as listening:
        port = listening.getsockname()[1]
        for asked in ("127.0.0.1", "::1"):
            with socket.create_connection((asked, port), timeout=10) as caller:
                accepted, (peer, *_) = listening.accept()
                accepted.close()
                assert peer.removeprefix("::ffff:") == asked
                assert caller.getpeername()[0] == asked


def test_one_address_of_ipv6_is_nobody_elses() -> None:
    with bind(Address(host="::1", port=0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("::1", port), timeout=10):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no-such-host.invalid"])
def test_an_address_that_this_machine_does_not_have_is_named(host: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        bind(Address(host=host, port=8000))
    assert str(caught.value).startswith(f"port 8000 on {host} cannot be used: ")
    assert "listen: host" in str(caught.value)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFault, match=rf"^port {port} on 127\.0\.0\.1 .* --port "):
            bind(Address(host="127.0.0.1", port=port))


def test_https_port_is_not_changed_by_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFault, match=r"another port in the file\.$"):
            bind(Address(host="127.0.0.1", port=port, where="in the file"))


def test_a_port_of_the_administrators_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be the administrator: so the kernel's word is put in its mouth."""

    class Forbidden(socket.socket):
        def bind(self, _address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("radiocast.binding.socket.socket", Forbidden)
    with pytest.raises(EnvironmentFault, match="below 1024"):
        bind(Address(host="127.0.0.1", port=80))


@pytest.mark.parametrize(
    ("host", "shown"), [("::", "localhost"), ("0.0.0.0", "localhost"), ("::1", "[::1]"), ("127.0.0.1",) * 2]
)
def test_addresses_are_announced_as_they_can_be_opened(
    host: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with bind(Address(host=host, port=0)) as listening:
        port = listening.getsockname()[1]
        announce(StationConfig(station=Identity(name="X"), listen=Listen(), mounts=(MOUNT,)), [listening])
    assert f"http://{shown}:{port}/live.mp3\n" in capsys.readouterr().out
