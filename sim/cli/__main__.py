"""Entry point of ``python -m sim.cli``."""

from sim.cli.main import main

if __name__ == "__main__":
    main()
