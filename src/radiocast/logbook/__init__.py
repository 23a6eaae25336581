"""The station's logbook, read afterwards: what was on the air, and whether the schedule wanted it so.

Owns: finding and reading the as-run files of any day, and how the commands show them.
Must not know: the studio at work; it never writes what it reads.
"""
