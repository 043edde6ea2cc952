"""Statistics: counts and survival curves, compared with direct calculations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import clock
from sim.model.coordinates import COORDS
from sim.model.population import parameters as population_parameters
from sim.model.population import rules as population_rules
from sim.model.population.firm_table import NEVER
from sim.model.population.survival import kaplan_meier, product_limit
from tests.model import town


def curves(rows, groups: int, ages: int):
    """Return survival and numbers at risk of firms given as rows (enter, leave, event, weight, group)."""
    enter, leave, event, weight, group = (np.array(c) for c in zip(*rows, strict=True))
    return kaplan_meier(enter, leave, event.astype(bool), weight, group, groups, ages)


def test_by_hand() -> None:
    """Survival of six firms, of which two enter observation late and one is censored."""
    rows = [
        (0, 1, True, 1, 0),  # closes at age 0
        (0, 3, True, 1, 0),  # closes at age 2
        (0, 2, False, 1, 0),  # censored after age 1
        (0, 4, False, 1, 0),
        (1, 3, True, 1, 0),  # observed from age 1, closes at age 2
        (2, 3, False, 1, 0),
    ]
    survival, at_risk = curves(rows, 1, 5)
    assert at_risk.tolist() == [[4, 4, 4, 1, 0]]
    assert survival[0, :4] == pytest.approx([0.75, 0.75, 0.375, 0.375])
    assert np.isnan(survival[0, 4])


def test_survival_from_counts_by_hand() -> None:
    """Survival is 1 before the first age at risk and NaN from the first later age without firms at risk."""
    survival = product_limit(np.array([[0, 4, 0, 8], [5, 5, 5, 5]]), np.array([[0, 1, 0, 2], [0, 2, 0, 5]]))
    np.testing.assert_array_equal(survival, [[1, 0.75, np.nan, np.nan], [1, 0.6, 0.6, 0]])


def test_delayed_entry_is_not_immortal_time() -> None:
    """Firms observed from age 2 do not affect survival at ages 0 and 1."""
    early = [(0, 1, True, 1, 0)] * 50 + [(0, 5, False, 1, 0)] * 50
    late = [(2, 5, False, 1, 0)] * 900
    with_late, _ = curves(early + late, 1, 5)
    assert with_late[0, 0] == 0.5


def test_groups_and_weights() -> None:
    rows = [(0, 1, True, 3, 1), (0, 2, False, 1, 1), (0, 2, True, 7, 0)]
    survival, at_risk = curves(rows, 3, 2)
    assert at_risk.tolist() == [[7, 7], [4, 1], [0, 0]]
    assert survival[:2].tolist() == [[1.0, 0.0], [0.25, 0.25]]


def test_counting_by_cell() -> None:
    """Weights are summed by cell in a table of 2 forms x 3 kinds."""
    found = population_rules.by_cell(np.array([0, 5, 5, 2]), np.array([1, 10, 100, 7]), (2, 3))
    assert found.tolist() == [[1, 0, 7], [0, 0, 110]]


AGES = 6
firms = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 6), st.booleans(), st.integers(1, 5), st.integers(0, 1)).map(
        lambda f: (f[0], f[0] + f[1], *f[2:])
    ),
    min_size=1,
    max_size=30,
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(firms)
def test_against_counting_firm_by_firm(rows) -> None:
    survival, at_risk = curves(rows, 2, AGES)
    for g in (0, 1):
        alive, begun = 1.0, False
        for age in range(AGES):
            n = sum(w for enter, leave, _, w, group in rows if group == g and enter <= age < leave)
            died = sum(w for _, leave, event, w, group in rows if group == g and event and leave - 1 == age)
            begun |= n > 0
            if begun:
                alive = alive * (1 - died / n) if n else np.nan
            assert at_risk[g, age] == n
            assert survival[g, age] == pytest.approx(alive, nan_ok=True)


def test_survival_of_a_cohort_counted_from_the_firms_themselves() -> None:
    """Survival curves of cohorts 2017 and 2018 can be reproduced from the firm panel."""
    output = town.run()
    panel = output.firms
    month = {name: clock.month_of(panel[name]) for name in ("registered", "opened", "closed", "deregistered")}
    inside = {name: (panel[name] >= 0) & (panel[name] < clock.DAYS) for name in month}
    for cohort in (2017, 2018):
        for form in (0, 1):
            mine = inside["registered"] & (month["registered"] // 12 == cohort - 2017)
            mine &= (panel["segment"] == 0) == (form == 1)
            for k, (origin, begin, end) in enumerate(
                [
                    ("registered", "registered", "deregistered"),
                    ("registered", "opened", "closed"),
                    ("opened", "opened", "closed"),
                ]
            ):
                use = np.flatnonzero(mine & inside[begin])
                alive = 1.0
                for age in range(24):
                    n = died = 0
                    for row in use:
                        seen_from = month[begin][row] - month[origin][row]
                        ends = month[end][row] if inside[end][row] else None
                        last = (ends if ends is not None else 47) - month[origin][row]
                        if seen_from <= age <= last:
                            n += int(panel["weight"][row])
                            died += int(panel["weight"][row]) * (ends is not None and age == last)
                    alive *= 1 - died / n
                    at = (k, form, COORDS["cohort"].values.index(cohort), age)
                    assert output.outcomes["at_risk"][at] == n, (
                        cohort,
                        form,
                        population_parameters.CLOCKS[k],
                        age,
                    )
                    assert output.outcomes["survival"][at] == pytest.approx(alive), (
                        cohort,
                        form,
                        population_parameters.CLOCKS[k],
                    )


def test_older_cohorts_are_followed_from_2017_on() -> None:
    """No firm of cohort 2014 is at risk before age 25 months, since observation starts in January 2017."""
    outcomes = town.run().outcomes
    cohort = COORDS["cohort"].values.index(2014)
    seen = outcomes["at_risk"][0, :, cohort]
    assert not seen[:, :25].any()
    assert (seen[:, 36:48] > 0).all()
    share = outcomes["survival"][0, :, cohort, 36:48]
    assert ((share > 0) & (share < 1)).all()


def test_survival_falls_and_stays_a_share() -> None:
    for name in ("survival", "survival_by_founder"):
        share = town.run().outcomes[name]
        known = np.isfinite(share)
        assert ((share[known] >= 0) & (share[known] <= 1)).all()
        with np.errstate(invalid="ignore"):
            assert not (np.diff(share, axis=-1) > 1e-12).any()
        gaps = np.diff(known.astype(int), axis=-1)
        assert not (gaps > 0).any(), "a curve does not come back from nowhere"


def test_universe_and_young_firms() -> None:
    outcomes = town.run().outcomes
    assert (outcomes["firms_universe"] >= outcomes["firms"].sum(axis=1)).all()
    assert (outcomes["jobs_universe"] >= outcomes["jobs"].sum(axis=1)).all()
    assert outcomes["jobs_net"] == pytest.approx(outcomes["jobs"].sum(axis=1) - outcomes["jobs_displaced"])


def test_counts_from_the_panel() -> None:
    """Young firms and their jobs in three months equal direct counts from the panel."""
    output = town.run()
    panel, weight = output.firms, output.firms["weight"].astype(np.int64)
    registered = clock.month_of(panel["registered"])
    registered = np.where(panel["registered"] == NEVER, NEVER, registered)
    for month in (0, 23, 47):
        last = clock.MONTH_START[month + 1] - 1
        is_open = (panel["opened"] <= last) & (panel["closed"] > last) & (panel["registered"] <= last)
        # registrations before 2017 are dated to the month in which they are counted, within one day
        young = is_open & (month - registered < 60)
        for form in (0, 1):
            mine = young & ((panel["segment"] == 0) == (form == 1))
            assert output.outcomes["firms"][month, form] == pytest.approx(
                weight[mine].sum(), abs=0 if month > 40 else 200
            )
        assert output.outcomes["jobs_universe"][month] == (weight * panel["jobs"][month]).sum()
        assert ((panel["jobs"][month] > 0) == is_open).all()


def test_entities_are_the_register_of_all_ages() -> None:
    """Changes in registered entities equal registrations less deregistrations and older exits."""
    outcomes = town.run().outcomes
    change = np.diff(outcomes["market_entities"], axis=0)
    flows = (outcomes["registrations"] - outcomes["deregistrations"])[1:]
    older = change - flows
    assert (older <= 0).all()
    assert older.sum() / 103_000 == pytest.approx(-(1 - (1 - 0.065 / 12) ** 47) * (1 - 0.065 / 12), abs=0.02)
