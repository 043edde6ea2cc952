"""Published figures: completeness and evidence of the files, priors, and figures supplied by the city."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from calibration import FOLDER
from calibration.figures import city_figures, evidence, published
from calibration.figures.definitions import HEADLINES, PUBLISHED, UNPUBLISHED
from calibration.fit import parameters
from calibration.fit.priors import FILE, priors, yaml_text
from sim.engine.errors import InputError
from sim.model.registry import PARAMETERS

TARGETS = yaml.safe_load((FOLDER / "targets.yaml").read_text(encoding="utf-8"))
HOLDOUT = yaml.safe_load((FOLDER / "holdout.yaml").read_text(encoding="utf-8"))
EVIDENCE = evidence.rows()
FIGURES = (*published.targets(), *published.holdout())


# --- targets and holdout -----------------------------------------------------------------------------
def test_every_figure_is_in_one_file_only() -> None:
    fitted, held_out = set(TARGETS["targets"]), set(HOLDOUT["holdout"])
    assert fitted
    assert held_out
    assert not fitted & held_out
    assert fitted | held_out == set(PUBLISHED)
    assert not set(PUBLISHED) & (set(UNPUBLISHED) | set(HEADLINES))


def test_every_figure_cites_existing_evidence() -> None:
    for figure in FIGURES:
        assert figure.evidence, figure.id
        assert set(figure.evidence) <= set(EVIDENCE), figure.id
        assert figure.tolerance > 0, figure.id
        assert len(figure.reason) > 10, figure.id


def test_nothing_is_taken_from_the_plans_own_targets() -> None:
    """Rows that repeat the plan, or are derived from it, are neither fitted nor predicted."""
    own = {id_ for id_, row in EVIDENCE.items() if "the plan itself" in row.get("source_url", "")}
    assert {"ZS001", "ZS007", "ZS217"} <= own
    for figure in FIGURES:
        assert not set(figure.evidence) & own, figure.id


def test_the_grade_follows_from_where_a_figure_was_measured() -> None:
    for figure in FIGURES:
        local = any(EVIDENCE[id_].get("geography") == "Zhongshan" for id_ in figure.evidence)
        assert (figure.grade == "A") == local, figure.id


def test_at_most_fourteen_parameters_are_fitted_and_all_are_uncertain() -> None:
    fitted = parameters.fitted()
    assert 0 < len(fitted) <= parameters.MAX_FITTED
    assert all(prior.low < prior.high and prior.potency == 1 for prior in fitted)
    assert all(len(reason) > 10 for reason in TARGETS["fitted"].values())


# --- priors ------------------------------------------------------------------------------------------
def test_the_file_of_priors_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == yaml_text()
    listed = yaml.safe_load(yaml_text())
    uncertain = {p.id for p in PARAMETERS.values() if p.low < p.high}
    assert uncertain <= set(listed["parameters"])
    assert {row["grade"] for row in listed["parameters"].values()} == {"A", "B", "C", "D"}
    guesses = [row for row in listed["parameters"].values() if row["source"].startswith("guess")]
    assert guesses
    assert not any(row["grade"] == "A" for row in guesses)


@pytest.mark.parametrize("id_", ["growth.hiring_speed", "exit.beta", "debt.default_share"])
def test_a_prior_is_drawn_as_the_model_draws_it(id_: str) -> None:
    prior, parameter = priors()[id_], PARAMETERS[id_]
    quantiles = np.array([0.0, 0.003, 0.2, 0.41, 0.5, 0.77, 0.999, 1.0])
    assert prior.ppf(quantiles) == pytest.approx([parameter.draw(u) for u in quantiles], rel=1e-12)
    assert prior.cdf(prior.ppf(quantiles)) == pytest.approx(quantiles, abs=1e-9)
    sd = prior.ppf((np.arange(20_000) + 0.5) / 20_000).std()
    assert prior.sd == pytest.approx(sd, rel=1e-3)


# --- figures supplied by the city --------------------------------------------------------------------
def test_figures_of_the_city_are_read(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    file.write_text(
        "\ufeffvalue,figure,tolerance\n9600,promoted_founders_2018,50\n\n31,paid_rent_2018,2\n", "utf-8"
    )
    first, second = city_figures.read(file)
    assert (first.id, first.value, first.tolerance) == ("promoted_founders_2018", 9600, 50)
    assert (second.id, second.value, second.grade) == ("paid_rent_2018", 31, "A")


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    rows = ["figure,value,tolerance", "paid_rnt_2018,3,1", "paid_rent_2018,x,1", "paid_rent_2018,3,0", "a,b",
            "paid_rent_2018,3,1", "paid_rent_2018,4,1", "paid_one_off_2018,nan,1"]  # fmt: skip
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        city_figures.read(file)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "5", "7", "8"]
    assert "paid_rent_2018" in lines[0]
    assert all(len(line) < 300 for line in lines)


@pytest.mark.parametrize("text", ["", "figure;value\n", "figure,value,tolerance\n"])
def test_a_file_without_figures_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "my.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        city_figures.read(file)


def test_a_folder_or_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "x", tmp_path / "none"):
        with pytest.raises(InputError):
            city_figures.read(path)
