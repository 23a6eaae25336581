"""Child processes of our own: how one is started, spoken with and ended, and what it does first itself.

Owns: that no child outlives what it was started for, whatever ends that: a time limit, a cancellation, the
parent's death. Must not know: what any child is for. ffmpeg, a foreign program, has a package of its own.
"""
