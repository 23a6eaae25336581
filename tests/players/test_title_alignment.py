"""On the wire, a track's title stands where its sound begins: compared in one capture, byte with sample."""

from collections.abc import Callable

import pytest

from radiocast.model.units import BLOCK_S
from tests.players.evidence import Recording
from tests.players.icy_capture import split_capture
from tests.players.small_station import TONES
from tests.players.sound import RATE, WINDOW, decode, tones


@pytest.mark.timeout(240)
@pytest.mark.parametrize("player", ["curl"])
def test_title_and_sound_begin_in_the_same_block(player: str, recording: Callable[[str], Recording]) -> None:
    folder = recording(player).sound.parent
    capture = split_capture((folder / "capture.head").read_bytes(), (folder / "capture.icy").read_bytes())
    sound, _ = decode(folder / "sound.mp3")
    hertz = {tone.stream_title: tone.hertz for tone in TONES}
    # The stream's first title names what has begun before the capture.
    announced = [
        (at / capture.bytes_per_s, hertz[title]) for at, title in capture.titles[1:] if title in hertz
    ]
    begun = [(start, tone) for start, tone in tones(sound, tuple(hertz.values())) if start > 0]
    pairs = [
        (title_s, min((start for start, same in begun if same == tone), key=lambda s: abs(s - title_s)))
        for title_s, tone in announced
        if any(same == tone for _, same in begun)
    ]
    assert len(pairs) >= 2
    # The title stands before the block in which its sound begins; a window is as fine as we can see.
    tolerance_s = 1.5 * WINDOW / RATE
    for title_s, sound_s in pairs:
        assert -tolerance_s <= sound_s - title_s <= BLOCK_S + tolerance_s, pairs
