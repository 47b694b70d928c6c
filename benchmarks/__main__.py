"""Measure import, forecast, ledger engine, scenarios and pages: `python -m benchmarks [NAME ...] [--json]`.

Without names all run but those that take minutes or data of their own (past-years, tenfold, world, children-in-care).
Every figure is a median over repeats with its spread (of the world: plus and minus a standard error), beside the target
it is held against. The stores live in a temporary folder; the user's own store is never touched.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measures import MEASURES, ON_REQUEST, Figure


def main() -> int:
    """Run the chosen measures and print one line per figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(MEASURES)}")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    unknown = set(given.names) - set(MEASURES)
    if unknown:
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in given.names or [name for name in MEASURES if name not in ON_REQUEST]:
        with tempfile.TemporaryDirectory() as folder:
            for figure in MEASURES[name](Path(folder)):
                figures.append(figure)
                if not given.json:
                    print(figure.line(), flush=True)
    if given.json:
        print(json.dumps([figure.__dict__ for figure in figures], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
