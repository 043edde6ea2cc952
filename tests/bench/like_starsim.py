"""Births, deaths and one monthly state update, by the engine and by Starsim, for as many agents.

A year brings 18% new agents and takes 14%; the state of all is an autoregression with a normal shock.
"""

from __future__ import annotations

import importlib
import os
import time
from typing import Any, Final

import numpy as np

MONTHS: Final = 48
BORN, DIED = 180.0, 140.0  # a year, of a thousand
CANDIDATES: Final = 0.6  # share of candidates who enter, as in sim/model/entry
PERSISTENCE, SHOCK = 0.97, 0.05


def engine(agents: int) -> dict[str, float]:
    """With :mod:`sim.engine`: keyed random numbers, permanent ids, rows that are never removed."""
    from sim.engine.columns import Table
    from sim.engine.random_streams import RandomStreams

    start = time.process_time()
    streams = RandomStreams(1, 0)
    # as Starsim converts yearly rates into monthly probabilities: births and deaths differently
    enter, leave = 1 - (1 - BORN / 1000) ** (1 / 12), 1 - np.exp(-DIED / 12_000)
    columns = {
        "id": (np.int64, 0),
        "alive": (np.bool_, True),
        "born": (np.int16, 0),
        "state": (np.float32, 0),
    }
    people = Table(columns, round(agents * (1 + BORN / 1000 * MONTHS / 12)))
    people.append(agents, id=np.arange(agents))
    born = died = 0
    for month in range(MONTHS):
        rows = np.flatnonzero(people.alive)
        n = round(len(rows) * enter / CANDIDATES)
        ids = (month + 1) * 10_000_000 + np.arange(n)
        ids = ids[streams.uniform(ids, "found") < CANDIDATES]
        people.append(len(ids), id=ids, born=month)
        u = streams.uniform(people.id[rows], "die", month)
        dead = rows[u < leave]
        people.alive[dead] = False
        rows = np.flatnonzero(people.alive)
        shock = SHOCK * streams.normal(people.id[rows], "state", month)
        people.state[rows] = PERSISTENCE * people.state[rows] + shock
        born, died = born + len(ids), died + len(dead)
    cpu = time.process_time() - start
    alive = people.alive
    return {
        "cpu": cpu,
        "alive": float(alive.sum()),
        "born": float(born),
        "died": float(died),
        "sd": float(people.state[alive].std()),
    }


def starsim(agents: int, keyed: bool) -> dict[str, float]:
    """With Starsim: its own births and deaths, and a module of one state.

    Args:
        agents: at the start.
        keyed: draws agent by agent, the same in every scenario (Starsim's default, as here), or one
            stream for all, which is faster.
    """
    os.environ.setdefault("STARSIM_INSTALL_FONTS", "0")  # or its first import writes to the home folder
    ss: Any = importlib.import_module("starsim")
    ss.options.crn = keyed

    class State(ss.Module):
        """One number for each agent, updated each month."""

        def __init__(self) -> None:
            super().__init__()
            self.define_pars(shock=ss.normal(0, SHOCK))
            self.define_states(ss.FloatArr("level", default=0.0))

        def step(self) -> None:
            uids = self.sim.people.auids
            self.level[uids] = PERSISTENCE * self.level[uids] + self.pars.shock.rvs(uids)

    start = time.process_time()
    state = State()
    sim = ss.Sim(
        n_agents=agents,
        start="2017-01-01",
        stop="2020-12-01",
        dt=ss.month,
        demographics=[
            ss.Births(birth_rate=ss.peryear(BORN)),
            ss.Deaths(death_rate=ss.peryear(DIED)),
        ],
        modules=[state],
        copy_inputs=False,
        verbose=0,
        rand_seed=1,
    )
    sim.run()
    cpu = time.process_time() - start
    people = sim.people
    return {
        "cpu": cpu,
        "alive": float(people.alive.sum()),
        "born": float(sim.results.births.new.sum()),
        "died": float(sim.results.deaths.new.sum()),
        "sd": float(np.std(state.level[people.auids])),
    }
