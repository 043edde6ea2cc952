"""Command ``python -m calibration.effects``: simulate the arms and compare the results with published effects.

The command simulates the arms of ``effects.yaml``, stores the sums of finished replicates so that it can be resumed after
an interruption, and writes ``effects_results.csv``. Nothing is fitted; the assessment rule is given in ``effects.yaml``
and was written before the first run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from calibration import FOLDER, csv_table
from calibration.effects import results
from calibration.effects.simulation import simulate_all
from sim.policy.scenario.scenario import load_scenario

REPLICATES: Final = 6
"""Default number of replicates, enough to tell effects on survival of 20 (SUB05) and 5 (SUB15) points apart."""
SCALE: Final = 0.1


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate the arms, write the results and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m calibration.effects", description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument(
        "--store", type=Path, default=FOLDER / "effects_store", help="folder for finished replicates"
    )
    arguments = parser.parse_args(argv)
    if arguments.replicates < 1:
        parser.error("--replicates: must be at least 1")
    if not 0 < arguments.scale <= 1:
        parser.error("--scale: must be above 0 and at most 1")
    sums = simulate_all(arguments.replicates, arguments.scale, arguments.store)
    rows = results.rows(sums, arguments.scale, load_scenario("as_enacted").run.seed)
    csv_table.write(results.TABLE, list(rows))
    print(f"wrote {results.TABLE.name}; run `make docs` to update the table in README.md", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
