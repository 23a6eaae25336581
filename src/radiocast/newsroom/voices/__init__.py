"""Voices: sentences to sound.

Owns: the booth, where each sentence is recorded once and kept; the engines that speak (espeak-ng, piper, any
command), which voice reads what and who takes over; the colour that speech gets for the air.
Must not know: bulletins, stories or what is done with the sound.
"""
