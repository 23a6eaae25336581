"""The one place that knows ffmpeg: where the binary is, and how it is run.

Owns: finding the system's or the wheel's binary, running it as an async context manager with its
stderr drained into a bounded deque, and translating its failures into MediaError or EncoderError.
Must not know: schedules, mixing or streaming; it takes argument lists and gives bytes.
"""
