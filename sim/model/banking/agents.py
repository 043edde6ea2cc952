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
    """A bank or technology branch: loan officers with a queue of applications, and a lending limit.

    Attributes:
        kind: a key of :data:`KINDS`, or ``tech``.
        number: identifier of the bank in the tables of applications and loans.
        share: share in the lending limit of all banks.
        assessor: index in :data:`ASSESSORS`.
        noise: assessment error relative to that of an ordinary bank.
        lent: amount disbursed and not repaid, fen.
        committed: amount approved and not yet disbursed, fen.
        limit_fen: lending limit this month, fen.
        has_left: whether the bank accepts no more applications.
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
        """Return the bank's lending limit for young firms this month, yuan."""
        context = self.context
        return rules.lending_limit(self.share, context.parameters[CAPACITY.id], context.clock.month + 1)

    def begin(self, lent: int) -> None:
        """Begin a month with the given amount lent, fen."""
        self.lent, self.limit_fen = lent, round(100 * self.limit())

    def available(self) -> int:
        """Return the amount that the bank may still lend, fen; zero once it has left."""
        return 0 if self.has_left else max(0, self.limit_fen - self.lent - self.committed)

    def commit(self, fen: int, number: int) -> None:
        """Set aside money for approved loans (fen), and count their number as approved files."""
        self.committed += fen
        self.passed += number

    def days(self, day: float) -> float:
        """Return the days from decision to disbursement."""
        return rules.approval_days(self.kind == "tech", self.context.levers.at(DAYS, day))

    def screen(self, day: int, files: Ints, arrivals: Ints) -> None:
        """Store files that loan officers have screened, for the weekly decision."""
        self._screened.append(files)

    def take_screened(self) -> list[Ints]:
        """Return the files screened since the last call, and clear them."""
        screened, self._screened = self._screened, []
        return screened
