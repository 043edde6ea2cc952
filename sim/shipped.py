"""Folders of the files that ship with the simulator: scenarios and calibration data.

In a checkout they are next to ``sim/``; in the wheel they are under ``sim/_shipped/`` (see
``pyproject.toml``), so that ``zsim run as_enacted`` also works without a checkout.
"""

from __future__ import annotations

from pathlib import Path

_SIM = Path(__file__).resolve().parent


def scenarios() -> Path:
    """Return the folder of the shipped scenarios, including the subfolder ``studies/``."""
    return _folder("scenarios")


def calibration() -> Path:
    """Return the folder of the calibration data: evidence, priors and posterior."""
    return _folder("calibration")


def _folder(name: str) -> Path:
    for folder in (_SIM / "_shipped" / name, _SIM.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation lacks the folder {name!r}; reinstall the package")
