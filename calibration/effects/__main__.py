"""``python -m calibration.effects``: simulate the arms and compare the published effects."""

import sys

from calibration.effects.studies import main

if __name__ == "__main__":
    sys.exit(main())
