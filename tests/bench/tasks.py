"""Tasks, each measured in a fresh process: ``python -m tests.bench.tasks NAME ARGUMENT ...`` prints JSON.

A task imports what it needs before the clock starts, and runs without Python's garbage collector, as the
simulator itself does.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import pickle
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.fresh import peak_mib

if TYPE_CHECKING:
    from tests.bench.town import Tally


def run(scale: str) -> dict[str, float]:
    """CPU, rows and peak memory of one run of the plan as enacted."""
    from sim.engine.random_streams import RandomStreams
    from sim.model.city import simulate
    from tests.bench import town

    policy, world = town.as_enacted()
    start = time.process_time()
    output = simulate(policy, world, RandomStreams(town.SEED, 0), uncertain=False, scale=float(scale))
    cpu = time.process_time() - start
    return {"cpu": cpu, "rows": float(len(output.firms["id"])), "peak": peak_mib()}


def trace(scale: str, file: str) -> dict[str, float]:
    """Record to a file what such a run computes and waits for; number of events and passes."""
    from tests.bench import town
    from tests.bench.trace import tracing

    with tracing() as traced:
        town.run(float(scale))
    with Path(file).open("wb") as out:
        pickle.dump(traced, out, protocol=5)
    return {
        "events": float(sum(traced.events.values())),
        "passes": float(len(traced.rules) + len(traced.draws)),
        **{kind: float(n) for kind, n in traced.events.items()},
    }


def bare(file: str, memory: str) -> dict[str, float]:
    """CPU of the bare loop and the bare passes of a traced run; ``memory`` is ``kept`` or ``plain``."""
    from tests.bench.bare import numpy_passes, simpy_loop

    with Path(file).open("rb") as stored:
        traced = pickle.load(stored)
    passes = numpy_passes(traced, kept=memory == "kept")
    loop = simpy_loop(traced.events)
    return {"cpu": loop + sum(passes.values()), "loop": loop, **passes}


def submodels(firms: str, months: str) -> dict[str, float]:
    """CPU of growth, cost, hiring and exit by the submodel of firms."""
    from tests.bench import town

    city = town.of_firms(int(firms))
    start = time.process_time()
    tally = town.trade(city, int(months))
    return _traded(tally, town.jobs(city), time.process_time() - start)


def mesa(firms: str, months: str) -> dict[str, float]:
    """CPU of the same in plain Mesa, agents made beforehand."""
    from tests.bench import plain_mesa, town

    model = plain_mesa.Town(town.of_firms(int(firms)), int(months))
    start = time.process_time()
    tally = plain_mesa.trade(model, int(months))
    return _traded(tally, [firm.jobs for firm in model.agents], time.process_time() - start)


def _traded(tally: Tally, jobs: list[int], cpu: float) -> dict[str, float]:
    months = float(sum(tally.traded))
    return {
        "cpu": cpu,
        "each": cpu / months,
        "closures": sum(tally.closures) / months,
        "jobs": sum(jobs) / len(jobs),
    }


def engine(agents: str) -> dict[str, float]:
    """CPU of births, deaths and one update by the engine."""
    from tests.bench.like_starsim import engine

    return engine(int(agents))


def starsim(agents: str, keyed: str) -> dict[str, float]:
    """CPU of the same in Starsim."""
    from tests.bench.like_starsim import starsim

    return starsim(int(agents), keyed == "keyed")


def plain_runs(number: str, scale: str) -> dict[str, float]:
    """CPU and wall time of runs, one after the other."""
    from tests.bench.studies import plain

    return plain(int(number), float(scale))


def study_runs(number: str, scale: str, workers: str) -> dict[str, float]:
    """CPU, wall time and the parent's growth of the same as a study."""
    from tests.bench.studies import study

    return study(int(number), float(scale), int(workers))


def has_starsim() -> dict[str, float]:
    """Fail where Starsim is not installed."""
    if importlib.util.find_spec("starsim") is None:
        raise SystemExit("Starsim is not installed in this environment (make bench makes one)")
    return {}


_ALL = (run, trace, bare, submodels, mesa, engine, starsim, has_starsim, plain_runs, study_runs)
TASKS = {f.__name__: f for f in _ALL}

if __name__ == "__main__":
    gc.disable()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
