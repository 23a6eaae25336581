"""The playout over a real link: it never runs past its credit, and its log has the transmitter's times."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import BlockReady, Credit
from radiocast.model.units import BLOCK_S, CODEC_DELAY_SAMPLES, SAMPLE_RATE
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import LinkOutlet
from radiocast.studio.playout import Playout
from tests.studio.sounds import noise, write_wav
from tests.studio.station import MOUNT, Script, item

BLOCKS = 20
LEAD = 4


async def test_credit_is_kept_and_times_are_the_airs(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    studio, transmitter = await Endpoint.over(ours), await Endpoint.over(theirs)
    due = datetime.now(UTC) + timedelta(seconds=3)
    files = [write_wav(tmp_path / f"{name}.wav", noise(3.0, seed=seed)) for seed, name in enumerate("abc")]
    script = Script([item(path, length_s=3.0) for path in files])
    outlet = LinkOutlet(studio)
    received: list[int] = []

    def credit(next_seq: int) -> Credit:
        at = due.timestamp() + next_seq * BLOCK_S
        return Credit(up_to=next_seq + LEAD, next_seq=next_seq, next_due=at, listeners=next_seq)

    async def transmit() -> None:
        await transmitter.send(credit(0))
        async for message in transmitter.messages():
            assert isinstance(message, BlockReady)
            received.append(message.block.seq)
            # Its oldest block goes on the air, which makes room for one.
            if len(received) >= LEAD:
                await transmitter.send(credit(len(received) - LEAD + 1))
            if len(received) == BLOCKS:
                return

    async def listen() -> None:
        async for message in studio.messages():
            assert isinstance(message, Credit)
            assert received == list(range(len(received)))
            outlet.credit(message)

    async with Encoder((MOUNT,)) as encoder, asyncio.timeout(30):
        playout = Playout(programme=script, encoder=encoder, outlet=outlet)
        listening = asyncio.create_task(listen())
        transmitting = asyncio.create_task(transmit())
        await playout.run(blocks=BLOCKS)
        await transmitting
    await transmitter.close()
    await listening
    await studio.close()
    assert received == list(range(BLOCKS))
    for name, after_s in (("a", 0.0), ("b", 3.0), ("c", 6.0)):
        start = script.entry(name).start_actual
        assert start is not None
        heard_s = (start - due).total_seconds()
        assert heard_s == pytest.approx(after_s + CODEC_DELAY_SAMPLES / SAMPLE_RATE, abs=0.001)
    assert script.entry("b").listeners_end > script.entry("b").listeners_start > 0


async def test_nothing_is_sent_without_credit(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    studio, transmitter = await Endpoint.over(ours), await Endpoint.over(theirs)
    script = Script([item(write_wav(tmp_path / "a.wav", noise(9.0, seed=1)), length_s=9.0)])
    outlet = LinkOutlet(studio)
    messages = transmitter.messages()
    async with Encoder((MOUNT,)) as encoder:
        playing = asyncio.create_task(Playout(programme=script, encoder=encoder, outlet=outlet).run())
        outlet.credit(Credit(up_to=3, next_seq=0, next_due=2e9, listeners=0))
        seqs = []
        for _ in range(3):
            message = await asyncio.wait_for(anext(messages), 10)
            assert isinstance(message, BlockReady)
            seqs.append(message.block.seq)
        assert seqs == [0, 1, 2]
        assert encoder.in_flight < 23_040  # not even rendered further
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
    await transmitter.close()
    await studio.close()
