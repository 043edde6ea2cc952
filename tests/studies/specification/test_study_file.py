"""Faults of study files: line, column, message and nearest valid name; all are reported at once."""

import textwrap
from pathlib import Path

import numpy as np
import pytest

from sim import shipped
from sim.engine.errors import Fault, InputError
from sim.studies.execution.simulation import city_model
from sim.studies.specification import study_file
from sim.studies.specification.study_file import load_study
from sim.studies.study import as_json
from sim.texts import use

MODEL = city_model()
GOOD = """name: case
kind: sweep
scenario: as_enacted
factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
outcomes: [jobs_driven_by_startups]
"""


def faults(folder: Path, text: str) -> list[tuple[int, int, str]]:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_study(path, MODEL)
    result = []
    for fault in caught.value.faults:
        assert isinstance(fault, Fault)
        assert str(fault).startswith(f"{path}:")
        assert len(str(fault)) < 300 + len(str(folder))
        result.append((fault.line, fault.column, fault.message))
    return result


def swapped(line: int, new: str) -> str:
    lines = GOOD.splitlines()
    lines[line - 1] = new
    return "\n".join(lines) + "\n"


CASES = {
    "unknown key": (swapped(2, "kin: sweep"), [(1, 1, "kind"), (2, 1, "nearest: kind")]),
    "kind": (swapped(2, "kind: swep"), [(2, 7, "nearest: sweep")]),
    "scenario": (swapped(3, "scenario: as_enactd"), [(3, 11, "nearest: as_enacted")]),
    "outside": (swapped(3, "scenario: ../as_enacted"), [(3, 11, "outside")]),
    "factor": (swapped(5, "  guarantee_fe.fee: {low: 1%, high: 2%}"), [(5, 3, "nearest: guarantee_fee.fee")]),
    "in Chinese": (swapped(5, "  招聘调整速: {prior: true}"), [(5, 3, "parameter.growth.hiring_speed")]),
    "star": (swapped(5, "  parameter.grwth.*: {prior: true}"), [(5, 3, "unknown factor")]),
    "unit": (swapped(5, "  guarantee_fee.fee: {low: 1天, high: 2%}"), [(5, 28, "of the wrong kind")]),
    "range": (swapped(5, "  guarantee_fee.fee: {low: 1%, high: 40%}"), [(5, 38, "outside the allowed range")]),  # noqa: E501
    "turned": (swapped(5, "  guarantee_fee.fee: {low: 2%, high: 1%}"), [(5, 28, "less than high")]),
    "log of nothing": (
        swapped(5, "  guarantee_fee.fee: {low: 0%, high: 1%, log: true}"),
        [(5, 28, "logarithmic")],
    ),
    "half a range": (swapped(5, "  guarantee_fee.fee: {low: 1%}"), [(5, 22, "missing high")]),
    "one value": (swapped(5, "  guarantee_fee.fee: {values: [1%, 1%]}"), [(5, 31, "two different")]),
    "no prior": (swapped(5, "  guarantee_fee.fee: {prior: true}"), [(5, 3, "known")]),
    "outcome": (
        swapped(6, "outcomes: [job_driven_by_startups]"),
        [(6, 12, "nearest: jobs_driven_by_startups")],
    ),
    "label": (swapped(6, "outcomes: [target_met.T8]"), [(6, 12, "T7")]),
    "no label": (swapped(6, "outcomes: [target_met]"), [(6, 12, "target")]),
    "age": (swapped(6, "outcomes: [survival.operating.61]"), [(6, 12, "'61'")]),
    "paired": (swapped(6, "outcomes: [job_years_net]"), [(6, 1, "reference")]),
    "month": (GOOD + "at: 2021-01\n", [(7, 5, "2021-01")]),
    "replicates": (GOOD + "replicates: 0\n", [(7, 13, "outside the allowed range")]),
    "scale": (GOOD + "scale: 1.5\n", [(7, 8, "scale")]),
    "budget": (GOOD + "budget: soon\n", [(7, 9, "minutes")]),
    "precision": (GOOD + "precision: {jobs_driven: 3}\n", [(7, 13, "nearest: jobs_driven_by_startups")]),
    "two": (GOOD + "scenarios: [as_enacted]\n", [(7, 1, "only one of these")]),
    "twice": (GOOD.replace("scenario: as_enacted", "scenarios: [no_plan, no_plan]"), [(3, 22, "twice")]),
    "sobol of one": (swapped(2, "kind: sobol"), [(4, 1, "two factors")]),
    "sobol of two scenarios": (
        swapped(2, "kind: morris").replace("scenario: as_enacted", "scenarios: [as_enacted, no_plan]"),
        [(3, 1, "one scenario"), (4, 1, "two factors")],
    ),
    "no aim": (swapped(2, "kind: threshold"), [(1, 1, "missing goals")]),
    "bad aim": (
        swapped(2, "kind: threshold") + "goals: {jobs_driven_by_startups: {at_lest: 3}}\n",
        [(7, 1, "exactly one"), (7, 34, "missing more"), (7, 35, "nearest: at_least")],
    ),
    "goals under both names": (
        swapped(2, "kind: threshold")
        + "goals: {jobs_driven_by_startups: {at_least: 3}}\n"
        + "wanted: {jobs_driven_by_startups: {at_least: 4}}\n",
        [(8, 1, "duplicate key 'goals', first in line 7")],
    ),
    "search for nothing": (
        swapped(2, "kind: search") + "goals: {jobs_driven_by_startups: {at_most: 3}}\n",
        [(7, 1, "more: true or false")],
    ),
    "own reference": (
        "name: case\nkind: ensemble\nscenario: no_plan\nreference: no_plan\noutcomes: [firms]\n",
        [(4, 1, "own reference")],
    ),
    "unknown rule": (
        swapped(5, "  world.structure.closur: {values: [income, age_size]}"),
        [(5, 3, "nearest: world.structure.closure")],
    ),
    "unknown way": (
        swapped(5, "  world.structure.closure: {values: [income, age_and_size]}"),
        [(5, 46, "nearest: age_size")],
    ),
    "range of words": (
        swapped(5, "  world.structure.closure: {low: 0, high: 1}"),
        [(5, 28, "missing values; required: values: [income, age_size]")],
    ),
    "decomposition of numbers": (swapped(2, "kind: split"), [(4, 1, "variants of a rule")]),
    "decomposition without parameters": (
        "name: case\nkind: split\nscenario: no_plan\nuncertainty: random\noutcomes: [firms]\n"
        "factors: {world.structure.closure: {values: [income, age_size]}}\n",
        [(4, 1, "uncertainty: all")],
    ),
    "nothing": ("name: case\n", [(1, 1, "kind"), (1, 1, "outcomes"), (1, 1, "scenario")]),
    "duplicate": (GOOD + "kind: sweep\n", [(7, 1, "duplicate")]),
    "name": (swapped(1, "name: other"), [(1, 7, "case")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_faults_with_line_and_column(case, tmp_path):
    use("en")
    text, expected = CASES[case]
    result = faults(tmp_path, text)
    assert [(line, column) for line, column, _ in result] == [e[:2] for e in expected], result
    for (*_, message), (*_, words) in zip(result, expected, strict=True):
        assert words in message
    use("zh")
    assert len(faults(tmp_path, text)) == len(expected)


def test_all_faults_are_reported_including_those_of_scenarios(tmp_path):
    use("en")
    (tmp_path / "mine.yaml").write_text("name: mine\npolcy: {}\n")
    (tmp_path / "case.yaml").write_text(
        swapped(3, "scenario: mine").replace("2%", "70%").replace("[jobs_d", "[job_d")
    )
    with pytest.raises(InputError) as caught:
        load_study(tmp_path / "case.yaml", MODEL)
    places = [(Path(f.path).name, f.line) for f in caught.value.faults if isinstance(f, Fault)]
    assert places == [("case.yaml", 5), ("case.yaml", 6), ("mine.yaml", 2)]


def test_former_keys_give_the_same_study(tmp_path):
    """``wanted``, ``chance``, ``split`` and ``luck`` are read as the words that replaced them."""
    path = tmp_path / "case.yaml"
    threshold = (
        swapped(2, "kind: threshold") + "goals: {jobs_driven_by_startups: {at_least: 3}}\nprobability: 40%\n"
    )
    path.write_text(threshold)
    study = load_study(path, MODEL)
    assert (study.goals["jobs_driven_by_startups"].at_least, study.probability) == (3, 0.4)
    path.write_text(threshold.replace("goals", "wanted").replace("probability", "chance"))
    assert as_json(load_study(path, MODEL)) == as_json(study)
    path.write_text(
        "name: case\nkind: split\nscenario: no_plan\noutcomes: [firms]\n"
        "factors: {world.structure.closure: {values: [income, age_size]}}\n"
    )
    assert load_study(path, MODEL).kind == "variance_decomposition"
    path.write_text(threshold + "uncertainty: luck\n")
    assert load_study(path, MODEL).uncertainty == "random"


def test_example_of_the_format_is_valid(tmp_path):
    """The example in the module docstring is valid once its ellipses are replaced by texts."""
    assert study_file.__doc__ is not None
    example = study_file.__doc__.partition("::\n")[2].partition("\n\nFiles with former names")[0]
    path = tmp_path / "fund_against_subsidies.yaml"
    path.write_text(textwrap.dedent(example).replace("…", "text"), encoding="utf-8")
    study = load_study(path, MODEL)
    assert [factor.id for factor in study.factors[:2]] == ["guarantee_fund.capital", "guarantee_fee.fee"]
    assert study.probability == 0.5


def test_missing_file(tmp_path):
    use("en")
    with pytest.raises(InputError, match=r"no file 'nowhere\.yaml'"):
        load_study(tmp_path / "nowhere.yaml", MODEL)


@pytest.mark.parametrize(
    "path", sorted((shipped.scenarios() / "studies").glob("*.yaml")), ids=lambda p: p.stem
)
def test_studies_that_ship_are_valid(path):
    study = load_study(path, MODEL)
    assert study.title.keys() == {"zh", "en"}
    assert study.question.keys() == {"zh", "en"}
    assert load_study(path.stem, MODEL).name == study.name


def test_star_selects_all_other_uncertain_factors(tmp_path):
    text = swapped(
        5, "  parameter.growth.*: {prior: true}\n  parameter.growth.hiring_speed: {low: 0.04, high: 0.05}"
    )
    (tmp_path / "case.yaml").write_text(text)
    study = load_study(tmp_path / "case.yaml", MODEL)
    own = {v.id: v for v in study.factors}
    assert not own["parameter.growth.hiring_speed"].prior
    assert len(own) > 3
    assert all(v.prior for id_, v in own.items() if id_ != "parameter.growth.hiring_speed")


def test_outcome_names(tmp_path):
    names = (
        "survival.operating.36",
        "survival.since_opening.individual.2018.12",
        "public_spending.rent_subsidy",
        "jobs.enterprise",
        "pool_balance.guarantee_fund.min",
    )
    (tmp_path / "case.yaml").write_text(swapped(6, f"outcomes: [{', '.join(names)}]\nat: 2018-12"))
    study = load_study(tmp_path / "case.yaml", MODEL)
    sizes = {"month": 48} | {d: len(c.values) for d, c in MODEL.coordinates.items()}
    arrays = {
        o.name: np.random.default_rng(1).uniform(size=[sizes[d] for d in o.dims]) for o in MODEL.outcomes
    }
    index = {d: [str(v) for v in c.values].index for d, c in MODEL.coordinates.items()}
    form, clock, cohort = index["form"], index["clock"], index["cohort"]
    expected = [
        arrays["survival"][clock("operating"), form("enterprise"), cohort("2017"), 35],
        arrays["survival"][clock("since_opening"), form("individual"), cohort("2018"), 11],
        arrays["public_spending"][:24, index["instrument"]("rent_subsidy")].sum(),
        arrays["jobs"][23, form("enterprise")],
        arrays["pool_balance"][:24, index["fund"]("guarantee_fund")].min(),
    ]
    assert [o.value(arrays) for o in study.outcomes] == pytest.approx(expected)
