"""The wire: news feeds asked politely, read safely, and kept.

A child process (`child`) asks and reads what comes from the net; the studio (`wire`) only decides when, and
reads the JSON that the child wrote. Nothing that is imported in the studio may import aiohttp, feedparser,
lxml or trafilatura: `fetching`, `parsing`, `jsonfeed`, `pages` and `child` are the child's alone.
"""
