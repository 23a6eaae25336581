"""What can be asked of a station without putting it on the air: check it, plan it, make a bulletin.

Owns: the answers as the command line shows them: text, JSON, and the week as a picture.
Must not know: the playout, the transmitter or listeners.
"""
