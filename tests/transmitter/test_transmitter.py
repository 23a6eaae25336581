import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from radiocast.link.messages import (
    PROTOCOL,
    BlockReady,
    Credit,
    Hello,
    Message,
    Recall,
    Recalled,
    Reported,
    StandbyReady,
    Stop,
)
from radiocast.model.errors import LinkError
from radiocast.model.play import Kind, Outcome
from radiocast.model.report import ScheduleReport, StudioReport
from radiocast.model.units import BLOCK_S, block_bytes
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.snapshot import StudioState
from radiocast.transmitter.terms import SlowListener, Terms
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.house import (
    HEAD,
    MOUNTS,
    House,
    linked,
    speakers,
    standby,
    until,
    until_ready,
)
from tests.transmitter.listening import asked, tcp_pair
from tests.transmitter.sound import block_sound, decode, studio_block


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    yield made
    made.close()


async def test_the_first_listener_has_a_burst_of_emergency_sound_at_once(house: House) -> None:
    ear = house.join()
    assert speakers(bytes(ear.heard)) == ["standby 0"] * 13
    _, titles = IcyDemuxer(7680).feed(bytes(ear.heard[len(HEAD) :]))
    assert [title.title for title in titles] == ["Standby"]
    look = house.transmitter.look()
    assert (look.output.blocks, look.output.emergency_blocks) == (1, 1)
    assert look.on_air is not None
    assert look.on_air.on_air.kind is Kind.EMERGENCY
    assert look.studio.state is StudioState.STARTING


async def test_without_emergency_sound_silence_goes_out_and_is_called_a_problem() -> None:
    house = House(emergency=None)
    house.blocks(3)
    look = house.transmitter.look()
    assert look.output.level_lufs == -120.0
    assert look.output.silent_for_s > 3 * BLOCK_S
    assert look.mounts[0].stream_title == "Newsline"
    assert "no emergency sound" in look.problems[0]
    ear = house.join()
    decode(IcyDemuxer(7680).feed(bytes(ear.heard[len(HEAD) :]))[0], channels=2)
    house.close()


async def test_the_studio_goes_on_the_air_with_its_titles_on_every_mount(house: House) -> None:
    live, low, plain = house.join(), house.join("/low.mp3"), house.join(icy=False)
    async with linked(house) as studio:
        await studio.hello()
        first = await studio.credit(7)
        assert (first.up_to, first.next_seq, first.listeners) == (7, 0, 3)
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(4)
        look = house.transmitter.look()
        assert look.studio.state is StudioState.ON_AIR
        assert look.studio.pid == 4711
        assert look.on_air is not None
        assert look.on_air.on_air.item_id == "studio-0"
        assert [mount.stream_title for mount in look.mounts] == ["studio sound"] * 2
        assert [mount.listeners for mount in look.mounts] == [2, 1]
    heard = speakers(bytes(live.heard))
    assert heard[-4:] == ["standby 0", "studio 0", "studio 1", "studio 2"]
    assert speakers(bytes(low.heard), 2880) == heard
    titles = IcyDemuxer(7680).feed(bytes(live.heard[len(HEAD) :]))[1]
    assert [title.title for title in titles] == ["Standby", "studio sound"]
    assert titles[1].position == heard.index("studio 0") * 7680
    sound = IcyDemuxer(7680).feed(bytes(live.heard[len(HEAD) :]))[0]
    assert bytes(plain.heard[len(HEAD) :]) == sound
    decode(sound, channels=2)


async def test_credit_says_when_the_next_block_is_heard(house: House) -> None:
    async with linked(house) as studio:
        await studio.hello()
        # Covering: at best one more block of emergency sound, then the studio's.
        credit = await studio.credit(7)
        due_s = house.clock.unix_s() + (1 / 8 + 1) * BLOCK_S
        assert credit.next_due == pytest.approx(due_s)
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(1)
        credit = await studio.credit(7)
        assert credit.next_due == pytest.approx(due_s)
        house.ticks(1)
        # Block 0 went out at its word; the next one follows it.
        credit = await studio.credit(8)
        assert (credit.next_seq, credit.up_to) == (1, 8)
        assert house.clock.unix_s() == pytest.approx(due_s)
        assert credit.next_due == pytest.approx(due_s + BLOCK_S)


async def test_fifty_listeners_outlive_the_studio_and_hear_no_silence(house: House) -> None:
    """The studio goes in mid-stream, as if killed, and a new one starts from 0: nobody is dropped."""
    ears = [house.join(icy=number % 5 != 0) for number in range(50)]
    async with linked(house, speaker="first") as studio:
        await studio.hello()
        await studio.credit(7)
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(1)
        for _ in range(10):
            house.blocks(1)
            await studio.credit(studio.seq + 1)
            await studio.send(studio.seq + 1)
            await until_ready(house, 7)
    assert house.transmitter.look().studio.state is StudioState.DOWN
    house.blocks(12)
    assert house.transmitter.look().output.lead_s == 0
    async with linked(house, speaker="second") as studio:
        await studio.hello()
        await studio.credit(7)
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(5)
        look = house.transmitter.look()
        assert (look.studio.state, look.studio.restarts) == (StudioState.ON_AIR, 1)
    assert house.transmitter.listeners == 50
    assert look.listeners.slow_dropped == 0
    heard = speakers(bytes(ears[1].heard))
    order = [
        who.split()[0]
        for at, who in enumerate(heard)
        if at == 0 or heard[at - 1].split()[0] != who.split()[0]
    ]
    assert order == ["standby", "first", "standby", "second"]
    firsts = [who for who in heard if who.startswith("first")]
    assert firsts == [f"first {number}" for number in range(len(firsts))]
    assert len(firsts) >= 10
    for ear in ears:
        assert not ear.ended
        whole = bytes(ear.heard[len(HEAD) :])
        sound = whole if ears.index(ear) % 5 == 0 else IcyDemuxer(7680).feed(whole)[0]
        assert sound == IcyDemuxer(7680).feed(bytes(ears[1].heard[len(HEAD) :]))[0]
    decode(sound, channels=2)
    cut = [aired for aired in look.history if aired.on_air.item_id == "first-0"]
    assert [aired.outcome for aired in cut] == [Outcome.CUT]
    assert look.output.blocks - look.output.emergency_blocks == sum(
        who.split()[0] != "standby" for who in heard
    )


async def test_drift_stays_small_and_late_wake_ups_are_caught_up_with(house: House) -> None:
    house.blocks(10)
    assert house.transmitter.look().output.drift_ms == pytest.approx(0, abs=1)
    before = house.transmitter.look().output.blocks
    house.clock.pass_blocks(3)
    while house.transmitter.step() == 0:
        pass
    look = house.transmitter.look()
    assert look.output.blocks == before + 3
    assert look.output.re_anchored == 0
    house.blocks(1)
    assert house.transmitter.look().output.drift_ms == pytest.approx(0, abs=1)
    house.clock.pass_blocks(5000)
    while house.transmitter.step() == 0:
        pass
    assert house.transmitter.look().output.blocks <= before + 6
    assert house.transmitter.look().output.re_anchored == 1
    house.blocks(1)
    look = house.transmitter.look()
    assert look.output.block_age_s is not None
    assert look.output.block_age_s < BLOCK_S


async def test_the_door_closes_when_the_house_is_full_and_counts_everybody() -> None:
    house = House(terms=Terms(max_listeners=2))
    first, _ = house.join(), house.join("/low.mp3")
    server, listener = tcp_pair()

    def refused(path: str) -> Refusal:
        answer = house.transmitter.admit(server, path, icy=False, head=HEAD, asked=asked(""))
        assert isinstance(answer, Refusal)
        return answer

    assert refused("/live.mp3") is Refusal.FULL
    assert refused("/nothing.mp3") is Refusal.UNKNOWN_MOUNT
    first.close()
    house.ears.remove(first)
    house.blocks(1)
    look = house.transmitter.look()
    assert (look.listeners.current, look.listeners.peak, look.listeners.total) == (1, 2, 2)
    assert [(mount.listeners, mount.peak) for mount in look.mounts] == [(0, 1), (1, 1)]
    house.transmitter.close()
    house.transmitter.close()
    assert refused("/live.mp3") is Refusal.CLOSING
    with pytest.raises(BlockingIOError):
        listener.recv(1)
    server.close()
    listener.close()
    house.close()


@pytest.mark.parametrize("slow_listener", ["drop", "skip"])
async def test_a_listener_that_stops_reading_costs_the_others_nothing(slow_listener: SlowListener) -> None:
    house = House(terms=Terms(slow_listener=slow_listener, burst_s=1.0))
    fast = [house.join() for _ in range(5)]
    deaf = house.join(receive_buffer_bytes=4096)
    house.ears.remove(deaf)
    house.blocks(150)
    if slow_listener == "skip":
        house.ears.append(deaf)
        house.blocks(3)
        assert bytes(deaf.heard).endswith(bytes(fast[0].heard[-7680:]))
    look = house.transmitter.look()
    if slow_listener == "drop":
        assert (look.listeners.slow_dropped, look.listeners.slow_skips) == (1, 0)
    else:
        # Once at least: the kernel may have taken some more of it in the middle of the time.
        assert look.listeners.slow_dropped == 0
        assert look.listeners.slow_skips >= 1
    assert look.listeners.current == (5 if slow_listener == "drop" else 6)
    expected = len(fast[0].heard)
    for ear in fast:
        assert len(ear.heard) == expected
        assert len(speakers(bytes(ear.heard))) == look.output.blocks + 2
    deaf.close()
    house.close()


async def test_a_report_is_kept_and_shown(house: House) -> None:
    report = StudioReport(
        schedule=ScheduleReport(file="schedule.yaml", ok=True), problems=("a feed is down",)
    )
    async with linked(house) as studio:
        await studio.hello()
        await studio.endpoint.send(Reported(report=report))
        await until(house, lambda look: look.report is not None)
    look = house.transmitter.look()
    assert look.report == report
    assert look.problems == ()
    assert look.taken_at == datetime.fromtimestamp(house.clock.unix_s(), UTC)


async def test_fresh_emergency_sound_comes_from_disk_and_bad_files_change_nothing(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = []
    for spec in MOUNTS:
        file = tmp_path / f"{spec.bitrate_kbps}.mp3"
        file.write_bytes(block_sound(spec, 7, speaker="fresh"))
        files.append(str(file))
    async with linked(house) as studio:
        await studio.hello()
        await studio.endpoint.send(StandbyReady(files=(*files[:1], str(tmp_path / "gone.mp3")), title="Gone"))
        await until(house, lambda look: look.problems != ())
        assert "gone.mp3 cannot be read" in house.transmitter.look().problems[0]
        assert "gone.mp3 cannot be read" in caplog.text
        await studio.endpoint.send(StandbyReady(files=tuple(files), title="Fresh"))
        await until(house, lambda look: look.problems == ())
        await studio.credit(7)
        await studio.send(3)
        await until_ready(house, 3)
        house.blocks(4)
        assert house.transmitter.look().mounts[0].stream_title == "studio sound"
        house.blocks(1)
    assert house.transmitter.look().mounts[0].stream_title == "Fresh"


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (Reported(report=StudioReport(schedule=ScheduleReport(file="x"))), "not with Hello"),
        (Hello(protocol=PROTOCOL + 1, pid=1, mounts=("/live.mp3", "/low.mp3")), "protocol"),
        (Hello(protocol=PROTOCOL, pid=1, mounts=("/live.mp3",)), "it makes"),
    ],
)
async def test_a_studio_that_is_not_ours_is_turned_away(house: House, wrong: Message, complaint: str) -> None:
    with pytest.raises(LinkError, match=complaint):
        async with linked(house) as studio:
            await studio.endpoint.send(wrong)
    assert house.transmitter.look().studio.pid is None


@pytest.mark.parametrize(
    "wrong",
    [
        Hello(protocol=PROTOCOL, pid=1, mounts=()),
        Credit(up_to=1, next_seq=0, next_due=0.0, listeners=0),
        BlockReady(block=studio_block(5, MOUNTS)),
    ],
)
async def test_a_studio_that_talks_nonsense_is_let_go_and_the_air_goes_on(
    house: House, wrong: Message
) -> None:
    ear = house.join()

    async def talk() -> None:
        async with linked(house) as studio:
            await studio.hello()
            await studio.endpoint.send(wrong)

    with pytest.raises(LinkError):
        await talk()
    house.blocks(3)
    assert speakers(bytes(ear.heard)) == ["standby 0"] * 16
    async with linked(house) as studio:
        await studio.hello()
        assert (await studio.credit(7)).next_seq == 0


async def test_only_one_studio_at_a_time(house: House) -> None:
    async with linked(house) as studio:
        await studio.hello()
        await studio.credit(7)
        with pytest.raises(LinkError, match="already"):
            async with linked(house):
                pass
        await studio.send(1)
        await until_ready(house, 1)


async def test_the_studio_is_told_to_stop(house: House) -> None:
    async with linked(house) as studio:
        await studio.hello()
        await studio.credit(7)
        house.transmitter.stop_studio()
        while not isinstance(message := await studio.said(), Stop):
            assert isinstance(message, Credit)


async def test_a_studio_that_hangs_is_told_from_one_that_has_no_credit(house: House) -> None:
    transmitter = house.transmitter
    assert transmitter.studio_silent_for_s() == 0
    transmitter.studio_starting(4711)
    house.blocks(10)
    assert transmitter.studio_silent_for_s() == pytest.approx(10 * BLOCK_S)
    async with linked(house) as studio:
        await studio.hello()
        await studio.credit(7)
        await studio.send(7)
        await until_ready(house, 7)
        house.clock.pass_blocks(0.5)
        assert transmitter.studio_silent_for_s() == 0
        house.blocks(4)
        assert transmitter.studio_silent_for_s() > BLOCK_S
    transmitter.studio_down()
    assert transmitter.studio_silent_for_s() == 0
    assert transmitter.look().studio.state is StudioState.DOWN
    transmitter.studio_starting(4712)
    assert transmitter.look().studio.state is StudioState.STARTING
    assert transmitter.look().studio.pid == 4712


async def test_run_keeps_the_air_going_by_itself() -> None:
    """The one test on the machine's clock: three blocks' time, listened to as they come."""
    transmitter = Transmitter(MOUNTS, station_name="Newsline", emergency=standby())
    server, listener = tcp_pair()
    transmitter.admit(server, "/live.mp3", icy=False, head=HEAD, asked=asked(""))
    running = asyncio.create_task(transmitter.run())
    wanted = len(HEAD) + 16 * block_bytes(128)
    async with asyncio.timeout(10):
        heard = 0
        while heard < wanted:
            heard += len(await asyncio.get_running_loop().sock_recv(listener, 1 << 20))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert transmitter.look().output.drift_ms < 250
    transmitter.close()
    listener.close()


async def test_a_studio_takes_back_what_is_not_on_the_air_and_nobody_hears_it(house: House) -> None:
    live, low = house.join(), house.join("/low.mp3")
    async with linked(house) as studio:
        await studio.hello()
        await studio.send((await studio.credit(7)).up_to, title="old")
        await until_ready(house, 7)
        house.blocks(3)  # emergency sound that fades, 0 and 1
        credit = await studio.credit(9)
        await studio.send(credit.up_to, title="old")
        await until_ready(house, 7)
        # Block 3 is due in a quarter of a block: too soon for the studio to follow it with something else.
        house.ticks(7)
        await studio.endpoint.send(Recall(first=1))
        answer = await studio.said()
        while isinstance(answer, Credit):
            answer = await studio.said()
        assert answer == Recalled(first=5, count=4)
        credit = await studio.credit(14)
        assert (credit.up_to, credit.next_seq) == (14, 9)
        assert credit.next_due == pytest.approx(house.clock.unix_s() + (2 + 2 / 8) * BLOCK_S, abs=1e-3)
        await studio.send(12, title="new")
        await until_ready(house, 5)
        house.blocks(4)
    heard = speakers(bytes(live.heard))
    assert heard[-5:] == ["studio 2", "studio 3", "studio 4", "studio 9", "studio 10"]
    assert speakers(bytes(low.heard), 2880)[-5:] == heard[-5:]
    _, titles = IcyDemuxer(7680).feed(bytes(live.heard[len(HEAD) :]))
    assert [title.title for title in titles] == ["Standby", "old", "new"]


async def test_a_recall_of_a_studio_that_is_not_on_the_air_changes_nothing(house: House) -> None:
    async with linked(house) as studio:
        await studio.hello()
        await studio.credit(7)
        await studio.send(2)
        await until_ready(house, 2)
        await studio.endpoint.send(Recall(first=0))
        assert await studio.said() == Recalled(first=2, count=0)
        assert await studio.credit(7) is not None
        assert round(house.transmitter.look().output.lead_s / BLOCK_S) == 2


async def test_a_studio_that_dies_in_a_recall_is_covered_for_like_any_other(house: House) -> None:
    ear = house.join()
    async with linked(house) as studio:
        await studio.hello()
        await studio.send((await studio.credit(7)).up_to)
        await until_ready(house, 7)
        house.blocks(2)
        await studio.endpoint.send(Recall(first=0))
        while not isinstance(await studio.said(), Recalled):
            pass
    house.blocks(3)
    async with linked(house, speaker="second") as studio:
        await studio.hello()
        # Its numbers are its own.
        assert (await studio.credit(7)).next_seq == 0
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(3)
    heard = speakers(bytes(ear.heard))
    # Some of it kept was still played; then emergency sound, and the new one from its beginning.
    after = heard[heard.index("studio 2") :]
    assert after == ["studio 2", "standby 0", "standby 0", "second 0", "second 1"]
