import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.errors import LinkError
from radiocast.transmitter import frames
from radiocast.transmitter.continuity import REJOIN_BLOCKS, Continuity, CoverBlock, StudioBlock
from radiocast.transmitter.emergency import Emergency
from tests.transmitter.sound import LIVE, LOW, block_sound, encode, studio_block

LEAD_S = 2.4  # five blocks


def continuity(lead_s: float = LEAD_S) -> Continuity:
    emergency = Emergency.from_bytes((LIVE,), [block_sound(LIVE, 0, speaker="standby")], title="Standby")
    return Continuity((LIVE,), emergency, lead_s=lead_s)


def offer(studio: Continuity, count: int, *, speaker: str = "studio") -> None:
    for _ in range(count):
        studio.offer(studio_block(studio.arriving, speaker=speaker))


def said(studio: Continuity) -> str:
    """What goes out next: `standby` or the studio's speaker and block."""
    out = studio.next()
    sound = out.audio[0] if isinstance(out, CoverBlock) else out.block.audio[0]
    frames.check(sound, bitrate_kbps=128, channels=2)
    found = re.search(rb"<(\w+) (\d+) 0>", sound)
    assert found is not None
    if isinstance(out, CoverBlock):
        return "standby*" if out.begins else "standby"
    return f"{found[1].decode()} {found[2].decode()}"


def test_emergency_sound_covers_until_the_studio_has_enough_and_hands_over() -> None:
    studio = continuity()
    assert [said(studio), said(studio)] == ["standby*", "standby"]
    studio.attach()
    offer(studio, REJOIN_BLOCKS - 1)
    assert said(studio) == "standby"
    offer(studio, 1)
    assert [said(studio) for _ in range(5)] == ["standby", "studio 0", "studio 1", "studio 2", "standby*"]


def test_a_studio_that_comes_back_at_once_is_not_interrupted_by_emergency_sound() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 3)
    assert [said(studio) for _ in range(4)] == ["standby", "studio 0", "studio 1", "studio 2"]
    assert studio.covering
    offer(studio, 5)
    assert said(studio) == "studio 3"
    assert not studio.covering


def test_after_running_dry_the_whole_lead_is_wanted() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 3)
    for _ in range(4):
        said(studio)
    assert said(studio) == "standby*"
    offer(studio, 4)
    assert said(studio) == "standby"
    offer(studio, 1)
    assert [said(studio), said(studio)] == ["standby", "studio 3"]


def test_what_a_dead_studio_had_sent_is_played_and_the_next_one_follows_it() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 5)
    assert [said(studio), said(studio)] == ["standby", "studio 0"]
    studio.detach()
    studio.attach()
    assert studio.allowance().next_seq == 0
    assert studio.allowance().blocks_until_next == 4
    # Four blocks of the old one are queued, so the new one may send one, and more as they go out.
    assert studio.allowance().up_to == 1
    offer(studio, 1, speaker="second")
    heard = []
    for _ in range(6):
        heard.append(said(studio))
        if studio.arriving < studio.allowance().up_to:
            offer(studio, 1, speaker="second")
    assert heard == ["studio 1", "studio 2", "studio 3", "studio 4", "second 0", "second 1"]


def test_a_second_studio_with_too_little_at_the_seam_is_covered_for() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 3)
    said(studio)
    studio.detach()
    studio.attach()
    assert said(studio) == "studio 0"
    offer(studio, 1, speaker="second")
    assert [said(studio), said(studio), said(studio)] == ["studio 1", "studio 2", "standby*"]
    offer(studio, 2, speaker="second")
    assert [said(studio), said(studio)] == ["standby", "second 0"]


def test_what_was_cut_short_is_thrown_away_while_covering() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 2)
    studio.detach()
    studio.attach()
    assert studio.queued == 0
    offer(studio, 3, speaker="second")
    assert [said(studio), said(studio)] == ["standby", "second 0"]


@given(script=st.lists(st.sampled_from(["block", "air", "air", "die"]), max_size=120))
def test_credit_never_lets_the_queue_pass_the_lead_and_is_never_taken_back(script: list[str]) -> None:
    studio = continuity()
    studio.attach()
    promised, aired = studio.allowance().up_to, 0
    for step in script:
        match step:
            case "block" if studio.arriving < studio.allowance().up_to:
                offer(studio, 1)
            case "air":
                before = studio.allowance()
                out = studio.next()
                if isinstance(out, StudioBlock) and out.session == studio.session:
                    assert out.block.seq == before.next_seq == aired
                    assert before.blocks_until_next in {0, 1}
                    aired += 1
            case "die":
                studio.detach()
                studio.attach()
                promised, aired = 0, 0
        allowance = studio.allowance()
        assert studio.queued <= 5
        assert allowance.up_to >= promised
        assert allowance.next_seq == aired
        promised = allowance.up_to


def test_what_is_taken_back_never_was_and_the_next_block_follows_on_what_was_kept() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 5)
    assert [said(studio), said(studio)] == ["standby", "studio 0"]
    # 1 to 4 are queued.
    assert studio.recall(0, keep=1) == range(2, 5)
    allowance = studio.allowance()
    assert (allowance.up_to, allowance.next_seq, allowance.blocks_until_next) == (9, 5, 1)
    offer(studio, 3)
    assert studio.allowance().next_seq == 5
    assert [said(studio) for _ in range(4)] == ["studio 1", "studio 5", "studio 6", "studio 7"]


def test_what_goes_out_next_and_what_lies_before_the_first_that_was_named_is_kept() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 5)
    assert studio.recall(0, keep=1) == range(5, 5), "while covering"
    said(studio)
    said(studio)
    assert studio.recall(4, keep=1) == range(4, 5)
    assert studio.recall(0, keep=3) == range(5, 5)
    assert studio.recall(9, keep=1) == range(5, 5)
    offer(studio, 2)
    # 1, 2, 3, then 5 and 6: what stands before an earlier recall follows on nothing that is still there.
    assert studio.recall(0, keep=1) == range(5, 7)
    offer(studio, 1)
    assert [said(studio) for _ in range(4)] == ["studio 1", "studio 2", "studio 3", "studio 7"]


def test_a_second_studio_takes_back_nothing_of_the_first_ones() -> None:
    studio = continuity()
    studio.attach()
    said(studio)
    offer(studio, 5)
    said(studio)
    said(studio)
    studio.detach()
    studio.attach()
    assert studio.recall(0, keep=1) == range(0)
    offer(studio, 1, speaker="second")
    assert studio.recall(0, keep=1) == range(1)
    assert [said(studio) for _ in range(2)] == ["studio 1", "studio 2"]
    offer(studio, 3, speaker="second")
    assert [said(studio) for _ in range(3)] == ["studio 3", "studio 4", "second 1"]


@given(
    script=st.lists(
        st.one_of(
            st.sampled_from(["block", "block", "air", "die"]),
            st.tuples(st.integers(0, 40), st.integers(1, 4)),
        ),
        max_size=120,
    )
)
def test_a_recall_takes_the_newest_and_leaves_the_rest_in_order(
    script: list[str | tuple[int, int]],
) -> None:
    studio = continuity()
    studio.attach()
    queued: list[tuple[int, int]] = []
    for step in script:
        allowance = studio.allowance()
        match step:
            case "block" if studio.arriving < allowance.up_to:
                queued.append((studio.session, studio.arriving))
                offer(studio, 1)
            case "air":
                out = studio.next()
                if isinstance(out, StudioBlock):
                    assert (out.session, out.block.seq) == queued.pop(0)
            case "die":
                studio.detach()
                studio.attach()
                if studio.covering:
                    queued.clear()
            case (first, keep):
                gone = studio.recall(first, keep=keep)
                assert gone.stop == studio.arriving
                taken = [queued.pop() for _ in gone]
                assert taken == [(studio.session, seq) for seq in reversed(gone)]
                assert not gone or (gone.start >= first and len(queued) >= keep)
                assert studio.allowance().up_to == allowance.up_to + len(gone)
        assert studio.queued == len(queued)
        # What is to come has its place, whatever was taken back before it.
        allowance = studio.allowance()
        place = allowance.blocks_until_next - (1 if studio.covering else 0)
        assert [*queued[place:], (studio.session, studio.arriving)][0] == (
            studio.session,
            allowance.next_seq,
        )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"seq": 1}, "block 1 came where 0"),
        ({"audio": ()}, "0 sounds"),
        ({"audio": (block_sound(LOW, 0),)}, "2880 bytes"),
        ({"audio": (b"\0" * 7680,)}, "begins no MPEG-1"),
    ],
)
def test_blocks_that_break_the_contract_are_refused(change: dict[str, object], complaint: str) -> None:
    studio = continuity()
    studio.attach()
    with pytest.raises(LinkError, match=complaint):
        studio.offer(dataclasses.replace(studio_block(0), **change))  # type: ignore[arg-type]
    assert studio.queued == 0


def test_a_block_without_credit_is_refused() -> None:
    studio = continuity()
    studio.attach()
    offer(studio, 5)
    with pytest.raises(LinkError, match="without credit"):
        offer(studio, 1)


def test_every_edge_of_an_episode_is_faded_and_nothing_else_is() -> None:
    size = 7680
    tone = encode("sine=frequency=500:sample_rate=48000", bitrate_kbps=128, channels=2, seconds=2)[: 3 * size]
    block = tone[size : 2 * size]
    faded_in, faded_out = frames.fade_in(block, channels=2), frames.fade_out(block, channels=2)
    studio = Continuity((LIVE,), Emergency.from_bytes((LIVE,), [block], title=""), lead_s=LEAD_S)

    def out() -> str:
        sent = studio.next()
        sound = sent.audio[0] if isinstance(sent, CoverBlock) else sent.block.audio[0]
        who = "cover" if isinstance(sent, CoverBlock) else "studio"
        return f"{who} {({block: 'whole', faded_in: 'in', faded_out: 'out'})[sound]}"

    def give(count: int) -> None:
        for _ in range(count):
            studio.offer(dataclasses.replace(studio_block(studio.arriving), audio=(block,)))

    assert [out(), out()] == ["cover in", "cover whole"]
    studio.attach()
    give(3)
    # A session's first sound begins as it was made.
    assert [out() for _ in range(4)] == ["cover out", "studio whole", "studio whole", "studio out"]
    assert [out(), out()] == ["cover in", "cover whole"]
    give(5)
    assert [out(), out(), out()] == ["cover out", "studio in", "studio whole"]


def test_better_emergency_sound_replaces_silence_at_once_and_other_sound_at_the_next_episode() -> None:
    better = Emergency.from_bytes((LIVE,), [block_sound(LIVE, 0, speaker="better")], title="Better")
    best = Emergency.from_bytes((LIVE,), [block_sound(LIVE, 0, speaker="best")], title="Best")
    studio = Continuity((LIVE,), Emergency.silent((LIVE,), title="Newsline"), lead_s=LEAD_S)

    def title() -> str:
        out = studio.next()
        assert isinstance(out, CoverBlock)
        return f"{out.stream_title}{'*' if out.begins else ''}"

    assert [title(), title()] == ["Newsline*", "Newsline"]
    studio.renew(better)
    assert [title(), title()] == ["Better*", "Better"]
    studio.renew(best)
    assert title() == "Better"
    studio.attach()
    offer(studio, 3)
    assert title() == "Better"
    for _ in range(3):
        assert isinstance(studio.next(), StudioBlock)
    assert title() == "Best*"
