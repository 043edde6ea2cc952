"""Environment: effects of shocks, growth tables, tax law and initial conditions."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import clock
from sim.model.coordinates import COORDS
from sim.model.entry import candidates
from sim.model.environment import assumptions
from sim.model.environment import parameters as environment_parameters
from sim.model.environment.environment import Environment
from sim.model.environment.rules import (
    export_demand,
    output_index,
    relative_activity,
    tariff_level,
    tax_law,
)
from sim.model.environment.series import macro, pandemic
from tests.model import town


def environment_of(*shocks: str) -> Environment:
    """Return an environment with the given shocks and observed growth."""
    return Environment(replace(town.WORLD, shocks=frozenset(shocks)))


def demand(of: Environment) -> np.ndarray:
    """Return demand by month, sector and (other firms, exporters) at a demand factor of 1."""
    return np.stack([of.demand(month, np.ones(9)) for month in range(clock.MONTHS)])


def test_the_pandemic_moves_activity_within_its_year_only() -> None:
    usual, pandemic = environment_of(), environment_of("covid_2020")
    level = (demand(pandemic) / demand(usual))[:, 7, 0]
    assert level[:36].tolist() == [1.0] * 36
    assert level[36:].mean() == pytest.approx(1, abs=1e-6)
    assert level.argmin() == 37  # February 2020
    # 0.45 over the year's mean (0.45 + 0.75 + 0.90 + 0.95 + 8)/12 = 0.920833
    assert level[37] == pytest.approx(0.45 / 0.9208333333, rel=1e-6)
    assert pandemic.shut(37) == 0.80
    assert not any(pandemic.shut(month) for month in range(37))
    assert not any(usual.shut(month) for month in range(clock.MONTHS))


def test_the_trade_war_takes_from_exporters_and_gives_to_the_rest_of_their_sector() -> None:
    usual, war = demand(environment_of()), demand(environment_of("trade_war_2018"))
    sectors = COORDS["sector"].values
    tradable = [sectors.index(s) for s in ("lighting", "appliances", "mahogany", "equipment")]
    share = environment_parameters.EXPORT_SHARE
    others, exporters = (war / usual)[:, tradable].transpose(2, 0, 1)
    assert share * exporters + (1 - share) * others == pytest.approx(np.ones((48, 4)), abs=1e-6)
    assert (exporters[:18] == 1).all()  # to June 2018
    assert exporters[-1] == pytest.approx(np.full(4, 1 - environment_parameters.EXPORT_FALL))
    assert (np.diff(exporters, axis=0) <= 1e-6).all()
    assert ((war / usual)[:, sectors.index("trade"), 0] == 1).all()


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_what_exporters_lose_the_others_gain_for_any_share_of_exports(share: float) -> None:
    exporters, others = export_demand(tariff_level(np.arange(clock.MONTHS)), share)
    assert share * exporters + (1 - share) * others == pytest.approx(np.ones(clock.MONTHS), abs=1e-12)
    assert exporters[:18].tolist() == [1.0] * 18
    assert (np.diff(exporters) <= 0).all()


def test_the_pandemic_alone_leaves_exporters_and_others_alike() -> None:
    level = demand(environment_of("covid_2020")) / demand(environment_of())
    assert np.array_equal(level[:, :, 0], level[:, :, 1])
    assert relative_activity(pandemic()[0][36:]).mean() == pytest.approx(1, abs=1e-12)


def test_exporters_suffer_the_trade_war_in_the_city() -> None:
    """From July 2018, the trade war affects jobs in tradable sectors but not in local trade."""
    war, peace = town.run(shocks=("trade_war_2018",)), town.run(shocks=())
    sectors = COORDS["sector"].values
    tradable = [sectors.index(s) for s in ("lighting", "appliances", "mahogany", "equipment")]
    before, after = (h.outcomes["jobs_by_sector"] for h in (peace, war))
    assert np.array_equal(before[:18], after[:18])
    assert not np.array_equal(before[-1, tradable], after[-1, tradable])
    local = sectors.index("trade")
    assert abs(after[-1, local] / before[-1, local] - 1) < 0.01


def test_output_grows_by_the_table() -> None:
    growth = macro("observed")
    index = output_index(growth)
    assert index[:, [11, 23, 35, 47]] == pytest.approx(np.cumprod(1 + growth, axis=1))
    monthly = index[:, 1:12] / index[:, :11]
    assert monthly == pytest.approx(np.broadcast_to((1 + growth[:, :1]) ** (1 / 12), monthly.shape))


def test_a_year_of_shocks_less_is_a_better_year() -> None:
    """Without shocks, growth is 6.0, 5.8 and 5.5, not 5.9, about 1.4 and 1.5 (ZS080, SHOCK10, ZS088)."""
    trend, seen = macro("no_shocks"), macro("observed")
    assert trend[:, 0].tolist() == seen[:, 0].tolist()
    not_farm = [i for i, s in enumerate(COORDS["sector"].values) if s != "agriculture"]
    assert (trend[not_farm, 1:] > seen[not_farm, 1:]).all()
    assert trend[0, 1:].tolist() == [0.06, 0.058, 0.055]
    better, worse = (town.run(macro=m).outcomes["jobs"][-1].sum() for m in ("no_shocks", "observed"))
    assert better > 1.01 * worse


def test_tables_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        macro("observed")[0, 0] = 1


@pytest.mark.parametrize(
    ("month", "threshold", "vat", "small"),
    [(23, 3e4, 0.03, 0.10), (24, 1e5, 0.03, 0.05), (37, 1e5, 0.03, 0.05), (38, 1e5, 0.01, 0.05)],
)
def test_tax_law_changes_on_its_date(month: int, threshold: float, vat: float, small: float) -> None:
    law = tax_law(month)
    assert (law.vat_threshold, law.vat_rate, law.small_rate, law.full_rate) == (threshold, vat, small, 0.25)


def test_what_an_analyst_knows_of_2016_is_taken_as_it_is() -> None:
    known = {
        "tech_incubators": 41, "incubation_area": 1_234_567, "national_level_spaces": 3,
        "provincial_level_spaces": 12, "entrepreneurship_bases": 37,
        "makerspaces": 19, "older_entities": 90_000,
    }  # fmt: skip
    output = town.run(uncertain=True, initial=tuple(known.items()), replicate=3)
    first = {name: output.outcomes[name][0] for name in known if name != "older_entities"}
    # only facilities already under construction open in the first month
    for name in ("entrepreneurship_bases", "national_level_spaces", "provincial_level_spaces", "makerspaces"):
        assert first[name] == known[name], name
    assert known["tech_incubators"] <= first["tech_incubators"] <= known["tech_incubators"] + 1
    assert first["incubation_area"] == pytest.approx(known["incubation_area"], rel=0.05)
    assert {output.notes[f"initial.{k}"] for k in known} == set(known.values())


def test_no_spaces_at_all_is_a_city_too() -> None:
    none = dict.fromkeys(
        (
            "tech_incubators",
            "incubation_area",
            "national_level_spaces",
            "provincial_level_spaces",
            "entrepreneurship_bases",
            "makerspaces",
        ),
        0.0,
    )
    outcomes = town.run(initial=tuple(none.items())).outcomes
    assert outcomes["national_level_spaces"][0] == 0
    assert outcomes["tech_incubators"][0] == 0
    assert np.isfinite(outcomes["target_value"]).all()


def test_more_titled_spaces_than_spaces_cannot_be() -> None:
    """With 3 incubators, 2 makerspaces and 9 provincial titles, five spaces have a title."""
    few = {"tech_incubators": 3, "makerspaces": 2, "provincial_level_spaces": 9, "national_level_spaces": 30}
    city = town.city(world=assumptions.EnvironmentAssumptions(macro("observed"), initial=few))
    levels = [s.level for s in city.register.open if s.kind in ("incubator", "makerspace")]
    city.close()
    assert len(levels) == 5
    assert min(levels) >= 2


def test_registrations_are_the_table_of_the_evidence() -> None:
    assert candidates.registrations()[2018] == 81_000
    assert list(candidates.registrations()) == list(range(2012, 2021))
    as_it_was = {
        "registration.days": [(0, 20), (365, 12), (730, 5)],
        "entry.fixed_cost": [(0, 1500), (365, 800)],
    }
    registered = town.by_year(
        town.run(as_it_was | {"entry.trainees": 0}).outcomes["registrations"].sum(axis=1)
    )
    # applications of December are registered in January, which reduces only the first year
    assert registered[1:] == pytest.approx([81_000, 86_000, 88_000], rel=0.03)
