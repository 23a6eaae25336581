"""Pure planning: what plays when.

Owns: clocks, rotations, what comes next and why. Time comes in as an argument, chance as a seed.
Must not know: files, sound, processes, or what time it is.
"""
