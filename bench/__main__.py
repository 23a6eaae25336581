"""`python -m bench`: every benchmark, one after the other. `python -m bench NAME ...`: those."""

import importlib
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """Every benchmark: a module here with a `main()`."""
    here = [str(Path(__file__).parent)]
    return sorted(module.name for module in pkgutil.iter_modules(here) if not module.name.startswith("_"))


def main() -> int:
    """Run them; 2 for a name that is none."""
    wanted = sys.argv[1:] or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        print(f"\n== {name}: {summary}", flush=True)
        module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
