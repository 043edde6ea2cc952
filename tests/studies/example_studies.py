"""Study files for the toy model, and functions that run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from sim.studies.execution.progress import SilentProgress
from sim.studies.study import study
from tests.studies.toy_model import TOY


def study_text(name: str, zh: str, en: str, kind: str, rest: str) -> str:
    """Return the text of a study file; ``rest`` contains the entries specific to its kind."""
    return f"\nname: {name}\ntitle: {{zh: {zh}, en: {en}}}\nkind: {kind}\n{rest.strip()}\nscale: 0.5\n"


# fmt: off
SWEEP = study_text("fee_and_speed", "费率", "fees", "sweep", """
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
ENSEMBLE = study_text("everything", "全部", "everything", "ensemble", """
scenarios: [as_enacted, no_plan]
outcomes: [jobs_universe, target_met.T7]
replicates: 80
""")
SOBOL = study_text("shares", "份额", "shares", "sobol", """
scenario: as_enacted
factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  parameter.growth.hiring_speed: {prior: true}
outcomes: [jobs_universe]
samples: 64
replicates: 2
""")
PRECISE = study_text("precise", "精度", "precise", "sweep", """
scenario: as_enacted
factors: {guarantee_fee.fee: {values: [0.5%, 2%]}}
outcomes: [jobs_universe, pool_balance.guarantee_fund.min]
replicates: 400
precision: {jobs_universe: WIDTH, pool_balance.guarantee_fund.min: 1}
""")
# fmt: on
MORRIS = SOBOL.replace("sobol", "morris").replace("64", "6")
LONGER = SWEEP.replace("replicates: 4", "replicates: 8")


class RecordedProgress(SilentProgress):
    """Listener that records all reports."""

    def __init__(self) -> None:
        self.rounds: list[tuple[int, int, int]] = []
        self.lines: list[str] = []
        self.count = 0

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        self.rounds.append((runs, kept, outdated))

    def finished(self) -> None:
        self.count += 1

    def message(self, line: str) -> None:
        self.lines.append(line)


def write(folder: Path, text: str) -> Path:
    """Write a study file that is named after the study."""
    name = text.split("name: ")[1].split("\n")[0]
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run_study(folder: Path, text: str, **options: Any) -> xr.Dataset:
    """Run a study with the toy model."""
    return study(write(folder, text), store=folder / "store", model=TOY, **options)
