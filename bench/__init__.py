"""Figures, each with the command that repeats it. `python -m bench` lists them; `python -m bench NAME` runs one.

Timings belong here and never in tests. Compare figures of one run with each other; the machine's speed drifts.
"""
