"""``python -m sim.docs`` renews the generated parts; ``--check`` lists stale ones."""

import sys

from sim.docs.model_tables import main

if __name__ == "__main__":
    sys.exit(main())
