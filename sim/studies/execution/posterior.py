"""What the fit left of the parameters it moved: drawn once a replicate under ``uncertainty: posterior``.

The draws stand in ``calibration/posterior.nc``, or in the file that ``ZSIM_POSTERIOR`` names. A draw is
joint: fitted parameters that hang together stay so. Everything that was not fitted is drawn from its
prior as under ``uncertainty: all``; what a scenario or a study states is not drawn at all.
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
START: Final = "initial."


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of the fitted parameters.

    Attributes:
        parameters: ids; numbers of the start begin with ``initial.``.
        draws: values (draw, parameter), of equal weight.
        digest: ``content_sha256`` of the fit.
    """

    parameters: tuple[str, ...]
    draws: npt.NDArray[np.float64]
    digest: str

    def drawn(self, chance: RandomStreams) -> tuple[dict[str, float], dict[str, float]]:
        """Parameters and numbers of the start of the replicate whose luck this is."""
        row = self.draws[int(chance.one("posterior") * len(self.draws))]
        named = dict(zip(self.parameters, row.tolist(), strict=True))
        start = {id_.removeprefix(START): value for id_, value in named.items() if id_.startswith(START)}
        return {id_: value for id_, value in named.items() if not id_.startswith(START)}, start


def posterior() -> Posterior:
    """The fit in use.

    Raises:
        InputError: there is none, it is not as it was written, or the model has no such parameters.
    """
    chosen = os.environ.get("ZSIM_POSTERIOR")
    path = Path(chosen) if chosen else shipped.calibration() / NAME
    if not path.is_file():
        raise InputError([say("error.no_posterior", path=path)])
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Posterior:
    from sim.model.environment.parameters import INITIAL
    from sim.model.registry import PARAMETERS
    from sim.studies.execution import results

    del changed
    found = results.read(path)
    ids = tuple(str(id_) for id_ in found["parameter"].values) if "draws" in found else ()
    if not ids or not set(ids) <= {*PARAMETERS, *(p.id for p in INITIAL)}:
        raise InputError([say("error.other_posterior", path=path)])
    return Posterior(ids, found["draws"].values, str(found.attrs["content_sha256"]))
