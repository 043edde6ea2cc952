"""The ledger detects a discrepancy of a single fen and reports the account and flow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.errors import LedgerError
from sim.engine.ledger import Flow, Ledger

WAGES = Flow("wages", "firms", "households", "工资", "wages")
SALES = Flow("sales", "households", "firms", "销售", "sales")
GRANTS = Flow("grants", "budget", "firms", "补贴", "grants")
FLOWS = (WAGES, SALES, GRANTS)


def test_balances_are_opening_plus_flows() -> None:
    ledger = Ledger(FLOWS, {"firms": 1000})
    ledger.post(WAGES, 300)
    ledger.post(WAGES, 50)
    ledger.post(SALES, 500)
    assert ledger.close("2017-01") == [350, 500, 0]
    assert ledger.balance == {"firms": 1150, "households": -150, "budget": 0}
    ledger.post(GRANTS, 7)
    assert ledger.close("2017-02") == [0, 0, 7]
    assert ledger.balance["budget"] == -7


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(FLOWS), st.integers(0, 10**17)), max_size=20))
def test_no_money_is_made_however_large_the_sums(postings: list[tuple[Flow, int]]) -> None:
    """Balances remain exact beyond 2^53 fen, where floats lose precision."""
    ledger = Ledger(FLOWS, {"firms": 10**18 + 1})
    for flow, fen in postings:
        ledger.post(flow, fen)
    ledger.close("2017-01")
    assert sum(ledger.balance.values()) == 10**18 + 1
    assert ledger.residual() == 0


@pytest.mark.parametrize("side", ["_paid", "_received"])
@pytest.mark.parametrize("fen", [1, -1])
def test_one_fen_on_one_side_names_account_and_flow(side: str, fen: int) -> None:
    ledger = Ledger(FLOWS, {})
    ledger.post(GRANTS, 500_000)
    getattr(ledger, side)["grants"] += fen
    with pytest.raises(LedgerError, match=r"2018-03.*account firms.*flow grants from budget.*[+-]1$"):
        ledger.close("2018-03")


@pytest.mark.parametrize("fen", [1, -1])
def test_one_fen_in_a_holding_names_the_account_and_its_flows(fen: int) -> None:
    holdings = [600, 400]
    ledger = Ledger(FLOWS, {"firms": 1000})
    ledger.held("firms", lambda: sum(holdings))
    ledger.close("2017-01")
    ledger.post(SALES, 30)
    holdings[0] += 30 + fen
    with pytest.raises(LedgerError) as caught:
        ledger.close("2017-02")
    message = str(caught.value)
    assert "account firms" in message
    assert f"{fen:+d}" in message
    assert "sales 30" in message
    assert "wages" not in message


def test_a_posting_without_the_money_is_found_too() -> None:
    ledger = Ledger(FLOWS, {"firms": 0})
    ledger.held("firms", lambda: 0)
    ledger.post(GRANTS, 100)
    with pytest.raises(LedgerError, match=r"account firms holds 0 fen.*100.*grants 100"):
        ledger.close("2017-01")


def test_the_residual_sees_money_that_was_made() -> None:
    """The residual is recorded after the month is closed, so it must detect discrepancies at that time."""
    ledger = Ledger(FLOWS, {"firms": 1000})
    ledger.post(SALES, 30)
    ledger.close("2017-01")
    assert ledger.residual() == 0
    ledger.balance["households"] += 1
    assert ledger.residual() == 1


def test_an_unknown_flow_is_refused() -> None:
    ledger = Ledger(FLOWS, {})
    with pytest.raises(KeyError):
        ledger.post(Flow("gifts", "firms", "households", "", ""), 1)
