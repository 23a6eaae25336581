"""Make the demo station's music, idents, sounder, bed and standby sound again.

    python tools/make_demo_audio.py            everything, into media/ and the package's assets
    python tools/make_demo_audio.py kettle bed only these
    python tools/make_demo_audio.py --check    render, compare with the files there; writes nothing
    python tools/make_demo_audio.py --measure  loudness, peaks, balance of what is rendered

Each file carries the SHA-256 of the PCM it was encoded from. `--check` renders anew and compares: the
same numpy on the same kind of processor gives the same hash; where a processor rounds a sine
differently, the rendering must still be the same sound (correlation with the decoded file).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mutagen.oggopus import OggOpus

sys.path.insert(0, str(Path(__file__).resolve().parent))

from demo_audio import interludes, jingles, tracks_evening, tracks_night, tracks_veranda
from demo_audio.dsp import Signal
from demo_audio.encode import decode, fingerprint, likeness, write
from demo_audio.measure import report

ROOT = Path(__file__).resolve().parent.parent
# An interlude has one or two players: there is less to encode.
MUSIC_KBPS, INTERLUDE_KBPS, BED_KBPS, JINGLE_KBPS, STANDBY_KBPS = 52, 40, 44, 64, 48
# Opus at these rates keeps the waveform of this music above 0.97; another take of a piece is below 0.5.
SAME_SOUND = 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to make."""

    name: str
    path: Path
    kbps: int
    tags: dict[str, str]
    make: Callable[[], Signal]


def jobs() -> Iterator[Job]:
    """Everything the demo holds, jingles first: they are quick."""
    common = {"album": "radiocast demo", "date": "2026"}
    for place, title, make in jingles.JINGLES:
        kbps = BED_KBPS if place.startswith("beds/") else JINGLE_KBPS
        tags = {"title": title, "artist": "Newsline", "genre": "Jingle"} | common
        yield Job(name=make.__name__, path=ROOT / "media" / place, kbps=kbps, tags=tags, make=make)
    place, title, make = jingles.STANDBY
    tags = {"title": title, "artist": "Newsline", "genre": "Ambient"} | common
    yield Job(
        name=make.__name__,
        path=ROOT / "src/radiocast/assets" / place,
        kbps=STANDBY_KBPS,
        tags=tags,
        make=make,
    )
    tracks = ((piece, MUSIC_KBPS) for piece in (*tracks_evening.ALL, *tracks_veranda.ALL, *tracks_night.ALL))
    short = ((piece, INTERLUDE_KBPS) for piece in interludes.ALL)
    for number, (piece, kbps) in enumerate((*tracks, *short), start=1):
        song = piece()
        if song.problems:
            raise SystemExit(f"{song.title}: {song.problems}")
        tags = {
            "title": song.title,
            "artist": song.artist,
            "genre": song.genre,
            "track": str(number),
        } | common
        path = ROOT / "media/music" / f"{piece.__name__.replace('_', '-')}.opus"
        yield Job(name=piece.__name__, path=path, kbps=kbps, tags=tags, make=song.render)


def same(job: Job, sound: Signal) -> bool:
    """Whether the file there is this sound; says how it knows."""
    comments = OggOpus(job.path).get("description", [""])  # where ffmpeg puts a Vorbis comment
    if comments[0] == f"pcm-sha256={fingerprint(sound)}":
        print(f"{job.name}: identical PCM")
        return True
    value = likeness(sound, decode(job.path))
    print(f"{job.name}: not bit-identical, correlation with the file {value:.4f}")
    return value >= SAME_SOUND


def main() -> int:
    """Exit code 0, or 1 when `--check` finds a file that the script would not make."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--check", action="store_true", help="compare with the files, write nothing")
    parser.add_argument("--measure", action="store_true", help="print figures, write nothing")
    options = parser.parse_args()
    well = True
    for job in jobs():
        if options.names and job.name not in options.names:
            continue
        began = time.monotonic()
        sound = job.make()
        if options.measure:
            print(job.name, report(sound))
        elif options.check:
            well &= same(job, sound)
        else:
            write(sound, job.path, kbps=job.kbps, tags=job.tags)
            size = job.path.stat().st_size
            took = time.monotonic() - began
            print(f"{job.path.relative_to(ROOT)}: {size:,} bytes, {took:.1f} s")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
