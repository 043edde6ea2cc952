"""Equity: rounds come from search and partners' time; public money beside private; what binds."""

from functools import cache

import numpy as np
import pytest

from sim.model import equity
from sim.model.startups import T
from tests.model import town
from tests.model.cases import cases, check

FUND: dict[str, town.Value] = {
    "equity.public_capital": [(0, 0), (500, 1e8)], "equity.co_investment": 0.3, "equity.loss_share": 0.3,
    "equity.state_capital": 1e8, "equity.foreign_inflow": 5e7, "equity.early_share": 0.5,
}  # fmt: skip
SOURCE = equity.SOURCES.index
GUIDE = town.FUNDS.index("guide_fund")


@cases("equity")
def test_rule(case) -> None:
    check(case)


@cache
def usual():
    return town.run(FUND)


def several(overrides, replicates: int = 2) -> list[dict[str, np.ndarray]]:
    return [town.run(FUND | overrides, replicate=k).outcomes for k in range(replicates)]


def test_fifteen_to_forty_rounds_a_year() -> None:
    """VC05: one lead in a hundred, of a third of five thousand technology firms."""
    yearly = np.mean([town.by_year(o["equity_rounds"]) for o in several({})], axis=0)
    assert ((yearly > 10) & (yearly < 45)).all()


def test_one_look_in_ten_ends_in_a_round_after_some_months() -> None:
    looks, passed = (
        sum(town.by_year(town.window(town.run(FUND, replicate=k), n, "equity")).sum() for k in range(2))
        for n in ("applications", "approvals")
    )
    assert 0.08 < passed / looks < 0.25


def test_deals_fell_in_2019() -> None:
    """VC02: looks are as many fewer as deals were, 39%, against what 2018 and trend would give."""
    each = [
        town.by_year(town.window(town.run(FUND, replicate=k), "applications", "equity")) for k in range(2)
    ]
    looks = np.sum(each, axis=0)
    assert looks[2] < 0.92 * looks[1]


def test_only_technology_firms_and_what_they_raised_is_theirs_to_build_with() -> None:
    city = town.city(FUND)
    history = city.run_all()
    firms = city.firms
    raised = np.flatnonzero(firms.raised > 0)
    assert (firms.segment[raised] == T).all()
    assert ((firms.unspent >= 0) & (firms.unspent <= firms.raised)).all()
    flows = history.outcomes["flows"]
    into = flows[:, town.FLOWS.index("equity")].sum() + flows[:, town.FLOWS.index("public_equity")].sum()
    assert into == pytest.approx(history.outcomes["equity_invested"].sum(), abs=1)
    assert flows[:, town.FLOWS.index("equity_spent")].sum() < into
    city.close()


def test_without_capital_no_public_equity() -> None:
    none = town.run(FUND | {"equity.public_capital": 0, "equity.state_capital": 0}).outcomes
    assert not none["equity_invested"][:, [SOURCE("guide_fund"), SOURCE("state")]].any()
    assert not none["flows"][:, town.FLOWS.index("public_equity")].any()
    assert none["equity_invested"].sum() > 0


def test_a_closed_fund_s_other_settings_change_nothing() -> None:
    base = FUND | {"equity.public_capital": 0}
    other = base | {
        "equity.loss_share": 0.5,
        "equity.co_investment": 1,
        "equity.graduate_share": 0.5,
        "equity.early_share": 1,
    }
    assert town.differing(town.run(base), town.run(other)) == []


def test_the_guide_fund_crowds_out_part_of_private_money() -> None:
    """With the fund in a round private money is less by a part of what it adds, the whole is more."""
    with_, without = (
        town.run(FUND | {"equity.co_investment": v}).outcomes["equity_invested"] for v in (0.3, 0.0)
    )
    assert with_.sum() > without.sum()
    private = [SOURCE(s) for s in ("angel", "venture", "foreign")]
    assert with_[:, private].sum() < without[:, private].sum()
    assert with_[:, SOURCE("guide_fund")].sum() <= 1e8


def test_the_fund_invests_no_more_than_it_has_and_keeps_its_parts() -> None:
    city = town.city(
        FUND | {"equity.graduate_share": 0.5, "equity.early_share": 0.5, "equity.public_capital": 1e7}
    )
    o = city.run_all().outcomes
    spent = city.investors.guide_spent
    city.close()
    assert (o["pool_balance"][:, GUIDE] >= 0).all()
    assert spent["all"] - spent["graduate"] <= 0.5 * 1e9
    assert spent["all"] - spent["early"] <= 0.5 * 1e9
    assert spent["all"] > 0


def test_partners_away_the_line_grows_and_rounds_fall() -> None:
    city = town.city(FUND)

    def go() -> None:
        for investor in city.investors.desks:
            investor.staff(0)

    town.after(city, 730, go)
    o = city.run_all().outcomes
    city.close()
    window = list(town.COORDS["window"].values).index("equity")
    assert o["queue_length"][47, window] > 5 * usual().outcomes["queue_length"][47, window]
    assert not o["approvals"][25:, window].any()
    assert np.array_equal(o["equity_rounds"][:24], usual().outcomes["equity_rounds"][:24])


def test_an_investor_who_leaves_lowers_rounds() -> None:
    city = town.city(FUND)

    def go() -> None:
        for investor in [i for i in city.investors.desks if i.kind in ("angel", "venture")]:
            investor.remove()

    town.after(city, 700, go)
    o = city.run_all().outcomes
    city.close()
    assert o["equity_rounds"][28:].sum() < 0.4 * usual().outcomes["equity_rounds"][28:].sum()


def test_stakes_end_in_exits_and_losses_and_the_city_bears_its_part() -> None:
    plain, shared = (town.run(FUND | {"equity.loss_share": v}).outcomes for v in (0.0, 0.5))
    loss = town.FLOWS.index("loss_share")
    assert plain["flows"][:, loss].sum() == 0 < shared["flows"][:, loss].sum()
    assert plain["equity_written_off"].sum() > 0
    assert plain["equity_exits"].sum() > 0
    more = town.run(FUND | {"equity.exit_rate": 0.2}).outcomes
    assert more["equity_exits"].sum() > plain["equity_exits"].sum()


def test_tax_deduction_and_quicker_search_bring_rounds() -> None:
    low, high = (
        sum(o["equity_rounds"].sum() for o in several({"equity.tax_deduction": v, "equity.search_days": d}))
        for v, d in ((0.0, 60), (1.0, -30))
    )
    assert high > low


def test_foreign_money_is_what_is_let_in() -> None:
    none = town.run(FUND | {"equity.foreign_inflow": 0}).outcomes["equity_invested"]
    assert none[:, SOURCE("foreign")].sum() == 0
    much = sum(
        o["equity_invested"][:, SOURCE("foreign")].sum() for o in several({"equity.foreign_inflow": 1e9})
    )
    assert much > 0


def test_rounds_before_2017_are_nobodys_policy() -> None:
    held = []
    for overrides in (
        {},
        {"equity.tax_deduction": 1, "equity.public_capital": 1e9, "equity.loss_share": 0.5},
    ):
        city = town.city(overrides)
        held.append([(s.row, s.private, s.month) for s in city.investors.stakes])
        city.close()
    assert held[0] == held[1]
    assert len(held[0]) > 10
