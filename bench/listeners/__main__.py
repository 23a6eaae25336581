"""`python -m bench.listeners [SCENARIO ...]`."""

import sys

from bench.listeners.running import run

sys.exit(run(sys.argv[1:]))
