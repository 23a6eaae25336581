"""Looking after https: whatever happens to it, the rest of the station goes on."""

import asyncio
import contextlib
import socket

import pytest

from radiocast.reception.proxies import TrustedProxies
from radiocast.web import https
from tests.reception.tls import certificate


async def test_a_look_at_the_certificate_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(https, "_TURN_EVERY_S", 0.001)
    monkeypatch.setattr(https, "LOOK_EVERY_S", 0.0)
    looked = asyncio.Queue[None]()
    shown = certificate()

    async def no_thread(_look: object) -> None:
        looked.put_nowait(None)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(asyncio, "to_thread", no_thread)
    with socket.socket() as door:
        looking = asyncio.create_task(
            https.Https(shown, door=door, record=lambda _: None, proxies=TrustedProxies()).run()
        )
        async with asyncio.timeout(30):
            await looked.get()
            await looked.get()
        assert not looking.done()
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
    assert "can't start new thread" in caplog.text
