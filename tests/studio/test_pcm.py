"""Sound in memory: bytes of a decoder, and a queue."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radiocast.studio.pcm import FRAME_BYTES, PcmQueue, from_bytes, silence


@given(st.lists(st.integers(0, 50)), st.lists(st.integers(0, 60)))
def test_it_comes_out_as_it_went_in_however_it_is_taken(given: list[int], taken: list[int]) -> None:
    sound = np.arange(2 * sum(given), dtype=np.float32).reshape(-1, 2)
    queue = PcmQueue()
    for piece in np.split(sound, np.cumsum(given)[:-1]) if given else []:
        queue.append(piece)
    out = [silence(0)]
    for frames in taken:
        piece = queue.take(min(frames, len(queue)))
        if len(piece) > 3:
            queue.put_back(piece[-2:])
            piece = piece[:-2]
        out.append(piece)
    heard = sum(map(len, out))
    assert len(queue) == len(sound) - heard
    assert np.array_equal(np.concatenate([*out, queue.take(len(queue))]), sound)
    queue.append(sound)
    queue.clear()
    assert len(queue) == 0


def test_what_is_no_number_is_silent() -> None:
    sound = np.array([[0.5, np.nan], [np.inf, -np.inf]], dtype="<f4")
    assert len(sound.tobytes()) == 2 * FRAME_BYTES
    assert from_bytes(sound.tobytes()).tolist() == [[0.5, 0.0], [1.0, -1.0]]
