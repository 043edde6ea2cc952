"""The fit finds what is known, says what it does not know, and is the same whoever does the work."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from calibration.analysis import city_update as own
from calibration.analysis import predictions as validation
from calibration.analysis import value_of_information as value
from calibration.figures.definitions import ASKED, FIGURES, HEADLINES
from calibration.figures.published import Published, holdout, targets
from calibration.fit import emulator as emulators
from calibration.fit import pipeline as posterior
from calibration.fit import recovery
from calibration.fit import sampling as fit
from calibration.fit.design import Plan, the_city
from calibration.fit.parameters import fitted
from calibration.fit.pipeline import Size
from sim.engine.recorder import RunOutput
from sim.studies.adapters.evaluator import Job, Silent
from sim.studies.execution import posterior as draws
from sim.studies.execution import results
from sim.studies.execution.executors import Serial
from sim.studies.execution.store import Store
from tests.calibration import plain

SIZE = Size(runs=256, check=24, refits=20, draws=400, steps=2000, refit_steps=500, process=16, scale=0.01)
MUTE = plain.PARAMETERS.index(plain.MUTE)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    store = Store(tmp_path_factory.mktemp("store"), "plain")
    return posterior.calibrate(SIZE, store, Silent(), city=plain.city, command="test")


def test_what_figures_say_is_found(found: xr.Dataset) -> None:
    """Six tolerances of slope against a spread of 1.1: posterior sd is about 0.19 of the half range."""
    draws = found.draws.values
    wide = np.array([(p.high - p.low) / 2 for p in fitted()])
    off = np.abs(draws.mean(axis=0) - plain.middle()) / wide
    heard = np.arange(len(wide)) != MUTE
    assert (off[heard] < 0.2).all()
    assert (draws.std(axis=0) / wide)[heard] == pytest.approx(np.full(heard.sum(), 0.18), abs=0.05)


def test_what_no_figure_hears_stays_as_it_was_believed(found: xr.Dataset) -> None:
    assert not bool(found.identified[MUTE])
    assert float(found.narrowed[MUTE]) == pytest.approx(1.0, abs=0.15)
    assert float(np.delete(found.narrowed.values, MUTE).max()) < 0.7
    assert int(found.identified.sum()) == len(plain.PARAMETERS) - 1


def test_known_parameters_are_recovered(found: xr.Dataset) -> None:
    """The accept rule of the project, on a city where it must hold."""
    tests = 2 * int(found.identified.sum())
    for level in recovery.LEVELS:
        low, high = recovery.band(SIZE.refits, level, tests)
        assert low < level < high
        covered = recovery.inside(found["rank"].values, level).mean(axis=0)
        assert ((covered >= low) & (covered <= high))[found.identified.values].all()


def test_a_fit_that_is_too_sure_is_found_out(found: xr.Dataset) -> None:
    """Recovery must be able to fail: data with more luck than the fit reckons with."""
    good = posterior.likelihood_of(found, targets())
    calm = fit.Likelihood(good.emulator, good.columns, good.values, good.spread / 9)
    rng = np.random.default_rng(1)
    ranks = []
    for k in range(12):
        truth = rng.uniform(size=len(plain.PARAMETERS))
        told = good.emulator(truth[None])[0, list(good.columns)]
        data = rng.multivariate_normal(told, good.spread)
        draws = fit.sample(
            fit.Likelihood(calm.emulator, calm.columns, data, calm.spread), k, recovery.RANKS, 300
        )
        ranks.append((draws.quantiles < truth).sum(axis=0))
    covered = recovery.inside(np.array(ranks), 0.9).mean(axis=0)
    low, _ = recovery.band(12, 0.9, 26)
    assert (np.delete(covered, MUTE) < low).sum() >= 5


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    size = Size(runs=16, check=2, refits=2, draws=20, steps=200, refit_steps=100, process=8, scale=0.01)
    one, two = (
        posterior.calibrate(size, Store(tmp_path / str(n), "plain"), Silent(), city=plain.city, workers=n)
        for n in (1, 2)
    )
    assert one.content_sha256 == two.content_sha256


def test_a_fit_that_is_stopped_goes_on(tmp_path: Path) -> None:
    size = Size(runs=16, check=2, refits=2, draws=20, steps=200, refit_steps=100, process=8, scale=0.01)
    left, lived = [9], []

    def stopping(job: Job) -> dict[str, float]:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return dict(plain.city(job))

    def counting(job: Job) -> dict[str, float]:
        lived.append(job.replicate)
        return dict(plain.city(job))

    kept = Store(tmp_path / "s", "plain")
    with pytest.raises(KeyboardInterrupt):
        posterior.calibrate(size, kept, Silent(), city=stopping)
    resumed = posterior.calibrate(size, kept, Silent(), city=counting)
    assert len(lived) == size.runs + size.check - 9
    again = posterior.calibrate(size, kept, Silent(), city=stopping)
    assert not left[0], "a kept run was lived again"
    whole = posterior.calibrate(size, Store(tmp_path / "w", "plain"), Silent(), city=plain.city)
    assert resumed.content_sha256 == again.content_sha256 == whole.content_sha256


def test_it_is_written_read_and_drawn_from(
    found: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fit.nc"
    results.write(found, path)
    assert path.stat().st_size < 2_000_000
    read = posterior.read(path)
    assert read.content_sha256 == found.content_sha256
    monkeypatch.setenv("ZSIM_POSTERIOR", str(path))
    drawn = draws.posterior()
    assert drawn.draws == pytest.approx(found.draws.values)
    assert set(drawn.parameters) == set(plain.PARAMETERS)
    for name in ("model", "seed", "scale", "runs", "command", "figures_sha256", "commit", "packages"):
        assert name in read.attrs


def test_no_figure_may_move_after_the_fit_unseen(found: xr.Dataset) -> None:
    assert found.attrs["figures_sha256"] == posterior.files_sha256()
    roles = dict(zip(found.figure.values.tolist(), found.role.values.tolist(), strict=True))
    assert {id_ for id_, role in roles.items() if role == "target"} == {one.id for one in targets()}
    assert {id_ for id_, role in roles.items() if role == "holdout"} == {one.id for one in holdout()}


def test_the_design_fills_the_priors() -> None:
    plan = Plan(fitted(), 3, 0.1)
    cube = plan.design(256)
    assert np.abs(cube.mean(axis=0) - 0.5).max() < 0.01
    values = plan.values(cube)
    for prior, column in zip(plan.priors, values.T, strict=True):
        assert prior.low <= column.min() < column.max() <= prior.high
        assert column.std() == pytest.approx(prior.sd, rel=0.05)
    assert (plan.design(64) == cube[:64]).all(), "more runs go on where fewer stopped"


def test_the_emulator_knows_its_own_error() -> None:
    """Squares and products are found, and what is left over is the luck that was put in."""
    priors = fitted()[:4]
    rng = np.random.default_rng(2)
    cube = rng.uniform(size=(400, 4))
    x = emulators.scaled(priors, cube)
    truth = np.column_stack([x[:, 0] * x[:, 1] + x[:, 2] ** 2, x[:, 3], np.zeros(400)])
    made = emulators.emulator(priors, cube, truth + rng.normal(scale=(0.1, 0.3, 1.0), size=truth.shape))
    assert made.degree == 2
    assert np.sqrt(np.diag(made.noise)) == pytest.approx([0.1, 0.3, 1.0], rel=0.1)
    fresh = rng.uniform(size=(200, 4))
    y = emulators.scaled(priors, fresh)
    assert made(fresh)[:, 0] == pytest.approx(y[:, 0] * y[:, 1] + y[:, 2] ** 2, abs=0.12)
    assert made.explained[2] < 0.05 < 0.5 < made.explained[0]


def test_the_sampler_agrees_with_algebra() -> None:
    """A straight line seen with normal error far from the walls of the cube has a posterior that is known."""
    priors = tuple(p for p in fitted() if p.id in ("exit.level_enterprise", "exit.level_individual"))
    rng = np.random.default_rng(3)
    cube = rng.uniform(size=(300, 2))
    figures = np.zeros((300, len(FIGURES)))
    figures[:, :2] = emulators.scaled(priors, cube) @ np.array([[1.0, 0.5], [0.0, 1.0]])
    made = emulators.emulator(priors, cube, figures + rng.normal(scale=1e-3, size=figures.shape))
    one, two = (Published(FIGURES[name], 0.1 * k, 0.02) for k, name in enumerate(list(FIGURES)[:2]))
    drawn = fit.sample(fit.likelihood(made, (one, two)), 1, 2000, 4000)
    x = emulators.scaled(priors, drawn.quantiles)
    inverse = np.linalg.inv(np.array([[1.0, 0.0], [0.5, 1.0]]))
    assert x.mean(axis=0) == pytest.approx(inverse @ np.array([0.0, 0.1]), abs=0.004)
    assert np.cov(x.T) == pytest.approx(0.02**2 * inverse @ inverse.T, abs=1e-4)
    assert drawn.split < 1.02
    assert drawn.independent > 500


@pytest.mark.parametrize(
    ("rank", "half", "most"), [(0, 0, 0), (5, 0, 1), (25, 1, 1), (74, 1, 1), (75, 0, 1), (95, 0, 0)]
)
def test_ranks_fall_into_intervals(rank: int, half: int, most: int) -> None:
    ranks = np.array([rank])
    assert recovery.inside(ranks, 0.5)[0] == bool(half)
    assert recovery.inside(ranks, 0.9)[0] == bool(most)


def test_intervals_hold_their_share_of_ranks() -> None:
    every = np.arange(recovery.RANKS + 1)
    for level in recovery.LEVELS:
        assert recovery.inside(every, level).mean() == pytest.approx(level)


def test_prediction_tells_fitted_from_unfitted_and_hits_from_misses(found: xr.Dataset) -> None:
    rows = validation.beside(found)
    assert [row.published.id for row in rows if row.fitted] == [one.id for one in targets()]
    assert [row.published.id for row in rows if not row.fitted] == [one.id for one in holdout()]
    assert all(row.verdict != "miss" for row in rows if row.fitted)
    by_id = {row.published.id: row for row in rows}
    assert by_id["loan_a_borrower"].verdict == "miss", "540 published, the plain city says about 0"
    for row in rows:
        assert row.model[0] <= row.model[1] <= row.model[2] <= row.model[3] <= row.model[4]
        assert row.whole[4] - row.whole[0] >= row.model[4] - row.model[0]


def test_the_emulator_is_checked_where_the_posterior_lies(found: xr.Dataset) -> None:
    off = validation.emulator_off(found)
    assert set(off) == {one.id for one in targets()}
    assert all(abs(mean) < 1 and 0.5 < spread < 1.6 for mean, spread in off.values())


def test_the_citys_own_figure_moves_its_parameter_and_no_other(found: xr.Dataset) -> None:
    target = targets()[0]
    there = Published(target.figure, target.value + 3 * target.tolerance, target.tolerance / 10)
    changed = own.changed(found, [there], steps=1500)
    assert len(own.merged([there])) == len(targets()), "it stands in place of the published one"
    wide = np.array([(p.high - p.low) / 2 for p in fitted()])
    moved = (changed.after.mean(axis=0) - changed.before.mean(axis=0)) / wide
    assert moved[0] == pytest.approx(0.5, abs=0.12)
    assert np.abs(moved[1:]).max() < 0.12
    assert changed.after[:, 0].std() < changed.before[:, 0].std()
    assert changed.expected[0, 0] == pytest.approx(target.value, abs=target.tolerance)


def test_a_count_of_what_is_not_fitted_narrows_the_headline_it_goes_with() -> None:
    """Incubators of 2018 say nothing of a fitted parameter, and much of those of 2020."""
    rng = np.random.default_rng(5)
    priors = fitted()
    cube = rng.uniform(size=(400, len(priors)))
    figures = rng.normal(size=(400, len(FIGURES)))
    names = list(FIGURES)
    asked, head = names.index("tech_incubators_2018"), names.index("T1")
    figures[:, head] = 2 * figures[:, asked] + 0.5 * rng.normal(size=400)
    made = emulators.emulator(priors, cube, figures)
    known = [Published(one.figure, 0.0, 0.3) for one in targets()[:3]]
    first = fit.likelihood(made, known)
    count = Published(ASKED["tech_incubators_2018"], 1.5, 0.1)
    second = fit.likelihood(made, (*known, count))
    for one, mean, spread in ((first, 0.0, 2.06), (second, 3.0, 0.54)):
        found = own.predicted(one, cube[:100], [head])
        assert found[0][0] == pytest.approx(mean, abs=0.5)
        assert np.sqrt(found[1][0]) == pytest.approx(spread, rel=0.15)


def test_the_worth_of_a_figure_is_what_it_would_narrow() -> None:
    rng = np.random.default_rng(6)
    n = 600
    figures = rng.normal(size=(n, len(FIGURES)))
    names = list(FIGURES)
    figures[:, names.index("T1")] = figures[:, names.index("tech_incubators_2018")] + 0.5 * rng.normal(size=n)
    draws = value.Drawn(
        ("a.b", "c.d"), ("甲", "乙"), ("a", "c"), ("D", "B"), rng.normal(size=(n, 2)), (True, False)
    )
    found = value.worth(draws, figures, targets())
    best = found["T1"][0]
    assert best.what.id == "tech_incubators_2018"
    assert best.narrowed == pytest.approx(1 - np.sqrt(0.2), abs=0.05), "four fifths of the variance are known"
    assert sum(len(those) for those in found.values()) < 5, "chance is not told"


def test_a_headlines_variance_is_split_by_grade() -> None:
    rng = np.random.default_rng(7)
    n = 800
    values = rng.normal(size=(n, 3))
    figures = rng.normal(size=(n, len(FIGURES)))
    figures[:, list(FIGURES).index("T7")] = 2 * values[:, 0] + values[:, 1] + rng.normal(size=n)
    draws = value.Drawn(("a", "b", "c"), ("",) * 3, ("",) * 3, ("D", "A", "C"), values, (True,) * 3)
    shares = value.split(draws, figures)["T7"]
    assert sum(shares.values()) == pytest.approx(1)
    for grade, share in (("D", 4 / 6), ("A", 1 / 6), ("C", 0.0), ("luck", 1 / 6)):
        assert shares[grade] == pytest.approx(share, abs=0.04)


@pytest.fixture(scope="module")
def lived() -> tuple[Plan, Job, dict[str, float]]:
    """One run of the real city as the fit lives it."""
    plan = Plan(fitted(), 11, 0.01)
    job = plan.job(plan.values(np.full((1, len(plan.priors)), 0.8))[0].tolist(), 5)
    return plan, job, dict(the_city(job))


def test_the_city_gives_every_figure_a_number(lived: tuple[Plan, Job, dict[str, float]]) -> None:
    _, _, found = lived
    assert list(found) == list(FIGURES)
    assert all(np.isfinite(list(found.values())))
    assert found["T7"] == pytest.approx(found["founders_served_2020"] * found["jobs_per_promoted_founder"])
    assert 0.3 < found["open_at_once"] < found["open_12_months"] < 0.9
    survival = [found[f"registered_{m}_months"] for m in (12, 24, 36, 48, 59)]
    assert survival == sorted(survival, reverse=True)
    assert set(HEADLINES) <= set(found)


def test_what_the_runs_drew_is_known_afterwards(lived: tuple[Plan, Job, dict[str, float]]) -> None:
    """Nothing is kept of what was drawn but not fitted: it is drawn again from the seed."""
    plan, job, _ = lived
    from sim.studies.run import simulate

    history: RunOutput = simulate(job.scenario, job.replicate, False, stated=job.stated)
    values = np.repeat(plan.values(np.full((1, len(plan.priors)), 0.8)), 6, axis=0)
    draws = value.drawn(plan.priors, values, plan.seed)
    told = dict(zip(draws.names, draws.values[5].tolist(), strict=True))
    same = [id_ for id_ in told if id_ in history.notes and id_ != "initial.incubation_area"]
    assert len(same) > 100
    assert [told[id_] for id_ in same] == pytest.approx([history.notes[id_] for id_ in same])


def test_serial_work_is_enough(found: xr.Dataset) -> None:
    """Refits hang on seed and number only, so any executor gives them."""
    likelihood = posterior.likelihood_of(found, targets())
    first, again = (recovery.recover(likelihood, 2, 9, Serial(), 1, Silent()) for _ in range(2))
    assert (first.rank == again.rank).all()
