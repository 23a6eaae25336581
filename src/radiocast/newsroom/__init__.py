"""Articles to bulletins: stories, desk rules, script, voice, production.

Owns: everything between a file in `media/news/` and finished bulletin audio with the second at which
each headline starts.
Must not know: schedules, the air, or who listens.
"""
