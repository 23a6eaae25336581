"""radiocast: an internet news-radio station in one `pip install`.

The house is described in docs/architecture.md: newsroom and library feed the studio, the studio
feeds the transmitter through the link, and data walks one way.
"""

__version__ = "0.1.0"
