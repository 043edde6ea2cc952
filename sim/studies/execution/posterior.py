"""Posterior of the fitted parameters, from which each replicate draws under ``uncertainty: posterior``.

The draws are in ``calibration/posterior.nc``, or in the file that ``ZSIM_POSTERIOR`` names. Draws are joint
and preserve the correlations of the fitted parameters. Parameters that were not fitted are drawn from their
priors as under ``uncertainty: all``; values fixed by a scenario or a study are not drawn.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from sim import shipped
from sim.engine.errors import InputError
from sim.engine.random_streams import RandomStreams
from sim.texts import say

NAME: Final = "posterior.nc"
INITIAL: Final = "initial."
"""Prefix of the identifiers of initial conditions."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Posterior of the fitted parameters, represented by draws.

    Attributes:
        parameters: identifiers; those of initial conditions begin with ``initial.``.
        draws: equally weighted draws: (draw, parameter).
        digest: ``content_sha256`` of the file.
    """

    parameters: tuple[str, ...]
    draws: npt.NDArray[np.float64]
    digest: str

    def drawn(self, streams: RandomStreams) -> tuple[dict[str, float], dict[str, float]]:
        """Select a draw at random and return its parameters and its initial conditions."""
        row = self.draws[int(streams.scalar("posterior") * len(self.draws))]
        values = dict(zip(self.parameters, row.tolist(), strict=True))
        initial = {id_.removeprefix(INITIAL): v for id_, v in values.items() if id_.startswith(INITIAL)}
        return {id_: v for id_, v in values.items() if not id_.startswith(INITIAL)}, initial


def posterior() -> Posterior:
    """Return the posterior in use.

    Raises:
        InputError: the file does not exist, its contents have been changed, or it contains parameters that
            the model does not have.
    """
    chosen = os.environ.get("ZSIM_POSTERIOR")
    path = Path(chosen) if chosen else shipped.calibration() / NAME
    if not path.is_file():
        raise InputError([say("error.no_posterior", path=path)])
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Posterior:
    from sim.model.environment import parameters
    from sim.model.registry import PARAMETERS
    from sim.studies.execution import results

    del changed
    dataset = results.read(path)
    ids = tuple(str(id_) for id_ in dataset["parameter"].values) if "draws" in dataset else ()
    if not ids or not set(ids) <= {*PARAMETERS, *(p.id for p in parameters.INITIAL)}:
        raise InputError([say("error.other_posterior", path=path)])
    return Posterior(ids, dataset["draws"].values, str(dataset.attrs["content_sha256"]))
