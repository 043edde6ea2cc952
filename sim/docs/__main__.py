"""Entry point of ``python -m sim.docs``: update generated parts, or list stale ones with ``--check``."""

import sys

from sim.docs.model_tables import main

if __name__ == "__main__":
    sys.exit(main())
