"""The studio-transmitter link: what the two processes say to each other, and how it is framed.

Owns: the messages, their bytes, and the two ends of a Unix socket pair.
Must not know: what a studio or a transmitter does with a message.
Back-pressure lives here as credit: the studio may have blocks up to a number and no further, so that
it runs a known few seconds ahead of the air and not by whatever the kernel's buffers hold.
"""
