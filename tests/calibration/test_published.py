"""What is fitted and what is predicted: fixed files, their evidence, and the city's own figures."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from calibration import FOLDER
from calibration.figures import evidence, published
from calibration.figures.definitions import ASKED, HEADLINES, OBSERVED
from calibration.fit import parameters
from calibration.fit.priors import FILE, priors, written
from sim.engine.errors import InputError
from sim.model.registry import PARAMETERS

TARGETS = yaml.safe_load((FOLDER / "targets.yaml").read_text(encoding="utf-8"))
HOLDOUT = yaml.safe_load((FOLDER / "holdout.yaml").read_text(encoding="utf-8"))
EVIDENCE = evidence.rows()


def test_every_figure_stands_in_one_file_only() -> None:
    fitted, predicted = set(TARGETS["targets"]), set(HOLDOUT["holdout"])
    assert fitted
    assert predicted
    assert not fitted & predicted
    assert fitted | predicted == set(OBSERVED)
    assert not set(OBSERVED) & (set(ASKED) | set(HEADLINES))


def test_every_figure_cites_evidence_that_is_there() -> None:
    for one in (*published.targets(), *published.holdout()):
        assert one.evidence, one.id
        assert set(one.evidence) <= set(EVIDENCE), one.id
        assert one.tolerance > 0, one.id
        assert len(one.why) > 10, one.id


def test_nothing_is_taken_from_the_plans_own_targets() -> None:
    """Rows that repeat the plan, or are worked out from it, may be neither fitted nor predicted."""
    own = {id_ for id_, row in EVIDENCE.items() if "the plan itself" in row.get("source_url", "")}
    assert {"ZS001", "ZS007", "ZS217"} <= own
    for one in (*published.targets(), *published.holdout()):
        assert not set(one.evidence) & own, one.id


def test_the_grade_says_where_a_figure_was_measured() -> None:
    for one in (*published.targets(), *published.holdout()):
        local = any(EVIDENCE[id_].get("geography") == "Zhongshan" for id_ in one.evidence)
        assert (one.grade == "A") == local, one.id


def test_at_most_fourteen_parameters_are_fitted_and_all_are_uncertain() -> None:
    fitted = parameters.fitted()
    assert 0 < len(fitted) <= parameters.MOST
    assert all(prior.low < prior.high and prior.exists == 1 for prior in fitted)
    assert all(len(why) > 10 for why in TARGETS["fitted"].values())


def test_the_file_of_priors_is_what_the_code_believes() -> None:
    assert FILE.read_text(encoding="utf-8") == written()
    read = yaml.safe_load(written())
    uncertain = {p.id for p in PARAMETERS.values() if p.low < p.high}
    assert uncertain <= set(read["parameters"])
    assert {row["grade"] for row in read["parameters"].values()} == {"A", "B", "C", "D"}
    guesses = [row for row in read["parameters"].values() if row["source"].startswith("guess")]
    assert guesses
    assert not any(row["grade"] == "A" for row in guesses)


@pytest.mark.parametrize("id_", ["growth.hiring_speed", "exit.beta", "debt.default_share"])
def test_a_prior_is_drawn_as_the_model_draws_it(id_: str) -> None:
    prior, parameter = priors()[id_], PARAMETERS[id_]
    shares = np.array([0.0, 0.003, 0.2, 0.41, 0.5, 0.77, 0.999, 1.0])
    assert prior.at(shares) == pytest.approx([parameter.draw(u) for u in shares], rel=1e-12)
    assert prior.quantile(prior.at(shares)) == pytest.approx(shares, abs=1e-9)
    spread = prior.at((np.arange(20_000) + 0.5) / 20_000).std()
    assert prior.sd == pytest.approx(spread, rel=1e-3)


def test_the_citys_own_figures_are_read(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    file.write_text(
        "﻿value,figure,tolerance\n9600,promoted_founders_2018,50\n\n31,paid_rent_2018,2\n", "utf-8"
    )
    first, second = published.own(file)
    assert (first.id, first.value, first.tolerance) == ("promoted_founders_2018", 9600, 50)
    assert (second.id, second.value, second.grade) == ("paid_rent_2018", 31, "A")


def test_every_fault_of_the_citys_figures_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    rows = ["figure,value,tolerance", "paid_rnt_2018,3,1", "paid_rent_2018,x,1", "paid_rent_2018,3,0", "a,b",
            "paid_rent_2018,3,1", "paid_rent_2018,4,1", "paid_one_off_2018,nan,1"]  # fmt: skip
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        published.own(file)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "5", "7", "8"]
    assert "paid_rent_2018" in lines[0]
    assert all(len(line) < 300 for line in lines)


@pytest.mark.parametrize("text", ["", "figure;value\n", "figure,value,tolerance\n"])
def test_a_file_without_figures_is_a_fault(tmp_path: Path, text: str) -> None:
    file = tmp_path / "my.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        published.own(file)


def test_a_folder_or_binary_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "x", tmp_path / "none"):
        with pytest.raises(InputError):
            published.own(path)
