"""The demo station's sound, made from nothing but numpy: instruments, scores, mixing, mastering.

Owns: how the demo's music and jingles come to be. Everything is drawn from seeded generators, so
that the same numpy gives the same samples again.
Must not know: the station's own code, but for where ffmpeg is.

dsp: filters, space, dynamics, loudness · pitched, plucked, drums: instruments · theory: chords,
voice leading, notation · score: notes to a mixed track · patterns: what a rhythm section does ·
tracks_*, interludes: the pieces · jingles: the station's signature · voice: its name, spoken · encode: files.
"""
