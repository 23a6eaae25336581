"""`station.yaml` and `schedule.yaml` text to typed configuration.

Owns: the keys, their defaults, and every message about a mistake in them: all at once, each with
file, line and column and the nearest valid key.
Must not know: what is done with a value; it reads no media, asks no clock and starts nothing.
"""
