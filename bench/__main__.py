"""`python -m bench`: every benchmark, one after the other. `python -m bench NAME ...`: those."""

import importlib
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """Every benchmark: a module or package here with a `main()`."""
    here = [str(Path(__file__).parent)]
    return sorted(module.name for module in pkgutil.iter_modules(here) if not module.name.startswith("_"))


def main() -> int:
    """Run them; 2 for a name that is none, else the worst of what they return, where one returns anything."""
    wanted = sys.argv[1:] or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    worst = 0
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        print(f"\n== {name}: {summary}", flush=True)
        worst = max(worst, module.main() or 0)
    return worst


if __name__ == "__main__":
    sys.exit(main())
