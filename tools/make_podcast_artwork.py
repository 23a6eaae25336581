"""Draw the picture that podcast directories ask for: the station's mark, 1400 pixels square, as a small PNG.

    python tools/make_podcast_artwork.py src/radiocast/web/assets/podcast.png

The same shapes and colours as `favicon.svg`, on the page's paper. Flat colours with softened edges: a palette
of 256 is enough, and compresses to a few KB.
"""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np

SIZE = 1400
# Drawn twice as large and averaged: edges without steps.
FINE = 2
UNIT = SIZE * FINE * 0.72 / 64  # the mark is 64 units wide
EDGE = SIZE * FINE * 0.14

PAPER, CASE, CREAM = (0xF4, 0xEC, 0xDC), (0x1C, 0x3D, 0x3B), (0xF7, 0xDF, 0xAB)
BROWN, RED, CLOTH = (0x6D, 0x54, 0x26), (0xD2, 0x3C, 0x1E), (0x7F, 0xA3, 0x9C)


def main() -> None:
    rows, columns = np.mgrid[0 : SIZE * FINE, 0 : SIZE * FINE]
    x, y = (columns + 0.5 - EDGE) / UNIT, (rows + 0.5 - EDGE) / UNIT
    picture = np.empty((SIZE * FINE, SIZE * FINE, 3), np.uint8)
    picture[:] = PAPER

    def fill(where: np.ndarray, colour: tuple[int, int, int]) -> None:
        picture[where] = colour

    def box(left: float, top: float, width: float, height: float, radius: float) -> np.ndarray:
        dx = np.maximum(np.abs(x - left - width / 2) - width / 2 + radius, 0)
        dy = np.maximum(np.abs(y - top - height / 2) - height / 2 + radius, 0)
        return np.asarray(dx**2 + dy**2 <= radius**2)

    def line(
        x1: float, y1: float, x2: float, y2: float, width: float, *, round_ends: bool = True
    ) -> np.ndarray:
        length = float(np.hypot(x2 - x1, y2 - y1))
        along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
        off = ((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length
        beyond = np.maximum(np.maximum(-along, along - length), 0)
        if round_ends:
            return np.asarray(beyond**2 + off**2 <= (width / 2) ** 2)
        return np.asarray((beyond == 0) & (np.abs(off) <= width / 2))

    fill(box(0, 0, 64, 64, 14), CASE)
    fill(box(9, 12, 46, 18, 4), CREAM)
    for at, length in ((15, 5), (21, 8), (27, 5), (33, 8), (45, 8), (51, 5)):
        fill(line(at, 16, at, 16 + length, 2), BROWN)
    fill(line(39.5, 12, 39.5, 30, 4, round_ends=False), RED)
    for height in (39, 46, 53):
        fill(line(11, height, 33, height, 3.4), CLOTH)
    fill((x - 46) ** 2 + (y - 46) ** 2 <= 8.5**2, CREAM)
    fill(line(46, 46, 50, 41, 3), BROWN)

    soft = picture.reshape(SIZE, FINE, SIZE, FINE, 3).mean(axis=(1, 3)).round().astype(np.uint8)
    colours, index = np.unique(soft.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) > 256:
        raise SystemExit(f"{len(colours)} colours are more than a palette holds")
    lines = index.reshape(SIZE, SIZE).astype(np.uint8)
    data = np.hstack([np.zeros((SIZE, 1), np.uint8), lines]).tobytes()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 3, 0, 0, 0)
    Path(sys.argv[1]).write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", colours.tobytes())
        + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    main()
