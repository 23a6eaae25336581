"""Figures, each with the command that repeats it: `python -m bench` for all, `python -m bench NAME` for one.

Timings belong here and never in tests. Compare figures of one run: the machine's speed drifts.
"""
