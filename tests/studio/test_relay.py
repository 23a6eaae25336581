"""The relay deck against a remote station on loopback that does what remote stations do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE, samples
from radiocast.studio.pcm import Pcm
from radiocast.studio.relay import Patience, RelayDeck
from tests.studio.sounds import find, joined, noise, sine
from tests.studio.streams import OK, Behaviour, Remote, hangs, mp3, over_and_over, paced, remote, sends

BLOCK = 23_040
# A real station's patience is seconds; the rules are the same at a tenth.
BRIEF = Patience(
    connect_s=1.0, start_s=0.5, hold_s=1.0, most_s=6.0, reserve_s=0.25, wait_s=0.2, silence_s=3.0
)
SOUND = noise(12.0, seed=5)
MP3 = mp3(SOUND)


@asynccontextmanager
async def relayed(
    behaviour: Behaviour, *, length_s: float | None = None, patience: Patience = BRIEF
) -> AsyncIterator[tuple[RelayDeck, Remote]]:
    async with remote(behaviour) as station:
        deck = RelayDeck(station.url, length_s=length_s, patience=patience)
        try:
            await deck.open()
            yield deck, station
        finally:
            await deck.close()


async def drain(deck: RelayDeck, *, at_most: int = 100 * SAMPLE_RATE) -> Pcm:
    parts: list[Pcm] = []
    taken = 0
    while taken < at_most and (frames := await deck.ready(min(BLOCK, at_most - taken))):
        parts.append(deck.take(frames))
        taken += frames
    return joined(parts)


@pytest.mark.usefixtures("ffmpeg")
async def test_what_is_sent_is_heard_in_one_piece_faded_in_where_it_begins() -> None:
    async with relayed(sends(MP3)) as (deck, station):
        assert not (await deck.ready(BLOCK)) < BLOCK
        sound = await drain(deck)
    assert b"User-Agent: radiocast/" in station.head
    assert abs(len(sound) - len(SOUND)) < 5_000, "all of it, but for the codec's padding"
    at = find(SOUND[96_000:144_000], sound.astype(np.float64))
    assert 96_000 <= at < 99_000, "in its place: nothing left out, nothing twice"
    assert np.abs(sound[:200]).max() < 0.02 < np.abs(sound[SAMPLE_RATE : 2 * SAMPLE_RATE]).max()


async def test_a_station_that_ends_ends_with_a_reason_and_a_fade() -> None:
    async with relayed(sends(MP3)) as (deck, station):
        sound = await drain(deck)
        assert deck.failure == f"{station.url}: the stream ended"
        assert deck.remaining == 0
    assert np.abs(sound[-50:]).max() < 0.02


async def test_a_station_that_hangs_is_lost_while_there_is_sound_left() -> None:
    async with relayed(hangs(MP3)) as (deck, station):
        while await deck.ready(BLOCK) == BLOCK and not deck.failure:
            deck.take(BLOCK)
        assert deck.failure.startswith(f"{station.url}: gave no sound for ")
        assert deck.remaining is not None
        assert deck.remaining >= samples(BRIEF.reserve_s), "time to have something else ready"


async def test_a_station_that_sends_too_slowly_is_lost() -> None:
    async with relayed(paced(MP3, bytes_per_s=16_000, at_once=16_000)) as (deck, station):
        # Taken as fast as it can be, the stream is slower than what it is played for.
        await drain(deck)
        assert deck.failure == f"{station.url}: comes more slowly than it plays"


async def test_silence_is_a_loss_however_steadily_it_comes() -> None:
    silent = mp3(np.zeros((10 * SAMPLE_RATE, 2), dtype=np.float32))
    async with relayed(sends(MP3 + silent)) as (deck, station):
        sound = await drain(deck)
        assert deck.failure == f"{station.url}: has been silent for 3 s"
    heard = np.abs(sound).max(axis=1) > 0.01
    assert len(sound) - (np.flatnonzero(heard)[-1] + 1) < samples(3.5)


async def test_a_pause_in_the_programme_is_no_loss() -> None:
    pause = mp3(np.zeros((2 * SAMPLE_RATE, 2), dtype=np.float32))
    async with relayed(sends(MP3 + pause + MP3)) as (deck, _):
        assert len(await drain(deck)) > samples(25.5)


async def test_while_it_waits_only_the_newest_is_kept_and_no_more_dropped_than_time_has_passed() -> None:
    clock = [0.0]
    deck = RelayDeck("http://127.0.0.1/", patience=BRIEF, now=lambda: clock[0])
    piece = noise(0.1, seed=3)
    for _ in range(30):  # what comes at once stays
        deck._accept(piece)
    assert deck.buffered == samples(3.0)
    for _ in range(100):
        clock[0] += 0.1
        deck._accept(piece)
    assert samples(2.9) <= deck.buffered <= samples(3.1)
    slow = RelayDeck("http://127.0.0.1/", patience=BRIEF, now=lambda: clock[0])
    for _ in range(100):
        clock[0] += 0.1
        slow._accept(piece)
    assert slow.buffered == samples(1.0)


async def test_a_file_behind_an_address_waits_for_its_turn() -> None:
    async with relayed(over_and_over(MP3)) as (deck, station):
        await deck.ready(samples(5.0))
        assert deck.buffered < samples(8.0)
        assert await drain(deck, at_most=samples(30.0)) is not None
        assert not deck.failure
        assert station.requests == 1


async def test_it_lasts_no_longer_than_it_is_wanted_and_fades_out() -> None:
    async with relayed(over_and_over(MP3), length_s=9.3) as (deck, _):
        sound = await drain(deck)
        assert len(sound) == samples(9.3)
        assert deck.remaining == 0
        assert not deck.failure
    assert np.abs(sound[-50:]).max() < 0.02 < np.abs(sound[-SAMPLE_RATE : -SAMPLE_RATE // 2]).max()


@pytest.mark.usefixtures("ffmpeg")
class TestWhatIsNoStream:
    """Each gives up within its patience, with the address and a reason."""

    async def refused(self, behaviour: Behaviour) -> str:
        async with remote(behaviour) as station:
            deck = RelayDeck(station.url, patience=BRIEF)
            with pytest.raises(MediaError) as caught:
                await deck.open()
            assert station.url in str(caught.value)
            return str(caught.value)

    async def test_not_found(self) -> None:
        assert "404" in await self.refused(sends(b"", head=b"HTTP/1.0 404 Not Found\r\n\r\n"))

    async def test_redirects_for_ever(self) -> None:
        await self.refused(sends(b"", head=b"HTTP/1.0 302 Found\r\nLocation: /live.mp3\r\n\r\n"))

    async def test_nothing_at_all(self) -> None:
        assert "gave" in await self.refused(hangs(b"", head=b""))

    async def test_headers_and_no_sound(self) -> None:
        assert "gave" in await self.refused(hangs(b""))

    async def test_headers_without_end(self) -> None:
        async def behave(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.0 200 OK\r\n")
            while True:
                writer.write(b"X-More: and more\r\n" * 100)
                await writer.drain()

        await self.refused(behave)

    async def test_a_page(self) -> None:
        page = b"<html><body>" + b"<p>Our stream has moved.</p>" * 2_000
        await self.refused(sends(page, head=b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"))

    async def test_a_playlist_that_names_a_file_of_ours(self) -> None:
        lists = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n"
        await self.refused(sends(lists, head=OK.replace(b"audio/mpeg", b"application/x-mpegURL")))

    async def test_nobody_there(self) -> None:
        async with remote(sends(b"")) as station:
            url = station.url
        with pytest.raises(MediaError, match="refused"):
            await RelayDeck(url, patience=BRIEF).open()

    async def test_not_an_address_of_the_web(self) -> None:
        with pytest.raises(MediaError, match="http or https"):
            await RelayDeck("file:///etc/passwd", patience=BRIEF).open()

    async def test_what_is_secret_in_an_address_is_not_told(self) -> None:
        async with remote(sends(b"", head=b"HTTP/1.0 401 Unauthorized\r\n\r\n")) as station:
            url = station.url.replace("127.0.0.1", "me:hunter2@127.0.0.1") + "?key=hunter3"
            with pytest.raises(MediaError) as caught:
                await RelayDeck(url, patience=BRIEF).open()
        assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("ppm", [-2_000, 2_000])
async def test_a_clock_that_runs_away_is_kept_up_with_and_nothing_clicks(ppm: int) -> None:
    """Ten minutes at forty times the drift of a real encoder: what is kept would be 1.2 s more or less."""
    clock = [0.0]
    deck = RelayDeck(
        "http://127.0.0.1/", patience=replace(BRIEF, hold_s=4.0, most_s=20.0), now=lambda: clock[0]
    )
    sent = 0
    out: list[Pcm] = []
    loudest_step = 0.0
    last = np.zeros((1, 2), dtype=np.float32)
    for block in range(1_250):
        clock[0] += 0.48
        frames = round((block + 1) * BLOCK * (1 + ppm / 1e6)) - sent
        deck._accept(sine(frames / SAMPLE_RATE, hz=300.0, start_sample=sent))
        sent += frames
        if clock[0] > 5.0:
            assert await deck.ready(BLOCK) == BLOCK
            sound = deck.take(BLOCK)
            loudest_step = max(loudest_step, float(np.abs(np.diff(np.vstack([last, sound]), axis=0)).max()))
            last = sound[-1:]
            out.append(sound)
    assert samples(2.7) < deck.buffered < samples(5.5)
    assert loudest_step < 1.15 * 0.5 * 2 * np.pi * 300 / SAMPLE_RATE, "no step but the tone's own"
    tail = joined(out[-20:])
    assert np.sqrt(np.mean(tail**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


async def test_while_the_clocks_agree_every_sample_is_as_it_came() -> None:
    clock = [0.0]
    deck = RelayDeck("http://127.0.0.1/", patience=BRIEF, now=lambda: clock[0])
    sound = noise(60.0, seed=9)
    out: list[Pcm] = []
    for at in range(0, len(sound), BLOCK):
        clock[0] += 0.48
        deck._accept(sound[at : at + BLOCK])
        if clock[0] > 1.5:
            out.append(deck.take(await deck.ready(BLOCK)))
    heard = joined(out)
    begins = (
        find(heard[SAMPLE_RATE : 2 * SAMPLE_RATE], sound[: 10 * SAMPLE_RATE].astype(np.float64)) - SAMPLE_RATE
    )
    assert np.array_equal(heard[SAMPLE_RATE:], sound[begins + SAMPLE_RATE : begins + len(heard)])
