"""Folders of the files that ship with the simulator: scenarios, and the data of the calibration.

In a checkout they are beside ``sim/``; in the wheel they are under ``sim/_shipped/`` (see
``pyproject.toml``), so that ``zsim run as_enacted`` also works without a checkout.
"""

from __future__ import annotations

from pathlib import Path

_SIM = Path(__file__).resolve().parent


def scenarios() -> Path:
    """Folder of the scenarios that ship, with the subfolder ``studies/``."""
    return _folder("scenarios")


def calibration() -> Path:
    """Folder of the calibration's data: evidence, priors, posterior."""
    return _folder("calibration")


def _folder(name: str) -> Path:
    for folder in (_SIM / "_shipped" / name, _SIM.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation lacks its folder {name!r}; install it anew")
