"""The audience, afterwards: access log, listeners' sessions, and the totals for royalty reports.

Owns: how what is known about listeners is written down, for how long, and how it is added up.
Must not know: sockets, sound, or what is on the air. All of it is written in a process of its own: neither a
slow disk nor a locked table ever takes the transmitter's time.
"""
