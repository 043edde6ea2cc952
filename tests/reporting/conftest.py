"""Result files for the tests of reports: a small city under three policies, and studies of toy models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sim.reporting import report
from sim.reporting.document import Document, FirstPageEnd, Heading
from sim.reporting.sources import ReportSources, read_sources
from sim.studies.execution import results
from sim.studies.execution.run_specification import load
from sim.studies.methods import attribution, discovery, robustness, threshold
from sim.studies.methods.interface import Factor, Floats, Label
from sim.studies.run import run_many
from sim.studies.specification.units import displayed_unit
from sim.studies.study import study as run
from tests.model.town import registering
from tests.studies.toy_model import TOY

OUTCOME = Label("job_years_net", "净增就业人年", "net job-years", displayed_unit("job-years"))
FACTORS = (
    Factor(
        "guarantee_fund.capital",
        1e8,
        6e8,
        "担保基金资本",
        "capital of the guarantee fund",
        displayed_unit("yuan"),
    ),
    Factor("guarantee_fee.fee", 0.005, 0.03, "担保费率", "guarantee fee", displayed_unit("share a year")),
)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of ``zsim run as_enacted --against no_plan --against no_support`` for a small city."""
    folder = tmp_path_factory.mktemp("runs")
    changes = {"scale": 0.02, "replicates": 5, "seed": 7}
    plan, *references = (load(name, changes) for name in ("as_enacted", "no_plan", "no_support"))
    with registering(0.1):
        done = run_many([plan], references, placebos=1)
    for name, dataset in done.datasets.items():
        results.write(dataset, folder / f"{name}.nc")
    results.write(done.comparisons["no_plan"], folder / "comparison.nc")
    results.write(done.comparisons["no_support"], folder / "comparison_no_support.nc")
    return folder


def study(kind: str, dataset: xr.Dataset, **sentences: list[str]) -> xr.Dataset:
    """Return a dataset with the attributes that ``zsim study`` writes."""
    attributes = {"kind": kind, "name": f"toy_{kind}", "title_zh": "玩具", "title_en": "A toy"}
    texts = {f"conclusions_{lang}": "\n".join(lines) for lang, lines in sentences.items()}
    return results.sealed(dataset.assign_attrs({**attributes, **texts}))


def studies() -> dict[str, xr.Dataset]:
    """Return one study of each kind with known results."""
    draws = np.random.default_rng(3)
    players = [Label(f"chapter_{i}", f"第{i}章", f"Chapter {i}") for i in range(1, 5)]
    values = np.array([300.0, -120.0, 0.0, 40.0])

    def coalition(points: Floats) -> Floats:
        noise = draws.normal(0, 5, (len(points), 6, 1))
        return np.asarray((points @ values)[:, None, None] + noise)

    shares = attribution.exact(coalition, players, [OUTCOME])
    points = np.column_stack([f.at(draws.uniform(size=300)) for f in FACTORS])
    missed = (points[:, 0] < 2.5e8).astype(float)
    boxes = discovery.discover(points, missed, FACTORS, seed=1, halves=4, shuffles=39)

    def met(points: Floats) -> Floats:
        thresholds = np.linspace(2e8, 4e8, 30)
        return (points[:, :1] >= thresholds).astype(float)[:, :, None]

    required = threshold.threshold(met, FACTORS[:1], required=0.5)
    outcomes = draws.normal(1000, 100, (1, 40, 1)) + np.array([0.0, 300.0])[:, None, None]
    policies = [
        Label("as_enacted", "按方案实施", "The plan as enacted"),
        Label("other", "另一方案", "Another plan"),
    ]
    robust = robustness.robustness(outcomes, policies, [robustness.Goal(OUTCOME, bound=1100)], seed=1)
    target = Label("target_met.T7", "创业带动就业达标", "T7 met")
    return {
        "attribution": study(
            "attribution", shares.dataset(), zh=shares.sentences("zh"), en=shares.sentences("en")
        ),
        "discovery": study(
            "discovery", boxes.dataset(), zh=boxes.sentences("zh", target), en=boxes.sentences("en", target)
        ),
        "threshold": study(
            "threshold",
            required.dataset(),
            zh=required.sentences("zh", target),
            en=required.sentences("en", target),
        ),
        "robustness": study(
            "robustness", robust.dataset(), zh=robust.sentences("zh"), en=robust.sentences("en")
        ),
        "sobol": study("sobol", sobol()),
        "morris": study("morris", morris()),
    }


def _coordinates() -> dict[str, object]:
    return {
        "factor": [f.name for f in FACTORS],
        "factor_zh": ("factor", [f.zh for f in FACTORS]),
        "factor_en": ("factor", [f.en for f in FACTORS]),
        "factor_unit": ("factor", [f.unit.id for f in FACTORS]),
        "outcome": [OUTCOME.name],
        "outcome_zh": ("outcome", [OUTCOME.zh]),
        "outcome_en": ("outcome", [OUTCOME.en]),
        "outcome_unit": ("outcome", [OUTCOME.unit.id]),
    }


def _indices(numbers: dict[str, tuple[float, float]], **more: object) -> xr.Dataset:
    data: dict[str, object] = {name: (("factor", "outcome"), [[a], [b]]) for name, (a, b) in numbers.items()}
    data["reason"] = ("factor", "outcome"), [[""], ["within_noise"]]
    return xr.Dataset({**data, **more}, _coordinates())


def sobol() -> xr.Dataset:
    """Return Sobol indices in the format of sensitivity studies, the second within the noise."""
    nan = float("nan")
    return _indices({
        "first": (0.71, nan), "first_low": (0.62, -0.04), "first_high": (0.8, 0.09),
        "total": (0.78, nan), "total_low": (0.69, -0.02), "total_high": (0.87, 0.11),
    })  # fmt: skip


def morris() -> xr.Dataset:
    """Return elementary effects, the second within the noise."""
    nan = float("nan")
    return _indices(
        {
            "effect": (5321.25, nan), "effect_low": (4123.5, 60.0), "effect_high": (6519.0, 310.0),
            "effect_mean": (5311.75, nan), "effect_spread": (812.5, nan),
        },
        floor=(("outcome",), [240.5]),
    )  # fmt: skip


@pytest.fixture(scope="session")
def folder(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write runs, comparisons and studies to one folder."""
    whole = tmp_path_factory.mktemp("whole")
    for path in runs.glob("*.nc"):
        (whole / path.name).write_bytes(path.read_bytes())
    for kind, dataset in studies().items():
        dataset.to_netcdf(whole / f"toy_{kind}.nc")
    for text in (ENSEMBLE, SPLIT):
        dataset = run_study(whole, text)
        results.write(dataset, whole / f"{dataset.attrs['name']}.nc")
    return whole


ENSEMBLE = """
name: toy_ensemble
title: {zh: 玩具集合, en: A toy ensemble}
kind: ensemble
scenarios: [as_enacted, guarantee_fee_halved]
outcomes: [pool_balance.guarantee_fund.min, survival.operating.36]
replicates: 5
"""


SPLIT = """
name: toy_split
title: {zh: 玩具分解, en: A toy split}
kind: split
scenario: as_enacted
factors: {world.structure.closure: {values: [income, age_size]}}
outcomes: [jobs_universe, target_met.T7, public_spending]
replicates: 12
"""


def run_study(folder: Path, text: str) -> xr.Dataset:
    """Run a study of the toy model."""
    file = folder / f"{text.split()[1]}.yaml"
    file.write_text(text, encoding="utf-8")
    return run(file, store=folder / "store", model=TOY)


@pytest.fixture(scope="session")
def sources(folder: Path) -> ReportSources:
    return read_sources([folder])


@pytest.fixture(scope="session")
def document(sources: ReportSources) -> Document:
    return report.build_document(sources, "zh")


@pytest.fixture(scope="session")
def short_document(document: Document) -> Document:
    """Return a document with the first page, one heading, two tables and a figure."""
    first = document.blocks[: document.blocks.index(FirstPageEnd()) + 1]
    return replace(
        document, blocks=(*first, Heading(1, "图"), document.figures()[0], *document.tables()[1:3])
    )
