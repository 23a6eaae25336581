"""Listeners by the thousand: processor and memory each, beside bare send() and Icecast, every byte checked.

python -m bench listeners                       every scenario, the three largest cut short
python -m bench.listeners compare growth        these, at full length
python -m bench.listeners hundred --json FILE   100,000 listeners for three minutes
"""


def main() -> int:
    """Every scenario at a moderate size."""
    from bench.listeners.running import run

    return run([])
