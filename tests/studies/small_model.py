"""Small model with two hundred candidates, for tests of runs and comparisons.

Founders enter by thinning, have random sizes, and may receive a grant that keeps some of them open and lets
them hire; incumbents lose a fifth of what young firms gain.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine import clock
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Outcome, RunOutput
from sim.studies.execution.simulation import Model

CANDIDATES = 200


@dataclass(frozen=True)
class Labels:
    values: Sequence[Any]
    zh: Sequence[str] | None = None
    en: Sequence[str] | None = None


@dataclass(frozen=True)
class RunOptions:
    replicates: int = 5
    seed: int = 20170609
    scale: float = 1.0
    uncertainty: str = "all"


@dataclass(frozen=True)
class Sketch:
    """Minimal scenario with a grant, an effect on entry, and a trap that kills the process."""

    name: str
    grant: float = 0.0  # yuan
    pull: float = 0.0  # added probability of entry
    trap: str = (
        ""  # path of a file: the process that finds it removes it and is killed; "always": killed each time
    )
    run: RunOptions = RunOptions()
    not_acting: tuple[str, ...] = ()

    @property
    def title(self) -> dict[str, str]:
        return {"zh": f"情景{self.name}", "en": f"scenario {self.name}"}

    @property
    def resolved(self) -> str:
        return f"name: {self.name}\ngrant: {self.grant}\npull: {self.pull}\nrun: {self.run}\n"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.resolved.encode()).hexdigest()

    def with_run(self, **changes: Any) -> Sketch:
        return dataclasses.replace(self, run=dataclasses.replace(self.run, **changes))


OUTCOMES = (
    Outcome("firms", ("month", "form"), "count", "企业数", "open firms"),
    Outcome("jobs_universe", ("month",), "persons", "岗位", "jobs of firms founded 2012 or later"),
    Outcome("jobs_displaced", ("month",), "persons", "挤出", "jobs displaced", whole=False),
    Outcome("public_spending", ("month", "instrument"), "yuan", "支出", "spending", "flow", False),
    Outcome("tax_receipts", ("month",), "yuan", "税收", "taxes", "flow", False),
    Outcome("waiting_days", ("month",), "days", "等待天数", "days in line", "mean", whole=False),
    Outcome("target_met", ("target",), "bool", "达标", "target met", "final"),
)
COORDS = {
    "form": Labels(["enterprise", "individual"], ["企业", "个体户"], ["enterprise", "individual"]),
    "instrument": Labels(["grant", "rent"], ["资助", "租金"], ["grant", "rent"]),
    "target": Labels(["T1", "T7"], ["一", "七"], ["one", "seven"]),
}


Scenario: Any = Sketch  # treated as a scenario by the type checker


def simulate(scenario: Any, replicate: int, placebo: bool) -> RunOutput:
    """Run the model once."""
    spring(scenario.trap)
    streams = RandomStreams(scenario.run.seed, replicate)
    ids = np.arange(1000, 1000 + CANDIDATES) * 7919
    entered = streams.uniform(ids, "enter") < 0.6 + scenario.pull
    who = ids[entered]
    months = np.arange(clock.MONTHS)[:, None]
    start = (streams.uniform(who, "start") * 40).astype(int)
    life = -12 * np.log(streams.uniform(who, "life"))
    applied = streams.uniform(who, "ask") < 0.4
    if placebo:  # a different order in the queue: one applicant more or fewer is in time
        applied ^= streams.uniform(who, "tie") < 0.02
    paid = np.flatnonzero(applied & (scenario.grant > 0))
    life[paid] += scenario.grant / 10000 * 6 * streams.uniform(who[paid], "help")
    end = start + 1 + life.astype(int)
    hired = 1 + (4 * streams.uniform(who, "size")).astype(int)
    hired[paid] += streams.uniform(who[paid], "hire") < scenario.grant / 50000
    jobs = np.where((months >= start) & (months < end), hired, 0).astype(np.int16)
    day = clock.MONTH_START[:-1][start]
    closed = np.where(end < clock.MONTHS, clock.MONTH_START[np.minimum(end, 48)], 32767)
    row = paid
    fen = np.full(len(row), round(scenario.grant * 100))
    spending = np.zeros((clock.MONTHS, 2))
    np.add.at(spending[:, 0], start[row], fen / 100)
    universe = jobs.sum(axis=1, dtype=np.int64)
    form = np.arange(len(who)) % 2
    return RunOutput(
        outcomes={
            "firms": np.stack([(jobs[:, form == f] > 0).sum(axis=1) for f in (0, 1)], axis=1),
            "jobs_universe": universe,
            "jobs_displaced": 0.2 * universe,
            "public_spending": spending,
            "tax_receipts": 50.0 * universe,
            "waiting_days": np.where(months[:, 0] == 0, np.nan, streams.scalar("wait")),
            "target_met": np.array([universe[-1] > 200, replicate % 2 == 0]),
        },
        firms={
            "id": who,
            "weight": np.ones(len(who), dtype=np.int16),
            "segment": form.astype(np.int8),
            "registered": day.astype(np.int16),
            "opened": day.astype(np.int16),
            "closed": closed.astype(np.int16),
            "jobs": jobs,
        },
        payments={
            "row": row,
            "instrument": np.zeros(len(row), dtype=np.int8),
            "day": day[row] + 1,
            "fen": fen,
        },
    )


def spring(trap: str) -> None:
    """Kill this process, as the kernel does when memory is exhausted; only once if the trap is a file."""
    if trap == "always":
        os.kill(os.getpid(), signal.SIGKILL)
    if trap and Path(trap).exists():
        Path(trap).unlink()
        os.kill(os.getpid(), signal.SIGKILL)


SMALL_MODEL = Model(simulate, OUTCOMES, COORDS)
NOTHING = Scenario("nothing")
GRANT = Scenario("grant", grant=20000, pull=0.05)
