"""Tests of equity: search and screening, public money alongside private money, and binding constraints."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.city import City
from sim.model.equity import parameters as equity_parameters
from sim.model.population.firm_table import OPEN, T
from tests.model import town

FUND: dict[str, town.Value] = {
    "equity.public_capital": [(0, 0), (500, 1e8)], "equity.co_investment": 0.3, "equity.loss_share": 0.3,
    "equity.state_capital": 1e8, "equity.foreign_inflow": 5e7, "equity.early_share": 0.5,
}  # fmt: skip
SOURCE = equity_parameters.SOURCES.index
GUIDE = town.FUNDS.index("guide_fund")
EQUITY = list(town.COORDS["window"].values).index("equity")


def usual():
    return town.run(FUND)


def several(overrides, replicates: int = 2) -> list[dict[str, np.ndarray]]:
    return [town.run(FUND | overrides, replicate=k).outcomes for k in range(replicates)]


def test_fifteen_to_forty_rounds_a_year() -> None:
    """VC05: one lead in a hundred ends in a round; a third of 5,000 technology firms search."""
    yearly = np.mean([town.by_year(o["equity_rounds"]) for o in several({})], axis=0)
    assert ((yearly > 10) & (yearly < 45)).all()


def test_one_screening_in_ten_ends_in_a_round_after_some_months() -> None:
    looks, passed = (
        sum(town.by_year(town.window(town.run(FUND, replicate=k), n, "equity")).sum() for k in range(2))
        for n in ("applications", "approvals")
    )
    assert 0.08 < passed / looks < 0.25


def test_deals_fell_in_2019() -> None:
    """VC02: screenings fall by 39% relative to 2018 and trend, as deals did."""
    each = [
        town.by_year(town.window(town.run(FUND, replicate=k), "applications", "equity")) for k in range(2)
    ]
    looks = np.sum(each, axis=0)
    assert looks[2] < 0.92 * looks[1]


def test_only_technology_firms_raise_equity_and_it_raises_their_scale() -> None:
    city, output = town.simulated(FUND)
    firms = city.context.firms
    raised = np.flatnonzero(firms.raised > 0)
    assert (firms.segment[raised] == T).all()
    assert ((firms.unspent >= 0) & (firms.unspent <= firms.raised)).all()
    flows = output.outcomes["flows"]
    into = flows[:, town.FLOWS.index("equity")].sum() + flows[:, town.FLOWS.index("public_equity")].sum()
    assert into == pytest.approx(output.outcomes["equity_invested"].sum(), abs=1)
    assert flows[:, town.FLOWS.index("equity_spent")].sum() < into


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
    """Co-investment by the fund reduces private money by part of its own amount, and increases the total."""
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
    spent = city.investors.guide.spent
    city.close()
    assert (o["pool_balance"][:, GUIDE] >= 0).all()
    assert spent["all"] - spent["graduate"] <= 0.5 * 1e9
    assert spent["all"] - spent["early"] <= 0.5 * 1e9
    assert spent["all"] > 0


def test_with_fewer_partners_the_queue_grows_and_rounds_fall() -> None:
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


def test_foreign_money_follows_the_inflow() -> None:
    none = town.run(FUND | {"equity.foreign_inflow": 0}).outcomes["equity_invested"]
    assert none[:, SOURCE("foreign")].sum() == 0
    much = sum(
        o["equity_invested"][:, SOURCE("foreign")].sum() for o in several({"equity.foreign_inflow": 1e9})
    )
    assert much > 0


def test_rounds_before_2017_are_the_same_under_every_policy() -> None:
    held = []
    for overrides in (
        {},
        {"equity.tax_deduction": 1, "equity.public_capital": 1e9, "equity.loss_share": 0.5},
    ):
        city = town.city(overrides)
        held.append([(s.row, s.private, s.month) for s in city.investors.stakes.held])
        city.close()
    assert held[0] == held[1]
    assert len(held[0]) > 10


PRIVATE = [SOURCE(s) for s in ("angel", "venture", "foreign")]
SUBS: dict[str, town.Value] = FUND | {
    "equity.public_capital": 1e8, "equity.stage_participation": 0.3, "equity.nominal_leverage": 3,
}  # fmt: skip


def simulated(
    overrides: dict[str, town.Value], drawn: dict[str, float] | None = None, replicate: int = 0
) -> tuple[City, dict[str, np.ndarray]]:
    """Run a city with some parameters set, and return it with its outcomes."""
    city, output = town.simulated(overrides, drawn, replicate=replicate)
    return city, dict(output.outcomes)


def test_the_slump_of_deals_belongs_to_the_environment() -> None:
    seen, trend = (
        town.by_year(town.window(town.run(FUND, macro=name), "applications", "equity"))[2]
        for name in ("observed", "no_shocks")
    )
    assert trend > 1.35 * seen


def test_funds_money_of_the_year_binds_and_higher_levels_add_to_it() -> None:
    venture = SOURCE("venture")
    poor, helped = (
        simulated(FUND | {"equity.higher_level_inflow": v}, {"equity.fund_money": 2e6})[1] for v in (0, 5e8)
    )
    assert poor["equity_short_of_money"].sum() > 20e6
    assert helped["equity_short_of_money"].sum() < 0.1 * poor["equity_short_of_money"].sum()
    assert helped["equity_invested"][:, venture].sum() > 1.5 * poor["equity_invested"][:, venture].sum()
    yearly = town.by_year(poor["equity_invested"])[:, venture]
    assert (yearly <= 4 * 2e6).all()
    usual_short = sum(o["equity_short_of_money"].sum() for o in several({}))
    assert usual_short > 0


def test_public_money_stops_no_round() -> None:
    """Rounds near the minimum size close with the fund, however much private money is crowded out."""
    rounds = []
    for match in (0.0, 1.0):
        generous = {"equity.public_capital": 1e9, "equity.co_investment": match, "equity.loss_share": 0}
        city = town.city(FUND | generous, replicate=1)
        city.context.parameters["equity.crowded_out"] = 0.6
        rounds.append(town.until(city, clock.MONTH_START[12])["equity_rounds"][:12])
    assert np.array_equal(rounds[0], rounds[1])
    assert rounds[0].sum() > 5


def test_losses_are_shared_in_early_firms_and_while_there_is_money() -> None:
    city = town.city(FUND | {"equity.loss_share": 0.5, "equity.public_capital": 1e8})
    city.context.parameters["equity.downside_response"] = 0.6
    by_age: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def compare_approvals() -> None:
        firms, angel = city.context.firms, city.investors.desks[0]
        rows = np.flatnonzero((firms.state == OPEN) & (firms.segment == T))
        young = city.context.clock.month - firms.opened_month[rows] < 36

        def approved() -> np.ndarray:
            errors = city.investors.assessment_errors("angel", rows, city.context.clock.month).tolist()
            return np.array(
                [angel.approves(row, error) for row, error in zip(rows.tolist(), errors, strict=True)]
            )

        with_money = approved()
        balance, city.context.accounts.funds["guide_fund"].balance = (
            city.context.accounts.funds["guide_fund"].balance,
            0,
        )
        without = approved()
        city.context.accounts.funds["guide_fund"].balance = balance
        by_age.update(young=(with_money[young], without[young]), old=(with_money[~young], without[~young]))

    town.after(city, 40, compare_approvals)
    city.context.env.process(city.months())
    city.context.env.run(until=45)
    city.close()
    assert by_age["young"][0].sum() > by_age["young"][1].sum() > 0
    assert np.array_equal(by_age["old"][0], by_age["old"][1])
    assert by_age["old"][0].any()


def test_private_equity_is_what_is_not_the_citys() -> None:
    o = usual().outcomes
    assert o["private_equity_invested"] == pytest.approx(o["equity_invested"][:, PRIVATE].sum(axis=1), abs=1)


def test_a_sub_fund_finds_partners_then_invests_with_the_guide_funds_part() -> None:
    city, o = simulated(SUBS)
    subs = [s for s in city.investors.guide.subs if s.capital]
    assert subs
    first = min(s.since for s in subs)
    assert 90 + 3 / 1.2 * 30 < first < 600  # time to set up, then to raise 0.4 a month
    assert o["sub_funds"][0] == 0 < o["sub_funds"][-1] == len(subs)
    for sub in subs:
        assert 0.2 < sub.public_share <= 0.3
        assert sub.drawn == pytest.approx(100 * sub.placed * sub.public_share, rel=1e-6)
        assert 0 < sub.placed <= sub.capital
        assert sub.drawn <= sub.committed
    without = town.run(SUBS | {"equity.stage_participation": 0}).outcomes
    assert without["sub_funds"].max() == 0
    assert o["private_equity_invested"].sum() != without["private_equity_invested"].sum()
    assert (o["pool_balance"][:, GUIDE] >= 0).all()


def test_without_private_partners_no_sub_fund_and_the_money_is_idle() -> None:
    _, none = simulated(SUBS, {"equity.raising_pace": 0.05})
    _, with_ = simulated(SUBS)
    assert none["sub_funds"].max() == 0
    assert none["pool_balance"][-1, GUIDE] > with_["pool_balance"][-1, GUIDE]


def test_the_more_leverage_the_term_sheet_requires_the_later_and_rarer_the_sub_fund() -> None:
    opened, capital = [], []
    for nominal in (0, 3, 10):
        city, _ = simulated(SUBS | {"equity.stage_participation": 0.5, "equity.nominal_leverage": nominal})
        first = city.investors.guide.subs[0]
        opened.append(first.since)
        capital.append(first.capital)
    assert opened[0] < opened[1] < opened[2]
    assert 0 < capital[0] < capital[1]


def test_partners_moved_from_venture_funds_make_fewer_deals_there() -> None:
    _, all_new = simulated(SUBS, {"equity.new_partners": 3.0})
    _, none_new = simulated(SUBS, {"equity.new_partners": 0.0})
    assert all_new["private_equity_invested"].sum() > none_new["private_equity_invested"].sum()


def test_bank_finance_makes_funds_larger() -> None:
    own, financed = (
        simulated(SUBS | {"equity.bank_finance_share": v}, {"equity.fund_money": 2e6}) for v in (0, 0.3)
    )
    sizes = [next(s for s in city.investors.guide.subs if s.capital).capital for city, _ in (own, financed)]
    assert sizes[1] == pytest.approx(sizes[0] / 0.7)
    venture = SOURCE("venture")
    assert financed[1]["equity_invested"][:24, venture].sum() > own[1]["equity_invested"][:24, venture].sum()


def test_joint_rounds_are_shared_and_make_up_for_a_lead_without_money() -> None:
    def both(share: float) -> tuple[float, dict[str, np.ndarray]]:
        city, o = simulated(FUND | {"equity.syndicated_share": share}, {"equity.fund_money": 2e6})
        held = [(s.row, s.month) for s in city.investors.stakes.held if s.month >= 0]
        return len(held) / len(set(held)), o

    (alone, without), (shared, with_) = both(0.0), both(1.0)
    assert alone == 1 < shared
    assert with_["equity_rounds"].sum() > without["equity_rounds"].sum()
    assert with_["private_equity_invested"].sum() > without["private_equity_invested"].sum()


def test_an_overseas_fund_invests_a_part_here() -> None:
    foreign = SOURCE("foreign")
    none, much = (
        town.run(FUND | {"equity.foreign_inflow": 0, "equity.overseas_capital": v}).outcomes for v in (0, 1e9)
    )
    assert none["equity_invested"][:, foreign].sum() == 0
    assert 0 < much["equity_invested"][:, foreign].sum() <= 0.2 * 1e9


def test_listings_a_few_a_year_and_the_award_goes_mostly_to_those_who_list_anyway() -> None:
    surely = {"equity.listing_response": 0.3}
    runs = [
        [simulated(FUND | {"equity.listing_award": award}, surely, k) for k in range(2)] for award in (0, 1e6)
    ]
    none, paid = (sum(o["equity_listings"].sum() for _, o in arm) for arm in runs)
    assert 0 < none <= paid <= 3 * 4 * 2
    assert none >= 0.5 * paid
    listing = town.INSTRUMENTS.index("listing_support")
    spent = [sum(o["public_spending"][:, listing].sum() for _, o in arm) for arm in runs]
    assert spent[0] == 0 < spent[1] <= 1e6 * paid
    for (before, _), (after, _) in zip(*runs, strict=True):
        assert (
            len(before.listings.listed - after.listings.listed) <= 1
        )  # the same firms, except where equity differs


def test_a_larger_award_brings_more_listings() -> None:
    surely = {"equity.listing_response": 3.0, "equity.listing_rate": 1.0}
    low, high = (simulated(FUND | {"equity.listing_award": v}, surely)[1] for v in (0, 5e6))
    assert high["equity_listings"].sum() > low["equity_listings"].sum() > 0


MOVES: dict[str, tuple[float, float, dict[str, town.Value], str]] = {
    "equity.early_share": (0, 1, {"equity.public_capital": 2e7}, "guide_fund"),
    "equity.graduate_share": (0, 0.5, {"equity.public_capital": 2e7}, "guide_fund"),
    "equity.state_capital": (1e8, 3e8, {}, "state"),
    "equity.foreign_inflow": (2e7, 1e9, {}, "foreign"),
}


@pytest.mark.parametrize("lever", MOVES)
def test_money_follows_its_setting(lever: str) -> None:
    low, high, around, source = MOVES[lever]
    a, b = (
        town.run(FUND | around | {lever: v}).outcomes["equity_invested"][:, SOURCE(source)]
        for v in (low, high)
    )
    assert b.sum() > a.sum() if high > 1 else b.sum() < a.sum()


def test_shorter_search_brings_more_rounds_and_slower_approval_later_foreign_money() -> None:
    looks = [
        sum(o["applications"][:, EQUITY].sum() for o in several({"equity.search_days": d})) for d in (60, -60)
    ]
    assert looks[1] > 1.5 * looks[0]
    foreign = SOURCE("foreign")
    quick, slow = (
        town.run(FUND | {"equity.foreign_inflow": 1e9, "equity.foreign_days": d}).outcomes["equity_invested"]
        for d in (5, 180)
    )
    assert np.flatnonzero(quick[:, foreign])[0] < np.flatnonzero(slow[:, foreign])[0]
