"""Banks and their technology branches as agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.service_desk import ServiceDesk
from sim.model.banking import rules
from sim.model.banking.parameters import CAPACITY, DAYS, FILES_A_DAY, TECH_NOISE
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Ints
    from sim.engine.service_desk import Weigh
    from sim.model.context import Context


class Bank(ServiceDesk):
    """Bank or technology branch, with loan officers, a queue of applications and a lending limit.

    Attributes:
        kind: a key of :data:`KINDS`, or ``tech``.
        number: identifier of the bank in the tables of applications and loans.
        share: the bank's share of the lending limit of all banks together.
        assessor: index in :data:`ASSESSORS`.
        noise: assessment error relative to that of an ordinary bank.
        lent: amount disbursed and not yet repaid, in fen.
        committed: amount approved and not yet disbursed, in fen.
        limit_fen: lending limit this month, in fen.
        has_left: whether the bank has stopped accepting applications.
    """

    def __init__(
        self, context: Context, weigh: Weigh, kind: str, number: int, share: float, officers: int
    ) -> None:
        super().__init__(context.model, "loan", FILES_A_DAY, self.screen, weigh, weekly=True)
        self.context, self.kind, self.number, self.share = context, kind, number, share
        self.assessor = ASSESSORS.index(kind)
        self._screened: list[Ints] = []
        self.noise = TECH_NOISE if kind == "tech" else 1.0
        self.has_left = False
        self.lent = self.committed = self.limit_fen = 0
        self.staff(officers)

    def remove(self) -> None:
        """Close the bank to new applications; loans already disbursed continue."""
        self.has_left = True
        self.staff(0)
        super().remove()

    def limit(self) -> float:
        """Return the bank's limit on lending to young firms this month, in yuan."""
        context = self.context
        return rules.lending_limit(self.share, context.parameters[CAPACITY.id], context.clock.month + 1)

    def begin(self, lent: int) -> None:
        """Begin a month: record the amount that the bank has lent (in fen), and update its lending limit."""
        self.lent, self.limit_fen = lent, round(100 * self.limit())

    def available(self) -> int:
        """Return the amount that the bank may still lend, in fen; zero if it has stopped accepting applications."""
        return 0 if self.has_left else max(0, self.limit_fen - self.lent - self.committed)

    def commit(self, fen: int, number: int) -> None:
        """Commit money (in fen) to approved loans, and add their ``number`` to the count of approved applications."""
        self.committed += fen
        self.passed += number

    def days(self, day: float) -> float:
        """Return the number of days from decision to disbursement under the policy in force on ``day``."""
        return rules.approval_days(self.kind == "tech", self.context.levers.at(DAYS, day))

    def screen(self, day: int, files: Ints, arrivals: Ints) -> None:
        """Keep the applications that have been screened by loan officers for the weekly decision."""
        self._screened.append(files)

    def take_screened(self) -> list[Ints]:
        """Return the row numbers of the applications screened since the last call, one array per screening.

        The stored list is emptied.
        """
        screened, self._screened = self._screened, []
        return screened
