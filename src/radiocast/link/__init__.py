"""The links between the station's processes: what they say to each other, and how it is framed.

Owns: the messages and their bytes, between studio and transmitter and between the transmitter and its
workers; the ends of their Unix socket pairs, and the connections that are passed along.
Must not know: what any of them does with a message.
Back-pressure lives here as credit: the studio may have blocks up to a number and no further, so that
it runs a known few seconds ahead of the air and not by whatever the kernel's buffers hold.
"""
