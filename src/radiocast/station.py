"""Composition: the rooms put together, the studio started and supervised."""
