"""The process that sends, and its workers: block ring, ICY, pacing, fan-out, admission.

Owns: every listener's bytes. It is never slow and never waits for anybody.
Must not know: how sound is made, what a schedule is, or where configuration comes from.
"""
