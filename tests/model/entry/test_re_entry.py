"""Re-entry: second firms inherit founder traits, follow the failure of the first, and require support."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.entry import parameters as entry_parameters
from sim.model.entry.programme_entrants import KINDS
from tests.model import town

MUCH: dict[str, town.Value] = {
    "exit.second_chance_share": 1.0,
    "exit.second_chance_support": 50_000,
    "claims.processing_days": 5,
}


@pytest.fixture(scope="module")
def simulated():
    """Return the output of a city with generous support for failed founders."""
    return town.run(MUCH)


def seconds(output):
    return np.flatnonzero(output.firms["id"] >= entry_parameters.RE_ENTRY_ID)


def test_a_second_firm_is_its_founders(simulated) -> None:
    firms = simulated.firms
    again = seconds(simulated)
    assert len(again) > 20
    first = np.searchsorted(firms["id"], firms["id"][again] - entry_parameters.RE_ENTRY_ID)
    assert (firms["id"][first] == firms["id"][again] - entry_parameters.RE_ENTRY_ID).all()
    for column in ("weight", "segment", "sector", "district", "kind"):
        assert np.array_equal(firms[column][first], firms[column][again]), column
    assert (clock.month_of(firms["registered"][again]) - clock.month_of(firms["closed"][first]) >= 3).all()
    assert simulated.outcomes["second_ventures"].sum() == firms["weight"][again].sum()


def test_the_panel_is_in_the_order_of_ids_and_payments_follow(simulated) -> None:
    """The panel is sorted by id, as matching of paired outputs requires, with second firms last."""
    assert (np.diff(simulated.firms["id"]) > 0).all()
    paid = simulated.payments["instrument"] == town.INSTRUMENTS.index("second_chance")
    rows = simulated.payments["row"][paid]
    eligible = [KINDS.index(k) for k in ("graduate", "returnee", "veteran", "unemployed", "hardship")]
    assert np.isin(simulated.firms["kind"][rows], eligible).all()
    since = simulated.payments["day"][paid] - simulated.firms["opened"][rows]
    assert since.min() >= 1
    opened = seconds(simulated)[simulated.firms["opened"][seconds(simulated)] < clock.DAYS - 200]
    assert np.isin(opened, rows).mean() > 0.5  # refused papers and firms closed meanwhile apart
    assert (
        simulated.firms["id"][rows] < entry_parameters.RE_ENTRY_ID
    ).sum() > 20  # and others who would have come anyway


def test_more_support_brings_back_more_and_never_loses_one(simulated) -> None:
    """Less support retains a subset of second firms, apart from effects of competition among firms."""
    fewer: tuple[dict[str, float], ...] = (
        {"exit.second_chance_support": 10_000},
        {"exit.second_chance_share": 0.3},
        {"exit.second_chance_share": 0},
    )
    little, some, none = (town.run(MUCH | less) for less in fewer)
    few, third, many = (set(h.firms["id"][seconds(h)].tolist()) for h in (little, some, simulated))
    assert len(few) < len(many)
    assert len(few - many) <= 0.1 * len(few)
    assert 0.1 * len(many) < len(third) < 0.6 * len(many)
    assert len(third - many) <= 0.1 * len(third)
    assert not len(seconds(none))
    assert simulated.outcomes["firms"][-1].sum() > none.outcomes["firms"][-1].sum()


def test_support_for_nobody_or_of_nothing_changes_nothing() -> None:
    usual = town.run()
    assert town.differing(usual, town.run({"exit.second_chance_share": 0.5})) == []
    assert town.differing(usual, town.run({"exit.second_chance_support": 8000})) == []


def test_if_support_does_nothing_it_is_paid_all_the_same() -> None:
    """Without an effect, support induces no re-entry but is still paid to those who re-enter anyway."""
    city = town.city(MUCH)
    city.context.parameters[entry_parameters.RE_ENTRY_EFFECT.id] = 0.0
    output = city.run_all()
    city.close()
    assert not len(seconds(output))
    assert town.spending(output, "second_chance").sum() > 0


def test_the_pot_of_the_year_holds(simulated) -> None:
    spent = town.by_year(town.spending(simulated, "second_chance"))
    assert (np.cumsum(spent) <= entry_parameters.FORESEEN * 50_000 * np.arange(1, 5)).all()
    assert not simulated.outcomes["ledger_residual"].any()
