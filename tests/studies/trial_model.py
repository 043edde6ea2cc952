"""Model that contains only the one-off grant, with a known effect, for tests of trials.

Firms open in 2017-2018 and have exponential lifetimes, the same in all arms. Two fifths of those open after
half a year are paid if the grant is above zero; that adds a given number of months to their lifetimes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from sim.engine import clock
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Recorder, RunOutput
from sim.model.city import SIZES
from sim.model.coordinates import COORDS
from sim.model.registry import OUTCOMES
from sim.model.subsidies import parameters as subsidies_parameters
from sim.policy.scenario import resolution
from sim.studies.execution.simulation import Model

FIRMS = 3000
WAIT = 6  # months from opening to payment
PAYS = list(COORDS["instrument"].values).index("one_off_grant")


def simulate(months: float, scenario: Any, replicate: int, placebo: bool) -> RunOutput:
    """Run the model once; a grant adds ``months`` to the lifetime of its recipient."""
    streams = RandomStreams(scenario.run.seed, replicate)
    settings = resolution.settings(scenario)
    who = np.arange(FIRMS) + 1
    month = np.arange(clock.MONTHS)[:, None]
    opened = (streams.uniform(who, "opened") * 24).astype(np.int64)
    life = -24 * np.log(streams.uniform(who, "life"))
    closed = opened + 1 + life.astype(np.int64)
    yuan = settings.at(subsidies_parameters.ONE_OFF_AMOUNT, 400)
    paid = np.flatnonzero((closed > opened + WAIT) & (streams.uniform(who, "claims") < 0.4) & (yuan > 0))
    closed[paid] += round(months)
    jobs = ((month >= opened) & (month < closed)).astype(np.int16) * (1 + who % 3)
    record = Recorder(OUTCOMES, SIZES).arrays
    when = opened[paid] + WAIT
    record["public_spending"][:, PAYS] = yuan * np.bincount(when, minlength=clock.MONTHS)
    record["jobs_universe"][:] = jobs.sum(axis=1)
    record["take_up"][PAYS] = len(paid) / FIRMS if yuan else np.nan
    start = clock.MONTH_START
    day = start[opened]
    kind = (who % 9).astype(np.int8)
    end = np.where(closed < clock.MONTHS, start[np.minimum(closed, clock.MONTHS)], 32767)
    panel: dict[str, Any] = {
        "id": who,
        "weight": np.ones(FIRMS, dtype=np.int32),
        "segment": (who % 2).astype(np.int8),
        "sector": (who % 5).astype(np.int8),
        "kind": kind,
        "registered": day - 1,
        "opened": day,
        "closed": end,
        "served": np.full(FIRMS, 32767),
        "jobs": jobs,
    }
    payments = {
        "row": paid,
        "instrument": np.full(len(paid), PAYS),
        "day": start[when] + 10,
        "fen": np.full(len(paid), round(100 * yuan)),
    }
    return RunOutput(record, panel, payments)


def grant_model(months: float) -> Model:
    """Return the model with a grant that adds ``months`` to the lifetime of its recipients."""
    return Model(partial(simulate, months), OUTCOMES, COORDS)


def fail(scenario: Any, replicate: int, placebo: bool) -> RunOutput:
    """Fail if anything is run."""
    raise AssertionError(f"{scenario.name} was run")


NOT_TO_BE_RUN = Model(fail, OUTCOMES, COORDS)
