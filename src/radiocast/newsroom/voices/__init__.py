"""Voices: text to sound.

Owns: the `Voice` protocol, the engine that runs any command, and the chain that falls back.
Must not know: bulletins, stories or what is done with the sound.
"""
