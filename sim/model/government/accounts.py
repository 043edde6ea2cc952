"""Accounts of the city: every payment is posted, and a month is closed only when all accounts balance.

Submodels make and record payments through :class:`CityAccounts`. The accounts debited and credited by each flow are
listed in ``flows``; ``sim.engine.ledger`` checks that they balance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine import clock as calendar
from sim.engine.ledger import whole_fen
from sim.model.government import flows, parameters
from sim.model.government.public_funds import PublicFund

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.engine.ledger import Flow, Ledger
    from sim.engine.recorder import Recorder
    from sim.model.calendar import Calendar
    from sim.model.government import budgets
    from sim.model.population.firm_table import FirmTable, Trading


class CityAccounts:
    """Accounts of the city: payments, public funds, and the ledger that checks them to the fen.

    Args:
        clock: current month.
        recorder: records spending, returns and flows.
        firms: firm table with the cash of each firm.
        instruments: slugs of the instruments that pay public money, ordered by instrument number.

    Attributes:
        ledger: checks the accounts from 2017 on; ``None`` while the initial population is built.
        funds: public funds by name.
        payments: tuple (row, instrument number, day, fen) for each payment of public money to a firm.
    """

    def __init__(
        self, clock: Calendar, recorder: Recorder, firms: FirmTable, instruments: Sequence[str]
    ) -> None:
        self._clock, self._recorder, self._firms = clock, recorder, firms
        self.instruments = instruments
        self.ledger: Ledger | None = None
        self.funds = {name: PublicFund(name) for name in parameters.FUNDS}
        self.payments: list[tuple[int, int, int, int]] = []

    def spend(self, instrument: int, yuan: float) -> None:
        """Record public money (in yuan) spent by the instrument with the given number."""
        self._recorder.add(parameters.SPENDING, (self._clock.month, instrument), yuan)

    def regain(self, instrument: int, yuan: float) -> None:
        """Record public money (in yuan) returned to the instrument with the given number."""
        self._recorder.add(parameters.RETURNS, (self._clock.month, instrument), yuan)

    def endow(self, fund: str, yuan: float) -> None:
        """Set the capital of a fund to the policy value (in yuan), and post the amount paid in or withdrawn."""
        change = self.funds[fund].set_capital(round(100 * yuan))
        self.post(flows.FUND_CAPITAL, max(change, 0))
        self.post(flows.FUND_WITHDRAWN, max(-change, 0))

    def post(self, flow: Flow, fen: int) -> None:
        """Post a payment (in fen) to the ledger without changing the cash of firms."""
        if self.ledger is not None:
            self.ledger.post(flow, fen)

    def entitlement(self, instrument: str, rows: Rows, fen: npt.NDArray[np.int64]) -> None:
        """Pay founders' statutory entitlements (in fen) to their firms; they need no application and have no ceiling."""
        if not len(rows):
            return
        number, total = self.instruments.index(instrument), self._firms.total(fen, rows)
        self.post(flows.APPROPRIATION, total)
        self.pay(flows.GRANTS, rows, fen)
        self._firms.granted[rows] += fen
        self.spend(number, total / 100)
        paid = zip(rows.tolist(), fen.tolist(), strict=True)
        self.payments += [(row, number, self._clock.first_day, each) for row, each in paid]

    def appropriate(self, budget: budgets.Budget, fen: int) -> None:
        """Set a budget's yearly appropriation (in fen).

        In January this opens the new year's budget; in any other month it amends the current year's.
        """
        if self._clock.month % 12 == 0:
            self.post(flows.APPROPRIATION, fen)
            self.post(flows.LAPSE, budget.new_year(fen))
            return
        change = budget.amend(fen)
        self.post(flows.APPROPRIATION, max(change, 0))
        self.post(flows.LAPSE, max(-change, 0))

    def pay(self, flow: Flow, rows: Rows, fen: npt.ArrayLike) -> None:
        """Pay amounts (in fen) to the given firms (or from them, if negative), and post the payment.

        Each firm may be listed only once.
        """
        whole = np.empty(len(rows), dtype=np.int64)
        whole[:] = np.rint(fen)
        self._firms.cash[rows] += whole
        self.post(flow, abs(self._firms.total(whole, rows)))

    def book(
        self, trading: Trading, cash: npt.NDArray[np.int64], yuan: Mapping[Flow, Floats]
    ) -> dict[Flow, int]:
        """Pay the month's flows of all open firms in whole fen, and return the total posted for each flow.

        Args:
            trading: firms that trade this month.
            cash: cash of these firms, in fen; modified in place.
            yuan: payments to each firm by flow, in yuan; negative for payments by the firm.
        """
        sums = {}
        for flow, amount in yuan.items():
            fen = whole_fen(amount)
            cash += fen
            sums[flow] = abs(int(np.dot(fen, trading.weight)))
            self.post(flow, sums[flow])
        self._firms.cash[trading.rows] = cash
        return sums

    def close_month(self) -> None:
        """Check that all accounts balance, and record the month's flows."""
        assert self.ledger is not None
        when = f"{calendar.year_of(self._clock.month)}-{self._clock.month % 12 + 1:02d}"
        self._recorder.put(
            parameters.FLOW_TOTALS, self._clock.month, [fen / 100 for fen in self.ledger.close(when)]
        )
        self._recorder.put(parameters.LEDGER_RESIDUAL, self._clock.month, self.ledger.residual() / 100)
