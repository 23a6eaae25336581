import pytest

from tests.web.conftest import Client, Serve
from tests.web.fake_air import config


async def listen_url(client: Client, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await (await client.get("/live.m3u", headers=named)).text()).splitlines()[-1]


async def test_the_host_that_was_asked_for_is_in_the_address(serve: Serve) -> None:
    client = await serve()
    assert await listen_url(client, Host="radio.example:8000") == "http://radio.example:8000/live.mp3"
    assert await listen_url(client, Host="[2001:db8::1]:8000") == "http://[2001:db8::1]:8000/live.mp3"
    assert await listen_url(client, Host="radio_1") == "http://radio_1/live.mp3"


# Which hosts those are, the proxies' tests say.
@pytest.mark.parametrize("host", ['evil"onload=x', "h\xe9te", ""])
async def test_a_host_that_could_break_out_is_not_believed(serve: Serve, host: str) -> None:
    client = await serve()
    own = f"http://127.0.0.1:{client.port}/live.mp3"
    assert await listen_url(client, Host=host) == own


async def test_forwarded_headers_of_strangers_mean_nothing(serve: Serve) -> None:
    client = await serve(config(trusted_proxies=("10.0.0.0/8",)))
    url = await listen_url(
        client, Host="radio.example", X_Forwarded_Proto="https", X_Forwarded_Host="phish.example"
    )
    assert url == "http://radio.example/live.mp3"


async def test_a_trusted_proxy_says_how_the_listener_came(serve: Serve) -> None:
    client = await serve(config(trusted_proxies=("127.0.0.0/8",)))
    url = await listen_url(
        client, Host="inner:8000", X_Forwarded_Proto="HTTPS, http", X_Forwarded_Host="radio.example, inner"
    )
    assert url == "https://radio.example/live.mp3"
    assert await listen_url(client, Host="inner", X_Forwarded_Proto="https") == "https://inner/live.mp3"
    assert await listen_url(client, Host="inner", X_Forwarded_Proto="javascript") == "http://inner/live.mp3"
    own = f"http://127.0.0.1:{client.port}/live.mp3"
    assert await listen_url(client, Host="inner", X_Forwarded_Host='"><script>') == own
