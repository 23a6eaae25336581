"""Media files: tags, duration, loudness, cue points, kept in SQLite.

Owns: what the station knows about each file under `media/`, and when that has to be found out again.
Must not know: schedules, news, or what is on the air.
"""
