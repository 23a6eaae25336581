"""The process that makes the sound: decks, mixer, encoder, playout loop, as-run log.

Owns: what goes on the air, to the sample. It may be slow and it may crash.
Must not know: listeners, sockets other than the link, or the transmitter's code.
"""
