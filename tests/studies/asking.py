"""Studies of the toy city, for the tests of everything around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from sim.studies.adapters.evaluator import Silent
from sim.studies.study import study
from tests.studies.toy import TOY


def worded(name: str, zh: str, en: str, kind: str, rest: str) -> str:
    """The text of a study's file; what differs between studies is ``rest``."""
    return f"\nname: {name}\ntitle: {{zh: {zh}, en: {en}}}\nkind: {kind}\n{rest.strip()}\nscale: 0.5\n"


# fmt: off
SWEEP = worded("fee_and_speed", "费率", "fees", "sweep", """
scenario: as_enacted
reference: no_plan
factors:
  guarantee_fee.fee: {values: [0.5%, 2%]}
  parameter.growth.hiring_speed: {low: 0.04, high: 0.08}
outcomes:
  [job_years_net, public_spending, survival.operating.36, pool_balance.guarantee_fund.min, target_met.T7]
samples: 3
replicates: 4
""")
ENSEMBLE = worded("everything", "全部", "everything", "ensemble", """
scenarios: [as_enacted, no_plan]
outcomes: [jobs_universe, target_met.T7]
replicates: 80
""")
SOBOL = worded("shares", "份额", "shares", "sobol", """
scenario: as_enacted
factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  parameter.growth.hiring_speed: {prior: true}
outcomes: [jobs_universe]
samples: 64
replicates: 2
""")
PRECISE = worded("precise", "精度", "precise", "sweep", """
scenario: as_enacted
factors: {guarantee_fee.fee: {values: [0.5%, 2%]}}
outcomes: [jobs_universe, pool_balance.guarantee_fund.min]
replicates: 400
precision: {jobs_universe: WIDTH, pool_balance.guarantee_fund.min: 1}
""")
# fmt: on
MORRIS = SOBOL.replace("sobol", "morris").replace("64", "6")
LONGER = SWEEP.replace("replicates: 4", "replicates: 8")


class Watch(Silent):
    def __init__(self) -> None:
        self.rounds: list[tuple[int, int, int]] = []
        self.lines: list[str] = []
        self.count = 0

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        self.rounds.append((runs, kept, outdated))

    def lived(self) -> None:
        self.count += 1

    def say(self, line: str) -> None:
        self.lines.append(line)


def write(folder: Path, text: str) -> Path:
    name = text.split("name: ")[1].split("\n")[0]
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def ask(folder: Path, text: str, **more: Any) -> xr.Dataset:
    return study(write(folder, text), store=folder / "store", model=TOY, **more)
